"""Messages that are there already and are to show something else: edited in place, without a sound."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from bot.domain.delivery import Patience, StoredPost
from bot.errors import MusterError, OutcomeUnknownError, PermanentError, TransientError
from bot.log import logger
from bot.outbox import limits, policy
from bot.outbox.pictures import Pictures
from bot.outbox.sender import Sender
from bot.store import edits, holds
from bot.store.session import Database, Moment

EDITING = "edit"
Failure = TypeVar("Failure", bound=MusterError)

AT_ONCE = 5
"""How many messages are edited at the same time."""

ANSWER_WITHIN = timedelta(seconds=5)
"""An edit can be made again: new posts wait no longer than this for one that hangs."""


class Edits:
    """Edits of one workspace's messages. An edit may be made twice; never does something older replace a newer one."""

    def __init__(
        self,
        *,
        database: Database,
        sender: Sender,
        moment: Moment,
        workspace: str,
        patience: Patience,
        pictures: Pictures | None = None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._moment = moment
        self._workspace = workspace
        self._patience = patience
        self._pictures = pictures or Pictures(
            database=database, sender=sender, moment=moment, workspace=workspace, draw=None
        )

    def claim(self, session: Session, now: datetime) -> list[StoredPost]:
        """Take what may be edited now."""
        if holds.until(session, self._workspace, EDITING, now):
            return []
        return edits.claim(session, self._workspace, now=now, patience=self._patience, limit=AT_ONCE)

    async def make(self, post: StoredPost) -> None:
        """Edit the message of *post* once, and record what came of it."""
        try:
            await self._pictures.deliver(post, self._edit, edits.tries)
        except PermanentError as error:
            await self._record(self._give_up, post, error)
        except TransientError as error:
            await self._record(self._put_off, post, error)
        except OutcomeUnknownError as error:
            await self._record(self._doubt, post, error)
        else:
            await self._database.run(lambda session: self._made(session, post))

    async def _edit(self, post: StoredPost) -> None:
        await self._in_time(self._sender.edit(post))

    async def _in_time(self, call: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(call, min(ANSWER_WITHIN, self._patience.call).total_seconds())
        except TimeoutError as error:
            raise OutcomeUnknownError("Slack did not answer in time.") from error

    async def _record(
        self, step: Callable[[Session, StoredPost, Failure, datetime], str], post: StoredPost, error: Failure
    ) -> None:
        event = await self._database.run(lambda session: step(session, post, error, self._moment(session)))
        logger().warning(event, key=post.key, revision=post.revision, reason=str(error))

    # Each step returns the event to log.

    def _made(self, session: Session, post: StoredPost) -> None:
        next_at = self._moment(session) + self._patience.pace
        if not edits.made(session, post, next_at=next_at):
            edits.overtaken(session, post, next_at=next_at)

    def _doubt(self, session: Session, post: StoredPost, _error: MusterError, now: datetime) -> str:
        settled_at = now + self._patience.settle
        if not edits.doubt(session, post, settled_at=settled_at):
            edits.overtaken(session, post, next_at=settled_at)
        return "post.edit_unknown"

    def _put_off(self, session: Session, post: StoredPost, error: TransientError, now: datetime) -> str:
        limits.heed(session, self._workspace, EDITING, error, now)
        again = policy.next_edit(edits.tries(session, post), error, now)
        if again is None:
            return self._give_up(session, post, error, now)
        edits.put_off(session, post, not_before=again)
        return "post.edit_put_off"

    def _give_up(self, session: Session, post: StoredPost, _error: MusterError, _now: datetime) -> str:
        edits.give_up(session, post)
        return "post.edit_given_up"
