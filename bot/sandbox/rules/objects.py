"""The small objects that blocks and elements are made of: texts, options, questions to confirm, pictures."""

from bot.sandbox.rules.schema import Check, boolean, either, items, needs, not_both, one_of, record, string, tagged, url

ID = string(255)

KIND: dict[str, Check] = {"type": string()}
"""The field that was read already to find the check."""


def plain(most: int) -> Check:
    """A plain_text object."""
    return tagged({"plain_text": _plain_text(most)})


def text(most: int) -> Check:
    """A plain_text or mrkdwn object."""
    return tagged({"plain_text": _plain_text(most), "mrkdwn": _mrkdwn(most)})


def _plain_text(most: int) -> Check:
    return record({**KIND, "text": string(most)}, {"emoji": boolean})


def _mrkdwn(most: int) -> Check:
    return record({**KIND, "text": string(most)}, {"verbatim": boolean})


CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75)})

RICH_OPTION = record({"text": text(75), "value": string(150)}, {"description": text(75)})
"""Checkboxes and radio buttons may be written in mrkdwn."""

LINK_OPTION = record({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": url()})
"""Only an overflow menu's options may lead somewhere."""

OPTION_GROUP = record({"label": plain(75), "options": items(OPTION, 100)})

SLACK_FILE = record({}, {"id": string(), "url": url()}, either("id", "url"), not_both("id", "url"))

IMAGE = record(
    {**KIND, "alt_text": string(2000)},
    {"image_url": url(), "slack_file": SLACK_FILE},
    either("image_url", "slack_file"),
    not_both("image_url", "slack_file"),
)

CONVERSATION_FILTER = record(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    either("include", "exclude_external_shared_channels", "exclude_bot_users"),
)

DISPATCH = record({}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), 2)})

_PARAMETER = record({"name": string(), "value": string()})

WORKFLOW = record({"trigger": record({"url": url()}, {"customizable_input_parameters": items(_PARAMETER)})})

GROUPED = (either("options", "option_groups"), not_both("options", "option_groups"))
"""A menu has options or groups of them."""

COLLAPSING = needs("default_collapsed", "is_collapsible")
