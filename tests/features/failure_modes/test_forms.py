"""The forms: what is there stands in them, what is changed is kept, and two people at once lose nothing."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.defences import Defence
from bot.domain.failure_modes import LIKELIHOODS, START_SET, FailureMode, Layer, Level
from bot.domain.people import Person, Standing
from bot.domain.product import Failure, Never, Product
from bot.kit.command import FieldError
from bot.kit.reply import Reply
from bot.store import audit, defences, directory, failure_modes, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.failure_modes.matrices import NEVERS, a_matrix, mode, record, say
from tests.features.health_check.filling import Values, fill, held_by, labels, press, words
from tests.support.builders import MONDAY
from tests.support.dialogue import answer, pressed, shown
from tests.support.form_rules import assert_form_accepted
from tests.support.hostile import hostile_text
from tests.support.office import ML, PM
from tests.support.snapshots import Snapshots

FIRST = (
    "Raj Patel changed this while you were here: it is “{}” now. Nothing was saved yet. Save again to have it as below."
)
NAMES = {"U0ML": "Raj Patel", "U0PM": "Ana Lima"}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone, in a workspace where people are known."""
    with database.trying() as opened:
        for user, name in NAMES.items():
            person = Person(user=user, name=name, standing=Standing.MEMBER)
            directory.keep(opened, LOCAL_WORKSPACE, person, MONDAY)
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product of whose failure modes nobody said anything yet."""
    return a_matrix(session)


def notes(form: Reply) -> list[str]:
    """What the form says above its fields."""
    assert form.view is not None
    assert_form_accepted(shown(form))
    said = (block["elements"][0]["text"] for block in form.view.blocks if block["type"] == "context")
    return [text for text in said if "while you were here" in text]


def opened(session: Session, product: Product, key: str, *, user: str = PM) -> Reply:
    """The form of a failure mode."""
    return pressed(session, "failure_modes.change", f"{product.id} {key}", user=user)


def added(session: Session) -> Reply:
    """The form of a new one."""
    return press(session, answer(session, "product failure-modes"), "Add a failure mode")


@pytest.mark.parametrize("key", ["latency_spike", "hallucination", "wrong_language"])
def test_each_mode_has_its_form_with_what_is_there(
    session: Session, product: Product, snapshots: Snapshots, key: str
) -> None:
    say(session, f"add Wrong language likelihood low sees {'x' * 400}")
    say(session, "set latency-spike slower than 2.5 s")

    form = shown(opened(session, product, key))

    assert_form_accepted(form)
    snapshots.expect(f"views/failure_modes/{key}", form)


@pytest.mark.parametrize("label", ["Add a failure mode", "Change the defences", "Change the nevers"])
def test_the_other_forms(session: Session, product: Product, snapshots: Snapshots, label: str) -> None:
    say(session, "defence grounding yes Answers cite the handbook owner <@U0ML>")

    form = shown(press(session, answer(session, "product failure-modes"), label))

    assert_form_accepted(form)
    snapshots.expect(f"views/failure_modes/{label.lower().replace(' ', '_')}", form)


def test_a_form_that_is_sent_as_it_was_changes_nothing(session: Session, product: Product) -> None:
    for key in (one.key for one in START_SET):
        assert fill(session, opened(session, product, key), {}).text.endswith("is so already: nothing was changed.")
    for label in ("Change the defences", "Change the nevers"):
        form = press(session, answer(session, "product failure-modes"), label)
        assert fill(session, form, {}).text.endswith("so already: nothing was changed.")

    assert (failure_modes.said(session, product.id), audit.everything(session)) == ([], [])


def test_what_is_filled_in_is_kept_and_flagged(session: Session, product: Product) -> None:
    values = {
        "severity": "critical",
        "likelihood": "low",
        "blocking": "blocking",
        "slower_than": "800 ms",
        "seen": "A clock\nwith hands",
        "fallback": "",
        "below_confidence": "55,5 %",
        "owner": ML,
    }

    fill(session, opened(session, product, "latency_spike"), values)

    assert mode(session, product, "latency_spike") == replace(
        START_SET[1],
        severity=Level.CRITICAL,
        likelihood=Level.LOW,
        blocking=True,
        slower_than=0.8,
        seen="A clock\nwith hands",
        below_confidence=0.555,
        owner=ML,
        version=1,
    )
    now = record(session, product)
    assert (now.max_latency_s, now.blocking_failures) == (0.8, (Failure.HALLUCINATION, Failure.LATENCY_SPIKE))


def test_an_emptied_field_is_a_blank_again(session: Session, product: Product) -> None:
    say(session, f"set low-confidence below 60% likelihood low owner <@{ML}>")
    emptied: Values = {"below_confidence": "", "likelihood": (), "owner": (), "recovery": ""}

    fill(session, opened(session, product, "low_confidence"), emptied)

    assert mode(session, product, "low_confidence") == replace(START_SET[4], recovery="", version=2)
    assert record(session, product).min_confidence is None


def test_every_field_that_cannot_be_read_says_why_and_nothing_is_kept(session: Session, product: Product) -> None:
    wrong = {"severity": "awful", "slower_than": "soon", "below_confidence": "60", "owner": "S0GROUP"}

    with pytest.raises(FieldError) as refused:
        fill(session, opened(session, product, "latency_spike"), wrong)

    assert refused.value.sentences == {
        "severity": "Severity is one of low, medium, high, critical, not “awful”.",
        "slower_than": "“soon” is no time for an answer: write it like 5 s or 800 ms, up to an hour.",
        "below_confidence": "“60” is no confidence: write it like 60 % or 0.6.",
        "owner": "“S0GROUP” is nobody I can name: choose one person from Slack's list while you type @.",
    }
    assert failure_modes.said(session, product.id) == []


def test_nobody_of_whom_slack_was_never_asked_is_kept_as_an_owner(session: Session, product: Product) -> None:
    layers = press(session, answer(session, "product failure-modes"), "Change the defences")
    late = "Slack did not say in time who this is, so nothing was saved. Send it once more."

    for form, field in ((opened(session, product, "hallucination"), "owner"), (layers, "grounding__owner")):
        with pytest.raises(FieldError) as refused:
            fill(session, form, {field: "U0NEW"})
        assert refused.value.sentences == {field: late}
    assert failure_modes.said(session, product.id) == []


def test_a_new_one_needs_a_name_of_its_own(session: Session, product: Product) -> None:
    for name, sentence in (
        ("", "Give it a name of a word or a few, like “Wrong language”."),
        ("LATENCY-spike", "There is a failure mode “Latency spike” already."),
    ):
        with pytest.raises(FieldError) as refused:
            fill(session, added(session), {"name": name, "severity": "low"})
        assert refused.value.sentences == {"name": sentence}

    told = fill(session, added(session), {"name": "Wrong  language", "severity": "low", "blocking": "acceptable"})

    assert told.text.startswith("You added *Wrong language* to the failure modes of *Support Copilot*: low severity.")
    assert failure_modes.said(session, product.id) == [
        FailureMode(key="wrong_language", name="Wrong language", severity=Level.LOW, blocking=False, version=1)
    ]


def test_one_of_its_own_is_renamed_and_keeps_its_key(session: Session, product: Product) -> None:
    say(session, "add Wrong language")

    told = fill(session, opened(session, product, "wrong_language"), {"name": "Wrong tongue"})

    assert told.text == "You changed *Wrong tongue* of *Support Copilot*: name: Wrong tongue (was Wrong language)."
    assert mode(session, product, "wrong_language").name == "Wrong tongue"


def test_two_people_at_different_fields_both_count(session: Session, product: Product) -> None:
    mine = opened(session, product, "latency_spike")
    theirs = opened(session, product, "latency_spike", user=ML)

    fill(session, theirs, {"severity": "high", "slower_than": "5"}, user=ML)
    fill(session, mine, {"fallback": "An agent", "blocking": "blocking"})

    assert mode(session, product, "latency_spike") == replace(
        START_SET[1], severity=Level.HIGH, fallback="An agent", blocking=True, slower_than=5.0, version=2
    )


@pytest.mark.parametrize(
    ("field", "theirs", "mine"),
    [("severity", "high", "low"), ("slower_than", "5 s", "3 s"), ("blocking", "blocking", ""), ("owner", PM, ML)],
)
def test_who_is_second_at_the_same_field_hears_who_was_first(
    session: Session, product: Product, field: str, theirs: str, mine: str
) -> None:
    form = opened(session, product, "latency_spike")
    fill(session, opened(session, product, "latency_spike", user=ML), {field: theirs}, user=ML)
    before = mode(session, product, "latency_spike")
    now = NAMES.get(theirs, theirs)

    again = fill(session, form, {field: mine, "seen": "typed at length"})

    assert notes(again) == [FIRST.format(now)]
    assert (held_by(again)[field], held_by(again)["seen"]) == ((mine,) if mine else (), ("typed at length",))
    assert mode(session, product, "latency_spike") == before

    fill(session, again, {})

    saved = mode(session, product, "latency_spike")
    assert saved == replace(before, **{field: getattr(saved, field)}, seen="typed at length", version=2)
    assert getattr(saved, field) != getattr(before, field)


def test_who_changed_the_record_meanwhile_is_named_too(session: Session, product: Product) -> None:
    form = opened(session, product, "low_confidence")
    answer(session, "product set min_confidence=0.7", user=ML)
    say(session, "set hallucination severity low")

    assert notes(fill(session, form, {"below_confidence": "60 %"})) == [FIRST.format("70 %")]
    fill(session, form, {"likelihood": "high"})

    now = mode(session, product, "low_confidence")
    assert (now.below_confidence, now.likelihood) == (0.7, Level.HIGH)


def test_a_form_of_the_product_that_is_open_meanwhile_loses_nothing(session: Session, product: Product) -> None:
    form = answer(session, "product edit risk")
    say(session, "set hallucination acceptable", user=ML)

    fill(session, form, {"risk": "high"})

    now = record(session, product)
    assert (now.risk, now.blocking_failures, now.nevers) == ("high", (), NEVERS)


def test_the_layers_are_changed_in_one_form(session: Session, product: Product) -> None:
    form = press(session, answer(session, "product failure-modes"), "Change the defences")
    say(session, "defence human-review yes An agent reads it", user=ML)

    told = fill(
        session,
        form,
        {
            "grounding__in_place": "yes",
            "grounding__what": "Answers cite *the* handbook",
            "output_validation__in_place": "no",
        },
    )

    assert told.text == (
        "You changed the defences of *Support Copilot*: grounding, yes: Answers cite the handbook (nobody had said);"
        " output validation, no (nobody had said)."
    )
    assert defences.of_product(session, product.id) == (
        Defence(layer=Layer.GROUNDING, in_place=True, what="Answers cite *the* handbook", version=1),
        Defence(layer=Layer.OUTPUT_VALIDATION, in_place=False, version=1),
        Defence(layer=Layer.CONFIDENCE_SCORING),
        Defence(layer=Layer.HUMAN_REVIEW, in_place=True, what="An agent reads it", version=1),
    )
    again = fill(session, form, {"human_review__in_place": "no", "human_review__what": "An agent reads some"})
    assert notes(again) == [FIRST.format("yes"), FIRST.format("An agent reads it")]
    press(session, told, "Undo")
    assert [one.in_place for one in defences.of_product(session, product.id)] == [None, None, None, True]
    fill(session, again, {})
    assert defences.of_product(session, product.id)[3] == Defence(
        layer=Layer.HUMAN_REVIEW, in_place=False, what="An agent reads some", version=2
    )


def test_the_nevers_are_the_ones_of_the_record(session: Session, product: Product) -> None:
    form = press(session, answer(session, "product failure-modes"), "Change the nevers")
    assert held_by(form)["nevers"] == ("promise a price: it will cost, for only\ninsult",)

    told = fill(session, form, {"nevers": "promise a price: it will cost\n\ninsult; lie"})

    assert told.text == (
        "*Support Copilot* must never: promise a price (it will cost); insult; lie. It was: promise a price (it will"
        " cost, for only); insult."
    )
    assert record(session, product).nevers == (
        Never(name="promise a price", phrases=("it will cost",)),
        Never(name="insult"),
        Never(name="lie"),
    )
    again = fill(session, form, {"nevers": "insult"})
    assert [note.partition(" while")[0] for note in notes(again)] == ["You changed this"]
    press(session, told, "Undo")
    assert record(session, product).nevers == NEVERS
    third = fill(session, again, {})
    assert [note.partition(" while")[0] for note in notes(third)] == ["You changed this"]
    fill(session, third, {})
    assert record(session, product).nevers == (Never(name="insult"),)
    with pytest.raises(FieldError, match="nevers cannot be"):
        fill(session, press(session, answer(session, "product failure-modes"), "Change the nevers"), {"nevers": ": x"})


def test_a_mode_is_retired_in_a_form_that_asks_why(session: Session, product: Product) -> None:
    say(session, "add Wrong language")
    form = press(session, answer(session, "product failure-modes wrong-language"), "Retire")

    assert labels(form) == {"reason": "Why: What was said of it is kept."}
    with pytest.raises(FieldError, match="Say why"):
        fill(session, form, {"reason": " "})
    told = fill(session, form, {"reason": "We speak one language"})

    assert told.text.startswith("You retired *Wrong language* of *Support Copilot*: We speak one language.")
    stale = opened(session, product, "wrong_language")
    assert stale.text.startswith("I do not know the failure mode “Wrong language”.")


@pytest.mark.parametrize("name", ["failure_modes.change", "failure_modes.add", "failure_modes.retire"])
def test_a_button_of_a_product_that_is_gone_says_so(session: Session, product: Product, name: str) -> None:
    products.archive(session, product.id, MONDAY)

    assert "This product is not there any more" in words(pressed(session, name, f"{product.id}"))


texts = st.text("abc äöü 日本 🦥 “&amp;” <@U1> *_~` :x: 0 %", min_size=1, max_size=60).map(str.strip)
shares, seconds = (
    st.integers(0, 1_000).map(lambda part: part / 1_000),
    st.integers(1, 9_999).map(lambda part: part / 100),
)
filled = st.fixed_dictionaries(
    {
        "severity": st.sampled_from(Level),
        "likelihood": st.none() | st.sampled_from(LIKELIHOODS),
        "blocking": st.booleans(),
        "seen": texts,
        "fallback": texts,
        "below_confidence": st.none() | shares,
        "slower_than": st.none() | seconds,
    }
)


def typed(value: Any) -> str | tuple[str, ...]:
    """A value as it stands in its field."""
    return (
        {True: "blocking", False: "acceptable"}[value]
        if isinstance(value, bool)
        else ""
        if value is None
        else str(value)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(said=filled)
def test_what_a_form_holds_and_gets_back_is_what_is_kept(database: Database, said: dict[str, Any]) -> None:
    with database.trying() as session:
        product = a_matrix(session)
        fill(session, opened(session, product, "latency_spike"), {one: typed(value) for one, value in said.items()})
        now = mode(session, product, "latency_spike")
        again = fill(session, opened(session, product, "latency_spike"), {})

        assert {field: getattr(now, field) for field in said} == said
        assert again.text.endswith("is so already: nothing was changed.")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(name=hostile_text, text=hostile_text)
def test_whatever_is_typed_is_kept_shown_and_opened_again(database: Database, name: str, text: str) -> None:
    with database.trying() as session:
        product = a_matrix(session)
        form = added(session)
        with suppress(FieldError):  # where the name holds nothing that is one
            told = fill(session, form, {"name": name, "severity": "low", "seen": text})
            assert "<" not in told.text

        assert shown(answer(session, "product failure-modes"))
        for kept in failure_modes.said(session, product.id):
            assert_form_accepted(shown(opened(session, product, kept.key)))
            again = fill(session, opened(session, product, kept.key), {})
            assert again.text.endswith("so already: nothing was changed.")
