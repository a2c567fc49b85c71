"""Who answers for a responsibility: owners, a backup, what they said of it, and who steps in when they are gone.

Source: domain 8; the rules of stepping in, confirming and accepting are ours.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import UserError

CONFIRM_EVERY = timedelta(days=90)
"""How long an owner's word holds before they are asked whether it is still theirs. Source: ux 3.3."""

JUST_NOW = timedelta(minutes=1)
"""Whoever assigns by a command has not seen what somebody else did so shortly before."""

MOST_OWNERS = 10


class Origin(StrEnum):
    """From where an ownership was changed."""

    COMMAND = "command"
    FORM = "form"
    BUTTON = "button"
    MENTION = "mention"
    SLACK_EVENT = "slack event"
    DAILY_LOOK = "daily look"


class Did(StrEnum):
    """What happened to an ownership."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    HANDED_OVER = "handed over"
    RETIRED = "retired"
    LEFT = "left"
    CAME_BACK = "came back"


class TooManyOwnersError(UserError):
    """More owners than anybody could name."""

    def __init__(self) -> None:
        super().__init__(
            f"Name up to {MOST_OWNERS} owners: where many answer, nobody does. A user group counts as one."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Ownership:
    """Who answers for *responsibility* (its key) of a product, *since* when, by whose word (*set_by*).

    *owners* and *backup* are people or user groups. *accepted* are those who said yes. *away*: who of them is gone, and
    why (“left Slack”); they stay named until somebody else is. `version` grows with every change: whoever saves must
    have seen the latest; 0: nobody was ever named.
    """

    product_id: int
    responsibility: str
    since: datetime
    set_by: str
    set_at: datetime
    confirmed_at: datetime
    owners: tuple[str, ...] = ()
    backup: str | None = None
    accepted: tuple[str, ...] = ()
    away: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    @property
    def present(self) -> tuple[str, ...]:
        """The owners who are not gone."""
        return tuple(one for one in self.owners if one not in self.away)

    @property
    def stands_in(self) -> bool:
        """Whether the backup acts because every owner is gone."""
        return not self.present and self.backup is not None and self.backup not in self.away

    @property
    def acting(self) -> tuple[str, ...]:
        """Who answers for it now: the owners who are there, else the backup; empty is a gap."""
        if self.stands_in and self.backup is not None:
            return (self.backup,)
        return self.present

    @property
    def is_gap(self) -> bool:
        """Whether nobody answers for it."""
        return not self.acting

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody it names, owners first."""
        return tuple(dict.fromkeys((*self.owners, *((self.backup,) if self.backup else ()))))

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The owners who are there and have not said yes yet."""
        return tuple(one for one in self.present if one not in self.accepted)


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """What was done to an ownership: by whom (empty: by Muster itself), when, from where."""

    by: str
    at: datetime
    what: Did
    origin: Origin


def nobody_yet(product_id: int, responsibility: str, now: datetime) -> Ownership:
    """A responsibility that nobody was ever named for."""
    return Ownership(
        product_id=product_id, responsibility=responsibility, since=now, set_by="", set_at=now, confirmed_at=now
    )


def assigned(
    before: Ownership,
    owners: Sequence[str],
    backup: str | None,
    *,
    by: str,
    now: datetime,
    there: Collection[str] = (),
) -> Ownership:
    """*before* with these owners and this backup, and nobody else. Whoever had it before and keeps it keeps their yes;
    whoever names themselves has said it. A backup that is an owner too is none. *there*: who is known to be there, and
    counts as gone no longer. Raises `TooManyOwnersError`.
    """
    chosen = tuple(dict.fromkeys(owners))
    if len(chosen) > MOST_OWNERS:
        raise TooManyOwnersError
    said_yes = {*before.accepted, by}
    kept = backup if backup not in chosen else None
    same = set(chosen) == set(before.owners)
    return replace(
        before,
        owners=chosen,
        backup=kept,
        accepted=tuple(one for one in (*chosen, *([kept] if kept else [])) if one in said_yes),
        away={who: why for who, why in before.away.items() if (who in chosen or who == kept) and who not in there},
        since=before.since if same else now,
        set_by=by,
        set_at=now,
        # Whoever only names another backup says nothing in the place of the owners.
        confirmed_at=before.confirmed_at if same and by not in chosen else now,
    )


def accepted(before: Ownership, user: str) -> Ownership:
    """*before* with the yes of *user* (a person, or a user group that one of its members spoke for), who is named."""
    if user not in before.named:
        return before
    return replace(before, accepted=tuple(dict.fromkeys((*before.accepted, user))))


def without(before: Ownership, user: str, *, now: datetime) -> Ownership:
    """*before* without *user*: who declined, or retired from it. Where no owner is left, the backup becomes the owner,
    visibly; where there is none either, it is a gap.
    """
    owners = tuple(one for one in before.owners if one != user)
    backup = before.backup if before.backup != user else None
    if not owners and backup is not None:
        owners, backup = (backup,), None
    return replace(
        before,
        owners=owners,
        backup=backup,
        accepted=tuple(one for one in before.accepted if one != user),
        away={who: why for who, why in before.away.items() if who != user},
        since=before.since if owners == before.owners else now,
    )


def handed_over(before: Ownership, user: str, to: str, *, by: str, now: datetime) -> Ownership:
    """*before* with *to* in the place of *user*, who must still say yes."""
    owners = tuple(dict.fromkeys(to if one == user else one for one in before.owners))
    backup = to if before.backup == user else before.backup
    return assigned(before, owners, backup, by=by, now=now)


def confirmed(before: Ownership, user: str, *, now: datetime) -> Ownership:
    """*before*, which *user* says is still theirs."""
    return replace(accepted(before, user), confirmed_at=now)


def gone(before: Ownership, user: str, why: str) -> Ownership:
    """*before* now that *user* is gone; they stay named, and the backup steps in where no owner is left."""
    return replace(before, away={**before.away, user: why}) if user in before.named else before


def back(before: Ownership, user: str) -> Ownership:
    """*before* now that *user* is there again."""
    return replace(before, away={who: why for who, why in before.away.items() if who != user})


def is_unconfirmed(ownership: Ownership, now: datetime) -> bool:
    """Whether its owners are to be asked again whether it is still theirs."""
    return bool(ownership.present) and now - ownership.confirmed_at >= CONFIRM_EVERY
