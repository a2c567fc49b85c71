"""The tables. Rows stay inside `bot.store`: each module there turns them into domain objects."""

from bot.store.tables.inbound import AuditRow, InboxRow, PersonRow
from bot.store.tables.posts import HeartbeatRow, HoldRow, PostRow
from bot.store.tables.predictions import PredictionRow, PullRow, ReviewItemRow, ReviewRow
from bot.store.tables.products import ChoreRunRow, ProductRow, RoleRow, ScheduleRow, SlotRow

__all__ = [
    "AuditRow",
    "ChoreRunRow",
    "HeartbeatRow",
    "HoldRow",
    "InboxRow",
    "PersonRow",
    "PostRow",
    "PredictionRow",
    "ProductRow",
    "PullRow",
    "ReviewItemRow",
    "ReviewRow",
    "RoleRow",
    "ScheduleRow",
    "SlotRow",
]
