"""What a reader of the error review is told: every sentence's facts, frozen, before any layout."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.concentration import MIN_SAMPLE, Concentration, concentrations, first_seen_models
from bot.domain.failures import Breach, breaches
from bot.domain.folding import fold
from bot.domain.prediction import Prediction
from bot.domain.product import ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.summary import Summary
from bot.domain.window import Window
from bot.store.pulls import Pull

SEATS = 20

_RANKED_BY = {
    Ranking.SCORE: "score",
    Ranking.LOSS: "loss",
    Ranking.CONFIDENT_WRONG: "how sure the model was while wrong",
    Ranking.FEEDBACK: "user feedback",
}

_WITHOUT = {
    Ranking.SCORE: "without a score",
    Ranking.LOSS: "without a loss",
    Ranking.CONFIDENT_WRONG: "wrong without a confidence",
    Ranking.FEEDBACK: "without feedback",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """Which product and which seven days; *late*: made after its hour."""

    product: str
    window: Window
    zone: ZoneInfo
    late: bool

    @property
    def days(self) -> str:
        """The days in words: 9 to 15 November."""
        first = self.window.start.astimezone(self.zone)
        last = self.window.end.astimezone(self.zone) - timedelta(days=1)
        return f"{_day(first, same_as=last)} to {last.day} {last:%B}"

    @property
    def until(self) -> str:
        """The end in the product's time: Mon 16 Nov 09:00 CET."""
        end = self.window.end.astimezone(self.zone)
        return f"{end:%a} {end.day} {end:%b %H:%M %Z}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One seat: the prediction, what of the pool is alike, and what it breaks."""

    rank: int
    prediction: Prediction
    alike: tuple[Prediction, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewView:
    """A week in which the source answered. `broken` counts over everything fetched, not only the seats; `last` is None
    where too few were judged to compare with, `models` is empty where there is but one.
    """

    summary: Summary
    last: Summary | None
    ranked_by: str
    without: str
    items: tuple[Item, ...]
    looked_at: int
    broken: tuple[tuple[Breach, int], ...]
    segments: tuple[Concentration, ...]
    models: tuple[Concentration, ...]
    new_models: tuple[str, ...]


def review_view(pull: Pull, record: ProductRecord) -> ReviewView:
    """Fold the pool into seats, flag what breaks a never or blocks a launch, and say where the seats concentrate."""
    items = tuple(
        Item(
            rank=rank,
            prediction=seat.prediction,
            alike=seat.alike,
            breaches=breaches(seat.prediction, record),
        )
        for rank, seat in enumerate(fold(pull.pool, seats=SEATS), start=1)
    )
    seated = [item.prediction for item in items]
    return ReviewView(
        summary=pull.this,
        last=pull.last if pull.last and pull.last.judged >= MIN_SAMPLE else None,
        ranked_by=_RANKED_BY[pull.ranking],
        without=_WITHOUT[pull.ranking],
        items=items,
        looked_at=len(pull.pool),
        broken=_broken(pull.pool, record),
        segments=_telling(concentrations((one.segment for one in seated), pull.this.segments)),
        models=concentrations((one.model_version for one in seated), pull.this.models)
        if len(pull.this.models) > 1
        else (),
        new_models=first_seen_models(pull.this, pull.last) if pull.last else (),
    )


def _telling(found: Iterable[Concentration]) -> tuple[Concentration, ...]:
    """Those that hold more than one seat: twenty segments with one each say nothing."""
    return tuple(one for one in found if one.count > 1)


def _broken(pool: Iterable[Prediction], record: ProductRecord) -> tuple[tuple[Breach, int], ...]:
    return tuple(Counter(breach for one in pool for breach in breaches(one, record)).most_common())


def _day(day: datetime, *, same_as: datetime) -> str:
    return str(day.day) if day.month == same_as.month else f"{day.day} {day:%B}"
