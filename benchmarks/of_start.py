"""D1: how long the command line takes to be of use."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import rows, timing
from benchmarks.timing import Result, Work

MUSTER = Path(sys.executable).with_name("muster")


def d1(_: int) -> Iterator[Result]:
    """One row of the report after the other; none where the command is not installed."""
    if not MUSTER.exists():
        return
    tiny = rows.KEPT / "tiny.csv"
    tiny.parent.mkdir(exist_ok=True)
    tiny.write_text("id,occurred_at,score\na,2026-11-10T08:00:00Z,0.5\n")
    work: dict[str, tuple[Work, float]] = {
        "--help": (_run(str(MUSTER), "--help"), 1.3),
        "worst of one row": (
            _run(str(MUSTER), "worst", "--source", str(tiny), "--as-of", "2026-11-16", "--json"),
            3.0,
        ),
    }
    floor = _run(sys.executable, "-c", "import typer")
    measured = timing.against_floor(floor, {name: run for name, (run, _) in work.items()})
    for name, (ratio, took, base) in measured.items():
        yield Result(
            row="D1",
            name=f"muster {name}, against import typer",
            ratio=ratio,
            goal=work[name][1],
            took=took,
            floor=base,
        )


def _run(*command: str) -> Work:
    return lambda: subprocess.run(command, capture_output=True, check=True)
