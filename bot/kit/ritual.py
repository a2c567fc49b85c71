"""Rituals and chores: what a feature does on a schedule, and what it must fetch for that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.planning import At, Slot, window_of
from bot.domain.product import Product, Stage
from bot.domain.sourcing import OpenSource
from bot.domain.window import Window, days_before, zone_named
from bot.kit.post import Post

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One slot of one product's ritual: everything a ritual or chore may know.

    `at` is the time of its schedule, None when it was called by hand for another. `failed` maps the name of a chore
    that could not do its work to the reason, a plain sentence. `admins` are the people who may change everything.
    """

    session: Session
    now: datetime
    product: Product
    slot: Slot
    at: At | None = None
    late: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    admins: Sequence[str] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The product's time zone."""
        return zone_named(self.product.timezone)

    def window(self, *, days: int = 7) -> Window:
        """The calendar days before the slot; those of consecutive slots touch, also across clock changes."""
        if self.at is None:
            return days_before(self.slot.due, days=days, zone=self.zone)
        return window_of(self.slot, self.at, self.zone, days=days)

    def window_before(self, *, days: int = 7) -> Window:
        """The window just before `window`, to compare with."""
        return days_before(self.window(days=days).start, days=days, zone=self.zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chore(Generic[Ask, Answer]):
    """Work outside the database that a ritual needs done before its slot, cut in three so that no transaction is open
    while it waits: *ask* reads what to fetch (None: nothing), *fetch* talks to the outside, *keep* writes the answer.

    A chore may be done twice with the same effect. *limit* bounds *fetch*; past it the chore has failed.
    """

    name: str
    ask: Callable[[Turn], Ask | None]
    fetch: Callable[[Ask, OpenSource], Answer]
    keep: Callable[[Turn, Ask, Answer], None]
    limit: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ritual:
    """Something that happens at set times. *run* reads only the store and returns what is to be said; it runs inside
    its slot's transaction and waits for nothing outside.

    *from_stage* is the product stage from which it is on without being asked for.
    """

    name: str
    summary: str
    default_at: str
    run: Callable[[Turn], list[Post]]
    chores: tuple[Chore[Any, Any], ...] = ()
    from_stage: Stage = Stage.EXPLORATION
