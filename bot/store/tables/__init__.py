"""The tables. Rows stay inside `bot.store`: each module there turns them into domain objects."""

from bot.store.tables.fixes import FixEventRow, FixItemRow, FixRow
from bot.store.tables.health import ChangeRow, HealthCardRow, MeasureRow, ReadingRow, StandingRow, WatchRow
from bot.store.tables.inbound import AuditRow, InboxRow, PersonRow
from bot.store.tables.incidents import (
    FollowUpRow,
    IncidentEventRow,
    IncidentPredictionRow,
    IncidentRow,
    IncidentSettingsRow,
    WebhookRow,
)
from bot.store.tables.meetings import ErrorKindRow, OverrideRow, QuestionRow, SettlementRow, WordsRow
from bot.store.tables.outside import ApiKeyRow, PictureRow
from bot.store.tables.owners import GroupRow, NightCallRow, OwnershipEventRow, OwnershipRow, TeamRow
from bot.store.tables.posts import HeartbeatRow, HoldRow, PostRow
from bot.store.tables.predictions import PredictionRow, PullRow, ReviewItemRow, ReviewRow
from bot.store.tables.products import ChoreRunRow, ProductRow, RoleRow, ScheduleRow, SlotRow
from bot.store.tables.readiness import DefenceRow, FailureModeRow, LaunchItemRow, SignOffRow
from bot.store.tables.truth import FeedbackRow, GoldenRow, ReportRow, TruthRow
from bot.store.tables.updates import DraftEventRow, DraftRow, ForecastRow, TemplateRow, UpdateSettingsRow

__all__ = [
    "ApiKeyRow",
    "AuditRow",
    "ChangeRow",
    "ChoreRunRow",
    "DefenceRow",
    "DraftEventRow",
    "DraftRow",
    "ErrorKindRow",
    "FailureModeRow",
    "FeedbackRow",
    "FixEventRow",
    "FixItemRow",
    "FixRow",
    "FollowUpRow",
    "ForecastRow",
    "GoldenRow",
    "GroupRow",
    "HealthCardRow",
    "HeartbeatRow",
    "HoldRow",
    "InboxRow",
    "IncidentEventRow",
    "IncidentPredictionRow",
    "IncidentRow",
    "IncidentSettingsRow",
    "LaunchItemRow",
    "MeasureRow",
    "NightCallRow",
    "OverrideRow",
    "OwnershipEventRow",
    "OwnershipRow",
    "PersonRow",
    "PictureRow",
    "PostRow",
    "PredictionRow",
    "ProductRow",
    "PullRow",
    "QuestionRow",
    "ReadingRow",
    "ReportRow",
    "ReviewItemRow",
    "ReviewRow",
    "RoleRow",
    "ScheduleRow",
    "SettlementRow",
    "SignOffRow",
    "SlotRow",
    "StandingRow",
    "TeamRow",
    "TemplateRow",
    "TruthRow",
    "UpdateSettingsRow",
    "WatchRow",
    "WebhookRow",
    "WordsRow",
]
