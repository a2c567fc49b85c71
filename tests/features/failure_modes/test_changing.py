"""One-liners: what is said, kept, written down, flagged by the review, and taken back; and whom it is refused."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import Session

from bot.domain.defences import Defence
from bot.domain.failure_modes import START_SET, FailureMode, Layer, Level
from bot.domain.failures import breaches
from bot.domain.people import Person, Standing
from bot.domain.product import Failure, Pii, Product
from bot.features.failure_modes import deeds, saying
from bot.features.failure_modes.matrix import matrix_of
from bot.features.failure_modes.saying import MOST_OWN
from bot.kit.reply import Reply
from bot.store import audit, defences, directory, failure_modes, products
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.failure_modes.matrices import a_matrix, an_ask, mode, mrkdwn, record, say
from tests.features.health_check.filling import press, words
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY, a_prediction
from tests.support.dialogue import answer, pressed, shown
from tests.support.hostile import hostile_text
from tests.support.office import ML, OTHER, PM

LATE = a_prediction(latency_s=6.0, correct=False)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product of whose failure modes nobody said anything yet."""
    return a_matrix(session)


def ask(session: Session, text: str) -> Reply:
    return answer(session, f"product failure-modes {text}")


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        ("set latency-spike severity high", "severity: high (was medium).", {"severity": Level.HIGH}),
        ("set latency-spike owner <@U0ML|raj>", "owner: <@U0ML> (was the PM).", {"owner": "U0ML"}),
        (
            "set latency-spike fallback A person calls *back*",
            "fallback: A person calls back (nobody had said).",
            {"fallback": "A person calls *back*"},
        ),
        (
            "set latency-spike below 60%",
            "people take over below 60 % (nobody had said).",
            {"below_confidence": 0.6},
        ),
        ("latency spike, severity high", "severity: high (was medium).", {"severity": Level.HIGH}),
        ("modes latency-spike severity high", "severity: high (was medium).", {"severity": Level.HIGH}),
        ("set latency-spike owner me", "owner: <@U0PM> (was the PM).", {"owner": "U0PM"}),
        ("set latency-spike likelihood none", "likelihood: nobody said yet (was medium).", {"likelihood": None}),
        (
            "set latency-spike blocking",
            "blocks a launch (was acceptable). Nothing is flagged by it until somebody says how slow is too slow.",
            {"blocking": True},
        ),
        (
            "set latency-spike slower than 5 s blocking",
            "blocks a launch (was acceptable); too slow from 5 s (nobody had said). Errors that show it are flagged in the review from now on.",
            {"blocking": True, "slower_than": 5.0},
        ),
    ],
)
def test_one_line_says_what_is_now_and_what_was(
    session: Session, product: Product, text: str, told: str, kept: dict[str, object]
) -> None:
    before = mode(session, product, "latency_spike")

    assert words(ask(session, text)) == (
        f"You changed *Latency spike* of *Support Copilot*: {told}\n[Undo]\n[Show the matrix]"
    )
    assert mode(session, product, "latency_spike") == replace(before, version=1, **kept)  # type: ignore[arg-type]


def test_a_limit_that_is_taken_back_says_so_in_words(session: Session, product: Product) -> None:
    say(session, "set latency-spike slower than 5 s below 60 %")

    assert say(session, "set latency-spike slower than none below none") == (
        "You changed *Latency spike* of *Support Copilot*: people take over below which confidence: nobody said yet (was"
        " 60 %); how slow is too slow: nobody said yet (was 5 s)."
    )


def test_a_name_that_holds_a_word_that_sets_something_is_shown(session: Session, product: Product) -> None:
    say(session, 'add "Wrong severity shown"')

    assert say(session, "wrong severity shown", user=OTHER) == "Wrong severity shown"


def test_what_is_called_blocking_here_is_flagged_by_the_review_and_what_is_acceptable_is_not(
    session: Session, product: Product
) -> None:
    say(session, "set latency-spike slower than 5 s blocking")
    say(session, "set hallucination acceptable")
    now = record(session, product)

    assert (now.blocking_failures, now.max_latency_s) == ((Failure.LATENCY_SPIKE,), 5.0)
    assert [one.name for one in breaches(LATE, now)] == ["latency spike"]
    assert breaches(a_prediction(hallucinated=True, correct=False), now) == ()


def test_what_is_set_in_the_record_is_shown_here(session: Session, product: Product) -> None:
    answer(session, "product set min_confidence=0.7 max_latency_s=4 blocking_failures=latency_spike")

    assert [
        (one.key, one.blocking, one.below_confidence, one.slower_than)
        for one in failure_modes.of_product(session, products.current(session, product.id))
    ] == [
        ("hallucination", False, None, None),
        ("latency_spike", True, None, 4.0),
        ("model_outage", False, None, None),
        ("offensive_output", True, None, None),
        ("low_confidence", False, 0.7, None),
    ]


def test_undo_brings_back_what_was_said_and_what_is_flagged(session: Session, product: Product) -> None:
    reply = ask(session, "set latency-spike slower than 5 s blocking severity high")
    answer(session, "product set persona=Anna")

    assert press(session, reply, "Undo").text == (
        "You took it back: the failure modes of *Support Copilot* are as they were before."
    )
    assert mode(session, product, "latency_spike") == replace(START_SET[1], version=2)
    now = record(session, product)
    assert (now.blocking_failures, now.max_latency_s, now.persona) == ((Failure.HALLUCINATION,), None, "Anna")


@pytest.mark.parametrize(
    "since",
    ["product failure-modes set latency-spike severity low", "product set max_latency_s=3"],
    ids=["here", "in the record"],
)
def test_what_was_changed_since_is_not_taken_back(session: Session, product: Product, since: str) -> None:
    reply = ask(session, "set latency-spike slower than 5 s blocking")
    answer(session, since, user=ML)
    now = mode(session, product, "latency_spike")

    assert "This was changed since" in press(session, reply, "Undo").text
    assert mode(session, product, "latency_spike") == now


def test_an_undo_that_is_about_nothing_of_ours_says_so(session: Session, product: Product) -> None:
    other = answer(session, "product set persona=Anna")
    value = next(iter(audit.everything(session)[-1:])).id

    assert other.text.startswith("You set")
    assert "This was changed since" in pressed(session, deeds.UNDO, str(value)).text
    assert "This was changed since" in pressed(session, deeds.UNDO, "x").text


def test_a_mode_of_its_own_is_added_with_what_is_said_and_taken_back(session: Session, product: Product) -> None:
    reply = ask(session, "add Wrong language severity high likelihood low blocking")
    added = FailureMode(
        key="wrong_language",
        name="Wrong language",
        severity=Level.HIGH,
        likelihood=Level.LOW,
        blocking=True,
        version=1,
    )

    assert reply.text == (
        "You added *Wrong language* to the failure modes of *Support Copilot*: high severity. Nobody said yet: what the user"
        " sees of Wrong language; recovery of Wrong language; fallback of Wrong language."
    )
    assert mode(session, product, "wrong_language") == added

    press(session, reply, "Undo")

    assert failure_modes.said(session, product.id) == [replace(added, retired=True, version=2)]


def test_one_is_retired_for_a_reason_and_brought_back_as_it_was(session: Session, product: Product) -> None:
    say(session, 'add "Wrong language" severity high')
    before = mode(session, product, "wrong_language")

    assert say(session, "retire wrong-language") == (
        "Say why: “product failure-modes retire Wrong language We speak one language only”."
    )
    assert say(session, "retire wrong language Nobody speaks <it>") == (
        "You retired *Wrong language* of *Support Copilot*: Nobody speaks &lt;it&gt;. What was said of it is kept:"
        " `/muster product failure-modes bring-back wrong-language` brings it back."
    )
    assert len(failure_modes.of_product(session, product)) == 5
    assert "Retired: Wrong language." in words(ask(session, ""))
    assert say(session, "wrong-language") == "*Wrong language* was retired; what was said of it is kept."
    assert "There is a failure mode “Wrong language” already. It was retired" in say(session, "add wrong language")

    assert (
        say(session, "bring-back wrong-language")
        == "You brought *Wrong language* of *Support Copilot* back, as it was."
    )
    assert mode(session, product, "wrong_language") == replace(before, version=3)
    assert say(session, "bring-back wrong-language") == "*Wrong language* is there: it was not retired."
    assert say(session, "bring-back something") == "Nothing of *Support Copilot* was retired."


def test_what_is_asked_of_every_product_is_not_retired(session: Session, product: Product) -> None:
    assert say(session, "retire latency-spike we are fast") == (
        "*Latency spike* is asked of every product, so it stays. Where it does no harm, say so:"
        " `/muster product failure-modes set latency-spike acceptable`"
    )
    assert failure_modes.said(session, product.id) == []


def test_a_layer_of_defence_in_one_line(session: Session, product: Product) -> None:
    reply = ask(session, "defence grounding yes Answers cite the handbook owner <@U0ML>")
    said = Defence(layer=Layer.GROUNDING, in_place=True, what="Answers cite the handbook", owner="U0ML", version=1)

    assert reply.text == (
        "You changed the defences of *Support Copilot*: grounding, yes: Answers cite the handbook, owner <@U0ML>"
        " (nobody had said)."
    )
    assert defences.of_product(session, product.id)[0] == said
    assert "grounding, no: Answers" in say(session, "defence Grounding no")
    assert "output validation, no: Comes in March (nobody had said)" in say(
        session, "defense output validation no Comes in March"
    )
    assert "This was changed since" in press(session, reply, "Undo").text
    again = ask(session, "defence human_review yes")
    press(session, again, "Undo")
    assert defences.of_product(session, product.id)[3] == Defence(layer=Layer.HUMAN_REVIEW, version=2)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("set", "Say it in one line: `/muster product failure-modes set latency-spike severity high`"),
        ("set nonsense severity high", "I do not know the failure mode “nonsense”."),
        ("set latency-spike", "Say what to set: severity"),
        ("set hallucination slower than 5 s", "“slower than” says what a latency spike is"),
        (
            "set latency-spike owner <@U0GONE>",
            "This person cannot answer for it: they are not here any more. Choose somebody else.",
        ),
        ("set latency-spike owner <@U0GUEST>", "This person cannot answer for it: guests may look, but not act here."),
        ("defence grounding yes owner <@U0BOT>", "This person cannot answer for it: it is a bot."),
        ("add Latency Spike", "There is a failure mode “Latency spike” already."),
        ("add --- severity low", "Give it a name"),
        ("defence grounding yes owner <@U0ML> and <@U0PM>", "One person answers for it: name one."),
        ("defence nonsense yes", "“nonsense” is no layer of defence. There are: grounding, output validation,"),
        ("defence grounding", "Say whether it is in place"),
        (
            "set latency-spike severity medium",
            "*Latency spike* of *Support Copilot* is so already: nothing was changed.",
        ),
        ("defence grounding unsaid", "The defences of *Support Copilot* are so already: nothing was changed."),
    ],
)
def test_what_sets_nothing_says_so_and_writes_nothing(session: Session, product: Product, text: str, told: str) -> None:
    for standing in (Standing.GONE, Standing.GUEST, Standing.BOT):
        person = Person(user=f"U0{standing.upper()}", name="Lee", standing=standing)
        directory.keep(session, LOCAL_WORKSPACE, person, MONDAY)

    assert say(session, text).startswith(told)
    assert (failure_modes.said(session, product.id), audit.everything(session)) == ([], [])


def test_only_the_products_people_change_it(session: Session, product: Product) -> None:
    reply = ask(session, "set latency-spike severity high")
    whole = ask(session, "")
    before = failure_modes.said(session, product.id)

    for refused in (
        say(session, "set latency-spike severity low", user=OTHER),
        say(session, "defence grounding yes", user=OTHER),
        *(
            press(session, whole, label, user=OTHER).text
            for label in ("Change", "Add a failure mode", "Change the defences", "Change the nevers")
        ),
        press(session, reply, "Undo", user=OTHER).text,
    ):
        assert refused == "Only the people of Support Copilot and the admins change it. Ask <@U0PM> or <@U0ML>."
    assert failure_modes.said(session, product.id) == before


def test_there_is_room_for_as_many_as_people_read(session: Session, product: Product) -> None:
    for place in range(MOST_OWN):
        say(session, f"add Mode {place}")
    refused = f"There are {MOST_OWN} of your own already, which is as many as people read: retire one first."

    assert say(session, "add One more") == refused
    say(session, "retire mode-3 it never happens")
    say(session, "add One more")
    assert say(session, "bring-back mode-3") == refused
    assert len(failure_modes.of_product(session, product)) == MOST_OWN + len(START_SET)


def test_names_that_make_the_same_key_are_told_apart(session: Session, product: Product) -> None:
    for name in ("Ответ не на том языке", "答えが違う", "Other", "Late!", "Late?"):
        say(session, f'add "{name}"')

    assert {one.key: one.name for one in failure_modes.said(session, product.id)} == {
        "own_1": "Ответ не на том языке",
        "own_2": "答えが違う",
        "other_1": "Other",
        "late": "Late!",
        "late_1": "Late?",
    }


def test_personal_data_in_what_is_typed_is_masked_where_the_product_says_so(session: Session, product: Product) -> None:
    products.save(session, replace(product, record=replace(product.record, pii=Pii.REDACT)))

    say(session, "set latency-spike fallback Write to ana@example.com")
    say(session, "defence grounding yes Ask ana@example.com")

    assert mode(session, product, "latency_spike").fallback == "Write to [e-mail]"
    assert defences.of_product(session, product.id)[0].what == "Ask [e-mail]"


def test_every_change_is_in_the_log_with_what_was_and_what_is(session: Session, product: Product) -> None:
    say(session, "set latency-spike severity high")

    (deed,) = audit.everything(session)

    assert (deed.user, deed.what, deed.product_id) == ("U0PM", "failure modes", product.id)
    assert deed.before is not None
    assert [deed.before[when]["mode"]["severity"] for when in ("was", "became")] == ["medium", "high"]


@pytest.mark.parametrize(
    "changes", [{"severity": Level.LOW}, {"slower_than": 3.0}], ids=["its own field", "a field of the record"]
)
def test_the_slower_of_two_hears_who_was_faster(session: Session, product: Product, changes: dict[str, object]) -> None:
    seen, shown = matrix_of(an_ask(session), product), mode(session, product, "latency_spike")
    say(session, "set latency-spike severity high slower than 5 s", user=ML)
    now = mode(session, product, "latency_spike")

    with pytest.raises(deeds.SomebodyWasFirstError, match="<@U0ML> changed this of \\*Support Copilot\\* at the same"):
        saying.said(an_ask(session), seen, shown, changes)

    assert mode(session, product, "latency_spike") == now


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(typed=hostile_text)
def test_whatever_is_typed_in_a_line_pings_nobody(database: Database, typed: str) -> None:
    with database.trying() as session:
        a_matrix(session)
        for text in (
            f'add "{typed}"',
            f"add Wrong language sees {typed}",
            f"set latency-spike fallback {typed}",
            f"set {typed} severity low",
            f"set latency-spike {typed}",
            f"retire wrong-language {typed}",
            f"bring-back {typed}",
            f"defence grounding yes {typed}",
            f"defence {typed}",
            typed,
        ):
            told = shown(ask(session, text))["blocks"]

            assert_accepted(told)
            assert "<" not in "\n".join(mrkdwn(told)).replace(f"<@{PM}>", "")
