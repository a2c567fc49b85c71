"""What time it is: read once per turn, at the edge, and handed down as `now`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say the current instant."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock. What replicas share is timed by the database's, see `bot.store.session.now_in`."""

    def now(self) -> datetime:
        """The current instant."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands where it was put: for the demo, previews and tests."""

    at: datetime

    def now(self) -> datetime:
        """The instant it was put to."""
        return self.at

    def advance(self, span: timedelta) -> None:
        """Move on by *span*."""
        self.at += span
