"""The stakeholder update: drafts and what became of them, forecasts, a team's own wording."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class DraftRow(SQLModel, table=True):
    """A week's update of a product, from being drafted to being posted. *body*: its words; *remarks*: what the approver
    alone reads; *ticks*: what they ticked off; *post_due*: when it is to be posted, which is the deadline.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("product_id", "week_end"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    week_start: datetime
    week_end: datetime
    post_due: datetime
    state: str
    approver: str | None = None
    deputy: str | None = None
    body: dict[str, Any] = json_column()
    facts: dict[str, Any] = json_column()
    remarks: list[str] = json_column()
    ticks: list[str] = json_column()
    chart: dict[str, Any] | None = json_column(nullable=True)
    made_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = Field(default="", sa_type=Text)
    post_key: str | None = None
    posted_at: datetime | None = None
    corrected_by: str | None = None
    corrected_at: datetime | None = None
    version: int = 1


class DraftEventRow(SQLModel, table=True):
    """What happened to a draft, by whom: rows are added, never changed."""

    __tablename__ = "draft_events"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="drafts.id", index=True)
    at: datetime
    user_id: str
    what: str
    before: str
    after: str
    detail: dict[str, Any] = json_column()


class ForecastRow(SQLModel, table=True):
    """What somebody expects of a metric: from *low* to *high* within a span of weeks; it may level off at *plateau*.

    *plateau_chance* is a share 0..1. *outcome*: the value when its time came.
    """

    __tablename__ = "forecasts"

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    metric: str
    started_from: float | None = None
    target: float
    low: float
    high: float
    due_from: date
    due_to: date
    plateau: float | None = None
    plateau_chance: float | None = None
    made_by: str
    made_at: datetime
    state: str
    outcome: float | None = None
    checked_at: datetime | None = None
    version: int = 1


class UpdateSettingsRow(SQLModel, table=True):
    """Who approves a product's update, and what stakeholders see of it. *track_record*: how often forecasts held."""

    __tablename__ = "update_settings"

    product_id: int = Field(primary_key=True, foreign_key="products.id")
    approver: str | None = None
    deputy: str | None = None
    track_record: bool = False
    version: int = 1


class TemplateRow(SQLModel, table=True):
    """A team's own wording of a part of the update, a Jinja2 template."""

    __tablename__ = "update_templates"
    __table_args__ = (UniqueConstraint("product_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    name: str
    source: str = Field(sa_type=Text)
    saved_by: str
    saved_at: datetime
    version: int = 1
