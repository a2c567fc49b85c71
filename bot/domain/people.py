"""Who speaks for what in a product."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A function a person holds; one person may hold several. ADMIN counts for a whole workspace."""

    PM = "pm"
    ML_LEAD = "ml_lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person in a role; *user* is a Slack user id."""

    role: Role
    user: str


TOLD_FIRST = (Role.PM, Role.ML_LEAD, Role.ADMIN)


def next_to_tell(people: Iterable[Assignment], told: Iterable[str]) -> str | None:
    """Who is told next that something of theirs failed: PM, then ML lead, then an admin, nobody twice."""
    gone = set(told)
    waiting = [who for who in people if who.user not in gone]
    return min(waiting, key=lambda who: (TOLD_FIRST.index(who.role), who.user)).user if waiting else None
