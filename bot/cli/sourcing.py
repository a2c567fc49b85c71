"""SOURCE on the command line: the flags that name a place with predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bot.domain.ranking import Ranking
from bot.domain.sourcing import SourceSpec
from bot.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFlags:
    """The flags as they were typed; *prefix* is how their names begin."""

    uri: str | None = None
    table: str | None = None
    query: str | None = None
    mapping: Sequence[str] | None = None
    where: Sequence[str] | None = None
    rank: str | None = None
    zone: str | None = None
    prefix: str = "--"

    @classmethod
    def typed(cls, params: Mapping[str, Any]) -> "SourceFlags":
        """The flags of a source of predictions among a command's parameters."""
        names = {"uri": "source", "zone": "source_tz"}
        return cls(**{name: params[names.get(name, name)] for name in _SAID})

    @classmethod
    def of_readings(cls, params: Mapping[str, Any]) -> "SourceFlags":
        """The flags of a source of readings among a command's parameters."""
        names = {"uri": "source", "zone": "source_tz", "mapping": "map"}
        said = {name: params[f"readings_{names.get(name, name)}"] for name in _SAID if name != "rank"}
        return cls(**said, prefix="--readings-")

    @property
    def given(self) -> bool:
        """Whether anything of a source was said at all."""
        return any((self.uri, self.table, self.query, self.mapping, self.where, self.rank, self.zone))

    def spec(self, uri: str) -> SourceSpec:
        """The source at *uri*. Raises `UsageError` where the flags do not fit together."""
        is_database = "://" in uri
        if is_database and (self.table is None) == (self.query is None):
            raise UsageError(self._file_words)
        if not is_database and (self.table or self.query):
            raise UsageError(f"{self._file_words} A file takes neither.")
        return SourceSpec(
            uri=uri,
            table=self.table,
            query=self.query,
            mapping=self.pairs(),
            where=self.filters(),
            ranking=ranking_named(self.rank) if self.rank else Ranking.SCORE,
            zone=self.zone,
        )

    def filters(self) -> tuple[tuple[str, str], ...]:
        """What --where says."""
        return tuple(_pair(text, f"{self.prefix}where COLUMN=VALUE") for text in self.where or ())

    def pairs(self) -> Mapping[str, str]:
        """What --map says."""
        return dict(_pair(text, f"{self.prefix}map CANONICAL=COLUMN") for text in self.mapping or ())

    @property
    def _file_words(self) -> str:
        return f"A database URL goes with exactly one of {self.prefix}table and {self.prefix}query."


_SAID = tuple(field.name for field in fields(SourceFlags) if field.name != "prefix")


def ranking_named(text: str) -> Ranking:
    """The ranking of this name, dashes and underscores alike. Raises `UsageError`."""
    try:
        return Ranking(text.strip().lower().replace("-", "_"))
    except ValueError:
        raise UsageError(f"“{text}” is not a ranking. There are: {', '.join(Ranking)}.") from None


def _pair(text: str, usage: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"“{text}” lacks its “=”: write {usage}.")
    return name.strip(), value
