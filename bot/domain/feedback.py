"""What people said of a prediction after it was made, and what of it holds."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.prediction import Feedback, Prediction


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What one person said of one output; `prediction_id` names it.

    Without `model_version` it is about every version that answered under this id. `given_by` is whatever the product
    calls its users, '' where it does not say. `final_output` is what the person really sent.
    """

    prediction_id: str
    model_version: str = ""
    given_by: str = ""
    given_at: datetime
    feedback: Feedback | None = None
    correction: str | None = None
    final_output: str | None = None
    comment: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it but its frame."""
        return self.feedback is not None or any((self.correction, self.final_output, self.comment))

    def is_about(self, prediction_id: str, model_version: str) -> bool:
        """Whether it speaks of this prediction."""
        return self.prediction_id == prediction_id and self.model_version in {"", model_version}


def joined(before: Given, new: Given) -> Given:
    """What one person said of one output in two pieces: where both say something, the later one holds, and of the same
    instant the *new* one. What a piece leaves out is not taken back by it.
    """
    first, last = (before, new) if before.given_at <= new.given_at else (new, before)
    said = {name: getattr(last, name) or getattr(first, name) for name in SAID}
    return replace(last, **said)


SAID = ("feedback", "correction", "final_output", "comment")
"""What feedback can say."""


def with_feedback(prediction: Prediction, given: Iterable[Given]) -> Prediction:
    """*prediction* with the latest thumb and the latest final text among what was said of it.

    What was given goes before what the prediction's own source says: somebody told us so. At the same instant the
    later name of the alphabet wins, so that the order of loading does not matter.
    """
    about = sorted(
        (one for one in given if one.is_about(*prediction.identity)), key=lambda one: (one.given_at, one.given_by)
    )
    thumbs = [one.feedback for one in about if one.feedback is not None]
    finals = [one.final_output for one in about if one.final_output]
    return replace(
        prediction,
        feedback=thumbs[-1] if thumbs else prediction.feedback,
        final_output=finals[-1] if finals else prediction.final_output,
    )
