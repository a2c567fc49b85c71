"""Saying what happens in an incident: notes, updates for the channel, another severity."""

from collections.abc import Sequence

from bot.domain.incident_moves import regraded, updated
from bot.domain.incidents import Did, Event, Severity
from bot.domain.window import zone_named
from bot.domain.words import number_of
from bot.errors import UsageError
from bot.features.incident_response import card, words
from bot.features.incident_response.deeds import changed, recorded, told
from bot.features.incident_response.finding import (
    Case,
    case_of,
    numbered_first,
    open_case_of,
    require_hand,
    require_open,
)
from bot.kit.asking import Ask
from bot.kit.blocks import section
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import text_input
from bot.kit.reply import Reply, View


class NothingSaidError(UsageError):
    """Neither a note nor an update without words."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"Say it in the same line, like “incident {verb} refunds are answered by people now”.")


class UnknownSeverityError(UsageError):
    """Not one of the four."""

    def __init__(self) -> None:
        grades = ", ".join(f"{one.value} ({name})" for one, name in words.SEVERITIES.items())
        super().__init__(f"Name a severity, like “incident severity 2”: {grades}.")


def says_something(words_said: Sequence[str]) -> bool:
    """Whether there are words beside the number of an incident: `#12`, or `12` that stands alone."""
    numbered = bool(words_said) and number_of(words_said[0].removeprefix("#")) > 0
    return len(words_said) > (1 if numbered else 0)


def open_note(ask: Ask) -> Reply:
    """The form for a note, by words."""
    case, rest = open_case_of(ask, ask.words)
    return _note_form(case, " ".join(rest))


def open_update(ask: Ask) -> Reply:
    """The form for an update, by words."""
    case, rest = open_case_of(ask, ask.words)
    return _update_form(ask, case, " ".join(rest))


def say_note(ask: Ask) -> Reply:
    """Put a note into the record and the thread."""
    case, rest = open_case_of(ask, ask.words)
    return _noted(ask, case, " ".join(rest))


def press_note(ask: Ask) -> Reply:
    """The form for a note."""
    return _note_form(case_of(ask, ask.value), "")


def submit_note(ask: Ask, _seen: object) -> Reply:
    """Keep the note."""
    return _noted(ask, case_of(ask, ask.carried("incident") or ""), _text(ask))


def say_update(ask: Ask) -> Reply:
    """Tell the channel how it goes."""
    case, rest = open_case_of(ask, ask.words)
    return _updated(ask, case, " ".join(rest))


def press_update(ask: Ask) -> Reply:
    """The form for an update."""
    return _update_form(ask, case_of(ask, ask.value), "")


def submit_update(ask: Ask, _seen: object) -> Reply:
    """Tell the channel."""
    return _updated(ask, case_of(ask, ask.carried("incident") or ""), _text(ask))


def say_severity(ask: Ask) -> Reply:
    """It is worse, or better, than it seemed."""
    numbered = numbered_first(ask.words)
    # “severity 2” is no number of an incident.
    first, rest = (numbered[:1], numbered[1:]) if numbered and numbered[0].startswith("#") else ((), numbered)
    case, _ = open_case_of(ask, first)
    digit = rest[0].casefold().removeprefix("sev").removeprefix("-") if rest else ""
    if digit not in {str(one.value) for one in Severity}:
        raise UnknownSeverityError
    require_hand(ask, case, also=case.incident.declared_by)
    event = Event(at=ask.now, by=ask.user, what=Did.REGRADED)
    kept = changed(ask, case, regraded(case.incident, Severity(int(digit)), ask.now), event)
    before = case.incident.severity.value
    shown = Event(at=ask.now, by=ask.user, what=Did.REGRADED, detail={"severity": [before, kept.severity.value]})
    text = (
        f"You changed {words.subject(kept, case.product)} from severity {before} to {kept.severity.value}"
        f" ({words.SEVERITIES[kept.severity]}). “incident severity {before}” takes it back."
    )
    return Reply(text=text, posts=[told(ask, case.now(kept), shown)])


def _noted(ask: Ask, case: Case, typed: str) -> Reply:
    said = words.kept(typed, case.product)
    if not said:
        raise NothingSaidError("note")
    event = Event(at=ask.now, by=ask.user, what=Did.NOTED, detail={"text": said})
    recorded(ask, case, event)
    text = f"You noted it: the record of {words.subject(case.incident, case.product)} has it, and the thread."
    return Reply(text=text, posts=[told(ask, case, event)])


def _updated(ask: Ask, case: Case, typed: str) -> Reply:
    require_hand(ask, case)
    said = words.kept(typed, case.product)
    if not said:
        raise NothingSaidError("update")
    event = Event(at=ask.now, by=ask.user, what=Did.UPDATED, detail={"text": said})
    kept = changed(ask, case, updated(case.incident, case.incident.next_update_at), event)
    due = kept.next_update_at
    after = f" The next one is due {words.when(due, zone_named(case.product.timezone))}." if due else ""
    text = f"You told the channel how {words.subject(kept, case.product)} goes.{after}"
    return Reply(text=text, blocks=[section(text)], posts=[told(ask, case.now(kept), event)])


def _text(ask: Ask) -> str:
    typed = ask.field("text")
    if typed is None:
        raise FieldError({"text": "Say it in a few words."})
    return typed


def _note_form(case: Case, typed: str) -> Reply:
    field = text_input("text", "What should the record say?", initial=typed, lines=True, longest=words.TEXT_ROOM)
    title, carries = f"Note on incident {case.incident.id}", {"incident": str(case.incident.id)}
    return Reply(view=View(name=card.NOTE, title=title, submit="Note it", blocks=[field], carries=carries))


def _update_form(ask: Ask, case: Case, typed: str) -> Reply:
    require_open(case)
    require_hand(ask, case)
    label = "How does it go, and what is next?"
    field = text_input("text", label, initial=typed, lines=True, longest=words.TEXT_ROOM)
    title, carries = f"Update on incident {case.incident.id}", {"incident": str(case.incident.id)}
    return Reply(view=View(name=card.UPDATE, title=title, submit="Post it", blocks=[field], carries=carries))


COMMANDS = (
    Command(
        noun="incident",
        verb="note",
        takes="[#N] [WORDS]",
        summary="Put something into the record of an incident",
        example="incident note",
        effect=Effect.OPEN,
        run=open_note,
        in_full=say_note,
        says_all=says_something,
        synonyms=("log", "add", "remember"),
    ),
    Command(
        noun="incident",
        verb="update",
        takes="[#N] [WORDS]",
        summary="Tell the channel how an incident goes",
        example="incident update",
        effect=Effect.OPEN,
        run=open_update,
        in_full=say_update,
        says_all=says_something,
        synonyms=("status", "say", "tell"),
    ),
    Command(
        noun="incident",
        verb="severity",
        takes="1-4 [#N]",
        summary="Say that an incident is worse, or better, than it seemed",
        example="incident severity 2",
        effect=Effect.CHANGE,
        run=say_severity,
        synonyms=("sev", "regrade", "escalate"),
    ),
)
ACTIONS = (
    Action(name=card.NOTE, effect=Effect.OPEN, run=press_note),
    Action(name=card.UPDATE, effect=Effect.OPEN, run=press_update),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=card.NOTE, submit=submit_note),
    Modal(name=card.UPDATE, submit=submit_update),
)
