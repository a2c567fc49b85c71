"""What every kind of source promises."""

from datetime import timedelta

import pytest

from bot.domain.ranking import Ranking
from bot.domain.sourcing import Counts
from bot.domain.summary import Group, Summary
from bot.sources import describe
from tests.sources.asking import INSIDE, WEEK, Put, counts, ids, opened, refusal, row


def test_a_window_without_rows_is_an_answer(put: Put) -> None:
    source = opened(put([row("a", occurred_at=WEEK.end)]))

    assert source.worst(WEEK, 20) == []
    assert source.count(WEEK) == Counts(seen=0, unranked=0)
    assert source.summary(WEEK) == Summary(seen=0, unranked=0, judged=0, wrong=0, has_judgement=False)
    source.close()


def test_the_start_belongs_to_the_window_and_the_end_does_not(put: Put) -> None:
    microsecond = timedelta(microseconds=1)
    edges = [WEEK.start - microsecond, WEEK.start, WEEK.end - microsecond, WEEK.end]

    assert ids(put([row(str(at), occurred_at=edge) for at, edge in enumerate(edges)])) == ["1", "2"]


def test_ties_go_to_the_older_and_then_to_the_smaller_id_by_code_point(put: Put) -> None:
    older = INSIDE - timedelta(microseconds=1)

    assert ids(put([row("é"), row("b"), row("B"), row("z", occurred_at=older)])) == ["z", "B", "b", "é"]


def test_what_cannot_be_ranked_is_left_out_and_counted(put: Put) -> None:
    spec = put([row("a"), row("b", score=None), row("c", score=float("nan")), row("d", score=float("-inf"))])

    assert ids(spec) == ["a"]
    assert counts(spec) == Counts(seen=4, unranked=3)


def test_nan_in_a_column_that_looks_all_finite_does_not_rank(put: Put) -> None:
    """Parquet's statistics leave NaN out; DuckDB believes them."""
    spec = put([row("a", score=float("nan")), row("b", score=0.0)])

    assert ids(spec, ranking=Ranking.SCORE) == ["b"]


def test_a_pair_that_repeats_counts_once_and_the_later_row_holds(put: Put) -> None:
    spec = put(
        [
            row("a", score=0.1, model_version="1.10"),
            row("a", score=0.9, model_version="1.10", occurred_at=INSIDE + timedelta(hours=1)),
            row("a", score=0.2, model_version="1.1"),
            row("b", score=0.3, model_version=None),
            row("b", score=0.4, model_version=None),
        ]
    )
    source = opened(spec)

    assert [(found.id, found.model_version, found.score) for found in source.worst(WEEK, 20)] == [
        ("a", "1.1", 0.2),
        ("b", None, 0.3),
        ("a", "1.10", 0.9),
    ]
    assert source.count(WEEK) == Counts(seen=3, unranked=0)
    source.close()


def test_a_later_row_beyond_the_end_takes_the_pair_out_of_the_window(put: Put) -> None:
    assert ids(put([row("a"), row("a", occurred_at=WEEK.end), row("b")])) == ["b"]


def test_an_earlier_row_before_the_start_changes_nothing(put: Put) -> None:
    assert ids(put([row("a"), row("a", occurred_at=WEEK.start - timedelta(days=1))])) == ["a"]


def test_a_row_without_an_id_or_a_time_is_no_prediction(put: Put) -> None:
    spec = put([row("a"), row("b") | {"id": None}, row("c", occurred_at=None)])

    assert (ids(spec), counts(spec)) == (["a"], Counts(seen=1, unranked=0))


def test_all_that_is_known_arrives(put: Put) -> None:
    known = row(
        "a",
        prediction="said",
        reference="gold",
        latency_ms=250.0,
        model_version="1.10",
        correct=False,
        citations=["one", "two"],
        feedback="Thumbs_Down",
        hallucinated="yes",
    )
    source = opened(put([known]))
    (found,) = source.worst(WEEK, 1)
    source.close()

    assert (found.occurred_at, found.output, found.expected, found.latency_s) == (INSIDE, "said", "gold", 0.25)
    assert (found.model_version, found.correct, found.hallucinated) == ("1.10", False, True)
    assert (found.citations, found.feedback) == (("one", "two"), "down")


def test_a_map_names_the_column(put: Put) -> None:
    spec = put([row("a", quality=0.9), row("b", quality=0.1)])

    assert ids(spec, mapping={"score": "quality"}) == ["b", "a"]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ([("team", "cash")], ["a", "b"]),
        ([("team", "cash"), ("tries", "3")], ["b"]),
        ([("correct", "true")], ["b"]),
        ([("correct", "false")], ["a", "c"]),
        ([("team", "CASH")], []),
        ([("tries", "many")], []),
        ([("team", "' OR 1=1 --")], []),
    ],
)
def test_a_filter_compares_the_sources_column_as_text_and_counts_come_after_it(
    put: Put, where: list[tuple[str, str]], kept: list[str]
) -> None:
    spec = put(
        [
            row("a", team="cash", tries=2, correct=False),
            row("b", team="cash", tries=3, correct=True),
            row("c", team="card", tries=3, correct=False),
        ]
    )

    assert ids(spec, where=tuple(where)) == kept
    assert counts(spec, where=tuple(where)).seen == len(kept)


def test_a_column_that_is_not_there_is_named_with_those_that_are(put: Put) -> None:
    spec = put([row("a")])

    assert refusal(spec, where=(("scores", "1"),)) == (
        "The source has no column “scores”. Did you mean “score”? There are: id, occurred_at, score."
    )
    assert refusal(spec, mapping={"loss": "nll"}).startswith("The source has no column “nll”.")


def test_a_ranking_that_the_source_cannot_do_is_refused(put: Put) -> None:
    assert refusal(put([row("a")]), ranking=Ranking.LOSS) == (
        "Ranking by loss needs a column for “loss”, and the source has none. It can be ranked by: score (--rank score)."
    )


@pytest.mark.parametrize("written", ["0,93", "93 %", "abc", "1_000"])
def test_a_column_of_which_nothing_is_a_number_is_refused_with_an_example(put: Put, written: str) -> None:
    spec = put([row("a", mark=written), row("b", mark=None)])

    assert refusal(spec, mapping={"score": "mark"}) == (
        f"The column “mark” cannot be read as score: it holds “{written}”, a number like 0.93 was expected."
    )


def test_one_cell_that_is_no_number_among_numbers_counts_as_empty(put: Put) -> None:
    spec = put([row("a", mark="0,93"), row("b", mark=" 0.7 "), row("c", mark="+.5e0"), row("d", mark="1e999")])

    assert ids(spec, mapping={"score": "mark"}) == ["c", "b"]
    assert counts(spec, mapping={"score": "mark"}) == Counts(seen=4, unranked=2)


def test_a_column_of_which_nothing_is_a_thumb_or_a_truth_is_refused(put: Put) -> None:
    spec = put([row("a", feedback="so-so", correct_="maybe", confidence=0.5)])

    assert refusal(spec, ranking=Ranking.FEEDBACK).endswith("it holds “so-so”, up or down was expected.")
    assert refusal(spec, ranking=Ranking.CONFIDENT_WRONG, mapping={"correct": "correct_"}).endswith(
        "it holds “maybe”, true or false was expected."
    )


@pytest.mark.parametrize(
    ("thumb", "rank"),
    [
        *((thumb, 2) for thumb in ("up", " 👍 ", "+1", "TRUE", "positive", "1")),
        *((thumb, 0) for thumb in ("down", "👎", "0", "-1", "thumbs_down", "No")),
        *((thumb, 1) for thumb in ("", "perhaps", None)),
    ],
)
def test_a_thumb_is_read_however_it_is_spelled(put: Put, thumb: str | None, rank: int) -> None:
    spec = put(
        [row("none", feedback=None), row("up", feedback="up"), row("down", feedback="down"), row("x", feedback=thumb)]
    )

    order = ids(spec, ranking=Ranking.FEEDBACK)

    assert order == [["down", "x", "none", "up"], ["down", "none", "x", "up"], ["down", "none", "up", "x"]][rank]


def test_the_summary_counts_by_segment_and_by_model(put: Put) -> None:
    source = opened(
        put(
            [
                row("a", segment="card", model_version="1", correct=False),
                row("b", segment="card", model_version="2", correct=True, score=None),
                row("c", segment=None, model_version="2", correct=None),
                row("d", segment="cash", model_version="", correct=False, occurred_at=WEEK.end),
            ]
        )
    )

    assert source.summary(WEEK) == Summary(
        seen=3,
        unranked=1,
        judged=2,
        wrong=1,
        segments=(Group(name="card", seen=2, judged=2, wrong=1), Group(name=None, seen=1, judged=0, wrong=0)),
        models=(Group(name="2", seen=2, judged=1, wrong=0), Group(name="1", seen=1, judged=1, wrong=1)),
    )
    source.close()


def test_a_text_without_end_is_clipped_on_the_way(put: Put) -> None:
    source = opened(put([row("a", output="x" * 150_000)]))
    (found,) = source.worst(WEEK, 1)
    source.close()

    assert found.output == "x" * 100_000


def test_a_description_names_columns_types_and_samples(put: Put) -> None:
    shape = describe(put([row("a", output="first"), row("b", output="second")]))

    assert list(shape.columns) == ["id", "occurred_at", "score", "output"]
    assert shape.samples["output"] == ("first", "second")
