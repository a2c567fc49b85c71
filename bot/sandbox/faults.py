"""Faults on demand: how the next calls go wrong."""

import random
import threading
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
    *value* is the Retry-After header (empty: none), the status, or the error, as the answer needs it. *share* (0..1)
    of the calls are hit, drawn with the script's seed.
    """

    method: str
    answer: Answer
    value: str = ""
    stores: bool = False
    delay_s: float = 0.0
    times: int | None = 1
    channel: str | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.answer is Answer.STATUS and not self.value.isdigit():
            raise ValueError("a fault of status needs the status as its value")
        if self.answer is Answer.ERROR and not self.value:
            raise ValueError("a fault of error needs the error as its value")
        if self.times is not None and self.times < 1:
            raise ValueError("a fault happens at least once")

    def fits(self, method: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call is one that this fault is about."""
        return self.method == method and self.channel in {None, arguments.get("channel")}


@dataclass
class _Pending:
    fault: Fault
    left: int | None


class Script:
    """The faults to come, in the order they were added.

    A call meets the first fault that fits it, and no other: those added later wait until that one is used up.
    Tests add while the server draws, so a lock keeps the two apart.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 reproducible, not secret
        self._pending: list[_Pending] = []
        self._lock = threading.Lock()

    def add(self, *faults: Fault) -> None:
        """Let *faults* happen after those that are there already."""
        with self._lock:
            self._pending += [_Pending(fault, fault.times) for fault in faults]

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._pending.clear()

    def draw(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets, used up by one; None when it goes well, also by its share of luck."""
        with self._lock:
            met = next((one for one in self._pending if one.fault.fits(method, arguments)), None)
            if met is None or self._random.random() >= met.fault.share:
                return None
            self._use(met)
            return met.fault

    def _use(self, met: _Pending) -> None:
        if met.left is not None:
            met.left -= 1
            if not met.left:
                self._pending.remove(met)
