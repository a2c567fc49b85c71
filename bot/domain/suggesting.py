"""What could be done about a miss, as long as nobody has agreed to do something: only ever a suggestion.

Source: LLM product management 33.2, section 6, for the first three; the others are ours.
"""

from collections.abc import Collection, Mapping

from bot.domain.fixes import FixKind
from bot.domain.health import Check
from bot.domain.updates import Suggestion

SUGGESTED: Mapping[str, str] = {
    "deflection_rate": "Expand knowledge base coverage",
    "edit_rate": "Look into the instructions given to the assistant for the topics that people change most",
    "hallucination_rate": "Add a step that checks each answer against its source",
    "accuracy": "Look at the kinds of questions it gets wrong most, and collect more correct examples of them",
    "latency_p95": "Find out which requests take longest, and shorten the way of those first",
    "csat": "Ask customers who rated it low what they missed",
    "adoption_rate": "Ask the people who do not use it what keeps them from it",
    "resolution_rate": "Look at the tickets that were escalated for what they have in common",
    "cost_per_resolution": "Find out which requests cost most, and whether they can be answered in a cheaper way",
    "thumbs_ratio": "Look at the answers that got a thumbs down for what they have in common",
    "cost_per_query": "Find out which requests cost most, and whether they can be answered in a cheaper way",
    "time_to_first_token": "Find out what delays the beginning of an answer",
    "time_saved": "Watch a few people at work for where they lose time",
    "budget_spend": "Decide with the budget's owner what may cost less",
}

ANSWERED_BY: Mapping[str, frozenset[FixKind]] = {
    "deflection_rate": frozenset({FixKind.COLLECTION, FixKind.RETRIEVAL}),
    "edit_rate": frozenset({FixKind.PROMPT}),
    "hallucination_rate": frozenset({FixKind.GUARDRAIL, FixKind.RETRIEVAL}),
    "accuracy": frozenset({FixKind.LABELS, FixKind.CLEANING, FixKind.COLLECTION, FixKind.MODEL, FixKind.PROMPT}),
}
"""Which kinds of fixes are work on which miss; for the others a suggestion is always made (ours)."""


def suggestion_for(check: Check, agreed: Collection[FixKind]) -> Suggestion | None:
    """What could be done about *check*, a miss; None where one of the kinds of work that are *agreed* answers it."""
    name = check.metric.name
    if ANSWERED_BY.get(name, frozenset()) & set(agreed):
        return None
    usual = f"Find out what is behind this, and what would help: {check.metric.business}"
    return Suggestion(id=name, metric=name, text=SUGGESTED.get(name, usual))
