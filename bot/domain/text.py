"""Text that nobody can abuse, cut to size, and numbers as people read them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import accumulate

from bot.domain.invisible import VISIBLE_STACK, show_invisible

ELLIPSIS = "…"
MAX_STACKED = 4
"""Marks that may sit on one letter: enough for pointed Hebrew, far from text that covers its neighbours."""

SLACK = 4
"""How many times its room a text may be before it is cut unseen: cleaning shortens most texts by less."""

REACH = 32
"""How far back a cut looks for the start of what a reader takes for one character."""

_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"\r\n|[\r\v\f\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_STACKED = re.compile(VISIBLE_STACK + rf"{{{MAX_STACKED + 1},}}")
_JOINED_TO_BEFORE = re.compile(
    r"[\u200c\u200d\ufe00-\ufe0f\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
_FORMATS = str.maketrans("", "", "*_~`")
_FLAG_LETTERS = re.compile(r"[\U0001f1e6-\U0001f1ff]+\Z")
_VIRAMA = 9
_JOINER = "\u200d"


def length(text: str) -> int:
    """How long *text* is in UTF-16 units, the way Slack may count; an emoji is two or more."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """*text* without anything that hides, reorders or overprints what a reader sees.

    Controls are dropped except for new lines and tabs, broken characters become U+FFFD, invisible and reordering ones
    a visible mark like [U+202E], and a letter keeps four of the marks stacked on it. Emoji stay whole. Valid UTF-8
    that SQLite and Postgres both take; cleaning twice changes nothing.
    """
    if _SURROGATES.search(text):
        # Two halves that belong together become one character, a lone half U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _CONTROLS.sub("", _LINE_BREAKS.sub("\n", text))
    if text.isascii():
        return text
    # At the start U+FEFF is a byte order mark: how the file was written, not what was said.
    return show_invisible(_STACKED.sub(_unstacked, text.lstrip("\ufeff")))


def clip(text: str, limit: int) -> str:
    """*text* in at most *limit* UTF-16 units, with “…” where something was cut off; never half a character.

    Looks at no more of *text* than fits. A limit below one leaves nothing.
    """
    if len(text) <= limit and length(text) <= limit:
        return text
    if limit < 1:
        return ""
    return text[: _cut(text, limit - 1)].rstrip() + ELLIPSIS


def bounded(text: str, limit: int) -> str:
    """*text* clean and in at most *limit* UTF-16 units; cut before it is cleaned, so its size does not matter."""
    return clip(clean(clip(text, SLACK * limit)), limit)


def one_line(text: str) -> str:
    """*text* with every run of white space and line breaks folded into one space."""
    return " ".join(text.split())


def joined(words: Iterable[str], otherwise: str = "") -> str:
    """“A”, “A and B”, “A, B and C”; *otherwise* where there is none."""
    *most, last = [*words] or [otherwise]
    return f"{', '.join(most)} and {last}" if most else last


def unformatted(text: str) -> str:
    """*text* without the signs by which mrkdwn formats."""
    return text.translate(_FORMATS)


def escape(text: str) -> str:
    """*text* for a mrkdwn string: `& < >` as entities, so that it starts no link, mention or command.

    It can still hold `*`, `_` and `:emoji:`; where even those matter, put the text into a plain_text object.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def number(value: float, digits: int = 2) -> str:
    """1060 as “1,060”; a fraction is rounded to at most *digits* decimals, halves away from zero."""
    return _rounded(Decimal(repr(value)), digits)


def percent(share: float, digits: int = 1) -> str:
    """A share 0..1 as “10.4 %”, with at most *digits* decimals.

    It says “under 0.1 %” or “over 99.9 %” where rounding would turn a few into none or almost all into all.
    """
    points = Decimal(repr(share)) * 100
    rounded = _rounded(points, digits)
    step = Decimal(1).scaleb(-digits)
    if rounded == "0" and points > 0:
        return f"under {step} %"
    if rounded == "100" and points < 100:  # noqa: PLR2004 all of it
        return f"over {100 - step} %"
    return f"{rounded} %"


def count_of(count: int, noun: str, plural: str | None = None) -> str:
    """“1 answer”, “1,060 answers”; *plural* where adding an s is wrong."""
    return f"{number(count)} {noun if count == 1 else plural or f'{noun}s'}"


def _unstacked(run: re.Match[str]) -> str:
    kept: list[str] = []
    stacked = 0
    for char in run.group():
        stacked = stacked + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
        if stacked <= MAX_STACKED:
            kept.append(char)
    return "".join(kept)


def _cut(text: str, room: int) -> int:
    """Where to cut so that what stands before fits *room* and ends with a whole character."""
    ends = list(accumulate(2 if char > "\uffff" else 1 for char in text[:room]))
    fitting = bisect_right(ends, room)
    for place in range(fitting, max(fitting - REACH, 0), -1):
        if not _is_inside_character(text, place):
            return place
    return fitting


def _is_inside_character(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    return (
        before == _JOINER
        or unicodedata.combining(before) == _VIRAMA
        or unicodedata.category(after).startswith("M")
        or _JOINED_TO_BEFORE.match(after) is not None
        or _is_inside_flag(text, place)
    )


def _is_inside_flag(text: str, place: int) -> bool:
    """Flags are pairs of letters: between the two stands an odd number of them before, and one after."""
    before = _FLAG_LETTERS.search(text[max(place - REACH, 0) : place])
    return before is not None and len(before.group()) % 2 == 1 and _FLAG_LETTERS.match(text[place]) is not None


def _rounded(value: Decimal, digits: int) -> str:
    with localcontext(rounding=ROUND_HALF_UP):
        shown = f"{value:,.{digits}f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown == "-0" else shown
