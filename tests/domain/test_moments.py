"""Moments that people name beside a note."""

from datetime import UTC, datetime

import pytest

from bot.domain.moments import MomentAheadError, UnclearMomentError, moment_said
from bot.domain.window import zone_named

BERLIN = zone_named("Europe/Berlin")
NOW = datetime(2026, 11, 17, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", NOW),
        ("at 14:10", datetime(2026, 11, 17, 13, 10, tzinfo=UTC)),
        ("9:05", datetime(2026, 11, 17, 8, 5, tzinfo=UTC)),
        ("yesterday 14:10", datetime(2026, 11, 16, 13, 10, tzinfo=UTC)),
        ("Yesterday at 14:10", datetime(2026, 11, 16, 13, 10, tzinfo=UTC)),
        ("on 2026-10-20 14:10", datetime(2026, 10, 20, 12, 10, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 15, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_on_the_clocks_of_the_product(text: str, moment: datetime) -> None:
    assert moment_said(text, now=NOW, zone=BERLIN) == moment


@pytest.mark.parametrize("text", ["at", "live", "25:00", "14:99", "2026-02-30", "at noon", "14:10 or so"])
def test_other_words_are_no_moment(text: str) -> None:
    with pytest.raises(UnclearMomentError):
        moment_said(text, now=NOW, zone=BERLIN)


def test_what_is_to_come_has_changed_nothing_yet() -> None:
    with pytest.raises(MomentAheadError):
        moment_said("at 16:31", now=NOW, zone=BERLIN)
