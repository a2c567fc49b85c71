"""What a person typed, as words: quotes, case and typographic marks do not matter."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_ID = 9
"""Digits of an id: ids are 32-bit numbers in Postgres."""

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'"})
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-"})
_WORD = re.compile(r'<[^<>\s][^<>]*>|(?:[^\s"<>]*=)?"[^"]*"|[^\s"]+')
"""One of Slack's own tokens like <@U1|ana>, something quoted (also behind an =), or what stands between blanks."""


def words_of(text: str) -> tuple[str, ...]:
    """*text* cut into words; what stands in double quotes is one word, without its quotes."""
    plain = text.translate(_QUOTES).replace("\u00a0", " ")
    return tuple(found.replace('"', "") for found in _WORD.findall(plain) if found.replace('"', ""))


def number_of(text: str | None) -> int:
    """The id that *text* names, 0 where it names none: it went to a client and came back, and may be anything."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0


def folded(word: str) -> str:
    """*word* as it is compared: lower case, with plain dashes."""
    return word.translate(_DASHES).replace("_", "-").casefold()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The one of *known* that was most likely meant, None where none is near."""
    by_folded = {folded(one): one for one in known}
    found = get_close_matches(folded(word), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
