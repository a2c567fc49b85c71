from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.failures import Breach, BreachKind, breaches, says
from bot.domain.prediction import Prediction
from bot.domain.product import Failure, Never, ProductRecord

PRICE = Never(name="never promise a price", phrases=("it costs", "guarantee*"))
ADVICE = Never(name="never give legal advice", phrases=("you should sue",))

A_NEVER = Breach(name="never promise a price", kind=BreachKind.NEVER)
HALLUCINATION = Breach(name="hallucination", kind=BreachKind.BLOCKING)


def a_prediction(**known: Any) -> Prediction:
    return Prediction(id="p1", occurred_at=datetime(2026, 11, 9, tzinfo=UTC), **known)


def test_an_output_that_says_a_phrase_breaks_the_never() -> None:
    record = ProductRecord(nevers=(ADVICE, PRICE))

    assert breaches(a_prediction(output="It costs 5 euros, guaranteed."), record) == (A_NEVER,)


@pytest.mark.parametrize("correct", [True, False, None])
def test_a_never_is_broken_whatever_anybody_judged(correct: bool | None) -> None:
    assert breaches(a_prediction(output="It costs 5.", correct=correct), ProductRecord(nevers=(PRICE,))) == (A_NEVER,)


@pytest.mark.parametrize(
    "elsewhere", [{"input": "it costs?"}, {"expected": "it costs 5"}, {"final_output": "it costs 5"}]
)
def test_only_the_output_can_break_a_never(elsewhere: dict[str, str]) -> None:
    assert breaches(a_prediction(**elsewhere), ProductRecord(nevers=(PRICE,))) == ()


def test_a_never_without_phrases_flags_nothing() -> None:
    record = ProductRecord(nevers=(Never(name="never be rude"), Never(name="never", phrases=("", " ", "*", "* **"))))

    assert breaches(a_prediction(output="anything * at all"), record) == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("We GUARANTEE it", "guarantee"),
        ("we\n  guarantee\tit", "guarantee it"),
        ("we **guarantee** it", "we guarantee it"),
        ("_guarantee_", "guarantee"),
        ("guaranteed.", "guarantee*"),
        ("guarantee", "guarantee*"),
        ("they guaranteed refunds", "guarantee* refund*"),
        ("I don’t know", "don't know"),
        ("guaran\u00adtee", "guarantee"),
        ("It is US$5.", "$5"),
        ("100 % sure", "100 %"),
        ("a.*b", "a.*b"),
        ("STRASSE", "straße"),
        ("20\u00a0euros", "20 euros"),
        ("café bill", normalize("NFD", "café bill")),
    ],
)
def test_a_phrase_is_found_whatever_the_case_space_and_emphasis(text: str, phrase: str) -> None:
    assert says(text, (phrase,))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("guaranteed", "guarantee"),
        ("unguaranteed", "guarantee*"),
        ("a guaranty", "guarantee*"),
        ("$55", "$5"),
        ("axb", "a.b"),
        ("it surely costs", "it costs"),
        ("anything", ".*"),
        ("", "it costs"),
    ],
)
def test_only_whole_words_and_no_regular_expressions(text: str, phrase: str) -> None:
    assert not says(text, (phrase,))


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_phrase_of_any_characters_is_searched_without_an_error(text: str, phrase: str) -> None:
    says(text, (phrase,))


@given(
    st.lists(st.text("abc+$.(*", min_size=1, max_size=5), min_size=1, max_size=3), st.sampled_from(["", "well, ", "( "])
)
def test_every_phrase_with_something_to_say_is_found_in_itself(words: list[str], before: str) -> None:
    phrase = " ".join(words)

    assert says(f"{before}{phrase} .", (phrase,)) or not phrase.replace("*", "").strip()


@pytest.mark.parametrize(
    ("failure", "known", "name"),
    [
        (Failure.HALLUCINATION, {"hallucinated": True}, "hallucination"),
        (Failure.LATENCY_SPIKE, {"latency_s": 5.1}, "latency spike"),
        (Failure.LOW_CONFIDENCE, {"confidence": 0.59}, "low confidence"),
    ],
)
def test_a_failure_counts_when_it_blocks_a_launch_and_nobody_judged_the_output_correct(
    failure: Failure, known: dict[str, Any], name: str
) -> None:
    blocking = ProductRecord(blocking_failures=(failure,), max_latency_s=5.0, min_confidence=0.6)
    acceptable = ProductRecord(blocking_failures=(), max_latency_s=5.0, min_confidence=0.6)
    breach = Breach(name=name, kind=BreachKind.BLOCKING)

    assert breaches(a_prediction(**known), blocking) == (breach,)
    assert breaches(a_prediction(correct=False, **known), blocking) == (breach,)
    assert breaches(a_prediction(correct=True, **known), blocking) == ()
    assert breaches(a_prediction(**known), acceptable) == ()


@pytest.mark.parametrize(
    "known", [{}, {"hallucinated": False}, {"latency_s": 5.0}, {"confidence": 0.6}], ids=["nothing", "no", "5 s", "0.6"]
)
def test_what_is_at_its_limit_or_not_known_breaks_nothing(known: dict[str, Any]) -> None:
    record = ProductRecord(blocking_failures=tuple(Failure), max_latency_s=5.0, min_confidence=0.6)

    assert breaches(a_prediction(**known), record) == ()


def test_without_a_limit_nothing_is_too_slow_or_too_unsure() -> None:
    record = ProductRecord(blocking_failures=tuple(Failure))

    assert breaches(a_prediction(latency_s=900.0, confidence=0.0), record) == ()


def test_nevers_come_first_each_kind_in_the_order_of_the_record() -> None:
    record = ProductRecord(nevers=(ADVICE, PRICE), blocking_failures=(Failure.LOW_CONFIDENCE, Failure.HALLUCINATION))
    found = breaches(
        a_prediction(output="It costs 5; you should sue.", hallucinated=True, confidence=0.1),
        ProductRecord(nevers=record.nevers, blocking_failures=record.blocking_failures, min_confidence=0.5),
    )

    assert [breach.name for breach in found] == [ADVICE.name, PRICE.name, "low confidence", "hallucination"]
    assert [breach.is_never for breach in found] == [True, True, False, False]
