"""Whether a product may launch: the things a launch needs, who signs for it, and what that comes to.

Source: domain 8, launch readiness; the sign-off per function and how it falls are ours.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.launch_ground import Fact, Part, differences
from bot.domain.people import Role
from bot.domain.product import ProductRecord, Risk
from bot.domain.text import count_of
from bot.errors import UserError


class Thing(StrEnum):
    """What a launch needs beside a good model, in the order in which it is always listed. Source: domain 8."""

    UX = "ux"
    SAFETY = "safety"
    EVALS = "evals"
    MONITORING = "monitoring"
    GTM = "gtm"
    ROLLOUT = "rollout"
    ROLLBACK = "rollback"
    COMMS = "comms"
    SUPPORT = "support"


THING_NAMES: Mapping[Thing, str] = {
    Thing.UX: "UX",
    Thing.SAFETY: "Safety",
    Thing.EVALS: "Evals",
    Thing.MONITORING: "Monitoring",
    Thing.GTM: "GTM",
    Thing.ROLLOUT: "Rollout",
    Thing.ROLLBACK: "Rollback",
    Thing.COMMS: "Comms",
    Thing.SUPPORT: "Support",
}


class Signatory(StrEnum):
    """A function that signs for a launch."""

    PRODUCT = "product"
    RESEARCH = "research"
    ML_ENGINEERING = "ml_engineering"
    COMPLIANCE = "compliance"


SIGNATORY_NAMES: Mapping[Signatory, str] = {
    Signatory.PRODUCT: "Product",
    Signatory.RESEARCH: "Research",
    Signatory.ML_ENGINEERING: "ML engineering",
    Signatory.COMPLIANCE: "Compliance",
}

SPEAKS: Mapping[Signatory, Role] = {
    Signatory.PRODUCT: Role.PM,
    Signatory.RESEARCH: Role.RESEARCH,
    Signatory.ML_ENGINEERING: Role.ML_LEAD,
    Signatory.COMPLIANCE: Role.COMPLIANCE,
}
"""The role whose holders speak for each function."""

AREAS: Mapping[Signatory, str] = {
    one: f"launch_readiness/{one}" for one in Signatory if one is not Signatory.COMPLIANCE
}
"""The responsibility whose owners speak for a function too, where a team has named them."""

_RISKY = (Risk.HIGH, Risk.CRITICAL)


class Decision(StrEnum):
    """What somebody signs."""

    GO = "go"
    NO_GO = "no-go"


class Verdict(StrEnum):
    """What it all comes to."""

    GO = "go"
    NO_GO = "no-go"
    NOT_YET = "not-yet"


TAKEN_BACK, SIGNED_ANEW = "It was taken back.", "It was signed anew."
"""Why a sign-off does not stand any more where its ground did not change."""


class ReasonNeededError(UserError):
    """A no-go, and a go although something is open, are explained."""

    def __init__(self, decision: Decision, open_points: int) -> None:
        why = f"With {count_of(open_points, 'point')} open, say why it is a go all the same"
        super().__init__(f"{'Say why it is a no-go' if decision is Decision.NO_GO else why}, in a few words.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing of the list: who answers for it (None: nobody was named), and who ticked it when.

    `version` grows with every change: whoever saves must have seen the latest; 0: nobody ever said anything.
    """

    product_id: int
    thing: Thing
    owner: str | None = None
    note: str = ""
    ticked_by: str | None = None
    ticked_at: datetime | None = None
    version: int = 0

    @property
    def is_ticked(self) -> bool:
        """Whether somebody said that it is there."""
        return self.ticked_at is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """What *user* said for a function, and the *ground* they said it on (see `launch_ground.ground_of`).

    It stands until *fallen_at*; *fallen_why* is a sentence.
    """

    id: int
    product_id: int
    signatory: Signatory
    user: str
    decision: Decision
    reason: str
    signed_at: datetime
    ground: Mapping[str, Any] = field(default_factory=dict)
    fallen_at: datetime | None = None
    fallen_why: str = ""

    @property
    def fell(self) -> bool:
        """Whether its ground was lost, rather than that somebody took it back or signed anew."""
        return self.fallen_at is not None and self.fallen_why not in {TAKEN_BACK, SIGNED_ANEW}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Go, no-go or not yet, and why: half sentences, the gravest first. They may hold anybody's words."""

    verdict: Verdict
    reasons: tuple[str, ...]


def needed(record: ProductRecord) -> tuple[Signatory, ...]:
    """Who must sign: product, research and ML engineering; compliance too where the risk is high or critical."""
    return tuple(one for one in Signatory if one is not Signatory.COMPLIANCE or record.risk in _RISKY)


def open_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What is not there yet, unknown, or wrong."""
    return tuple(fact for fact in facts if not fact.met)


def outcome_of(facts: Sequence[Fact], standing: Mapping[Signatory, SignOff], record: ProductRecord) -> Outcome:
    """What it comes to: a no-go that stands is a no-go, anything open or unsigned is not yet, all else is go.

    *standing*: the sign-offs that stand on the ground as it is now.
    """
    refused = tuple(_refusals(standing))
    missing = (*_open(facts), *_unsigned(standing, record))
    if refused:
        return Outcome(verdict=Verdict.NO_GO, reasons=(*refused, *missing))
    if missing:
        return Outcome(verdict=Verdict.NOT_YET, reasons=missing)
    return Outcome(verdict=Verdict.GO, reasons=("everything is there, and everybody who must sign says go",))


def why_fallen(sign_off: SignOff, ground_now: Mapping[str, Any], speaking: Collection[str]) -> tuple[str, ...]:
    """Why a go does not stand any more, in plain sentences; empty where it does.

    *speaking*: who speaks for its function now. A no-go does not fall: what got worse makes it no weaker, and whether
    what got better is enough, whoever said it decides.
    """
    if sign_off.decision is Decision.NO_GO:
        return ()
    gone = (
        ()
        if sign_off.user in speaking
        else (f"Whoever signed does not speak for {spoken(sign_off.signatory)} any more.",)
    )
    return (*gone, *differences(sign_off.ground, ground_now))


def first_given(sign_off: SignOff, made: Iterable[SignOff]) -> int:
    """The number of the sign-off by which the word that stands was first given: signing the same anew does not end it.

    *made*: every sign-off of the product.
    """
    first = sign_off
    earlier = [one for one in made if one.signatory is sign_off.signatory and one.id < sign_off.id]
    for one in sorted(earlier, key=lambda before: before.id, reverse=True):
        if (one.user, one.decision, one.fallen_why) != (first.user, first.decision, SIGNED_ANEW):
            break
        first = one
    return first.id


def require_reason(decision: Decision, reason: str, facts: Iterable[Fact]) -> None:
    """Raise `ReasonNeededError` where it takes a reason and there is none."""
    open_points = len(open_facts(facts))
    if (decision is Decision.NO_GO or open_points) and not reason.strip():
        raise ReasonNeededError(decision, open_points)


def spoken(signatory: Signatory) -> str:
    """A function's name within a sentence: “product”, “ML engineering”."""
    name = SIGNATORY_NAMES[signatory]
    return name if name.startswith("ML") else name.lower()


def _open(facts: Iterable[Fact]) -> Iterator[str]:
    # What does harm is read first.
    ordered = sorted(open_facts(facts), key=lambda fact: fact.part is not Part.ERRORS)
    yield from (fact.spoken for fact in ordered)


def _refusals(standing: Mapping[Signatory, SignOff]) -> Iterator[str]:
    for one in standing.values():
        if one.decision is Decision.NO_GO:
            yield f"{SIGNATORY_NAMES[one.signatory]} says no-go: {one.reason}"


def _unsigned(standing: Mapping[Signatory, SignOff], record: ProductRecord) -> Iterator[str]:
    yield from (f"{SIGNATORY_NAMES[one]} has not signed" for one in needed(record) if one not in standing)
