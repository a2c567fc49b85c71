"""The life of a post, from written down to arrived. Source: design 3."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from bot.errors import UserError

_PERMALINK = re.compile(
    r"<?https://[^\s/|>]+/archives/([CDG][A-Z0-9]+)/p([0-9]{10,})([0-9]{6})(?:[?#][^\s>|]*)?(?:\|[^>]*)?>?"
)
_PLACE = re.compile(r"([CDG][A-Z0-9]+)/([0-9]{10,}\.[0-9]{6})")


class NotAMessageError(UserError):
    """Not the address of a message."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is no link to a message. In Slack, choose “Copy link” on the message; it looks like"
            " https://team.slack.com/archives/C0123/p1700000000123456."
        )


class OtherChannelError(UserError):
    """A message of ours does not arrive in a channel that it was not sent to."""

    def __init__(self, key: str, *, sent_to: str, found_in: str) -> None:
        super().__init__(f"“{key}” goes to {sent_to}, and this message is in {found_in}: it must be another one.")


class PostState(StrEnum):
    """Where a post stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PARKED = "parked"
    DROPPED = "dropped"


TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    # Arrived while pending: a sender whose lease had ended, or a person, knows what a look-up did not see.
    PostState.PENDING: frozenset({PostState.SENDING, PostState.SENT, PostState.PARKED, PostState.DROPPED}),
    # A lease that ends while sending becomes unknown, never pending: nobody knows what Slack did.
    PostState.SENDING: frozenset({PostState.PENDING, PostState.SENT, PostState.UNKNOWN, PostState.PARKED}),
    PostState.UNKNOWN: frozenset({PostState.PENDING, PostState.SENT, PostState.PARKED, PostState.DROPPED}),
    PostState.PARKED: frozenset({PostState.PENDING, PostState.SENT, PostState.DROPPED}),
    PostState.SENT: frozenset(),
    PostState.DROPPED: frozenset(),
}
"""Allowed steps. SENDING -> PENDING only when Slack certainly did not take it (a 429, a refused connection); nothing is
SENT that was never claimed.
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Slack's word that a message exists."""

    channel: str
    ts: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The message that *text* points at: a link as Slack copies it, or CHANNEL/ts. Raises `NotAMessageError`."""
        if link := _PERMALINK.fullmatch(text.strip()):
            return cls(link[1], f"{link[2]}.{link[3]}")
        if place := _PLACE.fullmatch(text.strip()):
            return cls(place[1], place[2])
        raise NotAMessageError(text)


@dataclass(frozen=True, slots=True)
class Handed:
    """Slack's word that it has a file: what it calls it, and where whoever may see it finds it."""

    file_id: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPost:
    """A post as the outbox keeps it.

    `recipient` is a channel or user id; `delivery_key` (32 hex) travels in the message's metadata; `parent_ts` is the
    ts of the message whose thread it joins; `channel` and `ts` are Slack's receipt. `fence` grows with every claim: an
    answer that carries an older one is too late. `revision` grows with every change of what it is to show.
    """

    id: int
    workspace: str
    key: str
    delivery_key: str
    recipient: str
    text: str
    blocks: tuple[dict[str, Any], ...]
    state: PostState
    created_at: datetime
    product_id: int | None = None
    parent_id: int | None = None
    parent_ts: str | None = None
    text_only: bool = False
    fence: int = 0
    attempts: int = 0
    lookups: int = 0
    not_before: datetime | None = None
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    held: bool = False
    channel: str | None = None
    ts: str | None = None
    reason: str | None = None
    revision: int = 0

    def receipt_at(self, link: str) -> Receipt:
        """The receipt of the message at *link*, which a person says is this post.

        Raises `NotAMessageError`, and `OtherChannelError` where this post cannot be. What went to a person is in a
        direct message, whose id nobody knows beforehand.
        """
        receipt = Receipt.parse(link)
        goes_to_channel = self.recipient.startswith(("C", "G"))
        if receipt.channel != self.recipient and (goes_to_channel or not receipt.channel.startswith("D")):
            raise OtherChannelError(self.key, sent_to=self.recipient, found_in=receipt.channel)
        return receipt


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long the outbox waits for what. The lease outlives a call to Slack with all that belongs to it; the settle
    time outlives the HTTP time-out.
    """

    call: timedelta = timedelta(seconds=20)
    lease: timedelta = timedelta(seconds=60)
    settle: timedelta = timedelta(seconds=30)
    pace: timedelta = timedelta(seconds=1)
