"""Muster's own table of predictions: those that were loaded or sent in."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from typing_extensions import override

from bot.domain.mapping import Origin, UnknownColumnError
from bot.domain.measuring import Measured
from bot.domain.prediction import CANONICAL
from bot.domain.ranking import Ranking
from bot.domain.sourcing import Counts, Source, SourceSpec
from bot.domain.summary import Summary
from bot.domain.window import Window
from bot.errors import TransientError
from bot.sources import rows, times
from bot.sources.asked import Ask, AskedSource, Row
from bot.sources.dialect import HIGHEST, LOWEST, Dialect, Kind, Statement, ToInstant, Values
from bot.sources.fields import Fields
from bot.sources.postgres import PostgresDialect
from bot.sources.questions import Questions
from bot.sources.sqlite import SqliteDialect

if TYPE_CHECKING:
    from sqlalchemy import Engine

TABLE = "predictions"

_HEAD = 20
"""The walk in score order gives up after so many entries for each row that was asked for."""

_MOST_DAYS = 31
"""A longer window is not asked day by day; SQLite joins no more than 500 questions."""


def own_table(engine: "Engine", *, product_id: int, spec: SourceSpec) -> Source:
    """The stored predictions of one product, as a source; *engine* stays the caller's.

    Fields are named as in `Prediction`, so *spec* says no more than ranking and filter.
    """
    stored: Dialect = PostgresDialect() if engine.dialect.name == "postgresql" else _StoredSqlite()
    fields = StoredFields(dialect=stored, origins=_ORIGINS, kinds=_KINDS, zone=None)
    where = tuple((_ORIGINS[field].column if field in _ORIGINS else field, value) for field, value in spec.where)
    for column, _ in where:
        if column not in _KINDS:
            raise UnknownColumnError(column, CANONICAL)
    questions = Questions(
        relation=f"{TABLE} AS source",
        fields=fields,
        ranking=spec.ranking,
        where=where,
        also=(f"product_id = {int(product_id)}", "loaded = TRUE"),
    )
    source = StoredSource if spec.ranking is not Ranking.SCORE else StoredByScore
    return source(questions=questions, ask=_ask(engine), let_go=lambda: None, unique=True)


@dataclass(frozen=True, kw_only=True)
class StoredSource(AskedSource):
    """Asks only among the days of the window, which an index knows."""

    @override
    def count(self, window: Window) -> Counts:
        return AskedSource.count(self._of_days(window), window)

    @override
    def summary(self, window: Window) -> Summary:
        return AskedSource.summary(self._of_days(window), window)

    @override
    def measure(self, window: Window) -> Measured:
        return AskedSource.measure(self._of_days(window), window)

    @override
    def _worst(self, window: Window, limit: int) -> list[Row]:
        return AskedSource._worst(self._of_days(window), window, limit)  # noqa: SLF001 our own base

    def _of_days(self, window: Window) -> AskedSource:
        days = f"day BETWEEN {_day(window.start)} AND {_day(window.end)}"
        return AskedSource(
            questions=replace(self.questions, also=(*self.questions.also, days)),
            ask=self.ask,
            let_go=self.let_go,
            unique=True,
        )


@dataclass(frozen=True, kw_only=True)
class StoredByScore(StoredSource):
    """Finds the lowest scores through the two indexes that are made for it.

    First a walk along the scores of all weeks, which finds those of a usual week within a few entries and is cut short
    where it does not; then each day's own lowest, which cannot be led astray by other weeks.
    """

    @override
    def _worst(self, window: Window, limit: int) -> list[Row]:
        found = self.ask(self._walk(window, limit))
        if len(found) == limit:
            return found
        days = _days(window)
        if len(days) > _MOST_DAYS:
            return super()._worst(window, limit)
        return self.ask(self._day_by_day(window, limit, days)) if days else []

    def _walk(self, window: Window, limit: int) -> Statement:
        product, *_ = self.questions.also
        head = (
            f"(score, occurred_at) <= (SELECT score, occurred_at FROM {TABLE} WHERE {product} AND score IS NOT NULL"
            f" ORDER BY score, occurred_at LIMIT 1 OFFSET {_HEAD * limit})"
        )
        return self.questions.worst(window, limit, once=False, also=("score IS NOT NULL", head))

    def _day_by_day(self, window: Window, limit: int, days: range) -> Statement:
        parts = [(f"day = {day}", "score IS NOT NULL") for day in days]
        return self.questions.worst_of_parts(window, limit, parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFields(Fields):
    """Fields that were made canonical when they were stored."""

    @override
    def version(self) -> str:
        return self.text("model_version")

    @override
    def feedback(self) -> str:
        return self.column("feedback")

    @override
    def is_finite(self, field: str) -> str:
        # The plus keeps the planner from taking this for the bound of its walk.
        return f"(+{self.column(field)} BETWEEN {LOWEST} AND {HIGHEST})"


class _StoredSqlite(SqliteDialect):
    """SQLite where each column holds what it says. Times are UTC, written with six digits of a second."""

    @override
    def text(self, column: str, kind: Kind) -> str:
        return column

    @override
    def shown(self, column: str, kind: Kind) -> str:
        return column

    @override
    def number(self, column: str, kind: Kind) -> str:
        return column

    @override
    def instant(self, column: str, kind: Kind, to_instant: ToInstant | None) -> str:
        return column

    @override
    def moment(self, instant: datetime, kind: Kind, values: Values) -> str:
        return values.bind(instant.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds"))


_ORIGINS: Mapping[str, Origin] = {field: Origin("prediction_id" if field == "id" else field) for field in CANONICAL}
_KINDS: Mapping[str, Kind] = {
    **{_ORIGINS[field].column: Kind.TEXT for field in CANONICAL},
    **dict.fromkeys(rows.NUMBERS, Kind.NUMBER),
    **dict.fromkeys(rows.TRUTHS, Kind.BOOLEAN),
    "occurred_at": Kind.AWARE,
}


def _day(instant: datetime) -> int:
    return (instant - times.EPOCH).days


def _days(window: Window) -> range:
    if window.start == window.end:
        return range(0)
    return range(_day(window.start), _day(window.end - timedelta(microseconds=1)) + 1)


def _ask(engine: "Engine") -> Ask:
    """Asks the driver itself, on a connection of the engine's pool: a question is one statement that only reads, and
    on SQLite it so takes no lock that a writer would wait for.
    """

    def ask(statement: Statement) -> list[Row]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
                cursor.execute(statement.sql, dict(statement.values))
                return list(cursor.fetchall())
        except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
            cause = str(getattr(error, "orig", error)).partition("\n")[0]
            raise TransientError(f"Muster's own database did not answer: {cause}.") from error

    return ask
