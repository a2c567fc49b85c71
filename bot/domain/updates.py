"""The stakeholder update as data: what it says, what it claims, and what the machine only suggests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """The parts of an update below its headline, in the order in which they are read. Source: 33.2, section 6.

    NOTE is what people add in their own words.
    """

    HIGHLIGHTS = "highlights"
    QUALITY = "quality"
    SAFETY = "safety"
    WRONG = "wrong"
    NEXT = "next"
    EXPECT = "expect"
    NOTE = "note"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """Work that follows from a miss and that nobody agreed to yet: no stakeholder reads it until a person takes it.

    *metric* is the one that missed. *accepted* None: nobody decided; *by* who did. Accepted it is stated as *text*,
    deleted it is not stated at all.
    """

    id: str
    metric: str
    text: str
    accepted: bool | None = None
    by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """An update's words. *parts* are plain text, one statement a line; a part left out is not said.

    *written* names who put a part (or "headline") into their own words; the others are the machine's.
    """

    headline: str
    parts: Mapping[Part, str] = field(default_factory=dict)
    suggestions: tuple[Suggestion, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number as the update says it (*shown*, like “38 of 100” or “$4.20”), and the reading it stands for.

    *what* says in words what it is: “Deflection, 2 to 9 November”, “target for deflection”. *reading_id* None: it is
    not a reading but something else that is stored (a target, a date, a count of fixes), which *what* names.
    """

    shown: str
    what: str
    metric: str | None = None
    reading_id: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What an update of *product* (its name) may claim: the *headline* that follows from its numbers, its figures, the
    names and dates of the fixes it states (*commitments*: each as it is stated), and the time zone its dates are in.
    """

    product: str = ""
    headline: str = ""
    figures: tuple[Figure, ...] = ()
    names: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    zone: str = "UTC"


class ClaimKind(StrEnum):
    """What is ticked off before approval. Source: B (names, dates, numbers and commitments)."""

    NAME = "name"
    DATE = "date"
    NUMBER = "number"
    COMMITMENT = "commitment"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Something the text states. *id* stays the same while the text does. *behind* says what is stored behind it, None:
    nothing is, and that is pointed out.
    """

    id: str
    kind: ClaimKind
    text: str
    behind: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Jargon:
    """A technical term that somebody wrote, and what to say instead."""

    term: str
    instead: str
