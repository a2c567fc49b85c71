"""Prints every row with its ratio, its goal and the floor beside it; a slow machine fails nothing."""

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import acks, of_charts, of_files, of_runs, of_schedule, of_start, of_table
from benchmarks.timing import Result

MEASURES: dict[str, Callable[[int], Iterator[Result]]] = {
    "A1": acks.a1,
    "A2": acks.a2,
    "A3": acks.a3,
    "A4": acks.a4,
    "A5": acks.a5,
    "B1": of_files.b1,
    "B2": of_files.b2,
    "B4": of_files.b4,
    "B5": of_table.b5,
    "D1": of_start.d1,
    "D3": of_charts.d3,
    "E1": of_schedule.e1,
    "E2": of_runs.e2,
    "E3": of_schedule.e3,
}
MOST_RSS = 512 * 1024 * 1024


def main() -> None:
    """Measure and print as results come in."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="how many predictions (10000000 is the full size)")
    options.add_argument("--only", choices=MEASURES, help="the one row to measure")
    chosen = options.parse_args()
    print(f"{chosen.rows:,} rows; medians of interleaved rounds. The goals are for 10,000,000 rows.")
    print(f"{'':4}{'what':55}{'ratio':>8}{'goal':>8}{'':6}{'took ms':>11}{'floor ms':>11}{'peak MB':>9}")
    for result in _results(chosen.rows, chosen.only):
        print(_line(result), flush=True)


def _results(count: int, only: str | None) -> Iterator[Result]:
    print("making rows, once for each size ...", file=sys.stderr)
    for row, measure in MEASURES.items():
        if only in {None, row}:
            yield from measure(count)


def _line(result: Result) -> str:
    met = result.ratio <= result.goal and (result.rss is None or result.rss <= MOST_RSS)
    rss = "" if result.rss is None else f"{result.rss / 1024**2:.0f}"
    return (
        f"{result.row:4}{result.name:55}{result.ratio:8.2f}{result.goal:8.1f}{'' if met else '  over':6}"
        f"{result.took * 1000:11.2f}{result.floor * 1000:11.2f}{rss:>9}"
    )


main()
