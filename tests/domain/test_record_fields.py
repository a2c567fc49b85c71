from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fixes import Weights
from bot.domain.product import ContextNeed, Failure, InputType, Never, Pii, ProductRecord, Risk, Stage
from bot.domain.record_fields import (
    FIELDS,
    BadFieldError,
    Input,
    UnknownRecordFieldError,
    as_text,
    edited,
    parsed,
    shown,
)
from tests.support.hostile import hostile_text

EMPTY = ProductRecord()
WEIGHTS = "four whole numbers like “2, 1, 1, 1”, the first at least as large as each other"

texts = hostile_text.map(str.strip).filter(bool)
amounts = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
nevers = st.builds(
    Never,
    name=st.from_regex(r"[^\s:;,]([^:;,\n]*[^\s:;,])?", fullmatch=True),
    phrases=st.lists(st.from_regex(r"[^\s;,]([^;,\n]*[^\s;,])?", fullmatch=True), max_size=3).map(tuple),
)
HELD: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("persona", "job", "output_format", "data_residency"), texts),
    **dict.fromkeys(("max_latency_s", "baseline_cost_per_resolution", "monthly_budget"), amounts),
    **dict.fromkeys(("accuracy_target", "min_confidence"), st.floats(0, 1)),
    **dict.fromkeys(("daily_requests", "peak_concurrent_users"), st.integers(0)),
    **dict.fromkeys(("last_trained_on", "data_until", "retraining_due_on"), st.dates()),
    **dict.fromkeys(("citations_required", "human_review_required", "areas"), st.booleans()),
    "currency": st.sampled_from("$€£¥₹"),
    "stage": st.sampled_from(Stage),
    "risk": st.sampled_from(Risk),
    "pii": st.sampled_from(Pii),
    "context_need": st.sampled_from(ContextNeed),
    "input_types": st.lists(st.sampled_from(InputType), unique=True).map(tuple),
    "blocking_failures": st.lists(st.sampled_from(Failure), unique=True).map(tuple),
    "nevers": st.lists(nevers, max_size=4).map(tuple),
    "fix_weights": st.builds(
        lambda impact, others: Weights(impact=impact, **{name: min(impact, one) for name, one in others.items()}),
        st.integers(1, 9),
        st.fixed_dictionaries(dict.fromkeys(("feasibility", "risk", "alignment"), st.integers(0, 9))),
    ),
}


def test_every_field_of_the_record_can_be_written() -> None:
    assert set(FIELDS) == {field.name for field in fields(ProductRecord)} == set(HELD)


@given(st.fixed_dictionaries({}, optional=HELD))
def test_what_a_form_shows_reads_back_as_it_was(held: dict[str, Any]) -> None:
    record = ProductRecord(**held)

    assert edited(EMPTY, {name: as_text(record, name) for name in FIELDS}) == record


typed = st.one_of(
    hostile_text,
    st.from_regex(r"\A[-+]?[0-9]{1,4}[.,]?[0-9]{0,3} ?%?\Z"),
    st.lists(
        st.sampled_from([*InputType, *Failure, *Risk, "none", "yes", "NO", ",", ";", ": ", " ", "2026-11-16"])
    ).map("".join),
)


@given(st.sampled_from(list(FIELDS)), typed)
def test_whatever_is_typed_is_refused_or_reads_back_as_it_was(name: str, text: str) -> None:
    try:
        record = edited(EMPTY, {name: text})
    except BadFieldError:
        return
    assert edited(EMPTY, {name: as_text(record, name)}) == record


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("stage", "Market fit", Stage.MARKET_FIT),
        ("stage", "market-fit", Stage.MARKET_FIT),
        ("input_types", "Text, image,text", (InputType.TEXT, InputType.IMAGE)),
        ("blocking_failures", "latency spike", (Failure.LATENCY_SPIKE,)),
        ("blocking_failures", "None", ()),
        ("citations_required", "YES", True),
        ("human_review_required", "0", False),
        ("accuracy_target", "92.3%", 0.923),
        ("accuracy_target", "7 %", 0.07),
        ("min_confidence", "0", 0.0),
        ("daily_requests", "12,500", 12_500),
        ("monthly_budget", "1234567.89", 1_234_567.89),
        ("data_until", "2026-11-16", date(2026, 11, 16)),
        (
            "nevers",
            "promise a price: it will cost, for only\n insult ;; give advice:",
            (
                Never(name="promise a price", phrases=("it will cost", "for only")),
                Never(name="insult"),
                Never(name="give advice"),
            ),
        ),
        ("job", "  help  ", "help"),
        ("fix_weights", "3 1,1, 0", Weights(impact=3, alignment=0)),
    ],
)
def test_people_write_values_in_their_own_way(name: str, text: str, value: object) -> None:
    assert parsed(name, text) == value


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_text_sets_a_field_back_to_what_it_was_to_begin_with(name: str) -> None:
    assert parsed(name, " \n ") == getattr(EMPTY, name)


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        ("stage", "grown", "one of exploration, market_fit, scale"),
        ("input_types", "text, video", "some of text, image, document, audio, separated by commas"),
        ("max_latency_s", "0", "a number of seconds above 0"),
        ("max_latency_s", "nan", "a number of seconds above 0"),
        ("context_need", "64K", "one of short, medium, long"),
        ("risk", "none", "one of low, medium, high, critical"),
        ("citations_required", "maybe", "yes or no"),
        ("accuracy_target", "92", "a share from 0 to 1 (or a percentage like 92%)"),
        ("accuracy_target", "nan", "a share from 0 to 1 (or a percentage like 92%)"),
        ("min_confidence", "%", "a share from 0 to 1 (or a percentage like 92%)"),
        ("daily_requests", "-1", "a whole number from 0 up"),
        ("peak_concurrent_users", "1.5", "a whole number from 0 up"),
        ("pii", "some", "one of none, redact, allowed"),
        (
            "nevers",
            ": it will cost",
            "names with the phrases that give them away, like “promise a price: it will cost, for only”",
        ),
        ("blocking_failures", "typos", "some of hallucination, latency_spike, low_confidence, or none"),
        ("baseline_cost_per_resolution", "free", "an amount above 0"),
        ("monthly_budget", "inf", "an amount above 0"),
        ("last_trained_on", "yesterday", "a day like 2026-11-16"),
        ("data_until", "2026-02-30", "a day like 2026-11-16"),
        ("retraining_due_on", "16.11.2026", "a day like 2026-11-16"),
        ("fix_weights", "1 2 1 1", WEIGHTS),
        ("fix_weights", "2 1 1", WEIGHTS),
        ("fix_weights", "0 0 0 0", WEIGHTS),
    ],
)
def test_a_refusal_says_what_the_field_takes(name: str, text: str, takes: str) -> None:
    with pytest.raises(BadFieldError) as refused:
        edited(EMPTY, {name: text})

    assert str(refused.value) == f"{name} cannot be “{text}”: it takes {takes}."


@pytest.mark.parametrize(
    ("name", "hint"),
    [("rsik", "Did you mean risk?"), ("colour", f"There are: {', '.join(FIELDS)}.")],
)
def test_an_unknown_field_is_answered_with_the_nearest_or_with_all(name: str, hint: str) -> None:
    with pytest.raises(UnknownRecordFieldError) as refused:
        edited(EMPTY, {name: "x"})

    assert str(refused.value) == f"A product has no field “{name}”. {hint}"


def test_what_was_filled_in_is_shown_in_the_order_it_is_asked_for() -> None:
    record = ProductRecord(
        accuracy_target=0.92,
        blocking_failures=(),
        monthly_budget=1_234_567.0,
        nevers=(Never(name="insult"), Never(name="promise a price", phrases=("for only", "it costs"))),
    )

    assert dict(shown(record)) == {
        "Stage": "exploration",
        "Inputs": "text",
        "Context window need": "short",
        "Risk of a wrong answer": "low",
        "Citations required": "no",
        "Human review required": "no",
        "Accuracy target": "0.92",
        "Personal data": "none",
        "Must never": "insult; promise a price (for only, it costs)",
        "Monthly budget": "1234567",
        "Currency": "$",
        "Nine areas of ownership": "no",
        "Weights of impact, feasibility, risk and alignment": "2, 1, 1, 1",
    }
    assert [label for label, _ in shown(record)] == [
        field.label for field in FIELDS.values() if field.label in dict(shown(record))
    ]


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_chosen_from_is_what_can_be_read(name: str) -> None:
    field = FIELDS[name]

    assert bool(field.choices) == (field.input in {Input.ONE, Input.SEVERAL})
    for choice in field.choices:
        assert as_text(edited(EMPTY, {name: choice}), name) == choice
