"""The methods that look at conversations, join and open them, and read what was said."""

from collections import defaultdict
from typing import Any

from bot.sandbox.call import FAMILIES, Call, Result, SlackRefusal, micros, page
from bot.sandbox.chat import as_seen
from bot.sandbox.workspace import Channel, Message

LONGEST_TOPIC = 250
_LATER_THAN_ANY = 10**18


def info(call: Call) -> Result:
    """conversations.info."""
    return {"channel": _described(call, call.channel())}


def list_all(call: Call) -> Result:
    """conversations.list: public channels, unless `types` names other kinds."""
    kinds = set((call.text("types") or "public_channel").replace(" ", "").split(","))
    if kinds - FAMILIES.keys():
        raise SlackRefusal("invalid_types")
    for kind in sorted(kinds):
        call.require(f"{FAMILIES[kind]}:read")
    seen = [one for one in call.workspace.channels.values() if one.kind in kinds and call.sees(one)]
    if call.flag("exclude_archived"):
        seen = [one for one in seen if not one.is_archived]
    shown, following = _page_by_id(call, {one.id: one for one in seen})
    return {"channels": [_described(call, one) for one in shown], "response_metadata": {"next_cursor": following}}


def members(call: Call) -> Result:
    """conversations.members."""
    shown, following = _page_by_id(call, {one: one for one in call.channel().members})
    return {"members": shown, "response_metadata": {"next_cursor": following}}


def join(call: Call) -> Result:
    """conversations.join: public channels only."""
    channel = call.channel()
    if channel.is_private:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    already = call.app.bot_user in channel.members
    channel.members.add(call.app.bot_user)
    note = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": _described(call, channel), **(note if already else {})}


def set_topic(call: Call) -> Result:
    """conversations.setTopic: by a member; 250 characters at most."""
    channel, topic = call.own_channel(), call.text("topic")
    if channel.is_im:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if len(topic) > LONGEST_TOPIC:
        raise SlackRefusal("too_long")
    channel.topic = topic
    return {"channel": _described(call, channel)}


def open_direct(call: Call) -> Result:
    """conversations.open, of a direct message with one person."""
    people = [one for one in call.text("users").replace(" ", "").split(",") if one]
    if not people:
        raise SlackRefusal("users_list_not_supplied")
    if len(people) > 1:
        # The sandbox knows no conversations of several people; a bot needs a scope of its own for them.
        raise SlackRefusal("missing_scope", needed="mpim:write", provided=",".join(sorted(call.app.scopes)))
    return _opened(call, people[0])


def history(call: Call) -> Result:
    """conversations.history: what was said at top level, the newest first."""
    messages = [one for one in call.own_channel().messages if _is_top_level(one)]
    return _read(call, messages, newest_first=True)


def replies(call: Call) -> Result:
    """conversations.replies: a thread by any message of it, the parent first, then the oldest."""
    messages = call.own_channel().messages
    named = call.text("ts")
    parent = next((one.get("thread_ts", named) for one in messages if one["ts"] == named), named)
    thread = [one for one in messages if parent in {one["ts"], one.get("thread_ts")}]
    if not thread:
        raise SlackRefusal("thread_not_found")
    return _read(call, thread, newest_first=False)


def _opened(call: Call, person_id: str) -> Result:
    person = call.workspace.users.get(person_id)
    if person is None:
        raise SlackRefusal("user_not_found")
    if person.is_bot:
        raise SlackRefusal("cannot_dm_bot")
    if person.deleted:
        raise SlackRefusal("user_disabled")
    channel = call.workspace.direct(call.app.bot_user, person.id)
    return {"channel": _described(call, channel) if call.flag("return_im") else {"id": channel.id}}


def _described(call: Call, channel: Channel) -> dict[str, Any]:
    if channel.is_im:
        others = sorted(channel.members - {call.app.bot_user})
        person = call.workspace.users.get(others[0]) if others else None
        return {
            "id": channel.id,
            "is_im": True,
            "is_archived": channel.is_archived,
            "is_org_shared": False,
            "user": "".join(others[:1]),
            "is_user_deleted": person is not None and person.deleted,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_ext_shared": channel.is_ext_shared,
        "is_pending_ext_shared": channel.is_pending_ext_shared,
        "is_member": call.app.bot_user in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
    }


def _page_by_id(call: Call, items: dict[str, Any]) -> tuple[list[Any], str]:
    shown, following = page(sorted(items), cursor=call.text("cursor"), limit=call.limit(), place=str)
    return [items[one] for one in shown], following


def _is_top_level(message: Message) -> bool:
    return message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"


def _read(call: Call, messages: list[Message], *, newest_first: bool) -> Result:
    threads = _threads(call.own_channel().messages)
    chosen = _between(call, messages)
    shown, following = page(
        list(reversed(chosen)) if newest_first else chosen,
        cursor=call.text("cursor"),
        limit=call.limit(most=call.app.history_page),
        place=_newest_first if newest_first else _oldest_first,
    )
    everything = call.flag("include_all_metadata")
    return {
        "messages": [_as_read(one, threads.get(one["ts"], []), all_metadata=everything) for one in shown],
        "has_more": bool(following),
        **({"response_metadata": {"next_cursor": following}} if following else {}),
    }


def _oldest_first(message: Message) -> str:
    return f"{micros(message['ts']):018}"


def _newest_first(message: Message) -> str:
    return f"{_LATER_THAN_ANY - micros(message['ts']):018}"


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """The messages after `oldest` and before `latest`, or at either of them where the call says `inclusive`."""
    oldest, latest = call.stamp("oldest"), call.stamp("latest")
    edge = 1 if call.flag("inclusive") else 0
    first = 0 if oldest is None else oldest + 1 - edge
    last = _LATER_THAN_ANY if latest is None else latest - 1 + edge
    return [one for one in messages if first <= micros(one["ts"]) <= last]


def _threads(messages: list[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        if message.get("thread_ts", message["ts"]) != message["ts"]:
            found[message["thread_ts"]].append(message)
    return found


def _as_read(message: Message, answers: list[Message], *, all_metadata: bool) -> Message:
    """A message as history gives it: without being asked, only the kind of its metadata."""
    seen = as_seen(message)
    if "metadata" in seen and not all_metadata:
        seen["metadata"] = {"event_type": seen["metadata"]["event_type"]}
    if answers:
        seen |= {"thread_ts": seen["ts"], "reply_count": len(answers), "latest_reply": answers[-1]["ts"]}
    return seen
