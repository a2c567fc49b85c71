"""How rows that programs send are read: like those of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.metrics import Metric
    from bot.domain.readings import NewReading
    from bot.sources.intake import BadRow
    from bot.web.kinds import Readers

    Row = Mapping[str, Any]

T = TypeVar("T")


def readers() -> Readers:
    """The readers of files, for rows that come one at a time; times carry their offset."""
    from bot.domain.readings import Origin
    from bot.sources import feedback_files, intake
    from bot.sources.metric_rows import Reader
    from bot.web.kinds import Readers

    def reading(row: Row, known: Mapping[str, Metric], now: datetime) -> NewReading:
        return _good(Reader(known=known, now=now, mapping={}, zone=None, origin=Origin.SENT).read(0, row))

    return Readers(
        prediction=lambda row: _good(intake.prediction_in(0, row, {}, None)),
        feedback=lambda row: _good(feedback_files.given_in(0, row, {}, None)),
        reading=reading,
    )


def _good(found: T | BadRow) -> T:
    """*found* where it is good; else its reason, in words that fit somebody who sends rows and has no flags."""
    from bot.errors import UserError
    from bot.sources import times
    from bot.sources.intake import BadRow

    if isinstance(found, BadRow):
        raise UserError(found.reason.replace(times.NAME_THE_ZONE, times.WRITE_THE_OFFSET))
    return found
