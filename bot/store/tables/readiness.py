"""How a product may fail and what holds against it; whether it may launch, and who signed for that."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class FailureModeRow(SQLModel, table=True):
    """What a team said of a failure mode: of one of the start set, or of one of its own."""

    __tablename__ = "failure_modes"
    __table_args__ = (UniqueConstraint("product_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    key: str
    name: str = Field(sa_type=Text)
    severity: str
    likelihood: str | None = None
    blocking: bool | None = None
    seen: str = Field(default="", sa_type=Text)
    recovery: str = Field(default="", sa_type=Text)
    fallback: str = Field(default="", sa_type=Text)
    below_confidence: float | None = None
    owner: str | None = None
    retired: bool = False
    changed_by: str
    changed_at: datetime
    version: int = 1


class DefenceRow(SQLModel, table=True):
    """What a team has in place of one layer of defence against made-up facts; *in_place* None: nobody said."""

    __tablename__ = "defences"
    __table_args__ = (UniqueConstraint("product_id", "layer"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    layer: str
    in_place: bool | None = None
    what: str = Field(default="", sa_type=Text)
    owner: str | None = None
    changed_by: str
    changed_at: datetime
    version: int = 1


class LaunchItemRow(SQLModel, table=True):
    """One of the things a launch needs: who answers for it, and who ticked it when."""

    __tablename__ = "launch_items"
    __table_args__ = (UniqueConstraint("product_id", "area"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    area: str
    owner: str | None = None
    note: str = Field(default="", sa_type=Text)
    ticked_by: str | None = None
    ticked_at: datetime | None = None
    version: int = 1


class SignOffRow(SQLModel, table=True):
    """What somebody said for a function, and the ground they said it on. Only *fallen_at* and *fallen_why* are ever
    written later.
    """

    __tablename__ = "sign_offs"
    __table_args__ = (
        Index("ix_sign_offs_product_id", "product_id", "id"),
        # One of a function stands at a time: two who sign at once are one who signs and one who hears of it.
        Index(
            "uq_sign_offs_standing",
            "product_id",
            "function",
            unique=True,
            sqlite_where=text("fallen_at IS NULL"),
            postgresql_where=text("fallen_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    function: str
    user_id: str
    decision: str
    reason: str = Field(default="", sa_type=Text)
    ground: dict[str, Any] = json_column()
    signed_at: datetime
    fallen_at: datetime | None = None
    fallen_why: str = Field(default="", sa_type=Text)
