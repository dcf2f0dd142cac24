"""EWMA and CUSUM."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.small_shifts import cusum, ewma

VALUES = st.lists(st.floats(min_value=-5, max_value=5), min_size=1, max_size=30)


def test_the_weighted_mean_by_hand() -> None:
    """Weight 0.5 from target 0: 4, then 0, then 2 give 2, 1, 1.5."""
    found = ewma([4, 0, 2], 0.0, 1.0, weight=0.5, width=3)

    assert found.values == (2.0, 1.0, 1.5)
    assert found.value == 1.5


def test_the_limits_widen_to_their_asymptote() -> None:
    """First 3 x 0.5 sigma, at last 3 x sqrt(1/3) sigma."""
    found = ewma([0.0] * 40, 0.0, 1.0, weight=0.5, width=3)

    assert found.high[0] == pytest.approx(1.5)
    assert found.high[-1] == pytest.approx(3 * np.sqrt(1 / 3))
    assert all(a <= b for a, b in zip(found.high, found.high[1:], strict=False))


@pytest.mark.parametrize(("value", "signals"), [(2.9, 0), (3.0, 0), (3.1, 1)])
def test_a_weight_of_one_is_a_chart_of_single_values(value: float, signals: int) -> None:
    """Below, on and above the 3 sigma limit."""
    assert len(ewma([value], 0.0, 1.0, weight=1.0, width=3).beyond) == signals


def test_the_sums_by_hand() -> None:
    """k 0.5, h 2: 1, 2, 0 give 0.5, 2.0, 1.5; the limit itself is no signal."""
    found = cusum([1, 2, 0], 0.0, 1.0, k=0.5, h=2)

    assert found.upper == (0.5, 2.0, 1.5)
    assert found.upper_runs == (1, 2, 3)
    assert found.lower == (0.0, 0.0, 0.0)
    assert found.beyond == ()
    assert found.value == 1.5


def test_a_signal_dates_the_shift() -> None:
    """Five values on target, then one sigma high: the sum left zero after the fifth."""
    found = cusum([0.0] * 5 + [1.5] * 8, 0.0, 1.0, k=0.5, h=5)

    assert found.first_signal == 11
    assert found.shift_after == 5


def test_a_downward_shift_is_dated_by_the_lower_sum() -> None:
    """The same, mirrored."""
    found = cusum([0.0] * 5 + [-1.5] * 8, 0.0, 1.0, k=0.5, h=5)

    assert (found.first_signal, found.shift_after) == (11, 5)


def test_a_head_start_signals_sooner() -> None:
    """A method that starts out of control is found with half the way given."""
    slow, fast = (cusum([1.5] * 9, 0.0, 1.0, k=0.5, h=5, head_start=s) for s in (0.0, 0.5))

    assert (slow.first_signal, fast.first_signal) == (6, 3)


def test_both_see_a_small_shift_that_single_values_hide() -> None:
    """One sigma for 30 values without a value beyond 3 sigma."""
    drawn = np.random.RandomState(5).normal(size=30).clip(-1.9, 1.9) + 1

    assert max(abs(drawn)) < 3
    assert ewma(drawn, 0.0, 1.0, weight=0.1, width=2.7).beyond
    assert cusum(drawn, 0.0, 1.0, k=0.5, h=5).beyond


@given(VALUES, st.floats(min_value=0.1, max_value=50), st.floats(min_value=-100, max_value=100))
@settings(max_examples=50, deadline=None)
def test_the_unit_does_not_change_the_mirror(
    values: list[float], scale: float, shift: float
) -> None:
    """Mirrored values exchange the two sums; another unit scales them."""
    one = cusum(values, 0.0, 1.0, k=0.5, h=4)
    mirrored = cusum([-v for v in values], 0.0, 1.0, k=0.5, h=4)
    other = cusum([scale * v + shift for v in values], shift, scale, k=0.5, h=4)

    assert one.upper == mirrored.lower
    assert other.upper == pytest.approx([scale * v for v in one.upper], rel=1e-6, abs=1e-6)


def test_impossible_settings_are_refused() -> None:
    """No values, a weight above 1, sigma 0, no signal to date."""
    with pytest.raises(BadInput, match="no value given"):
        ewma([], 0.0, 1.0, weight=0.1, width=3)
    with pytest.raises(BadInput, match=r"weight is 1\.5"):
        ewma([1], 0.0, 1.0, weight=1.5, width=3)
    with pytest.raises(BadInput, match="sigma is 0"):
        cusum([1], 0.0, 0.0, k=0.5, h=5)
    with pytest.raises(BadInput, match="head start is 1"):
        cusum([1], 0.0, 1.0, k=0.5, h=5, head_start=1)
    with pytest.raises(BadInput, match="no signal"):
        _ = cusum([0.0], 0.0, 1.0, k=0.5, h=5).shift_after
