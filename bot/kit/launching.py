"""How ready a product is for its launch, as everybody reads it: the page, the daily look and the command line."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.domain.defences import Defence, blanks
from bot.domain.failure_modes import FailureMode
from bot.domain.launch import (
    AREAS,
    SPEAKS,
    Item,
    Outcome,
    Signatory,
    SignOff,
    Thing,
    needed,
    outcome_of,
    why_fallen,
)
from bot.domain.launch_errors import error_facts, review_fact
from bot.domain.launch_facts import (
    golden_fact,
    incident_facts,
    mode_facts,
    owner_facts,
    risk_facts,
    target_facts,
    thing_facts,
)
from bot.domain.launch_ground import Fact, ground_of
from bot.domain.ownership import Ownership
from bot.domain.product import Product
from bot.domain.responsibilities import (
    EVALUATION_DATA,
    INCIDENT_RESPONSE,
    MODEL_QUALITY,
    RETRAIN_OR_ROLL_BACK,
    asked_of,
)
from bot.domain.window import zone_named
from bot.kit.checking import health_of
from bot.kit.owning import expanded, people_or_usual, present, speaks_for
from bot.store import (
    defences,
    failure_modes,
    golden,
    incidents,
    launch_items,
    open_errors,
    ownerships,
    products,
    reviews,
    sign_offs,
    watches,
)

SHOW, SIGN = "launch_readiness.show", "launch_readiness.sign"
"""See the page, sign for a function (value: product id)."""

_PROPOSED_BY: Mapping[Thing, str] = {
    Thing.SAFETY: MODEL_QUALITY,
    Thing.EVALS: EVALUATION_DATA,
    Thing.MONITORING: INCIDENT_RESPONSE,
    Thing.ROLLBACK: RETRAIN_OR_ROLL_BACK,
}
"""Whose owners are proposed for a thing; for all others, who answers for product's part of the launch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """How ready *product* is at *as_of*.

    *proposed*: who would have a thing that nobody was named for. *absent*: those named for a thing who may not act any
    more. *speaking*: who may sign for each function.
    *recorded*: the sign-offs that nobody wrote down as fallen; *fallen*: those of them whose ground is lost, each with
    why. *before*: the latest sign-off of each function that was written down as over.
    """

    product: Product
    as_of: datetime
    facts: tuple[Fact, ...]
    items: Mapping[Thing, Item]
    proposed: Mapping[Thing, tuple[str, ...]]
    absent: frozenset[str]
    speaking: Mapping[Signatory, tuple[str, ...]]
    recorded: Mapping[Signatory, SignOff]
    fallen: Mapping[Signatory, tuple[str, ...]]
    before: Mapping[Signatory, SignOff]

    @property
    def zone(self) -> ZoneInfo:
        """On whose clocks its days are."""
        return zone_named(self.product.timezone)

    @property
    def ground(self) -> dict[str, Any]:
        """The facts, as a sign-off keeps them."""
        return ground_of(self.facts)

    @property
    def standing(self) -> dict[Signatory, SignOff]:
        """The sign-offs that stand on the ground as it is now."""
        return {who: one for who, one in self.recorded.items() if who not in self.fallen}

    @property
    def outcome(self) -> Outcome:
        """What it comes to."""
        return outcome_of(self.facts, self.standing, self.product.record)

    @property
    def asked(self) -> tuple[Signatory, ...]:
        """Who must sign."""
        return needed(self.product.record)

    @property
    def signing(self) -> tuple[Signatory, ...]:
        """Who must sign, and who did though they need not any more: what stands counts, whatever the risk is now."""
        return tuple(one for one in Signatory if one in self.asked or one in self.standing)

    def may_sign(self, user: str) -> tuple[Signatory, ...]:
        """The functions that must sign and that *user* speaks for."""
        return tuple(one for one in self.asked if user in self.speaking[one])


def readiness_of(session: Session, product: Product, *, now: datetime) -> Readiness:
    """How ready *product* is, from everything that is known of it."""
    items = launch_items.of_product(session, product.id)
    proposed = _proposed(session, product)
    named = [item.owner for item in items.values() if item.owner]
    absent = frozenset(named).difference(present(session, named))
    owned = {one for one, item in items.items() if (item.owner not in absent if item.owner else proposed[one])}
    facts = tuple(_facts(session, product, items, owned, now))
    speaking = {one: speaking_for(session, product, one) for one in Signatory}
    recorded = sign_offs.standing(session, product.id)
    ground = ground_of(facts)
    fallen = {who: why for who, one in recorded.items() if (why := why_fallen(one, ground, speaking[who]))}
    over = {one.signatory: one for one in sign_offs.of_product(session, product.id) if one.fallen_at is not None}
    return Readiness(
        product=product,
        as_of=now,
        facts=facts,
        items=items,
        proposed=proposed,
        absent=absent,
        speaking=speaking,
        recorded=recorded,
        fallen=fallen,
        before=over,
    )


def missing_from(session: Session, product: Product, user: str) -> tuple[Signatory, ...]:
    """The functions that must sign, that *user* speaks for, and for which no sign-off was written down as standing.

    It reads little, because everybody's home asks it of every product; whether a sign-off still has its ground, the
    page says.
    """
    signed = sign_offs.standing(session, product.id)
    missing = [one for one in needed(product.record) if one not in signed]
    if not missing:
        return ()
    roles = {one.role for one in products.people(session, product.id) if one.user == user}
    areas = _areas_of(session, product, user)
    mine = tuple(one for one in missing if SPEAKS[one] in roles or AREAS.get(one) in areas)
    return mine if mine and present(session, [user]) else ()


def speaking_for(session: Session, product: Product, signatory: Signatory) -> tuple[str, ...]:
    """Who may sign for a function: who holds its role, and with the nine areas on, who answers for its part of the
    launch too and said yes to that; nobody who left.
    """
    team = products.people(session, product.id)
    holders = present(session, [one.user for one in team if one.role is SPEAKS[signatory]])
    has_part = product.record.areas and signatory in AREAS
    part = ownerships.one(session, product.id, AREAS[signatory]) if has_part else None
    owners = present(session, expanded(session, _accepting(part))) if part else ()
    return tuple(dict.fromkeys((*holders, *owners)))


def _accepting(part: Ownership) -> list[str]:
    """Who answers for a part of the launch and said yes to it, people and groups."""
    return [one for one in part.acting if one in part.accepted]


def _areas_of(session: Session, product: Product, user: str) -> set[str]:
    """The parts of the launch that *user* answers for and said yes to, where the nine areas are on."""
    if not product.record.areas:
        return set()
    parts = [one for one in ownerships.of_product(session, product.id).values() if one.responsibility in AREAS.values()]
    return {one.responsibility for one in parts if any(speaks_for(session, user, held) for held in _accepting(one))}


def _proposed(session: Session, product: Product) -> dict[Thing, tuple[str, ...]]:
    keys = {thing: _PROPOSED_BY.get(thing, AREAS[Signatory.PRODUCT]) for thing in Thing}
    people = {key: people_or_usual(session, product, key) for key in set(keys.values())}
    return {thing: people[key] for thing, key in keys.items()}


def _facts(
    session: Session,
    product: Product,
    items: Mapping[Thing, Item],
    owned: Collection[Thing],
    now: datetime,
) -> Iterator[Fact]:
    zone = zone_named(product.timezone)
    yield from thing_facts(items.values(), owned, zone)
    yield from _owned(session, product, zone)
    agreed_on = {name: one.agreed_on for name, one in watches.of_product(session, product.id).items()}
    yield from target_facts(health_of(session, product, as_of=now), agreed_on, zone)
    yield golden_fact(golden.count(session, product.id), golden.last_added(session, product.id), zone)
    yield from mode_facts(*_failing(session, product))
    latest = reviews.latest(session, product.id)
    yield review_fact(latest.window.end if latest else None, now, zone)
    yield from _troubles(session, product, zone)
    yield from risk_facts(product.record)


def _owned(session: Session, product: Product, zone: ZoneInfo) -> Iterator[Fact]:
    known = ownerships.of_product(session, product.id)
    yield from owner_facts(asked_of(areas=product.record.areas), known, zone)


def _failing(
    session: Session, product: Product
) -> tuple[tuple[FailureMode, ...], tuple[Defence, ...], tuple[str, ...]]:
    modes, layers = failure_modes.of_product(session, product), defences.of_product(session, product.id)
    return modes, layers, blanks(product, modes, layers)


def _troubles(session: Session, product: Product, zone: ZoneInfo) -> Iterator[Fact]:
    nevers = {never.name for never in product.record.nevers}
    yield from error_facts(open_errors.of_product(session, product.id), nevers, zone)
    yield from incident_facts(incidents.of_product(session, product.id), zone)
