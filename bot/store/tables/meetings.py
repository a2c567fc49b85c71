"""What people said of a review's items, what they overrode, whom they asked, and their words for kinds of error."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class WordsRow(SQLModel, table=True):
    """What one person said of one item for one part: nobody writes over anybody else's."""

    __tablename__ = "review_words"
    __table_args__ = (UniqueConstraint("item_id", "part", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="review_items.id")
    part: str
    user_id: str
    verdict: str | None = None
    note: str = Field(default="", sa_type=Text)
    said_at: datetime
    version: int = 1


class SettlementRow(SQLModel, table=True):
    """What the decider settled where people disagreed on a part of an item."""

    __tablename__ = "review_settlements"
    __table_args__ = (UniqueConstraint("item_id", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="review_items.id")
    part: str
    verdict: str
    user_id: str
    reason: str = Field(default="", sa_type=Text)
    settled_at: datetime


class OverrideRow(SQLModel, table=True):
    """What the machine said of an item and a person put right: *what* kind of saying, *about* what, and why."""

    __tablename__ = "review_overrides"
    __table_args__ = (UniqueConstraint("item_id", "what", "about"),)

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="review_items.id")
    what: str
    about: str = Field(sa_type=Text)
    user_id: str
    reason: str = Field(sa_type=Text)
    overridden_at: datetime


class QuestionRow(SQLModel, table=True):
    """A question about an item to an expert, and the answer once there is one."""

    __tablename__ = "expert_questions"

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="review_items.id", index=True)
    asked_by: str
    expert: str = Field(index=True)
    question: str = Field(sa_type=Text)
    asked_at: datetime
    acceptable: str | None = None
    answer: str = Field(default="", sa_type=Text)
    answered_at: datetime | None = None


class ErrorKindRow(SQLModel, table=True):
    """A kind of error in the team's own words; *merged_into*: another kind that it turned out to be."""

    __tablename__ = "error_kinds"
    __table_args__ = (UniqueConstraint("product_id", "folded"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    name: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    created_by: str
    created_at: datetime
    merged_into: int | None = Field(default=None, foreign_key="error_kinds.id")
