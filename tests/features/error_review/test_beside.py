"""What goes on beside the card: experts are asked, the machine is put right, who has not looked is reminded once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import Incoming, Kind
from bot.domain.people import Person, Standing
from bot.domain.product import Never, ProductRecord
from bot.domain.working_hours import is_working, next_working
from bot.features.error_review import reminding
from bot.kit.post import Post
from bot.slack.handling import House
from bot.store import directory, inbox, reviews
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.support.builders import a_prediction
from tests.support.dialogue import hear
from tests.support.meetings import Meeting, a_meeting
from tests.support.office import GUEST, ML, OTHER, PM, STRANGER, Office

NEVER = ProductRecord(nevers=(Never(name="promise a price", phrases=("it will cost",)),))
PROMISE = a_prediction(id="p", input="What does it cost?", output="It will cost 5 dollars.", correct=False, score=0.0)
LIKE_IT = a_prediction(id="q", input="What does it cost today?", output="Nothing.", score=0.1)


def test_an_expert_is_asked_in_person_and_the_answer_comes_back_to_card_and_asker(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    hear(office, "[Ask an expert]", user=ML)

    asked = hear(office, {"expert": OTHER, "question": "Legally, too?"}, user=ML)
    letter = office.slack.messages()[-1]
    opened = hear(office, "[Answer]", user=OTHER, channel=letter["channel"])
    answered = hear(office, {"acceptable": "no", "words": "We must block it."}, user=OTHER)

    assert asked == "You asked <@U0ELSE> about number 1. The answer comes to the card, and to you."
    assert opened == "(form) Your answer"
    assert answered.startswith("You answered: *no*.")
    assert "<@U0ELSE> on “is this acceptable?”: *no*.\nWe must block it." in meeting.shows()
    assert "<@U0ELSE> answered about number 1 of *Support Copilot*: *no*." in str(office.slack.messages())


@pytest.mark.parametrize("user", [GUEST, STRANGER])
def test_predictions_are_not_sent_to_whoever_could_not_answer(office: Office, user: str) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    hear(office, "[Ask an expert]")
    before = len(office.slack.messages())

    told = hear(office, {"expert": user})

    assert told == (
        "expert: Choose a full member of this workspace: guests, bots and people of other ones cannot answer."
    )
    assert len(office.slack.messages()) == before


def test_only_whom_it_was_put_to_answers_and_only_once(office: Office) -> None:
    meeting = a_meeting(office)
    meeting.press("Start review")
    hear(office, "[Ask an expert]")
    hear(office, {"expert": OTHER})
    letter = office.slack.messages()[-1]
    office.slack.workspace.channels[letter["channel"]].members.add(ML)

    refused = hear(office, "[Answer]", user=ML, channel=letter["channel"])
    hear(office, "[Answer]", user=OTHER, channel=letter["channel"])
    hear(office, {"acceptable": "yes"}, user=OTHER)

    assert refused == "This question is for <@U0ELSE>. Speak on the item itself if you know the answer."
    assert hear(office, "[Answer]", user=OTHER, channel=letter["channel"]).startswith(
        "<@U0ELSE> answered this already: *yes*."
    )


def test_what_the_machine_said_is_put_right_with_name_and_reason(office: Office) -> None:
    meeting = a_meeting(office, rows=[PROMISE, LIKE_IT], record=NEVER)
    meeting.press("Start review")
    hear(office, "[Not right?]")

    refused = hear(office, {"wrong": ["breach:0"], "reason": " "})
    told = hear(office, {"wrong": ["breach:0", "label:correct"], "reason": "It quotes the price list."})

    assert refused == "reason: Say why: the reason stays with it."
    assert told == "You put right what was said of number 1.\n[Undo]"
    assert "Put right by <@U0PM>:\nit does not break what was flagged. It quotes the price list." in meeting.shows()
    assert hear(office, "[Undo]") == "You took it back: what the machine said of number 1 holds again."
    assert [one.what for one in meeting.items[0].overrides] == ["label"]


def test_what_was_folded_in_wrongly_gets_a_seat_of_its_own(office: Office) -> None:
    meeting = a_meeting(office, rows=[PROMISE, LIKE_IT])
    assert [len(item.alike_rows) for item in meeting.items] == [1]
    meeting.press("Start review")
    row = meeting.items[0].alike_rows[0]
    hear(office, "[Not right?]")

    told = hear(office, {"wrong": [f"fold:{row}"], "reason": "Another question."})

    assert told == "You put right what was said of number 1. It has a seat of its own now: number 2."
    assert [(item.prediction.id, item.alike_rows) for item in meeting.items] == [("p", ()), ("q", ())]
    assert "Number 1 of 2" in meeting.shows()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(ZoneInfo("UTC"))))
def test_the_next_working_instant_is_the_first_one(instant: datetime) -> None:
    zone = ZoneInfo("America/New_York")

    found = next_working(instant, zone)

    assert is_working(found, zone)
    assert found >= instant
    between = [instant + (found - instant) * n / 50 for n in range(50)]
    assert found == instant or not any(is_working(one, zone) for one in between)


@pytest.fixture
def meeting(office: Office) -> Meeting:
    """A review that nobody has looked at, made on a Monday at nine in Berlin."""
    return a_meeting(office)


def look_after(meeting: Meeting, user: str, now: datetime) -> list[Post]:
    """What is written to *user* when the time to look after them has come."""
    return look_after_in(meeting.office.database, user, now, meeting.review.id)


def look_after_in(database: Database, user: str, now: datetime, review_id: int) -> list[Post]:
    """The same, of a review in a database."""

    def look(session: object) -> list[Post]:
        house = House(registry=registry(), moment=lambda _session: now, workspace=LOCAL_WORKSPACE)
        incoming = Incoming(kind=Kind.LATER, key="later", user=user, name=reminding.NAME, value=str(review_id))
        return list(house.meant(incoming).answer(house.ask(session, incoming)).posts)  # type: ignore[arg-type]

    return database.do(look)


TUESDAY = datetime(2026, 11, 17, 10, tzinfo=ZoneInfo("Europe/Berlin"))


def test_who_has_not_looked_is_reminded_and_who_has_is_left_alone(meeting: Meeting) -> None:
    meeting.press("Start review")
    meeting.press("Harmful")

    assert look_after(meeting, PM, TUESDAY) == []
    (post,) = look_after(meeting, ML, TUESDAY)
    assert (post.to, post.text) == (
        ML,
        "The errors of *Support Copilot*, 9 to 15 November, wait for your word: 6 of them.",
    )


def test_nobody_is_reminded_at_night_or_on_a_weekend_where_they_are(meeting: Meeting) -> None:
    in_tokyo = Person(user=ML, name="Raj", standing=Standing.MEMBER, timezone="Asia/Tokyo")
    meeting.office.database.do(
        lambda session: directory.keep(session, LOCAL_WORKSPACE, in_tokyo, TUESDAY - timedelta(hours=1))
    )

    assert look_after(meeting, ML, TUESDAY) == []
    assert inbox_waits(meeting) == [TUESDAY + timedelta(hours=15)]


def test_nobody_is_reminded_of_a_finished_review(meeting: Meeting) -> None:
    meeting.office.database.do(lambda session: reviews.finish(session, meeting.review.id, user=PM, now=TUESDAY))

    assert look_after(meeting, ML, TUESDAY) == []


def inbox_waits(meeting: Meeting) -> list[datetime]:
    """Until when what was put off waits."""
    oldest = meeting.office.database.do(lambda session: inbox.oldest_open(session, LOCAL_WORKSPACE))
    return [] if oldest is None else [oldest]
