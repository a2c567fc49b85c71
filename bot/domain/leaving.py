"""Whether somebody who answers for something is gone: left Slack, became a guest, left the team's channel.

Source: ux 2, row 17; which absence counts is ours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.ownership import Did, Ownership, back, gone
from bot.domain.people import Standing

LEFT_SLACK, IS_GUEST, IS_ELSEWHERE = "left Slack", "is a guest now", "belongs to another workspace now"
LEFT_CHANNEL, NO_MEMBERS = "left the team channel", "has no members left"

_WHY: Mapping[Standing, str | None] = {
    Standing.MEMBER: None,
    Standing.BOT: None,
    Standing.GONE: LEFT_SLACK,
    Standing.GUEST: IS_GUEST,
    Standing.STRANGER: IS_ELSEWHERE,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """The channel of a product's team: who is in it *now* (None: it could not be looked at), and who was *before*
    (None: nobody ever looked).
    """

    now: frozenset[str] | None = None
    before: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """That *holder* is gone from an ownership, or there again: how it is *after* that, and what that is called."""

    holder: str
    what: Did
    after: Ownership


def why_gone(standing: Standing) -> str | None:
    """Why somebody of this standing counts as gone, in words that follow their name; None: they do not."""
    return _WHY[standing]


def why_person_gone(user: str, standing: Standing, channel: Channel | None, counted: str | None) -> str | None:
    """Why *user* counts as gone, None where they do not. *channel*: of the product's team, None where it has none;
    *counted*: why they count as gone so far.

    Only who was in the channel can have left it. Of one that cannot be looked at, what was known before holds.
    """
    why = why_gone(standing)
    if why is not None or channel is None:
        return why
    known_to_have_left = LEFT_CHANNEL if counted == LEFT_CHANNEL else None
    if channel.now is None:
        return known_to_have_left
    if user in channel.now or channel.before is None:
        return None
    return LEFT_CHANNEL if user in channel.before else known_to_have_left


def why_group_gone(members: Iterable[Standing]) -> str | None:
    """Why a user group counts as gone: there is nobody in it who could act. None where there is."""
    return None if any(why_gone(one) is None for one in members) else NO_MEMBERS


def change_of(before: Ownership, holder: str, why: str | None) -> Change | None:
    """What becomes of *before* where *holder* is gone for this reason (None: is there); None where that is known."""
    counted = before.away.get(holder)
    if holder not in before.named or counted == why:
        return None
    if why is None:
        return Change(holder=holder, what=Did.CAME_BACK, after=back(before, holder))
    return Change(holder=holder, what=Did.LEFT, after=gone(before, holder, why))
