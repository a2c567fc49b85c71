"""A value entered in one line: “4.3 n=212 last week from=survey”."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.metrics import Metric
from bot.domain.spans import Days, Span, days_typed
from bot.domain.text import bounded, one_line
from bot.domain.typed import Typed, UnclearValueError, entry_typed

SOURCE_ROOM = 120

_DAY = r"\d{4}-\d{2}-\d{2}"
_DAYS = re.compile(
    rf"(?:\b(?:for|in|of) )?\b({'|'.join(Span)}|{_DAY}(?: ?(?:\.\.|/|to|until|-|–) ?{_DAY})?)(?![\w-])", re.IGNORECASE
)
_FROM = "from="


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What one line says; *days* None: nobody said which. *source* is empty where it does not say."""

    typed: Typed
    days: Span | Days | None
    source: str


def line_typed(metric: Metric, words: Sequence[str]) -> Line:
    """The value of *metric* that *words* say, the days it is of, its sample size, and where it came from.

    Raises what `entry_typed` and `days_typed` raise.
    """
    source = next((word[len(_FROM) :] for word in words if word.casefold().startswith(_FROM)), "")
    text = " ".join(word for word in words if not word.casefold().startswith(_FROM))
    found = _DAYS.search(text)
    value = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    if not value.strip():
        raise UnclearValueError(metric, text)
    return Line(
        typed=entry_typed(metric, value),
        days=None if found is None else days_typed(found[1]),
        source=source_typed(source),
    )


def source_typed(text: str) -> str:
    """Where a value came from, in a person's words, fit to be kept: one line, cut to its room."""
    return bounded(one_line(text), SOURCE_ROOM).strip()
