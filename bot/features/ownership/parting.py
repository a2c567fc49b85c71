"""The words of a command about owners, cut apart: what it is about, and who is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.holders import holder_in, mention
from bot.domain.text import clip, escape, one_line
from bot.domain.words import folded

BACKUP = frozenset({"backup", "back-up", "deputy", "substitute", "stand-in", "standin"})
NOBODY = frozenset({"nobody", "none", "no-one", "noone"})
ME = frozenset({"me", "myself"})
BETWEEN = frozenset({"and", "&", "+", "with", "is", "are", "to", "as", "="})
LEADING = frozenset(
    {
        *("set", "show", "assign", "give", "of", "for", "owns", "own", "the", "is", "are", "answers", "answer", "a"),
        *("decides", "decide", "has", "have", "holds", "responsible", "accountable", "in", "charge", "owner", "owners"),
        *("who", "whom", "do", "does", "i", "ask", "about", "all", "everything", "matrix", "list"),
    }
)
"""Words that only lead to the question: “who is responsible for cost”. Alone they ask for all of it."""

_BEFORE_PRODUCT = frozenset({"of", "for", "in", "at"})
_SIGNS = ",;:?!."
_PARTS = str.maketrans(dict.fromkeys(",;", " "))


class How(StrEnum):
    """What is done with those who are named."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"


_HOW = {"add": How.ADD, "plus": How.ADD, "remove": How.REMOVE, "minus": How.REMOVE, "drop": How.REMOVE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A command cut apart: what it is *about*, what is to be done with *who*, which begins at the first name."""

    about: tuple[str, ...]
    how: How
    who: tuple[str, ...]


def said_in(words: Sequence[str]) -> Said:
    """The words after the noun (and the product), cut apart."""
    tokens = _tokens(words)
    first = _first_name(tokens)
    about, who = tokens[:first], tokens[first:]
    place = next((at for at in (0, -1) if who and about and folded(about[at]) in _HOW), None)
    how = _HOW[folded(about.pop(place))] if place is not None else How.SET
    return Said(about=led(about), how=how, who=tuple(who))


def led(words: Sequence[str]) -> tuple[str, ...]:
    """*words* without those that only lead to a question."""
    start = next((place for place, word in enumerate(words) if bare(word) not in LEADING), len(words))
    return tuple(words[start:])


def product_first(words: Sequence[str], called: frozenset[str], *, understood: int) -> tuple[str, ...]:
    """*words* with the product's name in front, wherever it stands: first, last, or last before the first name. The
    first *understood* words are a question, whatever a product is called. *called*: what products are called, folded.
    """
    names = [place for place, word in enumerate(words) if bare(word) in called]
    asked = led(words)
    ends = {len(words) - 1, _first_name(words) - 1}
    lead = len(words) - len(asked)
    place = next((at for at in names if at in {0, lead} or (at in ends and at >= lead + understood)), None)
    if place is None:
        return asked
    before = words[lead:place]
    if before and folded(before[-1]) in _BEFORE_PRODUCT:
        before = before[:-1]
    return (words[place].strip(_SIGNS), *before, *words[place + 1 :])


def bare(word: str) -> str:
    """*word* as it is compared, without the signs around it."""
    return folded(word.strip(_SIGNS))


def typed(words: Sequence[str]) -> str:
    """*words* as they can be typed again, for mrkdwn between backticks: people and groups by their id."""
    return " ".join(_typed(word) for word in _tokens(words))


def is_who(word: str) -> bool:
    """Whether *word* begins to say who: a name, nobody, or that a backup is spoken of."""
    return word.startswith(("@", "<")) or folded(word) in ME | NOBODY or is_backup(word)


def is_backup(word: str) -> bool:
    """Whether *word* says that a backup is named."""
    return folded(word).rstrip(":") in BACKUP


def _first_name(words: Sequence[str]) -> int:
    return next((at for at, word in enumerate(words) if is_who(word.strip(_SIGNS))), len(words))


def _typed(word: str) -> str:
    holder = holder_in(word)
    return mention(holder) if holder else escape(one_line(clip(word, 40)).replace("`", ""))


def _tokens(words: Sequence[str]) -> list[str]:
    return [token for word in words for token in _apart(word)]


def _apart(word: str) -> Iterator[str]:
    """Commas stand where people put them: “<@U1>,<@U2>” is two, a comma in a mention's label parts nothing."""
    if holder_in(word) is not None:
        yield word
        return
    yield from filter(None, (part.strip("?") for part in word.replace("&amp;", "&").translate(_PARTS).split()))
