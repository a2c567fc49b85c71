"""Predictions, what sources said of them, and the reviews made of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class PredictionRow(SQLModel, table=True):
    """A prediction. *loaded*: it came in whole and counts in the product's week; otherwise it was fetched as one of
    the worst of a source that keeps the rest.
    """

    __tablename__ = "predictions"
    __table_args__ = (
        UniqueConstraint("product_id", "prediction_id", "model_version"),
        # In score order: the usual week's worst lie at its head. By day: bounds the unusual week.
        Index(
            "ix_predictions_score",
            "product_id",
            "score",
            "occurred_at",
            "prediction_id",
            "model_version",
            sqlite_where=text("score IS NOT NULL"),
            postgresql_where=text("score IS NOT NULL"),
        ),
        Index("ix_predictions_day", "product_id", "day", "score", "occurred_at", "prediction_id", "model_version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    prediction_id: str = Field(sa_type=Text)
    model_version: str = Field(default="", sa_type=Text)
    day: int
    occurred_at: datetime
    input: str | None = Field(default=None, sa_type=Text)
    output: str | None = Field(default=None, sa_type=Text)
    expected: str | None = Field(default=None, sa_type=Text)
    score: float | None = None
    loss: float | None = None
    confidence: float | None = None
    correct: bool | None = None
    segment: str | None = Field(default=None, sa_type=Text)
    context: str | None = Field(default=None, sa_type=Text)
    citations: str | None = Field(default=None, sa_type=Text)
    feedback: str | None = None
    final_output: str | None = Field(default=None, sa_type=Text)
    hallucinated: bool | None = None
    escalated: bool | None = None
    rated_by: str | None = Field(default=None, sa_type=Text)
    trace_url: str | None = Field(default=None, sa_type=Text)
    latency_s: float | None = None
    cost: float | None = None
    loaded: bool = False


class PullRow(SQLModel, table=True):
    """What a source said of a window: the pool of the worst, and both weeks in numbers."""

    __tablename__ = "pulls"
    __table_args__ = (UniqueConstraint("product_id", "window_start", "window_end"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    window_start: datetime
    window_end: datetime
    ranking: str
    pool: list[int] = json_column()
    this_week: dict[str, Any] = json_column()
    last_week: dict[str, Any] | None = json_column(nullable=True)
    pulled_at: datetime


class ReviewRow(SQLModel, table=True):
    """One week's error review of a product, as it was posted."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("product_id", "window_start", "window_end"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    window_start: datetime
    window_end: datetime
    ranking: str
    made_at: datetime
    state: str = "open"
    head_key: str | None = None
    place: int = 1
    started_by: str | None = None
    started_at: datetime | None = None
    finished_by: str | None = None
    finished_at: datetime | None = None
    most_help: str = Field(default="", sa_type=Text)


class ReviewItemRow(SQLModel, table=True):
    """A seat in a review: which prediction, what was folded into it, and what it breaks.

    *why*: how it came to its seat. *back_from*: the fix after which its error came back. *left_from*: the seat of an
    earlier review that nobody got to. *quick*: the one-click verdict, with who gave it.
    """

    __tablename__ = "review_items"
    __table_args__ = (UniqueConstraint("review_id", "rank"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="reviews.id")
    rank: int
    prediction_row_id: int = Field(foreign_key="predictions.id")
    alike: list[int] = json_column()
    breaches: list[str] = json_column()
    why: str = "worst"
    back_from: int | None = Field(default=None, foreign_key="fixes.id")
    left_from: int | None = Field(default=None, foreign_key="review_items.id")
    kind_id: int | None = Field(default=None, foreign_key="error_kinds.id")
    quick: str | None = None
    quick_by: str | None = None
    quick_at: datetime | None = None
    reviewed_at: datetime | None = None
