"""What commands print: JSON alone on stdout, or text for people."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import typer

from bot.domain.prediction import Prediction


def print_json(data: Any) -> None:
    """Print *data* as JSON; times in UTC with a Z."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows under headings, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        # Folded, never cut: keys and times are there to be copied.
        table.add_column(heading, overflow="fold")
    for row in rows:
        # As Text: nothing in the data is read as markup.
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def as_json(prediction: Prediction) -> dict[str, Any]:
    """A prediction with every canonical name; what is not known is null."""
    return {field.name: getattr(prediction, field.name) for field in fields(prediction)}


def utc(instant: datetime) -> str:
    """An instant as JSON shows it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: object) -> Any:
    match value:
        case datetime():
            return utc(value)
        case Enum():
            return value.value
        case tuple():
            return list(value)
        case _:
            raise TypeError(type(value).__name__)
