"""Incidents as they are kept: every change with its record, and of two who change one at once, one wins."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import (
    accepted,
    acknowledged,
    assigned,
    declined,
    regraded,
    reopened,
    resolved,
)
from bot.domain.incidents import (
    Did,
    Event,
    Incident,
    NewIncident,
    Origin,
    Severity,
    State,
    tenures,
)
from bot.errors import UserError
from bot.store import incidents, predictions
from bot.store.incidents import IncidentChangedError
from bot.store.session import Database
from tests.support.builders import MONDAY, a_prediction, a_product

PEOPLE = ("U0ANA", "U0RAJ", "U0LEE")
MINUTE, HALF = timedelta(minutes=1), 0.5


def a_declared(session: Session, **known: object) -> Incident:
    """An incident of Raj's, declared on Monday."""
    new = NewIncident(
        product_id=a_product(session).id if "product_id" not in known else 0,
        kind="hallucination",
        severity=Severity.HIGH,
        seen="it promises refunds",
        origin=Origin.COMMAND,
        owner="U0RAJ",
        declared_by="U0ANA",
    )
    return incidents.declare(session, replace(new, **known), MONDAY)  # type: ignore[arg-type]  # fields by name


MOVES: dict[Did, Callable[[Incident, str, str, datetime], Incident]] = {
    Did.ACKNOWLEDGED: lambda before, by, _, now: acknowledged(before, by, now),
    Did.ASSIGNED: lambda before, by, to, now: assigned(before, to, by, now),
    Did.ACCEPTED: lambda before, by, _, now: accepted(before, by, now),
    Did.DECLINED: lambda before, by, _to, _now: declined(before, by),
    Did.REGRADED: lambda before, by, _, now: regraded(before, Severity(1 + PEOPLE.index(by)), now),
    Did.RESOLVED: lambda before, by, _, now: resolved(before, by, "the prompt", now),
    Did.REOPENED: lambda before, by, _, now: reopened(before, by, now),
}
OFTEN = (Did.ACKNOWLEDGED, Did.ASSIGNED, Did.ACCEPTED)
"""What changes owners."""


class Walk:
    """Two people at one incident, who act on what each of them saw last."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.dice = session, Random(seed)
        self.first = a_declared(session)
        self.seen = dict.fromkeys(PEOPLE[:2], self.first)
        self.too_late = 0

    def step(self, minute: int) -> None:
        """Somebody does something; half of the time they look before."""
        by, now = self.dice.choice(PEOPLE[:2]), MONDAY + minute * MINUTE
        before = now_of(self.session, self.first)
        if self.dice.random() < HALF:
            self.seen[by] = before
        what = self.dice.choice([*MOVES, *OFTEN, *OFTEN])
        try:
            after = MOVES[what](self.seen[by], by, self.dice.choice(PEOPLE), now)
            self.seen[by] = incidents.save(self.session, after, Event(at=now, by=by, what=what), now)
        except IncidentChangedError as error:
            self.too_late += error.now == before == now_of(self.session, self.first)
        except UserError:
            return


@pytest.mark.every_database
@pytest.mark.parametrize("seed", range(5))
def test_whatever_two_people_do_with_what_they_last_saw_there_is_one_owner_and_the_record_proves_it(
    database: Database, seed: int
) -> None:
    with database.unit_of_work() as session:
        walk = Walk(session, seed)
        for minute in range(1, 120):
            walk.step(minute)
        last, spans = now_of(session, walk.first), tenures(incidents.events(session, walk.first.id))

    assert walk.too_late > 0
    assert (spans[0].since, spans[-1].until, spans[-1].user) == (MONDAY, None, last.owner)
    assert all(one.until == other.since and one.since < other.since for one, other in pairwise(spans))
    assert len(spans) > 1


def now_of(session: Session, incident: Incident) -> Incident:
    """The incident as it is now."""
    found = incidents.with_id(session, incident.id)
    assert found is not None
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction."""
    with database.unit_of_work() as opened:
        yield opened


def test_a_new_incident_is_owned_from_its_first_moment(session: Session) -> None:
    incident = a_declared(session)

    assert (incident.owner, incident.state, incident.version) == ("U0RAJ", State.DECLARED, 1)
    assert incidents.events(session, incident.id) == [
        Event(
            at=MONDAY,
            by="U0ANA",
            what=Did.DECLARED,
            detail={"owner": [None, "U0RAJ"], "severity": [None, 2], "text": "it promises refunds"},
        )
    ]


def test_a_change_is_kept_whole_and_the_record_says_what_changed(session: Session) -> None:
    incident = a_declared(session)
    now = MONDAY + MINUTE

    event = Event(at=now, by="U0ANA", what=Did.ACKNOWLEDGED, detail={"reason": "on a plane"})
    kept = incidents.save(session, acknowledged(incident, "U0ANA", now), event, now)

    assert kept == replace(acknowledged(incident, "U0ANA", now), version=2)
    assert incidents.events(session, incident.id)[-1].detail == {
        "owner": ["U0RAJ", "U0ANA"],
        "state": ["declared", "acknowledged"],
        "reason": "on a plane",
    }


def test_who_saves_second_hears_how_it_stands_and_who_it_was_and_nothing_is_kept(session: Session) -> None:
    incident = a_declared(session)
    first = incidents.save(
        session,
        acknowledged(incident, "U0ANA", MONDAY),
        Event(at=MONDAY, by="U0ANA", what=Did.ACKNOWLEDGED),
        MONDAY,
    )

    with pytest.raises(IncidentChangedError) as told:
        incidents.save(
            session,
            acknowledged(incident, "U0LEE", MONDAY),
            Event(at=MONDAY, by="U0LEE", what=Did.ACKNOWLEDGED),
            MONDAY,
        )

    assert (told.value.now, told.value.by) == (first, "U0ANA")
    assert [one.by for one in incidents.events(session, incident.id)] == ["U0ANA", "U0ANA"]


def test_what_may_be_there_once_is_there_once(session: Session) -> None:
    incident = a_declared(session)
    kept = Event(at=MONDAY, by="U0ANA", what=Did.KEPT, detail={"text": "since noon"}, key="said/C0TEAM/1.2")

    assert incidents.add(session, incident.id, kept, MONDAY)
    assert not incidents.add(session, incident.id, replace(kept, by="U0LEE"), MONDAY)
    assert incidents.events(session, incident.id)[1:] == [kept]


def test_one_alike_is_open_of_the_same_kind_and_from_the_past_hour(session: Session) -> None:
    incident = a_declared(session)
    ago = MONDAY + timedelta(minutes=59)

    assert incidents.alike(session, incident.product_id, "hallucination", ago) == incident
    assert incidents.alike(session, incident.product_id, "other", ago) is None
    assert incidents.alike(session, incident.product_id, "hallucination", MONDAY + timedelta(hours=1)) is None
    over = resolved(incident, "U0RAJ", "the prompt", ago)
    incidents.save(session, over, Event(at=ago, by="U0RAJ", what=Did.RESOLVED), ago)
    assert incidents.alike(session, incident.product_id, "hallucination", ago) is None


def test_open_ones_are_listed_oldest_first_and_what_is_over_is_not(session: Session) -> None:
    first = a_declared(session)
    second = a_declared(session, product_id=first.product_id)
    over = a_declared(session, product_id=first.product_id)
    gone = resolved(over, "U0RAJ", "the prompt", MONDAY)
    gone = incidents.save(session, gone, Event(at=MONDAY, by="U0RAJ", what=Did.RESOLVED), MONDAY)

    assert incidents.open_ones(session) == [first, second]
    assert incidents.of_product(session, first.product_id) == [first, second, gone]
    assert incidents.of_product(session, first.product_id, [State.RESOLVED]) == [gone]


def test_predictions_belong_to_it_once(session: Session) -> None:
    incident = a_declared(session)
    held = [a_prediction(), a_prediction()]
    rows = list(predictions.keep(session, incident.product_id, held, loaded=True).values())

    assert incidents.attach(session, incident.id, rows[:1], by="U0ANA", now=MONDAY) == 1
    assert incidents.attach(session, incident.id, rows, by="U0ANA", now=MONDAY + MINUTE) == 1
    assert incidents.predictions_of(session, incident.id) == rows
