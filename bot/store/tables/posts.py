"""The outbox, and what its workers leave for each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class PostRow(SQLModel, table=True):
    """The outbox. A post is written in the transaction of what it tells, and sent by the relay.

    *revision* counts what it is to show, *shown* is the revision that Slack shows: where they differ, the message is
    edited in place.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("workspace", "key"),
        # What is still on its way is little; what was sent is everything.
        Index(
            "ix_posts_open",
            "workspace",
            "state",
            "recipient",
            "id",
            sqlite_where=text("state IN ('pending', 'sending', 'unknown')"),
            postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
        ),
        Index("ix_posts_sent", "recipient", "sent_at"),
        # Messages that no longer show what they should are few.
        Index(
            "ix_posts_stale",
            "workspace",
            "id",
            sqlite_where=text("shown < revision"),
            postgresql_where=text("shown < revision"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    key: str
    delivery_key: str
    product_id: int | None = Field(default=None, foreign_key="products.id")
    recipient: str
    parent_id: int | None = Field(default=None, foreign_key="posts.id", index=True)
    about_id: int | None = Field(default=None, foreign_key="posts.id", index=True)
    text: str = Field(sa_type=Text)
    blocks: list[dict[str, Any]] = json_column()
    text_only: bool = False
    state: str = "pending"
    held: bool = False
    fence: int = 0
    attempts: int = 0
    lookups: int = 0
    created_at: datetime
    not_before: datetime | None = None
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    channel: str | None = None
    ts: str | None = None
    reason: str | None = Field(default=None, sa_type=Text)
    revision: int = 0
    shown: int = 0
    edit_attempts: int = 0
    edit_not_before: datetime | None = None


class HoldRow(SQLModel, table=True):
    """A method of Slack that nobody may call until then: met by one replica, kept by all."""

    __tablename__ = "holds"

    workspace: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    until: datetime


class HeartbeatRow(SQLModel, table=True):
    """The last turn of a loop in a process."""

    __tablename__ = "heartbeats"

    replica: str = Field(primary_key=True)
    loop: str = Field(primary_key=True)
    host: str
    at: datetime
