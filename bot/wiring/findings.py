"""What the doctor finds."""

from dataclasses import dataclass
from enum import StrEnum

from bot.log import masked


class State(StrEnum):
    """OK: as it should be. NOTE: it works, and somebody should know. WRONG: something does not work."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was looked at, what was seen, and one step that mends it (empty where nothing is to be done)."""

    check: str
    state: State
    what: str
    do: str = ""


def ok(check: str, what: str) -> Finding:
    """As it should be."""
    return Finding(check=check, state=State.OK, what=what)


def note(check: str, what: str, do: str) -> Finding:
    """It works, and somebody should know; secrets in *what* are blotted out."""
    return Finding(check=check, state=State.NOTE, what=masked(what), do=do)


def wrong(check: str, what: str, do: str) -> Finding:
    """Something does not work; secrets in *what*, which often is another's error, are blotted out."""
    return Finding(check=check, state=State.WRONG, what=masked(what), do=do)
