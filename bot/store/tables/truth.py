"""Feedback, reports, proposed and verified answers, and the golden set."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class FeedbackRow(SQLModel, table=True):
    """What a user of the product said of an output, as it was loaded."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("product_id", "prediction_id", "model_version", "given_by"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    prediction_id: str = Field(sa_type=Text)
    model_version: str = Field(default="", sa_type=Text)
    given_by: str = Field(default="", sa_type=Text)
    feedback: str | None = None
    correction: str | None = Field(default=None, sa_type=Text)
    final_output: str | None = Field(default=None, sa_type=Text)
    comment: str | None = Field(default=None, sa_type=Text)
    given_at: datetime


class ReportRow(SQLModel, table=True):
    """A bad answer that somebody met in Slack and reported; *item_id*: the seat it got in a review."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("product_id", "channel", "ts", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    prediction_row_id: int = Field(foreign_key="predictions.id")
    user_id: str
    channel: str
    ts: str
    note: str = Field(default="", sa_type=Text)
    reported_at: datetime
    item_id: int | None = Field(default=None, foreign_key="review_items.id")


class TruthRow(SQLModel, table=True):
    """A corrected answer: a proposal until a domain expert verifies it."""

    __tablename__ = "truths"
    __table_args__ = (
        UniqueConstraint("prediction_row_id", "origin", "proposed_by"),
        Index("ix_truths_product_id_state", "product_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    prediction_row_id: int = Field(foreign_key="predictions.id")
    origin: str
    proposal: str = Field(sa_type=Text)
    proposed_by: str = Field(sa_type=Text)
    proposed_at: datetime
    state: str
    answer: str | None = Field(default=None, sa_type=Text)
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str = Field(default="", sa_type=Text)
    version: int = 1


class GoldenRow(SQLModel, table=True):
    """A row of the golden set; one that was taken out stays, so that it comes back under the same name."""

    __tablename__ = "golden"
    __table_args__ = (UniqueConstraint("product_id", "prediction_row_id"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    prediction_row_id: int = Field(foreign_key="predictions.id")
    golden_id: str
    answer: str = Field(sa_type=Text)
    truth_id: int | None = Field(default=None, foreign_key="truths.id")
    picked_by: str
    picked_at: datetime
    dropped_by: str | None = None
    dropped_at: datetime | None = None
