"""What an incident came to, once it is over: how long it took, who held it, what was decided, what follows."""

from collections.abc import Iterable, Iterator, Sequence

from sqlmodel import Session

from bot.domain.follow_ups import FollowUp
from bot.domain.incident_account import Account
from bot.domain.incidents import Event, Incident, Tenure, decisions
from bot.domain.lasting import lasting
from bot.domain.product import Product
from bot.domain.text import count_of
from bot.domain.truth import Truth, TruthState
from bot.domain.typed_days import shown
from bot.domain.window import zone_named
from bot.features.incident_response import words
from bot.features.incident_response.finding import Case
from bot.kit.blocks import Block, context, markdown, plain_section, section
from bot.store import directory, follow_ups, incidents, predictions, truths
from bot.store.products import LOCAL_WORKSPACE

MOST_HOLDERS = 10
"""How many of those who held it are named: many more would leave no room for the rest."""


def account_of(session: Session, product: Product, incident: Incident) -> Account:
    """All that is known of an incident."""
    events = incidents.events(session, incident.id)
    followed = follow_ups.of_incidents(session, [incident.id])
    held = predictions.with_row_ids(session, incidents.predictions_of(session, incident.id))
    return Account(
        product=product.name,
        zone=product.timezone,
        incident=incident,
        kind=words.kind_name(session, product, incident.kind),
        events=events,
        follow_ups=followed,
        predictions=tuple(one.id for one in held),
        names=dict(_names(session, incident, events, followed)),
    )


def summary(session: Session, case: Case) -> list[Block]:
    """What the incident came to, as blocks; what people typed stands letter for letter."""
    account = account_of(session, case.product, case.incident)
    lines = [times(case.incident), f"*Held by:* {_held_by(session, account)}", _called(session, account)]
    lines += [_attached(session, case), "*No decision was written down.*" if not decisions(account.events) else ""]
    return [
        section("\n".join(filter(None, lines))),
        *(block for one in decisions(account.events) for block in _decision(session, case, one)),
        *_follow_ups(session, account.follow_ups),
    ]


def times(incident: Incident) -> str:
    """Its severity, and how long it took until somebody was at it, and until it was over; mrkdwn."""
    severity = f"*Severity:* {incident.severity.value} ({words.SEVERITIES[incident.severity]})"
    first, last = incident.time_to_acknowledge, incident.time_to_resolve
    took = [f"acknowledged after {lasting(first)}" if first is not None else "nobody acknowledged it"]
    took += [f"resolved after {lasting(last)}"] if last is not None else []
    return f"{severity}\n*Times:* {', '.join(took)}"


def _held_by(session: Session, account: Account) -> str:
    owners = account.owners
    before = count_of(len(owners) - MOST_HOLDERS, "earlier stretch", "earlier stretches")
    earlier = [f"{before}, which the written review has"] if len(owners) > MOST_HOLDERS else []
    return "; ".join([*earlier, *(_tenure(session, account, one) for one in owners[-MOST_HOLDERS:])])


def _tenure(session: Session, account: Account, one: Tenure) -> str:
    zone = zone_named(account.zone)
    until = f" to {words.when(one.until, zone)}" if one.until else " until now"
    return f"{words.who(session, one.user)}, {words.when(one.since, zone)}{until}"


def _called(session: Session, account: Account) -> str:
    called = ", ".join(words.who(session, user) for user in account.called)
    return f"*Called before anybody was at it:* {called}" if called else ""


def _attached(session: Session, case: Case) -> str:
    rows = incidents.predictions_of(session, case.incident.id)
    if not rows:
        return ""
    waits, verified, without = _counted(truths.of_prediction(session, row) for row in rows)
    parts = [
        f"{count_of(verified, 'right answer')} verified" if verified else "",
        f"{count_of(waits, 'proposed answer')} {'waits' if waits == 1 else 'wait'} for a domain expert"
        if waits
        else "",
        f"{without} {'needs' if without == 1 else 'need'} the right answer (`golden pick` lists what is missing)"
        if without
        else "",
    ]
    return f"*Predictions:* {len(rows)} attached: {', '.join(filter(None, parts))}"


def _counted(proposed: Iterable[Sequence[Truth]]) -> tuple[int, int, int]:
    """For how many predictions an answer waits, is verified, or is missing."""
    waits = verified = without = 0
    for several in proposed:
        states = {one.state for one in several}
        verified += bool(states & {TruthState.ACCEPTED, TruthState.AMENDED})
        waits += TruthState.PROPOSED in states and not states & {TruthState.ACCEPTED, TruthState.AMENDED}
        without += not states - {TruthState.REJECTED}
    return waits, verified, without


def _decision(session: Session, case: Case, one: Event) -> Iterator[Block]:
    zone = zone_named(case.product.timezone)
    line = f"*{words.decision_of(one)}*, decided by {words.who(session, one.by)} {words.when(one.at, zone)}"
    why = words.said(words.text_of(one))
    yield context(markdown(f"{line}: {why}" if why else f"{line}."))


def _follow_ups(session: Session, several: Sequence[FollowUp]) -> list[Block]:
    if not several:
        return [context(markdown("No follow-ups yet."))]
    return [section("*Follow-ups*"), *(block for one in several for block in _follow_up(session, one))]


def _follow_up(session: Session, one: FollowUp) -> Iterator[Block]:
    yield plain_section(one.title)
    yield context(markdown(whose(session, one)))


def whose(session: Session, one: FollowUp) -> str:
    """Who does a follow-up until when, and what it has become; mrkdwn."""
    owner = words.who(session, one.owner) if one.owner else "nobody has it yet"
    due = f"due {shown(one.due)}" if one.due else "no date"
    became = f"fix {one.fix_id}, {one.state}" if one.fix_id else "joins the fixes of the next review"
    return f"{owner}, {due}; {became}"


def _names(
    session: Session, incident: Incident, events: Iterable[Event], followed: Iterable[FollowUp]
) -> Iterator[tuple[str, str]]:
    """What everybody in it is called, as far as Slack was asked."""
    users = {incident.declared_by, incident.owner, incident.acknowledged_by, incident.resolved_by}
    users |= {one.owner for one in followed} | {user for event in events for user in _people_in(event)}
    for user in sorted(filter(None, users)):
        known = directory.known(session, LOCAL_WORKSPACE, user)
        if known is not None and known.name.strip():
            yield user, known.name


def _people_in(event: Event) -> Iterator[str]:
    yield event.by
    for name in ("owner", "offered_to"):
        yield from (one for one in event.detail.get(name, ()) if one)
    yield from event.detail.get("called", ())
    yield event.detail.get("author") or ""
