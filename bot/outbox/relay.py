"""The relay: takes posts from the outbox, sends them, and records what became of each, effectively once.

No transaction is open while the network is waited for. What a crash leaves behind is always one of: still pending;
sending, which becomes unknown when its lease ends; or settled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from bot.domain.delivery import Patience, PostState, Receipt, StoredPost
from bot.errors import MusterError, OutcomeUnknownError, PermanentError, TransientError
from bot.log import logger
from bot.outbox import limits, notices, policy
from bot.outbox.edits import Edits
from bot.outbox.extras import Extras
from bot.outbox.pictures import Draw, Pictures
from bot.outbox.sender import CannotLookError, RefusedBlocksError, Sender
from bot.store import holds, posts, settling
from bot.store.session import Database, Moment

SENDING, LOOKING = "send", "look"
T = TypeVar("T")
Failure = TypeVar("Failure", bound=MusterError)

AT_ONCE = 5
"""How many channels are written to at the same time."""


class Relay:
    """Delivers one workspace's posts. Any number of relays may run on one database.

    *draw* draws the charts that posts show; None: they are said in words.
    """

    def __init__(
        self,
        *,
        database: Database,
        sender: Sender,
        moment: Moment,
        workspace: str,
        admins: Sequence[str] = (),
        patience: Patience | None = None,
        draw: Draw | None = None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._moment = moment
        self._workspace = workspace
        self._admins = admins
        self._patience = patience or Patience()
        self._extras = Extras(sender, call=self._patience.call)
        self._pictures = Pictures(database=database, sender=sender, moment=moment, workspace=workspace, draw=draw)
        self._edits = Edits(
            database=database,
            sender=sender,
            moment=moment,
            workspace=workspace,
            patience=self._patience,
            pictures=self._pictures,
        )

    async def turn(self) -> int:
        """Send and edit what may be now, and settle what is in doubt; return how many posts were touched.

        No call to Slack holds a turn up for longer than `Patience.call`. What goes wrong with one post in a way that
        nobody thought of is logged, its lease settles it, and the others go on.
        """
        claimed, stale = await self._database.run(self._claim)
        await asyncio.gather(self._each(self._deliver, claimed), self._each(self._edits.make, stale))
        doubtful = await self._database.run(self._doubtful)
        await self._each(self._settle, doubtful)
        await self._extras.turn(await self._database.look(self._moment))
        return len(claimed) + len(stale) + len(doubtful)

    async def _each(self, step: Callable[[StoredPost], Awaitable[None]], chosen: Sequence[StoredPost]) -> None:
        ends = await asyncio.gather(*(step(post) for post in chosen), return_exceptions=True)
        for post, end in zip(chosen, ends, strict=True):
            if isinstance(end, BaseException):
                logger().error("post.broke", key=post.key, exc_info=end)

    async def _in_time(self, call: Awaitable[T]) -> T:
        """The answer to a *call* to Slack. Raises `OutcomeUnknownError` when it takes too long."""
        try:
            return await asyncio.wait_for(call, self._patience.call.total_seconds())
        except TimeoutError as error:
            raise OutcomeUnknownError("Slack did not answer in time.") from error

    def _claim(self, session: Session) -> tuple[list[StoredPost], list[StoredPost]]:
        """What is to be sent, and what is to be edited."""
        now = self._moment(session)
        posts.expire(session, self._workspace, now=now, patience=self._patience)
        stale = self._edits.claim(session, now)
        if holds.until(session, self._workspace, SENDING, now):
            return [], stale
        return posts.claim(session, self._workspace, now=now, patience=self._patience, limit=AT_ONCE), stale

    def _doubtful(self, session: Session) -> list[StoredPost]:
        now = self._moment(session)
        if holds.until(session, self._workspace, LOOKING, now):
            return []
        return posts.claim_unknown(session, self._workspace, now=now, patience=self._patience, limit=AT_ONCE)

    async def _deliver(self, post: StoredPost) -> None:
        try:
            receipt = await self._pictures.deliver(post, self._send, lambda _session, post: post.attempts)
        except RefusedBlocksError as error:
            await self._record(self._refused, post, error)
        except PermanentError as error:
            await self._record(self._park, post, error)
        except TransientError as error:
            await self._record(self._put_back, post, error)
        except OutcomeUnknownError as error:
            await self._record(self._doubt, post, error)
        else:
            await self._arrived(post, receipt, shown=post.revision)

    async def _send(self, post: StoredPost) -> Receipt:
        return await self._in_time(self._sender.send(post))

    async def _settle(self, post: StoredPost) -> None:
        """Find out whether a post of unknown outcome is there; only if it is not, it is sent again."""
        since = (post.claimed_at or post.created_at) - policy.SKEW
        try:
            found = await self._in_time(self._sender.find(post, since=since))
        except CannotLookError as error:
            await self._record(self._hold, post, error)
        except TransientError as error:
            await self._record(self._look_again, post, error)
        except OutcomeUnknownError as error:
            await self._record(self._look_again, post, TransientError(str(error)))
        else:
            if found:
                await self._arrived(post, found[0])
                await self._take_back(post, found[1:])
            else:
                await self._record(self._put_back, post, TransientError("it was not found in Slack"))

    async def _arrived(self, post: StoredPost, receipt: Receipt, *, shown: int = 0) -> None:
        settled = await self._database.run(
            lambda session: settling.arrived(session, post, receipt, self._moment(session), shown=shown)
        )
        if settled:
            logger().info("post.sent", key=post.key, ts=receipt.ts, attempts=post.attempts)
        else:
            await self._too_late(post, receipt)

    async def _too_late(self, post: StoredPost, receipt: Receipt) -> None:
        """We sent, but our lease had ended and another replica took over: leave exactly one message."""
        now_there = await self._database.look(lambda session: posts.named(session, post.workspace, post.key))
        if now_there is None or now_there.ts == receipt.ts:
            return
        match now_there:
            case StoredPost(state=PostState.SENT | PostState.SENDING):
                await self._take_back(post, [receipt])
            case StoredPost(state=PostState.UNKNOWN, held=False):
                # The other replica's copy may be there beside ours: its look-up finds both, and keeps one.
                pass
            case _:
                await self._database.run(
                    lambda session: settling.arrived(session, now_there, receipt, self._moment(session))
                )

    async def _take_back(self, post: StoredPost, receipts: Sequence[Receipt]) -> None:
        now = await self._database.look(self._moment)
        for receipt in receipts:
            self._extras.add(post.key, receipt, now)

    async def _record(
        self,
        step: Callable[[Session, StoredPost, Failure, datetime], str | None],
        post: StoredPost,
        error: Failure,
    ) -> None:
        event = await self._database.run(lambda session: step(session, post, error, self._moment(session)))
        if event is not None:
            logger().warning(event, key=post.key, attempts=post.attempts, reason=str(error))

    # Each step returns the event to log, None when somebody else settled the post first.

    def _refused(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str | None:
        if post.text_only:
            return self._park(session, post, error, now)
        return "post.without_blocks" if settling.plain(session, post, str(error)) else None

    def _park(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str | None:
        if not settling.park(session, post, str(error)):
            return None
        self._tell(session, post, now)
        return "post.parked"

    def _hold(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str | None:
        if not settling.hold(session, post, str(error)):
            return None
        self._tell(session, post, now)
        return "post.held"

    def _tell(self, session: Session, post: StoredPost, now: datetime) -> None:
        settled = posts.named(session, post.workspace, post.key)
        if settled and not notices.tell(session, settled, admins=self._admins, now=now):
            logger().error("post.nobody_to_tell", key=post.key)

    def _put_back(self, session: Session, post: StoredPost, error: TransientError, now: datetime) -> str | None:
        limits.heed(session, self._workspace, SENDING, error, now)
        again = policy.next_try(post, error, now)
        if again is None:
            return self._park(session, post, error, now)
        return "post.put_back" if settling.put_back(session, post, not_before=again, reason=str(error)) else None

    def _doubt(self, session: Session, post: StoredPost, error: MusterError, now: datetime) -> str | None:
        look_at = now + self._patience.settle
        return "post.unknown" if settling.doubt(session, post, look_at=look_at, reason=str(error)) else None

    def _look_again(self, session: Session, post: StoredPost, error: TransientError, now: datetime) -> str | None:
        limits.heed(session, self._workspace, LOOKING, error, now)
        again = policy.next_look(post, error, now)
        if again is None:
            return self._hold(session, post, error, now)
        return "post.still_unknown" if settling.look_again(session, post, look_at=again, reason=str(error)) else None
