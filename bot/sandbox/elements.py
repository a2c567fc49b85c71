"""What Slack refuses inside a block: text objects, images, and the elements that people click."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.sandbox import limits

Part = dict[str, Any]
Problem = str
"""What is wrong with a part of a message, in words like Slack's."""

PLAIN, MRKDWN = "plain_text", "mrkdwn"


def units(text: str) -> int:
    """How long *text* is in UTF-16 units: Slack does not say what it counts, and this is the longer of the two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text(value: Any, most: int, *kinds: str) -> Iterator[Problem]:
    """What is wrong with a text object that must be of one of *kinds*."""
    if not isinstance(value, dict) or value.get("type") not in kinds:
        yield f"text must be an object of type {' or '.join(kinds)}"
        return
    flag = "verbatim" if value["type"] == MRKDWN else "emoji"
    yield from unknown(value, "text", flag)
    yield from string(value.get("text"), "text", most)
    if not isinstance(value.get(flag, False), bool):
        yield f"{flag} must be a boolean"


def string(value: Any, name: str, most: int) -> Iterator[Problem]:
    """What is wrong with a string that must hold something."""
    if not isinstance(value, str):
        yield f"missing required field: {name}"
    elif not value:
        yield f"{name} must be more than 0 characters"
    elif units(value) > most:
        yield f"{name} must be less than {most + 1} characters"


def listing(value: Any, name: str, most: int) -> Iterator[Problem]:
    """What is wrong with a list of at least one and at most so many objects."""
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        yield f"{name} must be an array of objects, not empty"
    elif len(value) > most:
        yield f"no more than {most} items allowed in {name}"


def unknown(part: Part, *known: str) -> Iterator[Problem]:
    """Each property that this kind of part does not have."""
    yield from (f"invalid additional property: {name}" for name in part if name not in {"type", *known})


def image(part: Part) -> Iterator[Problem]:
    """What is wrong with an image inside a block."""
    yield from unknown(part, "image_url", "alt_text")
    yield from picture(part)


def picture(part: Part) -> Iterator[Problem]:
    """What is wrong with where an image is, and with its description."""
    yield from _address(part.get("image_url"), "image_url")
    yield from string(part.get("alt_text"), "alt_text", limits.ALT_TEXT)


def element(part: Any) -> Iterator[Problem]:
    """What is wrong with an element that people click."""
    check = CHECKS.get(str(part.get("type"))) if isinstance(part, dict) else None
    if check is None:
        yield "unsupported type of element"
        return
    yield from check(part)
    if "action_id" in part:
        yield from string(part["action_id"], "action_id", limits.ID)
    if "confirm" in part:
        yield from _confirm(part["confirm"])
    if "placeholder" in part:
        yield from text(part["placeholder"], limits.PLACEHOLDER, PLAIN)


def _address(value: Any, name: str) -> Iterator[Problem]:
    yield from string(value, name, limits.URL)
    if isinstance(value, str) and not value.startswith(("http://", "https://")):
        yield f"{name} must be a valid URL"


def _confirm(part: Any) -> Iterator[Problem]:
    if not isinstance(part, dict):
        yield "confirm must be an object"
        return
    yield from unknown(part, "title", "text", "confirm", "deny", "style")
    yield from text(part.get("title"), limits.CONFIRM_TITLE, PLAIN)
    yield from text(part.get("text"), limits.CONFIRM_TEXT, PLAIN, MRKDWN)
    yield from text(part.get("confirm"), limits.CONFIRM_BUTTON, PLAIN)
    yield from text(part.get("deny"), limits.CONFIRM_BUTTON, PLAIN)
    yield from _style(part)


def _style(part: Part) -> Iterator[Problem]:
    if part.get("style", "primary") not in {"primary", "danger"}:
        yield "style must be primary or danger"


def _button(part: Part) -> Iterator[Problem]:
    yield from unknown(part, "text", "action_id", "url", "value", "style", "confirm", "accessibility_label")
    yield from text(part.get("text"), limits.BUTTON_TEXT, PLAIN)
    yield from _style(part)
    if "value" in part:
        yield from string(part["value"], "value", limits.BUTTON_VALUE)
    if "accessibility_label" in part:
        yield from string(part["accessibility_label"], "accessibility_label", limits.ACCESSIBILITY_LABEL)
    if "url" in part:
        yield from _address(part["url"], "url")


def _overflow(part: Part) -> Iterator[Problem]:
    yield from unknown(part, "action_id", "options", "confirm")
    yield from _options(part.get("options"), limits.OVERFLOW_OPTIONS, PLAIN)


def _choices(part: Part) -> Iterator[Problem]:
    initial = "initial_options" if part["type"] == "checkboxes" else "initial_option"
    yield from unknown(part, "action_id", "options", initial, "confirm", "focus_on_load")
    yield from _options(part.get("options"), limits.CHOICES, PLAIN, MRKDWN)


def _static_select(part: Part) -> Iterator[Problem]:
    own = ("options", "option_groups", "initial_option")
    yield from unknown(part, "action_id", "placeholder", "confirm", "focus_on_load", *own)
    if ("options" in part) == ("option_groups" in part):
        yield "a select has either options or option_groups"
    elif "options" in part:
        yield from _options(part["options"], limits.SELECT_OPTIONS, PLAIN)
    else:
        yield from _groups(part["option_groups"])


def _picker(*own: str) -> Callable[[Part], Iterator[Problem]]:
    def check(part: Part) -> Iterator[Problem]:
        yield from unknown(part, "action_id", "placeholder", "confirm", "focus_on_load", *own)

    return check


def _groups(groups: Any) -> Iterator[Problem]:
    found = list(listing(groups, "option_groups", limits.OPTION_GROUPS))
    yield from found
    for one in [] if found else groups:
        yield from unknown(one, "label", "options")
        yield from text(one.get("label"), limits.OPTION_TEXT, PLAIN)
        yield from _options(one.get("options"), limits.SELECT_OPTIONS, PLAIN)


def _options(options: Any, most: int, *kinds: str) -> Iterator[Problem]:
    found = list(listing(options, "options", most))
    yield from found
    for one in [] if found else options:
        yield from unknown(one, "text", "value", "description", "url")
        yield from text(one.get("text"), limits.OPTION_TEXT, *kinds)
        yield from string(one.get("value"), "value", limits.OPTION_VALUE)
        if "description" in one:
            yield from text(one["description"], limits.OPTION_TEXT, *kinds)


CHECKS: dict[str, Callable[[Part], Iterator[Problem]]] = {
    "button": _button,
    "checkboxes": _choices,
    "conversations_select": _picker("initial_conversation", "default_to_current_conversation", "filter"),
    "datepicker": _picker("initial_date"),
    "overflow": _overflow,
    "radio_buttons": _choices,
    "static_select": _static_select,
    "users_select": _picker("initial_user"),
}
"""A check per type of element; another type is refused, also where Slack has one that the bot does not use."""
