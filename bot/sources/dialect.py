"""What a database must be able to say so that predictions can be ranked in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

LOWEST, HIGHEST = "-1.797e308", "1.797e308"
"""Between these lie all finite numbers; NaN and the infinities are outside in every engine tried."""
BEYOND = "1.7976e308"
"""A number that sorts after all that can be ranked."""

LONGEST_TEXT = 100_000
"""Characters of one text that travel; the rest is cut off where the data live."""


_NUMBER = re.compile(r"\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?\s*", re.ASCII)


def is_number(text: str) -> bool:
    """Whether *text* is a number as every source kind reads one: a point, no grouping, an exponent up to 999."""
    return _NUMBER.fullmatch(text) is not None


class Kind(StrEnum):
    """What a column holds, as far as reading it is concerned. ANY: each cell has a type of its own, as in SQLite."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    AWARE = "time with zone"
    NAIVE = "time without zone"
    LIST = "list"
    NESTED = "nested"
    OTHER = "other"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Statement:
    """A query and the values it binds."""

    sql: str
    values: Mapping[str, object]


@dataclass(slots=True)
class Values:
    """Collects what a query binds; whatever comes from people or data goes through here."""

    placeholder: Callable[[str], str]
    bound: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        """Keep *value* and say how the query refers to it."""
        key = f"p{len(self.bound)}"
        self.bound[key] = value
        return self.placeholder(key)


ToInstant = Callable[[str], str]
"""From an expression for wall time to one for the instant, both in microseconds since 1970."""


class Dialect(Protocol):
    """The expressions in which one database differs from another. *column* is always quoted SQL."""

    def quote(self, identifier: str) -> str:
        """*identifier* as the database wants it named."""
        ...

    def placeholder(self, key: str) -> str:
        """How a query refers to a bound value."""
        ...

    def escape(self, fragment: str) -> str:
        """*fragment*, written by a person, made safe against being read as holding placeholders."""
        ...

    def text(self, column: str, kind: Kind) -> str:
        """The column as text that is compared by code point."""
        ...

    def shown(self, column: str, kind: Kind) -> str:
        """The column as it travels to be shown: clipped, and in a type that the driver can hand over."""
        ...

    def number(self, column: str, kind: Kind) -> str:
        """The column as a double; NULL where a text is no number. May be NaN or infinite."""
        ...

    def is_finite(self, number: str) -> str:
        """Whether what `number` gave can be ranked."""
        return f"({number} BETWEEN {LOWEST} AND {HIGHEST})"

    def instant(self, column: str, kind: Kind, to_instant: ToInstant | None) -> str:
        """The column as something that orders like time: itself for AWARE, else microseconds since 1970.

        *to_instant* is None where naive times must be refused.
        """
        ...

    def moment(self, instant: datetime, kind: Kind, values: Values) -> str:
        """*instant* in the terms of `instant`."""
        ...

    def handed_over(self, comparable: str, kind: Kind) -> str:
        """What `instant` gave, in a form that `rows.prediction` reads."""
        ...

    def since(self, column: str, kind: Kind, earliest: datetime) -> str | None:
        """A cheap filter that keeps at least all rows from *earliest* on; None where there is none."""
        ...

    def equals(self, column: str, kind: Kind, value: str, values: Values) -> str:
        """Whether the column, as text, is *value*; a number is compared as a number."""
        ...
