"""What somebody must answer for in every product: five questions, and nine areas for teams that want them.

Source: AI product roles & team structure; roles and responsibilities essay.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.people import Role
from bot.domain.words import folded


class Function(StrEnum):
    """The functions that share a product. Source: domain 1."""

    PRODUCT = "product"
    RESEARCH = "research"
    ML_ENGINEERING = "ml_engineering"


FUNCTION_NAMES: Mapping[Function, str] = {
    Function.PRODUCT: "Product",
    Function.RESEARCH: "Research",
    Function.ML_ENGINEERING: "ML engineering",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Responsibility:
    """Something that needs a named owner. *key* is how it is stored, *title* how people read it, *means* what its owner
    answers for, half a sentence. *usual*: who has it where nobody was named. *words*: other words people use for it.

    *function*: whose part of an area it is, None for the five questions.
    """

    key: str
    title: str
    means: str
    usual: tuple[Role, ...] = ()
    words: tuple[str, ...] = ()
    function: Function | None = None


MODEL_QUALITY, MODEL_COST, INCIDENT_RESPONSE = "model_quality", "model_cost", "incident_response"
EVALUATION_DATA, RETRAIN_OR_ROLL_BACK = "evaluation_data", "retrain_or_roll_back"

FIVE: tuple[Responsibility, ...] = (
    Responsibility(
        key=MODEL_QUALITY,
        title="Model quality",
        means="whether the answers are good enough, and what is done where they are not",
        usual=(Role.PM, Role.ML_LEAD),
        words=("quality", "model"),
    ),
    Responsibility(
        key=MODEL_COST,
        title="Model cost",
        means="what the model may cost, and what is done where it costs more",
        usual=(Role.PM,),
        words=("cost", "costs", "budget", "spend"),
    ),
    Responsibility(
        key=INCIDENT_RESPONSE,
        title="Incident response",
        means="who is called when the product does harm or stops, at night too",
        usual=(Role.ML_LEAD,),
        words=("incidents", "incident", "on-call", "oncall", "response"),
    ),
    Responsibility(
        key=EVALUATION_DATA,
        title="Evaluation datasets",
        means="the examples that answers are judged by: product brings them, ML builds what runs them",
        usual=(Role.PM, Role.ML_LEAD),
        words=("evaluation", "evaluation-datasets", "datasets", "data", "evals", "golden-set"),
    ),
    Responsibility(
        key=RETRAIN_OR_ROLL_BACK,
        title="Retrain or roll back",
        means="the decision to retrain the model or to go back to an earlier one",
        usual=(),
        words=("retrain", "rollback", "roll-back", "retraining"),
    ),
)
"""The questions that are asked of every product. Source: domain 8."""

_AREAS: Mapping[str, tuple[str, tuple[str, str, str]]] = {
    "use_case": (
        "Problem and use case",
        (
            "which user problem it solves, why, and how urgent that is",
            "whether it can be modelled, and by which technical paths",
            "what production will take",
        ),
    ),
    "model_selection": (
        "Model selection",
        (
            "what “best” means: quality, latency, cost, safety, privacy, reliability, value to users",
            "the technical choice",
            "how it is served, what it costs, how it scales and is watched",
        ),
    ),
    "tradeoffs": (
        "Tradeoffs",
        (
            "what users and the business accept",
            "how choices move quality and failure modes",
            "reaching the targets for latency, cost and scale",
        ),
    ),
    "golden_dataset": (
        "Golden dataset",
        (
            "that it reflects real users, edge cases and the launch bar",
            "useful examples, labels and negatives",
            "pipelines, validation, versions, freshness, access, repeatability",
        ),
    ),
    "evals": (
        "Evals",
        (
            "what “good enough” means",
            "technical metrics, calibration, robustness, error analysis",
            "pipelines, dashboards, regression tests",
        ),
    ),
    "failure_modes": (
        "Failure modes",
        (
            "what is acceptable and what blocks a launch, and what users meet when it is wrong",
            "where and why it fails",
            "detection, fallback, retries, alerts, mitigations, runbooks",
        ),
    ),
    "integration": (
        "Product integration",
        (
            "how it fits experience, policy, operations, support, trust and rollout",
            "its behaviour, limits and edge cases",
            "APIs, logging, fallbacks, infrastructure",
        ),
    ),
    "success_criteria": (
        "Success criteria",
        (
            "impact on users and business",
            "how gains in model quality lead there",
            "how reliability, cost and production health lead there",
        ),
    ),
    "launch_readiness": (
        "Launch readiness",
        (
            "end to end: UX, safety, evals, monitoring, GTM, rollout, rollback, comms, support",
            "that the model is ready",
            "that operations are ready",
        ),
    ),
}

_USUAL: Mapping[Function, tuple[Role, ...]] = {
    Function.PRODUCT: (Role.PM,),
    Function.RESEARCH: (Role.RESEARCH,),
    Function.ML_ENGINEERING: (Role.ML_LEAD,),
}


_SHORT: Mapping[Function, tuple[str, ...]] = {
    Function.PRODUCT: ("product", "pm"),
    Function.RESEARCH: ("research",),
    Function.ML_ENGINEERING: ("ml-engineering", "ml", "engineering"),
}
"""What people call a function behind an area: “evals ml”."""


def _parts(area: str) -> Iterable[Responsibility]:
    title, meanings = _AREAS[area]
    for function, means in zip(Function, meanings, strict=True):
        yield Responsibility(
            key=f"{area}/{function}",
            title=f"{title}: {FUNCTION_NAMES[function]}",
            means=means,
            usual=_USUAL[function],
            words=tuple(
                f"{called}-{short}" for called in (area, title.replace(" ", "-")) for short in _SHORT[function]
            ),
            function=function,
        )


NINE_AREAS: Mapping[str, tuple[Responsibility, ...]] = {_AREAS[area][0]: tuple(_parts(area)) for area in _AREAS}
"""The nine areas by title, each with a part for product, research and ML engineering, for teams that switch them on.

Source: domain 8.
"""

_EVERY: Mapping[str, Responsibility] = {
    one.key: one for one in (*FIVE, *(part for title in NINE_AREAS for part in NINE_AREAS[title]))
}


def asked_of(*, areas: bool) -> tuple[Responsibility, ...]:
    """What a product must have owners for: the five questions, and with *areas* the 27 parts of the nine areas too."""
    return tuple(_EVERY.values()) if areas else FIVE


def responsibility(key: str) -> Responsibility:
    """The responsibility that is stored as *key*. Raises `KeyError` where there is none."""
    return _EVERY[key]


def is_responsibility(key: str) -> bool:
    """Whether there is one that is stored as *key*."""
    return key in _EVERY


def meant(words: Sequence[str], among: Iterable[Responsibility]) -> tuple[Responsibility, int] | None:
    """The one of *among* that the first *words* name, and how many words that took: “cost”, “model cost”, “retrain or
    roll back”, “evals product”. The most words win; None where they name none.
    """
    known = {said: one for one in among for said in _said_of(one)}
    for taken in range(min(len(words), 6), 0, -1):
        said = folded("-".join(words[:taken]).replace("/", "-").replace(":", ""))
        if said in known:
            return known[said], taken
    return None


def names_of(one: Responsibility) -> tuple[str, ...]:
    """What people may call it."""
    return tuple(_said_of(one))


def _said_of(one: Responsibility) -> Iterable[str]:
    yield folded(one.title.replace(" ", "-").replace(":", ""))
    yield folded(one.key.replace("/", "-"))
    yield from (folded(word.replace("/", "-")) for word in one.words)
