"""The log-normal reference against scipy, and what binning costs."""

from __future__ import annotations

import pytest
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.lognormal_sizes import (
    binned_lognormal,
    lognormal_reference,
    lognormal_window_share,
)


def test_the_lognormal_reference_agrees_with_scipy() -> None:
    """Mean, mode, percentiles and a window of scipy's own distribution."""
    scipy = stats.lognorm(0.3, scale=110)
    found = lognormal_reference(110, 0.3)

    assert found.mean_nm == pytest.approx(scipy.mean())
    assert (found.d10_nm, found.d90_nm) == pytest.approx(tuple(scipy.ppf([0.1, 0.9])))
    share = lognormal_window_share(110, 0.3, low_nm=50, high_nm=200)
    assert share == pytest.approx(100 * (scipy.cdf(200) - scipy.cdf(50)))


def test_the_mode_of_a_histogram_lies_within_one_bin_of_the_exact_one() -> None:
    """Bins of 10 nm show 105 for an exact 100.5."""
    binned = binned_lognormal(110, 0.3, width_nm=10, high_nm=1000)

    assert abs(binned.mode_nm - lognormal_reference(110, 0.3).mode_nm) < 10


def test_a_bin_wider_than_the_axis_is_refused() -> None:
    """There is no whole bin."""
    with pytest.raises(BadInput, match="no bin of 50 nm"):
        binned_lognormal(110, 0.3, width_nm=50, high_nm=40)


@pytest.mark.parametrize(("low", "high"), [(200, 50), (50, 50)])
def test_a_window_upside_down_is_refused(low: float, high: float) -> None:
    """Equal ends hold nothing either."""
    with pytest.raises(BadInput, match="low below high"):
        lognormal_window_share(110, 0.3, low_nm=low, high_nm=high)


@pytest.mark.parametrize(("median", "sigma"), [(0, 0.3), (110, 0), (110, -0.3)])
def test_a_distribution_needs_a_median_and_a_width(median: float, sigma: float) -> None:
    """Both above zero."""
    with pytest.raises(BadInput, match="more than 0"):
        lognormal_reference(median, sigma)


@pytest.mark.parametrize("width", [1, 5, 10, 20])
def test_narrow_bins_keep_the_percentiles(width: float) -> None:
    """Interpolation stays within an eighth of the bin."""
    exact = lognormal_reference(110, 0.3)
    binned = binned_lognormal(110, 0.3, width_nm=width, high_nm=1000)

    for found, true in ((binned.d10_nm, exact.d10_nm), (binned.d90_nm, exact.d90_nm)):
        assert abs(found - true) < width / 8
