"""The canonical fields of one source as SQL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, assert_never
from zoneinfo import ZoneInfo

from bot.domain.mapping import Origin
from bot.domain.ranking import Ranking
from bot.domain.window import Window
from bot.sources import rows, times
from bot.sources.dialect import BEYOND, Dialect, Kind, Values


@dataclass(frozen=True, kw_only=True, slots=True)
class Fields:
    """What each canonical field is called in a query, given where it comes from and what is in there."""

    dialect: Dialect
    origins: Mapping[str, Origin]
    kinds: Mapping[str, Kind]
    zone: ZoneInfo | None

    def __contains__(self, field: str) -> bool:
        return field in self.origins

    def column(self, field: str) -> str:
        """The quoted column of *field*."""
        return self.dialect.quote(self.origins[field].column)

    def kind(self, field: str) -> Kind:
        """What the column of *field* holds."""
        return self.kinds.get(self.origins[field].column, Kind.TEXT)

    def text(self, field: str) -> str:
        """*field* as text that is compared by code point."""
        return self.dialect.text(self.column(field), self.kind(field))

    def number(self, field: str) -> str:
        """*field* as a number, in the canonical unit; NULL, NaN or infinite where it has no value."""
        number, divisor = self.dialect.number(self.column(field), self.kind(field)), self.origins[field].divisor
        return number if divisor == 1 else f"({number} / {divisor}.0)"

    def is_finite(self, field: str) -> str:
        """Whether the number of *field* is one that can be ranked."""
        return self.dialect.is_finite(self.number(field))

    def truth(self, field: str) -> str:
        """*field* as true, false or NULL."""
        if self.kind(field) is Kind.BOOLEAN:
            return self.column(field)
        return f"CASE {self._spelled(field, rows.TRUE)} THEN TRUE {self._spelled(field, rows.FALSE)} THEN FALSE END"

    def feedback(self) -> str:
        """The feedback as 'up', 'down' or NULL."""
        up, down = self._spelled("feedback", rows.UP), self._spelled("feedback", rows.DOWN)
        return f"CASE {up} THEN 'up' {down} THEN 'down' END"

    def version(self) -> str:
        """The model version as it counts for identity: '' where there is none."""
        return f"COALESCE({self.text('model_version')}, '')" if "model_version" in self else "''"

    def instant(self, window: Window) -> str:
        """When it happened, as something that orders like time."""
        zone = self.zone
        to_instant = None if zone is None else lambda wall: times.instant_sql(wall, zone, window)
        return self.dialect.instant(self.column("occurred_at"), self.kind("occurred_at"), to_instant)

    def from_start(self, window: Window, values: Values) -> list[str]:
        """Conditions for what happened at or after the start of *window*."""
        column, kind = self.column("occurred_at"), self.kind("occurred_at")
        cheap = self.dialect.since(column, kind, window.start)
        exact = f"{self.instant(window)} >= {self.dialect.moment(window.start, kind, values)}"
        return [exact] if cheap is None else [cheap, exact]

    def before_end(self, window: Window, values: Values) -> str:
        """The condition for what happened before the end of *window*."""
        return f"{self.instant(window)} < {self.dialect.moment(window.end, self.kind('occurred_at'), values)}"

    def within(self, window: Window, values: Values) -> list[str]:
        """Conditions for what happened in *window*."""
        return [*self.from_start(window, values), self.before_end(window, values)]

    def matches(self, where: Iterable[tuple[str, str]], values: Values) -> list[str]:
        """Conditions for what a person filtered by: the source's columns as text."""
        return [
            self.dialect.equals(self.dialect.quote(column), self.kinds[column], value, values)
            for column, value in where
        ]

    def projection(self, window: Window) -> str:
        """Everything `rows.prediction` reads, in the order of `origins`."""
        return ", ".join(self._projected(field, window) for field in self.origins)

    def compared(self, field: str) -> str:
        """*field* as something to sort by that is the same in every dialect."""
        if field == "feedback":
            return self.feedback()
        if field in rows.NUMBERS:
            return f"CASE WHEN {self.is_finite(field)} THEN {self.number(field)} END"
        return (
            f"CASE {self.truth(field)} WHEN FALSE THEN 0 WHEN TRUE THEN 1 END"
            if field in rows.TRUTHS
            else self.text(field)
        )

    def _projected(self, field: str, window: Window) -> str:
        if field == "id":
            return self.text(field)
        if field == "occurred_at":
            return self.dialect.handed_over(self.instant(window), self.kind(field))
        if field == "feedback":
            return self.feedback()
        if field in rows.NUMBERS:
            return self.number(field)
        if field in rows.TRUTHS:
            return self.truth(field)
        return self.dialect.shown(self.column(field), self.kind(field))

    def _spelled(self, field: str, spellings: Iterable[str]) -> str:
        listed = ", ".join(f"'{spelling}'" for spelling in spellings)
        return f"WHEN lower(trim({self.text(field)})) IN ({listed})"


class Key(NamedTuple):
    """An expression to sort by; never NULL or NaN for a row that is placed."""

    sql: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A ranking as SQL: which rows it places, which it wants to place and cannot, and by what, the worst first."""

    placed: str
    unplaced: str
    keys: tuple[Key, ...]


def order(fields: Fields, ranking: Ranking) -> Order:
    """The SQL that does what `ranking.sort_key` and `ranking.is_without_value` say."""
    match ranking:
        case Ranking.SCORE:
            return _by_number(fields, "score", descending=False)
        case Ranking.LOSS:
            return _by_number(fields, "loss", descending=True)
        case Ranking.CONFIDENT_WRONG:
            wrong = f"({fields.truth('correct')}) = FALSE"
            by = _by_number(fields, "confidence", descending=True)
            return Order(f"({wrong} AND {by.placed})", f"({wrong} AND {by.unplaced})", by.keys)
        case Ranking.FEEDBACK:
            thumb = f"CASE {fields.feedback()} WHEN 'down' THEN 0 WHEN 'up' THEN 2 ELSE 1 END"
            return Order("TRUE", "FALSE", (Key(thumb), *_score_if_any(fields)))
        case _:
            assert_never(ranking)


def _by_number(fields: Fields, field: str, *, descending: bool) -> Order:
    finite = fields.is_finite(field)
    return Order(finite, f"NOT COALESCE({finite}, FALSE)", (Key(fields.number(field), descending),))


def _score_if_any(fields: Fields) -> list[Key]:
    if "score" not in fields:
        return []
    return [Key(f"CASE WHEN {fields.is_finite('score')} THEN {fields.number('score')} ELSE {BEYOND} END")]
