"""What checks in a row come to, and what of it is said."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CATALOGUE
from bot.domain.health import Watched, check
from bot.domain.metrics import target_of
from bot.domain.planning import Period
from bot.domain.product import ProductRecord
from bot.domain.standings import DAMPING, Damping, Seen, Standing, State, advance, seen_in, snoozed, taken, told
from tests.support.builders import MONDAY
from tests.support.readings import a_reading

DAY = timedelta(days=1)
OFF, WELL, MISSED, UNKNOWN = State.OFF, State.WELL, State.MISSED, State.UNKNOWN
DAILY, WEEKLY = DAMPING[Period.DAILY], DAMPING[Period.WEEKLY]
NEW = Standing(metric="accuracy", since=MONDAY)


def after(states: list[State], damping: Damping = DAILY, standing: Standing = NEW) -> Standing:
    """A standing after these checks, one a day, each on a reading of its own."""
    start = standing.recent[-1].read_at if standing.recent else MONDAY
    for place, state in enumerate(states, start=1):
        at = start + place * DAY
        standing = advance(standing, Seen(state=state, read_at=at), damping, at)
    return standing


def heard(states: list[State], damping: Damping = DAILY) -> list[State]:
    """What the channel hears while the checks come to these, one a day."""
    standing, said = NEW, []
    for place, state in enumerate(states, start=1):
        at = MONDAY + place * DAY
        standing = advance(standing, Seen(state=state, read_at=at), damping, at)
        if standing.is_news(at):
            said.append(standing.state)
            standing = told(standing, at)
    return said


def test_a_daily_metric_needs_two_of_three_checks() -> None:
    assert heard([WELL, WELL, MISSED]) == []
    assert heard([WELL, WELL, MISSED, WELL, MISSED]) == [MISSED]
    assert heard([WELL, WELL, MISSED, WELL, WELL, MISSED]) == []
    assert heard([MISSED, MISSED]) == [MISSED]


def test_a_weekly_metric_needs_one() -> None:
    assert heard([WELL, MISSED, WELL], WEEKLY) == [MISSED, WELL]


def test_a_state_is_said_once_and_recovery_is_said() -> None:
    assert heard([MISSED, MISSED, MISSED, MISSED, WELL, WELL, WELL]) == [MISSED, WELL]


def test_what_was_well_from_the_beginning_is_not_said() -> None:
    assert heard([WELL, WELL, WELL]) == []


def test_becoming_unknown_is_said_once_and_needs_no_second_check() -> None:
    assert heard([WELL, WELL, UNKNOWN, UNKNOWN]) == [UNKNOWN]


def test_what_was_stale_from_the_beginning_is_not_said() -> None:
    assert heard([UNKNOWN, UNKNOWN]) == []
    assert heard([WELL, UNKNOWN]) == [UNKNOWN]


def test_after_a_silence_the_first_reading_decides() -> None:
    assert after([MISSED, MISSED, UNKNOWN, WELL]).state is WELL
    assert after([WELL, WELL, UNKNOWN, MISSED]).state is MISSED
    assert heard([MISSED, MISSED, UNKNOWN, WELL, WELL]) == [MISSED, UNKNOWN, WELL]


def test_a_metric_that_was_never_read_is_off_and_never_said() -> None:
    assert heard([OFF, OFF, OFF], WEEKLY) == []


def test_the_same_reading_does_not_count_twice() -> None:
    once = Seen(state=MISSED, read_at=MONDAY)
    standing = advance(advance(NEW, once, DAILY, MONDAY), once, DAILY, MONDAY + DAY)

    assert (standing.state, standing.recent) == (OFF, (once,))


def test_a_corrected_reading_takes_the_place_of_the_one_it_corrects() -> None:
    standing = advance(after([WELL, WELL]), Seen(state=MISSED, read_at=MONDAY + 2 * DAY), DAILY, MONDAY + 3 * DAY)

    assert [one.state for one in standing.recent] == [WELL, MISSED]
    assert standing.state is WELL


def test_an_older_reading_says_nothing() -> None:
    standing = after([WELL, WELL])

    assert advance(standing, Seen(state=MISSED, read_at=MONDAY), WEEKLY, MONDAY) == standing


def test_too_few_changes_nothing() -> None:
    standing = after([MISSED, MISSED])

    assert advance(standing, None, DAILY, MONDAY) == standing


def test_who_took_a_miss_is_free_again_when_it_is_well() -> None:
    mine = taken(after([MISSED], WEEKLY), "U0ML", MONDAY)

    assert after([MISSED], WEEKLY, mine).taken_by == "U0ML"
    assert (after([WELL], WEEKLY, mine).taken_by, after([WELL], WEEKLY, mine).taken_at) == (None, None)


def test_what_is_snoozed_is_no_news_until_its_end_and_then_it_is() -> None:
    until = MONDAY + 30 * DAY
    quiet = snoozed(after([MISSED], WEEKLY), until=until, by="U0PM")

    assert quiet.is_news(until - timedelta(seconds=1)) is False
    assert quiet.is_news(until) is True


@pytest.mark.parametrize(
    ("value", "known", "state"),
    [(0.9, {}, WELL), (0.8, {}, MISSED), (0.9, {"end": MONDAY - 3 * DAY}, UNKNOWN), (0.8, {"n": 3}, None)],
)
def test_a_check_comes_to_a_state_alone(value: float, known: dict[str, object], state: State | None) -> None:
    watched = Watched(metric=CATALOGUE["accuracy"], target=target_of(CATALOGUE["accuracy"], ProductRecord()))
    reading = a_reading("accuracy", value, **known)  # type: ignore[arg-type]  # a reading's fields
    seen = seen_in(check(watched, [reading], MONDAY))

    assert seen == (None if state is None else Seen(state=state, read_at=reading.read_at))


def test_without_a_reading_or_a_target_a_check_is_off() -> None:
    watched = Watched(metric=CATALOGUE["cost_per_resolution"], target=None)
    unread, untargeted = (check(watched, known, MONDAY) for known in ([], [a_reading("cost_per_resolution", 4.2)]))

    assert [seen.state for one in (unread, untargeted) if (seen := seen_in(one))] == [OFF, OFF]


checks = st.lists(st.sampled_from(State), max_size=40)
dampings = st.sampled_from([DAILY, WEEKLY, Damping(needed=3, of=5)])


@given(checks, dampings)
def test_nothing_is_said_twice_in_a_row_and_nothing_is_said_of_what_is_off(
    states: list[State], damping: Damping
) -> None:
    said = heard(states, damping)

    assert OFF not in said
    assert all(one is not following for one, following in pairwise(said))
    assert said[:1] != [WELL]


@given(checks, dampings)
def test_a_state_that_is_said_was_seen_often_enough(states: list[State], damping: Damping) -> None:
    standing: Standing = NEW
    for place, state in enumerate(states, start=1):
        at = MONDAY + place * DAY
        before, standing = standing, advance(standing, Seen(state=state, read_at=at), damping, at)
        if standing.state is not before.state and standing.state in {WELL, MISSED} and before.state is not UNKNOWN:
            assert [one.state for one in standing.recent].count(standing.state) >= damping.needed


@given(st.sampled_from([WELL, MISSED, UNKNOWN]), dampings, st.integers(0, 5))
def test_what_lasts_is_reached(state: State, damping: Damping, before: int) -> None:
    standing = after([MISSED, WELL] * before + [WELL] + [state] * damping.of, damping)

    assert standing.state is state


@given(checks)
def test_a_repeated_check_changes_nothing(states: list[State]) -> None:
    standing, later = after(states), MONDAY + 100 * DAY
    last = Seen(state=states[-1] if states else OFF, read_at=MONDAY + len(states) * DAY)
    once = advance(standing, last, DAILY, later)

    assert advance(once, last, DAILY, later) == once
