"""The methods that post, change and take back messages."""

from bot.sandbox.call import Call, Result, SlackRefusal
from bot.sandbox.content import LONGEST_UPDATE, SHOWING, require_something, said
from bot.sandbox.workspace import Channel, Message, User

PERMALINKS = "https://sandbox.slack.com/archives"


def post(call: Call) -> Result:
    """chat.postMessage: to a channel, or to a person by id."""
    channel = _destination(call)
    message = new_message(call) | _thread(call, channel)
    stored = call.workspace.keep(channel, message)
    return {"channel": channel.id, "ts": stored["ts"], "message": as_seen(stored)}


def post_ephemeral(call: Call) -> Result:
    """chat.postEphemeral: shown to one member, in no history."""
    channel = _writable(call)
    person = call.text("user")
    if person not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    ts = call.workspace.next_ts(channel)
    message = {"type": "message", "ts": ts, "shown_to": person, **new_message(call), **_thread(call, channel)}
    channel.ephemerals.append(message)
    return {"message_ts": ts}


def update(call: Call) -> Result:
    """chat.update: what is not given stays as it is, but for how the text is parsed."""
    channel = _unfrozen(call)
    message = _own_message(call, channel, refusal="cant_update_message")
    changed = {name: value for name, value in message.items() if name not in {"parse", "link_names"}}
    changed |= said(call, longest=LONGEST_UPDATE)
    require_something(changed)
    if not changed.get("metadata"):
        changed.pop("metadata", None)
    changed["edited"] = {"user": call.app.bot_user, "ts": call.workspace.next_ts(channel)}
    message.clear()
    message.update(changed)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": as_seen(message)}


def delete(call: Call) -> Result:
    """chat.delete: only what the app itself posted."""
    channel = _unfrozen(call)
    message = _own_message(call, channel, refusal="cant_delete_message")
    channel.messages.remove(message)
    channel.removed.append(message)
    return {"channel": channel.id, "ts": message["ts"]}


def permalink(call: Call) -> Result:
    """chat.getPermalink: where a browser finds a message."""
    channel, ts = call.channel(), call.text("message_ts")
    message = channel.message(ts)
    if message is None:
        raise SlackRefusal("message_not_found")
    parent = message.get("thread_ts", ts)
    thread = "" if parent == ts else f"?thread_ts={parent}&cid={channel.id}"
    return {"channel": channel.id, "permalink": f"{PERMALINKS}/{channel.id}/p{ts.replace('.', '')}{thread}"}


def new_message(call: Call) -> Message:
    """What is said, and by whom."""
    message = {"text": "", "blocks": [], **said(call)}
    require_something(message)
    if not message.get("metadata"):
        message.pop("metadata", None)
    return message | {"user": call.app.bot_user, "bot_id": call.app.bot_id, "app_id": call.app.app_id}


def as_seen(message: Message) -> Message:
    """A message as Slack gives it back."""
    return {name: value for name, value in message.items() if name not in SHOWING}


def _destination(call: Call) -> Channel:
    person = call.workspace.users.get(call.text("channel"))
    return _writable(call) if person is None else _direct(call, person)


def _direct(call: Call, person: User) -> Channel:
    if person.is_bot:
        raise SlackRefusal("cannot_dm_bot")
    found = call.workspace.open_direct(call.app.bot_user, person.id)
    if found is None and person.deleted:
        # To one who left, Slack still delivers where there was a conversation, but opens none.
        raise SlackRefusal("channel_not_found")
    return found or call.workspace.direct(call.app.bot_user, person.id)


def _writable(call: Call) -> Channel:
    channel = call.channel()
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if call.app.bot_user not in channel.members and "chat:write.public" not in call.app.scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def _unfrozen(call: Call) -> Channel:
    channel = call.channel()
    if channel.is_archived:
        raise SlackRefusal("is_inactive")
    return channel


def _thread(call: Call, channel: Channel) -> Message:
    parent_ts = call.text("thread_ts")
    if not parent_ts:
        return {}
    parent = channel.message(parent_ts)
    if parent is None:
        raise SlackRefusal("thread_not_found")
    if parent.get("thread_ts", parent_ts) != parent_ts:
        raise SlackRefusal("cannot_reply_to_message")
    broadcast = {"subtype": "thread_broadcast"} if call.flag("reply_broadcast") else {}
    return {"thread_ts": parent_ts, **broadcast}


def _own_message(call: Call, channel: Channel, *, refusal: str) -> Message:
    message = channel.message(call.text("ts"))
    if message is None:
        raise SlackRefusal("message_not_found")
    if message.get("bot_id") != call.app.bot_id:
        raise SlackRefusal(refusal)
    return message
