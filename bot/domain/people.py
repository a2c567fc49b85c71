"""Who speaks for what in a product, and who may change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A function a person holds; one person may hold several, and several may be DOMAIN_EXPERT, who verify what the
    right answers are. The DECIDER settles what product and ML differ about. RESEARCH and COMPLIANCE sign for a launch
    beside the PM and the ML lead. ADMIN counts for a whole workspace.
    """

    PM = "pm"
    ML_LEAD = "ml_lead"
    RESEARCH = "research"
    COMPLIANCE = "compliance"
    DOMAIN_EXPERT = "domain_expert"
    DECIDER = "decider"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person in a role; *user* is a Slack user id."""

    role: Role
    user: str


TOLD_FIRST = (Role.PM, Role.ML_LEAD, Role.ADMIN)


class Standing(StrEnum):
    """What somebody is to the workspace. Only members act: guests see some channels, strangers belong to others."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"
    BOT = "bot"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody as Slack knows them; `timezone` is None where Slack does not say."""

    user: str
    name: str
    standing: Standing
    timezone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A user group of the workspace; *members* are Slack user ids in Slack's order, none where it was disabled."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()


def may_change(user: str, people: Iterable[Assignment], admins: Iterable[str]) -> bool:
    """Whether *user* may change a product: its own people and the admins may, everybody may look."""
    return user in admins or any(one.user == user for one in people)


def next_to_tell(people: Iterable[Assignment], told: Iterable[str]) -> str | None:
    """Who is told next that something of theirs failed: PM, then ML lead, then an admin, nobody twice. Domain experts
    have no part in what Muster posts.
    """
    gone = set(told)
    waiting = [who for who in people if who.user not in gone and who.role in TOLD_FIRST]
    return min(waiting, key=lambda who: (TOLD_FIRST.index(who.role), who.user)).user if waiting else None
