"""Calls to a pager, made one after the other for each incident until it has taken them.

A call whose answer was lost, or whose process died, is made again: the pager knows an incident by its key, and what it
hears twice counts once. No transaction is open while it is waited for.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp
from sqlmodel import Session

from bot.domain.text import clip, escape, one_line
from bot.errors import MusterError, PermanentError, TransientError
from bot.log import logger, masked
from bot.outbox.policy import GIVE_UP_AFTER, back_off
from bot.store import posts, webhooks
from bot.store.session import Database, Moment
from bot.store.webhooks import Call

AT_ONCE = 5
ANSWER_WITHIN = timedelta(seconds=10)
"""Well within a call's lease: whoever is still waiting has not lost it."""

LONGEST_PAUSE = timedelta(minutes=15)
_LONGEST_ANSWER, _LONGEST_REASON = 4_096, 300
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Pager:
    """Where the pager is, and the secret by which it knows for whom an event is."""

    url: str
    routing_key: str = field(repr=False)


class Webhooks:
    """Calls *pager* over *session*. Any number may run on one database; *admins* hear of what it did not take."""

    def __init__(
        self,
        *,
        database: Database,
        pager: Pager,
        session: aiohttp.ClientSession,
        moment: Moment,
        workspace: str,
        admins: Sequence[str] = (),
    ) -> None:
        self._database = database
        self._pager = pager
        self._session = session
        self._moment = moment
        self._workspace = workspace
        self._admins = admins

    async def turn(self) -> int:
        """Make what is to be made now, and return how many calls that were."""
        claimed = await self._database.run(self._claim)
        ends = await asyncio.gather(*map(self._make, claimed), return_exceptions=True)
        for call, end in zip(claimed, ends, strict=True):
            if isinstance(end, BaseException):
                logger().error("page.broke", key=call.key, exc_info=end)
        return len(claimed)

    def _claim(self, session: Session) -> list[Call]:
        """What is to be made now. What is a day old calls nobody any more: till now there was no key, or no process."""
        now = self._moment(session)
        claimed = webhooks.claim(session, now, limit=AT_ONCE)
        old = [call for call in claimed if call.attempts == 1 and now - call.created_at > GIVE_UP_AFTER]
        for call in old:
            webhooks.park(session, call, reason="It was too old when it could have been made for the first time.")
            logger().warning("page.too_old", key=call.key)
        return [call for call in claimed if call not in old]

    async def _make(self, call: Call) -> None:
        try:
            await self._post(call)
        except PermanentError as error:
            await self._record(self._park, call, error)
        except TransientError as error:
            await self._record(self._put_off, call, error)
        else:
            await self._database.run(lambda session: webhooks.sent(session, call, self._moment(session)))
            logger().info("page.sent", key=call.key, attempts=call.attempts)

    async def _post(self, call: Call) -> None:
        """Tell the pager. Raises `TransientError` and `PermanentError`, neither of which holds the routing key."""
        event = {**call.payload, "routing_key": self._pager.routing_key}
        try:
            async with self._session.post(
                self._pager.url,
                json=event,
                # The key goes to the address that was set and to no other.
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN.total_seconds()),
            ) as answer:
                said = await answer.content.read(_LONGEST_ANSWER)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TransientError(f"The pager did not answer ({type(error).__name__}).") from None
        if answer.status in _TRY_AGAIN or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise TransientError(f"The pager has no time ({answer.status}).", after=_pause(answer))
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise PermanentError(f"The pager refused it ({answer.status}){self._why(said)}.")

    def _why(self, said: bytes) -> str:
        """What the pager found wrong, without the key if it repeats it."""
        try:
            told = json.loads(said)
            words = "; ".join(map(str, told.get("errors") or [told["message"]]))
        except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
            return ""
        return f": {clip(one_line(masked(words.replace(self._pager.routing_key, '[secret]'))), _LONGEST_REASON)}"

    async def _record(
        self, step: Callable[[Session, Call, MusterError, datetime], str], call: Call, error: MusterError
    ) -> None:
        event = await self._database.run(lambda session: step(session, call, error, self._moment(session)))
        logger().warning(event, key=call.key, attempts=call.attempts, reason=str(error))

    # Each step returns the event to log.

    def _put_off(self, session: Session, call: Call, error: MusterError, now: datetime) -> str:
        if now - call.created_at > GIVE_UP_AFTER:
            return self._park(session, call, error, now)
        after = error.after if isinstance(error, TransientError) else None
        webhooks.postpone(session, call, now + (after or back_off(call.attempts)), reason=str(error))
        return "page.put_off"

    def _park(self, session: Session, call: Call, error: MusterError, now: datetime) -> str:
        if webhooks.park(session, call, reason=str(error)):
            self._tell(session, call, error, now)
        return "page.parked"

    def _tell(self, session: Session, call: Call, error: MusterError, now: datetime) -> None:
        """Write to every admin: who is to be called is not called, and they alone can mend that."""
        text = f"The pager was not told of `{call.key}`: {escape(str(error))} It is not tried again."
        for admin in self._admins:
            key = f"{call.key}/parked/{admin}"
            posts.add(session, posts.NewPost(workspace=self._workspace, key=key, recipient=admin, text=text), now)


def _pause(answer: aiohttp.ClientResponse) -> timedelta | None:
    """What Retry-After says, in seconds; None where it says nothing sensible."""
    asked = answer.headers.get("Retry-After", "").strip()
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 0
    return min(timedelta(seconds=seconds), LONGEST_PAUSE) if seconds else None
