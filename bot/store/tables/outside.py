"""Pictures that posts show, and the keys of programs that send data in."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class PictureRow(SQLModel, table=True):
    """A chart as data, drawn and handed to Slack when a post that shows it is sent. *file_id*: what Slack calls it."""

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("workspace", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    workspace: str
    key: str
    chart: dict[str, Any] = json_column()
    alt: str = Field(sa_type=Text)
    made_at: datetime
    file_id: str | None = None
    file_url: str | None = Field(default=None, sa_type=Text)
    uploaded_at: datetime | None = None


class ApiKeyRow(SQLModel, table=True):
    """A key that lets a program send data of one product; only its hash is kept, and its first letters."""

    __tablename__ = "api_keys"
    __table_args__ = (UniqueConstraint("digest"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id", index=True)
    name: str
    prefix: str
    digest: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
