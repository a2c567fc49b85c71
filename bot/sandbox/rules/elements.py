"""The elements that people press, choose from and type into."""

from collections.abc import Mapping

from bot.sandbox.rules.objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    GROUPED,
    ID,
    IMAGE,
    KIND,
    LINK_OPTION,
    OPTION,
    OPTION_GROUP,
    RICH_OPTION,
    WORKFLOW,
    plain,
)
from bot.sandbox.rules.schema import Check, Rule, boolean, items, number, one_of, record, string, url

_WHOLE_PAGE = 3000
_DATE = string(10, least=10)


def _element(required: Mapping[str, Check], optional: Mapping[str, Check], *rules: Rule) -> Check:
    return record({**KIND, **required}, {"action_id": ID, **optional}, *rules)


def _chosen(**optional: Check) -> Check:
    """Something to choose with, outside or inside a form."""
    return _element({}, {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": boolean, **optional})


def _typed(**optional: Check) -> Check:
    """Something to type into."""
    common: dict[str, Check] = {
        "placeholder": plain(150),
        "focus_on_load": boolean,
        "dispatch_action_config": DISPATCH,
        "initial_value": string(_WHOLE_PAGE),
    }
    return _element({}, {**common, **optional})


def _menu(**optional: Check) -> Check:
    choices: dict[str, Check] = {"options": items(OPTION, 100), "option_groups": items(OPTION_GROUP, 100)}
    common: dict[str, Check] = {"placeholder": plain(150), "confirm": CONFIRM, "focus_on_load": boolean}
    return _element({}, {**choices, **common, **optional}, *GROUPED)


_STYLE = one_of("primary", "danger")
_LABEL = string(75)
_SEVERAL: dict[str, Check] = {"max_selected_items": number(1)}
_IDS = items(string())
_CONVERSATION: dict[str, Check] = {"default_to_current_conversation": boolean, "filter": CONVERSATION_FILTER}
_EXTERNAL: dict[str, Check] = {"min_query_length": number(0)}
_ANSWERED: dict[str, Check] = {"response_url_enabled": boolean}

BUTTON = _element(
    {"text": plain(75)},
    {"url": url(), "value": string(2000), "style": _STYLE, "confirm": CONFIRM, "accessibility_label": _LABEL},
)

_FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": _LABEL})

FEEDBACK_BUTTONS = _element({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {})

ICON_BUTTON = _element(
    {"icon": one_of("trash"), "text": plain(75)},
    {
        "value": string(2000),
        "confirm": CONFIRM,
        "accessibility_label": _LABEL,
        "visible_to_user_ids": items(string(), 10),
    },
)

OVERFLOW = _element({"options": items(LINK_OPTION, 5)}, {"confirm": CONFIRM})

CHOICES: dict[str, Check] = {
    "button": BUTTON,
    "checkboxes": _element(
        {"options": items(RICH_OPTION, 10)},
        {"initial_options": items(RICH_OPTION, 10), "confirm": CONFIRM, "focus_on_load": boolean},
    ),
    "radio_buttons": _element(
        {"options": items(RICH_OPTION, 10)},
        {"initial_option": RICH_OPTION, "confirm": CONFIRM, "focus_on_load": boolean},
    ),
    "overflow": OVERFLOW,
    "datepicker": _chosen(initial_date=_DATE),
    "timepicker": _chosen(initial_time=string(5, least=5), timezone=string()),
    "datetimepicker": _element(
        {}, {"initial_date_time": number(10**9, 10**10 - 1), "confirm": CONFIRM, "focus_on_load": boolean}
    ),
    "static_select": _menu(initial_option=OPTION),
    "multi_static_select": _menu(initial_options=items(OPTION, 100), **_SEVERAL),
    "external_select": _chosen(initial_option=OPTION, **_EXTERNAL),
    "multi_external_select": _chosen(initial_options=items(OPTION, 100), **_EXTERNAL, **_SEVERAL),
    "users_select": _chosen(initial_user=string()),
    "multi_users_select": _chosen(initial_users=_IDS, **_SEVERAL),
    "conversations_select": _chosen(initial_conversation=string(), **_CONVERSATION, **_ANSWERED),
    "multi_conversations_select": _chosen(initial_conversations=_IDS, **_CONVERSATION, **_SEVERAL),
    "channels_select": _chosen(initial_channel=string(), **_ANSWERED),
    "multi_channels_select": _chosen(initial_channels=_IDS, **_SEVERAL),
    "workflow_button": _element(
        {"text": plain(75), "workflow": WORKFLOW}, {"style": _STYLE, "accessibility_label": _LABEL}
    ),
}
"""What may stand in an actions block."""

ACCESSORIES: dict[str, Check] = {
    **{kind: check for kind, check in CHOICES.items() if kind != "datetimepicker"},
    "image": IMAGE,
}
"""What may stand beside a section."""

CONTEXT_ACTIONS: dict[str, Check] = {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}

INPUTS: dict[str, Check] = {
    **{kind: check for kind, check in CHOICES.items() if kind not in {"button", "overflow", "workflow_button"}},
    "plain_text_input": _typed(multiline=boolean, min_length=number(0, _WHOLE_PAGE), max_length=number(1, _WHOLE_PAGE)),
    "email_text_input": _typed(),
    "url_text_input": _typed(),
    "number_input": _element(
        {"is_decimal_allowed": boolean},
        {
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
            "placeholder": plain(150),
            "focus_on_load": boolean,
            "dispatch_action_config": DISPATCH,
        },
    ),
}
"""What may stand in an input block of a message; files and rich text are for modals."""
