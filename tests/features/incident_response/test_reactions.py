"""The team's emoji on a message keeps it in the record of the incident that it is about, once, and tells nobody."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlmodel import Session

from bot.domain.delivery import Patience, Receipt
from bot.domain.incidents import Did, Event, Incident
from bot.domain.incoming import Incoming, Kind, Quoted
from bot.domain.people import Person, Standing
from bot.domain.product import Pii
from bot.errors import PermanentError, TransientError
from bot.features.incident_response import card, reactions
from bot.features.incident_response.reactions import emoji_in
from bot.kit.feature import Feature
from bot.store import inbox, incident_settings, incidents, posts, products, settling
from bot.store.incident_settings import IncidentSettings
from bot.store.posts import NewPost
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.support.builders import MONDAY, a_product
from tests.support.coming_and_going import ANA, LI, RAJ, TEAM, Workspace
from tests.support.incidents import a_kept_incident, resolve
from tests.support.office import ML, OTHER, Office

ALONE = Feature(
    name="incident_response", summary="Reactions", errands=reactions.ERRANDS, happenings=reactions.HAPPENINGS
)
CARD, REPLY, ELSE = "1795280400.000100", "1795280460.000200", "1795280470.000300"


@dataclass
class Slack:
    """Messages, each with the thread it is in, and who reacts."""

    threads: dict[str, str | None] = field(default_factory=lambda: {CARD: None, REPLY: CARD, ELSE: None})
    text: str = "Refunds are &lt;wrong&gt; for ana@example.com"
    standing: Standing = Standing.MEMBER
    looks: int = 0
    losing: int = 0

    def people(self, users: Collection[str]) -> dict[str, Person]:
        return {user: Person(user=user, name=user.title(), standing=self.standing) for user in users}

    def quote(self, channel: str, ts: str) -> Quoted:
        self.looks += 1
        if self.losing:
            self.losing -= 1
            raise TransientError("Slack was away.")
        if ts not in self.threads:
            raise PermanentError("The message is gone.")
        return Quoted(author=LI, text=self.text, ts=ts, permalink=f"https://slack/{ts}", thread=self.threads[ts])


class Team(Workspace):
    """A team whose emoji is a pushpin, with an incident whose card stands in its channel."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, ALONE)
        self.there = Slack()
        self.slack = cast("Any", self.there)
        self.product = database.do(a_product)
        wanted = IncidentSettings(emoji="pushpin")
        database.do(lambda session: incident_settings.save(session, self.product.id, wanted))
        self.incident = database.do(self._declared)

    def reacts(self, ts: str = REPLY, *, emoji: str = "pushpin", user: str = RAJ, times: int = 1) -> None:
        """Somebody reacts, and Slack tells of it so many times."""
        key = f"event/{user}/{ts}/{emoji}"
        about = Incoming(
            kind=Kind.EVENT, key=key, name="reaction_added", user=user, channel=TEAM, message=ts, value=emoji
        )
        for _ in range(times):
            self.database.do(lambda session: self._heard(session, about))
        self.work()

    def kept(self, incident: Incident | None = None) -> list[Event]:
        """What was kept in the record."""
        with self.database.reading() as session:
            events = incidents.events(session, (incident or self.incident).id)
        return [one for one in events if one.what is Did.KEPT]

    def card(self) -> str:
        with self.database.reading() as session:
            found = posts.named(session, LOCAL_WORKSPACE, f"incident/{self.incident.id}")
        assert found is not None
        return str(found.blocks)

    def _heard(self, session: Session, incoming: Incoming) -> None:
        for one in self._house.heard(incoming):
            inbox.write(session, LOCAL_WORKSPACE, one, self.clock.now())

    def _declared(self, session: Session) -> Incident:
        one = a_kept_incident(session, self.product, now=MONDAY)
        shown = card.post(session, self.product, one, TEAM, MONDAY)
        new = NewPost(workspace=LOCAL_WORKSPACE, key=shown.key, recipient=TEAM, text=shown.text, blocks=shown.blocks)
        posts.add(session, new, MONDAY)
        (post,) = posts.claim(session, LOCAL_WORKSPACE, now=MONDAY, patience=Patience(), limit=1)
        settling.arrived(session, post, Receipt(TEAM, CARD), MONDAY)
        return one


@pytest.fixture
def team(database: Database) -> Team:
    return Team(database)


@pytest.mark.every_database
def test_a_message_is_kept_once_with_its_author_time_and_link_whoever_reacts_how_often(team: Team) -> None:
    team.there.losing = 1
    team.reacts(times=2)
    team.clock.at = datetime(2026, 11, 21, tzinfo=UTC)
    team.work(workers=2)
    team.reacts(user=ANA)

    assert team.kept() == [
        Event(
            at=datetime(2026, 11, 21, 17, 1, 0, 200, tzinfo=UTC),
            by=RAJ,
            what=Did.KEPT,
            key=f"said/{TEAM}/{REPLY}",
            detail={
                "text": "Refunds are <wrong> for ana@example.com",
                "author": LI,
                "permalink": f"https://slack/{REPLY}",
            },
        )
    ]


def test_nothing_is_posted_but_the_card_counts_it(team: Team) -> None:
    team.reacts()

    assert len(team.told()) == 1
    assert "1 note" in team.card()


def test_what_is_personal_is_masked_where_the_product_says_so(team: Team) -> None:
    masked = replace(team.product, record=replace(team.product.record, pii=Pii.REDACT))
    team.database.do(lambda session: products.save(session, masked))

    team.reacts()

    assert [one.detail["text"] for one in team.kept()] == ["Refunds are <wrong> for [e-mail]"]


@pytest.mark.parametrize("standing", [Standing.GUEST, Standing.STRANGER, Standing.BOT, Standing.GONE])
def test_only_reactions_of_members_count(team: Team, standing: Standing) -> None:
    team.there.standing = standing

    team.reacts()

    assert team.kept() == []


def test_other_emoji_other_messages_and_the_card_itself_keep_nothing(team: Team) -> None:
    team.reacts(emoji="tada")
    assert team.there.looks == 0

    team.reacts(CARD)
    team.reacts("1.000100")
    assert team.kept() == []


def test_in_the_channel_it_counts_while_exactly_one_is_open(team: Team) -> None:
    team.reacts(ELSE)
    assert [one.key for one in team.kept()] == [f"said/{TEAM}/{ELSE}"]

    team.there.threads["1795280480.000400"] = None
    second = team.database.do(lambda session: a_kept_incident(session, team.product, now=MONDAY))
    team.reacts("1795280480.000400")

    assert (len(team.kept()), team.kept(second)) == (1, [])


def test_in_its_thread_it_counts_when_several_are_open_and_when_it_is_over(team: Team) -> None:
    team.database.do(lambda session: a_kept_incident(session, team.product, now=MONDAY))
    team.database.do(lambda session: resolve(session, team.incident, at=MONDAY))

    team.reacts()

    assert [one.key for one in team.kept()] == [f"said/{TEAM}/{REPLY}"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (":pushpin:", "pushpin"),
        ("pushpin", "pushpin"),
        (":Party_Parrot:", "party_parrot"),
        (":+1::skin-tone-3:", "+1"),
        (":thumbsup:", "+1"),
        ("📌", None),
        (":", None),
        ("a b", None),
        ("<@U0PM>", None),
    ],
)
def test_an_emoji_is_called_by_its_name(typed: str, name: str | None) -> None:
    assert emoji_in(typed) == name


def test_a_reaction_in_slack_is_heard_quoted_and_kept(office: Office) -> None:
    product = office.database.do(a_product)
    wanted = IncidentSettings(emoji="pushpin")
    office.database.do(lambda session: incident_settings.save(session, product.id, wanted))
    office.say("incident declare copilot severity 2 hallucination it promises refunds")
    shown = office.slack.messages(TEAM)[0]["ts"]
    said = office.slack.workspace.say(TEAM, OTHER, "It began at nine", thread_ts=shown)["ts"]
    before = len(office.slack.messages()), len(office.slack.ephemerals())

    office.reacts("pushpin", ts=said, user=ML)

    with office.database.reading() as session:
        (event,) = [one for one in incidents.events(session, 1) if one.what is Did.KEPT]
    assert (event.by, event.detail["author"], event.detail["text"]) == (ML, OTHER, "It began at nine")
    assert (len(office.slack.messages()), len(office.slack.ephemerals())) == before
