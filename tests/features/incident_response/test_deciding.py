"""Decisions: by whoever owns them, with a reason; who may not is told who may, and asks them."""

import pytest
from sqlmodel import Session

from bot.domain.incidents import Decision, Did, Event, Incident
from bot.domain.ownership import Did as Was
from bot.domain.ownership import Happened, Origin, assigned, nobody_yet
from bot.domain.product import Product
from bot.domain.responsibilities import MODEL_QUALITY, RETRAIN_OR_ROLL_BACK
from bot.features.incident_response.deciding import asked_of, decision_in, says_all
from bot.features.incident_response.waiting import waiting
from bot.store import incidents, ownerships, products
from tests.features.incident_response.team import LEE, asking, form, now_of, submitted, told
from tests.support.dialogue import answer, pressed, shown
from tests.support.incidents import MINUTE, TUESDAY
from tests.support.office import ML, OTHER, PM, TEAM, read

LATER = TUESDAY + 5 * MINUTE
ONE = "incident 1 of *Support Copilot*"


def name(session: Session, product: Product, key: str, *owners: str) -> None:
    """Let these own a responsibility."""
    named = assigned(nobody_yet(product.id, key, TUESDAY), owners, None, by=PM, now=TUESDAY)
    ownerships.save(session, named, Happened(by=PM, at=TUESDAY, what=Was.ASSIGNED, origin=Origin.COMMAND))


def decided(session: Session) -> list[tuple[str, str]]:
    """What was decided, by whom."""
    return [(one.by, one.detail["decision"]) for one in incidents.events(session, 1) if one.what is Did.DECIDED]


@pytest.mark.parametrize(
    ("typed", "decision", "rest"),
    [
        ("roll back it lies", Decision.ROLL_BACK, ("it", "lies")),
        ("Rollback: it lies", Decision.ROLL_BACK, ("it", "lies")),
        ("people take over until noon", Decision.PEOPLE_TAKE_OVER, ("until", "noon")),
        ("switch it off now", Decision.SWITCH_OFF, ("now",)),
        ("nothing", None, ("nothing",)),
        ("", None, ()),
    ],
)
def test_a_decision_is_named_by_its_first_words(typed: str, decision: Decision | None, rest: tuple[str, ...]) -> None:
    assert decision_in(typed.split()) == (decision, rest)


def test_a_line_is_whole_with_what_and_why() -> None:
    assert all(says_all(line.split()) for line in ("retrain it lies", "#1 roll back it lies", "12 accept rare"))
    assert not any(says_all(line.split()) for line in ("", "roll back", "#1 roll back", "12", "nothing of these"))


def test_whoever_owns_the_decision_takes_it_and_the_thread_hears_why(
    session: Session, product: Product, held: Incident
) -> None:
    name(session, product, RETRAIN_OR_ROLL_BACK, LEE)

    reply = answer(session, "incident decide roll back the new prompt insults people", user=LEE, now=LATER)

    assert reply.text == f"You decided on {ONE}: roll back."
    assert told(reply) == [(TEAM, "Lee Wong decided to roll back:\nthe new prompt insults people")]
    assert decided(session) == [(LEE, "roll_back")]
    assert now_of(session) == held


def test_who_may_not_decide_hears_who_does_and_asks_them_for_it(
    session: Session, product: Product, held: Incident
) -> None:
    name(session, product, RETRAIN_OR_ROLL_BACK, LEE)

    refused = answer(session, "incident decide retrain it drifts", user=ML, now=LATER)
    asked = pressed(session, "incident_response.ask_decider", "1 retrain", user=ML, now=LATER)
    twice = pressed(session, "incident_response.ask_decider", "1 retrain", user=ML, now=LATER)

    assert read(shown(refused)) == f"“Retrain” is for <@{LEE}> to decide; nothing was decided.\n[Ask them]"
    assert asked.text == f"You asked <@{LEE}> to decide on {ONE}: retrain."
    assert told(asked) == [
        (TEAM, "Raj Patel noted:\nAsked Lee Wong to decide: retrain."),
        (LEE, f"Raj Patel asks you to decide on {ONE}, severity 2: retrain?\nIt makes up refund dates\n[Decide]"),
    ]
    assert (twice.text, twice.posts) == ("You asked them already.", ())
    (waits,) = waiting(asking(session, now=LATER, user=LEE))
    assert waits.text == "*Support Copilot*: incident 1, severity 2: you are asked to decide: retrain."

    view = form(pressed(session, "incident_response.decide", waits.press["value"], user=LEE, now=LATER))
    submitted(session, view, {"decision": "retrain", "reason": "it drifts"}, user=LEE, now=LATER)

    assert decided(session) == [(LEE, "retrain")]
    assert waiting(asking(session, now=LATER, user=LEE)) == []


@pytest.mark.parametrize("decision", ["switch off", "people take over"])
def test_what_stops_the_harm_is_for_the_incidents_owner_too(
    session: Session, product: Product, declared: Incident, decision: str
) -> None:
    answer(session, "incident take", user=OTHER, now=LATER)

    reply = answer(session, f"incident decide {decision} it harms people", user=OTHER, now=LATER)

    assert reply.text.startswith(f"You decided on {ONE}: {decision}.")


def test_where_nobody_owns_the_decision_the_leads_take_it_and_hear_that_nobody_does(
    session: Session, product: Product, held: Incident
) -> None:
    reply = answer(session, "incident decide roll back it lies", user=PM, now=LATER)

    assert reply.text == (
        f"You decided on {ONE}: roll back. Nobody is named for “retrain or roll back”: say “owner retrain or roll back"
        " @name”, so that the next one finds them."
    )
    refused = answer(session, "incident decide roll back it lies", user=OTHER, now=LATER)
    assert f"is for <@{PM}> and <@{ML}> to decide" in refused.text


def test_with_nobody_at_all_to_decide_nobody_is_asked(session: Session, product: Product, held: Incident) -> None:
    for one in products.people(session, product.id):
        products.assign(session, product, one.role, [])

    reply = answer(session, "incident decide accept it is rare", user=OTHER, now=LATER)

    assert reply.text.startswith("“Accept” is for nobody to decide; nothing was decided.")
    assert "[Ask them]" not in read(shown(reply))


def test_accepting_is_for_whoever_owns_quality(session: Session, product: Product, held: Incident) -> None:
    name(session, product, MODEL_QUALITY, LEE)

    assert "is for <@U0LEE> to decide" in answer(session, "incident decide accept rare", user=ML, now=LATER).text


def test_what_is_over_is_not_decided_any_more(session: Session, product: Product, held: Incident) -> None:
    answer(session, "incident resolve the prompt", user=ML, now=LATER)

    for said in (
        answer(session, "incident decide #1 roll back it lies", user=PM, now=LATER),
        pressed(session, "incident_response.ask_decider", "1 retrain", user=PM, now=LATER),
    ):
        assert said.text == "Incident 1 is resolved. Say “incident reopen 1” and why, if it is not over."


def test_words_that_decide_nothing_are_helped_on(session: Session, product: Product, held: Incident) -> None:
    asked = pressed(session, "incident_response.ask_decider", "1 explode", user=PM, now=LATER)

    assert asked.text.endswith("retrain, roll back, switch off, people take over, accept.")


def test_a_decision_is_asked_for_until_it_is_taken() -> None:
    asked = Event(at=TUESDAY, by=ML, what=Did.NOTED, detail={"asked": [LEE], "decision": "retrain"})
    taken = Event(at=LATER, by=PM, what=Did.DECIDED, detail={"decision": "retrain"})

    assert asked_of([asked], LEE) == [Decision.RETRAIN]
    assert asked_of([asked], PM) == []
    assert asked_of([asked, taken], LEE) == []
    assert asked_of([taken, asked], LEE) == [Decision.RETRAIN]
