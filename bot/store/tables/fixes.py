"""Fixes: what a team decided to do about the errors it looked at, and what became of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class FixRow(SQLModel, table=True):
    """A fix, from being proposed at the end of a review to being checked. Its *id* is the number people say."""

    __tablename__ = "fixes"
    __table_args__ = (Index("ix_fixes_product_id_state", "product_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    review_id: int = Field(foreign_key="reviews.id", index=True)
    title: str = Field(sa_type=Text)
    kind: str
    impact: int | None = None
    feasibility: int | None = None
    risk: int | None = None
    alignment: int | None = None
    this_week: bool = False
    owner: str | None = None
    due: date | None = None
    state: str
    created_by: str
    created_at: datetime
    shipped_at: datetime | None = None
    version: int = 1


class FixItemRow(SQLModel, table=True):
    """Which errors a fix is about; an error belongs to one fix at most."""

    __tablename__ = "fix_items"

    item_id: int = Field(primary_key=True, foreign_key="review_items.id")
    fix_id: int = Field(foreign_key="fixes.id", index=True)


class FixEventRow(SQLModel, table=True):
    """What happened to a fix, by whom and why: rows are added, never changed."""

    __tablename__ = "fix_events"

    id: int | None = Field(default=None, primary_key=True)
    fix_id: int = Field(foreign_key="fixes.id", index=True)
    at: datetime
    user_id: str
    what: str
    detail: dict[str, Any] = json_column()
