"""How far a mix has moved, and whether that is more than chance; against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from bot.domain.drifting import (
    LARGE,
    Moved,
    chi_square_above,
    drift,
    drift_of_confidence,
    likelihood_of_same,
    stability_index,
    together,
)

COUNTS = st.lists(st.integers(50, 5_000), min_size=2, max_size=10)
FEW = st.dictionaries(st.sampled_from(["card", "cash", "refund", None]), st.integers(0, 60))


@given(st.floats(0, 200), st.integers(1, 60))
def test_the_tail_of_chi_square_is_scipys(value: float, degrees: int) -> None:
    assert chi_square_above(value, degrees=degrees) == pytest.approx(stats.chi2.sf(value, degrees), abs=1e-10)


@given(COUNTS, st.data())
def test_the_test_is_scipys_where_all_cells_are_big_enough(before: list[int], data: st.DataObject) -> None:
    now = data.draw(st.lists(st.integers(50, 5_000), min_size=len(before), max_size=len(before)))
    theirs = stats.chi2_contingency([now, before], correction=False)
    if theirs.expected_freq.min() < 5:
        return

    assert likelihood_of_same(now, before) == pytest.approx(theirs.pvalue, abs=1e-9)


@pytest.mark.parametrize("rare", [1, 3, 4, 10, 20])
def test_names_too_rare_for_it_are_tested_exactly(rare: int) -> None:
    as_many = stats.hypergeom(5_000 + rare, rare, 1_000 + rare).sf(rare - 1)

    assert likelihood_of_same([rare, 1_000], [0, 4_000]) == pytest.approx(2 * as_many, abs=1e-9)
    assert likelihood_of_same([0, 4_000], [rare, 1_000]) == pytest.approx(2 * as_many, abs=1e-9)


def test_a_mix_that_is_wholly_new_is_seen_in_a_small_sample_too() -> None:
    found = drift({"new": 30}, {"card": 6_000, "cash": 4_000})

    assert found is not None
    assert found.is_large


@given(COUNTS, st.integers(1, 5))
def test_the_same_mix_has_not_drifted(counts: list[int], times: int) -> None:
    assert stability_index(counts, [count * times for count in counts]) == pytest.approx(0, abs=1e-12)
    assert likelihood_of_same(counts, [count * times for count in counts]) == pytest.approx(1)


@given(COUNTS, st.data())
def test_the_index_is_the_same_both_ways_and_none_where_jensen_and_shannon_see_none(
    before: list[int], data: st.DataObject
) -> None:
    now = data.draw(st.lists(st.integers(50, 5_000), min_size=len(before), max_size=len(before)))
    size = stability_index(now, before)

    assert size == pytest.approx(stability_index(before, now))
    # The index sums two divergences; Jensen's and Shannon's is at most an eighth of it.
    assert jensenshannon(now, before) ** 2 <= size / 8 + 1e-12


def test_chance_alone_raises_next_to_nothing() -> None:
    draw = np.random.default_rng(2)
    mixes = draw.dirichlet(np.ones(8), size=400)

    assert sum(_is_raised(draw, shares) for shares in mixes) / len(mixes) <= 0.01


def _is_raised(draw: np.random.Generator, shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    now, before = (draw.multinomial(n, shares) for n in (60, 240))
    found = drift_of_confidence([*map(int, now)], [*map(int, before)])
    return found is not None and found.is_large


def test_a_large_drift_names_what_moved_most() -> None:
    found = drift({"refund": 240, "card": 200, None: 60}, {"refund": 200, "card": 1_600, "cash": 200})

    assert found is not None
    assert found.is_large
    assert found.size > LARGE
    assert found.grew == (Moved(name="refund", before=0.1, now=0.48), Moved(name=None, before=0.0, now=0.12))
    assert found.words == (
        "changed a lot: refund 10 % → 48 %, without a name 0 % → 12 %, card 80 % → 40 %, cash 10 % → 0 %"
    )


def test_a_small_shift_of_many_is_not_raised() -> None:
    found = drift({"card": 52_000, "cash": 48_000}, {"card": 200_000, "cash": 200_000})

    assert found is not None
    assert found.p < 0.01
    assert (found.is_large, found.words) == (False, "about the same as before")


def test_a_rare_newcomer_alone_is_not_large() -> None:
    found = drift({"card": 97_000, "new": 3_000}, {"card": 400_000})

    assert found is not None
    assert not found.is_large


def test_confidence_that_moved_down_is_named_by_its_tenths() -> None:
    sure, unsure = (0,) * 9 + (900,), (0,) * 6 + (450, 0, 0, 450)

    found = drift_of_confidence(unsure, sure)

    assert found is not None
    assert found.words == "changed a lot: 60–70 % sure 0 % → 50 %, 90–100 % sure 100 % → 50 %"


def test_nothing_is_said_where_there_is_nothing_to_compare() -> None:
    assert drift({}, {"card": 5}) is None
    assert drift({"card": 5}, {}) is None
    assert drift_of_confidence((0,) * 10, (1,) * 10) is None


@given(FEW, FEW)
def test_shares_that_grew_and_shrank_balance(now: dict[str | None, int], before: dict[str | None, int]) -> None:
    found = drift(now, before)
    if found is None:
        return

    assert sum(moved.by for moved in (*found.grew, *found.shrank)) == pytest.approx(0, abs=1e-9)
    assert found.size >= 0
    assert 0 <= found.p <= 1


def test_weeks_are_put_together() -> None:
    assert together([{"card": 1, None: 2}, {"card": 3, "cash": 4}]) == {"card": 4, None: 2, "cash": 4}
