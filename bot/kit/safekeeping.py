"""What people typed or loaded about predictions, as it may be stored: under the product's rule for personal data."""

from dataclasses import replace
from hashlib import sha256

from bot.domain.feedback import Given
from bot.domain.prediction import Prediction
from bot.domain.product import Pii
from bot.domain.text import clip, one_line
from bot.kit.redaction import protect
from bot.store.predictions import EPOCH

NAME_ROOM = 100
"""Characters of a person's name: it stands in a database's index beside an id and a version."""

TOLD_APART = 4
"""Hex digits that stand for a masked name: enough to tell apart who rated an answer, too few to find out who it was."""


def protected_text(text: str, rule: Pii) -> str:
    """*text* clean and bounded, and redacted where *rule* says so."""
    return protect(Prediction(id="text", occurred_at=EPOCH, context=text), rule).context or ""


def protected_feedback(given: Given, rule: Pii) -> Given:
    """*given* as it may be stored. Two people whose names are masked stay two."""
    safe = protect(
        Prediction(
            id=given.prediction_id,
            model_version=given.model_version or None,
            occurred_at=given.given_at,
            expected=given.correction,
            final_output=given.final_output,
            context=given.comment,
        ),
        rule,
    )
    return replace(
        given,
        prediction_id=safe.id,
        model_version=safe.model_version or "",
        given_by=_name(given.given_by, rule),
        correction=safe.expected,
        final_output=safe.final_output,
        comment=safe.context,
    )


def _name(name: str, rule: Pii) -> str:
    safe = one_line(protected_text(name, rule))
    if safe == name and len(name) <= NAME_ROOM:
        return name
    apart = sha256(name.encode(errors="replace")).hexdigest()[:TOLD_APART]
    return f"{clip(safe, NAME_ROOM - TOLD_APART - 1)} {apart}"
