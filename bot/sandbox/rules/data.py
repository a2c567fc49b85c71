"""The blocks that show data: tables and charts."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.rules.objects import ID, KIND
from bot.sandbox.rules.rich_text import RICH_TEXT
from bot.sandbox.rules.schema import Check, boolean, distinct, items, number, one_of, record, string, tagged, units

CELL_CHARACTERS = 10_000
COLUMNS = 20

_RAW_TEXT = record({**KIND, "text": string()}, {"emoji": boolean})
_RAW_NUMBER = record({**KIND, "value": number(whole=False), "text": string()})
_COLUMN = record({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _holds_too_much(table: Mapping[str, Any]) -> Iterator[str]:
    if sum(map(units, _texts(table.get("rows")))) > CELL_CHARACTERS:
        yield f"must be less than {CELL_CHARACTERS + 1} characters in all cells"


def _is_uneven(table: Mapping[str, Any]) -> Iterator[str]:
    rows = table.get("rows")
    if len({len(row) for row in rows if isinstance(row, list)} if isinstance(rows, list) else ()) > 1:
        yield "all rows must have the same number of cells"


def _has_rich_header(table: Mapping[str, Any]) -> Iterator[str]:
    rows = table.get("rows")
    header = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else []
    if any(isinstance(cell, dict) and cell.get("type") == "rich_text" for cell in header):
        yield "header cells must not be rich_text"


def _texts(part: Any) -> Iterator[str]:
    match part:
        case list():
            for one in part:
                yield from _texts(one)
        case dict():
            if isinstance(part.get("text"), str):
                yield part["text"]
            yield from _texts(part.get("elements"))
        case _:
            """No text in here."""


def _row(*kinds: tuple[str, Check]) -> Check:
    return items(tagged(dict(kinds)), COLUMNS)


TABLE = record(
    {**KIND, "rows": items(_row(("raw_text", _RAW_TEXT), ("rich_text", RICH_TEXT)), 100)},
    {"block_id": ID, "column_settings": items(_COLUMN, COLUMNS)},
    _holds_too_much,
)

DATA_TABLE = record(
    {
        **KIND,
        "caption": string(),
        "rows": items(
            _row(("raw_text", _RAW_TEXT), ("raw_number", _RAW_NUMBER), ("rich_text", RICH_TEXT)), 101, least=2
        ),
    },
    {"block_id": ID, "page_size": number(1, 100), "row_header_column_index": number(0, COLUMNS - 1)},
    _holds_too_much,
    _is_uneven,
    _has_rich_header,
)

_NAME = string(20)
_POINT = record({"label": _NAME, "value": number(whole=False)})
_SERIES = record({"name": _NAME, "data": items(_POINT, 20)})
_SEGMENT = record({"label": _NAME, "value": number(whole=False, above=0)})
_AXES = record({"categories": items(_NAME, 20)}, {"x_label": string(50), "y_label": string(50)})


def _misses_a_category(chart: Mapping[str, Any]) -> Iterator[str]:
    axes, series = chart.get("axis_config"), chart.get("series")
    if not isinstance(axes, dict) or not isinstance(series, list):
        return
    for one in series:
        points = one.get("data") if isinstance(one, dict) else None
        labels = [point.get("label") for point in points if isinstance(point, dict)] if isinstance(points, list) else []
        if labels != axes.get("categories"):
            yield "every series needs a value for every category, in their order"


_AXIS_CHART = record(
    {**KIND, "series": items(_SERIES, 12), "axis_config": _AXES}, {}, _misses_a_category, distinct("series", "name")
)

CHART = record(
    {
        **KIND,
        "title": string(50),
        "chart": tagged(
            {
                "pie": record({**KIND, "segments": items(_SEGMENT, 12)}),
                **dict.fromkeys(("bar", "line", "area"), _AXIS_CHART),
            }
        ),
    },
    {"block_id": ID},
)
