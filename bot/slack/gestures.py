"""What Slack sends, read into `Incoming`. Pure; whatever does not look as it should raises `UnreadableError`."""

import json
from collections.abc import Mapping
from typing import Any

from bot.domain.incoming import Incoming, Kind
from bot.errors import UserError
from bot.kit.blocks import SAY
from bot.kit.forms import values_of
from bot.slack.quoting import words_of

Payload = Mapping[str, Any]


class UnreadableError(UserError):
    """Not something that Slack's own clients send: made up, or changed on its way."""

    def __init__(self) -> None:
        super().__init__("I cannot read this. It may come from an older version of me: open it again, please.")


def command(body: Payload) -> Incoming:
    """A slash command."""
    return Incoming(
        kind=Kind.COMMAND,
        key=f"command/{_text(body, 'trigger_id')}",
        user=_text(body, "user_id"),
        team=_word(body, "team_id"),
        text=_word(body, "text") or "",
        channel=_word(body, "channel_id"),
        answer_to=_word(body, "response_url"),
        trigger=_text(body, "trigger_id"),
    )


def mention(event: Payload, body: Payload) -> Incoming:
    """Somebody addressed Muster in a channel or wrote to it directly; however often Slack tells of it, once."""
    channel, ts = _text(event, "channel"), _text(event, "ts")
    return Incoming(
        kind=Kind.MENTION,
        key=f"said/{channel}/{ts}",
        user=_text(event, "user"),
        team=_word(event, "team") or _word(body, "team_id"),
        text=_without_address(_word(event, "text") or "", body),
        channel=channel,
        thread=_word(event, "thread_ts") or (None if event.get("channel_type") == "im" else ts),
    )


def click(body: Payload) -> Incoming:
    """A button or menu, in a message, a form or App Home."""
    match body.get("actions"):
        case [dict(action), *_]:
            name, value = _text(action, "action_id").partition(":")[0], _value(action)
        case _:
            raise UnreadableError
    container, message = _part(body, "container"), _part(body, "message")
    return Incoming(
        kind=Kind.CLICK,
        key=f"click/{_text(body, 'trigger_id')}/{_word(action, 'action_ts') or ''}",
        **_who(body),
        name=name,
        text=value if name == SAY else "",
        value=value,
        carries=_carried(_part(body, "view")),
        channel=_word(_part(body, "channel"), "id") or _word(container, "channel_id"),
        thread=_word(message, "thread_ts"),
        message=_word(container, "message_ts") or _word(message, "ts"),
        answer_to=_word(body, "response_url"),
        trigger=_text(body, "trigger_id"),
    )


def submission(body: Payload) -> Incoming:
    """A form that was filled in. The channel is where the form was opened from."""
    view = _part(body, "view")
    carried = _carried(view)
    return Incoming(
        kind=Kind.SUBMISSION,
        key=f"submission/{_text(view, 'id')}/{_word(view, 'hash') or ''}",
        **_who(body),
        name=_text(view, "callback_id"),
        values=_values(_part(_part(view, "state"), "values")),
        carries=carried,
        channel=carried.get("channel"),
        thread=carried.get("thread"),
        answer_to=carried.get("answer_to"),
    )


def shortcut(body: Payload) -> Incoming:
    """An entry of Slack's own menus, on a message or on nothing."""
    message = _part(body, "message")
    return Incoming(
        kind=Kind.SHORTCUT,
        key=f"shortcut/{_text(body, 'trigger_id')}",
        **_who(body),
        name=_text(body, "callback_id"),
        channel=_word(_part(body, "channel"), "id"),
        thread=_word(message, "thread_ts"),
        message=_word(message, "ts"),
        quoted=_quoted(message) if message else None,
        author=_word(message, "user") or _word(message, "bot_id"),
        answer_to=_word(body, "response_url"),
        trigger=_text(body, "trigger_id"),
    )


def event(body: Payload) -> Incoming:
    """Something that happened in the workspace; the person is whom it happened to, empty where it is nobody."""
    told = _part(body, "event")
    person, item = told.get("user"), _part(told, "item")
    return Incoming(
        kind=Kind.EVENT,
        key=f"event/{_text(body, 'event_id')}",
        user=_storable(str(person.get("id") if isinstance(person, dict) else person or "")),
        team=_word(body, "team_id"),
        name=_text(told, "type"),
        value=_word(told, "reaction") or _word(told, "subteam_id") or _word(told, "tab") or "",
        channel=_word(item or told, "channel"),
        message=_word(item, "ts"),
    )


def change(body: Payload) -> tuple[Incoming, Payload]:
    """That something about a person changed, and how Slack describes them now."""
    described = _part(_part(body, "event"), "user")
    _text(described, "id")
    return event(body), described


def _who(body: Payload) -> dict[str, Any]:
    user = _part(body, "user")
    return {"user": _text(user, "id"), "team": _word(user, "team_id") or _word(_part(body, "team"), "id")}


def _value(action: Payload) -> str:
    """What was pressed or chosen, as an id or a word; empty for a menu that was emptied."""
    match action:
        case {"selected_option": {"value": str(value)}} | {"value": str(value)}:
            return _storable(value)
        case {"selected_user": str(value)} | {"selected_date": str(value)}:
            return _storable(value)
        case _:
            return ""


def _quoted(message: Payload) -> str:
    try:
        return _storable(words_of(message))
    except RecursionError:
        raise UnreadableError from None


def _carried(view: Payload) -> dict[str, str]:
    """The form's memory. It went to a client and came back: whoever reads it checks what it says."""
    try:
        found = json.loads(_word(view, "private_metadata") or "{}")
    except (ValueError, RecursionError):
        raise UnreadableError from None
    if not isinstance(found, dict):
        raise UnreadableError
    return {_storable(str(name)): _storable(str(value)) for name, value in found.items()}


def _without_address(text: str, body: Payload) -> str:
    """The words after the address; Slack names whom a mention is for among the authorizations."""
    match body.get("authorizations"):
        case [{"user_id": str(mine)}, *_] if (at := text.partition(f"<@{mine}"))[1]:
            return at[2].partition(">")[2]
        case _:
            return text


def _values(state: Payload) -> dict[str, tuple[str, ...]]:
    try:
        found = values_of(state)
        return {_storable(name): tuple(map(_storable, chosen)) for name, chosen in found.items()}
    except (AttributeError, KeyError, TypeError):
        raise UnreadableError from None


def _part(body: Payload, name: str) -> Payload:
    """What stands under *name*, empty where nothing does."""
    found = body.get(name) or {}
    if not isinstance(found, dict):
        raise UnreadableError
    return found


def _word(body: Payload, name: str) -> str | None:
    found = body.get(name)
    if not isinstance(found, str | None):
        raise UnreadableError
    return None if found is None else _storable(found)


def _storable(text: str) -> str:
    """*text* as both databases take it: without NUL and halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _text(body: Payload, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise UnreadableError
    return _storable(found)
