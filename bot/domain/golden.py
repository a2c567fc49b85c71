"""The golden set: what a good answer is, in rows that evaluations and training read."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.domain.prediction import Feedback, Prediction

GOAL = 200
"""How many rows the first golden set is to have. Source: domain 5."""

ID_DIGITS = 16


class Format(StrEnum):
    """How a golden set is written down."""

    JSONL = "jsonl"
    CSV = "csv"
    MLFLOW = "mlflow"
    OPENAI_EVALS = "openai-evals"


@dataclass(frozen=True, kw_only=True, slots=True)
class Golden:
    """A row of the golden set: a prediction, and the answer that holds. `id` is the number that people say, `golden_id`
    its name in exports; `truth_id` is the verified proposal behind it, None where the output itself was good.
    """

    id: int
    product_id: int
    golden_id: str
    prediction: Prediction
    answer: str
    truth_id: int | None
    picked_by: str
    picked_at: datetime
    dropped: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the model had said it right; a golden set needs both. Source: domain 5."""
        return self.answer == self.prediction.output


def golden_id(product_key: str, prediction_id: str, model_version: str) -> str:
    """The name of a row in every export: 16 hex digits that follow from what the row is about and nothing else."""
    told = json.dumps([product_key, prediction_id, model_version])
    return sha256(told.encode()).hexdigest()[:ID_DIGITS]


def is_good_output(prediction: Prediction) -> bool:
    """Whether an output can stand as its own right answer: it was judged correct, or nobody judged it and its user
    gave a thumbs up; and it is no known fabrication.
    """
    if not (prediction.output or "").strip() or prediction.hallucinated:
        return False
    return prediction.correct is True or (prediction.correct is None and prediction.feedback is Feedback.UP)


def exported(rows: Iterable[Golden], form: Format) -> str:
    """*rows* as a file of this format, in the order of their golden_id: the same rows are the same bytes every time.

    Lines end with a line feed, in CSV with both signs of RFC 4180.
    """
    return _WRITERS[form](sorted(rows, key=lambda one: one.golden_id))


def inert(cell: str) -> str:
    """*cell* as no spreadsheet takes it for a formula: an apostrophe stands before a leading = + - @, tab or return."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def fields_of(row: Golden) -> dict[str, Any]:
    """Everything that an export says of a row; what is not known is None."""
    prediction = row.prediction
    return {
        "id": row.golden_id,
        "input": prediction.input,
        "answer": row.answer,
        "output": prediction.output,
        "good": row.is_good,
        "context": prediction.context,
        "segment": prediction.segment,
        "prediction_id": prediction.id,
        "model_version": prediction.model_version,
        "occurred_at": prediction.occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


COLUMNS = ("id", "input", "answer", "output", "good", "context", "segment", "prediction_id", "model_version",
           "occurred_at")  # fmt: skip


def _jsonl(rows: list[Golden]) -> str:
    return "".join(_line(fields_of(row)) for row in rows)


def _csv(rows: list[Golden]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(inert(_cell(value)) for value in fields_of(row).values())
    return text.getvalue()


def _mlflow(rows: list[Golden]) -> str:
    """One JSON list of records, as `mlflow.genai.datasets` merges them, a record a line."""
    # Records of equal inputs would replace each other there: those say which one they are.
    inputs = Counter(_inputs(row) for row in rows)
    records = (_record(row, is_alone=inputs[_inputs(row)] == 1) for row in rows)
    return "[" + ",".join(f"\n{json.dumps(record, ensure_ascii=False)}" for record in records) + "\n]\n"


def _inputs(row: Golden) -> tuple[str, str | None]:
    return row.prediction.input or "", row.prediction.context


def _record(row: Golden, *, is_alone: bool) -> Mapping[str, Any]:
    told = fields_of(row)
    text, context = _inputs(row)
    told_apart = {} if is_alone else {"golden_id": row.golden_id}
    # Tags are texts there, and only texts.
    tags = {name: _cell(told[name]) for name in COLUMNS if name not in {"input", "answer", "context"}}
    return {
        "inputs": {"input": text, **({"context": context} if context is not None else {}), **told_apart},
        "expectations": {"expected_response": row.answer},
        "tags": {name: value for name, value in tags.items() if value},
    }


def _openai_evals(rows: list[Golden]) -> str:
    return "".join(_line(_sample(row)) for row in rows)


def _sample(row: Golden) -> Mapping[str, Any]:
    told = fields_of(row)
    metadata = {name: told[name] for name in COLUMNS if name not in {"input", "answer"}}
    return {
        "input": [{"role": "user", "content": row.prediction.input or ""}],
        "ideal": row.answer,
        "metadata": metadata,
    }


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


_WRITERS: Mapping[Format, Callable[[list[Golden]], str]] = {
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
    Format.MLFLOW: _mlflow,
    Format.OPENAI_EVALS: _openai_evals,
}
