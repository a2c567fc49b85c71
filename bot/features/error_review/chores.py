"""Fetching the worst of the week, and both weeks in numbers, from wherever the product's predictions are."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.prediction import Prediction
from bot.domain.sourcing import STORED, OpenSource, SourceSpec
from bot.domain.summary import Summary
from bot.domain.window import Window
from bot.kit.redaction import protect
from bot.kit.ritual import Chore, Turn
from bot.store import feedback, pulls

POOL = 200
"""How many of the worst are fetched: near-duplicates are folded within this pool. Source: design 4."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What to ask the source: the window, and the one before it to compare with."""

    spec: SourceSpec
    window: Window
    before: Window


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the source said."""

    pool: list[Prediction]
    this: Summary
    last: Summary


def ask(turn: Turn) -> Question:
    """Which windows to ask for; a product without a source has its predictions in Muster's own table."""
    spec = turn.product.source or SourceSpec(uri=STORED)
    if spec.uri == STORED:
        spec = replace(spec, uri=f"{STORED}{turn.product.id}")
    return Question(spec=spec, window=turn.window(), before=turn.window_before())


def fetch(question: Question, open_source: OpenSource) -> Answer:
    """Ask the source; only the worst and the numbers travel."""
    source = open_source(question.spec)
    try:
        return Answer(
            pool=source.worst(question.window, POOL),
            this=source.summary(question.window),
            last=source.summary(question.before),
        )
    finally:
        source.close()


def keep(turn: Turn, question: Question, answer: Answer) -> None:
    """Write the answer down with what was loaded about it since, after the product's rule for personal data was applied
    to every text.
    """
    safe = [protect(prediction, turn.product.record.pii) for prediction in answer.pool]
    pool = feedback.enrich(turn.session, turn.product.id, safe)
    pulls.keep(
        turn.session,
        turn.product.id,
        window=question.window,
        ranking=question.spec.ranking,
        pool=pool,
        this=answer.this,
        last=answer.last if answer.last.seen else None,
        now=turn.now,
    )
    feedback.reach(turn.session, turn.product.id, [one.id for one in pool], turn.now)


PULL = Chore(name="pull", ask=ask, fetch=fetch, keep=keep, limit=timedelta(minutes=5))
