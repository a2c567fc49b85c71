"""A false alarm is over without being trouble: no update tells of it, and it is counted apart."""

import pytest
from sqlmodel import Session

from bot.domain.failure_modes import START_SET
from bot.domain.incident_told import trouble_of
from bot.domain.incidents import Incident, was_false_alarm
from bot.domain.window import Window
from bot.store import incidents
from tests.features.incident_response.team import form, now_of, submitted, told
from tests.support.dialogue import answer, pressed
from tests.support.incidents import MINUTE, TUESDAY
from tests.support.office import ML, PM, TEAM

LATER = TUESDAY + 10 * MINUTE
NEWS = Window(start=TUESDAY - 10 * MINUTE, end=LATER + 10 * MINUTE)


def is_told(session: Session) -> bool:
    """Whether the week's update tells of the incident."""
    events = incidents.events(session, 1)
    return trouble_of(now_of(session), events, START_SET[0], news=NEWS, as_of=NEWS.end) is not None


@pytest.mark.parametrize(
    ("said", "alarm"),
    [
        ("false alarm", True),
        ("It was a false alarm: somebody tried it out", True),
        ("the false alarm switch was on", False),
        ("false alarms of the monitor hid it", False),
        ("false alarm rate rose to half", False),
    ],
)
def test_the_words_false_alarm_say_that_it_was_one(session: Session, held: Incident, said: str, alarm: bool) -> None:
    reply = answer(session, f"incident resolve {said}", user=ML, now=LATER)

    assert was_false_alarm(incidents.events(session, 1)) is alarm
    assert ("It counts as a false alarm: no update to stakeholders tells of it." in reply.text) is alarm
    assert is_told(session) is not alarm


def test_the_form_asks_whether_it_was_a_false_alarm(session: Session, held: Incident) -> None:
    opened = form(pressed(session, "incident_response.resolve", "1", user=ML, now=LATER))

    reply = submitted(session, opened, {"summary": "A test", "alarm": "false"}, user=ML, now=LATER)

    assert told(reply)[0] == (TEAM, "Raj Patel resolved it as a false alarm, 10 min after it was declared:\nA test")
    assert not is_told(session)


def test_what_was_opened_again_was_no_false_alarm(session: Session, held: Incident) -> None:
    answer(session, "incident resolve false alarm", user=ML, now=LATER)
    answer(session, "incident reopen 1 it is real", user=PM, now=LATER + MINUTE)

    assert is_told(session)


def test_false_alarms_are_counted_apart(session: Session, held: Incident) -> None:
    answer(session, "incident resolve false alarm", user=ML, now=LATER)

    reply = answer(session, "incident stats", user=PM, now=LATER)

    assert reply.text == "0 incidents of Support Copilot in the last 90 days"
    assert "False alarms, which count nowhere else: 1." in str(reply.blocks)
