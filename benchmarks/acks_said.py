"""What people do in Slack, as signed HTTP requests and as the payloads that a socket carries."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from itertools import count
from time import time  # noqa: TID251 Slack signs with the hour of the day, and the server looks at its own
from typing import Any
from urllib.parse import urlencode

SECRET = "benchmark-signing-secret"
USER, CHANNEL, TEAM = "U0BENCH", "C0BENCH", "T0BENCH"

Payload = dict[str, Any]
Said = Callable[[], Payload]
"""One more gesture; every one is new to Muster, as every gesture in Slack is."""

_serial = count(1)
_WHO: Payload = {"user": {"id": USER, "team_id": TEAM}, "team": {"id": TEAM}, "api_app_id": "A0BENCH"}


def command(text: str) -> Said:
    """A slash command."""
    return lambda: {
        "command": "/muster",
        "text": text,
        "user_id": USER,
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "trigger_id": _new("t"),
    }


def click() -> Payload:
    """A button that says `help`."""
    return {
        **_WHO,
        "type": "block_actions",
        "trigger_id": _new("t"),
        "channel": {"id": CHANNEL},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": CHANNEL},
        "actions": [{"type": "button", "action_id": "say:help", "block_id": "b", "value": "help", "action_ts": "1.1"}],
    }


def submission() -> Payload:
    """A form with one field, of `benchmarks.acks_probe`."""
    filled = {"note": {"note": {"type": "plain_text_input", "value": "a few words"}}}
    return {
        **_WHO,
        "type": "view_submission",
        "trigger_id": _new("t"),
        "view": {
            "id": _new("V"),
            "hash": "1.x",
            "type": "modal",
            "callback_id": "probe.note",
            "private_metadata": json.dumps({"channel": CHANNEL}),
            "state": {"values": filled},
            "blocks": [],
        },
    }


def mention() -> Payload:
    """A mention in a channel."""
    inner = {"type": "app_mention", "user": USER, "text": "<@U0BOT> help", "channel": CHANNEL, "ts": _new("1.")}
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event_id": _new("Ev"),
        "event": inner,
        "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True}],
    }


def shortcut() -> Payload:
    """An entry of Slack's own menus: what waits for me."""
    return {**_WHO, "type": "shortcut", "trigger_id": _new("t"), "callback_id": "desk.me"}


def signed(payload: Mapping[str, Any]) -> bytes:
    """*payload* as the bytes of a whole request to `/slack/events`."""
    if "command" in payload:
        kind, body = "application/x-www-form-urlencoded", urlencode(payload)
    elif payload["type"] == "event_callback":
        kind, body = "application/json", json.dumps(payload)
    else:
        kind, body = "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(payload)})
    stamp = str(int(time()))
    signature = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {stamp}\r\nX-Slack-Signature: v0={signature}\r\n\r\n"
    )
    return (head + body).encode()


def envelope_kind(payload: Mapping[str, Any]) -> str:
    """What the envelope around *payload* is called on a socket."""
    if "command" in payload:
        return "slash_commands"
    return "events_api" if payload["type"] == "event_callback" else "interactive"


def _new(prefix: str) -> str:
    return f"{prefix}{next(_serial):08d}"
