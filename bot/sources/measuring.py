"""The two queries that measure a window, the same in every dialect."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.calibrating import HIGH
from bot.domain.window import Window
from bot.sources import rows
from bot.sources.dialect import Statement, Values
from bot.sources.fields import Fields
from bot.sources.measured import COUNTS, SEGMENT, TENTHS, VERSION, WHOLE, Counted
from bot.sources.questions import Questions

MOST_PARTS = 50
"""So many of the largest segments are told apart, and so many model versions."""

_MOST = "1e100"
"""Above this, and below 0, a time or a cost is no measure but a mark of something else; squares of it stay finite."""

_PARTS = ((SEGMENT, "muster_segment", "segment"), (VERSION, "muster_version", "model_version"))

_COUNTED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "judged": (("correct",), "muster_correct IS NOT NULL"),
    "correct": (("correct",), "muster_correct = TRUE"),
    "checked": (("hallucinated",), "muster_hallucinated IS NOT NULL"),
    "hallucinated": (("hallucinated",), "muster_hallucinated = TRUE"),
    "routed": (("escalated",), "muster_escalated IS NOT NULL"),
    "escalated": (("escalated",), "muster_escalated = TRUE"),
    "sent": (("output", "final_output"), "muster_edited IS NOT NULL"),
    "edited": (("output", "final_output"), "muster_edited = TRUE"),
    "thumbs": (("feedback",), "muster_feedback IS NOT NULL"),
    "up": (("feedback",), "muster_feedback = 'up'"),
    "sure": (("confidence", "correct"), f"muster_confidence >= {HIGH} AND muster_correct IS NOT NULL"),
    "sure_wrong": (("confidence", "correct"), f"muster_confidence >= {HIGH} AND muster_correct = FALSE"),
    "timed": (("latency_s",), "muster_latency_s IS NOT NULL"),
    "priced": (("cost",), "muster_cost IS NOT NULL"),
    **{
        name: (("confidence",), f"muster_confidence >= {at / 10} AND muster_confidence < {(at + 1) / 10}")
        for at, name in enumerate(TENTHS[:-1])
    },
    TENTHS[-1]: (("confidence",), "muster_confidence >= 0.9"),
}
"""What is counted, by its name in `measured.COUNTS`: from which fields, and where what is true of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measuring:
    """How to measure *window*. *once*: an identity may be there more than once, the later counts."""

    questions: Questions
    window: Window
    once: bool

    def counts(self) -> Statement:
        """Everything that is counted: of the whole, of the largest segments, and of model versions."""
        values, fields = self.questions.values(), self.questions.fields
        sums = ", ".join(f"SUM({name}) AS {name}" for name in ("cost", "seen", *COUNTS))
        first = fields.dialect.handed_over("MIN(first_seen)", fields.kind("occurred_at"))
        parts = "".join(
            f" UNION ALL SELECT * FROM (SELECT {part} AS part, {name} AS name, {first} AS first_seen, {sums}"
            f" FROM muster_groups GROUP BY {name} ORDER BY SUM(seen) DESC, {name} IS NULL, {name}"
            f" LIMIT {MOST_PARTS}) AS parts_{part}"
            for part, name, field in _PARTS
            if field in fields
        )
        return Statement(
            f"{self._cells(values, _counted(fields, self.window))}, muster_groups AS MATERIALIZED"
            f" (SELECT muster_segment, muster_version, MIN(muster_at) AS first_seen, {', '.join(self._sums())}"
            f" FROM muster_cells GROUP BY 1, 2)"
            f" SELECT {WHOLE} AS part, CAST(NULL AS text) AS name, {first} AS first_seen, {sums}"
            f" FROM muster_groups{parts}",
            values.bound,
        )

    def spreads(self, counted: Counted) -> Statement | None:
        """By place, the longest first, the latencies that p95 is made of; at place 0 what is summed for the spread of
        costs. None where there is nothing to ask.
        """
        values, asked = self.questions.values(), []
        if counted.timed:
            places = sorted(counted.places)
            top = (
                "(SELECT muster_latency_s FROM muster_cells WHERE muster_latency_s IS NOT NULL"
                f" ORDER BY muster_latency_s DESC LIMIT {places[-1]}) AS top"
            )
            asked.append(
                "SELECT place, value FROM (SELECT ROW_NUMBER() OVER (ORDER BY muster_latency_s DESC) AS place,"
                f" muster_latency_s AS value FROM {top}) AS placed WHERE place IN ({', '.join(map(str, places))})"
            )
        if counted.priced > 1:
            away = f"(muster_cost - {values.bind(counted.mean_cost)})"
            asked.append(f"SELECT 0 AS place, SUM({away} * {away}) AS value FROM muster_cells")
        sql = f"{self._cells(values, _measures(self.questions.fields))} {' UNION ALL '.join(asked)}"
        return Statement(sql, values.bound) if asked else None

    def _sums(self) -> Iterable[str]:
        fields = self.questions.fields
        yield "SUM(muster_cost) AS cost" if "cost" in fields else "0 AS cost"
        yield "COUNT(*) AS seen"
        for name in COUNTS:
            needed, condition = _COUNTED[name]
            known = all(field in fields for field in needed)
            yield f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS {name}" if known else f"0 AS {name}"

    def _cells(self, values: Values, cells: Mapping[str, str]) -> str:
        # Worked out before they are grouped: SQLite would else sort whole rows, with all their texts.
        source, conditions = self.questions.rows(self.window, values, once=self.once)
        shown = ", ".join(f"{sql} AS muster_{name}" for name, sql in cells.items())
        return f"WITH muster_cells AS MATERIALIZED (SELECT {shown} FROM {source} WHERE {' AND '.join(conditions)})"


def _counted(fields: Fields, window: Window) -> dict[str, str]:
    """The cells of one prediction that are counted, of the fields that are there."""
    cells = {
        "segment": f"NULLIF({fields.text('segment')}, '')" if "segment" in fields else "''",
        "version": fields.version(),
        "at": fields.instant(window),
        **{field: fields.truth(field) for field in rows.TRUTHS if field in fields},
        **_measures(fields),
    }
    if "feedback" in fields:
        cells["feedback"] = fields.feedback()
    if "confidence" in fields:
        cells["confidence"] = _within(fields, "confidence", "1")
    if "output" in fields and "final_output" in fields:
        cells["edited"] = _edited(fields.text("output"), fields.text("final_output"))
    return cells


def _measures(fields: Fields) -> dict[str, str]:
    return {field: _within(fields, field, _MOST) for field in ("latency_s", "cost") if field in fields}


def _within(fields: Fields, field: str, most: str) -> str:
    number = fields.number(field)
    return f"CASE WHEN {fields.is_finite(field)} AND {number} BETWEEN 0 AND {most} THEN {number} END"


def _edited(output: str, final: str) -> str:
    """An empty text says nothing: many systems write one where nothing was sent."""
    return f"CASE WHEN {output} <> '' AND {final} <> '' THEN {output} <> {final} END"
