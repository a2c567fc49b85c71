"""Where a product's predictions are, and the questions that every such place answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.measuring import Measured
from bot.domain.prediction import Prediction
from bot.domain.ranking import Ranking
from bot.domain.summary import Summary
from bot.domain.window import Window

STORED = "muster:"
"""The URI of Muster's own table: predictions that were loaded or sent in, not fetched."""


_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):(\S*)@")
_HIDDEN = "***"


def without_password(uri: str) -> str:
    """*uri* as it may be shown: three stars stand where its password was."""
    return _PASSWORD.sub(rf"\1:{_HIDDEN}@", uri)


def with_password(uri: str, before: str) -> str:
    """*uri* as it was typed over what `without_password` showed of *before*: where the stars still stand, the password
    of *before* is meant.
    """
    known = _PASSWORD.search(before)
    typed = _PASSWORD.search(uri)
    if known is None or typed is None or typed[2] != _HIDDEN:
        return uri
    return f"{uri[: typed.start(2)]}{known[2]}{uri[typed.end(2) :]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """How to reach a product's predictions and how to read them.

    `uri` is a file path or glob (Parquet, CSV, JSONL, also .gz), a database URL, or `STORED`. A database URL goes with
    exactly one of `table` and `query`. `mapping` is canonical name -> column and beats a same-named column. `where`
    compares columns as text, all of them. `zone` names the zone of times that carry none.
    """

    uri: str
    table: str | None = None
    query: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    where: tuple[tuple[str, str], ...] = ()
    ranking: Ranking = Ranking.SCORE
    zone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many predictions a window holds, each identity once, and how many of them the ranking cannot place."""

    seen: int
    unranked: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What a source looks like before anybody maps it: its columns with their types, and up to three sample texts."""

    columns: Mapping[str, str]
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Source(Protocol):
    """A place that holds predictions. Every call may raise `UserError` (wrong column, type, file) or
    `TransientError` (not reachable now), each with one plain sentence.
    """

    def worst(self, window: Window, limit: int) -> list[Prediction]:
        """The *limit* worst predictions of *window*, worst first, each identity once; ties as in `ranking.sort_key`."""
        ...

    def count(self, window: Window) -> Counts:
        """How many predictions *window* holds, and how many of them cannot be ranked."""
        ...

    def summary(self, window: Window) -> Summary:
        """*window* in numbers, also by segment and by model version."""
        ...

    def measure(self, window: Window) -> Measured:
        """*window* in the numbers that readings are computed from; what the source has no field for stays empty."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


OpenSource = Callable[[SourceSpec], Source]
"""How a chore reaches a source; wiring provides it."""
