"""Which metric people mean: its name, its title, or one of the words that teams use for it."""

from collections.abc import Iterable, Mapping

from bot.domain.metrics import Metric
from bot.domain.words import folded, nearest

SYNONYMS: Mapping[str, str] = {
    "correct": "accuracy",
    "hallucination": "hallucination_rate",
    "hallucinations": "hallucination_rate",
    "factual-errors": "hallucination_rate",
    "made-up": "hallucination_rate",
    "p95": "latency_p95",
    "latency": "latency_p95",
    "response-time": "latency_p95",
    "speed": "latency_p95",
    "satisfaction": "csat",
    "adoption": "adoption_rate",
    "edits": "edit_rate",
    "edit": "edit_rate",
    "edited": "edit_rate",
    "resolution": "resolution_rate",
    "resolved": "resolution_rate",
    "deflection": "deflection_rate",
    "deflected": "deflection_rate",
    "cost": "cost_per_resolution",
    "thumbs": "thumbs_ratio",
    "thumbs-up": "thumbs_ratio",
    "query-cost": "cost_per_query",
    "ttft": "time_to_first_token",
    "first-token": "time_to_first_token",
    "time": "time_saved",
    "saved": "time_saved",
    "budget": "budget_spend",
    "spend": "budget_spend",
}


def metric_named(words: Iterable[str], known: Mapping[str, Metric]) -> Metric | None:
    """The metric of *known* (by name) that *words* name; case, dashes and blanks do not matter. None: there is none."""
    return _by_word(known).get(_key(words))


def nearest_metric(words: Iterable[str], known: Mapping[str, Metric]) -> str | None:
    """The word for a metric that was most likely meant, None where none is near."""
    return nearest(_key(words), words_for(known))


def words_for(known: Mapping[str, Metric]) -> list[str]:
    """Every word that names one of *known*."""
    return list(_by_word(known))


def _by_word(known: Mapping[str, Metric]) -> dict[str, Metric]:
    usual = {word: known[name] for word, name in SYNONYMS.items() if name in known}
    titles = {_key(metric.title.split()): metric for metric in known.values()}
    return {**usual, **titles, **{_key([name]): metric for name, metric in known.items()}}


def _key(words: Iterable[str]) -> str:
    return "-".join(folded(part) for word in words for part in word.split())
