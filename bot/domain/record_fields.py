"""The product record field by field: how each is written, read back, and refused."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.fixes import Weights
from bot.domain.product import (
    ContextNeed,
    Failure,
    InputType,
    Never,
    Pii,
    ProductRecord,
    Risk,
    Stage,
)
from bot.errors import UsageError

E = TypeVar("E", bound=StrEnum)


class UnknownRecordFieldError(UsageError):
    """The record has no such field; says the nearest, or all."""

    def __init__(self, name: str) -> None:
        near = get_close_matches(name, FIELDS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FIELDS)}."
        super().__init__(f"A product has no field “{name}”. {hint}")


class BadFieldError(UsageError):
    """A value that the field cannot take; says what it takes."""

    def __init__(self, name: str, value: str, takes: str) -> None:
        super().__init__(f"{name} cannot be “{value}”: it takes {takes}.")


class Input(StrEnum):
    """How a field is filled in: a line, several lines, one of its choices, or several of them."""

    LINE = "line"
    LINES = "lines"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class RecordField:
    """How a field reads: its words for people, what it takes, and the parser (ValueError: not that)."""

    label: str
    takes: str
    parse: Callable[[str], Any]
    input: Input = Input.LINE
    choices: tuple[str, ...] = ()


def edited(record: ProductRecord, values: Mapping[str, str]) -> ProductRecord:
    """*record* with these fields set from text; an empty text sets a field back to what it was to begin with.

    Raises `UnknownRecordFieldError` and `BadFieldError`; then nothing is set.
    """
    return replace(record, **{_known(name): parsed(name, text) for name, text in values.items()})


def shown(record: ProductRecord) -> Iterable[tuple[str, str]]:
    """Every field that somebody filled in or that has a default: its words, and its value as text."""
    for name, field in FIELDS.items():
        value = getattr(record, name)
        if value is not None and value != ():
            yield field.label, _text(value)


def as_text(record: ProductRecord, name: str) -> str:
    """A field as it would be typed, so that `edited` reads the same again; empty where nothing is set."""
    value = getattr(record, name)
    if isinstance(value, tuple) and FIELDS[name].input is Input.SEVERAL:
        return ", ".join(value) or "none"
    if isinstance(value, tuple):
        return "; ".join(f"{one.name}: {', '.join(one.phrases)}" if one.phrases else one.name for one in value)
    return "" if value is None else _text(value)


def parsed(name: str, text: str) -> Any:
    """What *text* means for a field; empty, it means what the field was to begin with. Raises `BadFieldError`."""
    if not text.strip():
        return getattr(ProductRecord(), name)
    try:
        return FIELDS[name].parse(text.strip())
    except ValueError:
        raise BadFieldError(name, text, FIELDS[name].takes) from None


def _known(name: str) -> str:
    if name not in FIELDS:
        raise UnknownRecordFieldError(name)
    return name


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Never():
            return f"{value.name} ({', '.join(value.phrases)})" if value.phrases else value.name
        case tuple():
            return "; ".join(_text(one) for one in value)
        case Weights():
            return f"{value.impact}, {value.feasibility}, {value.risk}, {value.alignment}"
        case float():
            # Every digit that counts: what is shown is also what a form holds and reads back.
            return repr(value).removesuffix(".0")
        case _:
            return str(value)


def _flag(text: str) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    try:
        return known[text.lower()]
    except KeyError:
        raise ValueError(text) from None


def _positive(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value <= 0:
        raise ValueError(text)
    return value


def _share(text: str) -> float:
    # Not divided: 92.3 / 100 is a little less than 0.923.
    value = float(f"{text[:-1].strip()}e-2" if text.endswith("%") else text)
    if not 0 <= value <= 1:
        raise ValueError(text)
    return value


def _count(text: str) -> int:
    value = int(text.replace(",", ""))
    if value < 0:
        raise ValueError(text)
    return value


def _one_of(kind: type[E]) -> Callable[[str], E]:
    return lambda text: kind(text.lower().replace(" ", "_").replace("-", "_"))


def _several_of(kind: type[E]) -> Callable[[str], tuple[E, ...]]:
    one = _one_of(kind)

    def parse(text: str) -> tuple[E, ...]:
        words = [] if text.lower() == "none" else text.split(",")
        return tuple(dict.fromkeys(one(word.strip()) for word in words if word.strip()))

    return parse


def _nevers(text: str) -> tuple[Never, ...]:
    return tuple(_never(part) for part in text.replace("\n", ";").split(";") if part.strip())


def _never(text: str) -> Never:
    name, _, phrases = text.partition(":")
    if not name.strip():
        raise ValueError(text)
    return Never(name=name.strip(), phrases=tuple(phrase.strip() for phrase in phrases.split(",") if phrase.strip()))


def _currency(text: str) -> str:
    if text.strip() not in _CURRENCIES:
        raise ValueError(text)
    return text.strip()


def _weights(text: str) -> Weights:
    impact, feasibility, risk, alignment = (_count(word) for word in text.replace(",", " ").split())
    return Weights(impact=impact, feasibility=feasibility, risk=risk, alignment=alignment)


def _choices(kind: type[StrEnum]) -> str:
    return "one of " + ", ".join(kind)


_TEXT = "a text"
_SECONDS = "a number of seconds above 0"
_SHARE = "a share from 0 to 1 (or a percentage like 92%)"
_COUNT = "a whole number from 0 up"
_MONEY = "an amount above 0"
_CURRENCIES = ("$", "€", "£", "¥", "₹")
_DAY = "a day like 2026-11-16"
_YES_NO = "yes or no"
_WEIGHTS = "four whole numbers like “2, 1, 1, 1”, the first at least as large as each other"

FIELDS: Mapping[str, RecordField] = {
    "persona": RecordField("User persona", _TEXT, str),
    "job": RecordField("Job to be done", _TEXT, str),
    "stage": RecordField("Stage", _choices(Stage), _one_of(Stage), Input.ONE, tuple(Stage)),
    "input_types": RecordField(
        "Inputs",
        f"some of {', '.join(InputType)}, separated by commas",
        _several_of(InputType),
        Input.SEVERAL,
        tuple(InputType),
    ),
    "output_format": RecordField("Output format", _TEXT, str),
    "max_latency_s": RecordField("Slowest acceptable answer, seconds", _SECONDS, _positive),
    "context_need": RecordField(
        "Context window need", _choices(ContextNeed), _one_of(ContextNeed), Input.ONE, tuple(ContextNeed)
    ),
    "risk": RecordField("Risk of a wrong answer", _choices(Risk), _one_of(Risk), Input.ONE, tuple(Risk)),
    "citations_required": RecordField("Citations required", _YES_NO, _flag, Input.ONE, ("yes", "no")),
    "human_review_required": RecordField("Human review required", _YES_NO, _flag, Input.ONE, ("yes", "no")),
    "accuracy_target": RecordField("Accuracy target", _SHARE, _share),
    "daily_requests": RecordField("Requests a day", _COUNT, _count),
    "peak_concurrent_users": RecordField("Users at once, at peak", _COUNT, _count),
    "data_residency": RecordField("Data residency", _TEXT, str),
    "pii": RecordField("Personal data", _choices(Pii), _one_of(Pii), Input.ONE, tuple(Pii)),
    "nevers": RecordField(
        "Must never",
        "names with the phrases that give them away, like “promise a price: it will cost, for only”",
        _nevers,
        Input.LINES,
    ),
    "blocking_failures": RecordField(
        "Failures that block a launch",
        f"some of {', '.join(Failure)}, or none",
        _several_of(Failure),
        Input.SEVERAL,
        tuple(Failure),
    ),
    "min_confidence": RecordField("Hands over below this confidence", _SHARE, _share),
    "baseline_cost_per_resolution": RecordField("Baseline cost per resolution", _MONEY, _positive),
    "monthly_budget": RecordField("Monthly budget", _MONEY, _positive),
    "currency": RecordField("Currency", f"one of {', '.join(_CURRENCIES)}", _currency, Input.ONE, _CURRENCIES),
    "last_trained_on": RecordField("Last trained", _DAY, date.fromisoformat),
    "data_until": RecordField("Training data reach until", _DAY, date.fromisoformat),
    "retraining_due_on": RecordField("Retraining due", _DAY, date.fromisoformat),
    "areas": RecordField("Nine areas of ownership", _YES_NO, _flag, Input.ONE, ("yes", "no")),
    "fix_weights": RecordField("Weights of impact, feasibility, risk and alignment", _WEIGHTS, _weights),
}
"""Every field of the record in the order people are asked for them."""
