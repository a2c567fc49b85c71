"""Fixes in the words that people read."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.fixes import Fix, FixKind, Scores, Weights, is_overdue, score
from bot.domain.reviewing import Part, Severity
from bot.domain.text import clip, count_of, escape, number, one_line, unformatted
from bot.domain.typed_days import shown
from bot.kit import verdicts
from bot.store.meetings import Item

TITLE_ROOM = 150
SHORT_TITLE = 60


KINDS: Mapping[str, str] = {
    FixKind.LABELS: "Labels",
    FixKind.CLEANING: "Cleaning data",
    FixKind.COLLECTION: "Collecting data",
    FixKind.PROMPT: "Prompt",
    FixKind.MODEL: "Model",
    FixKind.RETRIEVAL: "Retrieval",
    FixKind.PRODUCT: "Product",
    FixKind.GUARDRAIL: "Guardrail",
}


def name_of(fix: Fix) -> str:
    """A fix for a sentence of ours: its number and what it is called, for mrkdwn and without its marks."""
    return f"fix {fix.id} “{escape(clip(one_line(unformatted(fix.title)), SHORT_TITLE))}”"


def facts(fix: Fix, weights: Weights, today: date) -> str:
    """Number, kind, score, owner and date of a fix, in mrkdwn."""
    return "; ".join((f"Fix {fix.id}", KINDS[fix.kind].lower(), scored(fix.scores, weights), whose(fix, today)))


def scored(scores: Scores | None, weights: Weights) -> str:
    """The score with what is behind it."""
    if scores is None:
        return "not scored"
    behind = f"impact {scores.impact}, feasibility {scores.feasibility}, risk {scores.risk}, fit {scores.alignment}"
    return f"score {number(score(scores, weights), 1)} of 5 ({behind})"


def whose(fix: Fix, today: date) -> str:
    """Who has it until when, in mrkdwn."""
    owner = f"<@{fix.owner}>" if fix.owner else "nobody has it yet"
    due = f"due {shown(fix.due)}" if fix.due else "no date"
    late = " *(overdue)*" if is_overdue(fix, today) else ""
    return f"{owner}, {due}{late}"


def about(fix: Fix, items: Sequence[Item]) -> str:
    """How many errors a fix stands for, and how bad the worst of them is; *items* of its review."""
    mine = [item for item in items if item.id in fix.item_ids]
    errors = count_of(sum(1 + len(item.alike_rows) for item in mine), "error")
    said = {verdict for item in mine for verdict in item.said.verdicts(Part.PRODUCT)}
    worst = max(map(Severity, said), key=tuple(Severity).index, default=None)
    return errors if worst is None else f"{errors}, the worst {verdicts.word(Part.PRODUCT, worst)}"
