"""The end of an incident, and its coming back."""

import pytest
from sqlmodel import Session, col, select

from bot.domain.incidents import Did, Incident, State
from bot.domain.product import Product
from bot.store import incident_settings, incidents
from bot.store.incident_settings import IncidentSettings
from bot.store.tables import WebhookRow
from tests.features.incident_response.team import THREAD, answer_in, form, now_of, posted, submitted, told
from tests.support.dialogue import answer, pressed, shown
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM, read

LATER = TUESDAY + 130 * MINUTE
ONE = "incident 1 of *Support Copilot*"


def test_it_is_resolved_with_what_it_was_and_how_long_it_took(session: Session, held: Incident) -> None:
    view = form(pressed(session, "incident_response.resolve", "1", user=ML, now=LATER))
    reply = submitted(session, view, {"summary": "a bad prompt, rolled back"}, user=ML, now=LATER)

    assert read(shown(reply)) == (
        f"You resolved {ONE}, 2 h 10 min after it was declared. What came of it is in its thread. Reopen it if it is"
        " not over.\n[Written review]\n[Reopen]"
    )
    assert told(reply)[0] == (
        TEAM,
        "Raj Patel resolved it, 2 h 10 min after it was declared:\na bad prompt, rolled back",
    )
    assert (now_of(session).state, now_of(session).summary) == (State.RESOLVED, "a bad prompt, rolled back")


def test_whoever_resolves_what_nobody_was_at_was_at_it(session: Session, declared: Incident) -> None:
    answer(session, "incident resolve it was a test", user=OTHER, now=LATER)

    assert (now_of(session).owner, now_of(session).acknowledged_by, now_of(session).resolved_by) == (OTHER,) * 3


def test_resolving_is_for_those_who_may_act(session: Session, held: Incident) -> None:
    for refused in (
        answer(session, "incident resolve it was a test", user=OTHER, now=LATER),
        pressed(session, "incident_response.resolve", "1", user=OTHER, now=LATER),
    ):
        assert refused.text.startswith("Incident 1 is for its owner")
    assert now_of(session) == held


def test_it_is_opened_again_with_a_reason_and_is_theirs_who_did_so(session: Session, held: Incident) -> None:
    answer(session, "incident resolve the prompt", user=ML, now=LATER)
    assert answer(session, "incident reopen 1", user=PM, now=LATER).text == (
        "Say why, like “incident reopen 1 it came back”."
    )
    for nameless in ("incident reopen", "incident reopen it came back"):
        assert answer(session, nameless, user=PM, now=LATER).text == (
            "Name it by its number and say why, like “incident reopen 12 it came back”."
        )

    view = form(pressed(session, "incident_response.reopen", "1", user=PM, now=LATER))
    reply = submitted(session, view, {"reason": "it came back"}, user=PM, now=LATER)

    assert reply.text == f"You opened {ONE} again: you own it now. Why is kept."
    assert told(reply) == [(TEAM, "Ana Lima opened it again:\nit came back")]
    assert (now_of(session).owner, now_of(session).state) == (PM, State.ACKNOWLEDGED)
    assert incidents.events(session, 1)[-1].what is Did.REOPENED
    assert pressed(session, "incident_response.reopen", "1", user=PM, now=LATER).text == (
        "Incident 1 is open: there is nothing to open again."
    )


@pytest.mark.parametrize("line", ["incident resolve 99 x", "incident resolve 99"])
def test_a_number_that_is_no_incident_resolves_no_other_one(session: Session, held: Incident, line: str) -> None:
    reply = answer(session, line, user=ML, now=LATER)

    assert (reply.text, reply.view) == ("There is no incident 99. Say “incident” to see what is open.", None)
    assert now_of(session) == held


def test_the_number_of_one_that_is_over_resolves_no_other_one(
    session: Session, product: Product, held: Incident
) -> None:
    a_kept_incident(session, product)
    answer(session, "incident resolve 1 the prompt", user=ML, now=LATER)

    again = answer(session, "incident resolve 1 the prompt", user=ML, now=LATER)

    assert again.text == "Incident 1 is resolved. Say “incident reopen 1” and why, if it is not over."
    assert now_of(session, 2).is_open


@pytest.mark.parametrize("words", ["3 users were affected", "1 user was affected"])
def test_in_its_thread_it_is_resolved_with_a_number_as_the_first_word(
    session: Session, product: Product, held: Incident, words: str
) -> None:
    posted(session, product, a_kept_incident(session, product), THREAD)

    answer_in(session, f"incident resolve {words}", THREAD, user=ML)

    assert now_of(session) == held
    assert (now_of(session, 2).state, now_of(session, 2).summary) == (State.RESOLVED, words)


def test_a_stale_button_of_a_form_for_what_is_over_says_so(session: Session, held: Incident) -> None:
    view = form(pressed(session, "incident_response.update", "1", user=ML, now=LATER))
    answer(session, "incident resolve the prompt", user=ML, now=LATER)

    late = answer(session, "incident update #1 going well", user=ML, now=LATER)

    assert view.carries["incident"] == "1"
    assert late.text == "Incident 1 is resolved. Say “incident reopen 1” and why, if it is not over."


def test_a_pager_hears_of_every_change_of_state(session: Session, product: Product) -> None:
    incident_settings.save(session, product.id, IncidentSettings(updates=False, paging=True))
    for line, user in (
        ("incident declare it promises refunds", OTHER),
        ("incident ack", ML),
        ("incident note it began at noon", PM),
        ("incident resolve the prompt", ML),
        ("incident reopen 1 it came back", PM),
    ):
        answer(session, line, user=user, now=LATER)

    calls = session.exec(select(WebhookRow).order_by(col(WebhookRow.id)))
    assert [one.payload["event_action"] for one in calls] == [
        "trigger",
        "acknowledge",
        "resolve",
        "trigger",
        "acknowledge",
    ]
