"""The methods that take a file: announced with its size, posted to an address, then shared."""

import re
from typing import Any

from bot.sandbox.call import Call, Result, SlackRefusal, refused_for
from bot.sandbox.content import LONGEST_TEXT
from bot.sandbox.rules.schema import units
from bot.sandbox.uploads import SharedFile, Upload
from bot.sandbox.workspace import Channel

LARGEST = 1_000_000_000
"""A gigabyte."""

LONGEST_NAME = 255
LONGEST_ALT = 1_000


def announce(call: Call) -> Result:
    """files.getUploadURLExternal: an address for so many bytes."""
    name, length = call.text("filename"), call.text("length")
    if not re.fullmatch(r"\d{1,12}", length, re.ASCII):
        raise refused_for("invalid_arguments", ["length must be an integer"])
    if int(length) == 0:
        raise SlackRefusal("missing_argument")
    if int(length) > LARGEST:
        raise SlackRefusal("file_upload_size_restricted")
    if units(name) > LONGEST_NAME:
        raise refused_for("invalid_arguments", [f"filename must be at most {LONGEST_NAME} characters"])
    if units(call.text("alt_txt")) > LONGEST_ALT:
        raise refused_for("invalid_arguments", [f"alt_txt must be at most {LONGEST_ALT} characters"])
    path, upload = call.workspace.uploads.announce(call.app.app_id, name, int(length), call.text("alt_txt"))
    return {"upload_url": call.workspace.base_url + path, "file_id": upload.id}


def complete(call: Call) -> Result:
    """files.completeUploadExternal: shares what came whole, once, with a channel or with nobody yet."""
    if units(call.text("initial_comment")) > LONGEST_TEXT:
        raise SlackRefusal("msg_too_long")
    wanted = [_wanted(call, one) for one in _named(call)]
    channel = _shared_with(call)
    files = [_file(call, upload, title, channel) for upload, title in wanted]
    ts = None if channel is None else _told(call, channel, files)
    for upload, _title in wanted:
        upload.is_shared = True
    call.workspace.uploads.shared += [SharedFile(**{**vars(one), "message_ts": ts}) for one in files]
    return {"files": [one.as_slack() for one in files]}


def _named(call: Call) -> list[dict[str, Any]]:
    files = call.data("files", "invalid_arguments")
    well_formed = isinstance(files, list) and files and all(isinstance(one, dict) and "id" in one for one in files)
    if not well_formed:
        raise refused_for("invalid_arguments", ["files must be a list of objects with an id"])
    return list(files)


def _wanted(call: Call, named: dict[str, Any]) -> tuple[Upload, str]:
    upload = call.workspace.uploads.of(call.app.app_id, str(named["id"]))
    if upload is None:
        raise SlackRefusal("file_not_found")
    return upload, str(named.get("title") or upload.name)


def _shared_with(call: Call) -> Channel | None:
    """The one channel; the sandbox shares with one at a time."""
    channel_id = call.text("channel_id") or call.text("channels")
    if not channel_id:
        return None
    channel = call.workspace.channels.get(channel_id)
    if channel is None or not call.sees(channel):
        raise SlackRefusal("channel_not_found")
    if call.app.bot_user not in channel.members:
        raise SlackRefusal("not_in_channel")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    thread = call.text("thread_ts")
    if thread and channel.message(thread) is None:
        raise SlackRefusal("thread_not_found")
    return channel


def _file(call: Call, upload: Upload, title: str, channel: Channel | None) -> SharedFile:
    return SharedFile(
        id=upload.id,
        app_id=upload.app_id,
        alt=upload.alt,
        name=upload.name,
        title=title,
        content=upload.content or b"",
        channel=None if channel is None else channel.id,
        message_ts=None,
        comment=call.text("initial_comment"),
    )


def _told(call: Call, channel: Channel, files: list[SharedFile]) -> str:
    """The ts of the message that brings the files."""
    thread = {"thread_ts": call.text("thread_ts")} if call.text("thread_ts") else {}
    ours = {"user": call.app.bot_user, "bot_id": call.app.bot_id, "app_id": call.app.app_id}
    said = {
        "subtype": "file_share",
        "text": call.text("initial_comment"),
        "blocks": [],
        "files": [one.as_slack() for one in files],
    }
    return str(call.workspace.keep(channel, {**said, **ours, **thread})["ts"])
