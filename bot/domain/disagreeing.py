"""Layers that disagree about how a product does. Source: LLM product management 33.2, section 5."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.health import Check, Health, Verdict
from bot.domain.metrics import Layer
from bot.domain.showing import value_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What it means when one layer is well and another is not (ours)."""

    well: Layer
    missed: Layer
    sentence: str


RULES = (
    Rule(
        well=Layer.MODEL,
        missed=Layer.USAGE,
        sentence="The answers are good, but people do not take to them: good answers that nobody uses deliver nothing",
    ),
    Rule(
        well=Layer.USAGE,
        missed=Layer.MODEL,
        sentence="People use it although the answers miss their target: they may trust it more than it earns",
    ),
    Rule(
        well=Layer.USAGE,
        missed=Layer.BUSINESS,
        sentence="People use it and like it, but it does not pay yet",
    ),
    Rule(
        well=Layer.BUSINESS,
        missed=Layer.MODEL,
        sentence="Business is still well while the answers miss their target: business numbers lag behind",
    ),
    Rule(
        well=Layer.BUSINESS,
        missed=Layer.USAGE,
        sentence="Business is still well while usage misses its target: business numbers lag behind",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """Two layers that tell different stories: what is *well* and what *missed*, and what it means."""

    sentence: str
    well: tuple[Check, ...]
    missed: tuple[Check, ...]

    @property
    def words(self) -> str:
        """The sentence with the numbers behind it, without its full stop. Titles are as the team wrote them."""
        return f"{self.sentence} ({_listed(self.well)}; {_listed(self.missed)})"


def disagreements(health: Health) -> tuple[Disagreement, ...]:
    """The layers of *health* that disagree, in the order of the rules.

    A layer is well when everything known of it passes, and missed when it certainly misses a target; a miss that may be
    chance, and layers of which nothing is known, disagree with nobody.
    """
    return tuple(
        Disagreement(sentence=rule.sentence, well=well, missed=missed)
        for rule in RULES
        if (well := _well(health, rule.well)) and (missed := _missed(health, rule.missed))
    )


def _well(health: Health, layer: Layer) -> tuple[Check, ...]:
    known = [check for check in _of(health, layer) if check.verdict is Verdict.PASS or check.verdict.is_miss]
    return () if any(check.verdict.is_miss for check in known) else tuple(known)


def _missed(health: Health, layer: Layer) -> tuple[Check, ...]:
    return tuple(check for check in _of(health, layer) if check.verdict.is_miss and check.certain)


def _of(health: Health, layer: Layer) -> Iterable[Check]:
    return (check for check in health.checks if check.metric.layer is layer)


def _listed(checks: Iterable[Check]) -> str:
    return ", ".join(f"{one.metric.title} {value_of(one.metric, one.reading.value)}" for one in checks if one.reading)
