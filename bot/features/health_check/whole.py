"""Everything that is known of a product's health at one time, for the answer and for the card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.health import Check, Health, Verdict
from bot.domain.measuring import KeptMeasure
from bot.domain.moves import Move, moved_after
from bot.domain.product import Product
from bot.domain.standings import Standing
from bot.domain.text import count_of
from bot.domain.watching import Which
from bot.domain.window import zone_named
from bot.features.health_check.signals import Signal, signals
from bot.kit.checking import LOOKS_BACK, health_of
from bot.store import changes, measures, readings, standings

CHANGES = timedelta(days=14)
"""How long what changed is named beside the numbers that moved after it."""

MEASURED = timedelta(days=14)
"""How old the latest measure may be: fresh as a weekly number is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """A product's health with what explains it. *unseen*: what could not be looked at, in plain sentences."""

    product: Product
    health: Health
    standings: Mapping[str, Standing]
    measure: KeptMeasure | None = None
    moves: Sequence[Move] = ()
    signals: Sequence[Signal] = ()
    unseen: Sequence[str] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The product's time zone."""
        return zone_named(self.product.timezone)

    @property
    def missed(self) -> list[Check]:
        """What missed its target and is not snoozed, FAIL before WARN."""
        return [check for check in self.health.misses if not self.is_snoozed(check)]

    @property
    def silent(self) -> list[Check]:
        """What says nothing and is not snoozed."""
        return [check for check in self.health.checks if _is_silent(check) and not self.is_snoozed(check)]

    @property
    def snoozed(self) -> list[Check]:
        """What was put to sleep and is not on target."""
        return [one for one in self.health.checks if one.verdict is not Verdict.PASS and self.is_snoozed(one)]

    @property
    def well(self) -> list[Check]:
        """What is on target."""
        return [check for check in self.health.checks if check.verdict is Verdict.PASS]

    def is_snoozed(self, check: Check) -> bool:
        """Whether people asked not to hear of it for now."""
        standing = self.standings.get(check.metric.name)
        return standing is not None and standing.is_snoozed(self.health.as_of)

    @property
    def headline(self) -> str:
        """How many need attention, in one line; not in mrkdwn."""
        count, missed = len(self.health.checks), len(self.missed)
        if missed:
            verdict = f"{missed} of {count_of(count, 'check')} {'needs' if missed == 1 else 'need'} attention"
        else:
            verdict = f"{self.health.on_target} of {count_of(count, 'check')} on target"
        also = ((self.silent, "unknown"), (self.snoozed, "snoozed"))
        return ", ".join([f"{self.product.name}: {verdict}", *(f"{len(some)} {word}" for some, word in also if some)])


def whole(session: Session, product: Product, as_of: datetime, *, unseen: Sequence[str] = ()) -> Whole:
    """The health of *product* at *as_of*, with what is known around it."""
    health = health_of(session, product, as_of=as_of, which=Which.CHOSEN)
    measured = measures.latest(session, product.id, as_of, since=as_of - MEASURED)
    return Whole(
        product=product,
        health=health,
        standings=standings.of_product(session, product.id),
        measure=measured[0] if measured else None,
        moves=_moves(session, product, health),
        signals=signals(session, product, as_of),
        unseen=unseen,
    )


def _moves(session: Session, product: Product, health: Health) -> tuple[Move, ...]:
    as_of = health.as_of
    marks = changes.of_product(session, product.id, since=as_of - CHANGES, until=as_of)
    if not marks:
        return ()
    names = [check.metric.name for check in health.checks]
    known = readings.of_product(session, product.id, metrics=names, since=as_of - LOOKS_BACK)
    return moved_after(marks, health.checks, known)


def _is_silent(check: Check) -> bool:
    return check.verdict in {Verdict.UNKNOWN, Verdict.TOO_FEW}
