"""What people type of a failure mode: “severity high likelihood low”, “below 60 %”, “fallback A person calls back”."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.domain.failure_modes import LIKELIHOODS, FailureMode, Level
from bot.domain.holders import holder_in, is_group
from bot.domain.text import clip, one_line
from bot.domain.words import folded
from bot.errors import UserError

NAME_ROOM, TEXT_ROOM = 60, 300
"""Characters of a name, and of what the user sees, of recovery and of fallback."""

LONGEST_NAME = 8
"""Words of a name that is looked for in what was typed."""

NOTHING = frozenset({"none", "nobody", "nothing", "-"})
"""Words that take back what was said."""

ME = frozenset({"me", "myself"})
"""Words by which people name themselves."""

_SECONDS = re.compile(r"(?:than )?([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+) ?(ms|s|sec|secs|seconds?)?", re.IGNORECASE)
_SHARE = re.compile(r"([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+) ?(%|percent)?", re.IGNORECASE)
_UNITS = frozenset({"%", "percent", "ms", "s", "sec", "secs", "second", "seconds"})
_LONGEST_ANSWER = 3_600.0
_OWNER = "owner"
_SIGNS = ",;:"
_AND = frozenset({"and", "&", "&amp;", "or", "+", ""})


class UnclearChangeError(UserError):
    """Words that set nothing; says which do."""

    def __init__(self, word: str) -> None:
        typed = f"“{clip(one_line(word), 40)}” sets nothing. " if word else ""
        super().__init__(
            f"{typed}Say what to set: severity, likelihood, blocking or acceptable, sees, recovery, fallback, below"
            " 60 %, slower than 5 s, owner @ana. Put a text in quotes where more follows it."
        )


class NoValueError(UserError):
    """A word that sets something, and nothing after it."""

    def __init__(self, word: str) -> None:
        super().__init__(f"Say what “{word}” is to be.")


class UnclearLevelError(UserError):
    """Not one of the levels."""

    def __init__(self, field: str, text: str, levels: Sequence[Level]) -> None:
        super().__init__(f"{field.capitalize()} is one of {', '.join(levels)}, not “{clip(one_line(text), 40)}”.")


class UnclearShareError(UserError):
    """Not a confidence."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{clip(one_line(text), 40)}” is no confidence: write it like 60 % or 0.6.")


class UnclearSecondsError(UserError):
    """Not a time that an answer may take."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{clip(one_line(text), 40)}” is no time for an answer: write it like 5 s or 800 ms, up to an hour."
        )


class UnclearOwnerError(UserError):
    """Not a person."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{clip(one_line(text), 40)}” is nobody I can name: choose one person from Slack's list while you type @."
        )


class SeveralOwnersError(UserError):
    """Two people cannot both answer for it."""

    def __init__(self) -> None:
        super().__init__("One person answers for it: name one. Nothing was changed.")


def severity_typed(text: str) -> Level:
    """Raises `UnclearLevelError`."""
    return _level("severity", text, tuple(Level))


def likelihood_typed(text: str) -> Level | None:
    """Raises `UnclearLevelError`."""
    return None if folded(text) in NOTHING else _level("likelihood", text, LIKELIHOODS)


def share_typed(text: str) -> float | None:
    """A share 0..1. Raises `UnclearShareError`."""
    if folded(text) in NOTHING:
        return None
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        raise UnclearShareError(text)
    # Not divided: 92.3 / 100 is a little less than 0.923.
    share = float(f"{found[1].replace(',', '.')}{'e-2' if found[2] else ''}")
    if not 0 <= share <= 1:
        raise UnclearShareError(text)
    return share


def share_as_typed(share: float) -> str:
    """*share* as somebody would type it, with every digit: `share_typed` reads it back."""
    return f"{_plain(Decimal(repr(share)) * 100)} %"


def seconds_as_typed(seconds: float) -> str:
    """*seconds* as somebody would type them, with every digit: `seconds_typed` reads them back."""
    return f"{_plain(Decimal(repr(seconds)))} s"


def seconds_typed(text: str) -> float | None:
    """Seconds above 0. Raises `UnclearSecondsError`."""
    if folded(text).strip().removeprefix("than ") in NOTHING:
        return None
    found = _SECONDS.fullmatch(text.strip())
    if found is None:
        raise UnclearSecondsError(text)
    seconds = float(f"{found[1].replace(',', '.')}{'e-3' if (found[2] or '').lower() == 'ms' else ''}")
    if not (math.isfinite(seconds) and 0 < seconds <= _LONGEST_ANSWER):
        raise UnclearSecondsError(text)
    return seconds


def owner_typed(text: str, me: str = "") -> str | None:
    """A person by Slack's id; *me* is who types, where that is known. Raises `UnclearOwnerError`."""
    if folded(text) in NOTHING:
        return None
    if me and folded(text) in ME:
        return me
    found = holder_in(text)
    if found is None or is_group(found):
        raise UnclearOwnerError(text)
    return found


def one_owner(words: Sequence[str], me: str = "") -> tuple[str | None, tuple[str, ...]]:
    """The person whom the first of *words* names, and the words left. Raises `SeveralOwnersError` where those name
    another, and `UnclearOwnerError`.
    """
    rest = tuple(words[1:])
    after = next((word for word in rest if _bare(word) not in _AND), "")
    if is_who(after):
        raise SeveralOwnersError
    return owner_typed(words[0].rstrip(_SIGNS), me), rest


def is_who(word: str) -> bool:
    """Whether *word* can only name somebody."""
    return word.startswith("@") or holder_in(word.rstrip(_SIGNS)) is not None


def changes_typed(words: Sequence[str], me: str = "") -> dict[str, Any]:
    """What *words* set: fields of a `FailureMode` with their values; a later word counts more. *me*: who types them.

    Texts (sees, recovery, fallback) reach to the end unless they were quoted. Raises `UserError` where something
    cannot be read; then nothing is set.
    """
    changes: dict[str, Any] = {}
    left = _from_word(words)
    if not left:
        raise UnclearChangeError("")
    while left:
        field, value, left = _one(left, me)
        changes[field] = value
        left = _from_word(left)
    return changes


def sets_something(words: Sequence[str]) -> bool:
    """Whether *words* say what to set of what their first word begins to name: “latency spike severity high”."""
    last = len(words) - 1
    said = ((place, _bare(word)) for place, word in enumerate(words) if place)
    return any(word in _FLAGS or (word in _KEYWORDS and place < last) for place, word in said)


def named_typed(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The name of a new failure mode, and the words left: it ends where something is set. Empty without words."""
    name, rest = list(words[:1]), tuple(words[1:])
    while rest and _bare(rest[0]) not in _KEYWORDS:
        name.append(rest[0])
        rest = rest[1:]
    return one_line(" ".join(name)), rest


def mode_typed(words: Sequence[str], modes: Sequence[FailureMode]) -> tuple[FailureMode | None, tuple[str, ...]]:
    """The one of *modes* that the first of *words* name, and the words left: as many as make a name or a key."""
    by_name = {folded_name(name): mode for mode in modes for name in (mode.name, mode.key)}
    for taken in range(min(len(words), LONGEST_NAME), 0, -1):
        name = folded_name(" ".join(words[:taken]))
        found = by_name.get(name) or by_name.get(name.rstrip(_SIGNS))
        if found is not None:
            return found, tuple(words[taken:])
    return None, tuple(words)


def folded_name(name: str) -> str:
    """A name as it is compared: “Latency spike”, “latency-spike” and “latency_spike” are one."""
    return "-".join(folded(name).replace("-", " ").split())


def _plain(value: Decimal) -> str:
    shown = f"{value:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _level(field: str, text: str, levels: Sequence[Level]) -> Level:
    found = next((level for level in levels if level == folded(text).strip()), None)
    if found is None:
        raise UnclearLevelError(field, text, levels)
    return found


def _one(words: tuple[str, ...], me: str) -> tuple[str, Any, tuple[str, ...]]:
    """The field that the first word sets, its value, and the words left."""
    word, rest = _bare(words[0]), words[1:]
    if word == _OWNER and rest:
        return _OWNER, *one_owner(rest, me)
    if word in _FLAGS:
        return "blocking", _FLAGS[word], rest
    if word in _TEXTS:
        value, rest = _text(words[0], rest)
        return _TEXTS[word], value, rest
    if word not in _READ:
        raise UnclearChangeError(words[0])
    field, read = _READ[word]
    value, rest = _value(words[0], rest)
    return field, read(value), rest


def _text(word: str, rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    if not rest:
        raise NoValueError(word)
    return (rest[0], rest[1:]) if " " in rest[0] else (" ".join(rest), ())


def _value(word: str, rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """One word, with the unit that may stand after it: “60 %”, “than 5 s”."""
    taken = 1 + (rest[:1] == ("than",))
    taken += rest[taken : taken + 1] != () and _bare(rest[taken]) in _UNITS
    if len(rest) < taken:
        raise NoValueError(word)
    return " ".join(rest[:taken]).rstrip(_SIGNS), rest[taken:]


def _from_word(words: Sequence[str]) -> tuple[str, ...]:
    """*words* without the signs before the first: one that stands alone parts what is set from what is set next."""
    return tuple(words[next((place for place, word in enumerate(words) if _bare(word)), len(words)) :])


def _bare(word: str) -> str:
    """*word* as it is compared, without the sign that parts it from the next."""
    return folded(word).rstrip(_SIGNS)


_FLAGS: Mapping[str, bool] = {"blocking": True, "blocks": True, "acceptable": False}
_TEXTS: Mapping[str, str] = {
    "sees": "seen",
    "seen": "seen",
    "recovery": "recovery",
    "recovers": "recovery",
    "fallback": "fallback",
}
_READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "severity": ("severity", severity_typed),
    "likelihood": ("likelihood", likelihood_typed),
    "below": ("below_confidence", share_typed),
    "slower": ("slower_than", seconds_typed),
    _OWNER: (_OWNER, owner_typed),
}
_KEYWORDS = frozenset({*_FLAGS, *_TEXTS, *_READ})
