"""Signed delivery over HTTP: what is sent again, when, and with which proof."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SetClock
from bot.sandbox.outcome import GestureError
from bot.sandbox.server import Sandbox
from bot.sandbox.workspace import App, User
from tests.sandbox.listening import ListeningApp, listening

APP = App(token="xoxb-1", signing_secret="s3cret")
PROMPT = (0.0, 0.01, 0.02)


@pytest.fixture
async def slack() -> AsyncIterator[Sandbox]:
    with Sandbox(APP, retry_after=PROMPT, ack_within=0.2) as sandbox:
        sandbox.workspace.add(User(id="U1", name="One"))
        yield sandbox


@pytest.fixture
async def app(slack: Sandbox) -> AsyncIterator[ListeningApp]:
    async with listening(slack, APP) as opened:
        yield opened


async def test_an_event_that_fails_comes_four_times_in_all(slack: Sandbox, app: ListeningApp) -> None:
    app.status = 500
    first = await asyncio.to_thread(slack.direct, "U1", "hi")
    assert await asyncio.to_thread(slack.settle)

    again = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one in app.headers]
    assert first.status == 500
    assert again == [(None, None), *((number, "http_error") for number in "123")]
    assert [one["event_id"] for one in app.seen] == [*first.ids] * 4
    assert [(one.retry, one.status) for one in slack.attempts()] == [(0, 500), (1, 500), (2, 500), (3, 500)]


async def test_an_event_that_is_taken_comes_no_more(slack: Sandbox, app: ListeningApp) -> None:
    app.delay_s = 0.4
    late = await asyncio.to_thread(slack.direct, "U1", "hi")
    assert await asyncio.to_thread(slack.settle)

    assert (late.status, late.error) == (None, "operation_timeout")
    assert app.headers[1]["x-slack-retry-reason"] == "http_timeout"
    assert len(app.seen) == 2


async def test_an_app_can_refuse_retries(slack: Sandbox, app: ListeningApp) -> None:
    app.status, app.extra = 500, {"x-slack-no-retry": "1"}
    await asyncio.to_thread(slack.direct, "U1", "hi")
    assert await asyncio.to_thread(slack.settle)

    assert len(app.seen) == 1


async def test_an_app_that_is_not_there_is_told(slack: Sandbox) -> None:
    async with listening(slack, APP):
        """Gone again at once."""
    outcome = await asyncio.to_thread(slack.direct, "U1", "hi")
    assert await asyncio.to_thread(slack.settle)

    assert (outcome.status, outcome.error) == (None, "dispatch_failed")
    assert [one.reason for one in slack.attempts()] == ["", *["connection_failed"] * 3]


async def test_settling_gives_up(slack: Sandbox, app: ListeningApp) -> None:
    slack._courier.settings.retry_after = (30,)
    app.status = 500
    await asyncio.to_thread(slack.direct, "U1", "hi")

    assert await asyncio.to_thread(slack.settle, 0.01) is False


async def test_the_same_thing_can_be_sent_again(slack: Sandbox, app: ListeningApp) -> None:
    first = await asyncio.to_thread(slack.direct, "U1", "hi")
    earlier = datetime.now(UTC) - timedelta(seconds=100)  # noqa: TID251 the signature is checked against real time
    again = await asyncio.to_thread(slack.redeliver, first.ids[0], at=earlier, retry=2)
    stale = await asyncio.to_thread(slack.redeliver, first.ids[0], at=earlier - timedelta(seconds=250))

    assert (again.status, stale.status) == (200, 401)
    assert app.seen[0] == app.seen[1]
    assert app.headers[1]["x-slack-request-timestamp"] == str(int(earlier.timestamp()))
    assert app.headers[1]["x-slack-retry-num"] == "2"
    with pytest.raises(GestureError, match="EvNONE"):
        await asyncio.to_thread(slack.redeliver, "EvNONE")


async def test_raw_bytes_go_as_they_are(slack: Sandbox, app: ListeningApp) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "x\xff"}).encode()
    signed = await asyncio.to_thread(slack.signed, body)
    good = await asyncio.to_thread(slack.send_raw, body, {**signed, "content-type": "application/json"})
    forged = await asyncio.to_thread(slack.signed, body, secret="wrong")
    bad = await asyncio.to_thread(slack.send_raw, body, forged)
    bare = await asyncio.to_thread(slack.send_raw, b"\xff\x00", {})

    assert (good.status, bad.status, bare.status) == (200, 401, 401)
    assert app.seen == [{"type": "url_verification", "challenge": "x\xff"}]


async def test_the_signature_is_slacks() -> None:
    at = datetime(2026, 11, 21, 9, tzinfo=UTC)
    with Sandbox(APP, signing_clock=SetClock(at)) as slack:
        found = await asyncio.to_thread(slack.signed, b"body")

    stamp = str(int(at.timestamp()))
    proof = hmac.new(b"s3cret", f"v0:{stamp}:body".encode(), hashlib.sha256).hexdigest()
    assert (found["X-Slack-Request-Timestamp"], found["X-Slack-Signature"]) == (stamp, f"v0={proof}")


async def test_it_stops_at_once_though_an_event_waits_to_be_sent_again() -> None:
    began = time.monotonic()
    with Sandbox(APP) as slack:
        slack.workspace.add(User(id="U1", name="One"))
        slack._courier.settings.retry_after = (60,)
        async with listening(slack, APP) as app:
            app.status = 500
            await asyncio.to_thread(slack.direct, "U1", "hi")

    assert time.monotonic() - began < 5


def test_a_sandbox_that_does_not_run_has_no_people() -> None:
    with Sandbox(APP) as slack:
        """Over at once."""

    with pytest.raises(GestureError, match="does not run"):
        slack.direct("U1", "hi")
