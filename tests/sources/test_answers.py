"""The worst rows of real predictions, against answers worked out elsewhere, from every kind of source."""

import gzip
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ranking import Ranking
from bot.domain.sourcing import Source, SourceSpec
from bot.domain.window import Window
from bot.sources import open_source
from tests.sources import places
from tests.sources.judge import Case, fault

OURS = Path(__file__).parents[2] / "bot" / "demo" / "data"
THEIRS = os.environ.get("MUSTER_REFERENCE_DATA")
SETS = {
    "feedback_sentiment": OURS,
    **{name: Path(THEIRS) if THEIRS else None for name in ("support_intents", "support_answers", "translations")},
}

KINDS = ("parquet", "jsonl", "csv", "sqlite", "postgres")


@pytest.fixture(scope="session")
def stock(warehouse: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], SourceSpec]:
    """How to reach one of the sets in one kind of place; written once."""
    folder = tmp_path_factory.mktemp("stock")
    return cache(lambda name, kind: _put(name, kind, folder, warehouse))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SETS)
def test_every_ranking_by_one_number_finds_the_known_worst(
    name: str, kind: str, stock: Callable[[str, str], SourceSpec]
) -> None:
    cases = [case for case in _cases(name) if _is_plain(case)]

    assert cases
    assert _faults(cases, [_plain(stock(name, kind), case) for case in cases]) == {}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("name", SETS)
def test_a_query_can_rank_by_two_numbers_fold_the_same_inputs_and_cap_a_group(
    name: str, kind: str, stock: Callable[[str, str], SourceSpec]
) -> None:
    cases = [case for case in _cases(name) if not _is_plain(case)]

    assert cases
    assert _faults(cases, [_queried(stock(name, kind), case) for case in cases]) == {}


def test_all_cases_were_there() -> None:
    if THEIRS is None:
        pytest.skip("MUSTER_REFERENCE_DATA does not name the folder with the other sets")
    cases = [case for name in SETS for case in _cases(name)]

    assert (len(cases), sum(map(_is_plain, cases))) == (174, 127)


def _folder(name: str) -> Path:
    folder = SETS[name]
    if folder is None:
        pytest.skip(f"MUSTER_REFERENCE_DATA does not name the folder that holds {name}")
    return folder


@cache
def _cases(name: str) -> list[Case]:
    found: list[Case] = json.loads((_folder(name) / "answers" / f"{name}.json").read_text())["cases"]
    return found


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    with gzip.open(_folder(name) / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row | {"norm_input": re.sub(r"[^a-z0-9]+", " ", row["input"].lower()).strip()} for row in rows]


def _put(name: str, kind: str, folder: Path, warehouse: str) -> SourceSpec:
    ending = {"parquet": "parquet", "jsonl": "jsonl.gz"}.get(kind)
    if ending is not None:
        return SourceSpec(uri=str(_folder(name) / f"{name}.{ending}"))
    return places.EVERYWHERE[kind](_rows(name), folder, warehouse)


def _is_plain(case: Case) -> bool:
    return len(case["order"]) == 1 and not {"dedupe", "max_per"} & set(case)


def _window(case: Case) -> Window:
    start, end = (datetime.fromisoformat(at).astimezone(UTC) for at in case["window_utc"])
    return Window(start, end)


def _plain(spec: SourceSpec, case: Case) -> SourceSpec:
    ((column, direction),) = case["order"]
    ranking = Ranking.SCORE if direction == "asc" else Ranking.LOSS
    if case.get("only") == "wrong":
        ranking = Ranking.CONFIDENT_WRONG
    field = {Ranking.CONFIDENT_WRONG: "confidence"}.get(ranking, str(ranking))
    return replace(spec, ranking=ranking, mapping={field: column}, where=tuple(case.get("filter", {}).items()))


def _queried(spec: SourceSpec, case: Case) -> SourceSpec:
    """A SELECT that gives each row its place; rows that are folded away or over the cap keep none."""
    window = " AND ".join(
        f"occurred_at {sign} '{at}'" for sign, at in zip((">=", "<"), case["window_utc"], strict=True)
    )
    ranked = " AND ".join([window, *(f"{column} IS NOT NULL" for column, _ in case["order"])])
    order = ", ".join([*(f"{column} {direction}" for column, direction in case["order"]), "id"])
    group, most = ("norm_input", 1) if "dedupe" in case else case.get("max_per", ("id", 1))
    query = f"""
        SELECT kept.*, CASE WHEN {ranked} AND nth <= {most} THEN
            ROW_NUMBER() OVER (PARTITION BY CASE WHEN {ranked} AND nth <= {most} THEN 1 END ORDER BY {order}) END AS place
        FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY {group}, CASE WHEN {ranked} THEN 1 END ORDER BY {order}) AS nth
              FROM {spec.table} AS t) AS kept -- each row and its place"""
    where = tuple(case.get("filter", {}).items())
    return replace(spec, table=None, query=query, mapping={"score": "place"}, where=where)


def _faults(cases: list[Case], specs: list[SourceSpec]) -> dict[str, str]:
    judged = {case["case"]: _judged(open_source(spec), case) for case, spec in zip(cases, specs, strict=True)}
    return {case: wrong for case, wrong in judged.items() if wrong is not None}


def _judged(source: Source, case: Case) -> str | None:
    try:
        found = source.worst(_window(case), case["k"])
        seen = source.count(_window(case)).seen
    finally:
        source.close()
    if seen != case["n_after_filter"]:
        return f"{seen} in the window instead of {case['n_after_filter']}"
    return fault(case, [prediction.id for prediction in found])
