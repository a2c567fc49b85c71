"""What the page about the addresses under /v1 shows: answers, refusals and examples."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field


class BadRow(BaseModel):
    """A row that was left out."""

    line: int = Field(description="The line it stands on, or its place in the array, from 1 on.")
    reason: str = Field(description="What is wrong with it, in one sentence.")


class Answer(BaseModel):
    """What became of the rows: each is kept, the same as before, or bad."""

    kept: int = Field(description="Rows that said something new.")
    same: int = Field(description="Rows that changed nothing: they were known.")
    bad: list[BadRow] = Field(description="Rows that were left out. The others are kept all the same.")


class Problem(BaseModel):
    """Why nothing was done."""

    detail: str


Responses = dict[int | str, dict[str, Any]]

_WRONG_KEY: Responses = {401: {"model": Problem, "description": "No key, a wrong one, or one that was revoked."}}

REFUSALS: Responses = _WRONG_KEY | {
    400: {"model": Problem, "description": "The body is no JSON at all, or cannot be unpacked."},
    408: {"model": Problem, "description": "The body did not arrive within two minutes."},
    409: {"model": Problem, "description": "The product is archived, or fetches its predictions from its own source."},
    413: {"model": Problem, "description": "More than 16 MB as sent, or 64 MB unpacked."},
    415: {"model": Problem, "description": "Neither JSON nor JSON lines, or packed with anything but gzip."},
    503: {"model": Problem, "description": "The database did not answer: send it again."},
}
"""Every refusal of what is sent."""

GOLDEN: Responses = _WRONG_KEY | {
    200: {"description": "A JSON object a line.", "content": {"application/x-ndjson": {"schema": {"type": "string"}}}}
}

_WINDOW = {"window_start": "2026-11-09T00:00:00+01:00", "window_end": "2026-11-16T00:00:00+01:00"}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "predictions": {
        "id": "req-8471",
        "occurred_at": "2026-11-13T12:00:00Z",
        "input": "Where is my invoice?",
        "output": "Under Settings, Billing.",
        "score": 0.42,
        "model_version": "2.1.0",
        "segment": "billing",
    },
    "feedback": {
        "id": "req-8471",
        "given_at": "2026-11-13T12:05:00Z",
        "feedback": "down",
        "correction": "Under Account, Invoices.",
        "given_by": "agent-17",
    },
    "metrics": {"metric": "accuracy", "value": 92.3, "unit": "percent", "n": 1068, **_WINDOW, "source": "nightly eval"},
    "changes": {"what": "prompt v7 live", "at": "2026-11-12T14:30:00+01:00", "id": "deploy-512"},
}
"""A row of each kind, as it is sent."""

_NEEDED = {
    "predictions": ("id", "occurred_at"),
    "feedback": ("id", "given_at"),
    "metrics": ("metric", "value", "window_start", "window_end"),
    "changes": ("what",),
}


def body_of(name: str) -> dict[str, Any]:
    """How a body of rows of this kind looks, for the page."""
    row = EXAMPLES[name]
    properties = {field: {"type": _type_of(value), "example": value} for field, value in row.items()}
    schema = {"type": "object", "required": list(_NEEDED[name]), "properties": properties}
    return {
        "requestBody": {
            "required": True,
            "description": "An array of rows, or a row a line. May be packed (Content-Encoding: gzip).",
            "content": {
                "application/json": {"schema": {"type": "array", "items": schema}, "example": [row]},
                "application/x-ndjson": {"schema": schema, "example": row},
            },
        }
    }


def _type_of(value: object) -> str:
    return "number" if isinstance(value, int | float) else "string"
