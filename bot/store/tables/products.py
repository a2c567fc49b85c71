"""Products and when their rituals run."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class ProductRow(SQLModel, table=True):
    """A product; its record and source are JSON because they are read whole and never searched."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("workspace", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    key: str
    name: str
    timezone: str
    team_channel: str | None = None
    stakeholder_channel: str | None = None
    record: dict[str, Any] = json_column()
    source: dict[str, Any] | None = json_column(nullable=True)
    readings_source: dict[str, Any] | None = json_column(nullable=True)
    archived_at: datetime | None = None
    version: int = 1


class RoleRow(SQLModel, table=True):
    """Who holds which role; without a product the role counts for the workspace."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("workspace", "product_id", "role", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    product_id: int | None = Field(default=None, foreign_key="products.id", index=True)
    role: str
    user_id: str


class ScheduleRow(SQLModel, table=True):
    """When a ritual of a product runs. It belongs to the product, not to the person who made it."""

    __tablename__ = "schedules"
    __table_args__ = (UniqueConstraint("product_id", "ritual"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    ritual: str
    at: str
    next_due: datetime = Field(index=True)
    max_late_s: int | None = None
    paused: bool = False
    options: dict[str, Any] = json_column()
    failures: int = 0
    retry_at: datetime | None = None


class SlotRow(SQLModel, table=True):
    """Which nominal time of a schedule has run or was skipped: one row each, ever."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("schedule_id", "nominal"),)

    id: int | None = Field(default=None, primary_key=True)
    schedule_id: int = Field(foreign_key="schedules.id")
    nominal: str
    due: datetime
    state: str
    late: bool = False
    settled_at: datetime


class ChoreRunRow(SQLModel, table=True):
    """One piece of outside work for a slot: who holds it until when, and how it ended."""

    __tablename__ = "chore_runs"
    __table_args__ = (UniqueConstraint("schedule_id", "nominal", "chore"),)

    id: int | None = Field(default=None, primary_key=True)
    schedule_id: int = Field(foreign_key="schedules.id")
    nominal: str
    chore: str
    state: str
    fence: int = 1
    lease_until: datetime
    reason: str | None = Field(default=None, sa_type=Text)
