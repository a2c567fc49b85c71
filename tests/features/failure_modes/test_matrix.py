"""The matrix as people see it: what is missing, the failure modes, the defences, the nevers; within Slack's limits."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.domain.defences import Defence
from bot.domain.failure_modes import LIKELIHOODS, START_SET, FailureMode, Layer, Level
from bot.domain.people import Person, Standing
from bot.domain.product import Never, Product, ProductRecord
from bot.features.failure_modes import blocks
from bot.features.failure_modes.matrix import Matrix
from bot.kit import limits
from bot.slack import saying
from bot.store import directory
from bot.store.products import LOCAL_WORKSPACE
from bot.store.session import Database
from tests.features.failure_modes.matrices import NEVERS, a_matrix, mrkdwn, say
from tests.features.health_check.filling import words
from tests.support.block_rules import assert_accepted
from tests.support.builders import MONDAY
from tests.support.dialogue import a_team, answer, shown
from tests.support.hostile import hostile_text
from tests.support.office import ML, OTHER, PM
from tests.support.snapshots import Snapshots


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction that is undone."""
    with database.trying() as opened:
        yield opened


@pytest.fixture
def product(session: Session) -> Product:
    """A product of whose failure modes nobody said anything yet."""
    return a_matrix(session)


def test_a_new_product_has_the_start_set_and_says_what_is_missing(
    session: Session, product: Product, snapshots: Snapshots
) -> None:
    reply = answer(session, "product failure-modes")

    assert reply.text == "How Support Copilot may fail: 9 blanks"
    assert_accepted(shown(reply)["blocks"])
    snapshots.expect("blocks/failure_modes/new", shown(reply)["blocks"])


def test_a_matrix_that_a_team_filled_in(session: Session, product: Product, snapshots: Snapshots) -> None:
    for text in (
        f"set hallucination owner <@{ML}> below 60% fallback An agent calls back",
        "set latency-spike severity high slower than 5 s blocking fallback none needed",
        "set offensive-output fallback The shift lead answers",
        "set low-confidence likelihood medium below 70 %",
        "add Wrong language severity medium likelihood high blocking",
        "set wrong-language sees An answer in another language",
        "add Too long",
        "retire too-long Nobody minds",
        f"defence grounding yes Answers cite the handbook owner <@{ML}>",
        "defence output-validation no Comes in March",
        "defence human-review yes An agent reads every answer",
    ):
        say(session, text)

    reply = answer(session, "product failure-modes")

    assert_accepted(shown(reply)["blocks"])
    snapshots.expect("blocks/failure_modes/filled", shown(reply)["blocks"])


def test_everything_said_is_nothing_missing(session: Session, product: Product) -> None:
    for text in (
        "set latency-spike slower than 5 s fallback none needed",
        "set offensive-output fallback The shift lead answers",
        "set low-confidence likelihood medium below 70 %",
        *(f"defence {layer} no" for layer in Layer),
    ):
        say(session, text)

    reply = answer(session, "product failure-modes")

    assert (reply.text, words(reply).splitlines()[1]) == (
        "How Support Copilot may fail: nothing is missing",
        "Nothing is missing.",
    )


def test_one_failure_mode_is_shown_whole(session: Session, product: Product) -> None:
    say(session, "set latency-spike slower than 5 s blocking")

    assert words(answer(session, "product failure-modes latency spike")) == (
        "Latency spike\n"
        "Blocks a launch, medium severity, medium likelihood. Too slow from 5 s. Owner: <@U0PM> (PM)\n"
        "What the user sees: Progress, with an estimate of the time it takes\n"
        "Recovery: Answers from the cache\n"
        "Nobody said yet: fallback of latency spike.\n"
        "[Change]\n[Show the matrix]"
    )


@pytest.mark.parametrize(
    "text", ["failures", "FAILURE", "risks", "fmea", "failure-modes copilot", "failure_modes", "failure modes"]
)
def test_other_words_lead_to_the_matrix_for_whoever_asks(session: Session, product: Product, text: str) -> None:
    assert answer(session, f"product {text}", user=OTHER).text == "How Support Copilot may fail: 9 blanks"


def test_a_mode_that_is_not_there_is_said_with_the_nearest(session: Session, product: Product) -> None:
    assert say(session, "halucination") == (
        "I do not know the failure mode “halucination”. Did you mean “Hallucination”? There are: “Offensive output”,"
        " “Hallucination”, “Model outage”, “Latency spike”, “Low confidence”. To add one:"
        " `/muster product failure-modes add NAME`"
    )
    assert say(session, "hallucination at night") == ("To change it: product failure-modes set hallucination at night")


@pytest.mark.parametrize("verb", ["add", "defence"])
def test_a_verb_alone_offers_its_form_and_an_example(session: Session, product: Product, verb: str) -> None:
    told = words(answer(session, f"product failure-modes {verb}"))

    assert told.startswith(f"Say it in one line: `/muster product failure-modes {verb} ")
    assert told.endswith("`\n[Open the form]\n[Show the matrix]")


@pytest.mark.parametrize("standing", [Standing.GONE, Standing.GUEST])
def test_who_left_or_is_a_guest_now_does_not_answer_any_more_the_pm_does(
    session: Session, product: Product, standing: Standing
) -> None:
    say(session, f"set hallucination owner <@{ML}>")
    directory.keep(session, LOCAL_WORKSPACE, Person(user=ML, name="Raj", standing=standing), MONDAY)

    told = words(answer(session, "product failure-modes hallucination"))
    assert "Owner: <@U0ML> is no member any more, so <@U0PM> (PM)" in told

    directory.keep(session, LOCAL_WORKSPACE, Person(user=PM, name="Ana", standing=Standing.GONE), MONDAY)

    assert "Owner: <@U0ML> is no member any more, so nobody: Support Copilot has no PM" in words(
        answer(session, "product failure-modes hallucination")
    )


def test_nevers_that_nobody_wrote_down_are_said_to_be_missing(session: Session) -> None:
    a_team(session, now=MONDAY - timedelta(days=60))

    assert "What it must never do: nobody said yet." in words(answer(session, "product failure-modes"))


text = hostile_text
own_modes = st.builds(
    FailureMode,
    key=st.uuids().map(lambda one: f"m{one.hex}"),
    name=text.map(lambda one: one[:60]),
    severity=st.sampled_from(Level),
    likelihood=st.none() | st.sampled_from(LIKELIHOODS),
    blocking=st.none() | st.booleans(),
    seen=text.map(lambda one: (one * 20)[:300]),
    recovery=text.map(lambda one: (one * 20)[:300]),
    fallback=text.map(lambda one: (one * 20)[:300]),
    below_confidence=st.none() | st.floats(0, 1),
    owner=st.none() | st.just("U0ANA"),
    retired=st.booleans(),
)
layers = st.builds(
    lambda what: tuple(Defence(layer=layer, in_place=True, what=what[:300]) for layer in Layer),
    text.map(lambda one: one * 9),
)
nevers = st.lists(st.builds(lambda name, one: Never(name=name, phrases=(one, one)), text, text), max_size=30).map(tuple)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=12)
@given(said=st.lists(own_modes, min_size=15, max_size=16), defences=layers, nevers=nevers, name=text)
def test_whatever_a_team_writes_pings_nobody_and_fits(
    said: list[FailureMode], defences: tuple[Defence, ...], nevers: tuple[Never, ...], name: str
) -> None:
    product = Product(
        id=1, workspace="local", key="copilot", name=name, timezone="UTC", record=ProductRecord(nevers=nevers)
    )
    matrix = Matrix(product=product, said=tuple(said), defences=defences, pms=(PM,), left=frozenset())

    for reply in (blocks.matrix_reply(matrix), *(blocks.mode_reply(matrix, one) for one in said[:2])):
        message = saying.message(reply)
        assert_accepted(message["blocks"])
        assert len(message["blocks"]) <= limits.BLOCKS
        ours = "\n".join(mrkdwn(message["blocks"])).replace(f"<@{PM}>", "").replace("<@U0ANA>", "")
        assert "<" not in ours


def test_fifteen_modes_of_a_teams_own_are_all_there_with_the_defences_and_the_nevers() -> None:
    product = Product(
        id=1, workspace="local", key="c", name="Copilot", timezone="UTC", record=ProductRecord(nevers=NEVERS)
    )
    own = [
        FailureMode(key=f"m{place}", name=f"{place} {'n' * 57}", severity=Level.CRITICAL, seen="s" * 300,
                    recovery="r" * 300, fallback="f" * 300, owner="U0ANA", below_confidence=0.5)
        for place in range(15)
    ]  # fmt: skip
    defences = tuple(Defence(layer=layer, in_place=True, what="w" * 300) for layer in Layer)
    matrix = Matrix(product=product, said=tuple(own), defences=defences, pms=(PM,), left=frozenset())

    told = words(blocks.matrix_reply(matrix))

    assert "left out" not in read_back(matrix)
    assert [one.name for one in (*own, *START_SET) if f"*{one.name}*" not in told] == []
    assert told.endswith("[Add a failure mode]\n[Change the defences]\n[Change the nevers]")


@pytest.mark.parametrize("letter", ["&", "<x&>", "s"])
def test_however_the_texts_count_the_defences_the_nevers_and_the_buttons_are_never_cut(letter: str) -> None:
    many = tuple(Never(name=f"{place} {'n' * 90}", phrases=("p" * 90,)) for place in range(12))
    record = ProductRecord(nevers=many)
    product = Product(id=1, workspace="local", key="c", name="Copilot", timezone="UTC", record=record)
    text = (letter * 300)[:300]
    own = tuple(
        FailureMode(key=f"m{place}", name=(letter * 60)[:57] + f"{place:03}", severity=Level.CRITICAL, seen=text,
                    recovery=text, fallback=text, owner="U0ABCDEFGHI", below_confidence=0.5)
        for place in range(15)
    )  # fmt: skip
    gone = tuple(replace(one, key=f"gone_{one.key}", retired=True) for one in own)
    defences = tuple(Defence(layer=layer, in_place=True, what=text, owner="U0ABCDEFGHI") for layer in Layer)
    matrix = Matrix(product=product, said=(*own, *gone), defences=defences, pms=(PM,), left=frozenset())

    told = words(blocks.matrix_reply(matrix))

    assert "left out" not in read_back(matrix)
    left_out = re.search(r" (\d+) more failure modes? had no room\.", told)
    rows = told.count("[Change]") + (int(left_out[1]) if left_out else 0)
    assert (rows, left_out is not None) == (len(own) + len(START_SET), letter == "&")
    assert told.count("Owner: ") == told.count("[Change]") + len(Layer)
    assert "and 5 more." in told
    assert "and 2 more\n" in told
    assert told.endswith("[Add a failure mode]\n[Change the defences]\n[Change the nevers]")


def test_the_retired_that_have_no_room_are_counted(session: Session, product: Product) -> None:
    for place in range(12):
        say(session, f"add Mode {place:02}")
        say(session, f"retire mode-{place:02} Nobody minds")

    assert "Mode 09 and 2 more." in words(answer(session, "product failure-modes"))


def read_back(matrix: Matrix) -> str:
    """The whole matrix as Slack gets it."""
    return str(saying.message(blocks.matrix_reply(matrix)))
