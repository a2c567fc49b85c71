"""Limits that Slack sets and one replica meets: they hold for all."""

from datetime import datetime

from sqlmodel import Session

from bot.errors import TransientError
from bot.outbox.sender import NotConnectedError, RateLimitedError
from bot.store import holds


def heed(session: Session, workspace: str, operation: str, error: TransientError, now: datetime) -> None:
    """Let nobody try *operation* as long as *error* says; without a valid token, nothing at all."""
    match error:
        case NotConnectedError(after=after) if after:
            holds.put(session, workspace, holds.EVERYTHING, now + after)
        case RateLimitedError(after=after) if after:
            holds.put(session, workspace, operation, now + after)
        case _:
            pass
