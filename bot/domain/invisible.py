"""Characters that a reader cannot see, and where they are nevertheless right."""

import re

_HIDDEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Format and default-ignorable characters: zero width, direction, variation, tags. What merely looks empty is not."""

_PICTURE = (
    r"[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    r"\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_ONE = _PICTURE + r"[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
_EMOJI = rf"{_ONE}(?:\u200d{_ONE})*+"
_KEYCAP = r"[0-9#*]\ufe0f\u20e3"
_NATION = "\U0001f3f4(?:" + "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f" for region in ("gbeng", "gbsct", "gbwls")
) + ")"  # fmt: skip
_JOINING = r"\u0600-\u08ff\u0900-\u0dff\ufb50-\ufdff\ufe70-\ufefc"
"""Arabic to Sinhala: there, joiner and non-joiner between two letters are spelling."""

_SPELLING = rf"(?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])(?=\w)"

_ANY_HIDDEN = re.compile(f"[{_HIDDEN}]")
_KEPT_OR_HIDDEN = re.compile(rf"(?P<kept>{_NATION}|{_EMOJI}|{_KEYCAP}|{_SPELLING})|[{_HIDDEN}]+")

VISIBLE_STACK = rf"[^\w\s\x00-\u02ff{_HIDDEN}]"
"""A pattern for what may be a visible mark on a letter: the standard library's patterns cannot name marks."""


def show_invisible(text: str) -> str:
    """*text* with each run of invisible characters as a mark: [U+200B], or [U+200B and 3 more]."""
    return _KEPT_OR_HIDDEN.sub(_kept_or_shown, text) if _ANY_HIDDEN.search(text) else text


def _kept_or_shown(found: re.Match[str]) -> str:
    run = found.group()
    if found["kept"]:
        return run
    more = f" and {len(run) - 1} more" if len(run) > 1 else ""
    return f"[U+{ord(run[0]):04X}{more}]"
