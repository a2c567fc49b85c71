"""What "worst" means: four orders over predictions, each total."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from math import isfinite
from typing import assert_never

from bot.domain.prediction import Feedback, Prediction
from bot.errors import UserError


class Ranking(StrEnum):
    """An order that puts the worst prediction first."""

    SCORE = "score"
    LOSS = "loss"
    CONFIDENT_WRONG = "confident_wrong"
    FEEDBACK = "feedback"


NEEDS: dict[Ranking, tuple[str, ...]] = {
    Ranking.SCORE: ("score",),
    Ranking.LOSS: ("loss",),
    Ranking.CONFIDENT_WRONG: ("correct", "confidence"),
    Ranking.FEEDBACK: ("feedback",),
}
"""The canonical fields a ranking cannot do without. `feedback` also reads `score` where there is one."""

SortKey = tuple[float, float, datetime, str]


class CannotRankError(UserError):
    """The source lacks what the ranking reads; says which rankings it can do."""

    def __init__(self, ranking: Ranking, available: Iterable[str]) -> None:
        possible = possible_rankings(available)
        lacking = " and ".join(f"“{name}”" for name in NEEDS[ranking] if name not in set(available))
        way_out = (
            f"It can be ranked by: {', '.join(possible)} (--rank {possible[0]})."
            if possible
            else "Nothing can be ranked: map one of score, loss, feedback, or both correct and confidence"
            " (--map score=COLUMN)."
        )
        super().__init__(f"Ranking by {ranking} needs a column for {lacking}, and the source has none. {way_out}")


def possible_rankings(available: Iterable[str]) -> list[Ranking]:
    """The rankings that a source with these canonical fields can do, in the order we would offer them."""
    names = set(available)
    return [ranking for ranking in Ranking if names.issuperset(NEEDS[ranking])]


def sort_key(prediction: Prediction, ranking: Ranking) -> SortKey | None:
    """Where *prediction* stands under *ranking*, smaller is worse; None when it is not a candidate.

    Ties go to the earlier `occurred_at`, then to the smaller id by code point, so the order is total for distinct ids.
    """
    match ranking:
        case Ranking.SCORE:
            return _placed(prediction, _finite(prediction.score))
        case Ranking.LOSS:
            return _placed(prediction, _negated(prediction.loss))
        case Ranking.CONFIDENT_WRONG:
            # Not judged is not wrong.
            return _placed(prediction, _negated(prediction.confidence)) if prediction.correct is False else None
        case Ranking.FEEDBACK:
            score = _finite(prediction.score)
            return (
                _feedback_rank(prediction.feedback),
                float("inf") if score is None else score,
                prediction.occurred_at,
                prediction.id,
            )
        case _:
            assert_never(ranking)


def is_without_value(prediction: Prediction, ranking: Ranking) -> bool:
    """Whether the ranking wants to place *prediction* and cannot: its value is absent or not finite.

    A right or unjudged answer is no candidate for `confident_wrong` and does not count; `feedback` places every row.
    """
    if ranking is Ranking.CONFIDENT_WRONG and prediction.correct is not False:
        return False
    return sort_key(prediction, ranking) is None


def worst(predictions: Iterable[Prediction], *, ranking: Ranking = Ranking.SCORE, limit: int = 20) -> list[Prediction]:
    """The *limit* worst of *predictions*, worst first; what cannot be ranked is left out."""
    keyed = [(key, prediction) for prediction in predictions if (key := sort_key(prediction, ranking)) is not None]
    return [prediction for _, prediction in sorted(keyed, key=lambda pair: pair[0])[:limit]]


def _placed(prediction: Prediction, value: float | None) -> SortKey | None:
    return None if value is None else (value, 0.0, prediction.occurred_at, prediction.id)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _negated(value: float | None) -> float | None:
    return -value if value is not None and isfinite(value) else None


def _feedback_rank(feedback: Feedback | None) -> float:
    match feedback:
        case Feedback.DOWN:
            return 0.0
        case None:
            return 1.0
        case Feedback.UP:
            return 2.0
        case _:
            assert_never(feedback)
