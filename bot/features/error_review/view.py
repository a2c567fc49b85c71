"""What a reader of the error review is told: every sentence's facts, frozen, before any layout."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.concentration import MIN_SAMPLE, Concentration, concentrations, first_seen_models
from bot.domain.failures import Breach, breaches
from bot.domain.prediction import Prediction
from bot.domain.product import ProductRecord
from bot.domain.ranking import Ranking
from bot.domain.returning import Identity, Memory, Seating, seating
from bot.domain.reviewing import Why
from bot.domain.summary import Summary
from bot.domain.text import clip, count_of, one_line
from bot.domain.window import Window
from bot.store.memory import Origin
from bot.store.pulls import Pull

TITLE_ROOM = 60
"""How much of a fix's title a mark has room for."""

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
        return days_of(self.window, self.zone)

    @property
    def until(self) -> str:
        """The end in the product's time: Mon 16 Nov 09:00 CET."""
        end = self.window.end.astimezone(self.zone)
        return f"{end:%a} {end.day} {end:%b %H:%M %Z}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One seat: the prediction, what of the pool is alike, what it breaks, and in *marks* how it came here.

    Marks hold words of anybody.
    """

    rank: int
    prediction: Prediction
    alike: tuple[Prediction, ...]
    breaches: tuple[Breach, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewView:
    """A week in which the source answered. `broken` counts over everything fetched, not only the seats; `last` is None
    where too few were judged to compare with, `models` is empty where there is but one.

    The items are the `worst` of the week, then what people `reported`, then what was `left` over. `opening` says what
    became of the fixes, in words of anybody; `being_fixed` of the pool stay away, because their fix is still open.
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
    worst: int
    reported: int = 0
    left: int = 0
    being_fixed: int = 0
    opening: tuple[str, ...] = ()


def review_view(
    pull: Pull,
    record: ProductRecord,
    *,
    table: Seating | None = None,
    marks: Mapping[Identity, tuple[str, ...]] | None = None,
    opening: tuple[str, ...] = (),
) -> ReviewView:
    """Flag what breaks a never or blocks a launch, and say where the worst of the week concentrate.

    *table*: who sits; without it, who would if there had never been a review before. *marks*: how each came there.
    """
    table = table or seating(pull.pool, Memory())
    seated = [seat.prediction for seat in table.seats if seat.why is Why.WORST]
    why = Counter(seat.why for seat in table.seats)
    return ReviewView(
        summary=pull.this,
        last=pull.last if pull.last and pull.last.judged >= MIN_SAMPLE else None,
        ranked_by=_RANKED_BY[pull.ranking],
        without=_WITHOUT[pull.ranking],
        items=tuple(_items(table, record, marks or {})),
        looked_at=len(pull.pool),
        broken=_broken(pull.pool, record),
        segments=_telling(concentrations((one.segment for one in seated), pull.this.segments)),
        models=concentrations((one.model_version for one in seated), pull.this.models)
        if len(pull.this.models) > 1
        else (),
        new_models=first_seen_models(pull.this, pull.last) if pull.last else (),
        worst=why[Why.WORST],
        reported=why[Why.REPORTED],
        left=why[Why.LEFT],
        being_fixed=table.being_fixed,
        opening=opening,
    )


def marks_of(origin: Origin, zone: ZoneInfo) -> tuple[str, ...]:
    """How an item came to its seat, a few words each, where it is not just one of the worst; in words of anybody."""
    found = [
        f"left over from {days_of(origin.window, zone)}" if origin.window else None,
        f"came back after the fix “{clip(one_line(origin.title), TITLE_ROOM)}”{_shipped(origin, zone)}"
        if origin.title
        else None,
        f"reported by {count_of(origin.voices, 'person', 'people')}" if origin.voices else None,
    ]
    return tuple(one for one in found if one)


def days_of(window: Window, zone: ZoneInfo) -> str:
    """The days of a window in words: 9 to 15 November."""
    first = window.start.astimezone(zone)
    last = window.end.astimezone(zone) - timedelta(days=1)
    return f"{_day(first, same_as=last)} to {last.day} {last:%B}"


def day_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """12 November."""
    local = instant.astimezone(zone)
    return f"{local.day} {local:%B}"


def _items(table: Seating, record: ProductRecord, marks: Mapping[Identity, tuple[str, ...]]) -> Iterator[Item]:
    for rank, seat in enumerate(table.seats, start=1):
        yield Item(
            rank=rank,
            prediction=seat.prediction,
            alike=seat.alike,
            breaches=breaches(seat.prediction, record),
            marks=marks.get(seat.prediction.identity, ()),
        )


def _shipped(origin: Origin, zone: ZoneInfo) -> str:
    return f" (shipped {day_in_words(origin.shipped_at, zone)})" if origin.shipped_at else ""


def _telling(found: Iterable[Concentration]) -> tuple[Concentration, ...]:
    """Those that hold more than one seat: twenty segments with one each say nothing."""
    return tuple(one for one in found if one.count > 1)


def _broken(pool: Iterable[Prediction], record: ProductRecord) -> tuple[tuple[Breach, int], ...]:
    return tuple(Counter(breach for one in pool for breach in breaches(one, record)).most_common())


def _day(day: datetime, *, same_as: datetime) -> str:
    return str(day.day) if day.month == same_as.month else f"{day.day} {day:%B}"
