"""What somebody did to an incident: saved if nobody was faster, written into the record, and shown on the card."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.incidents import Did, Event, Incident, State
from bot.domain.lasting import lasting
from bot.domain.paging import Action
from bot.domain.text import escape
from bot.features.incident_response import calling, card, topic, words
from bot.features.incident_response.finding import Case, case_of
from bot.kit.asking import Ask
from bot.kit.blocks import Block, plain_section, section
from bot.kit.incident_calling import next_update
from bot.kit.paging import page
from bot.kit.post import Post
from bot.kit.reply import MarkedUpError
from bot.store import audit, incidents, posts
from bot.store.incidents import IncidentChangedError
from bot.store.products import LOCAL_WORKSPACE

_PAGES: Mapping[tuple[State, State], tuple[Action, ...]] = {
    (State.DECLARED, State.ACKNOWLEDGED): (Action.ACKNOWLEDGE,),
    (State.ACKNOWLEDGED, State.DECLARED): (Action.TRIGGER,),
    (State.DECLARED, State.RESOLVED): (Action.RESOLVE,),
    (State.ACKNOWLEDGED, State.RESOLVED): (Action.RESOLVE,),
    # The pager's alert is over: it begins again, and somebody is at it.
    (State.RESOLVED, State.ACKNOWLEDGED): (Action.TRIGGER, Action.ACKNOWLEDGE),
}
"""What a pager hears of a change of state."""

_CHANGES_NOTHING = frozenset({Did.CALLED, Did.NOTED, Did.KEPT, Did.DECIDED, Did.ATTACHED})
"""What joins the record and leaves the incident as it is: nobody is too late because of it."""


class FasterError(MarkedUpError):
    """Two people at the same incident at the same instant: one of them won, and the other hears who did what when."""


def changed(ask: Ask, case: Case, after: Incident, event: Event) -> Incident:
    """Save *after* in place of what *case* was read as, with *event* in the record, and show it on the card.

    `event.by` is who did it, empty for Muster itself. Raises `FasterError`; then nothing is kept.
    """
    with _first_come(ask, case):
        kept = incidents.save(ask.session, _paced(ask, case, after, event), event, ask.now)
    _done(ask, case.now(kept), event)
    for action in _pages(case.incident, kept):
        page(ask.session, action=action, incident=kept, product=case.product, now=ask.now)
    calling.begin(ask.session, kept, ask.now)
    topic.changed(ask, case.product, kept)
    _close_offer(ask, case, kept)
    return kept


def recorded(ask: Ask, case: Case, event: Event) -> bool:
    """Write *event*, which changes nothing else, into the record; False where one with its key is there already."""
    if not incidents.add(ask.session, case.incident.id, event, ask.now):
        return False
    _done(ask, case, event)
    return True


def declared(ask: Ask, case: Case) -> None:
    """Write down that a new incident was declared, let its owner be called, and let the pager hear of it."""
    _written(ask, case, Event(at=ask.now, by=case.incident.declared_by, what=Did.DECLARED))
    page(ask.session, action=Action.TRIGGER, incident=case.incident, product=case.product, now=ask.now)
    calling.begin(ask.session, case.incident, ask.now)
    topic.changed(ask, case.product, case.incident)


def carried(case: Case) -> dict[str, str]:
    """What a form about an incident remembers: which one it is, and who had it when the form was opened."""
    return {"incident": str(case.incident.id), "owner": case.incident.owner}


def form_case_of(ask: Ask) -> Case:
    """The incident of a form that was sent in, as long as it is with whom the form said, or with the person.

    Raises `NoSuchIncidentError`, and `FasterError` where somebody else has it now.
    """
    case = case_of(ask, ask.carried("incident") or "")
    if ask.carried("owner") in {None, case.incident.owner} or case.incident.owner == ask.user:
        return case
    raise FasterError(_who_has_it(ask, case))


def told(ask: Ask, case: Case, event: Event) -> Post:
    """What the thread hears of *event*: a line of ours, and below it what people typed, letter for letter."""
    line, said = words.did(ask.session, case.incident, event), words.text_of(event)
    line = f"{line.removesuffix('.')}:" if said else line
    blocks: list[Block] = [section(line), *([plain_section(said)] if said else [])]
    text = f"{line} {escape(words.short(said))}" if said else line
    return card.thread_post(ask.session, case, f"{event.what}/{ask.incoming.key}", text, blocks)


def offer_key(incident: Incident, to: str, at: datetime) -> str:
    """The key of the direct message in which the incident was offered to somebody *at* that instant."""
    return f"incident/{incident.id}/offer/{to}/{at.astimezone(UTC).isoformat()}"


def _close_offer(ask: Ask, case: Case, kept: Incident) -> None:
    """The buttons of an offer die that does not stand any more, and the message says how it is now."""
    to = case.incident.offered_to
    if to is None or kept.offered_to == to:
        return
    offers = [
        one.at for one in incidents.events(ask.session, kept.id) if one.detail.get("offered_to", [None, None])[1] == to
    ]
    line = f"This offer is over: {words.who(ask.session, kept.owner)} owns {words.subject(kept, case.product)}."
    for at in offers[-1:]:
        posts.revise(ask.session, LOCAL_WORKSPACE, offer_key(kept, to, at), text=line, blocks=[section(line)])


def _paced(ask: Ask, case: Case, after: Incident, event: Event) -> Incident:
    """*after* with when the channel hears of it next: counted anew since somebody is at it, has it from another, said
    how it goes, or found it worse or better.
    """
    if after.state is State.DECLARED:
        return replace(after, next_update_at=None)
    before, is_news = case.incident, event.what in {Did.UPDATED, Did.REGRADED}
    anew = is_news or (before.state, before.owner) != (State.ACKNOWLEDGED, after.owner)
    if after.state is not State.ACKNOWLEDGED or not anew:
        return after
    return replace(after, next_update_at=next_update(ask.session, case.product, after.severity, ask.now))


def _pages(before: Incident, kept: Incident) -> tuple[Action, ...]:
    """What a pager hears of a change: that it is worse than it seemed too, while nobody is at it."""
    if before.state is kept.state is State.DECLARED and kept.severity < before.severity:
        return (Action.TRIGGER,)
    return _PAGES.get((before.state, kept.state), ())


def _done(ask: Ask, case: Case, event: Event) -> None:
    _written(ask, case, event)
    card.redraw(ask.session, case.product, case.incident)


def _written(ask: Ask, case: Case, event: Event) -> None:
    audit.done(
        ask.session,
        user=event.by,
        what=f"incident {event.what}",
        now=ask.now,
        product=case.product,
        detail=f"incident {case.incident.id}",
    )


@contextmanager
def _first_come(ask: Ask, case: Case) -> Iterator[None]:
    """Whoever saves second is told who was first."""
    try:
        yield
    except IncidentChangedError as error:
        raise FasterError(_who_was_first(ask, case.now(error.now) if error.now else case)) from error


def _who_has_it(ask: Ask, case: Case) -> str:
    latest = [one for one in incidents.events(ask.session, case.incident.id) if "owner" in one.detail][-1]
    line = words.did(ask.session, case.incident, latest).removesuffix(".")
    return (
        f"{line}: {lasting(ask.now - latest.at)} ago, after you opened this form. It is with"
        f" {words.who(ask.session, case.incident.owner)} now, so nothing was changed. What you typed stays here: copy"
        " it before you close the form, and open it again if you still want this."
    )


def _who_was_first(ask: Ask, case: Case) -> str:
    latest = [one for one in incidents.events(ask.session, case.incident.id) if one.what not in _CHANGES_NOTHING][-1]
    line = words.did(ask.session, case.incident, latest).removesuffix(".")
    return (
        f"{line}: {lasting(ask.now - latest.at)} ago, before you. Yours was not saved; look at incident"
        f" {case.incident.id} as it is now, then repeat it."
    )
