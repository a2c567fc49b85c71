"""Files: every question costs a pass over them, so one pass answers several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from typing_extensions import override

from bot.domain.sourcing import Counts
from bot.domain.window import Window
from bot.sources.asked import AskedSource, Row
from bot.sources.dialect import Statement, Values
from bot.sources.fields import Key


@dataclass(frozen=True, kw_only=True)
class SurveyedSource(AskedSource):
    """Asks DuckDB for the worst rows, both counts and whether any identity repeats, in one pass.

    With *by_position*, the pass reads only what ranking needs, and the worst rows are then read from where they lie;
    without, for text that is read whole anyway, it carries them along. What was counted is kept for the next question
    about the same window.
    """

    by_position: bool = False
    known: dict[Window, Counts] = field(default_factory=dict)

    @override
    def count(self, window: Window) -> Counts:
        if window not in self.known:
            self._worst(window, 1)
        return self.known.get(window) or super().count(window)

    @override
    def _repeats(self, window: Window) -> bool:
        return window not in self.known and super()._repeats(window)

    @override
    def _worst(self, window: Window, limit: int) -> list[Row]:
        ((found, seen, unranked, rows, identities),) = self.ask(self._survey(window, limit))
        # Equal counts prove that nothing repeats; unequal ones may also be two identities with one hash.
        if rows != identities:
            return self.ask(self.questions.worst(window, limit, once=True))
        self.known.clear()
        self.known[window] = Counts(seen=int(seen), unranked=int(unranked))
        if self.by_position:
            return self.ask(self._at(window, found)) if found else []
        return found or []

    def _survey(self, window: Window, limit: int) -> Statement:
        """Yields one row: the worst, seen, unranked, all rows since the start of *window*, all identities in them."""
        questions, values = self.questions, self.questions.values()
        fields, order, dialect = questions.fields, questions.order, questions.fields.dialect
        end = dialect.moment(window.end, fields.kind("occurred_at"), values)
        sql = (
            f"WITH survey AS MATERIALIZED (SELECT min_by({self._carried()}, muster_key, {int(limit)})"
            f" FILTER (WHERE muster_at < {end} AND muster_placed) AS found, COUNT(*) FILTER (WHERE muster_at < {end}),"
            f" COUNT(*) FILTER (WHERE muster_at < {end} AND muster_unplaced), COUNT(*),"
            f" COUNT(DISTINCT hash({fields.text('id')}, {fields.version()}))"
            f" FROM (SELECT *, {self._key()} AS muster_key, {order.placed} AS muster_placed,"
            f" {order.unplaced} AS muster_unplaced FROM {self._timed(window, questions.relation, self._position())}"
            f" WHERE {' AND '.join(self._since(window, values))}) AS source)"
            f" SELECT {self._shown(window)}, * EXCLUDE (found) FROM survey"
        )
        return Statement(sql, values.bound)

    def _since(self, window: Window, values: Values) -> list[str]:
        """As `Questions.since`, with the time that was read already."""
        fields = self.questions.fields
        column, kind = fields.column("occurred_at"), fields.kind("occurred_at")
        cheap = fields.dialect.since(column, kind, window.start)
        return [
            *fields.matches(self.questions.where, values),
            f"{fields.column('id')} IS NOT NULL",
            *([] if cheap is None else [cheap]),
            f"muster_at >= {fields.dialect.moment(window.start, kind, values)}",
        ]

    def _timed(self, window: Window, relation: str, more: str = "") -> str:
        return f"(SELECT *, {self.questions.fields.instant(window)} AS muster_at{more} FROM {relation}) AS source"

    def _key(self) -> str:
        """The whole order as one value, the worst smallest."""
        order = (*map(_ascending, self.questions.order.keys), "muster_at", *map(_ascending, self.questions.ties))
        return f"row({', '.join(order)})"

    def _position(self) -> str:
        return ", file_index AS muster_file, file_row_number AS muster_row" if self.by_position else ""

    def _carried(self) -> str:
        """What the pass remembers of a row that may be among the worst."""
        names = ("muster_file", "muster_row") if self.by_position else self._columns()
        quoted = map(self.questions.fields.dialect.quote, names)
        return f"{{{', '.join(f'{name}: {name}' for name in quoted)}}}"

    def _shown(self, window: Window) -> str:
        """The worst as a list, in order: where they lie, or what there is to read of them."""
        if self.by_position:
            return "found"
        rows = self._timed(window, "(SELECT unnest(found, max_depth := 2) FROM survey)")
        return f"(SELECT list(row({self.questions.fields.projection(window)}) ORDER BY {self._key()}) FROM {rows})"

    def _at(self, window: Window, positions: Iterable[Mapping[str, int]]) -> Statement:
        placed = sorted((found["muster_file"], found["muster_row"]) for found in positions)
        files = groupby(placed, key=lambda position: position[0])
        there = " OR ".join(
            f"(file_index = {file} AND file_row_number IN ({', '.join(str(row) for _, row in found)}))"
            for file, found in files
        )
        questions = self.questions
        return Statement(questions.top(window, questions.relation, [f"({there})"]), {})

    def _columns(self) -> dict[str, None]:
        """The columns that fields are read from, each once."""
        return dict.fromkeys(origin.column for origin in self.questions.fields.origins.values())


def _ascending(key: Key) -> str:
    return f"-({key.sql})" if key.descending else key.sql
