"""A source that answers by asking the place where the data live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.domain.measuring import Measured
from bot.domain.prediction import Prediction
from bot.domain.ranking import NEEDS, Ranking
from bot.domain.sourcing import Counts
from bot.domain.summary import Group, Summary, ordered_groups
from bot.domain.window import Window
from bot.errors import UserError
from bot.sources import rows
from bot.sources.dialect import Kind, Statement, is_number
from bot.sources.measured import counted
from bot.sources.measuring import Measuring
from bot.sources.questions import Questions

Row = tuple[Any, ...]
Ask = Callable[[Statement], list[Row]]
"""Runs a query and returns its rows; raises `UserError` or `TransientError`, never the driver's own."""


class MisreadColumnError(UserError):
    """Nothing in a column is what the ranking needs: most likely the wrong column, or numbers with a comma."""

    def __init__(self, field: str, column: str, example: str) -> None:
        wanted = {"correct": "true or false", "feedback": "up or down"}.get(field, "a number like 0.93")
        super().__init__(
            f"The column “{column}” cannot be read as {field}: it holds “{example[:60]}”, {wanted} was expected."
        )


@dataclass(frozen=True, kw_only=True)
class AskedSource:
    """Answers `Source`'s questions by query. `unique`: the place itself keeps each identity once; `guessed`: fields
    that are asked for although nobody has seen them there.

    A cell that is no number, truth or thumb counts as empty; a column in which no cell of the window can be read is
    refused, and so is any time that cannot.
    """

    questions: Questions
    ask: Ask
    let_go: Callable[[], None]
    unique: bool = False
    guessed: frozenset[str] = frozenset()

    def worst(self, window: Window, limit: int) -> list[Prediction]:
        """See `Source.worst`."""
        predictions = self._read(self._worst(window, limit)) if limit > 0 else []
        if limit > 0 and not _was_read(predictions, self.questions.ranking):
            self._refuse_misread(window)
        return predictions

    def count(self, window: Window) -> Counts:
        """See `Source.count`."""
        ((seen, unranked),) = self.ask(self.questions.counts(window, once=self._repeats(window)))
        return Counts(seen=int(seen), unranked=int(unranked))

    def summary(self, window: Window) -> Summary:
        """See `Source.summary`."""
        groups = self.ask(self.questions.groups(window, once=self._repeats(window)))
        fields = self.questions.fields
        seen, unranked, judged, wrong = (sum(int(row[at]) for row in groups) for at in (2, 3, 4, 5))
        return Summary(
            seen=seen,
            unranked=unranked,
            judged=judged,
            wrong=wrong,
            has_judgement="correct" in fields and (judged > 0 or "correct" not in self.guessed),
            segments=self._grouped(groups, "segment", 0),
            models=self._grouped(groups, "model_version", 1),
        )

    def measure(self, window: Window) -> Measured:
        """See `Source.measure`."""
        measuring = Measuring(questions=self.questions, window=window, once=self._repeats(window))
        found = counted(self.ask(measuring.counts()), self.guessed)
        spreads = measuring.spreads(found)
        return found.measured([] if spreads is None else self.ask(spreads))

    def close(self) -> None:
        """See `Source.close`."""
        self.let_go()

    def _worst(self, window: Window, limit: int) -> list[Row]:
        found = self.ask(self.questions.worst(window, limit, once=False))
        # If none of these is there twice, each is the one that counts, and so they are the worst of those that count.
        if self.unique or not found or not self.ask(self.questions.repeated(window, {row[0] for row in found})):
            return found
        return self.ask(self.questions.worst(window, limit, once=True))

    def _repeats(self, window: Window) -> bool:
        return not self.unique and bool(self.ask(self.questions.any_repeated(window)))

    def _grouped(self, groups: list[Row], field: str, at: int) -> tuple[Group, ...]:
        if field not in self.questions.fields:
            return ()
        found = _grouped(groups, at)
        return () if field in self.guessed and all(group.name is None for group in found) else found

    def _read(self, found: list[Row]) -> list[Prediction]:
        return rows.predictions(self.questions.fields.origins, found)

    def _refuse_misread(self, window: Window) -> None:
        fields = self.questions.fields
        for field in NEEDS[self.questions.ranking]:
            if fields.kind(field) in {Kind.NUMBER, Kind.BOOLEAN}:
                continue
            ((read, example),) = self.ask(self.questions.reading(window, field))
            if not read and example is not None and not _is_number(example):
                raise MisreadColumnError(field, fields.origins[field].column, example)


def _was_read(predictions: list[Prediction], ranking: Ranking) -> bool:
    """Whether the best-placed row shows that what the ranking needs could be read at all."""
    return bool(predictions) and (ranking is not Ranking.FEEDBACK or predictions[0].feedback is not None)


def _is_number(text: str) -> bool:
    """Whether *text* is a number after all, one that cannot be ranked: NaN, infinite or beyond a double."""
    return is_number(text) or text.strip().lower().lstrip("+-") in {"nan", "inf", "infinity"}


def _grouped(groups: list[Row], at: int) -> tuple[Group, ...]:
    sums: dict[str | None, list[int]] = {}
    for row in groups:
        total = sums.setdefault(row[at] or None, [0, 0, 0])
        for slot, value in enumerate((row[2], row[4], row[5])):
            total[slot] += int(value)
    return ordered_groups(
        Group(name=name, seen=seen, judged=judged, wrong=wrong) for name, (seen, judged, wrong) in sums.items()
    )
