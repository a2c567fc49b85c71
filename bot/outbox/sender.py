"""What the outbox asks of whoever really sends, and the answers it understands."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.delivery import Handed, Receipt, StoredPost
from bot.errors import PermanentError, TransientError


class RateLimitedError(TransientError):
    """Too many calls: nobody, on any replica, calls again before *after*."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"Slack asks for a pause of {after.total_seconds():.0f} s.", after=after)


class NotConnectedError(TransientError):
    """The workspace does not let us in at all: everything waits, nothing is lost."""

    def __init__(self, error: str) -> None:
        super().__init__(
            f"Slack does not accept the bot's token ({error}): put a valid one into SLACK_BOT_TOKEN.",
            after=timedelta(minutes=10),
        )


class RefusedBlocksError(PermanentError):
    """The layout was refused; the text alone may still pass."""


class PictureNotReadyError(TransientError):
    """The message shows a file that Slack has not finished with, or has no more; nothing was delivered."""

    def __init__(self) -> None:
        super().__init__("Slack cannot show the picture yet.")


class CannotLookError(PermanentError):
    """It will never be told whether the message is there (a missing scope, a channel we are not in)."""


class Sender(Protocol):
    """Something that delivers posts."""

    async def send(self, post: StoredPost) -> Receipt:
        """Deliver *post* once and return the receipt.

        Raises `TransientError` when it certainly was not delivered and may be tried again, `PermanentError` when it
        never will be, `OutcomeUnknownError` when nobody can tell.
        """
        ...

    async def find(self, post: StoredPost, *, since: datetime) -> list[Receipt]:
        """Where *post* arrived at or after *since*, the earliest first. Raises `TransientError`, `CannotLookError`."""
        ...

    async def edit(self, post: StoredPost) -> None:
        """Let the message of *post*, which has arrived, show what the post says now. May be done twice.

        Raises `TransientError` when it certainly was not changed and may be tried again, `PermanentError` when it
        never will be, `OutcomeUnknownError` when nobody can tell.
        """
        ...

    async def remove(self, receipt: Receipt) -> None:
        """Take back a message of ours. Raises `MusterError` when that is refused."""
        ...

    async def upload(self, name: str, content: bytes, alt: str) -> Handed:
        """Hand over a picture that nobody sees before a post shows it; *alt* says the same in words. May be done again.

        Raises `TransientError` when trying again may help, and `PermanentError` when it cannot.
        """
        ...

    def image_of(self, handed: Handed) -> dict[str, Any]:
        """The field by which an image block shows a picture that was handed over.

        `send` and `edit` raise `PictureNotReadyError` while that cannot be shown.
        """
        ...
