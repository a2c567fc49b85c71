"""Interleaved rounds, and ratios that survive a busy machine."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]

ROUNDS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One row of the report: what was measured against which floor. Times in seconds, memory in bytes."""

    row: str
    name: str
    ratio: float
    goal: float
    took: float
    floor: float
    rss: int | None = None


def against_floor(
    floor: Work, work: Mapping[str, Work], *, rounds: int = ROUNDS, repeat: int = 1
) -> dict[str, tuple[float, float, float]]:
    """Per piece of *work* the median ratio to the floor of its own round, its median time, the floor's.

    Each round times everything once, one after the other; the first round only warms up.
    """
    everything = {"": floor, **work}
    times: dict[str, list[float]] = {name: [] for name in everything}
    for at in range(rounds + 1):
        for name, run in everything.items():
            seconds = _timed(run, repeat)
            if at:
                times[name].append(seconds)
    floors = times.pop("")
    return {
        name: (median(mine / base for mine, base in zip(found, floors, strict=True)), median(found), median(floors))
        for name, found in times.items()
    }


def peak_rss(*arguments: str) -> int:
    """The most memory, in bytes, that a child process held which asked a source for its worst."""
    command = [sys.executable, "-m", "benchmarks.child", *arguments]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _timed(run: Work, repeat: int) -> float:
    taken = []
    for _ in range(repeat):
        start = perf_counter()
        run()
        taken.append(perf_counter() - start)
    return median(taken)
