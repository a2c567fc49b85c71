"""Who answers for what in a product, user groups as Slack last described them, and who may be called at night."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class OwnershipRow(SQLModel, table=True):
    """Who answers for one responsibility of a product. *owners* are people and user groups; *away* names those of them
    (and of the backup) who are gone, each with why.
    """

    __tablename__ = "ownerships"
    __table_args__ = (UniqueConstraint("product_id", "responsibility"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    responsibility: str
    owners: list[str] = json_column()
    backup: str | None = None
    since: datetime
    set_by: str
    set_at: datetime
    confirmed_at: datetime
    accepted: list[str] = json_column()
    away: dict[str, str] = json_column()
    version: int = 1


class OwnershipEventRow(SQLModel, table=True):
    """What happened to an ownership, by whom and from where: rows are added, never changed."""

    __tablename__ = "ownership_events"
    __table_args__ = (Index("ix_ownership_events_product_id", "product_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    responsibility: str
    at: datetime
    user_id: str
    what: str
    origin: str
    before: dict[str, Any] | None = json_column(nullable=True)
    after: dict[str, Any] = json_column()


class GroupRow(SQLModel, table=True):
    """A user group as Slack last described it; a switched-off one has no members."""

    __tablename__ = "user_groups"

    workspace: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)
    handle: str
    name: str
    members: list[str] = json_column()
    seen_at: datetime


class TeamRow(SQLModel, table=True):
    """Who was in the channel of a product's team when it was last looked at."""

    __tablename__ = "channel_members"

    product_id: int = Field(primary_key=True, foreign_key="products.id")
    channel: str = Field(primary_key=True)
    members: list[str] = json_column()
    seen_at: datetime


class NightCallRow(SQLModel, table=True):
    """Whether a person accepted to be called at night, and when they said so."""

    __tablename__ = "night_calls"

    workspace: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    accepted: bool
    said_at: datetime
