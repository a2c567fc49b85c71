"""Where a text names people, days, numbers and what somebody will do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.claimed_numbers import numbers_in
from bot.domain.updates import ClaimKind

_MONTHS = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s\d{4}\b)?"
_SPAN = r"(?:\s?(?:to|until|-|–|and)\s?)"
_WEEKDAYS = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b|\b(?-i:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b"
_FEW = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_DATE = re.compile(
    "|".join(
        [
            r"\b\d{4}-\d{2}-\d{2}\b",
            r"\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})\b",
            rf"\b(?:{_DAY}(?:\s(?:of\s)?{_MONTHS})?{_SPAN})?{_DAY}\s(?:of\s)?{_MONTHS}{_YEAR}",
            rf"\b{_MONTHS}\s{_DAY}(?:{_SPAN}(?:{_MONTHS}\s)?{_DAY})?\b{_YEAR}",
            rf"\b(?:{_MONTHS}{_YEAR})",
            rf"\b{_FEW}(?:\s?(?:to|-|–|or)\s?{_FEW})?\s(?:business\s)?(?:days?|weeks?|months?|quarters?|years?)\b",
            rf"\b{_WEEKDAYS}",
            r"\b(?:today|tomorrow|yesterday|tonight)\b",
            r"\b(?:next|last|this)\s(?:week|month|quarter|year)\b",
            r"\bQ[1-4]\b(?:\s\d{4}\b)?",
            r"\b(?:end|middle|beginning) of (?:the )?(?:week|month|quarter|year)\b",
        ]
    ),
    re.IGNORECASE,
)
_NOT_A_MONTH = re.compile(r"\A(?:may|mar|dec|sep|jan|jun|march)\Z")
_PROMISE = re.compile(
    r"\b(?:will|won['\u2019]t|shall|(?:we|i|they|he|she|it)['\u2019]ll|going to|plans? to|intends? to"
    # “Never promise a price” promises nothing.
    r"|(?:we|i|they|you) (?:promise|commit|guarantee)|promise[sd]|commits|committed|guarantee[sd]"
    r"|delivers? (?:by|until)|due (?:on|by)|by the end of)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>|\b[A-Z][^\W\d_]+(?:[\s'\u2019-]+[A-Z][^\W\d_]+)+\b")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*[.!?]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Something claimed, from *start* to *end* in its text."""

    kind: ClaimKind
    start: int
    end: int
    text: str


def found_in(text: str, names: Iterable[str], *, is_promised: bool = False) -> list[Found]:
    """What a line of *text* claims, in the order in which it is read: every digit in it lies in a date or a number.

    *names* are looked for, and whatever else is written like a person's name. *is_promised*: all of the line is a
    commitment; else a sentence that promises something is one.
    """
    dates = [found for found in _each(_DATE, ClaimKind.DATE, text) if not _NOT_A_MONTH.match(found.text)]
    people = list(_names(text, names, dates))
    numbers = [
        Found(kind=ClaimKind.NUMBER, start=one.start, end=one.end, text=one.text)
        for one in numbers_in(_without(text, [*dates, *people]))
    ]
    promises = [_whole(text)] if is_promised and text.strip() else list(_promises(text))
    every = [*promises, *people, *dates, *numbers]
    return sorted(every, key=lambda one: (one.start, one.kind is not ClaimKind.COMMITMENT, one.end))


def _names(text: str, names: Iterable[str], dates: Iterable[Found]) -> Iterator[Found]:
    taken = _without(text, dates)
    for name in sorted({one for one in names if one}, key=len, reverse=True):
        found = list(_each(re.compile(rf"(?<!\w){re.escape(name)}(?!\w)"), ClaimKind.NAME, taken))
        yield from found
        taken = _without(taken, found)
    yield from _each(_PERSON, ClaimKind.NAME, taken)


def _promises(text: str) -> Iterator[Found]:
    for sentence in _each(_SENTENCE, ClaimKind.COMMITMENT, text):
        if _PROMISE.search(sentence.text):
            yield sentence


def _whole(text: str) -> Found:
    return Found(kind=ClaimKind.COMMITMENT, start=0, end=len(text), text=text.strip())


def _each(pattern: re.Pattern[str], kind: ClaimKind, text: str) -> Iterator[Found]:
    for match in pattern.finditer(text):
        yield Found(kind=kind, start=match.start(), end=match.end(), text=match.group().strip())


def _without(text: str, found: Iterable[Found]) -> str:
    """*text* with blanks where something was found, so that every place in it stays what it was."""
    for one in found:
        text = text[: one.start] + "\n" * (one.end - one.start) + text[one.end :]
    return text
