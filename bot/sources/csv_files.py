"""CSV files as DuckDB reads them: every column as text, quotes as RFC 4180 has them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bot.errors import UserError
from bot.sources import duck, paths

_DELIMITERS = ",;\t|"
_LONGEST_LINE = 16_000_000
_BUFFER = 32_000_000
"""Bytes. Left alone, DuckDB makes its buffers 16 times as long as the longest line, and reads half as fast."""


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a file's columns and what stands between them."""

    names: tuple[str, ...]
    delimiter: str


def relation(files: Sequence[Path]) -> tuple[str, list[str]]:
    """The SQL that reads *files* and the names of all their columns; files may differ in columns and their order."""
    headers = {path: header(path) for path in files}
    ordered = sorted(files, key=lambda path: (headers[path].names, headers[path].delimiter))
    parts = [
        f"SELECT * FROM {_read(list(group), head)}" for head, group in groupby(ordered, key=lambda path: headers[path])
    ]
    names = dict.fromkeys(name for path in files for name in headers[path].names)
    return f"({' UNION ALL BY NAME '.join(parts)}) AS source", list(names)


def typed(files: Sequence[Path]) -> str:
    """The SQL that reads *files* with the types DuckDB guesses; only good for describing them."""
    head = header(files[0])
    return (
        f"read_csv({duck.listed(files)}, header = true, delim = {duck.literal(head.delimiter)}, union_by_name = true,"
        f" quote = '\"', escape = '\"', sample_size = 5000)"
    )


def header(path: Path) -> Header:
    """The header of *path*; the delimiter is the one that cuts it into most columns. Raises `UserError`."""
    cuts = {sign: _cut(path, sign) for sign in _DELIMITERS}
    delimiter = max(cuts, key=lambda sign: len(cuts[sign]))
    # A table written with its index has a column without a name in front.
    names = tuple(name or f"column{at}" for at, name in enumerate(cuts[delimiter], start=1))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UserError(f"The first line of “{path}” names the column “{twice}” twice.")
    return Header(names, delimiter)


def _cut(path: Path, delimiter: str) -> list[str]:
    try:
        with paths.opened(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            return next(csv.reader(text, delimiter=delimiter), [])
    except (csv.Error, UnicodeDecodeError):
        raise UserError(f"The file “{path}” is not CSV in UTF-8: its first line cannot be read.") from None


def _read(files: list[Path], head: Header) -> str:
    columns = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in head.names)
    return (
        f"read_csv({duck.listed(files)}, columns = {{{columns}}}, auto_detect = false, header = true,"
        f" delim = {duck.literal(head.delimiter)}, quote = '\"', escape = '\"', allow_quoted_nulls = false,"
        f" max_line_size = {_LONGEST_LINE}, buffer_size = {_BUFFER})"
    )
