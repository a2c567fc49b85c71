"""What Slack sends to an app: commands, interactions and events, with the fields that Slack gives them."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.chat import as_seen
from bot.sandbox.dialogs import View
from bot.sandbox.form import Element, identified
from bot.sandbox.workspace import TEAM_DOMAIN, TEAM_ID, App, Channel, Message, User

TOKEN = "sandbox-verification-token"  # noqa: S105 the old way to know Slack; it proves nothing here
_PREFIXES = {"public_channel": "channel", "private_channel": "group", "im": "im"}

Payload = dict[str, Any]


def common(app: App, person: User) -> Payload:
    """What every interaction says."""
    return {
        "user": {"id": person.id, "username": person.handle, "name": person.handle, "team_id": person.team_id},
        "api_app_id": app.app_id,
        "token": TOKEN,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def command(app: App, person: User, channel: Channel, name: str, text: str) -> dict[str, str]:
    """A slash command, but for its trigger_id and response_url."""
    return {
        "token": TOKEN,
        "team_id": person.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": shown_name(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": name,
        "text": text,
        "api_app_id": app.app_id,
        "is_enterprise_install": "false",
    }


def shown_name(channel: Channel) -> str:
    """A channel's name as payloads tell it: those of private ones are not told."""
    return {"im": "directmessage", "private_channel": "privategroup"}.get(channel.kind, channel.name)


def in_message(channel: Channel, message: Message) -> Payload:
    """Where a click in a message happened; an ephemeral itself is not sent back."""
    is_ephemeral = "shown_to" in message
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    place = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": is_ephemeral}
    return {
        "container": {**place, **thread},
        "channel": {"id": channel.id, "name": shown_name(channel)},
        **({} if is_ephemeral else {"message": with_ids(message)}),
    }


def with_ids(message: Message) -> Message:
    """A message as payloads carry it: every block and element has an id."""
    return {**as_seen(message), "blocks": identified(message.get("blocks", []), seed=message["ts"])}


def in_view(view: View) -> Payload:
    """Where a click in a view happened."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_slack()}


def action(element: Element, ts: str, state: Mapping[str, Any] | None) -> Payload:
    """One entry of `actions`: a pressed button, or what was chosen."""
    shown = {name: element.own[name] for name in ("text", "value", "style", "confirm") if name in element.own}
    place = {"type": element.kind, "action_id": element.action_id, "block_id": element.block_id, "action_ts": ts}
    return {**shown, **place, **(state or {})}


def message_event(channel: Channel, message: Message, client_msg_id: str) -> Payload:
    """A `message` event."""
    thread = {"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}
    return {
        "type": "message",
        "user": message["user"],
        "text": message["text"],
        "ts": message["ts"],
        "client_msg_id": client_msg_id,
        "team": TEAM_ID,
        "channel": channel.id,
        "channel_type": _PREFIXES[channel.kind],
        "event_ts": message["ts"],
        **thread,
    }


def event(app: App, inner: Mapping[str, Any], event_id: str, at: int, *, is_shared: bool = False) -> Payload:
    """An event in its envelope."""
    may_read = {"enterprise_id": None, "team_id": TEAM_ID, "user_id": app.bot_user, "is_bot": True}
    return {
        "token": TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": app.app_id,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": event_id,
        "event_time": at,
        "authorizations": [{**may_read, "is_enterprise_install": False}],
        "is_ext_shared_channel": is_shared,
        "event_context": f"4-{event_id}",
    }


def rate_limited(app: App, at: int) -> Payload:
    """What Slack sends instead of events once an app got too many of them."""
    minute = at - at % 60
    return {
        "token": TOKEN,
        "type": "app_rate_limited",
        "team_id": TEAM_ID,
        "minute_rate_limited": minute,
        "api_app_id": app.app_id,
    }
