"""What came in, who did what, and who people are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class InboxRow(SQLModel, table=True):
    """What came in and is to be acted on: written down before Slack is told that it arrived."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("workspace", "key"),
        # What is still to be done is little; what was done is everything of the past days.
        Index(
            "ix_inbox_open",
            "workspace",
            "id",
            sqlite_where=text("state IN ('new', 'answering')"),
            postgresql_where=text("state IN ('new', 'answering')"),
        ),
        Index("ix_inbox_received_at", "received_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    key: str
    payload: dict[str, Any] = json_column()
    received_at: datetime
    state: str = "new"
    fence: int = 0
    attempts: int = 0
    lease_until: datetime | None = None
    not_before: datetime | None = None
    reply: dict[str, Any] | None = json_column(nullable=True)


class AuditRow(SQLModel, table=True):
    """Who did what, and what was refused: rows are added, never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_product_id", "product_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    at: datetime
    user_id: str
    what: str
    outcome: str
    product_id: int | None = Field(default=None, foreign_key="products.id")
    detail: str = Field(default="", sa_type=Text)
    before: dict[str, Any] | None = json_column(nullable=True)
    version: int | None = None


class PersonRow(SQLModel, table=True):
    """People as Slack last described them."""

    __tablename__ = "people"

    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    name: str
    standing: str
    timezone: str | None = None
    seen_at: datetime
