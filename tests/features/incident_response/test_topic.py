"""The channel's topic says what is open and who owns it, and what people had written there comes back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlmodel import Session

from bot.domain.incident_moves import acknowledged, regraded
from bot.domain.incidents import Did, Event, Incident, Severity
from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Standing
from bot.domain.product import Product
from bot.errors import PermanentError, TransientError
from bot.features.incident_response import topic
from bot.kit.asking import Ask
from bot.kit.feature import Feature
from bot.store import audit, incident_settings, incidents, products
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, LI, RAJ, TEAM, Workspace
from tests.support.incidents import MINUTE, a_kept_incident, resolve
from tests.support.office import Office

ALONE = Feature(name="incident_response", summary="The topic", errands=topic.ERRANDS, laters=topic.LATERS)
STANDUP = "Standup at 10"
FIRST = "Incident 1: Hallucination, severity 2, owner U0Ml (Muster)"


@dataclass
class Slack:
    """Channels with a topic, and everything that Muster ever set; *refusing* and *losing* are what it does instead."""

    topics: dict[str, str] = field(default_factory=lambda: {TEAM: STANDUP, "C0NEW": ""})
    said: list[tuple[str, str]] = field(default_factory=list)
    looks: int = 0
    refusing: str = ""
    losing: int = 0
    meanwhile: Callable[[], object] | None = None

    def require_own(self, channel: str) -> None:
        self.looks += 1

    def topic(self, channel: str) -> str:
        return self.topics[channel]

    def set_topic(self, channel: str, said: str) -> None:
        if self.refusing:
            raise PermanentError(self.refusing)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        self.topics[channel] = said
        self.said.append((channel, said))
        if self.losing:
            self.losing -= 1
            raise TransientError("The connection to Slack was lost.")


class Team(Workspace):
    """A team that wants its topic to follow, with a Slack that has topics."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, ALONE)
        self.there = Slack()
        self.slack = cast("Any", self.there)
        self.product = database.do(a_product)
        for user in (ANA, RAJ, LI):
            self.is_known_as(user, Standing.MEMBER)
        self.wants(topic_on=True)

    def wants(self, product: Product | None = None, *, topic_on: bool) -> None:
        wanted = product or self.product
        self.database.do(lambda session: incident_settings.save(session, wanted.id, IncidentSettings(topic=topic_on)))
        self.database.do(lambda session: topic.begin(self.ask(session), wanted, key=f"settings/{topic_on}"))
        self.work()

    def declared(self, product: Product | None = None, **known: Any) -> Incident:
        of = product or self.product
        return self.does(lambda session: a_kept_incident(session, of, now=self.clock.now(), **known))

    def changes(self, after: Incident) -> Incident:
        event = Event(at=self.clock.now(), by=RAJ, what=Did.UPDATED)
        return self.does(lambda session: incidents.save(session, after, event, self.clock.now()))

    def resolves(self, incident: Incident) -> Incident:
        return self.does(lambda session: resolve(session, incident, at=self.clock.now()))

    def does(self, change: Callable[[Session], Incident]) -> Incident:
        """Something happens to an incident, and everything is done that follows."""
        incident = self.database.do(lambda session: self.followed(session, change(session)))
        self.work()
        return incident

    def followed(self, session: Session, incident: Incident) -> Incident:
        topic.changed(self.ask(session), products.with_id(session, incident.product_id), incident)
        return incident

    def ask(self, session: Session) -> Ask:
        return self._house.ask(session, Incoming(kind=Kind.COMMAND, key="asked", user=ANA))


@pytest.fixture
def team(database: Database) -> Team:
    return Team(database)


def test_it_says_what_is_open_and_what_stood_there_before_comes_back(team: Team) -> None:
    incident = team.declared()
    assert team.there.topics[TEAM] == FIRST
    team.resolves(incident)

    assert team.there.said == [(TEAM, FIRST), (TEAM, STANDUP)]


def test_it_changes_only_with_the_owner_the_severity_or_how_many_are_open(team: Team) -> None:
    incident = team.declared()
    incident = team.changes(acknowledged(incident, RAJ, MONDAY))
    incident = team.changes(replace(incident, next_update_at=MONDAY + MINUTE))
    assert (len(team.there.said), team.there.looks) == (1, 1)

    incident = team.changes(regraded(incident, Severity.CRITICAL, MONDAY))
    incident = team.changes(replace(incident, owner=LI))
    team.declared()

    assert [said for _, said in team.there.said[1:]] == [
        "Incident 1: Hallucination, severity 1, owner U0Ml (Muster)",
        "Incident 1: Hallucination, severity 1, owner U0Li (Muster)",
        "2 incidents: 1, severity 1, owner U0Li; 2, severity 2, owner U0Ml (Muster)",
    ]


def test_what_somebody_wrote_meanwhile_is_left_alone_and_comes_back_after_the_next(team: Team) -> None:
    incident = team.declared()
    team.there.topics[TEAM] = "War room on the third floor"
    incident = team.changes(regraded(incident, Severity.CRITICAL, MONDAY))
    team.resolves(incident)
    assert team.there.said == [(TEAM, FIRST)]

    team.resolves(team.declared())

    assert [said for _, said in team.there.said[1:]] == [
        "Incident 2: Hallucination, severity 2, owner U0Ml (Muster)",
        "War room on the third floor",
    ]


@pytest.mark.every_database
def test_an_answer_that_was_lost_and_two_workers_set_it_once(team: Team) -> None:
    team.there.losing = 1
    incident = team.declared()
    team.passes(timedelta(minutes=5), workers=2)
    team.resolves(incident)

    assert team.there.said == [(TEAM, FIRST), (TEAM, STANDUP)]


def test_of_two_changes_at_once_the_later_one_stands_there_in_the_end(team: Team) -> None:
    worse = regraded(team.declared(), Severity.CRITICAL, MONDAY)
    # While the first is on its way to Slack, the second is decided and set.
    team.there.meanwhile = lambda: team.changes(regraded(replace(worse, version=2), Severity.LOW, MONDAY))

    team.changes(worse)

    first, second = (f"Incident 1: Hallucination, severity {one}, owner U0Ml (Muster)" for one in (1, 4))
    assert [said for _, said in team.there.said[1:]] == [second, first, second]


def test_without_the_scope_the_leads_hear_once_which_one_and_by_day(team: Team) -> None:
    team.there.refusing = "The app lacks the scope channels:write.topic: add it and reinstall the app."
    team.clock.at = MONDAY + timedelta(hours=14)
    incident = team.declared()
    team.resolves(team.changes(regraded(incident, Severity.CRITICAL, MONDAY)))
    team.declared()
    assert team.told() == []
    team.clock.at = MONDAY + timedelta(days=1)
    team.work()

    text = (
        "I could not keep the channel's topic up to date with what is open: <#C0TEAM>: The app lacks the scope"
        " channels:write.topic: add it and reinstall the app. Incidents go on without it; `/muster incident settings"
        " topic off` lets me stop trying."
    )
    assert sorted(team.told()) == [(RAJ, text), (ANA, text)]
    assert team.there.topics[TEAM] == STANDUP


def test_once_somebody_set_something_anew_a_refusal_is_told_again(team: Team) -> None:
    team.there.refusing = "The channel is archived."
    incident = team.declared()
    team.database.do(
        lambda session: audit.done(session, user=ANA, what=topic.SETTINGS, now=MONDAY, product=team.product)
    )

    team.changes(regraded(incident, Severity.CRITICAL, MONDAY))

    assert sorted(to for to, _ in team.told()) == [RAJ, RAJ, ANA, ANA]


def test_something_else_is_no_kind_that_a_topic_names(team: Team) -> None:
    team.declared(kind="other")

    assert team.there.topics[TEAM] == "Incident 1: severity 2, owner U0Ml (Muster)"


def test_where_the_team_does_not_want_it_slack_is_not_even_asked(team: Team) -> None:
    team.wants(topic_on=False)

    team.resolves(team.declared())

    assert team.there.looks == 0


def test_switched_off_while_something_is_open_it_is_put_back_at_once(team: Team) -> None:
    team.declared()

    team.wants(topic_on=False)

    assert team.there.topics[TEAM] == STANDUP


def test_a_team_that_moves_takes_it_along(team: Team) -> None:
    incident = team.declared()
    team.database.do(lambda session: products.save(session, replace(team.product, team_channel="C0NEW")))

    team.changes(regraded(incident, Severity.CRITICAL, MONDAY))

    assert team.there.topics == {TEAM: STANDUP, "C0NEW": "Incident 1: Hallucination, severity 1, owner U0Ml (Muster)"}


def test_two_products_in_one_channel_share_its_topic(team: Team) -> None:
    search = team.database.do(lambda session: a_product(session, key="search", name="Search"))
    team.wants(search, topic_on=True)
    first, second = team.declared(), team.declared(search)
    assert team.there.topics[TEAM].startswith("2 incidents: 1, ")

    team.resolves(first)
    team.resolves(second)

    assert [said for _, said in team.there.said[2:]] == [
        "Incident 2: Hallucination, severity 2, owner U0Ml (Muster)",
        STANDUP,
    ]


def test_what_stood_there_before_stands_in_the_audit_log(team: Team) -> None:
    team.resolves(team.declared())

    with team.database.reading() as session:
        deeds = [(one.user, one.what, one.detail, one.before) for one in audit.everything(session)]
    kept = {"former": STANDUP, "ours": [FIRST], "over": False}
    assert deeds == [
        ("", "incident topic", "<#C0TEAM>", {"channel": TEAM, "topic": kept}),
        ("", "incident topic", "<#C0TEAM>", {"channel": TEAM, "topic": {**kept, "over": True}}),
    ]


def test_incidents_that_people_work_on_are_followed(office: Office) -> None:
    product = office.database.do(a_product)
    office.database.do(lambda session: incident_settings.save(session, product.id, IncidentSettings(topic=True)))
    office.slack.workspace.channels[TEAM].topic = STANDUP

    office.say("incident declare copilot severity 2 hallucination it promises refunds")
    opened = office.slack.workspace.channels[TEAM].topic
    office.say("incident resolve a bad prompt, rolled back")

    assert opened.startswith("Incident 1: Hallucination, severity 2, owner ")
    assert office.slack.workspace.channels[TEAM].topic == STANDUP
