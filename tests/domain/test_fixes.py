from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fixes import (
    NEXT,
    OPEN,
    STEPS,
    BadScoresError,
    Fix,
    FixKind,
    FixState,
    NotNextError,
    ReasonNeededError,
    Scores,
    Weights,
    in_order,
    is_overdue,
    require_next,
    score,
    takes_reason,
)
from tests.support.builders import MONDAY

marks = st.integers(1, 5)
scores = st.builds(Scores, impact=marks, feasibility=marks, risk=marks, alignment=marks)
weights = st.integers(1, 9).flatmap(
    lambda impact: st.builds(
        Weights,
        impact=st.just(impact),
        feasibility=st.integers(0, impact),
        risk=st.integers(0, impact),
        alignment=st.integers(0, impact),
    )
)


def a_fix(number: int = 1, **known: object) -> Fix:
    """A fix of a review."""
    return Fix(**{"id": number, "product_id": 1, "review_id": 1, "title": "t", "kind": FixKind.PROMPT, **known})  # type: ignore[arg-type]  # whatever a test names


def test_impact_weighs_double_and_risk_counts_against() -> None:
    usual = Weights()

    assert score(Scores(impact=5, feasibility=4, risk=2, alignment=3), usual) == 4.2
    assert score(Scores(impact=5, feasibility=5, risk=1, alignment=5), usual) == 5.0
    assert score(Scores(impact=1, feasibility=1, risk=5, alignment=1), usual) == 1.0


@given(scores, weights)
def test_a_score_lies_between_one_and_five(given_scores: Scores, given_weights: Weights) -> None:
    assert 1.0 <= score(given_scores, given_weights) <= 5.0


@given(marks, marks, marks, weights)
def test_no_other_score_moves_a_fix_more_than_impact_does(
    low: int, high: int, rest: int, given_weights: Weights
) -> None:
    low, high = sorted((low, high))
    same = {"feasibility": rest, "risk": rest, "alignment": rest}

    moved_by_impact = score(Scores(impact=high, **same), given_weights) - score(
        Scores(impact=low, **same), given_weights
    )

    for name, better, worse in (("feasibility", high, low), ("risk", low, high), ("alignment", high, low)):
        at_best, at_worst = ({**same, name: mark, "impact": rest} for mark in (better, worse))
        moved = score(Scores(**at_best), given_weights) - score(Scores(**at_worst), given_weights)
        assert moved <= moved_by_impact + 1e-9


@pytest.mark.parametrize("mark", [0, 6, -1])
def test_a_score_outside_of_one_to_five_is_refused(mark: int) -> None:
    with pytest.raises(BadScoresError):
        Scores(impact=3, feasibility=3, risk=mark, alignment=3)


@pytest.mark.parametrize(
    "wrong", [{"risk": 3}, {"impact": 0, "feasibility": 0, "risk": 0, "alignment": 0}, {"risk": -1}]
)
def test_weights_under_which_impact_does_not_weigh_most_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        Weights(**wrong)


def test_the_best_comes_first_and_what_is_not_scored_last() -> None:
    good, bad = (Scores(impact=mark, feasibility=3, risk=3, alignment=3) for mark in (5, 1))
    big, small = a_fix(4, item_ids=(1, 2)), a_fix(3, item_ids=(3,))
    best, tied, worst = a_fix(7, scores=good), a_fix(8, scores=good), a_fix(2, scores=bad)

    assert in_order([small, worst, tied, big, best], Weights()) == [best, tied, worst, big, small]


def test_a_fix_goes_forward_and_may_skip_steps() -> None:
    for place, step in enumerate(STEPS):
        for later in STEPS[place + 1 :]:
            require_next(step, later, "")


def test_it_never_goes_back_but_to_the_beginning_or_the_board() -> None:
    backwards = {
        (now, wanted)
        for now, wanted in product(STEPS, STEPS)
        if wanted in NEXT[now] and STEPS.index(wanted) < STEPS.index(now)
    }

    assert backwards == {(FixState.SHIPPED, FixState.DECIDED), (FixState.CHECKED, FixState.DECIDED)}
    assert [now for now in FixState if FixState.PROPOSED in NEXT[now]] == [FixState.DECIDED]


def test_it_can_be_given_up_until_its_errors_were_looked_for() -> None:
    assert {now for now in FixState if FixState.DROPPED not in NEXT[now]} == {FixState.CHECKED, FixState.DROPPED}


def test_giving_up_and_opening_again_take_a_reason() -> None:
    asked = {(now, wanted) for now in FixState for wanted in NEXT[now] if takes_reason(now, wanted)}

    reopened = {(now, FixState.DECIDED) for now in (FixState.SHIPPED, FixState.CHECKED, FixState.DROPPED)}
    dropped = {(now, FixState.DROPPED) for now in FixState if FixState.DROPPED in NEXT[now]}
    assert asked == reopened | dropped
    with pytest.raises(ReasonNeededError):
        require_next(FixState.TUNED, FixState.DROPPED, " ")
    require_next(FixState.TUNED, FixState.DROPPED, "too dear")


@pytest.mark.parametrize(
    ("now", "wanted", "told"),
    [
        (FixState.SHIPPED, FixState.SHIPPED, "It is shipped already."),
        (
            FixState.TESTED,
            FixState.TUNED,
            "It is tested: from there it can become checked, dropped, shipped, not tuned.",
        ),
    ],
)
def test_what_cannot_be_says_what_can(now: FixState, wanted: FixState, told: str) -> None:
    with pytest.raises(NotNextError) as refused:
        require_next(now, wanted, "a reason")

    assert str(refused.value) == told


def test_it_is_overdue_on_the_day_after_as_long_as_it_is_not_shipped() -> None:
    today = MONDAY.date()
    yesterday = today.replace(day=today.day - 1)

    late = {state for state in FixState if is_overdue(a_fix(state=state, due=yesterday), today)}

    assert late == set(OPEN)
    assert not is_overdue(a_fix(state=FixState.DECIDED, due=today), today)
    assert not is_overdue(a_fix(state=FixState.DECIDED), today)
