"""Targets as people type them: “at least 0.85”, “< 5 %”, “under 2.8 s”."""

import re
from collections.abc import Mapping

from bot.domain.metrics import Direction, ImpossibleTargetError, Metric, Target, UnfinishedTargetError
from bot.domain.text import one_line
from bot.domain.typed import ImpossibleValueError, UnclearValueError, value_typed

DIRECTIONS: Mapping[str, Direction] = {
    "at least": Direction.AT_LEAST,
    "no less than": Direction.AT_LEAST,
    "not below": Direction.AT_LEAST,
    "minimum": Direction.AT_LEAST,
    "min": Direction.AT_LEAST,
    ">=": Direction.AT_LEAST,
    "≥": Direction.AT_LEAST,
    "above": Direction.ABOVE,
    "over": Direction.ABOVE,
    "more than": Direction.ABOVE,
    ">": Direction.ABOVE,
    "at most": Direction.AT_MOST,
    "no more than": Direction.AT_MOST,
    "not above": Direction.AT_MOST,
    "up to": Direction.AT_MOST,
    "maximum": Direction.AT_MOST,
    "max": Direction.AT_MOST,
    "<=": Direction.AT_MOST,
    "≤": Direction.AT_MOST,
    "below": Direction.BELOW,
    "under": Direction.BELOW,
    "less than": Direction.BELOW,
    "<": Direction.BELOW,
}
"""How people say on which side of a number a value is well."""

_WORDS = sorted(DIRECTIONS, key=len, reverse=True)
_DIRECTION = re.compile(rf"({'|'.join(map(re.escape, _WORDS))})(?![a-z])\s*(.*)", re.DOTALL)


def target_typed(metric: Metric, text: str) -> Target:
    """The target that *text* says: a direction, then a number as `value_typed` reads it.

    Raises `UnfinishedTargetError` where one of them is missing, `ImpossibleTargetError`, and what `value_typed` raises
    where a number can be read in two ways.
    """
    # Slack sends < and > of commands as entities.
    words = one_line(text).casefold().replace("&lt;", "<").replace("&gt;", ">")
    found = _DIRECTION.match(words)
    if found is None or not found[2].strip():
        raise UnfinishedTargetError(metric)
    return Target(direction=DIRECTIONS[found[1]], value=number_typed(metric, found[2]))


def number_typed(metric: Metric, text: str) -> float:
    """The number of a target as `value_typed` reads it. Raises `UnfinishedTargetError`, `ImpossibleTargetError`."""
    try:
        return value_typed(metric, text).value
    except UnclearValueError as error:
        raise UnfinishedTargetError(metric) from error
    except ImpossibleValueError as error:
        raise ImpossibleTargetError(metric) from error
