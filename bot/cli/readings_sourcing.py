"""A product's source of readings on the command line: what its flags mean, with its first rows read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer

from bot.cli.sourcing import SourceFlags
from bot.domain.metrics import Metric
from bot.domain.sourcing import SourceSpec
from bot.domain.text import count_of
from bot.errors import UsageError
from bot.sources import metric_rows

SHOWN = 3


def chosen(
    flags: SourceFlags, *, before: SourceSpec | None, known: Mapping[str, Metric], now: datetime
) -> SourceSpec | None:
    """The source that the flags mean, *before* where they say nothing, None where it is taken away.

    Raises `UserError` where it cannot be read, a column is not there, or none of its first rows is a reading.
    """
    if flags.uri == "":
        return None
    if not flags.given:
        return before
    spec = flags.spec(_from_anywhere(flags.uri)) if flags.uri else _changed(before, flags)
    found = metric_rows.first_rows(spec, known, now=now)
    rows = f"{count_of(found.good, 'reading')} among its first rows" if found.good else "it has no rows yet"
    typer.echo(f"The readings source can be read: {rows}.")
    for bad in found.bad[:SHOWN]:
        typer.echo(f"Row {bad.line} will be left out: {bad.reason}")
    return spec


def _changed(before: SourceSpec | None, flags: SourceFlags) -> SourceSpec:
    if before is None:
        raise UsageError("--readings-map and the like belong to a --readings-source.")
    return replace(
        before,
        table=flags.table or (None if flags.query else before.table),
        query=flags.query or (None if flags.table else before.query),
        mapping={**before.mapping, **flags.pairs()},
        where=flags.filters() or before.where,
        zone=flags.zone or before.zone,
    )


def _from_anywhere(uri: str) -> str:
    """A file's path as it is found from any folder: the worker need not start where the product was added."""
    return uri if "://" in uri else str(Path(uri).absolute())
