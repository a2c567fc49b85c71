"""What a source must answer, in plain Python."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from bot.domain import ranking
from bot.domain.prediction import CANONICAL, Feedback, Prediction
from bot.domain.ranking import Ranking
from bot.domain.sourcing import Counts
from bot.domain.summary import Group, Summary, ordered_groups
from bot.domain.window import Window

THUMBS = {"up": Feedback.UP, "👍": Feedback.UP, "+1": Feedback.UP, "down": Feedback.DOWN, "False": Feedback.DOWN}


NUMBERS = {"score", "loss", "confidence", "latency_s", "cost"}


def prediction(row: Mapping[str, Any]) -> Prediction:
    """What *row* says."""
    said = dict(row)
    for name in NUMBERS & row.keys():
        said[name] = row[name] if row[name] is not None and isfinite(row[name]) else None
    return Prediction(**said | {"feedback": THUMBS.get(row["feedback"]), "model_version": row["model_version"] or None})


def counted(rows: Iterable[Mapping[str, Any]], window: Window, by: Ranking) -> list[Prediction]:
    """The predictions of *window*, each identity once: of those since its start the later, the worse, the smaller."""
    latest: dict[tuple[str, str], Prediction] = {}
    since = [said for said in map(prediction, rows) if said.occurred_at >= window.start]
    for said in sorted(since, key=lambda said: _precedence(said, by)):
        latest.setdefault((said.id, said.model_version or ""), said)
    # A ranking leaves open which version of one id comes first; the sources take the smaller.
    found = sorted(latest.values(), key=lambda said: said.model_version or "")
    return [said for said in found if said.occurred_at < window.end]


def worst(rows: Iterable[Mapping[str, Any]], window: Window, by: Ranking, limit: int) -> list[Prediction]:
    return ranking.worst(counted(rows, window, by), ranking=by, limit=limit)


def counts(rows: Iterable[Mapping[str, Any]], window: Window, by: Ranking) -> Counts:
    found = counted(rows, window, by)
    return Counts(seen=len(found), unranked=sum(ranking.is_without_value(said, by) for said in found))


def summary(rows: Iterable[Mapping[str, Any]], window: Window, by: Ranking) -> Summary:
    found = counted(rows, window, by)
    whole = _group(None, found)
    return Summary(
        seen=whole.seen,
        unranked=sum(ranking.is_without_value(said, by) for said in found),
        judged=whole.judged,
        wrong=whole.wrong,
        segments=_groups(found, "segment"),
        models=_groups(found, "model_version"),
    )


def _groups(found: list[Prediction], field: str) -> tuple[Group, ...]:
    names = {getattr(said, field) or None for said in found}
    return ordered_groups(
        _group(name, [said for said in found if (getattr(said, field) or None) == name]) for name in names
    )


def _group(name: str | None, found: list[Prediction]) -> Group:
    judged = [said for said in found if said.correct is not None]
    return Group(name=name, seen=len(found), judged=len(judged), wrong=sum(not said.correct for said in judged))


def _precedence(said: Prediction, by: Ranking) -> tuple[Any, ...]:
    key = ranking.sort_key(said, by)
    rest = [getattr(said, name) for name in CANONICAL if name not in {"id", "occurred_at", "model_version"}]
    return (
        -said.occurred_at.timestamp(),
        key is None,
        key or (),
        *((value is None, 0 if value is None else value) for value in rest),
    )
