"""The end of an incident: resolved with what it was and what was done, or opened again with a reason."""

import re
from collections.abc import Sequence

from bot.domain.follow_ups import NewFollowUp
from bot.domain.incident_moves import NotOverError, reopened, resolved
from bot.domain.incidents import Did, Event
from bot.domain.lasting import lasting
from bot.domain.words import number_of
from bot.errors import UsageError
from bot.features.incident_response import aftermath, card, follow_ups, words
from bot.features.incident_response.deeds import carried, changed, form_case_of, told
from bot.features.incident_response.finding import (
    Case,
    case_of,
    open_case_of,
    require_hand,
    require_open,
    spoken_in,
)
from bot.kit.asking import Ask
from bot.kit.blocks import actions, section
from bot.kit.command import Action, AnyModal, Command, Effect, FieldError, Modal
from bot.kit.forms import choices_of, text_input
from bot.kit.reply import Reply, View

ALARM = "alarm"
_FALSE_ALARM = re.compile(r"(?:it was )?(?:a )?false alarm\s*(?:[.,:;!].*)?", re.IGNORECASE | re.DOTALL)


class NoReasonError(UsageError):
    """What was over is not opened again without a reason."""

    def __init__(self, number: str) -> None:
        named = f"Say why, like “incident reopen {number} it came back”."
        super().__init__(
            named if number else "Name it by its number and say why, like “incident reopen 12 it came back”."
        )


def open_form(ask: Ask) -> Reply:
    """The form in which it is resolved, by words."""
    case, rest = _meant(ask)
    return _form(ask, case, " ".join(rest))


def press(ask: Ask) -> Reply:
    """The form in which it is resolved."""
    return _form(ask, case_of(ask, ask.value), "")


def say(ask: Ask) -> Reply:
    """Resolve it in one line."""
    case, rest = _meant(ask)
    return _resolved(ask, case, " ".join(rest), ())


def submit(ask: Ask, _seen: object) -> Reply:
    """Resolve it as the form says, with what is to be done afterwards."""
    case = form_case_of(ask)
    summary = ask.field("summary")
    if summary is None:
        raise FieldError({"summary": "Say what it was and what was done: the record keeps it."})
    taken = follow_ups.taken_follow_ups(ask, case.product)
    return _resolved(ask, case, summary, taken, false_alarm="false" in ask.chosen(ALARM))


def say_reopen(ask: Ask) -> Reply:
    """Open it again, and keep why."""
    number, *why = ask.words or ("",)
    named = number_of(number.removeprefix("#"))
    if not named or not why:
        raise NoReasonError(str(named) if named else "")
    return _reopened(ask, case_of(ask, number), " ".join(why))


def press_reopen(ask: Ask) -> Reply:
    """The form that asks why."""
    case = case_of(ask, ask.value)
    if case.incident.is_open:
        raise NotOverError(case.incident)
    reason = text_input("reason", "Why is it not over?", longest=words.REASON_ROOM)
    title = f"Reopen incident {case.incident.id}"
    carries = {"incident": str(case.incident.id)}
    return Reply(view=View(name=card.REOPEN, title=title, submit="Open again", blocks=[reason], carries=carries))


def submit_reopen(ask: Ask, _seen: object) -> Reply:
    """Open it again, with the reason of the form."""
    reason = ask.field("reason")
    if reason is None:
        raise FieldError({"reason": "Say why it is not over."})
    return _reopened(ask, case_of(ask, ask.carried("incident") or ""), reason)


def _meant(ask: Ask) -> tuple[Case, tuple[str, ...]]:
    """The incident that is meant. Outside of the thread of one, a number in front names it, open or not: another one
    is not resolved instead.
    """
    first = ask.words[0] if ask.words else ""
    if number_of(first) and spoken_in(ask) is None:
        return case_of(ask, first), ask.words[1:]
    return open_case_of(ask, ask.words)


def _resolved(ask: Ask, case: Case, typed: str, taken: Sequence[NewFollowUp], *, false_alarm: bool = False) -> Reply:
    require_hand(ask, case)
    summary = words.kept(typed, case.product)
    if not summary:
        raise UsageError("Say what it was and what was done, like “incident resolve the prompt was rolled back”.")
    alarm = {"false_alarm": True} if false_alarm or _FALSE_ALARM.fullmatch(summary) else {}
    event = Event(at=ask.now, by=ask.user, what=Did.RESOLVED, detail={"text": summary, **alarm})
    kept = changed(ask, case, resolved(case.incident, ask.user, summary, ask.now), event)
    now = case.now(kept)
    posts = [told(ask, now, event), *aftermath.resolved(ask, now, taken)]
    took = lasting(ask.now - kept.declared_at)
    text = (
        f"You resolved {words.subject(kept, case.product)}, {took} after it was declared."
        f"{' It counts as a false alarm: no update to stakeholders tells of it.' if alarm else ''}"
        " What came of it is in its thread. Reopen it if it is not over."
    )
    row = actions("resolved", card.press("Written review", card.WRITTEN, kept), card.press("Reopen", card.REOPEN, kept))
    return Reply(text=text, blocks=[section(text), row], posts=posts)


def _reopened(ask: Ask, case: Case, typed: str) -> Reply:
    require_hand(ask, case, also=case.incident.declared_by)
    reason = words.kept(typed, case.product, words.REASON_ROOM)
    event = Event(at=ask.now, by=ask.user, what=Did.REOPENED, detail={"reason": reason})
    kept = changed(ask, case, reopened(case.incident, ask.user, ask.now), event)
    text = f"You opened {words.subject(kept, case.product)} again: you own it now. Why is kept."
    return Reply(text=text, posts=[told(ask, case.now(kept), event)])


def _form(ask: Ask, case: Case, summary: str) -> Reply:
    require_open(case)
    require_hand(ask, case)
    field = text_input(
        "summary",
        "What it was, and what was done",
        initial=words.kept(summary, case.product),
        hint="In plain words: the week's update speaks of it, and the record keeps it.",
        lines=True,
        longest=words.TEXT_ROOM,
    )
    alarm = choices_of(ALARM, "Was anything wrong?", {"false": "It was a false alarm: no update tells of it"})
    blocks = [field, alarm, *follow_ups.follow_up_fields()]
    title = f"Resolve incident {case.incident.id}"
    return Reply(view=View(name=card.RESOLVE, title=title, submit="Resolve", blocks=blocks, carries=carried(case)))


COMMANDS = (
    Command(
        noun="incident",
        verb="resolve",
        takes="[#N] [WHAT IT WAS AND WHAT WAS DONE]",
        summary="Say that an incident is over, and what it was",
        example="incident resolve",
        effect=Effect.OPEN,
        run=open_form,
        in_full=say,
        synonyms=("resolved", "close", "done", "end"),
    ),
    Command(
        noun="incident",
        verb="reopen",
        takes="N WHY",
        summary="Open an incident again that was not over",
        example="incident reopen 12 it came back",
        effect=Effect.CHANGE,
        run=say_reopen,
        synonyms=("open",),
    ),
)
ACTIONS = (
    Action(name=card.RESOLVE, effect=Effect.OPEN, run=press),
    Action(name=card.REOPEN, effect=Effect.OPEN, run=press_reopen),
)
MODALS: tuple[AnyModal, ...] = (
    Modal(name=card.RESOLVE, submit=submit),
    Modal(name=card.REOPEN, submit=submit_reopen),
)
