"""Incidents: who holds them, everything that happened, what came of them, and what is sent to pagers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.store.tables.columns import json_column


class IncidentRow(SQLModel, table=True):
    """An incident; its *id* is the number people say. It has an owner at every moment; *offered_to*: whom the owner
    wants to hand it to, who has not accepted yet. *called_at*: from when on its owner has been waited for.
    """

    __tablename__ = "incidents"
    __table_args__ = (Index("ix_incidents_product_id_state", "product_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="products.id")
    kind: str
    severity: int
    seen: str = Field(sa_type=Text)
    origin: str
    state: str
    owner: str
    offered_to: str | None = None
    offered_by: str | None = None
    declared_by: str
    declared_at: datetime
    called_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    next_update_at: datetime | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    summary: str = Field(default="", sa_type=Text)
    version: int = 1


class IncidentEventRow(SQLModel, table=True):
    """What happened in an incident: rows are added, never changed. *at* is when it happened, *noted_at* when it was
    written down; *key* tells apart what must be there only once, like a message of the thread.
    """

    __tablename__ = "incident_events"
    __table_args__ = (UniqueConstraint("incident_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    at: datetime
    noted_at: datetime
    user_id: str
    what: str
    detail: dict[str, Any] = json_column()
    key: str | None = None


class IncidentPredictionRow(SQLModel, table=True):
    """A prediction that belongs to an incident."""

    __tablename__ = "incident_predictions"

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    prediction_row_id: int = Field(primary_key=True, foreign_key="predictions.id")
    attached_by: str
    attached_at: datetime


class FollowUpRow(SQLModel, table=True):
    """What is to be done after an incident; *fix_id*: the fix that it became."""

    __tablename__ = "follow_ups"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    title: str = Field(sa_type=Text)
    kind: str
    owner: str | None = None
    due: date | None = None
    created_by: str
    created_at: datetime
    fix_id: int | None = Field(default=None, foreign_key="fixes.id")


class IncidentSettingsRow(SQLModel, table=True):
    """What a team wants of its incidents beside the card: updates on time, an emoji that keeps a message, the channel's
    topic, the pager.
    """

    __tablename__ = "incident_settings"

    product_id: int = Field(primary_key=True, foreign_key="products.id")
    updates: bool = True
    emoji: str | None = None
    topic: bool = False
    paging: bool = False


class WebhookRow(SQLModel, table=True):
    """A call to a pager, written in the transaction of what it tells; without the secret key."""

    __tablename__ = "webhook_calls"
    __table_args__ = (UniqueConstraint("key"), Index("ix_webhook_calls_state", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    key: str
    stream: str
    payload: dict[str, Any] = json_column()
    created_at: datetime
    state: str
    fence: int = 0
    attempts: int = 0
    lease_until: datetime | None = None
    not_before: datetime | None = None
    sent_at: datetime | None = None
    reason: str | None = Field(default=None, sa_type=Text)
