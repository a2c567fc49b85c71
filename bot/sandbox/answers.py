"""Messages that come back from a gesture: in the ack of a command, or posted to a response_url."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.call import Call, SlackRefusal, is_true
from bot.sandbox.chat import new_message
from bot.sandbox.content import require_something, said
from bot.sandbox.dialogs import AnswerAddress
from bot.sandbox.workspace import Channel, Message, Workspace


def take(workspace: Workspace, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any] | None]:
    """What Slack answers to a post to the response_url of *path*: its status, and its error (None: `ok`)."""
    with workspace.lock:
        address = workspace.dialogs.addresses.get(path)
        refusal = "no_such_url" if address is None else address.refusal(workspace.clock.now())
        if address is None or refusal:
            return 404, {"ok": False, "error": refusal}
        address.uses += 1
        try:
            show(workspace, address, body)
        except SlackRefusal as refused:
            return 400, refused.answer
        return 200, None


def show(workspace: Workspace, address: AnswerAddress, body: Mapping[str, Any]) -> None:
    """Let people see an answer: the one person only, unless it says in_channel. Raises `SlackRefusal`."""
    with workspace.lock:
        channel = workspace.channels[address.channel]
        call = Call(workspace=workspace, app=workspace.by_app_id(address.app_id), arguments=body)
        original = _original(channel, address)
        if original is not None and is_true(body.get("delete_original")):
            _remove(channel, original)
        elif original is not None and is_true(body.get("replace_original")):
            _replace(call, original)
        else:
            _post(call, channel, address)


def _original(channel: Channel, address: AnswerAddress) -> Message | None:
    shown = [one for one in channel.ephemerals if one["shown_to"] == address.user]
    return next((one for one in [*channel.messages, *shown] if one["ts"] == address.ts), None)


def _remove(channel: Channel, original: Message) -> None:
    if "shown_to" in original:
        channel.ephemerals.remove(original)
    else:
        channel.messages.remove(original)
        channel.removed.append(original)


def _replace(call: Call, original: Message) -> None:
    changed = {"text": "", "blocks": [], **said(call)}
    require_something(changed)
    original.update(changed)


def _post(call: Call, channel: Channel, address: AnswerAddress) -> None:
    thread = {"thread_ts": call.text("thread_ts")} if call.text("thread_ts") else {}
    message = {**new_message(call), **thread}
    if call.text("response_type") == "in_channel":
        call.workspace.keep(channel, message)
        return
    ts = call.workspace.next_ts(channel)
    channel.ephemerals.append({"type": "message", "ts": ts, "shown_to": address.user, **message})
