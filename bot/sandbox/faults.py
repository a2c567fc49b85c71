"""Faults on demand: how the next calls go wrong."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from threading import Lock
from typing import Any

ANY_METHOD = "*"


class Answer(StrEnum):
    """What the client gets instead of the real answer."""

    REAL = "real"
    """The real one after all: for a Slack that is slow (`delay_s`)."""

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
    """A fault of *method* (`*`: of any), in *channel* only, where one is named.

    *stores*: the call takes effect all the same, *delay_s* seconds later, also when the client has gone by then.
    *times* None: until it is removed. *share* of the calls are hit, drawn with the script's seed.
    *value* is the Retry-After header (empty: none), the status, or the error, as the answer needs it.
    """

    method: str
    answer: Answer
    value: str = ""
    stores: bool = False
    delay_s: float = 0.0
    times: int | None = 1
    channel: str | None = None
    share: float = 1.0

    def concerns(self, method: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call is one that this fault may hit."""
        return self.method in {ANY_METHOD, method} and self.channel in {None, arguments.get("channel")}


class Script:
    """The faults to come. Safe to use from any thread.

    Those with a number of *times* come first, one after the other. When they are used up, the lasting ones divide the
    calls among themselves by their shares: 0.2 of resets and 0.1 of errors leave 0.7 that go well.
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 reproducible, not secret
        self._numbers = count(1)
        self._lock = Lock()
        self._waiting: dict[int, Fault] = {}

    def add(self, fault: Fault) -> int:
        """Let *fault* happen after those that are there already; the number removes it."""
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = fault
            return number

    def remove(self, number: int) -> None:
        """Let one fault happen no more; one that is used up is gone already."""
        with self._lock:
            self._waiting.pop(number, None)

    def clear(self) -> None:
        """Let everything go well from now on."""
        with self._lock:
            self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """The faults that have not (all) happened, each with the times that are left."""
        with self._lock:
            return list(self._waiting.values())

    def draw(self, method: str, arguments: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets, used up by one; None when it goes well."""
        with self._lock:
            chance = self._random.random()
            for number, fault in self._candidates(method, arguments):
                if chance < fault.share:
                    self._use(number, fault)
                    return fault
                chance -= fault.share
            return None

    def _candidates(self, method: str, arguments: Mapping[str, Any]) -> list[tuple[int, Fault]]:
        concerned = [item for item in self._waiting.items() if item[1].concerns(method, arguments)]
        counted = [item for item in concerned if item[1].times is not None]
        return counted[:1] or concerned

    def _use(self, number: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times > 1:
            self._waiting[number] = replace(fault, times=fault.times - 1)
        else:
            del self._waiting[number]
