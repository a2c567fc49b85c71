"""Targets as people type them."""

import pytest

from bot.domain.catalogue import CATALOGUE
from bot.domain.metrics import Direction, ImpossibleTargetError, Target, UnfinishedTargetError
from bot.domain.typed_targets import DIRECTIONS, target_typed

ACCURACY, EDITS, LATENCY = CATALOGUE["accuracy"], CATALOGUE["edit_rate"], CATALOGUE["latency_p95"]


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("at least 0.85", Target(direction=Direction.AT_LEAST, value=0.85)),
        ("At least 85 %", Target(direction=Direction.AT_LEAST, value=0.85)),
        (">= 0.85", Target(direction=Direction.AT_LEAST, value=0.85)),
        ("&gt;=85%", Target(direction=Direction.AT_LEAST, value=0.85)),
        ("over 85%", Target(direction=Direction.ABOVE, value=0.85)),
        ("<5 %", Target(direction=Direction.BELOW, value=0.05)),
        ("&lt; 5 %", Target(direction=Direction.BELOW, value=0.05)),
        ("no more than 5 %", Target(direction=Direction.AT_MOST, value=0.05)),
    ],
)
def test_a_target_is_a_direction_and_a_number(text: str, target: Target) -> None:
    assert target_typed(ACCURACY, text) == target


def test_its_number_has_the_metrics_unit() -> None:
    assert target_typed(LATENCY, "under 2800 ms") == Target(direction=Direction.BELOW, value=2.8)


@pytest.mark.parametrize("words", DIRECTIONS)
def test_every_word_for_a_direction_is_understood(words: str) -> None:
    assert target_typed(ACCURACY, f"{words} 0.3") == Target(direction=DIRECTIONS[words], value=0.3)


@pytest.mark.parametrize("text", ["", "0.85", "at least", "at least good", "around 0.85", "minimal 0.85"])
def test_one_without_a_number_or_a_direction_is_refused_and_says_how(text: str) -> None:
    with pytest.raises(UnfinishedTargetError, match=r"“at least 0\.85”\. Accuracy was left as it is"):
        target_typed(ACCURACY, text)


def test_one_that_cannot_be_is_refused() -> None:
    with pytest.raises(ImpossibleTargetError):
        target_typed(EDITS, "below 120 %")
