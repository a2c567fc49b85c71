"""Follow-ups: what is to be done after an incident, typed as lines, until it becomes a fix."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.fixes import FixKind, FixState
from bot.domain.text import bounded, clip, one_line
from bot.domain.typed_days import UnclearDayError, day_of
from bot.errors import UserError

MOST = 10
"""As many as can be typed at once: more is a plan of its own."""

TITLE_ROOM = 150

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_BY = re.compile(r"(.*)\s(?:by|until|due)\s+(.+)", re.IGNORECASE | re.DOTALL)
_GUARDS = re.compile(
    r"\b(guard|block|filter|alert|alarm|limit|monitor|watch|check|validat|moderat|threshold)", re.IGNORECASE
)


class TooManyError(UserError):
    """More lines than are taken at once."""

    def __init__(self) -> None:
        super().__init__(f"These are more than {MOST} follow-ups: keep those that matter, and add the others later.")


class NoTitleError(UserError):
    """A follow-up that says nothing but who and when."""

    def __init__(self) -> None:
        super().__init__("Say what is to be done, like “Block answers without a source by 2026-12-04”.")


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFollowUp:
    """What is to be done, by whom and until when; None: nobody, no date."""

    title: str
    kind: FixKind
    owner: str | None = None
    due: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FollowUp:
    """A follow-up of an incident as it was written down. *fix_id*: the fix that it became, None while it waits for the
    product's next review; *state* is that fix's, and *owner* and *due* are as they stand there.
    """

    id: int
    incident_id: int
    title: str
    kind: FixKind
    owner: str | None
    due: date | None
    created_by: str
    created_at: datetime
    fix_id: int | None = None
    state: FixState | None = None

    @property
    def is_done(self) -> bool:
        """Whether it was shipped."""
        return self.state in {FixState.SHIPPED, FixState.CHECKED}

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to do it."""
        return not self.is_done and self.state is not FixState.DROPPED


def typed(
    lines: Iterable[str],
    *,
    today: date,
    owner: str | None = None,
    due: date | None = None,
    masked: Callable[[str], str] = str,
) -> list[NewFollowUp]:
    """A follow-up for each of *lines* that is not empty; *owner* and *due* hold where a line names no other. *masked*
    is what a title may show of what was typed; it is cut after that.

    Raises `UserError` where a line cannot be understood, or there are too many.
    """
    found = [one for line in lines if (one := one_line(line).lstrip("-*• "))]
    if len(found) > MOST:
        raise TooManyError
    return [_typed(line, today, owner, due, masked) for line in found]


def kind_for(title: str) -> FixKind:
    """What kind of work a title sounds like: a guardrail where something is to be caught, else the product."""
    return FixKind.GUARDRAIL if _GUARDS.search(title) else FixKind.PRODUCT


def _typed(line: str, today: date, owner: str | None, due: date | None, masked: Callable[[str], str]) -> NewFollowUp:
    named = _MENTION.search(line)
    words, day = _dated(one_line(_MENTION.sub(" ", line)), today)
    title = clip(one_line(bounded(masked(words), 2 * TITLE_ROOM)), TITLE_ROOM)
    if not title:
        raise NoTitleError
    return NewFollowUp(title=title, kind=kind_for(title), owner=named[1] if named else owner, due=day or due)


def _dated(line: str, today: date) -> tuple[str, date | None]:
    """*line* without the day at its end, and that day; “check it by hand” names none."""
    found = _BY.fullmatch(f" {line}")
    if found is None:
        return line, None
    try:
        return found[1].strip(), day_of(found[2], today=today)
    except UnclearDayError:
        if any(sign.isdigit() for sign in found[2]):
            raise
        return line, None
