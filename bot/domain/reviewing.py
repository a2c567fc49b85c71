"""What people say of the items of an error review, and when an item counts as reviewed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Part(StrEnum):
    """Who speaks: product says how bad it is for the user, ML says why it happened. Source: domain 4."""

    PRODUCT = "product"
    ML = "ml"


class Severity(StrEnum):
    """How bad an error is for the user, in the words of product."""

    ACCEPTABLE = "acceptable"
    ANNOYING = "annoying"
    HARMFUL = "harmful"
    LAUNCH_BLOCKING = "launch_blocking"


class Cause(StrEnum):
    """Why an error happened, in the words of ML."""

    DATA_GAP = "data_gap"
    WRONG_LABEL = "wrong_label"
    RETRIEVAL = "retrieval"
    PROMPT = "prompt"
    MODEL_LIMIT = "model_limit"
    INTEGRATION = "integration"
    AMBIGUOUS_INPUT = "ambiguous_input"
    OTHER = "other"


class Quick(StrEnum):
    """A verdict of one click, which leaves nothing more to say of an item."""

    WRONG_LABEL = "wrong_label"
    NOT_WORTH_IT = "not_worth_it"
    SAME_AS_ABOVE = "same_as_above"


class ReviewState(StrEnum):
    """OPEN: posted. STARTED: people are at it. FINISHED: its fixes are decided, or there was nothing to decide."""

    OPEN = "open"
    STARTED = "started"
    FINISHED = "finished"


class Why(StrEnum):
    """How an item came to its seat: among the worst, reported by a person, or left over from the review before."""

    WORST = "worst"
    REPORTED = "reported"
    LEFT = "left"


VERDICTS: Mapping[Part, type[Severity] | type[Cause]] = {Part.PRODUCT: Severity, Part.ML: Cause}


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What one person said of one item for one part; *verdict* is None where there is only a note so far."""

    part: Part
    user: str
    verdict: str | None
    note: str
    said_at: datetime
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """What the decider settled for a part where people disagreed."""

    part: Part
    verdict: str
    user: str
    reason: str
    settled_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """Everything that was said of one item."""

    words: tuple[Words, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    quick: Quick | None = None
    quick_by: str | None = None

    def of(self, part: Part) -> tuple[Words, ...]:
        """What was said for *part*, the first one first."""
        return tuple(one for one in self.words if one.part is part)

    def verdicts(self, part: Part) -> tuple[str, ...]:
        """The different verdicts for *part*, the first one first."""
        return tuple(dict.fromkeys(one.verdict for one in self.of(part) if one.verdict is not None))

    def settled(self, part: Part) -> Settlement | None:
        """What the decider settled for *part*, if anything."""
        return next((one for one in self.settlements if one.part is part), None)

    def verdict(self, part: Part) -> str | None:
        """What holds for *part*: what was settled, else what all who spoke say; None if nobody did or they differ."""
        settled = self.settled(part)
        if settled is not None:
            return settled.verdict
        found = self.verdicts(part)
        return found[0] if len(found) == 1 else None

    def disagree(self, part: Part) -> bool:
        """Whether people said different things for *part* and nobody has settled it."""
        return self.settled(part) is None and len(self.verdicts(part)) > 1

    @property
    def is_reviewed(self) -> bool:
        """Whether both have spoken, or one click said it all. Those who disagree have spoken. Source: domain 4."""
        return self.quick is not None or all(self.verdicts(part) for part in Part)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Everybody who said something, the first one first."""
        quick = () if self.quick_by is None else (self.quick_by,)
        return tuple(dict.fromkeys((*(one.user for one in self.words), *quick)))


def parts_of(roles: Iterable[str]) -> tuple[Part, ...]:
    """The parts that somebody with these roles speaks for, none where the roles say nothing of it."""
    held = set(roles)
    return tuple(part for part, role in ((Part.PRODUCT, "pm"), (Part.ML, "ml_lead")) if role in held)
