"""Forecasts as people type them: “92 in 4-6 weeks may level off at 90”, “92 between 90 and 93 in 4 to 6 weeks”."""

import re

from bot.domain.forecasts import Expected, expected
from bot.domain.metrics import Metric
from bot.domain.text import clip, one_line
from bot.domain.typed import value_typed
from bot.errors import UserError

_VALUE = r"[$€£]?[0-9][0-9.,]*(?:\s?(?:%|percent|of 5|s|ms|min|seconds?|minutes?))?"
_SPAN = re.compile(r"\b(?:with)?in (\d{1,3})(?: ?(?:-|to|or) ?(\d{1,3}))? ?(?:w|wks?|weeks?)\b")
_CHANCE = re.compile(r"[(,; ]*(?:with )?\(?(\d{1,3}) ?%(?: chance| likely| likelihood)\)?")
_PLATEAU = re.compile(
    rf"[;, ]*(?:but )?(?:it )?(?:may|might|could)? ?(?:level(?:s|ling)?[ -]off|plateau) at ({_VALUE})"
)
_RANGE = re.compile(
    rf"[(,; ]*(?:between ({_VALUE}) and ({_VALUE})|from ({_VALUE}) to ({_VALUE})"
    rf"|\(({_VALUE}) ?(?:-|to) ?({_VALUE})\))[), ]*"
)
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "\u00a0": " "})


class UnclearForecastError(UserError):
    """Words that say no forecast."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{clip(one_line(text), 80)}” is no forecast. Write it like “accuracy 92 in 4-6 weeks may level off at 90”"
            " or “accuracy 92 between 90 and 93 in 4-6 weeks”."
        )


def forecast_typed(metric: Metric, text: str) -> Expected:
    """What *text* expects of *metric*.

    Raises `UnclearForecastError`, the errors of `value_typed`, and those of `expected`.
    """
    left = one_line(text.translate(_DASHES)).casefold()
    span, left = _taken(_SPAN, left)
    chance, left = _taken(_CHANCE, left)
    plateau, left = _taken(_PLATEAU, left)
    bounds, left = _taken(_RANGE, left)
    target = left.strip(" ,;.")
    if not re.fullmatch(_VALUE, target):
        raise UnclearForecastError(text)
    values = [value_typed(metric, one).value for one in bounds]
    return expected(
        metric,
        target=value_typed(metric, target).value,
        span=(int(span[0]), int(span[1])) if len(span) > 1 else None,
        low=min(values) if values else None,
        high=max(values) if values else None,
        plateau=value_typed(metric, plateau[0]).value if plateau else None,
        chance=int(chance[0]) / 100 if chance else None,
    )


def _taken(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What *pattern* finds in *text*, and *text* without it."""
    found = pattern.search(text)
    if found is None:
        return [], text
    return [one for one in found.groups() if one], f"{text[: found.start()]} {text[found.end() :]}".strip()
