"""Rising, falling, level, and what comes next, against scipy."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bot.domain.trends import Course, Projection, Trend, is_flat, is_rising, project, slope, trend

VALUES = st.lists(st.floats(-1e3, 1e3), min_size=4, max_size=30)
SHARES = st.lists(st.floats(0, 1), min_size=4, max_size=12)


@given(st.lists(st.integers(-1_000, 1_000), min_size=4, max_size=30, unique=True))
def test_without_ties_the_likelihood_is_that_of_kendalls_tau(values: list[int]) -> None:
    found = trend(values)
    tau = stats.kendalltau(range(len(values)), values, method="exact")

    assert found is not None
    side = stats.kendalltau(
        range(len(values)), values, method="exact", alternative="greater" if tau.statistic > 0 else "less"
    )
    assert found.p == pytest.approx(side.pvalue, abs=1e-9)


@given(st.lists(st.integers(0, 3), min_size=4, max_size=6))
def test_with_ties_the_likelihood_is_the_share_of_orders_that_go_as_far(values: list[int]) -> None:
    found = trend(values)
    reached = abs(_steps(values))
    as_far = [_steps(order) >= reached for order in permutations(values)]

    assert found is not None
    assert found.p == pytest.approx(sum(as_far) / len(as_far))


def _steps(values: list[int] | tuple[int, ...]) -> int:
    return sum((b > a) - (b < a) for a, b in combinations(values, 2))


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_many_values_are_judged_by_the_normal_approximation(seed: int, different: int) -> None:
    values = [int(value) for value in np.random.default_rng(seed).integers(0, different, 60)]
    found, near = trend(values), stats.kendalltau(range(60), values, method="asymptotic")

    assert found is not None
    # scipy does not correct for continuity, which moves the likelihood by less than this at 60 values.
    assert found.p == pytest.approx(near.pvalue / 2, abs=0.01)


@given(VALUES)
def test_the_slope_is_theil_and_sens(values: list[float]) -> None:
    assert slope(values) == pytest.approx(stats.theilslopes(values).slope, abs=1e-9)


@given(VALUES, st.floats(-100, 100))
def test_turned_around_a_trend_goes_the_other_way(values: list[float], shift: float) -> None:
    ahead, back = trend(values), trend(values[::-1])
    other = {Course.UP: Course.DOWN, Course.DOWN: Course.UP, Course.NONE: Course.NONE}

    assert ahead is not None
    assert back is not None
    assert (back.direction, back.p) == (other[ahead.direction], ahead.p)
    assert 0 < ahead.p <= 1


@pytest.mark.parametrize(
    ("values", "rises"),
    [
        ([0.20, 0.22, 0.24, 0.27], True),
        ([0.20, 0.22, 0.24], False),
        ([0.20, 0.24, 0.22, 0.27], False),
        ([0.20, 0.22, 0.21, 0.24, 0.25, 0.27], True),
        ([0.27, 0.24, 0.22, 0.20], False),
        ([0.24] * 8, False),
    ],
)
def test_a_rise_under_target_is_seen(values: list[float], *, rises: bool) -> None:
    assert is_rising(values) is rises


def test_a_trend_says_where_how_likely_by_chance_and_how_fast() -> None:
    assert trend([1.0, 0.75, 0.5, 0.25]) == Trend(direction=Course.DOWN, p=1 / 24, slope=-0.25)
    assert trend([1.0, 1.0, 1.0, 1.0]) == Trend(direction=Course.NONE, p=1.0, slope=0.0)
    assert trend([1.0, 2.0, 3.0]) is None


def test_chance_alone_shows_a_trend_no_more_often_than_is_said() -> None:
    made = np.random.default_rng(3).normal(size=(2_000, 8))

    shown = sum(is_rising(list(map(float, row))) for row in made)

    assert shown / len(made) <= 0.055


@pytest.mark.parametrize(
    ("values", "flat"),
    [
        ([0.87, 0.875, 0.868, 0.872], True),
        ([0.900, 0.902, 0.904, 0.906], True),
        ([0.90, 0.91, 0.92, 0.93], False),
        ([0.90, 0.80, 0.80, 0.90], False),
        ([0.87, 0.87, 0.87], False),
    ],
)
def test_a_flat_stretch_is_told_from_a_climb_and_from_noise(values: list[float], *, flat: bool) -> None:
    assert is_flat(values) is flat


@given(SHARES, st.floats(0.001, 0.2))
def test_what_is_flat_stays_so_with_more_tolerance(values: list[float], tolerance: float) -> None:
    assert not is_flat(values, tolerance) or is_flat(values, 2 * tolerance)


@given(VALUES, st.integers(1, 6))
def test_a_projection_is_the_least_squares_line_with_its_interval(values: list[float], ahead: int) -> None:
    n, at = len(values), len(values) - 1 + ahead
    line = stats.linregress(range(n), values)
    middle = line.intercept + line.slope * at
    left = np.asarray(values) - (line.intercept + line.slope * np.arange(n))
    spread = np.sum((np.arange(n) - (n - 1) / 2) ** 2)
    error = np.sqrt(np.sum(left**2) / (n - 2) * (1 + 1 / n + (at - (n - 1) / 2) ** 2 / spread))
    half = stats.t.ppf(0.975, n - 2) * error

    found = project(values, ahead)

    assert found is not None
    expected = (middle, middle - half, middle + half)
    assert (found.value, found.low, found.high) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(SHARES, st.integers(1, 12))
def test_a_projected_share_stays_one(values: list[float], ahead: int) -> None:
    found = project(values, ahead, is_share=True)

    assert found is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_straight_line_goes_on() -> None:
    assert project([1.0, 2.0, 3.0, 4.0], 2) == Projection(value=6.0, low=6.0, high=6.0)
    assert project([1.0, 2.0, 3.0]) is None


def test_the_next_value_lies_inside_as_often_as_is_said() -> None:
    made = np.random.default_rng(5).normal(size=(1_000, 9)) + np.arange(9) * 0.3

    held = 0
    for row in made:
        *known, following = map(float, row)
        found = project(known)
        held += found is not None and found.low <= following <= found.high

    assert 0.93 <= held / len(made) <= 0.97
