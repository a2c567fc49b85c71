"""Calling goes on after an outage, after people left, and until the product is put away; nobody is woken for a card."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import acknowledged, assigned, updated
from bot.domain.incident_topic import Kept
from bot.domain.incidents import Did, Event, Incident, Severity, State
from bot.domain.incoming import Incoming, Kind
from bot.domain.nights import UP_FOR
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.domain.responsibilities import INCIDENT_RESPONSE
from bot.features.incident_response import calling, card, owner_left, placing, reminding, topic
from bot.features.incident_response.finding import Case
from bot.kit.asking import Ask
from bot.kit.feature import Feature, Registry
from bot.kit.incident_calling import Callees, when_awake
from bot.slack.handling import House
from bot.store import audit, incident_settings, incidents, night_calls, posts, products
from bot.store.incident_settings import IncidentSettings
from bot.store.json import dumped
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import a_product
from tests.support.coming_and_going import ANA, LI, MIA, RAJ, TEAM, Workspace, owned
from tests.support.incidents import a_kept_incident

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
NOON, NIGHT = datetime(2026, 11, 17, 12, 0, tzinfo=BERLIN), datetime(2026, 11, 17, 2, 0, tzinfo=BERLIN)
ELSE = "U0ELSE"
WATCHING = Feature(
    name="incident_response",
    summary="Who is called",
    laters=(*calling.LATERS, *reminding.LATERS, *owner_left.LATERS),
    errands=owner_left.ERRANDS,
    happenings=owner_left.HAPPENINGS,
)


@pytest.fixture
def product(database: Database) -> Product:
    """Li answers for incidents, Mia stands in; Ana and Raj lead the product."""
    found = database.do(a_product)
    owned(database, found, INCIDENT_RESPONSE, LI, backup=MIA)
    return found


def at_work(database: Database, now: datetime, *, li_in: str = "Europe/Berlin") -> Workspace:
    """A Muster that was just started, and knows everybody."""
    workspace = Workspace(database, WATCHING, now=now)
    for user in (ANA, RAJ, MIA):
        workspace.is_known_as(user, Standing.MEMBER)
    workspace.is_known_as(LI, Standing.MEMBER, timezone=li_in)
    return workspace


def made(session: Session, product: Product, at: datetime, severity: Severity = Severity.CRITICAL) -> Incident:
    """An incident of Li's with its card in the team's channel, declared *at* that instant by somebody else."""
    one = a_kept_incident(session, product, owner=LI, declared_by=ELSE, severity=severity, now=at)
    shown = card.post(session, product, one, TEAM, at)
    new = NewPost(workspace=LOCAL_WORKSPACE, key=shown.key, recipient=TEAM, text=shown.text, blocks=shown.blocks)
    posts.add(session, new, at)
    calling.begin(session, one, at)
    return one


def declared(database: Database, product: Product, at: datetime, severity: Severity = Severity.CRITICAL) -> Incident:
    return database.do(lambda session: made(session, product, at, severity))


def held(database: Database, product: Product, at: datetime) -> Incident:
    """An incident that Li is at, with an update expected in half an hour."""

    def acted(session: Session) -> Incident:
        one = made(session, product, at)
        after = updated(acknowledged(one, LI, at), at + 30 * MINUTE)
        kept = incidents.save(session, after, Event(at=at, by=LI, what=Did.ACKNOWLEDGED), at)
        calling.begin(session, kept, at)
        return kept

    return database.do(acted)


def offered_to(database: Database, incident: Incident, user: str) -> Incident:
    after = assigned(incident, user, LI, NOON)
    event = Event(at=NOON, by=LI, what=Did.OFFERED)
    return database.do(lambda session: incidents.save(session, after, event, NOON))


def now_is(database: Database, incident: Incident) -> Incident:
    with database.reading() as session:
        found = incidents.with_id(session, incident.id)
    assert found is not None
    return found


def heard(workspace: Workspace) -> list[tuple[str, str]]:
    """Everything said after the card: to whom, and the first line."""
    return [(to, text.splitlines()[0]) for to, text in workspace.told()[1:]]


def to_whom(workspace: Workspace) -> list[str]:
    return [to for to, _ in heard(workspace)]


def asked(session: Session, now: datetime, *, channel: str = "D0ELSE") -> Ask:
    house = House(registry=Registry((WATCHING,)), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
    return house.ask(session, Incoming(kind=Kind.COMMAND, key="asked", user=ELSE, channel=channel))


@pytest.mark.every_database
def test_a_day_that_was_missed_is_not_waited_for_in_the_past(database: Database, product: Product) -> None:
    before = at_work(database, NIGHT)
    declared(database, product, NIGHT)
    before.work()
    back = at_work(database, NIGHT.replace(hour=23))
    back.work()
    assert LI not in to_whom(back)

    back.until(NIGHT.replace(day=18, hour=8, minute=1))

    assert to_whom(back)[-1] == LI


def test_who_was_passed_over_is_called_on_the_day_after_the_one_that_was_missed(
    database: Database, product: Product
) -> None:
    before = at_work(database, NOON.replace(hour=10), li_in="America/New_York")
    declared(database, product, NOON.replace(hour=10), Severity.LOW)
    before.work()
    back = at_work(database, NIGHT.replace(day=18, minute=30), li_in="America/New_York")
    back.work()
    assert to_whom(back) == [MIA, TEAM]

    back.until(NIGHT.replace(day=18, hour=16))

    assert LI in to_whom(back)


@pytest.mark.every_database
def test_who_is_named_after_nobody_was_left_is_called_and_the_thread_hears_once_that_nobody_was(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    for user in (ANA, RAJ, LI, MIA):
        workspace.is_known_as(user, Standing.GONE)
    declared(database, product, NOON)
    workspace.passes(40 * MINUTE)
    assert to_whom(workspace) == [TEAM, ELSE]

    owned(database, product, INCIDENT_RESPONSE, "U0NEW", now=workspace.clock.now())
    workspace.passes(6 * MINUTE)

    assert to_whom(workspace)[2:] == ["U0NEW", TEAM]


def test_where_whoever_declared_it_left_too_nobody_is_written_to(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    for user in (ANA, RAJ, LI, MIA, ELSE):
        workspace.is_known_as(user, Standing.GONE)
    declared(database, product, NOON)
    workspace.work()

    assert to_whom(workspace) == [TEAM]


def test_a_look_too_many_does_not_say_again_that_calling_ends(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    incident = declared(database, product, NOON, Severity.LOW)
    workspace.until(datetime(2026, 12, 8, 12, 0, tzinfo=BERLIN))
    before = to_whom(workspace)
    assert "so I stop calling" in heard(workspace)[-1][1]

    def looked_again(session: Session) -> None:
        now = workspace.clock.now()
        asking = asked(session, now)
        reply = calling.call(replace(asking, incoming=replace(asking.incoming, value=str(incident.id))))
        for post in reply.posts:
            new = NewPost(workspace=LOCAL_WORKSPACE, key=post.key, recipient=post.to, text=post.text)
            posts.add(session, new, now)

    database.do(looked_again)

    assert to_whom(workspace) == before


def test_a_message_that_was_kept_puts_nobody_to_sleep_and_wakes_nobody(database: Database, product: Product) -> None:
    incident = held(database, product, NIGHT)

    def kept(session: Session) -> dict[str, datetime]:
        for by, key in ((LI, "one"), (MIA, "two")):
            event = Event(at=NIGHT - timedelta(hours=3), by=by, what=Did.KEPT, key=key, detail={"text": "x"})
            incidents.add(session, incident.id, event, NIGHT + 10 * MINUTE)
        noted = Event(at=NIGHT - timedelta(hours=2), by=LI, what=Did.NOTED, detail={"text": "y"})
        incidents.add(session, incident.id, noted, NIGHT + 10 * MINUTE)
        return Callees(session=session, product=product).up(incident)

    assert database.do(kept) == {ELSE: NIGHT + UP_FOR, LI: NIGHT + UP_FOR}


@pytest.mark.parametrize(
    ("now", "accepted", "when"),
    [
        (NOON, False, NOON),
        (NIGHT, True, NIGHT),
        (NIGHT, False, NIGHT.replace(hour=8)),
    ],
)
def test_what_can_wait_is_told_when_somebody_is_awake(
    database: Database, product: Product, now: datetime, accepted: bool, when: datetime
) -> None:
    def told(session: Session) -> datetime:
        night_calls.say(session, LOCAL_WORKSPACE, LI, accepted=accepted, now=now)
        return when_awake(session, product, LI, now)

    assert database.do(told) == when


@pytest.mark.parametrize(
    ("now", "to", "said"),
    [
        (NOON, LI, "Its card is with its owner: the product has no channel."),
        (
            NIGHT,
            ELSE,
            "Its card is with you: the product has no channel, and its owner may not be called at this hour.",
        ),
    ],
)
def test_without_a_channel_the_card_wakes_no_owner(
    database: Database, product: Product, now: datetime, to: str, said: str
) -> None:
    def placed(session: Session) -> tuple[list[str], str, list[str]]:
        alone = products.save(session, replace(product, team_channel=None))
        one = a_kept_incident(session, alone, owner=LI, declared_by=ELSE, now=now)
        ask, case = asked(session, now), Case(incident=one, product=alone)
        refused = replace(ask, incoming=replace(ask.incoming, value=str(one.id)))
        (errand,) = placing.ERRANDS
        elsewhere = errand.keep(refused, "C0OTHER", False)
        return [one.to for one in placing.posts(ask, case)], placing.said(ask, case), [p.to for p in elsewhere.posts]

    assert database.do(placed) == ([to], said, [to])


@pytest.mark.every_database
def test_while_the_product_is_put_away_nobody_is_called_and_that_is_said_once(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    declared(database, product, NOON)
    workspace.work()
    database.do(lambda session: products.archive(session, product.id, NOON))
    workspace.passes(40 * MINUTE)

    said = (
        "*Support Copilot* was put away, so I call nobody for this incident and ask for no updates. It stays open:"
        " resolve it if it is over. I go on if the product is taken back."
    )
    assert heard(workspace)[1:] == [(TEAM, said)]

    database.do(lambda session: products.bring_back(session, product.id))
    workspace.passes(15 * MINUTE)
    assert to_whom(workspace) == [LI, TEAM, LI]


def test_while_the_product_is_put_away_nobody_is_asked_for_updates(database: Database, product: Product) -> None:
    workspace = at_work(database, NOON)
    held(database, product, NOON)
    database.do(lambda session: products.archive(session, product.id, NOON))
    workspace.passes(120 * MINUTE)
    assert to_whom(workspace) == [TEAM]

    database.do(lambda session: products.bring_back(session, product.id))
    workspace.passes(31 * MINUTE)
    assert to_whom(workspace) == [TEAM, LI]


def test_the_topic_of_a_product_that_was_put_away_is_to_be_put_back(database: Database, product: Product) -> None:
    def put_away(session: Session) -> list[bool]:
        incident_settings.save(session, product.id, IncidentSettings(topic=True))
        a_kept_incident(session, product, now=NOON)
        ours = Kept(former="Standup at 10", ours=("Incident 1 (Muster)",))
        before = {"channel": TEAM, "topic": dumped(ours)}
        audit.done(session, user="", what=topic.DEED, now=NOON, product=product, detail=f"<#{TEAM}>", before=before)
        products.archive(session, product.id, NOON)
        topic.look_at_all(asked(session, NOON))
        ask = asked(session, NOON)
        looking = replace(ask, incoming=replace(ask.incoming, value=TEAM))
        first = topic.look(looking).then is not None
        look = topic.ERRANDS[0]
        look.keep(looking, TEAM, ours.says)
        known = topic.ERRANDS[1].ask(looking)
        return [first, known.kept.over, known.kept.says == "Standup at 10", topic.look(looking).then is not None]

    assert database.do(put_away) == [True, True, True, False]


@pytest.mark.every_database
def test_where_nobody_is_left_to_own_it_the_thread_hears_so_once_and_whoever_is_named_is_called(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    incident = held(database, product, NOON)
    workspace.passes(MINUTE)
    for user in (ANA, RAJ, MIA, ELSE):
        workspace.becomes(user, Standing.GONE)
    for _ in range(2):
        workspace.becomes(LI, Standing.GONE, times=2)
        workspace.passes(20 * MINUTE)

    said = (
        "U0Li left Slack, and there is nobody left to pass this incident on to. Whoever acknowledges it has it; name"
        " who answers for incidents."
    )
    nobody = "There is nobody left whom I could call: name who answers for incidents."
    assert heard(workspace) == [(TEAM, said), (TEAM, nobody)]
    assert (now_is(database, incident).owner, now_is(database, incident).state) == (LI, State.DECLARED)

    owned(database, product, INCIDENT_RESPONSE, "U0NEW", now=workspace.clock.now())
    workspace.passes(16 * MINUTE)
    assert to_whom(workspace)[2:][:1] == ["U0NEW"]


@pytest.mark.every_database
def test_an_offer_to_somebody_who_left_is_taken_back_once_and_the_record_says_why(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    incident = offered_to(database, held(database, product, NOON), RAJ)

    workspace.becomes(RAJ, Standing.GONE, times=2)

    assert heard(workspace) == [(TEAM, f"U0Ml left Slack, so the offer to them is taken back: it stays with <@{LI}>.")]
    after = now_is(database, incident)
    assert (after.owner, after.offered_to, after.state) == (LI, None, State.ACKNOWLEDGED)
    with database.reading() as session:
        last = incidents.events(session, incident.id)[-1]
    assert (last.by, last.what, last.detail["reason"]) == ("", Did.OFFERED, "U0Ml left Slack")


def test_an_offer_is_taken_back_by_the_daily_look_where_slack_told_nothing(
    database: Database, product: Product
) -> None:
    workspace = at_work(database, NOON)
    incident = offered_to(database, held(database, product, NOON), RAJ)
    workspace.becomes(RAJ, Standing.GONE, lost=True)

    workspace.passes(timedelta(days=1))

    assert now_is(database, incident).offered_to is None
