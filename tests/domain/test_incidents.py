"""What may happen to an incident: under any order of moves, somebody owns it, and only one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.failure_modes import Level
from bot.domain.incident_moves import (
    AlreadyError,
    NotOfferedError,
    NotOverError,
    OverError,
    accepted,
    acknowledged,
    assigned,
    declined,
    passed_on,
    regraded,
    reopened,
    resolved,
    updated,
)
from bot.domain.incidents import (
    DECIDED_BY,
    SEVERITY_OF,
    Decision,
    Did,
    Event,
    Incident,
    Origin,
    Severity,
    State,
    Tenure,
    decisions,
    in_like_words,
    tenures,
)
from bot.domain.responsibilities import is_responsibility
from bot.errors import UserError

START = datetime(2026, 11, 21, 2, 7, tzinfo=UTC)
LATER = START + timedelta(minutes=4)
ANA, RAJ, LEE, MIA = PEOPLE = ("U0ANA", "U0RAJ", "U0LEE", "U0MIA")


def an_incident(**known: object) -> Incident:
    """An incident of Lee's that Mia has just declared."""
    new = Incident(
        id=12,
        product_id=1,
        kind="hallucination",
        severity=Severity.HIGH,
        seen="it promises refunds",
        origin=Origin.COMMAND,
        owner=LEE,
        declared_by=MIA,
        declared_at=START,
        called_at=START,
    )
    return replace(new, **known)  # type: ignore[arg-type]  # fields by name


def held_by(user: str, **known: object) -> Incident:
    """The same, with *user* at it since four minutes after it was declared."""
    return replace(acknowledged(an_incident(), user, LATER), **known)  # type: ignore[arg-type]  # fields by name


Move = Callable[[Incident, str, str, datetime], Incident]
MOVES: dict[Did, Move] = {
    Did.ACKNOWLEDGED: lambda before, by, _, now: acknowledged(before, by, now),
    Did.ASSIGNED: lambda before, by, to, now: assigned(before, to, by, now),
    Did.ACCEPTED: lambda before, by, _, now: accepted(before, by, now),
    Did.DECLINED: lambda before, by, _to, _now: declined(before, by),
    Did.TAKEN: lambda before, _, to, now: passed_on(before, to, now),
    Did.REGRADED: lambda before, by, _, now: regraded(before, Severity(1 + PEOPLE.index(by)), now),
    Did.UPDATED: lambda before, _by, _to, now: updated(before, now + timedelta(hours=1)),
    Did.RESOLVED: lambda before, by, _, now: resolved(before, by, "it was the prompt", now),
    Did.REOPENED: lambda before, by, _, now: reopened(before, by, now),
}
moves = st.lists(st.tuples(st.sampled_from(list(MOVES)), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=40)


@given(moves)
def test_under_any_order_of_moves_an_incident_has_exactly_one_owner_at_every_moment(
    said: list[tuple[Did, str, str]],
) -> None:
    incident, record = an_incident(), [Event(at=START, by=MIA, what=Did.DECLARED, detail={"owner": [None, LEE]})]
    owners = [(START, LEE)]

    for minute, (what, by, to) in enumerate(said, start=1):
        now = START + timedelta(minutes=minute)
        try:
            after = MOVES[what](incident, by, to, now)
        except UserError:
            owners.append((now, incident.owner))
            continue
        changed = {"owner": [incident.owner, after.owner]} if after.owner != incident.owner else {}
        record.append(Event(at=now, by=by, what=what, detail=changed))
        owners.append((now, after.owner))
        incident = after
        assert incident.owner in PEOPLE
        assert incident.offered_to != incident.owner

    spans = tenures(record)
    assert (spans[0].since, spans[-1].until, spans[-1].user) == (START, None, incident.owner)
    assert [one.until for one in spans[:-1]] == [one.since for one in spans[1:]]
    for at, owner in owners:
        holding = [one.user for one in spans if one.since <= at and (one.until is None or at < one.until)]
        assert holding == [owner]


@given(moves)
def test_what_an_incident_says_of_itself_agrees_after_any_moves(said: list[tuple[Did, str, str]]) -> None:
    incident = an_incident()
    for minute, (what, by, to) in enumerate(said, start=1):
        try:
            incident = MOVES[what](incident, by, to, START + timedelta(minutes=minute))
        except UserError:
            continue
        over = incident.state is State.RESOLVED
        assert (incident.resolved_at is not None, incident.resolved_by is not None) == (over, over)
        assert (incident.offered_to is None) == (incident.offered_by is None)
        # An offer is made by somebody who is at it: before that, assigning is done at once.
        assert incident.offered_to is None or incident.state is State.ACKNOWLEDGED
        assert incident.state is State.DECLARED or incident.acknowledged_at is not None
        assert not (over and incident.next_update_at)


def test_whoever_acknowledges_owns_it_and_the_time_it_took_is_known() -> None:
    found = acknowledged(an_incident(), RAJ, LATER)

    assert (found.owner, found.state, found.acknowledged_by) == (RAJ, State.ACKNOWLEDGED, RAJ)
    assert found.time_to_acknowledge == timedelta(minutes=4)


def test_the_first_to_acknowledge_is_remembered_whoever_has_it_later() -> None:
    found = acknowledged(held_by(LEE), RAJ, LATER + timedelta(hours=1))

    assert (found.owner, found.acknowledged_by, found.acknowledged_at) == (RAJ, LEE, LATER)


def test_while_nobody_is_at_it_assigning_is_done_at_once_and_waits_anew() -> None:
    found = assigned(an_incident(), ANA, MIA, LATER)

    assert (found.owner, found.state, found.called_at, found.offered_to) == (ANA, State.DECLARED, LATER, None)


def test_once_somebody_is_at_it_it_is_theirs_until_the_other_accepts() -> None:
    offered = assigned(held_by(LEE), ANA, RAJ, LATER)

    assert (offered.owner, offered.offered_to, offered.offered_by) == (LEE, ANA, RAJ)
    assert accepted(offered, ANA, LATER).owner == ANA
    kept = declined(offered, ANA)
    assert (kept.owner, kept.offered_to, kept.offered_by) == (LEE, None, None)


def test_an_offer_is_for_the_one_it_was_made_to() -> None:
    offered = assigned(held_by(LEE), ANA, RAJ, LATER)

    with pytest.raises(NotOfferedError):
        accepted(offered, RAJ, LATER)
    with pytest.raises(NotOfferedError):
        declined(held_by(LEE), ANA)


def test_whoever_takes_it_ends_an_offer_to_somebody_else() -> None:
    found = acknowledged(assigned(held_by(LEE), ANA, LEE, LATER), RAJ, LATER)

    assert (found.owner, found.offered_to) == (RAJ, None)


def test_giving_it_to_who_has_it_says_so() -> None:
    with pytest.raises(AlreadyError, match="theirs"):
        assigned(an_incident(), LEE, ANA, LATER)
    with pytest.raises(AlreadyError, match="yours"):
        assigned(an_incident(), LEE, LEE, LATER)
    with pytest.raises(AlreadyError, match="offered to them"):
        assigned(assigned(held_by(LEE), ANA, LEE, LATER), ANA, RAJ, LATER)
    with pytest.raises(AlreadyError, match="acknowledged by you"):
        acknowledged(held_by(LEE), LEE, LATER)
    with pytest.raises(AlreadyError, match="severity 2"):
        regraded(an_incident(), Severity.HIGH, LATER)


def test_one_whose_owner_left_waits_for_the_next() -> None:
    found = passed_on(assigned(held_by(LEE), ANA, LEE, LATER), RAJ, LATER)

    assert (found.owner, found.state, found.called_at, found.offered_to) == (RAJ, State.DECLARED, LATER, None)


@pytest.mark.parametrize("what", [one for one in MOVES if one is not Did.REOPENED])
def test_nothing_more_happens_to_what_is_over(what: Did) -> None:
    over = resolved(held_by(LEE), LEE, "it was the prompt", LATER)

    with pytest.raises(OverError, match="Say “incident reopen 12” and why"):
        MOVES[what](over, RAJ, ANA, LATER)


def test_what_is_over_knows_what_it_was_and_how_long_it_took() -> None:
    found = resolved(an_incident(), RAJ, "it was the prompt", LATER)

    assert (found.owner, found.acknowledged_by, found.summary) == (RAJ, RAJ, "it was the prompt")
    assert (found.time_to_acknowledge, found.time_to_resolve) == (timedelta(minutes=4), timedelta(minutes=4))


def test_whoever_opens_it_again_owns_it() -> None:
    found = reopened(resolved(held_by(LEE), LEE, "it was the prompt", LATER), RAJ, LATER)

    assert (found.owner, found.state, found.resolved_at) == (RAJ, State.ACKNOWLEDGED, None)
    with pytest.raises(NotOverError):
        reopened(found, LEE, LATER)


def test_the_record_proves_who_held_it_when() -> None:
    record = [
        Event(at=START, by=MIA, what=Did.DECLARED, detail={"owner": [None, LEE], "severity": [None, 2]}),
        Event(at=START, by=MIA, what=Did.NOTED, detail={"text": "again"}),
        Event(at=LATER, by=RAJ, what=Did.TAKEN, detail={"owner": [LEE, RAJ]}),
    ]

    assert tenures(record) == (
        Tenure(user=LEE, since=START, until=LATER),
        Tenure(user=RAJ, since=LATER, until=None),
    )
    assert decisions(record) == []


def test_every_decision_is_for_the_owner_of_a_responsibility_and_every_level_has_a_severity() -> None:
    assert set(DECIDED_BY) == set(Decision)
    assert all(map(is_responsibility, DECIDED_BY.values()))
    assert set(SEVERITY_OF) == set(Level)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("Promises REFUNDS to everybody, twice a day", True),
        ("promises a lot", True),
        ("leak of customer data", False),
        ("it is at it too", False),
        ("", False),
    ],
)
def test_two_are_in_like_words_where_half_of_the_longer_words_of_the_shorter_are_in_the_other(
    other: str, *, alike: bool
) -> None:
    seen = "it promises refunds that do not exist"

    assert (in_like_words(seen, other), in_like_words(other, seen)) == (alike, alike)


@pytest.mark.parametrize(
    "move", [lambda: assigned(an_incident(), LEE, ANA, LATER), lambda: acknowledged(held_by(LEE), LEE, LATER)]
)
def test_what_is_so_already_is_named(move: Callable[[], Incident]) -> None:
    with pytest.raises(AlreadyError, match=r"^Incident 12 is .* already\.$"):
        move()
