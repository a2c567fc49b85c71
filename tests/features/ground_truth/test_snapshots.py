"""Every message and form about ground truth as Slack gets it, compared whole, and made of any text there may be."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.golden import Golden
from bot.domain.incoming import Incoming, Kind
from bot.domain.prediction import Prediction
from bot.domain.product import Pii, Product
from bot.domain.truth import Origin, Truth, TruthState
from bot.features.ground_truth import blocks, forms, golden_blocks
from bot.features.ground_truth.forms import Known
from bot.features.ground_truth.names import (
    ACCEPT,
    AMEND,
    DROP,
    LOOK,
    PICK,
    PICK_GOOD,
    PUT_BACK,
    REJECT,
    REPORT,
    UNDECIDE,
)
from bot.kit.redaction import protect
from bot.kit.reply import Reply
from bot.sandbox.blocks import problems
from bot.sandbox.showing import links_in, mentions_in
from bot.slack.handling import House
from bot.store.held import Held
from bot.store.incident_answers import Unanswered
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from bot.wiring import registry
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import a_team, answer, dead_ends, pressed, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.hostile import hostile_text
from tests.support.office import ML, PM, TEAM
from tests.support.snapshots import Snapshots
from tests.support.truth import EXPERT, a_golden, a_held, a_proposal, a_team_with_expert, a_verified, decided

SAID = {
    "waiting": ("truth", EXPERT),
    "waiting_to_look_at": ("truth", PM),
    "one": ("truth 1", EXPERT),
    "amended": ("truth 4", PM),
    "rejected": ("truth 5", PM),
    "accept": ("truth accept 1", EXPERT),
    "amend": ("truth amend 1 *six* days", EXPERT),
    "amend_nothing": ("truth amend 1", EXPERT),
    "reject": ("truth reject 1 <!here> no", EXPERT),
    "decided_already": ("truth accept 4", EXPERT),
    "forbidden": ("truth accept 1", PM),
    "no_such": ("truth accept 99", EXPERT),
    "golden": ("golden", PM),
    "golden_to_look_at": ("golden", ML),
    "golden_list": ("golden list", PM),
    "golden_pick": ("golden pick", PM),
    "golden_pick_one": ("golden pick 3", PM),
    "golden_pick_all": ("golden pick all", PM),
    "golden_pick_unverified": ("golden pick 1", PM),
    "golden_good": ("golden good", PM),
    "golden_good_one": ("golden good nice", PM),
    "golden_good_unknown": ("golden good <!here>", PM),
    "golden_drop": ("golden drop 1 it is old", PM),
    "golden_forbidden": ("golden pick", ML),
}

PRESSED = {
    "accepted": (ACCEPT, "1 1", EXPERT),
    "look": (LOOK, "2", EXPERT),
    "changed": (ACCEPT, "1 7", EXPERT),
    "undecided": (UNDECIDE, "4 2", EXPERT),
    "dropped": (DROP, "1", PM),
    "picked": (PICK, "3", PM),
    "picked_good": (PICK_GOOD, "1 6", PM),
    "put_back": (PUT_BACK, "1", PM),
}


def everything(session: Session) -> Product:
    """Two proposals that wait, a verified, an amended and a rejected one, a golden row, and a good output."""
    product = a_team_with_expert(session, now=MONDAY)
    a_proposal(session, product, id="p1", input="<!channel> *how* long?", output="`two` weeks <@U0EVE>")
    a_proposal(session, product, id="p2", origin=Origin.FEEDBACK, by="eve <!here>")
    a_verified(session, product, id="p3")
    decided(session, a_proposal(session, product, id="p4"), TruthState.AMENDED, answer="six days")
    decided(session, a_proposal(session, product, id="p5"), TruthState.REJECTED, answer=None, reason="not so")
    a_held(session, product, id="nice", correct=True, input="Hi?", output="Hello.", occurred_at=MONDAY)
    a_golden(session, product, id="p7", segment="refunds")
    return product


def assert_takeable(message: dict[str, Any]) -> None:
    """Slack takes the message, all its buttons work, and it calls nobody but the product's people."""
    assert problems(message["blocks"]) == []
    assert_accepted(message["blocks"])
    assert dead_ends(message) == []
    assert set(mentions_in(message)) <= {f"<@{user}>" for user in (PM, ML, EXPERT)}
    assert links_in({"blocks": message["blocks"]}) == []


@pytest.mark.parametrize("name", list(SAID))
def test_every_answer(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(everything)
    words, user = SAID[name]

    message = shown(database.do(lambda session: answer(session, words, user=user)))

    assert_takeable(message)
    snapshots.expect(f"blocks/ground_truth/{name}", message)


@pytest.mark.parametrize("name", list(PRESSED))
def test_every_button(database: Database, snapshots: Snapshots, name: str) -> None:
    database.do(everything)
    action, value, user = PRESSED[name]

    message = shown(database.do(lambda session: pressed(session, action, value, user=user)))

    assert_takeable(message)
    snapshots.expect(f"blocks/ground_truth/pressed_{name}", message)


def test_without_an_expert_and_with_nothing_there(database: Database, snapshots: Snapshots) -> None:
    database.do(lambda session: a_team(session, now=MONDAY))
    for name, words in {"nothing": "truth", "empty_set": "golden", "empty_list": "golden list"}.items():
        message = shown(database.do(lambda session, words=words: answer(session, words)))  # type: ignore[misc]  # bound
        assert_takeable(message)
        snapshots.expect(f"blocks/ground_truth/{name}", message)
    with database.unit_of_work() as session:
        a_proposal(session, Product(id=1, workspace="local", key="copilot", name="x", timezone="UTC"))
    message = shown(database.do(lambda session: answer(session, "truth")))
    assert_takeable(message)
    snapshots.expect("blocks/ground_truth/waiting_without_expert", message)


@pytest.mark.parametrize("words", ["truth accept 1", "truth amend 1 six days", "truth reject 1 not <!here>"])
def test_what_the_proposer_is_told(database: Database, snapshots: Snapshots, words: str) -> None:
    with database.unit_of_work() as session:
        everything(session)
        (post,) = answer(session, words, user=EXPERT).posts

    assert (post.to, post.key) == (ML, "copilot/truth/1/2")
    message = {"text": post.text, "blocks": list(post.blocks)}
    assert_takeable(message)
    snapshots.expect(f"blocks/ground_truth/told_{words.split()[1]}", message)


@pytest.mark.parametrize("action", [AMEND, REJECT])
def test_the_forms_of_a_decision(database: Database, snapshots: Snapshots, action: str) -> None:
    with database.unit_of_work() as session:
        everything(session)
        form = shown(pressed(session, action, "1 1", user=EXPERT))

    assert_form_accepted(form)
    snapshots.expect(f"views/ground_truth/{action.partition('.')[2]}", form)


@pytest.mark.parametrize(("name", "several"), [("report", False), ("report_which", True)])
def test_the_form_of_a_report(database: Database, snapshots: Snapshots, name: str, several: bool) -> None:
    with database.unit_of_work() as session:
        everything(session)
        if several:
            a_team(session, key="refunds", name="Refunds <&>", now=MONDAY)
        form = shown(reported(session, "Two weeks &amp; more"))

    assert_form_accepted(form)
    snapshots.expect(f"views/ground_truth/{name}", form)


def reported(session: Session, quoted: str) -> Reply:
    """What the shortcut answers on a message with this text."""
    house = House(registry=registry(), moment=lambda _session: MONDAY, workspace=LOCAL_WORKSPACE)
    incoming = Incoming(
        kind=Kind.SHORTCUT,
        key="asked",
        user=PM,
        name=REPORT,
        channel=TEAM,
        message="1795000000.000100",
        quoted=quoted,
    )
    return house.meant(incoming).answer(house.ask(session, incoming))


text = st.builds(lambda part, times: part * times, hostile_text, st.sampled_from([1, 1, 40, 400]))
predictions = st.builds(
    lambda **known: protect(a_prediction(**known), Pii.ALLOWED),
    input=st.none() | text,
    output=st.none() | text,
    segment=st.none() | text,
)
BOUNDED = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def hostile_truth(proposal: str, name: str, state: TruthState) -> Truth:
    return Truth(
        id=1,
        product_id=1,
        prediction_row_id=1,
        origin=Origin.FEEDBACK,
        proposal=proposal,
        proposed_by=name,
        proposed_at=MONDAY,
        state=state,
        answer=proposal,
        reason=proposal,
        decided_by=EXPERT,
    )


@BOUNDED
@given(predictions, text, text, st.sampled_from(TruthState))
def test_whatever_stands_in_a_proposal_it_fits_and_calls_and_links_nothing(
    prediction: Prediction, proposal: str, name: str, state: TruthState
) -> None:
    product = Product(id=1, workspace="local", key="copilot", name=name or "x", timezone="UTC")
    truth = hostile_truth(proposal, name, state)
    held = Held(row_id=1, prediction=prediction)

    for reply in (
        blocks.listing(product, [(truth, held)] * 5, count=9, note="", may_decide=False),
        blocks.whole(product, truth, prediction, may_decide=False),
        Reply(text="x", blocks=blocks.outcome(prediction, truth, blocks.outcome_line(product, truth))),
    ):
        assert_takeable(shown(reply))
    forms_of = (blocks.amend_form(truth, prediction), blocks.reject_form(truth, prediction))
    for view in (*forms_of, blocks.propose_form(prediction, "1 1")):
        assert_form_accepted(shown(Reply(view=view)))


@BOUNDED
@given(predictions, text, text)
def test_whatever_stands_in_the_golden_set_it_fits_and_calls_and_links_nothing(
    prediction: Prediction, proposal: str, name: str
) -> None:
    product = Product(id=1, workspace="local", key="copilot", name=name or "x", timezone="UTC")
    truth = hostile_truth(proposal, name, TruthState.ACCEPTED)
    row = Golden(
        id=1,
        product_id=1,
        golden_id="a" * 16,
        prediction=prediction,
        answer=proposal,
        truth_id=1,
        picked_by=PM,
        picked_at=MONDAY,
    )
    missing = Unanswered(incident_id=1, held=Held(row_id=1, prediction=prediction))

    for reply in (
        golden_blocks.overview(product, [row] * 12, ready=1, waiting=1, unanswered=2, may_pick=True),
        golden_blocks.rows(product, [row] * 8, total=9, left=1, may_pick=False),
        golden_blocks.candidates(product, [(truth, prediction)], count=9, unanswered=[missing] * 8),
        golden_blocks.good_outputs(product, [Held(row_id=1, prediction=prediction)]),
    ):
        assert_takeable(shown(reply))


@BOUNDED
@given(predictions, text)
def test_whatever_message_is_reported_the_form_opens(prediction: Prediction, quoted: str) -> None:
    product = Product(id=1, workspace="local", key="copilot", name=quoted or "x", timezone="UTC")
    clean = (prediction.output or "").strip()

    for known in (Known(answer=clean), Known(answer=clean, asked=clean, expected=clean, note=clean)):
        form = shown(Reply(view=forms.report([product], "1795000000.000100", known)))
        assert_form_accepted(form)
        assert len(form["private_metadata"]) <= 3_000
