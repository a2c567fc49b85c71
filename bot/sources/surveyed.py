"""Text files: every question costs a pass over all of them, so one pass answers several."""

from dataclasses import dataclass, field

from typing_extensions import override

from bot.domain.sourcing import Counts
from bot.domain.window import Window
from bot.sources.asked import AskedSource, Row
from bot.sources.dialect import Statement
from bot.sources.fields import Key


@dataclass(frozen=True, kw_only=True)
class SurveyedSource(AskedSource):
    """Asks DuckDB for the worst rows, both counts and whether any identity repeats, in one pass.

    What was counted is kept for the next question about the same window.
    """

    known: dict[Window, Counts] = field(default_factory=dict)

    @override
    def count(self, window: Window) -> Counts:
        if window not in self.known:
            self._worst(window, 1)
        return self.known.get(window) or super().count(window)

    @override
    def _worst(self, window: Window, limit: int) -> list[Row]:
        ((found, seen, unranked, rows, identities),) = self.ask(self._survey(window, limit))
        # Equal counts prove that nothing repeats; unequal ones may also be two identities with one hash.
        if rows != identities:
            return self.ask(self.questions.worst(window, limit, once=True))
        self.known.clear()
        self.known[window] = Counts(seen=int(seen), unranked=int(unranked))
        return found or []

    def _survey(self, window: Window, limit: int) -> Statement:
        """Reads what ranking needs of each row once; the fields to show are read of the worst alone."""
        questions, fields, order = self.questions, self.questions.fields, self.questions.order
        values, kind = questions.values(), fields.kind("occurred_at")
        start, end = (fields.dialect.moment(at, kind, values) for at in (window.start, window.end))
        kept = " AND ".join((*fields.matches(questions.where, values), f"{fields.column('id')} IS NOT NULL"))
        columns = ", ".join(f"{column}: {column}" for column in map(fields.dialect.quote, self._columns()))
        keys = ", ".join((*map(_ascending, order.keys), "muster_at", *map(_ascending, questions.ties)))
        identity = f"hash({fields.text('id')}, {fields.version()})"
        sql = (
            f"WITH survey AS MATERIALIZED (SELECT min_by({{{columns}}}, muster_key, {int(limit)})"
            f" FILTER (WHERE muster_at < {end} AND muster_placed) AS found, COUNT(*) FILTER (WHERE muster_at < {end}),"
            f" COUNT(*) FILTER (WHERE muster_at < {end} AND muster_unplaced), COUNT(*), COUNT(DISTINCT {identity})"
            f" FROM (SELECT *, row({keys}) AS muster_key, {order.placed} AS muster_placed,"
            f" {order.unplaced} AS muster_unplaced FROM (SELECT *, {fields.instant(window)} AS muster_at"
            f" FROM {questions.relation}) AS source WHERE {kept} AND muster_at >= {start}) AS source)"
            f" SELECT (SELECT list(row({fields.projection(window)}) ORDER BY row({keys})) FROM"
            f" (SELECT *, {fields.instant(window)} AS muster_at FROM"
            f" (SELECT unnest(found, max_depth := 2) FROM survey)) AS source), * EXCLUDE (found) FROM survey"
        )
        return Statement(sql, values.bound)

    def _columns(self) -> dict[str, None]:
        """The columns that fields are read from, each once."""
        return dict.fromkeys(origin.column for origin in self.questions.fields.origins.values())


def _ascending(key: Key) -> str:
    return f"-({key.sql})" if key.descending else key.sql
