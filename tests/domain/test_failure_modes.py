"""Failure modes: the start set stays, the record is the one source, what nobody said is said, and how it is typed."""

from contextlib import suppress
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.defences import Defence, all_layers, blanks, in_short
from bot.domain.failure_modes import (
    LIKELIHOODS,
    START_SET,
    FailureMode,
    Layer,
    Level,
    in_order,
    is_own,
    modes_of,
    recorded,
)
from bot.domain.failures import Breach, BreachKind, breaches
from bot.domain.product import Failure, Never, Product, ProductRecord
from bot.domain.typed_failures import (
    changes_typed,
    mode_typed,
    named_typed,
    seconds_as_typed,
    seconds_typed,
    sets_something,
    share_as_typed,
    share_typed,
)
from bot.domain.words import words_of
from bot.errors import UserError
from tests.support.builders import a_prediction
from tests.support.hostile import hostile_text

OWN = FailureMode(key="wrong_language", name="Wrong language", severity=Level.MEDIUM)
BARE = ProductRecord()
KEYS = [one.key for one in START_SET]


def a_product(record: ProductRecord = BARE) -> Product:
    return Product(id=1, workspace="local", key="copilot", name="Copilot", timezone="UTC", record=record)


def mode(record: ProductRecord, key: str, *said: FailureMode) -> FailureMode:
    return next(one for one in modes_of(record, said) if one.key == key)


records = st.builds(
    ProductRecord,
    persona=st.none() | st.just("An agent"),
    nevers=st.just((Never(name="insult"),)),
    blocking_failures=st.sets(st.sampled_from(Failure)).map(
        lambda chosen: tuple(one for one in Failure if one in chosen)
    ),
    min_confidence=st.none() | st.floats(0, 1),
    max_latency_s=st.none() | st.floats(0.001, 3_600),
)
changes = st.fixed_dictionaries(
    {
        "severity": st.sampled_from(Level),
        "likelihood": st.none() | st.sampled_from(LIKELIHOODS),
        "blocking": st.booleans(),
        "below_confidence": st.none() | st.floats(0, 1),
        "fallback": st.text(max_size=5),
        "owner": st.none() | st.just("U0ANA"),
    }
)
sets = st.lists(st.tuples(st.sampled_from([*KEYS, OWN.key]), changes), max_size=12)


@given(record=records, said=sets)
def test_any_sequence_of_changes_keeps_the_start_set_and_is_read_back_as_it_was_said(
    record: ProductRecord, said: list[tuple[str, dict[str, Any]]]
) -> None:
    rows: dict[str, FailureMode] = {OWN.key: OWN}

    for key, change in said:
        after = replace(mode(record, key, *rows.values()), **change)
        before, record = record, recorded(record, after)
        rows[key] = after

        assert mode(record, key, *rows.values()) == after
        others = [one for one in modes_of(before, rows.values()) if one.key != key]
        assert [one for one in modes_of(record, rows.values()) if one.key != key] == others
    assert [one.key for one in modes_of(record, rows.values())] == [*KEYS, OWN.key]


@given(record=records, said=sets)
def test_nothing_of_the_record_is_touched_but_what_a_prediction_can_show(
    record: ProductRecord, said: list[tuple[str, dict[str, Any]]]
) -> None:
    after = record
    for key, change in said:
        after = recorded(after, replace(mode(after, key, OWN), **change))

    same = {"blocking_failures": (), "min_confidence": None, "max_latency_s": None}
    assert replace(after, **same) == replace(record, **same)  # type: ignore[arg-type]  # three fields set alike


@pytest.mark.parametrize(
    ("key", "bars", "shows"),
    [
        ("hallucination", {}, {"hallucinated": True}),
        ("latency_spike", {"slower_than": 5.0}, {"latency_s": 5.1}),
        ("low_confidence", {"below_confidence": 0.6}, {"confidence": 0.59}),
    ],
)
def test_the_review_flags_what_is_called_blocking_and_nothing_that_is_acceptable(
    key: str, bars: dict[str, Any], shows: dict[str, Any]
) -> None:
    wrong = a_prediction(correct=False, **shows)
    blocking = recorded(BARE, replace(mode(BARE, key), blocking=True, **bars))
    acceptable = recorded(blocking, replace(mode(blocking, key), blocking=False))

    assert breaches(wrong, blocking) == (Breach(name=key.replace("_", " "), kind=BreachKind.BLOCKING),)
    assert breaches(wrong, acceptable) == ()
    assert breaches(a_prediction(correct=False), blocking) == ()


def test_the_blocking_come_first_then_the_severe_then_the_likely() -> None:
    def one(name: str, severity: Level, likelihood: Level | None, *, blocking: bool | None) -> FailureMode:
        return FailureMode(key=name, name=name, severity=severity, likelihood=likelihood, blocking=blocking)

    modes = [
        one("acceptable", Level.CRITICAL, Level.HIGH, blocking=False),
        one("unsaid", Level.CRITICAL, Level.HIGH, blocking=None),
        one("blocking, likely", Level.LOW, Level.MEDIUM, blocking=True),
        one("blocking, unsaid", Level.LOW, None, blocking=True),
        one("blocking, unlikely", Level.LOW, Level.LOW, blocking=True),
        one("blocking, severe", Level.HIGH, Level.LOW, blocking=True),
    ]

    assert [mode.name for mode in in_order(modes)] == [
        "blocking, severe",
        "blocking, likely",
        "blocking, unsaid",
        "blocking, unlikely",
        "unsaid",
        "acceptable",
    ]


def test_what_nobody_said_yet_of_a_new_product() -> None:
    assert blanks(a_product(), (), ()) == (
        "fallback of offensive output",
        "fallback of latency spike",
        "how slow is too slow",
        "likelihood of low confidence",
        "below which confidence people take over",
        "whether grounding is in place",
        "whether output validation is in place",
        "whether confidence scoring is in place",
        "whether human review is in place",
    )


def test_what_is_alike_among_the_blanks_is_said_together() -> None:
    layers = [Defence(layer=Layer.GROUNDING, in_place=True), Defence(layer=Layer.HUMAN_REVIEW, in_place=True)]
    own = [OWN, replace(OWN, key="pun", name="Talk of the town", likelihood=Level.LOW)]

    assert in_short(blanks(a_product(), own, layers)) == [
        "fallback of offensive output, Wrong language, Talk of the town and latency spike",
        "likelihood of Wrong language and low confidence",
        "whether Wrong language and Talk of the town are acceptable or blocking",
        "what the user sees of Wrong language and Talk of the town",
        "recovery of Wrong language and Talk of the town",
        "how slow is too slow",
        "below which confidence people take over",
        "how grounding and human review are done",
        "whether output validation and confidence scoring are in place",
    ]


def test_of_a_mode_of_its_own_everything_is_asked_and_of_a_layer_how_it_is_done() -> None:
    layers = [Defence(layer=layer, in_place=False) for layer in Layer]
    said = blanks(a_product(), [OWN], [*layers[1:], Defence(layer=Layer.GROUNDING, in_place=True)])

    assert [one for one in said if "Wrong" in one or "grounding" in one or "review" in one] == [
        "likelihood of Wrong language",
        "whether Wrong language is acceptable or blocking",
        "what the user sees of Wrong language",
        "recovery of Wrong language",
        "fallback of Wrong language",
        "how grounding is done",
    ]
    assert blanks(a_product(), [replace(OWN, retired=True)], layers) == blanks(a_product(), [], layers)


@given(record=records)
def test_nothing_is_missing_where_everything_was_said(record: ProductRecord) -> None:
    record = replace(record, min_confidence=0.6, max_latency_s=5.0)
    filled = {"likelihood": Level.LOW, "seen": "a note", "recovery": "again", "fallback": "A person"}
    modes = [replace(one, **filled) for one in modes_of(record, [replace(OWN, blocking=True)])]  # type: ignore[arg-type]
    layers = [Defence(layer=layer, in_place=True, what="it is done") for layer in Layer]

    assert blanks(a_product(record), modes, layers) == ()


def test_the_four_layers_are_always_there_in_their_order() -> None:
    said = Defence(layer=Layer.HUMAN_REVIEW, in_place=True, what="an agent reads it", version=3)

    assert all_layers([said]) == (*(Defence(layer=layer) for layer in list(Layer)[:3]), said)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("severity high", {"severity": Level.HIGH}),
        ("Severity CRITICAL likelihood low", {"severity": Level.CRITICAL, "likelihood": Level.LOW}),
        ("likelihood none", {"likelihood": None}),
        ("blocking", {"blocking": True}),
        ("acceptable severity low", {"blocking": False, "severity": Level.LOW}),
        ("fallback A person calls back", {"fallback": "A person calls back"}),
        ("sees blocking things", {"seen": "blocking things"}),
        ('fallback "A person calls back" below 60%', {"fallback": "A person calls back", "below_confidence": 0.6}),
        ("below 60 % recovery We retry", {"below_confidence": 0.6, "recovery": "We retry"}),
        ("below 0.6", {"below_confidence": 0.6}),
        ("below none", {"below_confidence": None}),
        ("below 92.3%", {"below_confidence": 0.923}),
        ("slower than 5 s", {"slower_than": 5.0}),
        ("slower 800ms blocking", {"slower_than": 0.8, "blocking": True}),
        ("slower than 2,5 seconds", {"slower_than": 2.5}),
        ("owner <@U0ANA|ana> severity low", {"owner": "U0ANA", "severity": Level.LOW}),
        ("owner nobody", {"owner": None}),
        ("owner <@U0ANA>, sees One , two", {"owner": "U0ANA", "seen": "One , two"}),
        ("owner me severity low", {"owner": "U0ME", "severity": Level.LOW}),
        ("slower than none", {"slower_than": None}),
        (
            "severity high, below 60 %, blocking; likelihood low",
            {
                "severity": Level.HIGH,
                "below_confidence": 0.6,
                "blocking": True,
                "likelihood": Level.LOW,
            },
        ),
    ],
)
def test_what_is_typed_says_what_is_set(typed: str, meant: dict[str, Any]) -> None:
    assert changes_typed(words_of(typed), "U0ME") == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Say what to set: severity"),
        ("terrible", "“terrible” sets nothing."),
        ("severity", "Say what “severity” is to be."),
        ("fallback", "Say what “fallback” is to be."),
        ("slower than", "Say what “slower” is to be."),
        ("severity awful", "Severity is one of low, medium, high, critical, not “awful”."),
        ("likelihood critical", "Likelihood is one of low, medium, high, not “critical”."),
        ("below 60", "“60” is no confidence: write it like 60 % or 0.6."),
        ("below 101 %", "“101 %” is no confidence"),
        ("below nan", "“nan” is no confidence"),
        ("slower than 0 s", "“than 0 s” is no time for an answer"),
        ("slower than 2 hours", "is no time for an answer|“hours” sets nothing."),
        ("owner ana", "“ana” is nobody I can name"),
        ("owner @raj", "“@raj” is nobody I can name: choose one person from Slack's list while you type @."),
        ("owner <@U0ANA> <@U0RAJ>", "One person answers for it: name one."),
        ("owner <@U0ANA>, and <@U0RAJ>", "One person answers for it: name one."),
        ("owner <!subteam^S1|all>", "is nobody I can name: choose one person"),
    ],
)
def test_what_cannot_be_read_says_what_can(typed: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        changes_typed(words_of(typed))


@given(words=st.lists(hostile_text | st.sampled_from(["severity", "below", "slower", "than", "%", "owner", "sees"])))
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(words: list[str]) -> None:
    with suppress(UserError):
        assert set(changes_typed(words)) <= {field.name for field in fields(FailureMode)}


@given(share=st.floats(0, 1), seconds=st.floats(0.0001, 3_600))
def test_a_number_that_a_form_shows_is_read_back_to_the_last_digit(share: float, seconds: float) -> None:
    assert share_typed(share_as_typed(share)) == share
    assert seconds_typed(seconds_as_typed(seconds)) == seconds


def test_a_new_name_ends_where_something_is_set() -> None:
    assert named_typed(["Wrong", "language", "severity", "high"]) == ("Wrong language", ("severity", "high"))
    assert named_typed(["Answers below par", "blocking"]) == ("Answers below par", ("blocking",))
    assert named_typed(["Blocking", "users"]) == ("Blocking users", ())
    assert named_typed([]) == ("", ())


@pytest.mark.parametrize("typed", ["latency-spike", "Latency spike", "LATENCY_SPIKE", "latency spike"])
def test_a_mode_is_known_by_its_name_and_its_key(typed: str) -> None:
    found, rest = mode_typed([*typed.split(), "severity", "high"], START_SET)

    assert found is not None
    assert (found.key, rest) == ("latency_spike", ("severity", "high"))
    assert mode_typed(["latency"], START_SET) == (None, ("latency",))


def test_only_what_a_team_added_is_its_own() -> None:
    assert [is_own(one) for one in (*START_SET, OWN)] == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("typed", "sets"),
    [
        ("hallucination severity high", True),
        ("copilot latency spike, slower than 5 s", True),
        ("hallucination blocking", True),
        ("hallucination severity", False),
        ("severity high", False),
        ("hallucination at night", False),
        ("", False),
    ],
)
def test_words_that_set_something_of_what_they_name(typed: str, sets: bool) -> None:
    assert sets_something(words_of(typed)) is sets
