"""Every block that a message may hold."""

from collections.abc import Mapping

from bot.sandbox.rules.data import CHART, DATA_TABLE, TABLE
from bot.sandbox.rules.elements import ACCESSORIES, BUTTON, CHOICES, CONTEXT_ACTIONS, INPUTS
from bot.sandbox.rules.objects import COLLAPSING, ID, IMAGE, KIND, SLACK_FILE, plain, text
from bot.sandbox.rules.rich_text import RICH_TEXT
from bot.sandbox.rules.schema import (
    Check,
    Rule,
    boolean,
    distinct,
    either,
    items,
    not_both,
    one_of,
    record,
    string,
    tagged,
    url,
)


def _block(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *rules: Rule) -> Check:
    return record({**KIND, **required}, {"block_id": ID, **(optional or {})}, *rules)


def _context_kinds() -> dict[str, Check]:
    written = text(3000)
    return {"plain_text": written, "mrkdwn": written, "image": IMAGE}


_PICTURE = (either("image_url", "slack_file"), not_both("image_url", "slack_file"))
_RICH = tagged({"rich_text": RICH_TEXT})

SIMPLE: dict[str, Check] = {
    "header": _block({"text": plain(150)}),
    "divider": _block({}),
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": tagged(ACCESSORIES),
            "expand": boolean,
        },
        either("text", "fields"),
    ),
    "context": _block({"elements": items(tagged(_context_kinds()), 10)}),
    "actions": _block({"elements": items(tagged(CHOICES), 25)}, {}, distinct("elements", "action_id")),
    "image": _block(
        {"alt_text": string(2000)}, {"image_url": url(), "slack_file": SLACK_FILE, "title": plain(2000)}, *_PICTURE
    ),
    "rich_text": RICH_TEXT,
    "table": TABLE,
    "input": _block(
        {"label": plain(2000), "element": tagged(INPUTS)},
        {"hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "video": _block(
        {"alt_text": string(2000, least=0), "title": plain(200), "thumbnail_url": url(), "video_url": url()},
        {
            "author_name": string(50),
            "description": plain(200),
            "provider_icon_url": url(),
            "provider_name": string(50),
            "title_url": url(2000),
        },
    ),
}
"""The blocks that may stand in a container too."""

_CARD = _block(
    {},
    {
        "hero_image": tagged({"image": IMAGE}),
        "icon": tagged({"image": IMAGE}),
        "slack_icon": tagged({"icon": record({**KIND, "name": string()})}),
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": items(tagged({"button": BUTTON}), 3),
    },
    either("hero_image", "title", "actions", "body"),
    not_both("icon", "slack_icon"),
)

_SOURCE = tagged({"url": record({**KIND, "url": url(), "text": string()})})
_TASK: dict[str, Check] = {"task_id": string(), "title": string()}
_TOLD: dict[str, Check] = {"details": _RICH, "output": _RICH, "sources": items(_SOURCE)}
_STATES = ("in_progress", "complete", "error")
_STEP = record({**_TASK, "status": one_of("pending", *_STATES)}, _TOLD)

BLOCKS: dict[str, Check] = {
    **SIMPLE,
    "markdown": _block({"text": string()}),  # their length is counted together
    "context_actions": _block({"elements": items(tagged(CONTEXT_ACTIONS), 5)}, {}, distinct("elements", "action_id")),
    "data_table": DATA_TABLE,
    "data_visualization": CHART,
    "card": _CARD,
    "carousel": _block({"elements": items(tagged({"card": _CARD}), 10)}),
    "task_card": _block({**_TASK, "status": one_of(*_STATES)}, _TOLD),
    "plan": _block(
        {
            "title": string(),
            "tasks": items(_STEP, 50, least=0),
        },
        {},
        distinct("tasks", "task_id"),
    ),
    "container": _block(
        {"child_blocks": items(tagged(SIMPLE), 10)},
        {
            "title": plain(150),
            "rich_text_title": _RICH,
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": tagged({"image": IMAGE}),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        either("title", "rich_text_title"),
        COLLAPSING,
    ),
}
"""A check per type of block; another type is refused. Alerts are for modals, and `file` is Slack's own."""
