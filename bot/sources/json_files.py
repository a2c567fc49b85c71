"""JSON files as DuckDB reads them: every value as the text it is written in, so that no type can change on the way."""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.errors import UserError
from bot.sources import duck, paths
from bot.sources.paths import Format

SAMPLE = 20_480
"""Objects that are looked at to learn the names of the columns; -1 looks at all."""


def relation(files: Sequence[Path], form: Format, names: Sequence[str]) -> str:
    """The SQL that reads *names* of the objects in *files*; what an object does not have is NULL."""
    columns = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in names)
    return f"read_json({duck.listed(files)}, format = '{_layout(form)}', columns = {{{columns}}}) AS source"


def look(files: Sequence[Path], form: Format, *, sample: int = SAMPLE) -> str:
    """The SQL that describes the columns of *files* as DuckDB guesses them from *sample* objects."""
    return (
        f"DESCRIBE SELECT * FROM read_json({duck.listed(files)}, format = '{_layout(form)}', union_by_name = true,"
        f" map_inference_threshold = -1, records = true, sample_size = {sample})"
    )


def broken_line(files: Sequence[Path]) -> UserError | None:
    """What to say about the first line in *files* that is no JSON object; None where all are."""
    for path in files:
        with paths.opened(path) as file:
            for at, line in enumerate(file, start=1):
                if line.strip() and (fault := _fault(line)):
                    return UserError(f"Line {at} of “{path}” {fault}; every line must be one JSON object.")
    return None


def _fault(line: bytes) -> str | None:
    try:
        found = json.loads(line, object_pairs_hook=_no_key_twice)
    except _KeyTwiceError as error:
        return f"has the key “{error}” twice"
    except (ValueError, RecursionError):
        return "is not readable JSON"
    return None if isinstance(found, dict) else "is JSON, but no object"


class _KeyTwiceError(Exception):
    """An object has one key more than once."""


def _no_key_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _KeyTwiceError(key)
        found[key] = value
    return found


def _layout(form: Format) -> str:
    return "newline_delimited" if form is Format.JSONL else "auto"
