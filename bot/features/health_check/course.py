"""A metric over the weeks: everything that is known of how it went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.changing import Change
from bot.domain.charts import Chart, Panel
from bot.domain.health import Check, check
from bot.domain.metrics import Metric
from bot.domain.product import Product
from bot.domain.readings import Reading
from bot.domain.watching import Said
from bot.domain.window import zone_named
from bot.features.health_check.subject import Subject
from bot.kit.charting import chart_of, panel_of
from bot.kit.checking import watched_of
from bot.store import changes, readings, watches

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """A metric of a product over some weeks: its check now, its readings that stand, what changed meanwhile."""

    product: Product
    check: Check
    readings: Sequence[Reading]
    changes: Sequence[Change]
    panel: Panel

    @property
    def metric(self) -> Metric:
        """What is looked at."""
        return self.check.metric

    @property
    def values(self) -> list[float]:
        """Its values, one a period, the latest last."""
        return [point.value for point in self.panel.points]

    @property
    def zone(self) -> ZoneInfo:
        """Where the product is."""
        return zone_named(self.product.timezone)

    @property
    def chart(self) -> Chart:
        """Its picture."""
        return chart_of(self.product, {self.metric: self.panel})


def history_of(session: Session, subject: Subject, *, as_of: datetime, weeks: int) -> History:
    """How *subject*'s metric went in the *weeks* before *as_of*."""
    product, name = subject.product, subject.metric.name
    since = as_of - weeks * WEEK
    every = {**watches.of_product(session, product.id), name: _as_if_chosen(subject)}
    found = watched_of(session, product, every)
    mine = next(one for one in found if one.metric.name == name)
    known = readings.of_product(session, product.id, metrics=[name], since=since)
    marks = changes.of_product(session, product.id, since=since, until=as_of)
    return History(
        product=product,
        check=check(mine, known, as_of),
        readings=known,
        changes=marks,
        panel=panel_of(mine.metric, known, target=mine.target, changes=marks, as_of=as_of, weeks=weeks),
    )


def _as_if_chosen(subject: Subject) -> Said:
    return replace(subject.said, chosen=True)
