"""Which of a product's nevers and launch-blocking failures a prediction breaks."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from bot.domain.prediction import Prediction
from bot.domain.product import Failure, ProductRecord

_NOTHING = re.compile(r"(?!)")
# Emphasis in Markdown and characters nobody sees must not hide a word; apostrophes come in two shapes.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"} | dict.fromkeys("*_`~\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class BreachKind(StrEnum):
    """What was broken: something the model must never do, or a failure that blocks a launch."""

    NEVER = "never"
    BLOCKING = "blocking"


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A bar that a prediction breaks, by the team's name for it."""

    name: str
    kind: BreachKind

    @property
    def is_never(self) -> bool:
        """Whether it is something the model must never do."""
        return self.kind is BreachKind.NEVER


def breaches(prediction: Prediction, record: ProductRecord) -> tuple[Breach, ...]:
    """What *prediction* breaks: nevers first, then blocking failures, each in the record's order.

    A never is broken when one of its phrases stands in the output, whatever anybody judged: “never promise a price”
    holds for right prices too. Failures count only among `blocking_failures`, and not for an output judged correct:
    the bar is about errors, and an unjudged output may be one. What the record sets no limit for, or the source does
    not say, breaks nothing. Source: LLM product management 33.2, exercise 1; roles essay, "failure modes".
    """
    return (*_nevers(prediction, record), *_failures(prediction, record))


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of *phrases* stands in *text* as whole words, whatever the case, white space and Markdown emphasis.

    `*` at the end of a word stands for any ending: “guarantee*” is found in “guaranteed”. Nothing else is special.
    """
    return _pattern(phrases).search(_plain(text)) is not None


def _nevers(prediction: Prediction, record: ProductRecord) -> Iterator[Breach]:
    for never in record.nevers:
        if says(prediction.output or "", never.phrases):
            yield Breach(name=never.name, kind=BreachKind.NEVER)


def _failures(prediction: Prediction, record: ProductRecord) -> Iterator[Breach]:
    if prediction.correct:
        return
    for failure in record.blocking_failures:
        if _shows(prediction, failure, record):
            yield Breach(name=failure.replace("_", " "), kind=BreachKind.BLOCKING)


def _shows(prediction: Prediction, failure: Failure, record: ProductRecord) -> bool:
    match failure:
        case Failure.HALLUCINATION:
            return prediction.hallucinated is True
        case Failure.LATENCY_SPIKE:
            return _is_below(record.max_latency_s, prediction.latency_s)
        case Failure.LOW_CONFIDENCE:
            return _is_below(prediction.confidence, record.min_confidence)
        case _:
            assert_never(failure)


def _is_below(value: float | None, limit: float | None) -> bool:
    return value is not None and limit is not None and value < limit


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    found = [pattern for phrase in phrases if (pattern := r"\s+".join(filter(None, map(_word, phrase.split()))))]
    # Whole words, but only where the phrase's edge is a word: “$5” may follow anything.
    return re.compile("|".join(rf"(?:(?<!\w)|(?!\w)){one}(?:(?!\w)|(?<!\w))" for one in found)) if found else _NOTHING


def _word(word: str) -> str:
    return re.escape(_plain(word)) + (r"\w*" if word.endswith("*") and _plain(word) else "")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
