"""The Web API methods that the bot uses, with Slack's refusals."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox import blocks as block_rules
from bot.sandbox.workspace import TEAM_ID, App, Channel, Workspace

Arguments = Mapping[str, Any]
Result = dict[str, Any]

MESSAGE_TEXT = 40_000
METADATA = 8_000
"""Slack does not document how much metadata a message takes; a bot that needs more than this does something else."""

PAGE = 100

SHOWING = ("parse", "mrkdwn", "link_names", "unfurl_links", "unfurl_media")
"""How a message asks to be shown; kept with it, so that a test can tell."""


class SlackRefusal(Exception):  # noqa: N818 what Slack does, not what we do wrong
    """ok: false, with its error and whatever Slack adds to it."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.answer: Result = {"ok": False, "error": error, **extra}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: by which app, on which workspace, with what."""

    workspace: Workspace
    app: App
    arguments: Arguments

    def text(self, name: str) -> str:
        """An argument as text, empty when it was not given."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as yes or no, however the client spelled it."""
        return self.text(name).lower() in {"1", "true"}

    def data(self, name: str, error: str) -> Any:
        """An argument that holds JSON, as a value or as text; None when it was not given."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackRefusal(error) from None

    def channel(self) -> Channel:
        """The channel that is named and seen by the app; a private one only by its members."""
        found = self.workspace.channels.get(self.text("channel"))
        if found is None or (found.is_private and self.app.bot_user not in found.members):
            raise SlackRefusal("channel_not_found")
        return found

    def own_channel(self) -> Channel:
        """The channel that is named, of which the app is a member."""
        found = self.channel()
        if self.app.bot_user not in found.members:
            raise SlackRefusal("not_in_channel")
        return found


@dataclass(frozen=True)
class Method:
    """A method: any one of *scopes* is enough, none needed when there are none."""

    run: Callable[[Call], Result]
    scopes: tuple[str, ...] = ()


def answer(workspace: Workspace, token: str | None, name: str, arguments: Arguments) -> tuple[Result, App | None]:
    """What Slack answers to a call, and the app that made it."""
    if not token:
        return {"ok": False, "error": "not_authed"}, None
    app = workspace.apps.get(token)
    if app is None:
        return {"ok": False, "error": "invalid_auth"}, None
    method = METHODS.get(name)
    if method is None:
        return {"ok": False, "error": "unknown_method"}, app
    if method.scopes and not app.scopes.intersection(method.scopes):
        return {
            "ok": False,
            "error": "missing_scope",
            "needed": method.scopes[0],
            "provided": ",".join(sorted(app.scopes)),
        }, app
    try:
        return {"ok": True, **method.run(Call(workspace=workspace, app=app, arguments=arguments))}, app
    except SlackRefusal as refusal:
        return refusal.answer, app


def _auth_test(call: Call) -> Result:
    app = call.app
    return {"team_id": TEAM_ID, "user_id": app.bot_user, "bot_id": app.bot_id, "app_id": app.app_id}


def _info(call: Call) -> Result:
    return {"channel": call.channel().as_slack(call.app.bot_user)}


def _list(call: Call) -> Result:
    seen = [one for one in call.workspace.channels.values() if not one.is_private or call.app.bot_user in one.members]
    return {"channels": [one.as_slack(call.app.bot_user) for one in seen], "response_metadata": {"next_cursor": ""}}


def _join(call: Call) -> Result:
    channel = call.channel()
    if channel.is_private:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    channel.members.add(call.app.bot_user)
    return {"channel": channel.as_slack(call.app.bot_user)}


def _open(call: Call) -> Result:
    user = call.workspace.users.get(call.text("users"))
    if user is None:
        raise SlackRefusal("user_not_found")
    if user.is_bot:
        raise SlackRefusal("cannot_dm_bot")
    return {"channel": call.workspace.direct(call.app.bot_user, user.id).as_slack(call.app.bot_user)}


def _members(call: Call) -> Result:
    return {"members": sorted(call.channel().members), "response_metadata": {"next_cursor": ""}}


def _user_info(call: Call) -> Result:
    user = call.workspace.users.get(call.text("user"))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": user.as_slack()}


def _users(call: Call) -> Result:
    return {"members": [user.as_slack() for user in call.workspace.users.values()]}


def _history(call: Call) -> Result:
    top_level = [one for one in call.own_channel().messages if one.get("thread_ts", one["ts"]) == one["ts"]]
    return _page(call, list(reversed(top_level)))


def _replies(call: Call) -> Result:
    parent = call.text("ts")
    thread = [one for one in call.own_channel().messages if parent in {one["ts"], one.get("thread_ts")}]
    if not thread:
        raise SlackRefusal("thread_not_found")
    return _page(call, thread)


def _page(call: Call, messages: list[dict[str, Any]]) -> Result:
    inclusive = call.flag("inclusive")
    oldest, latest = _stamp(call.text("oldest") or "0"), _stamp(call.text("latest") or "99999999999")
    chosen = [
        one
        for one in messages
        if oldest < Decimal(one["ts"]) < latest or (inclusive and Decimal(one["ts"]) in {oldest, latest})
    ]
    start = int(call.text("cursor") or 0)
    end = start + min(int(call.text("limit") or PAGE), 999)
    shown = [_seen(one, all_metadata=call.flag("include_all_metadata")) for one in chosen[start:end]]
    more = end < len(chosen)
    return {
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


def _stamp(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise SlackRefusal("invalid_ts_oldest") from None


def _seen(message: dict[str, Any], *, all_metadata: bool) -> dict[str, Any]:
    """A message as history gives it: without being asked, only the kind of its metadata."""
    if all_metadata or "metadata" not in message:
        return dict(message)
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def _post(call: Call) -> Result:
    recipient = call.text("channel")
    if recipient in call.workspace.users:
        channel = call.workspace.direct(call.app.bot_user, recipient)
    else:
        channel = call.own_channel()
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    message = {"type": "message", "ts": call.workspace.next_ts(channel), **_content(call), **_author(call.app)}
    parent = call.text("thread_ts")
    if parent:
        if channel.message(parent) is None:
            raise SlackRefusal("thread_not_found")
        message["thread_ts"] = parent
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _update(call: Call) -> Result:
    channel = call.own_channel()
    message = _own_message(call, channel, refusal="cant_update_message")
    message |= {**_content(call), "edited": {"user": call.app.bot_user, "ts": call.workspace.next_ts(channel)}}
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _delete(call: Call) -> Result:
    channel = call.own_channel()
    message = _own_message(call, channel, refusal="cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def _own_message(call: Call, channel: Channel, *, refusal: str) -> dict[str, Any]:
    message = channel.message(call.text("ts"))
    if message is None:
        raise SlackRefusal("message_not_found")
    if message["bot_id"] != call.app.bot_id:
        raise SlackRefusal(refusal)
    return message


def _author(app: App) -> dict[str, Any]:
    return {"user": app.bot_user, "bot_id": app.bot_id, "app_id": app.app_id}


def _content(call: Call) -> dict[str, Any]:
    """What a message says, if Slack takes it."""
    blocks = call.data("blocks", "invalid_blocks_format")
    if not call.text("text") and not blocks:
        raise SlackRefusal("no_text")
    if len(call.text("text")) > MESSAGE_TEXT:
        raise SlackRefusal("msg_too_long")
    if blocks:
        wrong = block_rules.problems(blocks)
        if wrong:
            raise SlackRefusal("invalid_blocks", response_metadata={"messages": [f"[ERROR] {one}" for one in wrong]})
        if block_rules.text_length(blocks) > block_rules.TOTAL_TEXT:
            raise SlackRefusal("msg_blocks_too_long")
    said = {"text": call.text("text"), "blocks": blocks or []}
    said |= {name: call.arguments[name] for name in SHOWING if name in call.arguments}
    metadata = _metadata(call)
    return said | ({"metadata": metadata} if metadata else {})


def _metadata(call: Call) -> dict[str, Any] | None:
    metadata = call.data("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not metadata.get("event_type") or "event_payload" not in metadata:
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA:
        raise SlackRefusal("metadata_too_large")
    return metadata


_READ_CHANNELS = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")

METHODS: dict[str, Method] = {
    "api.test": Method(lambda _call: {}),
    "auth.test": Method(_auth_test),
    "chat.delete": Method(_delete, ("chat:write",)),
    "chat.postMessage": Method(_post, ("chat:write",)),
    "chat.update": Method(_update, ("chat:write",)),
    "conversations.history": Method(_history, _HISTORY),
    "conversations.info": Method(_info, _READ_CHANNELS),
    "conversations.join": Method(_join, ("channels:join",)),
    "conversations.list": Method(_list, _READ_CHANNELS),
    "conversations.members": Method(_members, _READ_CHANNELS),
    "conversations.open": Method(_open, ("im:write",)),
    "conversations.replies": Method(_replies, _HISTORY),
    "users.info": Method(_user_info, ("users:read",)),
    "users.list": Method(_users, ("users:read",)),
}
"""Every method there is, by its name in Slack."""
