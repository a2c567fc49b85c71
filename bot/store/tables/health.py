"""Readings, what a product watches, how its checks stand, and what changed in it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class ReadingRow(SQLModel, table=True):
    """One value of one metric over one window. A corrected one is a row of its own; what it replaces stays."""

    __tablename__ = "readings"
    __table_args__ = (
        Index(
            "uq_readings_standing",
            "product_id",
            "metric",
            "window_start",
            "window_end",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_readings_product_id_metric_window_end", "product_id", "metric", "window_end"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    metric: str
    value: float
    unit: str
    window_start: datetime
    window_end: datetime
    n: int | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    origin: str
    source: str = Field(default="", sa_type=Text)
    entered_by: str
    entered_at: datetime
    replaced_at: datetime | None = None


class MeasureRow(SQLModel, table=True):
    """A window of predictions in numbers: segments, versions, confidence. Measured again, the latest holds."""

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("product_id", "window_start", "window_end"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    window_start: datetime
    window_end: datetime
    measured: dict[str, Any] = json_column()
    measured_at: datetime


class WatchRow(SQLModel, table=True):
    """What a product's team said of a metric. *chosen* None: as the classic five have it. *definition*: a metric of
    the team's own.
    """

    __tablename__ = "watches"
    __table_args__ = (UniqueConstraint("product_id", "metric"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    metric: str
    definition: dict[str, Any] | None = json_column(nullable=True)
    chosen: bool | None = None
    headline: bool = False
    direction: str | None = None
    target: float | None = None
    agreed_by: str = Field(default="", sa_type=Text)
    agreed_on: date | None = None
    minimum_sample: int | None = None
    owner: str | None = None
    version: int = 1


class StandingRow(SQLModel, table=True):
    """How a metric's checks stand. *recent*: the latest verdicts, newest last; *state*: what they come to, since when;
    *said*: what the channel was told last.
    """

    __tablename__ = "standings"
    __table_args__ = (UniqueConstraint("product_id", "metric"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    metric: str
    recent: list[dict[str, Any]] = json_column()
    state: str
    since: datetime
    said: str | None = None
    said_at: datetime | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    snoozed_why: str = Field(default="", sa_type=Text)
    taken_by: str | None = None
    taken_at: datetime | None = None
    version: int = 1


class HealthCardRow(SQLModel, table=True):
    """A message in which the channel heard of a change of state; the latest is the one with buttons."""

    __tablename__ = "health_cards"
    __table_args__ = (Index("ix_health_cards_product_id", "product_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    post_key: str
    posted_at: datetime
    told: list[dict[str, Any]] = json_column()
    closed_at: datetime | None = None


class ChangeRow(SQLModel, table=True):
    """Something that changed in the product: said by somebody, or a model version that was not seen before."""

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint("product_id", "key"),
        Index("ix_changes_product_id_at", "product_id", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    key: str
    at: datetime
    what: str = Field(sa_type=Text)
    kind: str
    noted_by: str
    noted_at: datetime
