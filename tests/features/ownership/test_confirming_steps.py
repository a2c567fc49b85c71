"""When owners are asked whether it is still theirs, as a rule: once, once more, then their leads hear; never sooner."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.confirming import JOINS, PATIENCE, Asked, Step, due, in_one_round, is_unanswered, next_step
from bot.domain.ownership import CONFIRM_EVERY, Ownership
from tests.support.builders import MONDAY

DAY = timedelta(days=1)


def a_row(age: timedelta, key: str = "model_cost") -> Ownership:
    """Something owned that was confirmed so long before `MONDAY`."""
    said = MONDAY - age
    return Ownership(
        product_id=1, responsibility=key, since=said, set_by="U0PM", set_at=said, confirmed_at=said, owners=("U0PM",)
    )


def about(*rows: Ownership) -> frozenset[tuple[int, str]]:
    """That the last messages still ask about these."""
    return frozenset((one.product_id, one.responsibility) for one in rows)


def test_nobody_is_asked_before_ninety_days_are_over_and_then_what_is_due_within_two_weeks_joins() -> None:
    old, soon, later = a_row(CONFIRM_EVERY), a_row(CONFIRM_EVERY - JOINS), a_row(CONFIRM_EVERY - JOINS - DAY)

    assert next_step([soon, later], Asked(), MONDAY) is None
    assert next_step([later, soon, old], Asked(), MONDAY) is Step.ASK
    assert in_one_round([later, soon, old], MONDAY) == [old, soon]


def test_who_does_not_answer_is_asked_again_after_a_week_and_their_leads_hear_it_after_another() -> None:
    row = a_row(2 * CONFIRM_EVERY)

    def after(asked: int, again: int | None = None, leads: int | None = None) -> Step | None:
        days = [None if one is None else MONDAY - one * DAY for one in (asked, again, leads)]
        return next_step([row], Asked(asked=days[0], again=days[1], leads=days[2], about=about(row)), MONDAY)

    assert [after(6), after(7)] == [None, Step.ASK_AGAIN]
    assert [after(13, 6), after(14, 7)] == [None, Step.TELL_LEADS]
    assert [after(20, 13, 6), after(89, 82, 75), after(90, 83, 76)] == [None, None, Step.ASK]
    assert after(7, 98, 91) is Step.ASK_AGAIN


def test_what_was_in_no_message_yet_waits_for_the_next_round_and_is_never_said_to_have_been_asked() -> None:
    old, new = a_row(CONFIRM_EVERY, "old"), a_row(CONFIRM_EVERY, "new")

    def step(days: int, *of_round: Ownership) -> Step | None:
        return next_step([old, new], Asked(asked=MONDAY - days * DAY, about=about(*of_round)), MONDAY)

    assert [step(13), step(14), step(15)] == [None, None, Step.ASK]
    assert [step(6, old), step(28, old), step(29, old)] == [None, Step.ASK_AGAIN, Step.ASK]
    assert step(15, old, new) is Step.ASK_AGAIN
    assert Asked(about=about(old)).of_round([new, old]) == [old]


def test_what_everybody_is_gone_from_is_asked_of_nobody() -> None:
    gone = replace(a_row(CONFIRM_EVERY), away={"U0PM": "left Slack"})

    assert due([gone], MONDAY) == []


@given(
    ages=st.lists(st.integers(0, 400), min_size=1, max_size=6),
    answers=st.dictionaries(st.integers(0, 400), st.integers(0, 5), max_size=8),
)
def test_whoever_answers_when_they_like_is_asked_in_time_and_never_hurried(
    ages: list[int], answers: dict[int, int]
) -> None:
    """A year day by day: what is due is always asked for, and messages about it never come closer than a week."""
    rows, asked = [a_row(age * DAY, f"r{place}") for place, age in enumerate(ages)], Asked()
    for day in range(365):
        now = MONDAY + day * DAY
        if day in answers:
            place = answers[day] % len(rows)
            rows[place] = replace(rows[place], confirmed_at=now)
            asked = replace(asked, about=asked.about - about(rows[place]))
        step = next_step(rows, asked, now)
        assert is_unanswered(rows, asked, now) or step is not Step.TELL_LEADS
        if step is not None:
            assert due(rows, now) != []
            assert step is Step.ASK or now - (asked.again or asked.asked or now) >= PATIENCE
        match step:
            case Step.ASK:
                assert asked.asked is None or now - asked.asked > JOINS
                asked = replace(asked, asked=now, about=about(*in_one_round(rows, now)))
            case Step.ASK_AGAIN:
                asked = replace(asked, again=now)
            case Step.TELL_LEADS:
                asked = replace(asked, leads=now)
            case None:
                pass
        assert not due(rows, now) or (asked.asked is not None and now - asked.asked < CONFIRM_EVERY)
