"""The door: only what Slack signed, minutes old at most and of a bearable size, gets in; and nothing of it in a log."""

import contextlib
import gzip
import io
import json
import logging
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from bot.clock import SystemClock
from bot.sandbox.server import Sandbox
from bot.store import audit, inbox
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.office import BOT, PM, TEAM, Office, read

QUICK_S = 0.5
MARK = "the words of a person"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Log:
    """Everything that was said since it was last read: on stdout and stderr, and by the libraries from WARNING up."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self._printed, self._of_libraries = printed, io.StringIO()
        self.handler = logging.StreamHandler(self._of_libraries)
        self.handler.setLevel(logging.WARNING)

    def read(self) -> str:
        said = self._of_libraries.getvalue() + "".join(self._printed.readouterr())
        self._of_libraries.truncate(0)
        return said


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """What reaches the log."""
    found = Log(capfd)
    logging.getLogger().addHandler(found.handler)
    yield found
    logging.getLogger().removeHandler(found.handler)


def assert_says_nothing(logged: Log) -> None:
    """The log knows of it, in a short line each time, without a traceback, a body or a secret."""
    said = logged.read()
    assert len(said) < 4000
    assert not [word for word in ("Traceback", MARK, BOT.signing_secret, BOT.token) if str(word) in said], said


def refused(slack: Sandbox, body: bytes, headers: dict[str, str]) -> int | None:
    began = time.monotonic()
    outcome = slack.send_raw(body, headers)
    assert time.monotonic() - began < QUICK_S
    assert MARK not in json.dumps(outcome.body)
    return outcome.status


def test_b8_what_is_not_signed_by_slack_just_now_is_refused(office: Office, logged: Log) -> None:
    slack, body, now = office.slack, json.dumps({"text": MARK}).encode(), SystemClock().now()
    good = slack.signed(body) | JSON
    stale = [slack.signed(body, at=now + timedelta(seconds=seconds)) | JSON for seconds in (-302, 302)]

    assert refused(slack, body, {}) == 401
    assert refused(slack, body, JSON) == 401
    assert [refused(slack, body, headers) for headers in stale] == [401, 401]
    assert refused(slack, body, slack.signed(body, secret="g" * 32) | JSON) == 401
    assert refused(slack, body + b" ", good) == 401
    for signature in ("v0=", "v0=" + "0" * 64, "v1" + good["X-Slack-Signature"][2:], "é", ""):
        assert refused(slack, body, good | {"X-Slack-Signature": signature}) == 401
    assert_says_nothing(logged)


@pytest.mark.parametrize(
    "stamp", ["abc", "nan", "inf", "1e5", "-1", "", " ", "9" * 400, "1" + "0" * 400, "0x10", "١٢٣٤٥٦٧٨٩٠", "²", "1_0"]
)
def test_b8_a_time_that_is_none_is_refused(office: Office, logged: Log, stamp: str) -> None:
    body = MARK.encode()
    headers = office.slack.signed(body) | JSON | {"X-Slack-Request-Timestamp": stamp}

    assert refused(office.slack, body, headers) == 401
    assert_says_nothing(logged)


def test_b8_a_body_too_large_is_refused_unread(office: Office, logged: Log) -> None:
    body = MARK.encode() * (30 * 1024 * 1024 // len(MARK))

    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", int(office.events_url.split(":")[2].split("/")[0])), 5) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
        # It answers once it has seen too much; it may hang up then, with the rest still on its way.
        with contextlib.suppress(ConnectionError):
            line.sendall(body)
        answer = line.recv(200)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - began < 2
    assert_says_nothing(logged)


def test_b8_a_body_of_a_whole_mebibyte_is_read(office: Office) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c", "padding": ""}).encode()
    body = body[:-2] + b"x" * (1024 * 1024 - len(body)) + body[-2:]

    assert office.slack.send_raw(body, office.slack.signed(body) | JSON).status == 200


@pytest.mark.parametrize("kind", [JSON, FORM], ids=["json", "form"])
@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe" + MARK.encode(),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"payload=" + b"[" * 100_000,
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"text"',
        b"payload=7",
        b'payload="x"',
        b'payload={"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "the words of a person"}',
    ],
)
def test_b8_what_slack_signed_and_nobody_can_read_is_refused_without_a_trace_of_it(
    office: Office, logged: Log, body: bytes, kind: dict[str, str]
) -> None:
    assert refused(office.slack, body, office.slack.signed(body) | kind) in {200, 400, 401, 404}
    assert_says_nothing(logged)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "event_callback", "event": 7},
        {"type": "event_callback", "event": {"type": 7}},
        {"type": "event_callback", "event": {"type": "message", "user": 7, "channel_type": "im", "text": MARK}},
        {"type": "event_callback", "event": {"type": "message", "user": "U0PM", "channel_type": "im", "text": MARK}},
        {"type": "event_callback", "event": {"type": "app_home_opened", "user": "U0PM"}},
        {"type": "event_callback", "event": {"type": "user_change", "user": 7}},
        {"type": "block_actions", "user": 7, "actions": [{"action_id": "x", "value": MARK}]},
        {"type": "block_actions", "actions": []},
        {"type": "view_submission", "view": MARK},
        {"type": "view_submission", "view": {"callback_id": "x", "blocks": [7], "private_metadata": MARK}},
        {"type": "nonsense", "value": MARK},
        {},
    ],
)
def test_b8_a_body_of_another_shape_brings_no_words_into_the_log_and_muster_goes_on(
    office: Office, logged: Log, told: dict[str, object]
) -> None:
    body = json.dumps(told).encode()
    refused(office.slack, body, office.slack.signed(body) | JSON)
    body = urlencode({"payload": body}).encode()
    refused(office.slack, body, office.slack.signed(body) | FORM)

    assert MARK not in logged.read()
    assert office.say("help").startswith("*What I understand*")


def test_b8_a_compressed_body_is_refused(office: Office, logged: Log) -> None:
    body = gzip.compress(b"0" * 10_000_000)

    assert refused(office.slack, body, office.slack.signed(body) | JSON | {"Content-Encoding": "gzip"}) == 401
    assert refused(office.slack, body, office.slack.signed(body) | JSON) == 401
    assert_says_nothing(logged)


def test_b8_a_request_sent_again_after_a_minute_is_let_in_and_changes_nothing(
    office: Office, database: Database
) -> None:
    database.do(a_product)
    body = (
        f"command=%2Fmuster&text=product+set+risk%3Dhigh&user_id={PM}&channel_id={TEAM}&trigger_id=1.2&team_id=T1"
    ).encode()
    headers = office.slack.signed(body, at=SystemClock().now() - timedelta(seconds=60)) | FORM

    statuses = [office.slack.send_raw(body, headers).status for _ in range(3)]
    office.settle()

    assert statuses == [200, 200, 200]
    assert [deed.what for deed in database.do(audit.everything)] == ["product edit"]
    assert [read(one).splitlines()[0] for one in office.slack.ephemerals()] == ["You set `risk` of *Support Copilot*."]
    left = database.do(lambda session: inbox.oldest_open(session, LOCAL_WORKSPACE))
    assert left is None or left > SystemClock().now()
