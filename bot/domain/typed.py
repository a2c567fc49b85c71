"""Values of metrics as people type them: “38 %”, “0.38”, “4,2”, “$4.20”, “2.8 s”, “2800 ms”, “91 of 1000”."""

import re
from dataclasses import dataclass
from math import isfinite

from bot.domain.metrics import ImpossibleTargetError, Metric, Unit, require_possible
from bot.domain.showing import value_of
from bot.domain.text import clip, one_line
from bot.errors import UserError

LARGEST_SAMPLE = 2_000_000_000
"""A sample size is kept as a 32-bit number."""

_LONGEST = 40
_EXAMPLES = {
    Unit.SHARE: "38 % or 0.38",
    Unit.SECONDS: "2.8 s or 2800 ms",
    Unit.MINUTES: "12 min or 1.5 h",
    Unit.SCORE: "4.2",
    Unit.MONEY: "4.20",
    Unit.COUNT: "1060",
}
_ROOM = {Unit.SHARE: "between 0 % and 100 %", Unit.SCORE: "between 1 and 5"}
_SCALES = {
    Unit.SECONDS: {"": 1.0, "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "ms": 0.001, "min": 60.0},
    Unit.MINUTES: {"": 1.0, "min": 1.0, "mins": 1.0, "minute": 1.0, "minutes": 1.0, "m": 1.0, "h": 60.0, "s": 1 / 60},
    Unit.SCORE: {"": 1.0, "of 5": 1.0, "/5": 1.0, "/ 5": 1.0, "out of 5": 1.0},
    Unit.COUNT: {"": 1.0},
}
_PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "’": "'", "％": "%", "\N{FRACTION SLASH}": "/"}
)
_NUMBER = r"[0-9][0-9.,' ]*"
_ONE = re.compile(rf"(?P<number>{_NUMBER}|\.[0-9]+)(?P<rest>[^0-9].*)?")
_RATIO = re.compile(rf"(?P<part>{_NUMBER}?) *(?:/|of|out of) *(?P<whole>{_NUMBER})")
_CURRENCY = re.compile(r"\A(?:[$€£¥₹]|[a-z]{3}\b) *|(?<=[0-9]) *(?:[$€£¥₹]|[a-z]{3})\Z")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_DIGITS = re.compile(r"[0-9]*(?:\.[0-9]+)?")
_SAMPLED = re.compile(r"(.*?)[ ,;(]*\bn ?[=:] ?([^()]*)\)?", re.IGNORECASE)
_SIMPLE = re.compile(r"[0-9]*[.,]?[0-9]*")
_THOUSANDS = re.compile(r"[0-9]{1,3}([,.' ])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")


class UnclearValueError(UserError):
    """Not a value of this metric."""

    def __init__(self, metric: Metric, text: str) -> None:
        typed = clip(one_line(text), _LONGEST)
        super().__init__(f"“{typed}” is no value of {metric.title}. Write it like {_EXAMPLES[metric.unit]}.")


class WhichValueError(UserError):
    """It can be read in two ways."""

    def __init__(self, metric: Metric, text: str, *, readings: tuple[str, str]) -> None:
        typed = clip(one_line(text), _LONGEST)
        super().__init__(f"{metric.title}: “{typed}” can be {readings[0]} or {readings[1]}. Write the one you mean.")


class ImpossibleValueError(UserError):
    """The metric cannot have this value."""

    def __init__(self, metric: Metric, value: float) -> None:
        room = "0 or more" if metric.name == "budget_spend" else _ROOM.get(metric.unit, "0 or more")
        said = f"{value_of(metric, value)} is not possible" if isfinite(value) else "That is not possible"
        super().__init__(f"{metric.title} is {room}. {said}.")


class UnclearSampleError(UserError):
    """Not a sample size."""

    def __init__(self, text: str) -> None:
        typed = clip(one_line(text), _LONGEST)
        super().__init__(
            f"“{typed}” is no sample size. Write a whole number of 1 or more, like 212, or leave it empty."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A value in its metric's unit, and the sample size where what was typed says it (“38 of 100”)."""

    value: float
    n: int | None = None


def value_typed(metric: Metric, text: str) -> Typed:
    """The value of *metric* that *text* says, in the metric's unit: a share is 0..1.

    Decimal comma and point are both read, thousands too; “38” is a share of 38 %. What can be read in two ways is
    refused, never guessed: “1” for a share, “1,060” where there may be decimals.
    Raises `UnclearValueError`, `WhichValueError`, `ImpossibleValueError`.
    """
    words = one_line(text.translate(_PLAIN)).casefold()
    if metric.unit is Unit.SHARE and (found := _RATIO.fullmatch(words)):
        typed = _ratio(metric, text, found["part"], found["whole"])
    else:
        typed = Typed(value=_read(metric, text, words))
    return Typed(value=_possible(metric, typed.value), n=typed.n)


def entry_typed(metric: Metric, text: str) -> Typed:
    """The same, with the sample size behind it where there is one: “4.3 n=212”, “4.3 (n = 1,912)”.

    Raises `UnclearSampleError` too.
    """
    found = _SAMPLED.fullmatch(one_line(text.translate(_PLAIN)))
    if found is None:
        return value_typed(metric, text)
    return Typed(value=value_typed(metric, found[1]).value, n=sample_typed(found[2]))


def as_typed(metric: Metric, value: float) -> str:
    """*value* as somebody would type it, to ten decimals: `value_typed` reads it back."""
    digits = f"{100 * value if metric.unit is Unit.SHARE else value:.10f}".rstrip("0").rstrip(".")
    if metric.unit is Unit.SHARE:
        return f"{digits} %"
    # Three digits behind the point could be read as thousands.
    return f"{digits}0" if _GROUPED.fullmatch(digits) else digits


def sample_typed(text: str) -> int:
    """The sample size that *text* says: “212”, “1,912”. Raises `UnclearSampleError`."""
    digits = re.sub(r"[,.' ](?=[0-9]{3}\b)", "", one_line(text.translate(_PLAIN)))
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST else 0
    if not 1 <= number <= LARGEST_SAMPLE:
        raise UnclearSampleError(text)
    return number


def _read(metric: Metric, text: str, words: str) -> float:
    if metric.unit is Unit.MONEY:
        words = _CURRENCY.sub("", words).strip()
    found = _ONE.fullmatch(words)
    if found is None:
        raise UnclearValueError(metric, text)
    number = _number(metric, text, found["number"].strip())
    rest = (found["rest"] or "").strip()
    if metric.unit is Unit.SHARE:
        return _share(metric, text, number, rest, whole="." not in words and "," not in words)
    scale = {"": 1.0} if metric.unit is Unit.MONEY else _SCALES[metric.unit]
    if rest not in scale:
        raise UnclearValueError(metric, text)
    # 2800 thousandths are 2.8, not 2.8000000000000003.
    return number / 1000 if rest == "ms" else number * scale[rest]


def _share(metric: Metric, text: str, number: float, rest: str, *, whole: bool) -> float:
    if rest in {"%", "percent", "per cent", "pct"}:
        return number / 100
    if rest:
        raise UnclearValueError(metric, text)
    if (whole and number == 1) or (number > 1 and metric.name == "budget_spend"):
        raise WhichValueError(metric, text, readings=(f"{number:g} %", f"{100 * number:g} %"))
    # Nothing but the budget can be more than all of it.
    return number / 100 if number > 1 else number


def _ratio(metric: Metric, text: str, part: str, whole: str) -> Typed:
    seen, of = sample_typed(whole), part.strip()
    right = 0 if of == "0" else sample_typed(of)
    if right > seen:
        raise UnclearValueError(metric, text)
    return Typed(value=right / seen, n=seen)


def _number(metric: Metric, text: str, digits: str) -> float:
    if _GROUPED.fullmatch(digits) and not _has_decimals_only(metric, digits):
        whole, decimal = re.sub(r"[.,]", "", digits), digits.replace(",", ".")
        raise WhichValueError(metric, text, readings=(whole, f"{float(decimal):g}"))
    plain = _plain(digits)
    if not digits or not _DIGITS.fullmatch(plain):
        raise UnclearValueError(metric, text)
    return float(plain)


def _has_decimals_only(metric: Metric, digits: str) -> bool:
    """Whether there is one way to read three digits after a mark: shares and scores have no thousands, and a point
    before them means decimals where seconds and minutes are counted.
    """
    return metric.unit in {Unit.SHARE, Unit.SCORE} or (metric.unit in {Unit.SECONDS, Unit.MINUTES} and "." in digits)


def _plain(digits: str) -> str:
    """*digits* with a point for decimals and nothing between thousands; what is neither stays as it is."""
    if not _SIMPLE.fullmatch(digits) and (found := _THOUSANDS.fullmatch(digits)):
        digits = digits.replace(found[1], "")
    return digits.replace(",", ".")


def _possible(metric: Metric, value: float) -> float:
    try:
        return require_possible(metric, value)
    except ImpossibleTargetError as error:
        raise ImpossibleValueError(metric, value) from error
