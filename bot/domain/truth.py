"""What the right answer would have been: proposed by anybody, verified by a domain expert."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import Assignment, Role


class Origin(StrEnum):
    """Where a proposal comes from: loaded feedback, a report in Slack, an error review, or an incident."""

    FEEDBACK = "feedback"
    REPORT = "report"
    REVIEW = "review"
    INCIDENT = "incident"


class TruthState(StrEnum):
    """PROPOSED waits; ACCEPTED holds as it was proposed, AMENDED in other words; REJECTED does not hold."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    AMENDED = "amended"
    REJECTED = "rejected"


VERIFIED = (TruthState.ACCEPTED, TruthState.AMENDED)
"""The states in which a proposal has become ground truth. Source: domain 5."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """What one person proposes as the right answer to one prediction, and what became of it; `id` is the number that
    people say.

    `answer` is what holds, None unless verified. `proposed_by` is a Slack user id, or for feedback whatever the file
    says. `version` counts everything that happened to it.
    """

    id: int
    product_id: int
    prediction_row_id: int
    origin: Origin
    proposal: str
    proposed_by: str
    proposed_at: datetime
    state: TruthState = TruthState.PROPOSED
    answer: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = ""
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an expert."""
        return self.state is TruthState.PROPOSED

    @property
    def proposer(self) -> str | None:
        """The proposer's Slack user id; None where a file names somebody, who need not be of this workspace."""
        return None if self.origin is Origin.FEEDBACK else self.proposed_by


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciders:
    """Who verifies the proposals of a product; *named*: they are its domain experts."""

    users: tuple[str, ...]
    named: bool

    def may_verify(self, user: str, truth: Truth) -> bool:
        """Whether *user* may accept or amend: nobody verifies their own proposal unless they are the only one."""
        return user in self.users and (truth.proposer != user or self.is_alone(user))

    def is_alone(self, user: str) -> bool:
        """Whether there is nobody but *user* to decide."""
        return set(self.users) == {user}


def deciders(people: Iterable[Assignment], admins: Collection[str]) -> Deciders:
    """Who decides: a product's domain experts and nobody else; where none is named, its PM and the admins.

    Source: domain 5, a correction is a proposal until a domain expert verifies it; the stand-ins are ours, so that a
    new product's proposals do not wait for a role that nobody has thought of yet.
    """
    team = list(people)
    experts = dict.fromkeys(one.user for one in team if one.role is Role.DOMAIN_EXPERT)
    if experts:
        return Deciders(users=tuple(experts), named=True)
    return Deciders(users=curators(team, admins), named=False)


def curators(people: Iterable[Assignment], admins: Collection[str]) -> tuple[str, ...]:
    """Who picks the golden set: the PM, and the admins. Source: domain 5."""
    return tuple(dict.fromkeys([*(one.user for one in people if one.role is Role.PM), *admins]))
