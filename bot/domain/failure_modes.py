"""How a product may fail: how bad, how likely, what the user meets, and who takes over.

Source: LLM product management 33.2, exercise 4; AI product roles, practice 6; “low confidence” is ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.product import Failure, ProductRecord


class Level(StrEnum):
    """How bad something is, or how likely."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


LIKELIHOODS = (Level.LOW, Level.MEDIUM, Level.HIGH)
"""How likely a failure may be called."""


class Layer(StrEnum):
    """The four layers of defence against made-up facts; none alone is enough. Source: domain 9."""

    GROUNDING = "grounding"
    OUTPUT_VALIDATION = "output_validation"
    CONFIDENCE_SCORING = "confidence_scoring"
    HUMAN_REVIEW = "human_review"


@dataclass(frozen=True, kw_only=True, slots=True)
class FailureMode:
    """A way to fail. *seen* is what the user meets, *recovery* how it is put right, *fallback* where people take over,
    and *below_confidence* (a share 0..1) under which the answer is handed to them. None or empty: nobody said.

    *slower_than* is the seconds from which on a late answer is a latency spike; no other mode has any. *blocking*: it
    blocks a launch; not *blocking* is acceptable. *owner*: the PM where nobody is named. *business* is what
    stakeholders call it. `version` 0: as the start set has it.
    """

    key: str
    name: str
    severity: Level
    likelihood: Level | None = None
    blocking: bool | None = None
    seen: str = ""
    recovery: str = ""
    fallback: str = ""
    below_confidence: float | None = None
    slower_than: float | None = None
    owner: str | None = None
    business: str = ""
    retired: bool = False
    version: int = 0


OTHER = "other"
"""What an incident is called whose kind is none of the failure modes."""

START_SET: tuple[FailureMode, ...] = (
    FailureMode(
        key="hallucination",
        name="Hallucination",
        severity=Level.HIGH,
        likelihood=Level.MEDIUM,
        blocking=True,
        seen="It says that it is not sure, and hands over to a person",
        recovery="Escalate to a person",
        fallback="A person answers",
        business="made-up facts in its answers",
    ),
    FailureMode(
        key="latency_spike",
        name="Latency spike",
        severity=Level.MEDIUM,
        likelihood=Level.MEDIUM,
        blocking=False,
        seen="Progress, with an estimate of the time it takes",
        recovery="Answers from the cache",
        business="slow answers",
    ),
    FailureMode(
        key="model_outage",
        name="Model outage",
        severity=Level.HIGH,
        likelihood=Level.LOW,
        blocking=False,
        seen="Frequent questions with their answers, or the queue of a person",
        recovery="Fail over to a backup provider",
        fallback="The human queue",
        business="an outage",
    ),
    FailureMode(
        key="offensive_output",
        name="Offensive output",
        severity=Level.CRITICAL,
        likelihood=Level.LOW,
        blocking=True,
        seen="The output is blocked, with an apology",
        recovery="An output guardrail; every case is logged",
        business="offensive answers",
    ),
    FailureMode(
        key="low_confidence",
        name="Low confidence",
        severity=Level.MEDIUM,
        blocking=False,
        seen="It says that it is not sure, and hands over to a person",
        recovery="A person answers",
        fallback="A person answers",
        business="unsure answers",
    ),
)
"""What every product begins with. Source: domain 9."""

OTHER_KIND = FailureMode(key=OTHER, name="Something else", severity=Level.HIGH, business="a problem with its answers")

_STARTS: Mapping[str, FailureMode] = {one.key: one for one in START_SET}


def modes_of(record: ProductRecord, said: Iterable[FailureMode]) -> tuple[FailureMode, ...]:
    """The failure modes of a product: the start set as its team put it right, then those of its own; the retired ones
    are left out. What blocks a launch, and below which confidence it hands over, the record says where it says so.
    """
    every = dict(_STARTS) | {one.key: one for one in said}
    return tuple(_as_recorded(one, record) for one in every.values() if not one.retired)


def recorded(record: ProductRecord, mode: FailureMode) -> ProductRecord:
    """*record* with what *mode* says of what a single prediction can show; `modes_of` reads it from there again."""
    if mode.key in set(Failure):
        bars = {one for one in record.blocking_failures if one != mode.key} | ({mode.key} if mode.blocking else set())
        record = replace(record, blocking_failures=tuple(one for one in Failure if one in bars))
    if mode.key == Failure.LATENCY_SPIKE:
        record = replace(record, max_latency_s=mode.slower_than)
    if mode.key == Failure.LOW_CONFIDENCE:
        record = replace(record, min_confidence=mode.below_confidence)
    return record


def in_order(modes: Iterable[FailureMode]) -> list[FailureMode]:
    """*modes* as people read them: what blocks a launch first, then the severe, then the likely. What nobody said
    stands before what is called acceptable or unlikely.
    """
    return sorted(modes, key=_place)


def is_own(mode: FailureMode) -> bool:
    """Whether a team added it; the start set is asked of every product, and stays."""
    return mode.key not in _STARTS


def kind_of(key: str, modes: Iterable[FailureMode]) -> FailureMode:
    """The failure mode that an incident's kind names; where it is there no more, one that is called by its key."""
    found = next((one for one in modes if one.key == key), None)
    if found is not None:
        return found
    return replace(OTHER_KIND, key=key, name=key.replace("_", " ").capitalize()) if key != OTHER else OTHER_KIND


def business_of(key: str) -> str:
    """What stakeholders call a failure mode of the start set; empty for one of a team's own."""
    return _STARTS[key].business if key in _STARTS else ""


def blanks_of(mode: FailureMode) -> Iterator[str]:
    """What nobody said of a failure mode yet, each as half a sentence that names it; names may be anybody's."""
    name = spoken(mode)
    needed: dict[str, object] = {
        f"likelihood of {name}": mode.likelihood,
        f"whether {name} is acceptable or blocking": mode.blocking,
        f"what the user sees of {name}": mode.seen,
        f"recovery of {name}": mode.recovery,
        f"fallback of {name}": mode.fallback,
    }
    if mode.key == Failure.LOW_CONFIDENCE:
        needed["below which confidence people take over"] = mode.below_confidence
    if mode.key == Failure.LATENCY_SPIKE:
        needed["how slow is too slow"] = mode.slower_than
    yield from (words for words, value in needed.items() if value is None or value == "")


def spoken(mode: FailureMode) -> str:
    """Its name within a sentence: “latency spike”; one of a team's own as the team wrote it."""
    return mode.name if is_own(mode) else mode.name.lower()


def _as_recorded(mode: FailureMode, record: ProductRecord) -> FailureMode:
    """The record is the one place for what a single prediction can show: what is flagged is what is said here."""
    if mode.key in set(Failure):
        mode = replace(mode, blocking=Failure(mode.key) in record.blocking_failures)
    if mode.key == Failure.LATENCY_SPIKE:
        mode = replace(mode, slower_than=record.max_latency_s)
    if mode.key == Failure.LOW_CONFIDENCE:
        mode = replace(mode, below_confidence=record.min_confidence)
    return mode


_LEVELS = tuple(Level)


def _place(mode: FailureMode) -> tuple[float, float, float]:
    likely = 0.5 if mode.likelihood is None else _LEVELS.index(mode.likelihood)
    blocking = 0.5 if mode.blocking is None else float(mode.blocking)
    return -blocking, -_LEVELS.index(mode.severity), -likely
