"""What a message says, if Slack takes it: its text, blocks, attachments and metadata."""

import json
from typing import Any

from bot.sandbox import blocks as block_rules
from bot.sandbox.call import Call, SlackRefusal, refused_for
from bot.sandbox.rules.schema import units
from bot.sandbox.workspace import Message

LONGEST_TEXT = 40_000
"""Beyond this Slack cuts the text of a new message; here it is refused, for nobody means to lose the rest."""

LONGEST_UPDATE = 4_000

LARGEST_METADATA = 8_000
"""Slack does not document how much metadata a message takes; a bot that needs more than this does something else."""

ATTACHMENTS = 100

SHOWING = ("parse", "mrkdwn", "link_names", "unfurl_links", "unfurl_media")
"""How a message asks to be shown; kept with it, so that a test can tell. Slack does not give it back."""


def said(call: Call, *, longest: int = LONGEST_TEXT) -> Message:
    """What the call wants to say, as a message keeps it; only what was given."""
    message = _given(call)
    if units(message.get("text", "")) > longest:
        raise SlackRefusal("msg_too_long")
    return message


def require_something(message: Message) -> None:
    """Refuse a message that shows nothing."""
    if not (message.get("text", "").strip() or message.get("blocks") or message.get("attachments")):
        raise SlackRefusal("no_text")


def _given(call: Call) -> Message:
    parts: Message = {name: call.arguments[name] for name in SHOWING if name in call.arguments}
    if call.arguments.get("text") is not None:
        parts["text"] = call.text("text")
    for name, found in (("blocks", _blocks(call)), ("attachments", _attachments(call)), ("metadata", _metadata(call))):
        if found is not None:
            parts[name] = found
    return parts


def _blocks(call: Call) -> list[Any] | None:
    blocks = call.data("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackRefusal("invalid_blocks_format")
    wrong = block_rules.problems(blocks) or call.workspace.uploads.problems(call.app.app_id, blocks)
    if wrong:
        raise refused_for("invalid_blocks", wrong)
    if block_rules.tables_in(blocks) > 1:
        raise refused_for("invalid_attachments", ["only_one_table_allowed"])
    if block_rules.text_length(blocks) > block_rules.TOTAL_TEXT:
        raise SlackRefusal("msg_blocks_too_long")
    return blocks


def _attachments(call: Call) -> list[Any] | None:
    attachments = call.data("attachments", "invalid_attachments")
    if attachments is None:
        return None
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackRefusal("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    wrong = [problem for one in attachments for problem in block_rules.problems(one.get("blocks", []))]
    if wrong:
        raise refused_for("invalid_attachments", wrong)
    return attachments


def _metadata(call: Call) -> Any:
    """The metadata that was given; empty when an update wants it gone."""
    metadata = call.data("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return metadata
    well_formed = isinstance(metadata, dict) and metadata.keys() == {"event_type", "event_payload"}
    if not well_formed or not _is_event(metadata["event_type"], metadata["event_payload"]):
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackRefusal("metadata_too_large")
    return dict(metadata)


def _is_event(event_type: object, event_payload: object) -> bool:
    return isinstance(event_type, str) and bool(event_type) and isinstance(event_payload, dict)
