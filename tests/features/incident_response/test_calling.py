"""Nobody acknowledges: who is called, what they read, and that each step is one message whatever happens to Muster."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.domain.delivery import PostState
from bot.domain.incident_moves import assigned
from bot.domain.incidents import Did, Event, Incident, Severity
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.features.incident_response import calling, card, night, owning, reminding
from bot.kit import later
from bot.kit.feature import Feature
from bot.store import audit, inbox, incidents, night_calls, posts
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, TEAM, Workspace, owned
from tests.support.incidents import a_kept_incident
from tests.support.snapshots import Snapshots

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
CALLS = Feature(
    name="incident_response",
    summary="Who is called",
    commands=night.COMMANDS,
    actions=owning.ACTIONS,
    laters=(*calling.LATERS, *reminding.LATERS),
)
NOON, NIGHT = datetime(2026, 11, 17, 12, 0, tzinfo=BERLIN), datetime(2026, 11, 17, 2, 0, tzinfo=BERLIN)


@pytest.fixture
def product(database: Database) -> Product:
    """Li answers for incidents, Mia stands in; Ana and Raj lead the product."""
    found = database.do(a_product)
    owned(database, found, INCIDENT_RESPONSE, LI, backup=MIA)
    return found


def at_work(database: Database, now: datetime) -> Workspace:
    """A Muster that was just started, and knows everybody."""
    workspace = Workspace(database, CALLS, now=now)
    for user in (ANA, RAJ, LI, MIA):
        workspace.is_known_as(user, Standing.MEMBER)
    return workspace


def declared(
    database: Database,
    product: Product,
    at: datetime,
    *,
    severity: Severity = Severity.CRITICAL,
    declared_by: str = "U0ELSE",
) -> Incident:
    """An incident of Li's with its card in the team's channel, declared *at* that instant."""

    def made(session: Session) -> Incident:
        one = a_kept_incident(session, product, owner=LI, declared_by=declared_by, severity=severity, now=at)
        shown = card.post(session, product, one, TEAM, at)
        new = NewPost(workspace=LOCAL_WORKSPACE, key=shown.key, recipient=TEAM, text=shown.text, blocks=shown.blocks)
        posts.add(session, new, at)
        calling.begin(session, one, at)
        return one

    return database.do(made)


def heard(workspace: Workspace) -> list[tuple[str, str]]:
    """Every call after the card: to whom, and the first line."""
    return [(to, text.splitlines()[0]) for to, text in workspace.told()[1:]]


def to_whom(workspace: Workspace) -> list[str]:
    return [to for to, _ in heard(workspace)]


def record(database: Database, incident: Incident) -> list[Event]:
    with database.reading() as session:
        return [one for one in incidents.events(session, incident.id) if one.what is Did.CALLED]


@pytest.mark.every_database
def test_nobody_answers_and_each_step_is_said_once_though_two_are_at_work(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    declared(database, product, NOON)
    workspace.work(workers=2)
    workspace.passes(30 * MINUTE, workers=2)

    about = "incident 1 of *Support Copilot*"
    others = f"<@{LI}> has not acknowledged {about} for"
    whoever = "Whoever presses Acknowledge has it from then on."
    assert heard(workspace) == [
        (LI, "Incident 1 of *Support Copilot* is yours and waits for you. Acknowledge it when you are at it."),
        (TEAM, f"<@{LI}>, this is yours and waits for you. Acknowledge it when you are at it."),
        (MIA, f"{others} 10 min. You answer for incidents too, or stand in. {whoever}"),
        (TEAM, "Not acknowledged for 10 min: called U0Mia directly."),
        (ANA, f"{others} 15 min. You lead the product. {whoever}"),
        (RAJ, f"{others} 15 min. You lead the product. {whoever}"),
        (TEAM, "Not acknowledged for 15 min: called U0Pm and U0Ml directly."),
        (
            LI,
            "Incident 1 of *Support Copilot* is yours and waits for you for 30 min. Acknowledge it when you are at it.",
        ),
    ]


def test_a_call_as_slack_gets_it(database: Database, product: Product, snapshots: Snapshots) -> None:
    workspace = at_work(database, NOON)
    declared(database, product, NOON)
    workspace.passes(11 * MINUTE)

    with database.reading() as session:
        known = posts.everything(session, LOCAL_WORKSPACE, PostState)[1:]
    snapshots.expect(
        "blocks/incident_response/calls",
        [{"to": one.recipient, "text": one.text, "blocks": list(one.blocks)} for one in known],
    )


def test_who_acknowledges_is_called_no_more_and_nobody_else_and_the_buttons_die(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    incident = declared(database, product, NOON)
    workspace.passes(6 * MINUTE)

    workspace.press(LI, card.ACKNOWLEDGE, str(incident.id))
    before = workspace.told()
    workspace.passes(timedelta(minutes=20))

    assert workspace.told() == before
    assert [text for to, text in before if to == LI] == [f"Incident 1 of *Support Copilot*: <@{LI}> is at it.\n[Show]"]
    assert [text for to, text in before if "[Acknowledge]" in text] == []


def test_a_new_owner_is_waited_for_from_the_start_and_the_one_before_is_left_alone(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    incident = declared(database, product, NOON)
    workspace.passes(11 * MINUTE)
    called_before = len(heard(workspace))

    def given(session: Session) -> None:
        now = workspace.clock.now()
        after = assigned(incident, RAJ, ANA, now)
        kept = incidents.save(session, after, Event(at=now, by=ANA, what=Did.ASSIGNED), now)
        calling.begin(session, kept, now)
        calling.begin(session, kept, now)

    database.do(given)
    workspace.passes(11 * MINUTE)

    assert to_whom(workspace)[called_before:] == [RAJ, TEAM, LI, MIA, TEAM]
    assert f"waits for <@{RAJ}> now" in dict(heard(workspace)[:1])[LI]


@pytest.mark.every_database
def test_after_an_outage_the_step_of_now_is_said_once_and_it_goes_on(database: Database, product: Product) -> None:
    declared(database, product, NOON)
    at_work(database, NOON).work()
    back = at_work(database, NOON + timedelta(minutes=17))
    back.work(workers=2)

    assert to_whom(back) == [LI, ANA, RAJ, TEAM]
    back.passes(timedelta(minutes=14))
    assert to_whom(back) == [LI, ANA, RAJ, TEAM, LI]


@pytest.mark.every_database
def test_several_looks_at_the_same_instant_call_once(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    incident = declared(database, product, NOON)

    def laid_again(session: Session) -> None:
        for number in range(5):
            later.at(session, NOON, name=calling.CALL, key=f"again {number}", now=NOON, value=str(incident.id))

    database.do(laid_again)
    workspace.work(workers=2)

    assert to_whom(workspace) == [LI]
    assert len(record(database, incident)) == 1
    with database.reading() as session:
        assert [one.what for one in audit.everything(session)].count("incident called") == 1


def test_a_worker_that_died_at_a_step_left_nothing_and_another_does_it(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    declared(database, product, NOON)
    taken = database.do(lambda session: inbox.claim(session, LOCAL_WORKSPACE, NOON, limit=9))
    assert len(taken) == 1

    workspace.work()
    assert heard(workspace) == []
    workspace.passes(inbox.LEASE + MINUTE)
    assert to_whom(workspace) == [LI]


def test_at_two_at_night_where_nobody_accepted_the_thread_and_who_declared_it_hear_it_at_once(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NIGHT)
    declared(database, product, NIGHT)
    workspace.work()

    said = (
        "Nobody who could be called now accepted to be called at night. U0Li is called at Tue 08:00 CET. Call them by"
        " other means if it cannot wait."
    )
    assert heard(workspace) == [(TEAM, said), ("U0ELSE", f"You declared incident 1 of *Support Copilot*. {said}")]
    assert [one for _, one in heard(workspace) if f"<@{LI}>" in one] == []
    workspace.until(NIGHT.replace(hour=7, minute=59))
    assert len(heard(workspace)) == len([TEAM, "U0ELSE"])
    workspace.until(NIGHT.replace(hour=8, minute=5))
    assert to_whom(workspace)[2:] == [LI, TEAM]


def test_where_everybody_left_the_thread_hears_that_there_is_nobody_to_call(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    for user in (ANA, RAJ, LI, MIA):
        workspace.is_known_as(user, Standing.GONE)
    declared(database, product, NOON)
    workspace.passes(2 * MINUTE)

    said = "There is nobody left whom I could call: name who answers for incidents."
    assert heard(workspace) == [(TEAM, said), ("U0ELSE", f"You declared incident 1 of *Support Copilot*. {said}")]


def test_who_accepts_during_the_night_is_called_right_then(database: Database, product: Product) -> None:
    workspace = at_work(database, NIGHT)
    incident = declared(database, product, NIGHT)
    workspace.passes(7 * MINUTE)

    def accepted(session: Session) -> None:
        night_calls.say(session, LOCAL_WORKSPACE, RAJ, accepted=True, now=workspace.clock.now())
        calling.look_again(session, workspace.clock.now())

    database.do(accepted)
    workspace.work()

    assert to_whom(workspace)[2:] == [RAJ, TEAM]
    assert heard(workspace)[-1] == (
        TEAM,
        "Not acknowledged for 7 min: called U0Ml directly. Night there, so not called: U0Li, U0Mia and U0Pm.",
    )
    assert record(database, incident)[-1].detail == {
        "rung": "leads",
        "woken": False,
        "called": [RAJ],
        "passed_over": [LI, MIA, ANA],
        "text": heard(workspace)[-1][1],
    }


def test_who_slept_while_another_was_called_is_called_in_the_morning_and_the_round_goes_on(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NIGHT)
    database.do(lambda session: night_calls.say(session, LOCAL_WORKSPACE, RAJ, accepted=True, now=NIGHT))
    incident = declared(database, product, NIGHT, severity=Severity.HIGH)
    workspace.until(NIGHT.replace(hour=8, minute=50))

    steps = [(one.detail["rung"], one.detail["woken"], one.detail["called"]) for one in record(database, incident)]
    assert [step for step in steps if not step[1]] == [("leads", False, [RAJ])] * 9 + [("owner", False, [LI])]
    assert [step for step in steps if step[1]] == [("owner", True, [LI, MIA, ANA])]


def test_who_declares_at_night_and_answers_for_it_is_up_and_called(database: Database, product: Product) -> None:
    workspace = at_work(database, NIGHT)
    declared(database, product, NIGHT, declared_by=LI)
    workspace.passes(6 * MINUTE)

    assert to_whom(workspace) == [LI, TEAM]


def test_what_can_wait_says_on_saturday_that_it_waits_for_monday(database: Database, product: Product) -> None:
    saturday = datetime(2026, 10, 24, 15, 0, tzinfo=BERLIN)
    workspace = at_work(database, saturday)
    declared(database, product, saturday, severity=Severity.MEDIUM)
    workspace.until(datetime(2026, 10, 26, 8, 59, tzinfo=BERLIN))

    said = (
        "Severity 3 waits for working hours: U0Li is called at Mon 09:00 CET. If it cannot wait, make it severity 2:"
        " that calls around the clock."
    )
    assert heard(workspace) == [(TEAM, said)]
    workspace.until(datetime(2026, 10, 26, 10, 0, tzinfo=BERLIN))
    assert to_whom(workspace)[1:] == [LI, TEAM]


def test_when_all_was_tried_the_thread_hears_that_nobody_is_called_any_more(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    declared(database, product, NOON, severity=Severity.LOW)
    workspace.until(datetime(2026, 12, 8, 12, 0, tzinfo=BERLIN))

    said = (
        "I called 10 times and nobody acknowledged it, so I stop calling. It stays open and with U0Li: acknowledge it,"
        " or give it to somebody who is there."
    )
    assert heard(workspace)[-1] == (TEAM, said)
    with database.reading() as session:
        keys = [one.key for one in posts.everything(session, LOCAL_WORKSPACE, PostState)]
    assert len(keys) == len(set(keys))
