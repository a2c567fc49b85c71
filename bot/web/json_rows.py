"""A body cut into rows, each a JSON object or named by its line."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any, NamedTuple

from bot.web.bodies import NoJsonError

LONGEST_ROW = 1_000_000
"""Characters of one row."""

_STEP = 1 << 16
_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*([^ \t\r\n])")
_BLANK = re.compile(r"[ \t\r\n]*")


class LeftOut(NamedTuple):
    """A row that is not kept: its line, or its place in the array from 1 on, and why."""

    line: int
    reason: str


class Object(NamedTuple):
    """A row that is a JSON object."""

    line: int
    fields: Mapping[str, Any]


NOT_JSON = "it is not JSON, or nested too deeply."
NOT_AN_OBJECT = "it is JSON, but not an object."
TOO_LONG = f"it is longer than {LONGEST_ROW:,} characters."
BROKEN_OFF = "it is broken JSON, or too long or too deep; nothing from here on was read."


def rows(body: bytes) -> Iterator[Object | LeftOut]:
    """The rows of an array of objects, of objects line by line, or of a single object. Raises `NoJsonError` where the
    body is blank.

    Of an array no more than a stretch is held as text at a time; where it breaks off, the rows before stand and the
    last one says so.
    """
    first = _FIRST.match(body)
    if first is None:
        raise NoJsonError
    if first[1] == b"[":
        return _of_array(body)
    whole = _parsed(body) if len(body) <= LONGEST_ROW else None
    return iter([Object(1, whole)]) if isinstance(whole, dict) else _of_lines(body)


def _of_lines(body: bytes) -> Iterator[Object | LeftOut]:
    for line, raw in enumerate(BytesIO(body), start=1):
        if len(raw) > LONGEST_ROW:
            yield LeftOut(line, TOO_LONG)
        elif raw.strip():
            yield _row(line, _parsed(raw))


def _of_array(body: bytes) -> Iterator[Object | LeftOut]:
    text = _Text(body)
    text.next()
    if text.peek() == "]":
        return
    for number in count(1):
        value = text.value()
        if value is _NOTHING:
            yield LeftOut(number, BROKEN_OFF)
            return
        yield _row(number, value)
        following = text.next()
        if following == "]":
            return
        if following != ",":
            yield LeftOut(number + 1, BROKEN_OFF)
            return


def _row(line: int, value: object) -> Object | LeftOut:
    if isinstance(value, dict):
        return Object(line, value)
    return LeftOut(line, NOT_JSON if value is _NOTHING else NOT_AN_OBJECT)


_NOTHING = object()


def _parsed(raw: bytes) -> object:
    """The JSON in *raw*, `_NOTHING` where there is none."""
    try:
        return json.loads(raw.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return _NOTHING


@dataclass
class _Text:
    """A body's text, of which a stretch is held: *held* from *place* on is what is still to be read."""

    body: bytes
    held: str = ""
    place: int = 0
    taken: int = 0

    def __post_init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8-sig")(errors="replace")

    def peek(self) -> str:
        """The next character that is not blank, '' at the end."""
        while True:
            blank = _BLANK.match(self.held, self.place)
            self.place = blank.end() if blank else self.place
            if self.place < len(self.held):
                return self.held[self.place]
            if not self._more():
                return ""

    def next(self) -> str:
        """The same, and go on behind it."""
        found = self.peek()
        self.place += len(found)
        return found

    def value(self) -> object:
        """The JSON value that comes next, `_NOTHING` where none can be read."""
        self.peek()
        while True:
            found, end = _decoded(self.held, self.place)
            # A number at the very end of the stretch may go on in the next one.
            if found is not _NOTHING and end < len(self.held):
                self.place = end
                return found
            if len(self.held) - self.place > LONGEST_ROW or not self._more():
                self.place = end
                return found

    def _more(self) -> bool:
        """Hold the next stretch too; False at the end."""
        piece = self.body[self.taken : self.taken + _STEP]
        if piece:
            self.taken += len(piece)
            self.held = self.held[self.place :] + self._decoder.decode(piece)
            self.place = 0
        return bool(piece)


def _decoded(text: str, place: int) -> tuple[object, int]:
    try:
        return json.JSONDecoder().raw_decode(text, place)
    except (ValueError, RecursionError):
        return _NOTHING, place
