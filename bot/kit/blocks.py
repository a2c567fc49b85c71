"""Block Kit as plain dicts: every builder knows Slack's limit and cuts to it, so that nothing is refused.

Text that is not ours goes into `header`, `plain_section` and `plain`: there Slack reads no mention, link, format or
emoji. `section` and `markdown` are for sentences of our own, in which names from outside are `escape`d.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.domain.text import bounded, clip, count_of, escape, length, one_line
from bot.kit import limits

Block = dict[str, Any]
Element = dict[str, Any]

PARAGRAPH = 10

EMPTY = "(empty)"
"""What stands where there is nothing to read: Slack refuses empty text."""

SAY = "say"
"""The action of buttons that stand for typed words."""

# What a URI may be made of (RFC 3986) but for [ and ], which stand only around raw IPv6 addresses and our own marks.
_CLEAN_URL = re.compile(r"https?://[\w\-.~:/?#@!$&'()*+,;=%]+", re.ASCII | re.IGNORECASE)
_CUT_TOKEN = re.compile(r"(?:<[^<>]*|&[a-z]{0,3})…\Z")


def header(text: str) -> Block:
    """A headline, on one line."""
    return {"type": "header", "text": _plain(_line(text, limits.HEADER))}


def plain_section(text: str, accessory: Element | None = None) -> Block:
    """A paragraph of text that is not ours, shown letter for letter; with a button beside it, if one is given."""
    return {"type": "section", "text": _plain(_filled(text, limits.SECTION)), **_beside(accessory)}


def section(mrkdwn: str, accessory: Element | None = None) -> Block:
    """A paragraph of our own, with *bold*, links and mentions as written; with a button beside it, if one is given."""
    return {"type": "section", "text": _mrkdwn(mrkdwn, limits.SECTION), **_beside(accessory)}


def button(
    label: str, action: str, *, value: str = "", urgent: bool = False, confirm: Element | None = None
) -> Element:
    """A button. *action* names the handler; where a message holds it several times, `name:suffix` tells them apart.

    *urgent*: it puts something away for good. *confirm*: asked before it counts, see `confirmation`.
    """
    return {
        "type": "button",
        "text": _plain(_line(label, limits.BUTTON)),
        "action_id": action,
        **({"value": clip(value, limits.BUTTON_VALUE)} if value else {}),
        **({"style": "danger"} if urgent else {}),
        **({"confirm": confirm} if confirm else {}),
    }


def saying(label: str, words: str) -> Element:
    """A button that does what typing *words* after the slash command would do."""
    return button(label, clip(f"{SAY}:{words}", limits.ACTION_ID), value=words)


def confirmation(title: str, text: str, *, yes: str, no: str) -> Element:
    """The question before a button counts."""
    return {
        "title": _plain(_line(title, limits.CONFIRM_TITLE)),
        "text": _plain(_filled(text, limits.CONFIRM_TEXT)),
        "confirm": _plain(_line(yes, limits.CONFIRM_BUTTON)),
        "deny": _plain(_line(no, limits.CONFIRM_BUTTON)),
    }


def menu(label: str, action: str, choices: Mapping[str, str], *, chosen: str | None = None) -> Element:
    """A menu to choose one from: each value with the words that people read. The choice arrives as the value."""
    options = {value: _choice(value, words) for value, words in list(choices.items())[: limits.OPTIONS]}
    return {
        "type": "static_select",
        "placeholder": _plain(_line(label, limits.PLACEHOLDER)),
        "action_id": action,
        "options": list(options.values()),
        **({"initial_option": options[chosen]} if chosen in options else {}),
    }


def actions(name: str, first: Element, *more: Element) -> Block:
    """A row of buttons; *name* is its block id, one of its kind in the message."""
    return {"type": "actions", "block_id": name, "elements": [first, *more][: limits.ACTION_ELEMENTS]}


def context(first: Element, *more: Element, name: str = "") -> Block:
    """A line of small print, made of `plain` and `markdown`; past ten elements it says how many were left out.

    *name* is its block id, where it is to be found again.
    """
    elements = [first, *more]
    if len(elements) > limits.CONTEXT_ELEMENTS:
        room = limits.CONTEXT_ELEMENTS - 1
        elements = [*elements[:room], plain(f"and {len(elements) - room} more")]
    return {"type": "context", **({"block_id": name} if name else {}), "elements": elements}


def plain(text: str) -> Element:
    """Small print that is not ours, shown letter for letter."""
    return _plain(_filled(text, limits.CONTEXT))


def markdown(mrkdwn: str) -> Element:
    """Small print of our own."""
    return _mrkdwn(mrkdwn, limits.CONTEXT)


def paragraphs(mrkdwn: str) -> list[Block]:
    """Lines of our own in paragraphs of ten: one block has no room for many."""
    lines = mrkdwn.splitlines()
    return [section("\n".join(lines[start : start + PARAGRAPH])) for start in range(0, len(lines), PARAGRAPH)]


def divider() -> Block:
    """A line across the message."""
    return {"type": "divider"}


def link(url: str | None, label: str) -> str | None:
    """A link for mrkdwn that reads *label*, or None where *url* is no plain web address that is safe to click.

    Safe: http or https, ASCII, nothing that could end the link early, no user name or password, not too long.
    """
    if url is None or len(url) > limits.URL or not _is_safe(url):
        return None
    target = escape(url)
    return None if len(target) > limits.URL else f"<{target}|{escape(_line(label, limits.LABEL))}>"


def fit(blocks: Sequence[Block], room: int = limits.BLOCKS) -> list[Block]:
    """*blocks* as one message takes them: at most *room* (at least 1) and 11,400 characters in all.

    What does not fit is left out from the end, in whole blocks, and the last block says how many were.
    """
    if len(blocks) <= room and _characters(blocks) <= limits.MESSAGE:
        return list(blocks)
    kept = 0
    while kept < room - 1 and _characters([*blocks[: kept + 1], _left_out(blocks, kept + 1)]) <= limits.MESSAGE:
        kept += 1
    return [*blocks[:kept], _left_out(blocks, kept)]


def fallback(text: str) -> str:
    """The plain text beside the blocks, which notifications and screen readers use; *text* need not be ours."""
    return _clip_whole(escape(_filled(text, limits.FALLBACK)), limits.FALLBACK)


def _beside(accessory: Element | None) -> Block:
    return {} if accessory is None else {"accessory": accessory}


def _choice(value: str, words: str) -> Element:
    return {"text": _plain(_line(words, limits.OPTION)), "value": clip(value, limits.OPTION_VALUE)}


def _plain(text: str) -> Element:
    # Without emoji False, Slack would turn :words: into pictures.
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str, limit: int) -> Element:
    # Verbatim, or Slack would look for @here, #channels and addresses by itself.
    return {"type": "mrkdwn", "text": _clip_whole(_filled(text, limit), limit), "verbatim": True}


def _filled(text: str, limit: int) -> str:
    shown = bounded(text, limit)
    return shown if shown.strip() else EMPTY


def _line(text: str, limit: int) -> str:
    # Folding makes shorter: clean with room to spare, fold, then cut.
    return clip(one_line(_filled(text, 4 * limit)), limit)


def _clip_whole(mrkdwn: str, limit: int) -> str:
    """*mrkdwn* in at most *limit* units, without half a link or half an entity before the “…”."""
    clipped = clip(mrkdwn, limit)
    return _CUT_TOKEN.sub("…", clipped) if clipped.endswith("…") else clipped


def _is_safe(url: str) -> bool:
    if not _CLEAN_URL.fullmatch(url):
        return False
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _left_out(blocks: Sequence[Block], kept: int) -> Block:
    return context(plain(f"{count_of(len(blocks) - kept, 'more part')} left out: a message holds no more than this."))


def _characters(part: object) -> int:
    """How much text there is in blocks, elements and text objects, however deep."""
    match part:
        case dict():
            return sum(_text_in(key, value) for key, value in part.items())
        case list() | tuple():
            return sum(map(_characters, part))
        case _:
            return 0


def _text_in(key: str, value: object) -> int:
    return length(value) if isinstance(value, str) and key in {"text", "alt_text", "title"} else _characters(value)
