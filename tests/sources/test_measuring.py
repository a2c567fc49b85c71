"""What every kind of source says of a window beyond right and wrong; the whole is in `test_same_everywhere`."""

from datetime import timedelta

from bot.domain.measuring import Measured, Part, Spread, Tally, Version
from bot.domain.sourcing import SourceSpec
from bot.sources.measured import NAMES, counted
from tests.sources.asking import INSIDE, WEEK, Put, opened, row

HOUR = timedelta(hours=1)


def measured(spec: SourceSpec) -> Measured:
    source = opened(spec)
    try:
        return source.measure(WEEK)
    finally:
        source.close()


def test_what_a_source_has_no_field_for_stays_empty(put: Put) -> None:
    assert measured(put([row("a"), row("b")])) == Measured(seen=2)


def test_a_window_without_rows_is_measured_too(put: Put) -> None:
    empty = put([row("a", occurred_at=WEEK.end, cost=1.0, latency_s=2.0, segment="card", model_version="1")])

    assert measured(empty) == Measured(seen=0)


def test_each_identity_counts_once_and_the_later_row_holds(put: Put) -> None:
    spec = put(
        [
            row("a", model_version="1", hallucinated=True, cost=9.0, occurred_at=INSIDE - HOUR),
            row("a", model_version="1", hallucinated=False, cost=2.0),
            row("a", model_version="2", hallucinated=True, cost=2.0, occurred_at=INSIDE + HOUR),
        ]
    )

    assert measured(spec) == Measured(
        seen=2,
        hallucinated=Tally(part=1, whole=2),
        cost=Spread(value=2.0, n=2, sd=0.0, low=2.0, high=2.0),
        versions=(
            Version(name="1", first_seen=INSIDE, seen=1),
            Version(name="2", first_seen=INSIDE + HOUR, seen=1),
        ),
    )


def test_p95_lies_between_two_latencies_and_within_those_of_its_ranks(put: Put) -> None:
    found = measured(put([row(str(at), latency_ms=at * 1000.0) for at in range(100)]))

    assert found.latency_p95 == Spread(value=94.05, n=100, low=89.0, high=99.0)


def test_a_number_that_can_be_none_is_not_counted(put: Put) -> None:
    odd = [-1.0, float("nan"), float("inf"), 1e300, None]
    spec = put([row(str(at), cost=cost, latency_s=cost, confidence=cost) for at, cost in enumerate([0.5, *odd])])

    found = measured(spec)

    assert (found.cost, found.latency_p95) == (Spread(value=0.5, n=1), Spread(value=0.5, n=1))
    assert found.confidence == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0)


def test_a_final_text_that_differs_is_an_edit_and_none_says_nothing(put: Put) -> None:
    finals = ["said", "said ", "other", "", None]
    spec = put([row(str(at), output="said", final_output=final) for at, final in enumerate(finals)])

    assert measured(spec).edited == Tally(part=2, whole=3)


def test_beyond_the_largest_fifty_segments_are_one(put: Put) -> None:
    rows = [row(f"{at}-{twin}", segment=f"s{at:02}", correct=at < 50) for at in range(53) for twin in range(2)]
    rows += [row("alone", segment=None, correct=False)]

    parts = measured(put(rows)).parts

    assert len(parts) == 51
    assert parts[0] == Part(name="all others", seen=7, right=Tally(part=0, whole=7))
    assert parts[1] == Part(name="s00", seen=2, right=Tally(part=2, whole=2))
    assert parts[-1].name == "s49"
    assert sum(part.seen for part in parts) == len(rows)


def test_a_table_that_changed_between_the_two_queries_has_no_p95_for_now() -> None:
    said = dict.fromkeys(NAMES, 0) | {"seen": 30, "timed": 30}
    found = counted([tuple(said.values())])

    assert found.measured([(2, 1.5), (3, 1.0)]).latency_p95 == Spread(value=1.275, n=30)
    assert found.measured([(2, 1.5)]).latency_p95 is None
