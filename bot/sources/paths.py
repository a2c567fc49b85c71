"""Which files a path or glob names, and whether they are what their names say."""

import gzip
from dataclasses import dataclass
from enum import StrEnum
from glob import escape, glob
from pathlib import Path
from typing import IO, cast

from bot.errors import UserError


class Format(StrEnum):
    """How predictions lie in a file. JSON is one array or one object a line, JSONL always the latter."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"


SUFFIXES = {
    ".parquet": Format.PARQUET,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".json": Format.JSON,
}
"""What a file's name says about it; all but Parquet may end in .gz too."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files of one format, in the order of their names."""

    format: Format
    paths: tuple[Path, ...]


def format_of(uri: str) -> Format | None:
    """The format that a path or glob names by its ending, None for any other ending."""
    name = uri.lower()
    bare = name.removesuffix(".gz")
    found = next((form for suffix, form in SUFFIXES.items() if bare.endswith(suffix)), None)
    return None if found is Format.PARQUET and bare != name else found


def find(uri: str) -> Files:
    """The files behind *uri*, looked at but not read. Raises `UserError` for what cannot be a source."""
    if Path(uri).is_dir():
        raise UserError(f"“{uri}” is a folder; name the files in it, like {uri}/*.parquet.")
    form = format_of(uri)
    if form is None:
        raise UserError(f"“{uri}” ends in none of {', '.join(SUFFIXES)} (or .gz).")
    paths = (Path(uri),) if Path(uri).exists() else tuple(map(Path, sorted(glob(uri, recursive=True))))  # noqa: PTH207 the pattern may be absolute, which Path.glob refuses
    if not paths:
        raise UserError(f"There is no file “{uri}”." if uri == escape(uri) else f"No file matches “{uri}”.")
    for path in paths:
        _look_at(path, form)
    return Files(form, paths)


def opened(path: Path) -> IO[bytes]:
    """*path* to read from, unpacked."""
    return cast("IO[bytes]", gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


_ENOUGH = 512
_GZIP = b"\x1f\x8b"
_MARKS = {
    b"PAR1": "Parquet",
    _GZIP: "gzip",
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"SQLite format 3": "SQLite",
}


def _look_at(path: Path, form: Format) -> None:
    if not path.is_file():
        raise UserError(f"“{path}” is not a file.")
    try:
        start = _start(path)
    except PermissionError:
        raise UserError(f"The file “{path}” may not be read by this user.") from None
    except (OSError, EOFError):
        raise UserError(f"The file “{path}” is not readable gzip, though its name ends in .gz.") from None
    if not start:
        raise UserError(f"The file “{path}” is empty.")
    wrong = _what_else(start, form)
    if wrong:
        raise UserError(f"The file “{path}” is not {form.upper()}: it looks like {wrong}.")


def _start(path: Path) -> bytes:
    with opened(path) as file:
        return file.read(_ENOUGH)


def _what_else(start: bytes, form: Format) -> str | None:
    """What a file that starts so is, if it cannot be *form*."""
    mark = next((name for magic, name in _MARKS.items() if start.startswith(magic)), None)
    if form is Format.PARQUET:
        return None if mark == "Parquet" else mark or "text"
    if mark is not None:
        return mark
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16 text; save it as UTF-8"
    return "a web page" if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else None
