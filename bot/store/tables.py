"""The tables. Rows stay inside `bot.store`: each module there turns them into domain objects."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Named constraints can be dropped by a later migration, unnamed ones cannot be on SQLite.
SQLModel.metadata.naming_convention = {
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def _json(*, nullable: bool = False) -> Any:
    return Field(default=None, sa_type=JSON(none_as_null=True), nullable=nullable)


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
    record: dict[str, Any] = _json()
    source: dict[str, Any] | None = _json(nullable=True)
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
    options: dict[str, Any] = _json()
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


class PullRow(SQLModel, table=True):
    """What a source said of a window: the pool of the worst, and both weeks in numbers."""

    __tablename__ = "pulls"
    __table_args__ = (UniqueConstraint("product_id", "window_start", "window_end"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    window_start: datetime
    window_end: datetime
    ranking: str
    pool: list[int] = _json()
    this_week: dict[str, Any] = _json()
    last_week: dict[str, Any] | None = _json(nullable=True)
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


class ReviewItemRow(SQLModel, table=True):
    """A seat in a review: which prediction, what was folded into it, and what it breaks."""

    __tablename__ = "review_items"
    __table_args__ = (UniqueConstraint("review_id", "rank"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="reviews.id")
    rank: int
    prediction_row_id: int = Field(foreign_key="predictions.id")
    alike: list[int] = _json()
    breaches: list[str] = _json()


class PostRow(SQLModel, table=True):
    """The outbox. A post is written in the transaction of what it tells, and sent by the relay."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("workspace", "key"),
        # What is still on its way is little; what was sent is everything.
        Index(
            "ix_posts_open",
            "state",
            "recipient",
            "id",
            sqlite_where=text("state IN ('pending', 'sending', 'unknown')"),
            postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
        ),
        Index("ix_posts_sent", "recipient", "sent_at"),
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
    blocks: list[dict[str, Any]] = _json()
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
