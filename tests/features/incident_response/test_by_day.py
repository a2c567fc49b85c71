"""What can wait for the morning wakes nobody: who slept hears of it when their day begins, if it still matters."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from bot.domain.incidents import Incident
from bot.domain.incoming import Kind
from bot.kit.reply import Reply
from bot.store import night_calls
from bot.store.products import LOCAL_WORKSPACE
from bot.store.tables import InboxRow
from bot.wiring import registry
from tests.features.incident_response.team import LEE, asking, told
from tests.support.dialogue import answer, pressed
from tests.support.incidents import MINUTE
from tests.support.office import ML, OTHER, PM, TEAM

NIGHT = datetime(2026, 11, 18, 2, 0, tzinfo=ZoneInfo("Europe/Berlin"))
DAY = NIGHT.replace(hour=8)
ONE = "incident 1 of *Support Copilot*"
RELIEVED, OFFER, BY_DAY = (f"incident_response.{name}" for name in ("relieved", "offer", "ask_by_day"))


def to_people(replies: Sequence[Reply]) -> list[tuple[str, str]]:
    """What was told to people directly, and to whom."""
    return [(to, text) for reply in replies for to, text in told(reply) if to != TEAM]


def at_day(session: Session, name: str) -> list[Reply]:
    """What comes of everything of this name that was laid by, each at its time."""
    rows = session.exec(select(InboxRow).order_by(col(InboxRow.id))).all()
    laid_by = [row for row in rows if row.key.startswith(f"later/{name}/")]
    assert {row.not_before for row in laid_by} == {DAY}
    run = registry().laters[name].run
    return [
        run(
            asking(session, now=DAY, kind=Kind.LATER, key=row.key, user=row.payload["user"], value=row.payload["value"])
        )
        for row in laid_by
    ]


def test_who_is_relieved_at_night_hears_of_it_in_the_morning(session: Session, declared: Incident) -> None:
    taken = answer(session, "incident ack", user=OTHER, now=NIGHT)

    assert to_people([taken]) == []
    line = f"I{ONE[1:]} is with <@{OTHER}> now: you need not do anything."
    assert to_people(at_day(session, RELIEVED)) == [(ML, line)]


@pytest.mark.parametrize(("said", "by"), [("incident resolve it was the cache", OTHER), ("incident take he slept", ML)])
def test_who_was_relieved_at_night_is_left_alone_where_it_is_over_or_theirs_again(
    session: Session, declared: Incident, said: str, by: str
) -> None:
    answer(session, "incident ack", user=OTHER, now=NIGHT)
    answer(session, said, user=by, now=NIGHT + timedelta(hours=1))

    assert ML not in dict(to_people(at_day(session, RELIEVED)))


def test_who_is_up_hears_at_once_that_somebody_took_it(session: Session, declared: Incident) -> None:
    answer(session, "incident ack", user=ML, now=NIGHT)

    taken = answer(session, "incident take you need sleep", user=PM, now=NIGHT + 20 * MINUTE)

    assert [to for to, _ in to_people([taken])] == [ML]


def test_who_accepted_to_be_called_at_night_is_told_at_once(session: Session, declared: Incident) -> None:
    night_calls.say(session, LOCAL_WORKSPACE, ML, accepted=True, now=NIGHT)

    assert [to for to, _ in to_people([answer(session, "incident ack", user=OTHER, now=NIGHT)])] == [ML]


def test_an_offer_to_somebody_who_sleeps_waits_for_their_day_and_whoever_offers_it_is_told(
    session: Session, declared: Incident
) -> None:
    answer(session, "incident ack", user=ML, now=NIGHT)

    offered = answer(session, f"incident owner <@{LEE}>", user=ML, now=NIGHT + MINUTE)

    assert offered.text == (
        f"You offered {ONE} to <@{LEE}>. Until they accept, <@{ML}> owns it. Lee Wong sleeps until Wed 18 Nov 08:00 CET"
        " and is asked then; if it cannot wait, offer it to somebody who is up."
    )
    assert to_people([offered]) == []
    ((to, text),) = to_people(at_day(session, OFFER))
    assert (to, text.splitlines()[0]) == (
        LEE,
        f"Raj Patel offers you {ONE}, severity 2. Until you accept, Raj Patel owns it.",
    )


def test_an_offer_that_was_taken_back_at_night_is_not_told_in_the_morning(session: Session, declared: Incident) -> None:
    answer(session, "incident ack", user=ML, now=NIGHT)
    answer(session, f"incident owner <@{LEE}>", user=ML, now=NIGHT + MINUTE)

    pressed(session, "incident_response.take_back", f"1 {LEE}", user=ML, now=NIGHT + 2 * MINUTE)

    assert to_people(at_day(session, OFFER)) == []


def test_who_sleeps_is_asked_to_decide_in_the_morning_and_whoever_asks_hears_who_may_decide_now(
    session: Session, declared: Incident
) -> None:
    night_calls.say(session, LOCAL_WORKSPACE, PM, accepted=True, now=NIGHT)

    asked = pressed(session, "incident_response.ask_decider", "1 retrain", user=OTHER, now=NIGHT)

    assert asked.text == (
        f"You asked <@{PM}> and <@{ML}> to decide on {ONE}: retrain. Raj Patel sleeps until Wed 18 Nov 08:00 CET, and is"
        " asked then. Who may decide now: Ana Lima."
    )
    assert [to for to, _ in to_people([asked])] == [PM]
    ((to, text),) = to_people(at_day(session, BY_DAY))
    assert (to, text.splitlines()[0]) == (ML, f"Mia Chen asks you to decide on {ONE}, severity 2: retrain?")


@pytest.mark.parametrize("said", ["incident decide retrain it harms people", "incident resolve it was the cache"])
def test_who_slept_is_not_asked_for_what_was_decided_or_is_over(
    session: Session, declared: Incident, said: str
) -> None:
    pressed(session, "incident_response.ask_decider", "1 retrain", user=OTHER, now=NIGHT)

    answer(session, said, user=PM, now=NIGHT + MINUTE)

    assert to_people(at_day(session, BY_DAY)) == []


def test_an_owner_who_sleeps_hears_in_the_morning_that_their_offer_was_declined(
    session: Session, declared: Incident
) -> None:
    evening = NIGHT - timedelta(hours=7)
    answer(session, "incident ack", user=ML, now=evening)
    answer(session, f"incident owner <@{LEE}>", user=ML, now=evening)

    declined = pressed(session, "incident_response.decline", "1", user=LEE, now=NIGHT)

    assert to_people([declined]) == []
    assert to_people(at_day(session, "incident_response.declined")) == [
        (ML, f"<@{LEE}> declined {ONE}: it stays yours.")
    ]


def test_an_owner_who_gave_it_away_meanwhile_does_not_hear_that_an_offer_was_declined(
    session: Session, declared: Incident
) -> None:
    evening = NIGHT - timedelta(hours=7)
    answer(session, "incident ack", user=ML, now=evening)
    answer(session, f"incident owner <@{LEE}>", user=ML, now=evening)
    pressed(session, "incident_response.decline", "1", user=LEE, now=NIGHT)

    answer(session, "incident take Raj sleeps", user=PM, now=NIGHT + MINUTE)

    assert to_people(at_day(session, "incident_response.declined")) == []
