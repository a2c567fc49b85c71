"""The life of a post, from written down to arrived. Source: design 3."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class PostState(StrEnum):
    """Where a post stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PARKED = "parked"
    DROPPED = "dropped"


TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    PostState.PENDING: frozenset({PostState.SENDING, PostState.PARKED, PostState.DROPPED}),
    # A lease that ends while sending becomes unknown, never pending: nobody knows what Slack did.
    PostState.SENDING: frozenset({PostState.PENDING, PostState.SENT, PostState.UNKNOWN, PostState.PARKED}),
    PostState.UNKNOWN: frozenset({PostState.PENDING, PostState.SENT, PostState.PARKED, PostState.DROPPED}),
    PostState.PARKED: frozenset({PostState.PENDING, PostState.DROPPED}),
    PostState.SENT: frozenset(),
    PostState.DROPPED: frozenset(),
}
"""Allowed steps. SENDING -> PENDING only when Slack certainly did not take it (a 429, a refused connection)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredPost:
    """A post as the outbox keeps it.

    `recipient` is a channel or user id; `delivery_key` (32 hex) travels in the message's metadata; `parent_ts` is the
    ts of the message whose thread it joins; `channel` and `ts` are Slack's receipt. `fence` grows with every claim: an
    answer that carries an older one is too late.
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """Slack's word that a message exists."""

    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long the outbox waits for what. The lease outlives the HTTP time-out; the settle time outlives both."""

    lease: timedelta = timedelta(seconds=60)
    settle: timedelta = timedelta(seconds=30)
    pace: timedelta = timedelta(seconds=1)
