"""Recovery rates and the positive-hole correction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.environment.positive_hole import SaturatedSieve, positive_hole_count
from stemcell_kit.qc.environment.recovery_rate import chance_of_at_least, recovery_rate


@given(st.integers(1, 400), st.data())
@settings(max_examples=40, deadline=None)
def test_the_interval_is_that_of_scipy(plates: int, data: st.DataObject) -> None:
    """Independent exact interval."""
    growth = data.draw(st.integers(0, plates))
    exact = stats.binomtest(growth, plates).proportion_ci(method="exact")
    found = recovery_rate(growth, plates).interval

    assert (found.low, found.high) == pytest.approx((100 * exact.low, 100 * exact.high), abs=1e-6)


@pytest.mark.parametrize(
    ("growth", "plates", "says"), [(3, 400, "open"), (0, 1000, "below"), (30, 400, "above")]
)
def test_an_interval_that_holds_the_limit_decides_nothing(
    growth: int, plates: int, says: str
) -> None:
    """3 of 400 is 0.75 %, and a true 1 % is still possible."""
    assert recovery_rate(growth, plates).against(1.0) == says


def test_250_clean_plates_do_not_prove_a_thousandth() -> None:
    """The upper end is 1.46 %."""
    assert recovery_rate(0, 250).against(0.1) == "open"


def test_the_chance_of_any_number_or_more_is_certain_from_zero() -> None:
    """And agrees with scipy above."""
    assert chance_of_at_least(0, 10, rate_percent=1) == 1
    expected = stats.binom.sf(7, 400, 0.01)
    assert chance_of_at_least(8, 400, rate_percent=1) == pytest.approx(expected)


@pytest.mark.parametrize(("growth", "plates"), [(11, 10), (0, 0)])
def test_more_growth_than_plates_is_refused(growth: int, plates: int) -> None:
    """Or no plate at all."""
    with pytest.raises(BadInput):
        recovery_rate(growth, plates)
    with pytest.raises(BadInput):
        chance_of_at_least(growth, plates, rate_percent=1)


def test_the_correction_undoes_the_crowding() -> None:
    """Particles thrown at 400 holes until 250 are hit: on average what the formula says."""
    rng = np.random.RandomState(5)
    thrown = []
    for _ in range(200):
        hits = rng.randint(0, 400, 1200)
        first = np.unique(hits, return_index=True)[1]
        thrown.append(int(np.sort(first)[249]) + 1)
    assert np.mean(thrown) == pytest.approx(positive_hole_count(250, holes=400), rel=0.02)


@given(st.integers(1, 399))
@settings(max_examples=40, deadline=None)
def test_the_correction_only_adds_and_grows(colonies: int) -> None:
    """Never below the count, and more for one more colony."""
    found = positive_hole_count(colonies, holes=400)

    assert found >= colonies - 1e-9
    assert found > positive_hole_count(colonies - 1, holes=400)


def test_a_full_sieve_has_no_upper_bound() -> None:
    """399 of 400 can be corrected, 400 cannot, 401 cannot be."""
    assert positive_hole_count(399, holes=400) > 2000
    with pytest.raises(SaturatedSieve, match="above the range"):
        positive_hole_count(400, holes=400)
    with pytest.raises(BadInput, match="no more than one per hole"):
        positive_hole_count(401, holes=400)
