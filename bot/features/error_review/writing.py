"""A review written down: as Markdown, CSV or JSON. The same record is the same bytes, every time."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from bot.domain.golden import inert
from bot.domain.quoting import code, fenced
from bot.features.error_review.record import Record

BOM = "\ufeff"
"""By this sign Excel knows that a CSV is UTF-8."""


class Format(StrEnum):
    """How a review is written down."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


ENDINGS: Mapping[Format, str] = {Format.MARKDOWN: "md", Format.CSV: "csv", Format.JSON: "json"}


def written(record: Record, form: Format) -> bytes:
    """*record* as a file of this format, in UTF-8.

    In Markdown what anybody wrote stands in code, where nothing links, formats or runs; in CSV an apostrophe stands
    before what a spreadsheet would take for a formula; JSON holds everything as it is.
    """
    return _WRITERS[form](record).encode()


def _json(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def _csv(record: Record) -> str:
    """A row for each item, then one for each fix without items; lists are in JSON in their cell."""
    text = io.StringIO()
    rows = [*_rows(record)]
    writer = csv.DictWriter(text, fieldnames=_columns(record))
    writer.writeheader()
    for row in rows:
        writer.writerow({name: inert(_cell(value)) for name, value in row.items()})
    return BOM + text.getvalue()


def _columns(record: Record) -> list[str]:
    return list(_row(record, _NO_ITEM, _NO_FIX))


def _rows(record: Record) -> Iterator[Record]:
    by_id = {fix["id"]: fix for fix in record["fixes"]}
    for item in record["items"]:
        yield _row(record, item, by_id.get(item["fix"], _NO_FIX))
    for fix in record["fixes"]:
        if not fix["items"]:
            yield _row(record, _NO_ITEM, fix)


def _row(record: Record, item: Record, fix: Record) -> Record:
    review, this = record["review"], record["numbers"]["this"] or {}
    return {
        "product": record["product"]["key"],
        **{f"review_{name}": review[name] for name in ("from", "to", "ranking", "state", "most_help")},
        **{name: this.get(name) for name in ("seen", "unranked", "judged", "wrong")},
        **{name: item.get(name) for name in _ITEM},
        **{name: (item.get("prediction") or {}).get(name) for name in _PREDICTION},
        "product_verdict": (item.get("verdicts") or {}).get("product"),
        "ml_verdict": (item.get("verdicts") or {}).get("ml"),
        **{f"fix_{name}": fix.get(name) for name in _FIX},
    }


_ITEM = ("rank", "why", "left_over_from", "back_after_fix", "reported_by", "alike", "breaks", "kind", "disagreements",
         "words", "settlements", "quick", "overrides", "questions", "reviewed_at")  # fmt: skip
_PREDICTION = ("id", "occurred_at", "input", "output", "expected", "score", "loss", "confidence", "correct",
               "model_version", "segment", "context", "citations", "feedback", "final_output", "trace_url")  # fmt: skip
_FIX = ("id", "title", "kind", "state", "scores", "score", "this_week", "owner", "due", "shipped_at")
_NO_ITEM: Record = {}
_NO_FIX: Record = {}


def _cell(value: Any) -> str:
    if value is None or value in ([], {}):
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict, bool)) else str(value)


def _markdown(record: Record) -> str:
    lines = [*_top(record)]
    for item in record["items"]:
        lines += ["", *_section(item)]
    lines += ["", "## Fixes", "", *(_fix_line(fix) for fix in record["fixes"])]
    if not record["fixes"]:
        lines.append("None yet.")
    lines += ["", "## People", "", *(f"- {code(user)}: {code(name)}" for user, name in record["people"].items())]
    return "\n".join(lines) + "\n"


def _top(record: Record) -> Iterator[str]:
    review = record["review"]
    yield f"# Error review of {code(record['product']['name'])}"
    yield ""
    for name, value in review.items():
        yield _fact(name, value)
    for week, numbers in record["numbers"].items():
        if numbers:
            counted = ", ".join(f"{numbers[name]} {name}" for name in ("seen", "unranked", "judged", "wrong"))
            yield f"- {week} week: {counted}"


def _section(item: Record) -> Iterator[str]:
    yield f"## {item['rank']}"
    yield ""
    for name, value in item.items():
        if name not in {"rank", "prediction"} and value not in (None, [], {}, 0):
            yield _fact(name, value)
    for name, value in item["prediction"].items():
        if name in _LONG and value:
            yield from ("", f"{_title(name)}:", "", *fenced(value))
        elif value not in (None, []):
            yield _fact(name, value)


_LONG = ("input", "output", "expected", "context", "final_output")


def _fix_line(fix: Record) -> str:
    facts = "; ".join(
        f"{_title(name)} {code(_cell(value))}"
        for name, value in fix.items()
        if name != "title" and value not in (None, [])
    )
    return f"- {code(fix['title'])}: {facts}"


def _fact(name: str, value: Any) -> str:
    return f"- {_title(name)}: {code(_cell(value))}"


def _title(name: str) -> str:
    return name.replace("_", " ")


_WRITERS: Mapping[Format, Callable[[Record], str]] = {
    Format.MARKDOWN: _markdown,
    Format.CSV: _csv,
    Format.JSON: _json,
}
