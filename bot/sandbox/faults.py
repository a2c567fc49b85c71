"""Faults on demand: how the next calls go wrong."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Answer(StrEnum):
    """What the client gets instead of the real answer."""

    RATE_LIMITED = "rate_limited"
    STATUS = "status"
    HTML = "html"
    EMPTY = "empty"
    ERROR = "error"
    RESET = "reset"
    CLOSE = "close"
    HALF = "half"
    SILENCE = "silence"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A fault of *method* (in *channel* only, where one is named).

    *stores*: the call takes effect all the same, *delay_s* seconds later. *times* None: until faults are cleared.
    *value* is the Retry-After header (empty: none), the status, or the error, as the answer needs it. *share* of the
    calls are hit, drawn with the script's seed.
    """

    method: str
    answer: Answer
    value: str = ""
    stores: bool = False
    delay_s: float = 0.0
    times: int | None = 1
    channel: str | None = None
    share: float = 1.0


class Script:
    """The faults to come, in the order they were added."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 reproducible, not secret
        self._left: list[tuple[Fault, int | None]] = []

    def add(self, fault: Fault) -> None:
        """Let *fault* happen after those that are there already."""
        self._left.append((fault, fault.times))

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._left.clear()

    def draw(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets, used up by one; None when it goes well."""
        for place, (fault, left) in enumerate(self._left):
            if fault.method != method or fault.channel not in {None, arguments.get("channel")}:
                continue
            if self._random.random() >= fault.share:
                return None
            if left is not None:
                self._left[place] = (fault, left - 1)
                self._left = [one for one in self._left if one[1] != 0]
            return fault
        return None
