"""A slot that was moved after it was planned: a zone was changed, or a country changed its clocks."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.planning import At, catch_up, slots_after

BERLIN = ZoneInfo("Europe/Berlin")
MONDAYS, DAILY = At.parse("mon 09:00"), At.parse("daily 09:00")
NINE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("at", [MONDAYS, DAILY])
@given(minutes=st.integers(min_value=-11 * 60, max_value=11 * 60))
def test_a_slot_that_was_planned_for_another_instant_runs_at_its_new_one(at: At, minutes: int) -> None:
    planned = NINE + timedelta(minutes=minutes)

    before = catch_up(at, BERLIN, next_due=planned, now=NINE - timedelta(seconds=1))
    then = catch_up(at, BERLIN, next_due=planned, now=NINE)

    assert (before.run, before.next_due) == (None, NINE)
    assert then.run is not None
    assert (then.run.due, then.skips) == (NINE, 0)


@given(week=st.integers(min_value=0, max_value=100), at=st.sampled_from([MONDAYS, DAILY]))
def test_a_slot_that_was_not_moved_brings_no_earlier_one_back(week: int, at: At) -> None:
    start = NINE + timedelta(weeks=week)
    planned, following = islice(slots_after(at, BERLIN, start), 2)

    plan = catch_up(at, BERLIN, next_due=planned.due, now=planned.due)

    assert (plan.run, plan.skipped, plan.next_due) == (planned, (), following.due)
