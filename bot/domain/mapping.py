"""Which of a source's columns is which canonical field, and what to propose where nobody has said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from bot.domain.prediction import CANONICAL
from bot.domain.ranking import CannotRankError, Ranking, possible_rankings
from bot.errors import UserError


class Origin(NamedTuple):
    """The column that a canonical field is read from; its numbers are divided by *divisor* (milliseconds: 1000)."""

    column: str
    divisor: int = 1


ALSO_KNOWN_AS: dict[str, Origin] = {
    "output": Origin("prediction"),
    "expected": Origin("reference"),
    "latency_s": Origin("latency_ms", 1000),
}
"""Columns that are taken where no column has the canonical name. Source: design 4."""

NEEDED = ("id", "occurred_at")
"""The fields without which nothing can be told apart or placed in time."""


class UnknownFieldError(UserError):
    """A map names a field that no prediction has."""

    def __init__(self, field: str) -> None:
        super().__init__(f"There is no field “{field}” to map to.{_meant(field, CANONICAL)} {_those(CANONICAL)}")


class UnknownColumnError(UserError):
    """A map or a filter names a column that the source does not have."""

    def __init__(self, column: str, columns: Iterable[str]) -> None:
        names = list(columns)
        super().__init__(f"The source has no column “{column}”.{_meant(column, names)} {_those(names)}")


class MissingFieldError(UserError):
    """The source has no column for a field that nothing works without."""

    def __init__(self, field: str, columns: Iterable[str]) -> None:
        super().__init__(
            f"The source has no column “{field}”; say which it is: {field}=COLUMN"
            f" (on the command line: --map {field}=COLUMN). {_those(columns)}"
        )


def resolve(columns: Iterable[str], explicit: Mapping[str, str]) -> dict[str, Origin]:
    """Where each canonical field that *columns* can give comes from.

    *explicit* (canonical -> column) beats a same-named column, which beats `ALSO_KNOWN_AS`. Raises `UserError` for a
    field or a column that does not exist.
    """
    names = list(columns)
    for field, column in explicit.items():
        if field not in CANONICAL:
            raise UnknownFieldError(field)
        if column not in names:
            raise UnknownColumnError(column, names)
    return dict(_origins(set(names), explicit))


def require(origins: Mapping[str, Origin], columns: Iterable[str], ranking: Ranking) -> None:
    """Raise the sentence that says what is lacking, unless *origins* are enough to rank by *ranking*."""
    for field in NEEDED:
        if field not in origins:
            raise MissingFieldError(field, columns)
    if ranking not in possible_rankings(origins):
        raise CannotRankError(ranking, origins)


def _origins(names: set[str], explicit: Mapping[str, str]) -> Iterator[tuple[str, Origin]]:
    for field in CANONICAL:
        alias = ALSO_KNOWN_AS.get(field)
        if field in explicit:
            yield field, Origin(explicit[field])
        elif field in names:
            yield field, Origin(field)
        elif alias is not None and alias.column in names:
            yield field, alias


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """What a source most likely means, for a person to confirm.

    `mapping` holds only what would not be taken anyway; `rankings` are those it can do then, the one to offer first
    in front; `missing` says in plain sentences what it cannot do.
    """

    mapping: Mapping[str, str]
    rankings: tuple[Ranking, ...]
    missing: tuple[str, ...]


def propose(columns: Mapping[str, str]) -> Proposal:
    """A mapping for *columns* (name -> type, in any dialect's words), going by names first, then by types."""
    taken = resolve(columns, {})
    used = {origin.column for origin in taken.values()}
    mapping: dict[str, str] = {}
    for field in (field for field in SYNONYMS if field not in taken):
        if (column := _match(field, columns, used)) is not None:
            mapping[field] = column
            used.add(column)
    fields = {*taken, *mapping}
    return Proposal(mapping=mapping, rankings=tuple(possible_rankings(fields)), missing=tuple(_missing(fields)))


SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("prediction_id", "request_id", "trace_id", "event_id", "call_id", "message_id", "span_id", "uuid", "key"),
    "occurred_at": ("timestamp", "created_at", "created", "time", "ts", "datetime", "date", "event_time",
                    "request_time", "start_time", "started_at", "predicted_at", "logged_at"),
    "input": ("prompt", "question", "query", "request", "user_input", "user_message", "message", "text", "inputs"),
    "output": ("response", "answer", "completion", "generated_text", "model_output", "reply", "predicted",
               "prediction_text", "predicted_label", "y_pred", "outputs", "result"),
    "expected": ("label", "target", "ground_truth", "gold", "expected_output", "reference_answer", "true_label",
                 "y_true", "truth", "ideal", "actual"),
    "score": ("rating", "quality", "human_score", "quality_score", "eval_score", "judge_score", "f1", "token_f1",
              "similarity", "reward"),
    "loss": ("abs_error", "absolute_error", "error", "nll", "log_loss", "cross_entropy", "squared_error", "mae",
             "residual", "hter", "edit_distance"),
    "confidence": ("prob", "probability", "certainty", "max_prob", "conf", "model_confidence", "predicted_proba"),
    "correct": ("is_correct", "right", "passed", "pass", "judgement", "judgment", "is_right", "success"),
    "model_version": ("model", "version", "model_name", "model_id", "release", "deployment"),
    "segment": ("category", "intent", "topic", "slice", "group", "cohort", "language", "lang", "product_area"),
    "context": ("retrieved_context", "documents", "passages", "system_prompt"),
    "citations": ("sources", "source_urls", "source_documents", "evidence"),
    "feedback": ("thumbs", "thumb", "user_feedback", "vote", "reaction", "user_rating"),
    "final_output": ("sent_text", "final_text", "edited_output", "sent_reply", "post_edit"),
    "hallucinated": ("hallucination", "is_hallucination", "fabricated"),
    "escalated": ("escalation", "is_escalated", "handed_over", "handoff"),
    "rated_by": ("rater", "annotator", "reviewer", "judge"),
    "trace_url": ("url", "link", "trace", "trace_link"),
    "latency_s": ("latency", "latency_seconds", "duration_s", "response_time_s", "elapsed_s"),
    "cost": ("cost_usd", "price", "total_cost"),
}  # fmt: skip
"""Names under which fields are met in the wild, the likelier first."""

_NUMBERS = ("score", "loss", "confidence", "latency_s", "cost")
_SENTENCES = {
    "id": "No id: predictions cannot be told apart; map the column that names each one.",
    "occurred_at": "No time: nothing can be placed in a week; map the column that says when it happened.",
    "input": "No input: reviewers will not see what was asked.",
    "output": "No output: reviewers will not see what the model said.",
    "correct": "No judgement (correct): the share of wrong answers stays unknown.",
    "model_version": "No model version: versions cannot be compared.",
    "segment": "No segment: the worst segment cannot be named.",
}


def _match(field: str, columns: Mapping[str, str], used: set[str]) -> str | None:
    by_name = {_plain(column): column for column in columns if column not in used}
    candidates = (by_name[name] for name in (field, *SYNONYMS[field]) if name in by_name)
    return next((column for column in candidates if _fits(field, columns[column])), None)


def _plain(column: str) -> str:
    return column.strip().lower().replace(" ", "_").replace("-", "_").replace(".", "_")


def _fits(field: str, type_name: str) -> bool:
    """Whether a column of this type can hold *field*; text may hold anything, as in CSV."""
    kind = type_name.lower()
    is_time = kind.startswith(("timestamp", "date"))
    is_boolean = kind.startswith("bool")
    is_number = kind.startswith(
        ("int", "bigint", "smallint", "double", "float", "real", "decimal", "numeric", "hugeint")
    )
    if field == "occurred_at":
        return not (is_number or is_boolean)
    if field in _NUMBERS:
        return not (is_time or is_boolean)
    return not is_time


def _missing(fields: set[str]) -> Iterator[str]:
    if not possible_rankings(fields):
        lead = "An expected answer but no score" if "expected" in fields else "No score and no expected answer"
        yield f"{lead}: nothing can be ranked; map one of score, loss, feedback, or both correct and confidence."
    yield from (sentence for field, sentence in _SENTENCES.items() if field not in fields)


def _meant(word: str, names: Iterable[str]) -> str:
    close = get_close_matches(word, list(names), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""


_MANY = 40


def _those(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _MANY} more" if len(listed) > _MANY else ""
    return f"There are: {', '.join(listed[:_MANY])}{more}." if listed else "It has no columns."
