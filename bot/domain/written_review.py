"""The written review of an incident, as Markdown to fill in: what is known is there, what only people know is blank."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.follow_ups import FollowUp
from bot.domain.incident_account import Account
from bot.domain.incidents import Decision, Did, Event, Tenure, decisions
from bot.domain.lasting import lasting
from bot.domain.quoting import code, name
from bot.domain.window import zone_named

BLANK = "_To fill in._"

DECIDED: Mapping[Decision, str] = {
    Decision.RETRAIN: "retrain the model",
    Decision.ROLL_BACK: "roll back to the version before",
    Decision.SWITCH_OFF: "switch it off",
    Decision.PEOPLE_TAKE_OVER: "people take over",
    Decision.ACCEPT: "accept it as it is",
}
"""What was decided, to follow “decided to” or a colon."""

QUESTIONS = (
    "How did we hear of it, and how could we have heard sooner?",
    "What made the model or the product do this, and why then?",
    "Which of our defences were in place, and which of them did not hold?",
    "What helped us to limit the harm, and what cost us time?",
    "What do we change so that it does not happen again, and how will we know that it worked?",
)
"""What a team asks itself afterwards. The choice is ours: no question asks for a culprit."""


def markdown_of(account: Account) -> str:
    """The review of an incident: the same record is the same text. What anybody typed stands in code, but
    for names that are only words.
    """
    return "\n".join(_lines(account)).rstrip() + "\n"


def _lines(account: Account) -> Iterator[str]:
    incident = account.incident
    yield f"# Incident {incident.id} of {name(account.product)}: {name(account.kind.name)}"
    for title, part in _PARTS.items():
        yield from ("", f"## {title}", "")
        yield from part(account)


def _what_happened(account: Account) -> Iterator[str]:
    incident = account.incident
    declared = f"On {_when(account, incident.declared_at)} {_who(account, incident.declared_by)} declared it"
    severity = next(one.detail["severity"][1] for one in account.events if one.what is Did.DECLARED)
    told = incident.summary and not incident.is_open
    sentences = [
        f"{declared} with severity {severity}. What people saw: {code(incident.seen)}.",
        _taken(account),
        _decided(account),
        f"What it was and what was done: {code(incident.summary)}." if told else "",
    ]
    yield " ".join(filter(None, sentences))


def _taken(account: Account) -> str:
    incident = account.incident
    by = f" by {_who(account, incident.acknowledged_by)}" if incident.acknowledged_by else ""
    first = _after("Acknowledged", incident.time_to_acknowledge, by) or "Nobody has acknowledged it."
    done = f" by {_who(account, incident.resolved_by)}" if incident.resolved_by else ""
    then = _after("Resolved", incident.time_to_resolve, done) or "It is not resolved yet."
    again = " It was opened again once it was thought over." if account.was_reopened else ""
    return f"{first} {then}{again}"


def _after(what: str, span: timedelta | None, by: str) -> str:
    return f"{what} after {lasting(span)}{by}." if span is not None else ""


def _decided(account: Account) -> str:
    made = [DECIDED[Decision(one.detail["decision"])] for one in decisions(account.events)]
    return f"Decided: {', then '.join(made)}." if made else ""


def _blank(_account: Account) -> Iterator[str]:
    yield BLANK


def _impact(_account: Account) -> Iterator[str]:
    yield "- Who was affected, and how many: "
    yield "- What it did to them: "
    yield "- What it cost: "


def _times(account: Account) -> Iterator[str]:
    incident = account.incident
    yield f"- Declared: {_when(account, incident.declared_at)}"
    for what, at, span in (
        ("Acknowledged", incident.acknowledged_at, incident.time_to_acknowledge),
        ("Resolved", incident.resolved_at, incident.time_to_resolve),
    ):
        told = f"{_when(account, at)}, after {lasting(span)}" if at and span is not None else "not yet"
        yield f"- {what}: {told}"
    called = ", ".join(_who(account, user) for user in account.called)
    yield f"- Called while nobody had acknowledged it: {called or 'nobody'}"


def _timeline(account: Account) -> Iterator[str]:
    for event in account.timeline:
        said = event.detail.get("text") or event.detail.get("reason")
        typed = f": {code(str(said))}" if said else ""
        yield f"- {_when(account, event.at)}: {_deed(account, event)}{typed}"


def _owners(account: Account) -> Iterator[str]:
    yield from (_owner(account, one) for one in account.owners)


def _owner(account: Account, one: Tenure) -> str:
    until = f"until {_when(account, one.until)}, {lasting(one.until - one.since)}" if one.until else "still"
    return f"- {_who(account, one.user)}: from {_when(account, one.since)} {until}"


def _decisions(account: Account) -> Iterator[str]:
    for one in decisions(account.events):
        what, by = DECIDED[Decision(one.detail["decision"])], _who(account, one.by)
        why = str(one.detail.get("reason") or one.detail.get("text") or "")
        yield f"- {_when(account, one.at)}: {what}. Decided by {by}. Why: {code(why)}"
    if not decisions(account.events):
        yield "None was written down."


def _predictions(account: Account) -> Iterator[str]:
    yield from _listed((code(one) for one in account.predictions), "None is attached.")


def _follow_ups(account: Account) -> Iterator[str]:
    yield from _listed((_follow_up(account, one) for one in account.follow_ups), "None yet.")


def _follow_up(account: Account, one: FollowUp) -> str:
    owner = _who(account, one.owner) if one.owner else "nobody yet"
    due = f"until {one.due.isoformat()}" if one.due else "no date"
    where = f"fix {one.fix_id}, {one.state}" if one.fix_id else "waits for the next review"
    return f"{code(one.title)}: {owner}, {due} ({where})"


def _questions(_account: Account) -> Iterator[str]:
    for number, question in enumerate(QUESTIONS, start=1):
        yield from (f"{number}. {question}", "", f"   {BLANK}", "")


_PARTS: Mapping[str, Callable[[Account], Iterable[str]]] = {
    "What happened": _what_happened,
    "Impact": _impact,
    "Times": _times,
    "Timeline": _timeline,
    "Who held it": _owners,
    "Decisions": _decisions,
    "Predictions": _predictions,
    "What went well": _blank,
    "What went badly": _blank,
    "Where we were lucky": _blank,
    "Follow-ups": _follow_ups,
    "Five questions": _questions,
}


def _listed(lines: Iterable[str], otherwise: str) -> Iterator[str]:
    found = [f"- {line}" for line in lines]
    yield from found or [otherwise]


def _deed(account: Account, event: Event) -> str:
    """Who did what; a message is its author's, whoever kept it. A call is a sentence of its own."""
    by = _who(account, event.by)
    if event.what is Did.CALLED:
        return by
    if event.what is not Did.KEPT:
        return f"{by} {_did(account, event)}"
    author = event.detail.get("author")
    return f"{_who(account, author) if author else 'Somebody'} wrote (kept by {by})"


def _did(account: Account, event: Event) -> str:
    """What happened, without what people typed."""
    match event.what:
        case Did.ASSIGNED | Did.OFFERED:
            return f"{_PLAIN[event.what]} {_to(account, event)}"
        case Did.REGRADED:
            before, after = event.detail["severity"]
            return f"changed the severity from {before} to {after}"
        case Did.DECIDED:
            return f"decided: {DECIDED[Decision(event.detail['decision'])]}"
        case _:
            return _PLAIN[event.what]


_PLAIN: Mapping[Did, str] = {
    Did.DECLARED: "declared it",
    Did.ACKNOWLEDGED: "acknowledged it",
    Did.TAKEN: "took it",
    Did.ASSIGNED: "gave it to",
    Did.OFFERED: "offered it to",
    Did.ACCEPTED: "accepted it",
    Did.DECLINED: "declined it",
    Did.UPDATED: "said how it goes",
    Did.NOTED: "noted",
    Did.KEPT: "kept a message",
    Did.ATTACHED: "attached predictions",
    Did.RESOLVED: "resolved it",
    Did.REOPENED: "opened it again",
}


def _to(account: Account, event: Event) -> str:
    change: Any = event.detail.get("owner") or event.detail.get("offered_to") or [None, None]
    return _who(account, change[1]) if change[1] else "nobody any more"


def _who(account: Account, user: str | None) -> str:
    """A person by name, by id where the name is not known; Muster's own doings are Muster's."""
    return name(account.names.get(user, user)) if user else "Muster"


def _when(account: Account, instant: datetime) -> str:
    local = instant.astimezone(zone_named(account.zone))
    return f"{local:%a} {local.day} {local:%b %Y %H:%M %Z}"
