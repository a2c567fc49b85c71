"""What a product watches: the metrics its team chose, their targets, and who answers for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from bot.domain.catalogue import CATALOGUE, CLASSIC, NINE, in_order
from bot.domain.health import MINIMUM_SAMPLE, Watched
from bot.domain.metrics import DOLLAR, Layer, Metric, Target, target_of
from bot.domain.people import Assignment, Role
from bot.domain.product import ProductRecord
from bot.domain.responsibilities import MODEL_COST, MODEL_QUALITY

COSTS = frozenset({"cost_per_resolution", "cost_per_query", "budget_spend"})
"""The metrics of what the model costs."""


class Which(StrEnum):
    """Which metrics are meant: those the team chose (the classic five to begin with), the classic five, or all nine
    and whatever else the team switched on or defined.
    """

    CHOSEN = "chosen"
    CLASSIC = "classic"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a team said of a metric. *definition*: it is one of their own. *chosen* None: as the classic five have it.

    *target* was agreed by *agreed_by* on *agreed_on*. `version` grows with every change.
    """

    metric: str
    definition: Metric | None = None
    chosen: bool | None = None
    headline: bool = False
    target: Target | None = None
    agreed_by: str = ""
    agreed_on: date | None = None
    minimum_sample: int | None = None
    owner: str | None = None
    version: int = 0


def known(said: Mapping[str, Said], currency: str = DOLLAR) -> dict[str, Metric]:
    """Every metric a product could watch, by name: the catalogue, and the team's own; money is in *currency*."""
    own = {name: one.definition for name, one in said.items() if one.definition is not None}
    return {name: replace(metric, currency=currency) for name, metric in {**CATALOGUE, **own}.items()}


def is_chosen(name: str, said: Mapping[str, Said]) -> bool:
    """Whether a metric is in the product's set."""
    chosen = said[name].chosen if name in said else None
    return name in CLASSIC if chosen is None else chosen


def watched(
    record: ProductRecord,
    people: Iterable[Assignment],
    said: Mapping[str, Said],
    which: Which = Which.CHOSEN,
    *,
    answering: Mapping[str, str] | None = None,
) -> tuple[Watched, ...]:
    """What is checked of a product, in the order in which it is always listed. *answering*: who answers for each
    responsibility, as far as somebody was named.
    """
    metrics = known(said, record.currency)
    holders = {one.role: one.user for one in reversed(list(people))}
    named = [metrics[name] for name in metrics if _is_meant(name, said, which)]
    usual = {metric.name: _usual_owner(metric, holders, answering or {}) for metric in named}
    return tuple(_watched(metric, record, usual[metric.name], said.get(metric.name)) for metric in in_order(named))


def _is_meant(name: str, said: Mapping[str, Said], which: Which) -> bool:
    match which:
        case Which.CLASSIC:
            return name in CLASSIC
        case Which.CHOSEN:
            return is_chosen(name, said)
        case Which.ALL:
            return any(name == metric.name for metric in NINE) or is_chosen(name, said)
        case _:
            assert_never(which)


def _watched(metric: Metric, record: ProductRecord, usual: str | None, said: Said | None) -> Watched:
    said = said or Said(metric=metric.name)
    return Watched(
        metric=metric,
        target=target_of(metric, record, said.target),
        agreed_by=said.agreed_by,
        headline=said.headline,
        minimum_sample=said.minimum_sample or MINIMUM_SAMPLE,
        owner=said.owner or usual,
    )


def _usual_owner(metric: Metric, holders: Mapping[Role, str], answering: Mapping[str, str]) -> str | None:
    """Who answers for a metric that nobody took: who answers for the model's quality or its cost, where it is about
    them; else for what the model does its lead, for all else the PM.
    """
    pm, lead = holders.get(Role.PM), holders.get(Role.ML_LEAD)
    if metric.layer is Layer.MODEL:
        return answering.get(MODEL_QUALITY) or lead or pm
    return (answering.get(MODEL_COST) if metric.name in COSTS else None) or pm
