"""Declaring: in one line, in a form, from a health card, an item or a message; once, and not beside one alike."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.failure_modes import START_SET
from bot.domain.incidents import Did, Origin, Severity
from bot.domain.incoming import Kind
from bot.domain.product import Pii, Product, ProductRecord
from bot.errors import PermanentError
from bot.features.incident_response.declaring import item_of, said_in, says_all
from bot.kit.reply import Next, Reply
from bot.store import incidents, products, readings
from bot.wiring import registry
from tests.features.incident_response.team import asking, form, now_of, people, submitted, told
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, pressed, shown
from tests.support.incidents import MINUTE, TUESDAY, a_kept_incident
from tests.support.office import ML, OTHER, PM, TEAM, buttons, read
from tests.support.readings import new_reading
from tests.support.truth import a_seated_report

SEEN = "it promises refunds that do not exist"
LINE = f"incident declare copilot severity 1 hallucination {SEEN}"


def initial(reply: Reply) -> dict[str, str]:
    """What stands in the fields of a form already."""
    elements = {one["element"]["action_id"]: one["element"] for one in form(reply).blocks if one["type"] == "input"}
    return {
        name: element.get("initial_value") or element["initial_option"]["value"]
        for name, element in elements.items()
        if "initial_value" in element or "initial_option" in element
    }


class Shared:
    """A channel that is the workspace's own, or not."""

    def __init__(self, *, own: bool) -> None:
        self.own = own

    def require_own(self, channel: str) -> None:
        """Refuse a shared one."""
        if not self.own:
            raise PermanentError(f"{channel} is shared.")


@pytest.mark.parametrize(
    ("typed", "kind", "severity", "seen"),
    [
        ("severity 1 hallucination it lies", "hallucination", 1, "it lies"),
        ("hallucination severity 1 it lies", "hallucination", 1, "it lies"),
        ("sev3 Latency spike: answers take a minute", "latency_spike", 3, "answers take a minute"),
        ("SEV-4 something else the logo is gone", "other", 4, "the logo is gone"),
        ("model outage", "model_outage", None, ""),
        ("it lies about severity 1", None, None, "it lies about severity 1"),
        ("severity 5 it lies", None, None, "severity 5 it lies"),
        ("", None, None, ""),
    ],
)
def test_one_line_says_severity_and_kind_in_any_order_then_what_is_seen(
    typed: str, kind: str | None, severity: int | None, seen: str
) -> None:
    said = said_in(typed.split(), START_SET)

    assert (said.kind.key if said.kind else None, said.severity, said.seen) == (kind, severity, seen)


@given(st.lists(st.sampled_from(("severity", "1", "sev2", "hallucination", "model", "outage", "it", "lies"))))
def test_no_word_of_what_is_seen_is_lost(typed: list[str]) -> None:
    said = said_in(typed, START_SET)

    assert typed[len(typed) - len(said.seen.split()) :] == said.seen.split()


def test_with_few_words_a_form_asks_for_the_rest() -> None:
    assert not any(says_all(few.split()) for few in ("", "copilot", "copilot severity 2", "copilot hallucination"))
    assert all(says_all(full.split()) for full in ("it lies again", "copilot severity 2 it lies"))


def test_a_line_declares_it_with_an_owner_a_card_and_what_to_do_meanwhile(session: Session, product: Product) -> None:
    reply = answer(session, LINE, user=OTHER, now=TUESDAY)

    assert read(shown(reply)) == (
        "You declared incident 1 of *Support Copilot*: severity 1 (critical)."
        f" <@{ML}> owns it and is called now, then the others until somebody is at it. Its card is in <#{TEAM}>.\n"
        "Meanwhile: Escalate to a person. Where people take over: A person answers\n[Show it]"
    )
    one = now_of(session)
    assert (one.owner, one.declared_by, one.severity, one.kind, one.seen, one.origin) == (
        ML,
        OTHER,
        Severity.CRITICAL,
        "hallucination",
        SEEN,
        Origin.COMMAND,
    )
    ((to, card),) = told(reply)
    assert (to, card.splitlines()[0]) == (
        TEAM,
        "Incident 1: Hallucination, Support Copilot, severity 1 (critical): nobody is at it yet",
    )


def test_at_night_the_card_rings_nobody_who_did_not_accept_it(session: Session, product: Product) -> None:
    reply = answer(session, LINE, user=OTHER, now=TUESDAY - 6 * 60 * MINUTE)

    ((_, card),) = told(reply)
    assert "*Owner:* waiting for Raj Patel since" in card
    assert f"<@{ML}> owns it and may not be called at this hour: its thread says who is called, and when." in reply.text


def test_where_nobody_answers_for_incidents_whoever_declares_owns_it(session: Session, product: Product) -> None:
    for one in products.people(session, product.id):
        products.assign(session, product, one.role, [])

    reply = answer(session, LINE, user=OTHER, now=TUESDAY)

    assert "You own it: say “incident ack” when you are at it, or the others are called." in reply.text
    assert now_of(session).owner == OTHER


def test_without_a_channel_the_card_stands_where_it_was_declared_unless_others_read_there(
    session: Session, product: Product
) -> None:
    products.save(session, replace(product, team_channel=None))
    reply = answer(session, LINE, user=OTHER, now=TUESDAY)
    assert (reply.posts, reply.then) == ([], Next(errand="incident_response.place", value="1"))
    assert reply.text.endswith("Its card comes here; where people of other companies would read it, to its owner.")

    errand = registry().errands["incident_response.place"]
    ask = asking(session, now=TUESDAY, user=OTHER, kind=Kind.ERRAND, value="1", channel="C0HERE")
    to = [
        post.to
        for may in (True, False)
        for post in errand.keep(ask, errand.ask(ask), errand.fetch("C0HERE", Shared(own=may))).posts  # type: ignore[arg-type]  # only what is asked of it
    ]

    assert to == ["C0HERE", ML]
    direct = answer(session, "incident declare it is down again", user=OTHER, now=TUESDAY, channel="D1")
    assert [post.to for post in direct.posts] == [ML]


def test_severity_and_kind_may_be_left_out(session: Session, product: Product) -> None:
    answer(session, "incident declare nobody gets an answer", user=OTHER, now=TUESDAY)
    answer(session, "incident declare copilot latency spike", user=OTHER, now=TUESDAY)

    assert [(one.kind, one.severity, one.seen) for one in incidents.open_ones(session)] == [
        ("other", Severity.HIGH, "nobody gets an answer"),
        ("latency_spike", Severity.MEDIUM, "Latency spike"),
    ]


def test_sent_again_it_is_declared_once(session: Session, product: Product) -> None:
    answer(session, LINE, user=OTHER, now=TUESDAY)

    again = answer(session, LINE, user=OTHER, now=TUESDAY + MINUTE)

    assert again.text == f"You declared this already: incident 1 of *Support Copilot*. <@{ML}> owns it."
    assert again.posts == ()
    assert len(incidents.open_ones(session)) == 1


def test_one_alike_is_shown_first_and_declared_once_by_whoever_presses_on(session: Session, product: Product) -> None:
    a_kept_incident(session, product)
    reply = answer(session, LINE, user=OTHER, now=TUESDAY + 8 * MINUTE)

    assert read(shown(reply)) == (
        f"Incident 1 of *Support Copilot* may be the same: <@{ML}> owns it, and it was declared 8 min ago. Nothing is"
        " declared yet.\nWhat is seen there: It makes up refund dates\n[Look at it]\n[Declare anyway]"
    )
    assert len(incidents.open_ones(session)) == 1
    value = buttons(shown(reply))["Declare anyway"]["value"]
    for _ in range(2):
        pressed(session, "incident_response.anyway", value, user=OTHER, now=TUESDAY + 9 * MINUTE)

    assert [one.seen for one in incidents.open_ones(session)] == ["It makes up refund dates", SEEN]


def test_of_no_known_kind_only_one_in_like_words_is_shown_first(session: Session, product: Product) -> None:
    for seen in ("It promises refunds to everybody", "The logo is gone"):
        a_kept_incident(session, product, kind="other", seen=seen)
    now = TUESDAY + 8 * MINUTE

    other = answer(session, "incident declare copilot something else leak of customer data", user=OTHER, now=now)
    like = answer(session, "incident declare copilot something else refunds are promised to everybody", now=now)

    assert other.text.startswith("You declared incident 3")
    assert like.text.startswith("Incident 1 of *Support Copilot* may be the same")


def test_an_hour_later_it_is_another_one(session: Session, product: Product) -> None:
    a_kept_incident(session, product)

    answer(session, LINE, user=OTHER, now=TUESDAY + 60 * MINUTE)

    assert len(incidents.open_ones(session)) == 2


def test_a_button_that_somebody_forged_declares_nothing(session: Session, product: Product) -> None:
    for value in ("", "{}", "[1]", '{"product_id": 1, "kind": 2}'):
        reply = pressed(session, "incident_response.anyway", value, now=TUESDAY)
        assert reply.text == "I cannot declare from this button any more. Say “incident declare”."
    assert incidents.open_ones(session) == []


def test_the_form_is_filled_with_what_the_words_say_and_comes_back_once_where_one_is_alike(
    session: Session, product: Product
) -> None:
    a_kept_incident(session, product)
    opened = answer(session, "incident declare copilot hallucination", user=OTHER, now=TUESDAY + MINUTE)
    assert initial(opened) == {"kind": "hallucination", "severity": "2"}

    values = {"kind": "hallucination", "severity": "1", "seen": SEEN}
    back = submitted(session, form(opened), values, user=OTHER, now=TUESDAY + MINUTE)

    assert initial(back) == values
    assert "*Incident 1 may be the same.*" in read({"blocks": list(form(back).blocks)})
    assert len(incidents.open_ones(session)) == 1
    for _ in range(2):
        done = submitted(session, form(back), values, user=OTHER, now=TUESDAY + 2 * MINUTE)
        assert done.view is None
    assert [one.origin for one in incidents.open_ones(session)] == [Origin.COMMAND, Origin.FORM]


def test_left_empty_the_severity_is_that_of_its_kind(session: Session, product: Product) -> None:
    view = form(answer(session, "incident declare", user=OTHER, now=TUESDAY))

    submitted(session, view, {"kind": "offensive_output", "seen": "it insults people"}, user=OTHER, now=TUESDAY)

    assert now_of(session).severity is Severity.CRITICAL


def test_where_it_may_be_any_product_the_form_asks(session: Session, product: Product) -> None:
    other = a_team(session, key="search", name="Search", team_channel="C0ELSE", now=TUESDAY)
    reply = answer(session, "incident declare", user=OTHER, now=TUESDAY, channel="C0SHARED")
    view = form(reply)

    submitted(session, view, {"product": str(other.id), "kind": "other", "seen": "down"}, user=OTHER, now=TUESDAY)

    assert now_of(session).product_id == other.id


def test_what_is_seen_is_kept_under_the_products_rule_for_personal_data(session: Session) -> None:
    people(session)
    product = products.everything(session)[0]
    products.save(session, replace(product, record=ProductRecord(pii=Pii.REDACT)))

    answer(session, "incident declare it shows mia@example.com to everybody", user=OTHER, now=TUESDAY)

    assert "mia@example.com" not in now_of(session).seen
    assert now_of(session).seen.startswith("it shows ")


def test_a_health_card_fills_it_with_what_missed(session: Session, product: Product) -> None:
    known = [new_reading("hallucination_rate", 0.4, n=1_000), new_reading("csat", 2.0, n=1_000)]
    readings.keep_all(session, product.id, known, by=PM, now=MONDAY)

    reply = pressed(session, "incident_response.from_health", str(product.id), now=TUESDAY)

    filled = initial(reply)
    assert filled["kind"] == "hallucination"
    assert filled["seen"] == "Factual errors missed its target; Satisfaction (CSAT) missed its target"
    submitted(session, form(reply), filled, now=TUESDAY)
    assert now_of(session).origin is Origin.HEALTH


def test_an_item_of_a_review_brings_its_prediction_along(session: Session) -> None:
    review_id = a_seated_report(session)

    reply = pressed(session, "incident_response.from_item", f"{review_id} 1", now=TUESDAY)
    seen = initial(reply)["seen"]
    submitted(session, form(reply), {"kind": "other", "seen": seen}, now=TUESDAY)

    one = now_of(session)
    assert one.origin is Origin.REVIEW
    assert len(incidents.predictions_of(session, one.id)) == 1
    assert [event.what for event in incidents.events(session, one.id)] == [Did.DECLARED, Did.ATTACHED]
    gone = pressed(session, "incident_response.from_item", f"{review_id} 99", now=TUESDAY).text
    assert gone == "This item is not there any more. Say “incident declare” to declare it by hand."


def test_an_item_of_another_product_is_not_attached(session: Session) -> None:
    review_id = a_seated_report(session)
    other = a_team(session, key="search", name="Search", now=TUESDAY)
    ask = asking(session, now=TUESDAY)

    assert item_of(ask, f"{review_id} 1") is not None
    assert item_of(ask, f"{review_id} 1", other.id) is None


def test_any_message_can_be_what_is_seen(session: Session, product: Product) -> None:
    ask = asking(session, now=TUESDAY, user=OTHER, kind=Kind.SHORTCUT, quoted="it says &lt;!here&gt; &amp;amp;")

    reply = registry().shortcuts["incident_response.from_message"].run(ask)

    assert initial(reply)["seen"] == "it says <!here> &amp;"
    assert dict(form(reply).carries)["origin"] == "message"


def test_another_products_failure_modes_are_not_taken(session: Session, product: Product) -> None:
    view = form(answer(session, "incident declare", now=TUESDAY))

    with pytest.raises(Exception, match="Choose one of Support Copilot") as error:
        submitted(session, view, {"kind": "made_up", "seen": "down"}, now=TUESDAY)
    assert "Something else" in str(error.value)
    with pytest.raises(Exception, match="Say what people see"):
        submitted(session, view, {"kind": "other", "seen": " "}, now=TUESDAY)
    assert incidents.open_ones(session) == []
