"""Intervals around shares, means and quantiles, against scipy."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bot.domain.calibrating import HIGH, Calibration, calibration
from bot.domain.measuring import Measured, Tally
from bot.domain.prediction import Tier, confidence_tier
from bot.domain.statistics import (
    Interval,
    binomial_share,
    mean_interval,
    quantile,
    quantile_interval,
    quantile_ranks,
    share_interval,
    t_quantile,
)

FINITE = st.floats(-1e6, 1e6)


@given(st.integers(1, 5_000), st.data(), st.sampled_from([0.8, 0.95, 0.99]))
def test_a_shares_interval_is_wilsons(n: int, data: st.DataObject, confidence: float) -> None:
    part = data.draw(st.integers(0, n))
    theirs = stats.binomtest(part, n).proportion_ci(confidence, method="wilson")

    ours = share_interval(part / n, n=n, confidence=confidence)

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= ours.low <= part / n + 1e-12 <= ours.high + 2e-12 <= 1 + 2e-12


@given(st.floats(0.51, 0.9999), st.integers(1, 3_000_000))
def test_students_quantile_is_scipys(share: float, degrees: int) -> None:
    assert t_quantile(share, degrees=degrees) == pytest.approx(stats.t.ppf(share, degrees), rel=1e-7)


@given(st.lists(FINITE, min_size=2, max_size=40))
def test_a_means_interval_is_students(values: list[float]) -> None:
    mean, sd = float(np.mean(values)), float(np.std(values, ddof=1))
    found = mean_interval(mean, sd=sd, n=len(values))

    assert found is not None
    half = stats.t.ppf(0.975, len(values) - 1) * sd / np.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx((mean - half, mean + half), rel=1e-7, abs=1e-7)


def test_one_value_says_nothing_of_its_spread() -> None:
    assert mean_interval(3.0, sd=0.0, n=1) is None


@given(st.lists(FINITE, min_size=1, max_size=60).map(sorted), st.floats(0, 1))
def test_a_quantile_is_interpolated_as_numpy_does(ordered: list[float], share: float) -> None:
    assert quantile(ordered, share) == pytest.approx(float(np.quantile(ordered, share)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("n", [72, 73, 100, 500, 2_000, 1_000_000])
def test_a_quantiles_ranks_are_the_narrowest_that_hold_so_often(n: int) -> None:
    ranks = quantile_ranks(0.95, n=n)

    assert ranks is not None
    low, high = ranks
    below = stats.binom(n, 0.95).cdf
    assert below(low - 1) <= 0.025 < below(low)
    assert below(high - 2) < 0.975 <= below(high - 1)
    assert 1 <= low < high <= n


@given(st.integers(1, 200), st.floats(0.01, 0.99), st.data())
def test_binomial_likelihoods_are_scipys(n: int, share: float, data: st.DataObject) -> None:
    most = data.draw(st.integers(0, n - 1))

    assert binomial_share(most, n=n, share=share) == pytest.approx(stats.binom.cdf(most, n, share), abs=1e-10)


def test_a_p95_of_fewer_than_72_values_has_no_interval() -> None:
    values = [float(value) for value in range(72)]

    assert quantile_interval(values[:71], 0.95) is None
    assert quantile_interval(values, 0.95) == Interval(low=63.0, high=71.0)


def test_a_quantiles_interval_holds_the_true_one_as_often_as_it_says() -> None:
    made = np.random.default_rng(8).lognormal(size=(2_000, 120))
    truth = stats.lognorm(1).ppf(0.95)

    found = [quantile_interval(sorted(map(float, row)), 0.95) for row in made]

    held = sum(interval is not None and interval.holds(truth) for interval in found)
    assert 0.95 <= held / len(found) <= 0.975


@given(st.lists(FINITE, min_size=1, max_size=30).map(sorted), st.lists(st.floats(0, 1), min_size=2).map(sorted))
def test_quantiles_rise_with_their_share_and_stay_among_the_values(ordered: list[float], shares: list[float]) -> None:
    found = [quantile(ordered, share) for share in shares]

    assert all(a <= b for a, b in pairwise(found))
    assert ordered[0] <= found[0] <= found[-1] <= ordered[-1]


def test_calibration_is_how_often_sure_answers_were_wrong() -> None:
    found = calibration(Measured(seen=900, high_confidence=Tally(part=12, whole=200)))

    assert found == Calibration(wrong=12, judged=200, interval=share_interval(0.06, n=200))
    assert found is not None
    assert found.share == 0.06


def test_nothing_is_said_of_calibration_where_no_sure_answer_was_judged() -> None:
    assert calibration(Measured(seen=900)) is None


def test_sure_means_the_high_tier() -> None:
    assert (confidence_tier(HIGH), confidence_tier(HIGH - 1e-9)) == (Tier.HIGH, Tier.MEDIUM)
