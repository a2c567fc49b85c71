"""The queries that answer a source's questions, the same in every dialect."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.ranking import Ranking
from bot.domain.window import Window
from bot.sources.dialect import Statement, Values
from bot.sources.fields import Fields, Key, Order, order


@dataclass(frozen=True, kw_only=True, slots=True)
class Questions:
    """What to ask a relation (*relation* is a FROM item, already named) about its predictions.

    A row without an id or without a time is no prediction and is in no window. With *once*, each identity counts once,
    the later; without, the caller knows that no identity repeats. *also* are conditions of the place itself.
    """

    relation: str
    fields: Fields
    ranking: Ranking
    where: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()

    def worst(self, window: Window, limit: int, *, once: bool, also: tuple[str, ...] = ()) -> Statement:
        """The worst rows of *window* that meet the conditions *also*, worst first."""
        values = self.values()
        source, conditions = self.rows(window, values, once=once)
        sql = self.top(window, source, (*conditions, *also))
        return Statement(f"{sql} LIMIT {values.bind(limit)}", values.bound)

    def worst_of_parts(self, window: Window, limit: int, parts: Iterable[tuple[str, ...]]) -> Statement:
        """The same, asked part by part: each part is the conditions that make it, and no row is in two."""
        values = self.values()
        source, conditions = self.rows(window, values, once=False)
        limited = f"LIMIT {values.bind(limit)}"
        each = (f"({self.top(window, source, (*conditions, *part), 'source.*')} {limited}) AS part" for part in parts)
        union = " UNION ALL ".join(f"SELECT * FROM {part}" for part in each)
        sql = self.top(window, f"({union}) AS source", ("TRUE",))
        return Statement(f"{sql} {limited}", values.bound)

    def top(self, window: Window, source: str, conditions: Iterable[str], columns: str | None = None) -> str:
        """The rows of *source* that meet *conditions*, worst first, as fields or as the *columns* named."""
        ties = (Key(self.fields.instant(window)), *self.ties)
        return (
            f"SELECT {columns or self.fields.projection(window)} FROM {source}"
            f" WHERE {_all((*conditions, self.order.placed))}"
            f" ORDER BY {_by((*self.order.keys, *ties))}"
        )

    def repeated(self, window: Window, ids: Iterable[str]) -> Statement:
        """One row if an identity among *ids* is there more than once since the start of *window*."""
        values, fields = self.values(), self.fields
        listed = ", ".join(values.bind(known) for known in ids)
        conditions = (*self.since(window, values), f"{fields.text('id')} IN ({listed})")
        return Statement(f"{self._same_twice(conditions)} LIMIT 1", values.bound)

    def any_repeated(self, window: Window) -> Statement:
        """One row if any identity is there more than once since the start of *window*."""
        values = self.values()
        return Statement(f"{self._same_twice(self.since(window, values))} LIMIT 1", values.bound)

    def counts(self, window: Window, *, once: bool) -> Statement:
        """Seen and unranked."""
        values = self.values()
        source, conditions = self.rows(window, values, once=once)
        unplaced = _how_many(self.order.unplaced)
        return Statement(f"SELECT COUNT(*), {unplaced} FROM {source} WHERE {_all(conditions)}", values.bound)

    def groups(self, window: Window, *, once: bool) -> Statement:
        """Per segment and model version: both names, seen, unranked, judged, wrong."""
        values, fields = self.values(), self.fields
        source, conditions = self.rows(window, values, once=once)
        segment = fields.text("segment") if "segment" in fields else "''"
        judged, wrong = "0", "0"
        if "correct" in fields:
            judged = _how_many(f"({fields.truth('correct')}) IS NOT NULL")
            wrong = _how_many(f"({fields.truth('correct')}) = FALSE")
        return Statement(
            f"SELECT {segment}, {fields.version()}, COUNT(*), {_how_many(self.order.unplaced)}, {judged}, {wrong}"
            f" FROM {source} WHERE {_all(conditions)} GROUP BY 1, 2",
            values.bound,
        )

    def reading(self, window: Window, field: str) -> Statement:
        """How many cells of *field* in *window* could be read, and the least text among those that could not."""
        values, fields = self.values(), self.fields
        read = self._read(field)
        text = fields.text(field)
        unread = f"MIN(CASE WHEN ({read}) IS NULL AND trim({text}) <> '' THEN {text} END)"
        conditions = (*self.since(window, values), fields.before_end(window, values))
        return Statement(f"SELECT COUNT({read}), {unread} FROM {self.relation} WHERE {_all(conditions)}", values.bound)

    @property
    def order(self) -> Order:
        """The ranking in SQL."""
        return order(self.fields, self.ranking)

    @property
    def ties(self) -> tuple[Key, ...]:
        """What decides between two rows that are as bad and as old: the id, then, for one id, the version."""
        fields = self.fields
        return (Key(fields.text("id")), *((Key(fields.version()),) if "model_version" in fields else ()))

    def values(self) -> Values:
        """Where to collect what a query binds."""
        return Values(self.fields.dialect.placeholder)

    def _read(self, field: str) -> str:
        if field == "feedback":
            return self.fields.feedback()
        return self.fields.truth(field) if field == "correct" else self.fields.number(field)

    def since(self, window: Window, values: Values) -> list[str]:
        """Conditions for a prediction that people want to see, at or after the start of *window*."""
        fields = self.fields
        has_id = f"{fields.column('id')} IS NOT NULL"
        return [*self.also, *fields.matches(self.where, values), has_id, *fields.from_start(window, values)]

    def rows(self, window: Window, values: Values, *, once: bool) -> tuple[str, list[str]]:
        """The FROM item that holds the predictions of *window*, and the conditions that are left to put on it."""
        if not once:
            return self.relation, [*self.since(window, values), self.fields.before_end(window, values)]
        latest = (
            f"(SELECT * FROM (SELECT source.*, ROW_NUMBER() OVER (PARTITION BY {self._identity} ORDER BY"
            f" {self._precedence(window)}) AS muster_place FROM {self.relation}"
            f" WHERE {_all(self.since(window, values))}) AS placed WHERE muster_place = 1) AS source"
        )
        return latest, [self.fields.before_end(window, values)]

    @property
    def _identity(self) -> str:
        fields = self.fields
        return f"{fields.text('id')}, {fields.version()}" if "model_version" in fields else fields.text("id")

    def _precedence(self, window: Window) -> str:
        """Which of several rows with one identity counts: the later, then the worse, then the smaller, field by field.

        Whatever a later key meets is NULL last, so that the choice is the same in every dialect.
        """
        fields, by = self.fields, self.order
        latest = Key(fields.instant(window), descending=True)
        is_placed = Key(f"CASE WHEN {by.placed} THEN 0 ELSE 1 END")
        placed = [key._replace(sql=f"CASE WHEN {by.placed} THEN {key.sql} END") for key in by.keys]
        rest = [Key(fields.compared(field)) for field in fields.origins if field not in _DECIDED]
        return ", ".join(f"{_by([key])} NULLS LAST" for key in (latest, is_placed, *placed, *rest))

    def _same_twice(self, conditions: Iterable[str]) -> str:
        return (
            f"SELECT COUNT(*) FROM {self.relation} WHERE {_all(conditions)}"
            f" GROUP BY {self._identity} HAVING COUNT(*) > 1"
        )


_DECIDED = ("id", "model_version", "occurred_at")
"""Fields in which rows that compete for one place do not differ, or differ no more."""


def _by(keys: Iterable[Key]) -> str:
    return ", ".join(f"{key.sql} {'DESC' if key.descending else 'ASC'}" for key in keys)


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)


def _how_many(condition: str) -> str:
    return f"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)"
