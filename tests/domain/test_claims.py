"""Claims: everything in an update that is to be ticked, and what is stored behind it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.claimed_numbers import numbers_in, says_the_same
from bot.domain.claims import claims_of
from bot.domain.updates import Body, ClaimKind, Facts, Figure, Part, Suggestion

HANDLED = Figure(shown="38 of 100", what="Requests handled without a person", metric="deflection_rate", reading_id=7)
FACTS = Facts(
    figures=(
        Figure(shown="4 of 5", what="Measures on target"),
        Figure(shown="2", what="Answers that broke a never"),
        HANDLED,
        Figure(shown="2 short of it", what="How far from the target", metric="deflection_rate"),
        Figure(shown="4.2 of 5", what="How customers rate it", metric="csat", reading_id=8),
        Figure(shown="$4.20", what="What a solved ticket costs", metric="cost_per_resolution", reading_id=9),
        Figure(shown="half a dollar", what="Change in cost", metric="cost_per_resolution"),
    ),
    names=("Raj Patel", "Ana Lima"),
    dates=("2 to 8 November", "20 November", "October", "4 to 6 weeks"),
    commitments=("Widen the knowledge base: Raj Patel, until 20 November",),
)


def body(text: str, part: Part = Part.HIGHLIGHTS, **known: object) -> Body:
    """An update that says only this."""
    return Body(headline="all said", parts={part: text}, **known)  # type: ignore[arg-type]  # a body's fields


def claimed(text: str, part: Part = Part.HIGHLIGHTS) -> list[tuple[str, str, str | None]]:
    """Kind, text and what is behind each claim in it."""
    return [(one.kind.value, one.text, one.behind) for one in claims_of(body(text, part), FACTS)]


@pytest.mark.parametrize("written", ["38 of 100", "38 %", "38%", "38 percent", "0.38", "38.0 %", "380 of 1,000"])
def test_a_number_is_tied_to_its_figure_however_it_is_written(written: str) -> None:
    assert claimed(f"It handles {written} alone.") == [("number", written, HANDLED.what)]


@pytest.mark.parametrize("written", ["39 of 100", "38 of 101", "3.8", "38", "$38", "0.5", "38 of 10"])
def test_a_number_that_no_figure_says_is_pointed_out(written: str) -> None:
    assert claimed(f"It handles {written} alone.") == [("number", written, None)]


def test_so_many_of_a_few_are_not_their_share() -> None:
    assert claimed("80 % of measures") == [("number", "80 %", None)]
    assert claimed("4 of 5 measures") == [("number", "4 of 5", "Measures on target")]


def test_money_and_ratings_are_read_in_words_too() -> None:
    assert claimed("4.2 and $0.50, or half a dollar, or 50 cents") == [
        ("number", "4.2", "How customers rate it"),
        ("number", "$0.50", "Change in cost"),
        ("number", "half a dollar", "Change in cost"),
        ("number", "50 cents", "Change in cost"),
    ]


def test_a_small_number_is_that_of_the_metric_spoken_of() -> None:
    assert claimed("38 of 100, 2 short of it") == [
        ("number", "38 of 100", HANDLED.what),
        ("number", "2", "How far from the target"),
    ]
    assert claimed("2 broke it") == [("number", "2", "Answers that broke a never")]


def test_numbers_in_words_are_numbers() -> None:
    assert claimed("three of the five teams") == [("number", "three", None), ("number", "five", None)]


@pytest.mark.parametrize("written", ["20 November", "2 to 8 November", "October", "4 to 6 weeks", "20 November 2026"])
def test_a_date_that_is_stored_is_known(written: str) -> None:
    assert claimed(f"Until {written}.") == [("date", written, "A date that is stored")]


@pytest.mark.parametrize(
    "written",
    [
        "21 November",
        "November 21, 2026",
        "2026-12-04",
        "04.12.2026",
        "Friday",
        "tomorrow",
        "next week",
        "3 weeks",
        "Q4",
    ],
)
def test_a_date_that_is_not_stored_is_pointed_out(written: str) -> None:
    assert claimed(f"Until {written}.") == [("date", written, None)]


def test_the_verb_may_is_no_month() -> None:
    assert claimed("It may level off.") == []


def test_names_are_those_we_know_and_whatever_looks_like_one() -> None:
    assert claimed("Ask Raj Patel or Lee Wong or <@U0PM>.") == [
        ("name", "Raj Patel", "Somebody who has part in it"),
        ("name", "Lee Wong", None),
        ("name", "<@U0PM>", None),
    ]


def test_what_comes_next_is_a_commitment_line_by_line() -> None:
    found = claimed("Widen the knowledge base: Raj Patel, until 20 November.\nMore of everything.", Part.NEXT)

    assert [one for one in found if one[0] == "commitment"] == [
        ("commitment", "Widen the knowledge base: Raj Patel, until 20 November.", "A fix with an owner and a date"),
        ("commitment", "More of everything.", None),
    ]


@pytest.mark.parametrize(
    "sentence", ["We will double it.", "They'll ship it.", "She promised more.", "We plan to grow."]
)
def test_a_promise_that_somebody_wrote_is_a_commitment_with_nothing_behind_it(sentence: str) -> None:
    assert claimed(f"All is well. {sentence}", Part.NOTE)[0] == ("commitment", sentence, None)


def test_an_accepted_suggestion_is_a_commitment_and_any_other_is_not_stated() -> None:
    offered = Suggestion(id="csat", metric="csat", text="Ask customers")
    one, other = replace(offered, accepted=True, by="U0PM"), replace(offered, text="Do nothing")

    found = claims_of(body("", suggestions=(one, other, replace(other, accepted=False))), FACTS)

    assert [(claim.text, claim.behind) for claim in found] == [
        ("Under consideration: Ask customers.", "suggested by Muster")
    ]


def test_an_id_stays_while_the_text_does() -> None:
    before = claims_of(body("38 of 100 and 38 of 100"), FACTS)
    after = claims_of(body("Now: 38 of 100 and 38 of 100, and 9"), FACTS)

    assert len({claim.id for claim in after}) == 3
    assert {claim.id for claim in before} < {claim.id for claim in after}


WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(
            ["38 of 100", "38 %", "0.38", "$4.20", "9 to 15 November", "in 4-6 weeks", "may 3", "Q1", "1,060"]
        ),
        st.from_regex(r"[0-9]{1,6}([.,/:-][0-9]{1,4}){0,3}", fullmatch=True),
        st.text(alphabet="ab %$€.,-–/of\n'’0123456789٣²½", max_size=12),
    ),
    max_size=6,
).map(" ".join)


@given(text=WRITTEN, part=st.sampled_from(Part))
def test_every_digit_that_is_read_is_covered_by_a_claim(text: str, part: Part) -> None:
    claims = claims_of(body(text, part), FACTS)

    for line in text.splitlines():
        for digits in re.findall(r"\d+", line):
            assert any(digits in one.text for one in claims if one.kind is not ClaimKind.COMMITMENT)


@given(st.integers(min_value=0, max_value=100).filter(lambda share: share != 38))
def test_editing_a_number_takes_what_was_behind_it(share: int) -> None:
    assert claimed(f"It handles {share} of 100 alone.")[0][2] is None


@given(part=st.integers(min_value=0, max_value=10_000))
def test_a_number_says_the_same_as_itself(part: int) -> None:
    for written in (f"{part} of 100", f"{part} %", str(part / 100), f"${part / 100:.2f}", f"{part:,}"):
        (found,) = numbers_in(written)
        assert says_the_same(found, found)
