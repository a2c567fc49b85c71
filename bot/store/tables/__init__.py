"""The tables. Rows stay inside `bot.store`: each module there turns them into domain objects."""

from bot.store.tables.fixes import FixEventRow, FixItemRow, FixRow
from bot.store.tables.inbound import AuditRow, InboxRow, PersonRow
from bot.store.tables.meetings import ErrorKindRow, OverrideRow, QuestionRow, SettlementRow, WordsRow
from bot.store.tables.posts import HeartbeatRow, HoldRow, PostRow
from bot.store.tables.predictions import PredictionRow, PullRow, ReviewItemRow, ReviewRow
from bot.store.tables.products import ChoreRunRow, ProductRow, RoleRow, ScheduleRow, SlotRow
from bot.store.tables.truth import FeedbackRow, GoldenRow, ReportRow, TruthRow

__all__ = [
    "AuditRow",
    "ChoreRunRow",
    "ErrorKindRow",
    "FeedbackRow",
    "FixEventRow",
    "FixItemRow",
    "FixRow",
    "GoldenRow",
    "HeartbeatRow",
    "HoldRow",
    "InboxRow",
    "OverrideRow",
    "PersonRow",
    "PostRow",
    "PredictionRow",
    "ProductRow",
    "PullRow",
    "QuestionRow",
    "ReportRow",
    "ReviewItemRow",
    "ReviewRow",
    "RoleRow",
    "ScheduleRow",
    "SettlementRow",
    "SlotRow",
    "TruthRow",
    "WordsRow",
]
