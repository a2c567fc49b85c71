"""The relay: takes posts from the outbox, sends them, and records what became of each, effectively once.

No transaction is open while the network is waited for. What a crash leaves behind is always one of: still pending;
sending, which becomes unknown when its lease ends; or settled.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from bot.domain.delivery import Patience, PostState, Receipt, StoredPost
from bot.errors import MusterError, OutcomeUnknownError, PermanentError, TransientError
from bot.log import logger
from bot.outbox import notices, policy
from bot.outbox.sender import CannotLookError, NotConnectedError, RateLimitedError, RefusedBlocksError, Sender
from bot.store import holds, posts, settling
from bot.store.session import Database, Moment

SENDING, LOOKING = "send", "look"
Failure = TypeVar("Failure", bound=MusterError)

AT_ONCE = 5
"""How many channels are written to at the same time."""


class Relay:
    """Delivers one workspace's posts. Any number of relays may run on one database."""

    def __init__(
        self,
        *,
        database: Database,
        sender: Sender,
        moment: Moment,
        workspace: str,
        admins: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._moment = moment
        self._workspace = workspace
        self._admins = admins
        self._patience = patience or Patience()

    async def turn(self) -> int:
        """Send what may be sent now and settle what is in doubt; return how many posts were touched."""
        claimed = await self._database.run(self._claim)
        await asyncio.gather(*(self._deliver(post) for post in claimed))
        doubtful = await self._database.run(self._doubtful)
        await asyncio.gather(*(self._settle(post) for post in doubtful))
        return len(claimed) + len(doubtful)

    def _claim(self, session: Session) -> list[StoredPost]:
        now = self._moment(session)
        posts.expire(session, self._workspace, now=now, patience=self._patience)
        if holds.until(session, self._workspace, SENDING, now):
            return []
        return posts.claim(session, self._workspace, now=now, patience=self._patience, limit=AT_ONCE)

    def _doubtful(self, session: Session) -> list[StoredPost]:
        now = self._moment(session)
        if holds.until(session, self._workspace, LOOKING, now):
            return []
        return posts.unknown(session, self._workspace, now=now, limit=AT_ONCE)

    async def _deliver(self, post: StoredPost) -> None:
        try:
            receipt = await self._sender.send(post)
        except RefusedBlocksError as error:
            await self._record(self._refused, post, error)
        except PermanentError as error:
            await self._record(self._park, post, error)
        except TransientError as error:
            await self._record(self._put_back, post, error)
        except OutcomeUnknownError as error:
            await self._record(self._doubt, post, error)
        else:
            await self._arrived(post, receipt)

    async def _settle(self, post: StoredPost) -> None:
        """Find out whether a post of unknown outcome is there; only if it is not, it is sent again."""
        since = (post.claimed_at or post.created_at) - policy.SKEW
        try:
            found = await self._sender.find(post, since=since)
        except CannotLookError as error:
            await self._record(self._hold, post, error)
        except TransientError as error:
            await self._record(self._look_again, post, error)
        else:
            if found:
                await self._arrived(post, found[0])
                await self._remove_extra(post, found[1:])
            else:
                await self._record(self._put_back, post, TransientError("it was not found in Slack"))

    async def _arrived(self, post: StoredPost, receipt: Receipt) -> None:
        settled = await self._database.run(
            lambda session: settling.arrived(session, post, receipt, self._moment(session))
        )
        if settled:
            logger().info("post.sent", key=post.key, ts=receipt.ts, attempts=post.attempts)
        else:
            await self._too_late(post, receipt)

    async def _too_late(self, post: StoredPost, receipt: Receipt) -> None:
        """We sent, but our lease had ended and another replica took over: leave exactly one message."""
        now_there = await self._database.run(lambda session: posts.named(session, post.workspace, post.key))
        if now_there is None or now_there.ts == receipt.ts:
            return
        if now_there.state in {PostState.SENT, PostState.SENDING}:
            await self._remove_extra(post, [receipt])
            return
        await self._database.run(lambda session: settling.arrived(session, now_there, receipt, self._moment(session)))

    async def _remove_extra(self, post: StoredPost, receipts: Sequence[Receipt]) -> None:
        for receipt in receipts:
            logger().warning("post.extra_copy", key=post.key, ts=receipt.ts)
            try:
                await self._sender.remove(receipt)
            except MusterError as error:
                logger().error("post.extra_copy_stays", key=post.key, ts=receipt.ts, reason=str(error))

    async def _record(
        self,
        step: Callable[[Session, StoredPost, Failure, datetime], str],
        post: StoredPost,
        error: Failure,
    ) -> None:
        event = await self._database.run(lambda session: step(session, post, error, self._moment(session)))
        logger().warning(event, key=post.key, attempts=post.attempts, reason=str(error))

    def _refused(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str:
        if post.text_only:
            return self._park(session, post, error, now)
        settling.plain(session, post, str(error))
        return "post.without_blocks"

    def _park(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str:
        if settling.park(session, post, str(error)):
            self._tell(session, post, now)
        return "post.parked"

    def _hold(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str:
        if settling.hold(session, post, str(error)):
            self._tell(session, post, now)
        return "post.held"

    def _tell(self, session: Session, post: StoredPost, now: datetime) -> None:
        settled = posts.named(session, post.workspace, post.key)
        if settled and not notices.tell(session, settled, admins=self._admins, now=now):
            logger().error("post.nobody_to_tell", key=post.key)

    def _put_back(self, session: Session, post: StoredPost, error: TransientError, now: datetime) -> str:
        self._heed(session, SENDING, error, now)
        again = policy.next_try(post, error, now)
        if again is None:
            return self._park(session, post, error, now)
        settling.put_back(session, post, not_before=again, reason=str(error))
        return "post.put_back"

    def _doubt(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str:
        settling.doubt(session, post, look_at=now + self._patience.settle, reason=str(error))
        return "post.unknown"

    def _look_again(self, session: Session, post: StoredPost, error: TransientError, now: datetime) -> str:
        self._heed(session, LOOKING, error, now)
        again = policy.next_look(post, error, now)
        if again is None:
            return self._hold(session, post, error, now)
        settling.look_again(session, post, look_at=again, reason=str(error))
        return "post.still_unknown"

    def _heed(self, session: Session, operation: str, error: TransientError, now: datetime) -> None:
        """Make a limit that this replica met hold for all."""
        match error:
            case NotConnectedError(after=after) if after:
                holds.put(session, self._workspace, holds.EVERYTHING, now + after)
            case RateLimitedError(after=after) if after:
                holds.put(session, self._workspace, operation, now + after)
            case _:
                pass
