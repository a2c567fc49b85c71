"""Stale forms and buttons, new owners, personal data at the limit of a field, settings that two change at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from bot.domain.incidents import Did, Event, Incident
from bot.domain.product import Pii, Product
from bot.features.incident_response import card, summing_up, words
from bot.features.incident_response.deeds import FasterError
from bot.features.incident_response.finding import Case
from bot.features.incident_response.written import content
from bot.kit.asking import Ask
from bot.store import follow_ups, incident_settings, incidents, products
from bot.store.incident_settings import IncidentSettings
from bot.store.session import Database
from bot.store.tables import WebhookRow
from bot.wiring import registry
from tests.features.incident_response.team import LEE, asking, form, now_of, people, submitted, told
from tests.features.incident_response.test_two_at_once import at_once
from tests.support.dialogue import answer, pressed
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM, read

LATER = TUESDAY + 10 * MINUTE
ONE = "incident 1 of *Support Copilot*"


def test_updates_are_expected_anew_of_whoever_takes_it_from_somebody_who_fell_silent(
    session: Session, declared: Incident
) -> None:
    incident_settings.save(session, declared.product_id, IncidentSettings())
    answer(session, "incident severity 1", user=ML, now=TUESDAY)
    answer(session, "incident ack", user=ML, now=TUESDAY)
    late = TUESDAY + timedelta(hours=5)

    taken = answer(session, "incident take Raj is silent", user=PM, now=late)

    assert now_of(session).next_update_at == late + 30 * MINUTE
    assert "The channel expects to hear how it goes by Tue 17 Nov 14:30 CET." in taken.text


FORMS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("take", {"reason": "Raj is ill"}),
    ("hand_over", {"person": OTHER}),
    ("resolve", {"summary": "It was the cache"}),
    ("decide", {"decision": "roll_back", "reason": "It harms people"}),
)


@pytest.mark.parametrize(("action", "typed"), FORMS, ids=[name for name, _ in FORMS])
def test_a_form_that_showed_another_owner_changes_nothing_and_says_who_has_it_now(
    session: Session, held: Incident, action: str, typed: Mapping[str, str]
) -> None:
    stale = form(pressed(session, f"incident_response.{action}", "1", user=PM, now=LATER))
    answer(session, f"incident owner <@{LEE}>", user=ML, now=LATER)
    pressed(session, "incident_response.accept", "1", user=LEE, now=LATER)
    before = now_of(session), incidents.events(session, 1)

    with pytest.raises(FasterError) as refused:
        submitted(session, stale, typed, user=PM, now=LATER + 2 * MINUTE)

    assert str(refused.value) == (
        "Lee Wong accepted it from Raj Patel: 2 min ago, after you opened this form. It is with Lee Wong now, so nothing"
        " was changed. What you typed stays here: copy it before you close the form, and open it again if you still"
        " want this."
    )
    assert (now_of(session), incidents.events(session, 1)) == before


def test_a_form_of_whoever_got_it_meanwhile_is_taken(session: Session, held: Incident) -> None:
    opened = form(pressed(session, "incident_response.resolve", "1", user=PM, now=LATER))
    answer(session, "incident take Raj is ill", user=PM, now=LATER)

    reply = submitted(session, opened, {"summary": "It was the cache"}, user=PM, now=LATER + MINUTE)

    assert reply.text.startswith(f"You resolved {ONE}")


def test_an_old_button_takes_back_no_newer_offer_and_says_how_it_is(session: Session, held: Incident) -> None:
    answer(session, f"incident owner <@{LEE}>", user=ML, now=LATER)
    pressed(session, "incident_response.take_back", f"1 {LEE}", user=ML, now=LATER)

    twice = pressed(session, "incident_response.take_back", f"1 {LEE}", user=ML, now=LATER)
    answer(session, f"incident owner <@{OTHER}>", user=ML, now=LATER)
    stale = pressed(session, "incident_response.take_back", f"1 {LEE}", user=ML, now=LATER)

    over = f"This offer is over already: {ONE} is with Raj Patel"
    assert (twice.text, stale.text) == (
        f"{over}. Nothing was changed.",
        f"{over}, and is offered to Mia Chen. Nothing was changed.",
    )
    assert now_of(session).offered_to == OTHER


def test_the_button_that_takes_an_offer_back_says_whose_it_is(session: Session, held: Incident) -> None:
    offered = answer(session, f"incident owner <@{LEE}>", user=ML, now=LATER)

    assert offered.blocks[-1]["elements"][0]["value"] == f"1 {LEE}"


def test_whoever_decides_may_be_asked_again_once_that_was_decided(session: Session, held: Incident) -> None:
    def ask() -> str:
        return pressed(session, "incident_response.ask_decider", "1 retrain", user=OTHER, now=LATER).text

    asked, twice = ask(), ask()
    answer(session, "incident decide retrain it harms people", user=PM, now=LATER)

    assert (twice, ask()) == ("You asked them already.", asked)


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        ("retrain", "decided to retrain"),
        ("roll back", "decided to roll back"),
        ("switch off", "decided to switch it off"),
        ("people take over", "decided that people take over"),
        ("accept", "decided to accept it"),
    ],
)
def test_a_decision_is_told_as_a_sentence(session: Session, held: Incident, decision: str, line: str) -> None:
    decided = answer(session, f"incident decide {decision} it harms people", user=ML, now=LATER)

    assert told(decided) == [(TEAM, f"Raj Patel {line}:\nit harms people")]


def test_one_that_was_opened_again_does_not_say_what_it_was(session: Session, product: Product, held: Incident) -> None:
    said = "What it was and what was done: it was the cache"

    def shown() -> tuple[bool, bool]:
        _, blocks = card.message(session, product, now_of(session))
        review = content(session, product, now_of(session)).decode()
        return said in read({"blocks": blocks}), "What it was and what was done" in review

    answer(session, "incident resolve it was the cache", user=ML, now=LATER)
    over = shown()
    answer(session, "incident reopen 1 it came back", user=PM, now=LATER + MINUTE)

    assert (over, shown()) == ((True, True), (False, False))


def test_of_a_hundred_who_held_it_the_last_ten_are_named_and_nothing_else_is_pushed_out(
    session: Session, product: Product, held: Incident
) -> None:
    for place in range(100):
        owner = [None, (PM, ML)[place % 2]]
        at = LATER + place * MINUTE
        incidents.add(session, 1, Event(at=at, by=PM, what=Did.TAKEN, detail={"owner": owner}), at)

    first, *_ = summing_up.summary(session, Case(incident=now_of(session), product=product))

    lines = first["text"]["text"].splitlines()
    assert lines[-1] == "*No decision was written down.*"
    (line,) = (one for one in lines if one.startswith("*Held by:*"))
    assert line.startswith("*Held by:* 91 earlier stretches, which the written review has; Ana Lima, Tue 17 Nov")
    assert line.count(";") == 10


@pytest.mark.parametrize(("to", "heard"), [(1, ["warning", "critical"]), (4, ["warning"])])
def test_a_pager_hears_again_of_what_nobody_is_at_and_is_worse_than_it_seemed(
    session: Session, product: Product, to: int, heard: list[str]
) -> None:
    incident_settings.save(session, product.id, IncidentSettings(updates=False, paging=True))
    answer(session, "incident declare severity 3 hallucination it makes up dates", user=PM, now=TUESDAY)

    answer(session, f"incident severity {to}", user=PM, now=LATER)

    calls = [row.payload for row in session.exec(select(WebhookRow).order_by(col(WebhookRow.id)))]
    assert [one["payload"]["severity"] for one in calls] == heard
    assert {(one["event_action"], one["dedup_key"]) for one in calls} == {("trigger", "muster-copilot-incident-1")}


def at_limit(room: int) -> str:
    """An address that a limit of *room* characters cuts in two."""
    return f"{'x' * (room - 12)} jane.doe@example.com"


@pytest.fixture
def masked(session: Session, held: Incident) -> Product:
    """The product, which wants personal data masked."""
    product = products.with_id(session, held.product_id)
    return products.save(session, replace(product, record=replace(product.record, pii=Pii.REDACT)))


@pytest.mark.usefixtures("masked")
def test_no_address_stays_readable_because_a_limit_cut_it(session: Session) -> None:
    text, reason = at_limit(words.TEXT_ROOM), at_limit(words.REASON_ROOM)
    answer(session, f"incident note {text}", user=ML, now=LATER)
    answer(session, f"incident update {text}", user=ML, now=LATER)
    answer(session, f"incident decide retrain {reason}", user=ML, now=LATER)
    answer(session, f"incident take {reason}", user=PM, now=LATER)
    answer(session, f"incident follow-up 1 {at_limit(150)} by 2026-12-04", user=PM, now=LATER)
    answer(session, f"incident resolve {text}", user=PM, now=LATER)
    answer(session, f"incident reopen 1 {reason}", user=PM, now=LATER)
    answer(session, f"incident declare severity 1 latency spike {at_limit(words.SEEN_ROOM)}", user=PM, now=LATER)

    kept = [words.text_of(one) for number in (1, 2) for one in incidents.events(session, number)]
    titles = [one.title for one in follow_ups.of_incidents(session, [1])]
    assert len([one for one in [*kept, *titles] if "xx" in one]) == 8
    assert [one for one in [*kept, *titles, now_of(session, 2).seen] if "jane" in one] == []


def test_no_address_of_a_message_stays_readable_in_the_form_or_the_button_that_carries_it(
    session: Session, masked: Product
) -> None:
    a_kept_incident(session, masked, seen="Another one")

    def used(shortcut: str, room: int) -> str:
        known: Mapping[str, str] = {"message": "1795046460.000100", "quoted": at_limit(room)}
        ask: Ask = asking(session, now=LATER, **known)
        return str(registry().shortcuts[shortcut].run(ask))

    shown = [used("incident_response.from_message", room) for room in (300, words.SEEN_ROOM)]
    shown.append(used("incident_response.keep", 1_500))
    assert ["xx" in one for one in shown] == [True, True, True]
    assert [one for one in shown if "jane" in one] == []


@pytest.mark.every_database
def test_two_who_set_different_things_at_once_both_get_them(database: Database, database_url: str) -> None:
    product = database.do(people)

    at_once(
        database,
        database_url,
        lambda session: answer(session, "incident settings topic on", user=PM, now=LATER),
        lambda session: answer(session, "incident settings paging on", user=ML, now=LATER),
    )

    with database.reading() as session:
        assert incident_settings.of_product(session, product.id) == IncidentSettings(topic=True, paging=True)
