"""A row of a source becomes a `Prediction`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from bot.domain.prediction import Feedback, Prediction
from bot.sources import times
from bot.sources.dialect import LONGEST_TEXT

TRUE = ("true", "t", "yes", "y", "1", "1.0")
FALSE = ("false", "f", "no", "n", "0", "0.0")
UP = (*TRUE, "up", "+1", ":+1:", "thumbs_up", "thumbs up", "thumbs-up", "thumbsup", "thumbup", "like", "liked",
      "positive", "good", "👍", "👍\ufe0f")  # fmt: skip
DOWN = (*FALSE, "down", "-1", "-1.0", ":-1:", "thumbs_down", "thumbs down", "thumbs-down", "thumbsdown", "thumbdown",
        "dislike", "disliked", "negative", "bad", "👎", "👎\ufe0f")  # fmt: skip
"""How a thumb is spelled, in small letters. 0 is down, as false is; where 0 means "no opinion", leave it null."""

_SAMPLES, _SAMPLE_LENGTH = 3, 80

TEXTS = ("input", "output", "expected", "context", "final_output", "model_version", "segment", "rated_by", "trace_url")
NUMBERS = ("score", "loss", "confidence", "latency_s", "cost")
TRUTHS = ("correct", "hallucinated", "escalated")


def prediction(row: Mapping[str, Any]) -> Prediction:
    """The prediction in *row*: canonical name -> value, texts and numbers as the driver gave them.

    `occurred_at` is aware, in microseconds since 1970, or a text in UTC; `feedback` is up, down or None; truths are
    true, false or None.
    """
    return Prediction(**{name: _READ[name](value) for name, value in row.items() if value is not None})


def predictions(names: Iterable[str], found: Iterable[Sequence[Any]]) -> list[Prediction]:
    """The same for many rows with the same *names*."""
    readers = [(name, _READ[name]) for name in names]
    return [
        Prediction(**{name: read(value) for (name, read), value in zip(readers, row, strict=True) if value is not None})
        for row in found
    ]


def samples(columns: Iterable[str], found: Iterable[Sequence[object]]) -> dict[str, tuple[str, ...]]:
    """Per column the first three different texts in *found*, each short enough to show."""
    texts: dict[str, dict[str, None]] = {column: {} for column in columns}
    for row in found:
        for seen, value in zip(texts.values(), row, strict=True):
            if value is not None and len(seen) < _SAMPLES and (text := _text(value)):
                seen[text[:_SAMPLE_LENGTH]] = None
    return {column: tuple(seen) for column, seen in texts.items()}


def moment(value: int | str | datetime) -> datetime:
    """An instant as a driver hands it over, aware and in UTC; see `prediction`."""
    match value:
        case int():
            return times.instant(value)
        case str():
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        case datetime():
            return value.astimezone(UTC)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else value[:LONGEST_TEXT]
    match value:
        case bool():
            text = "true" if value else "false"
        case bytes():
            text = value.decode(errors="replace")
        case Decimal():
            text = format(value, "f")
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False, default=str)
        case _:
            text = str(value)
    return text[:LONGEST_TEXT]


def _version(value: object) -> str | None:
    """No version and an empty one are the same. Source: design 4."""
    return _text(value) or None


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _citations(value: object) -> tuple[str, ...]:
    """A list of texts, whether it came as a list, as a JSON array or as one text."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, list | tuple):
        return tuple(text for item in value if item is not None and (text := _text(item)))
    text = _text(value)
    return (text,) if text else ()


_READ: dict[str, Callable[[Any], Any]] = {
    "id": _text,
    "occurred_at": moment,
    "feedback": Feedback,
    "citations": _citations,
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(NUMBERS, _number),
    **dict.fromkeys(TRUTHS, bool),
    "model_version": _version,
}
