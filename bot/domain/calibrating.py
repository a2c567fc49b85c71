"""How far a model's own confidence can be believed."""

from dataclasses import dataclass

from bot.domain.measuring import Measured
from bot.domain.statistics import Interval, share_interval

HIGH = 0.85
"""From here on a model is sure of itself, as in `prediction.confidence_tier`. Source: 33.2, code fragment 33.2.3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How often answers that the model was sure of were wrong: *wrong* of *judged*, the share bounded with 95 %."""

    wrong: int
    judged: int
    interval: Interval

    @property
    def share(self) -> float:
        """The share 0..1 that was wrong."""
        return self.wrong / self.judged


def calibration(measured: Measured) -> Calibration | None:
    """How often the sure answers of a window were wrong, None where none of them was judged."""
    sure = measured.high_confidence
    if sure.share is None:
        return None
    return Calibration(wrong=sure.part, judged=sure.whole, interval=share_interval(sure.share, n=sure.whole))
