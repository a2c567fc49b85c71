"""Bringing what people do to the app: by signed HTTP or through a socket, and events again when they are not taken."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.clock import Clock
from bot.sandbox.links import Links, envelope
from bot.sandbox.outcome import GOOD, Attempt, Outcome
from bot.sandbox.workspace import App

ACK_WITHIN_S = 3.0
RETRY_AFTER_S = (0.0, 60.0, 300.0)
"""How long after each failure Slack sends an event again."""

EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"
_FORM = "application/x-www-form-urlencoded"
_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Something to deliver: *kind* is its Socket Mode type, *id* what `redeliver` knows it by."""

    id: str
    app_id: str
    kind: str
    payload: Mapping[str, Any]

    def as_http(self) -> tuple[bytes, str]:
        """The body of a request, and its type."""
        if self.kind == EVENTS:
            return json.dumps(self.payload).encode(), "application/json"
        if self.kind == COMMANDS:
            return urlencode(self.payload).encode(), _FORM
        return urlencode({"payload": json.dumps(self.payload)}).encode(), _FORM


@dataclass(kw_only=True)
class Settings:
    """How the sandbox delivers. Tests shorten the waits, in seconds; the default is Slack's."""

    retry_after: Sequence[float] = RETRY_AFTER_S
    ack_within: float = ACK_WITHIN_S


@dataclass(kw_only=True)
class _Answer:
    """What came back, before anybody judged it. *reason* is Slack's word for a failure."""

    status: int | None = None
    body: Any = None
    reason: str = ""
    no_retry: bool = False


@dataclass(kw_only=True)
class Courier:
    """Delivers, remembers what it delivered, and tries events again. All on one loop."""

    links: Links
    clock: Clock
    settings: Settings = field(default_factory=Settings)
    attempts: list[Attempt] = field(default_factory=list)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    _again: set[asyncio.Task[None]] = field(default_factory=set)
    _is_over: bool = False

    async def deliver(self, app: App, parcel: Parcel) -> Outcome:
        """Bring it once and say how it was taken; an event that was not taken comes again later by itself."""
        self.parcels[parcel.id] = parcel
        answer, outcome = await self._try(app, parcel, retry=0, reason="")
        if parcel.kind == EVENTS and not (outcome.ok or answer.no_retry or self._is_over):
            self._later(self._retry(app, parcel, answer.reason))
        return outcome

    async def redeliver(self, app: App, parcel: Parcel, *, at: datetime | None, retry: int) -> Outcome:
        """Bring the same thing once more, signed anew at *at* (None: now)."""
        _, outcome = await self._try(app, parcel, retry=retry, reason="http_timeout" if retry else "", at=at)
        return outcome

    async def send_raw(self, app: App, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post these very bytes."""
        started = asyncio.get_running_loop().time()
        return self._outcome(await self._post(app, body, headers), started, ids=())

    def signed(self, app: App, body: bytes, *, at: datetime | None = None, secret: str | None = None) -> dict[str, str]:
        """The headers that prove a body to come from Slack, at *at* (None: now)."""
        stamp = str(int((at or self.clock.now()).timestamp()))
        key = app.signing_secret if secret is None else secret
        digest = hmac.new(key.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "User-Agent": _AGENT}

    async def settle(self, seconds: float) -> bool:
        """Wait until nothing is to be sent again; False when that took longer."""
        while self._again and seconds > 0:
            began = asyncio.get_running_loop().time()
            await asyncio.wait(self._again, timeout=seconds)
            seconds -= asyncio.get_running_loop().time() - began
        return not self._again

    async def stop(self) -> None:
        """Send nothing again, also of what is being delivered now."""
        self._is_over = True
        for task in self._again:
            task.cancel()
        await asyncio.gather(*self._again, return_exceptions=True)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _retry(self, app: App, parcel: Parcel, reason: str) -> None:
        for number, wait in enumerate(self.settings.retry_after, start=1):
            await asyncio.sleep(wait)
            answer, outcome = await self._try(app, parcel, retry=number, reason=reason)
            if outcome.ok or answer.no_retry:
                return
            reason = answer.reason

    async def _try(
        self, app: App, parcel: Parcel, *, retry: int, reason: str, at: datetime | None = None
    ) -> tuple[_Answer, Outcome]:
        started = asyncio.get_running_loop().time()
        if app.events_url is None:
            answer = await self._through_socket(app, parcel, retry=retry, reason=reason)
        else:
            body, kind = parcel.as_http()
            again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
            answer = await self._post(app, body, {"Content-Type": kind, **self.signed(app, body, at=at), **again})
        outcome = self._outcome(answer, started, ids=(parcel.id,))
        tried = Attempt(id=parcel.id, retry=retry, reason=reason, status=answer.status, seconds=outcome.seconds)
        self.attempts.append(tried)
        return answer, outcome

    async def _through_socket(self, app: App, parcel: Parcel, *, retry: int, reason: str) -> _Answer:
        wrapped = envelope(parcel.kind, parcel.payload, retry=retry, reason=reason)
        try:
            body = await asyncio.wait_for(self.links.send(app, wrapped), self.settings.ack_within)
        except TimeoutError:
            return _Answer(reason="timeout")
        except ConnectionError:
            return _Answer(reason="connection_failed")
        return _Answer(status=200, body=body)

    async def _post(self, app: App, body: bytes, headers: Mapping[str, str]) -> _Answer:
        patience = aiohttp.ClientTimeout(total=self.settings.ack_within)
        try:
            async with (
                aiohttp.ClientSession(timeout=patience) as session,
                session.post(str(app.events_url), data=body, headers=headers, allow_redirects=False) as response,
            ):
                return _judged(response.status, await response.read(), response.headers)
        except TimeoutError:
            return _Answer(reason="http_timeout")
        except aiohttp.ClientError:
            return _Answer(reason="connection_failed")

    def _outcome(self, answer: _Answer, started: float, *, ids: tuple[str, ...]) -> Outcome:
        seconds = asyncio.get_running_loop().time() - started
        late = answer.reason in {"http_timeout", "timeout"}
        error = "operation_timeout" if late else "dispatch_failed" if answer.reason else ""
        return Outcome(status=answer.status, seconds=seconds, body=answer.body, error=error, ids=ids)


def _judged(status: int, body: bytes, headers: Mapping[str, str]) -> _Answer:
    reason = "" if status in GOOD else "http_error"
    return _Answer(
        status=status, body=_parsed(body), reason=reason, no_retry=headers.get("x-slack-no-retry", "") == "1"
    )


def _parsed(body: bytes) -> Any:
    text = body.decode(errors="replace")
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text
