"""Calibration: weights, back-fit, limits, and nothing read beyond the standards."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.amount_per_cells import (
    cytokine_per_million,
    moles_per_million,
    salt_factor,
)
from stemcell_kit.qc.potency.calibration import (
    calibration_line,
    failing_standards,
    line_concentration,
)
from stemcell_kit.qc.potency.calibration_curve import (
    OffCurve,
    calibration_curve,
    curve_concentration,
    curve_signal,
    signal_concentration,
    vendor_parameters,
)
from stemcell_kit.qc.potency.reporting import AboveTopStandard

X = [1, 2, 5, 10, 20, 50]
Y = [1.05, 2.11, 5.18, 10.42, 20.75, 51.9]
SHAPE = {"a": 0.05, "b": 1.3, "c": 40.0, "d": 2.4}


@pytest.mark.parametrize(("weights", "power"), [("1", 0), ("1/x", 1), ("1/x2", 2)])
def test_the_weighted_line_is_that_of_statsmodels(weights: str, power: int) -> None:
    """Slope, intercept, R2 and residual SD for each weight."""
    x = np.array(X, dtype=float)
    y = np.array([1.2, 2.0, 5.4, 10.1, 21.5, 49.0])
    other = sm.WLS(y, sm.add_constant(x), weights=x**-power).fit()
    line = calibration_line(list(x), list(y), weights=weights)

    assert (line.intercept, line.slope) == pytest.approx(tuple(other.params))
    assert line.r_squared == pytest.approx(other.rsquared)
    assert line.residual_sd == pytest.approx(other.mse_resid**0.5)


def test_a_weighted_line_reads_low_standards_better() -> None:
    """An error at the top pulls the plain line off at the bottom."""
    y = [*Y[:-1], 58.0]
    plain, weighted = (calibration_line(X, y, weights=w) for w in ("1", "1/x2"))

    assert abs(weighted.recovery_percent[0] - 100) < abs(plain.recovery_percent[0] - 100) / 5


def test_standards_are_held_against_their_limits() -> None:
    """The lowest has its own limit; a recovery on the limit passes."""
    line = calibration_line([1, 2, 3], [1.0, 2.0, 3.0])
    assert failing_standards(line, within_percent=15, lowest_within_percent=20) == ()
    off = calibration_line([1, 2, 5, 10], [1.5, 2.0, 5.0, 10.0])
    wide = failing_standards(off, within_percent=15, lowest_within_percent=60)
    narrow = failing_standards(off, within_percent=15, lowest_within_percent=20)
    assert (wide, narrow) == ((), (1.0,))


@pytest.mark.parametrize(("signal", "below"), [(1.03, True), (1.0548, False), (1.06, False)])
def test_a_sample_below_the_lowest_standard_is_below_it_and_not_zero(
    signal: float, below: bool
) -> None:
    """The lowest standard reads back from 1.0548."""
    found = line_concentration(signal, concentrations=X, signals=Y, dilution=2, unit="ng/mL")

    assert found.below is below
    if below:
        assert (found.reported, found.value) == ("<2 ng/mL", 2)


@pytest.mark.parametrize(("signal", "fine"), [(51.8, True), (51.896, True), (51.95, False)])
def test_a_sample_above_the_top_standard_is_never_extrapolated(signal: float, fine: bool) -> None:
    """The top standard reads back from 51.896."""
    if fine:
        assert line_concentration(signal, concentrations=X, signals=Y).value <= 50.0001
    else:
        with pytest.raises(AboveTopStandard, match="Dilute the sample and measure again"):
            line_concentration(signal, concentrations=X, signals=Y)


def test_a_limit_of_quantification_below_the_standards_is_refused() -> None:
    """A limit is shown by a standard."""
    with pytest.raises(BadInput, match=r"lloq is 0\.5 and the lowest standard 1"):
        line_concentration(12.6, concentrations=X, signals=Y, lloq=0.5)


def test_the_interval_of_a_reading_holds_the_truth_as_often_as_it_says() -> None:
    """Inverse prediction over 400 simulated runs with triplicate samples."""
    rng = np.random.RandomState(4)
    held = 0
    for _ in range(400):
        signals = [3 + 2 * x + rng.normal() for x in X]
        sample = [3 + 2 * 12 + rng.normal() for _ in range(3)]
        interval = line_concentration(sample, concentrations=X, signals=signals).interval
        assert interval is not None
        held += interval.low <= 12 <= interval.high

    assert 0.92 <= held / 400 <= 0.98


@pytest.mark.parametrize(
    ("x", "weights", "words"),
    [
        ([1, 1, 2], "1", "2 different standards"),
        ([-1, 1, 2], "1", "lowest -1"),
        ([0, 1, 2], "1/x", "a standard of 0 has no weight 1/x"),
        ([1, 2, 3], "1/y", "weights is '1/y'; expected one of 1, 1/x, 1/x2"),
    ],
)
def test_standards_that_make_no_line_are_refused(x: list[float], weights: str, words: str) -> None:
    """The message says what is missing."""
    with pytest.raises(BadInput, match=words):
        calibration_line(x, [1.0, 2.0, 3.1], weights=weights)


@pytest.mark.parametrize("signals", [[5, 5, 5], [1, 2, 1]])
def test_standards_without_a_slope_are_refused(signals: list[float]) -> None:
    """A flat line reads nothing."""
    with pytest.raises(BadInput, match="does not change with concentration"):
        calibration_line([1, 2, 3], signals)


# --- four parameters -----------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 4000), st.floats(0.5, 3), st.booleans())
def test_signal_and_concentration_invert_each_other(x: float, b: float, falls: bool) -> None:
    """Both directions, for rising and for competitive (falling) assays."""
    a, d = (2.4, 0.05) if falls else (0.05, 2.4)
    y = curve_signal(x, a=a, b=b, c=40, d=d)

    if min(a, d) + 1e-6 < y < max(a, d) - 1e-6:
        assert signal_concentration(y, a=a, b=b, c=40, d=d) == pytest.approx(x, rel=1e-4)


def test_a_is_the_signal_without_analyte() -> None:
    """The parameterisation in one line; C is halfway."""
    assert curve_signal(0, **SHAPE) == pytest.approx(0.05)
    assert curve_signal(40, **SHAPE) == pytest.approx((0.05 + 2.4) / 2)
    assert signal_concentration(0.05, **SHAPE) == 0


def test_exchanged_a_and_d_are_put_right() -> None:
    """A vendor's negative B gives the same curve."""
    a, b, c, d = vendor_parameters(2.4, -1.3, 40, 0.05)

    assert (a, b, c, d) == (0.05, 1.3, 40, 2.4)
    assert curve_signal(10, a=a, b=b, c=c, d=d) == pytest.approx(
        0.05 + (2.4 - 0.05) / (1 + (10 / 40) ** -1.3)
    )
    with pytest.raises(BadInput, match="use vendor_parameters"):
        curve_signal(10, a=2.4, b=-1.3, c=40, d=0.05)


@pytest.mark.parametrize("signal", [2.4, 2.5, 0.04])
def test_a_signal_on_or_beyond_a_plateau_has_no_concentration(signal: float) -> None:
    """D itself belongs to an endless concentration."""
    with pytest.raises(OffCurve, match=r"is not between the plateaus 0\.05 and 2\.4"):
        signal_concentration(signal, **SHAPE)


def wells(sd: float = 0.0, *, falls: bool = False) -> tuple[list[float], list[float]]:
    """Duplicate standards with a zero standard on the curve above."""
    rng = np.random.RandomState(8)
    shape = {**SHAPE, "a": 2.4, "d": 0.05} if falls else SHAPE
    x = [0, 2, 5, 10, 20, 40, 80, 160, 320] * 2
    return x, [curve_signal(one, **shape) * (1 + sd * rng.normal()) for one in x]


@pytest.mark.parametrize("weights", ["1", "1/y", "1/y2"])
@pytest.mark.parametrize("falls", [False, True])
def test_a_curve_is_recovered_from_its_standards(weights: str, falls: bool) -> None:
    """A, B, C, D keep their meaning for rising and falling signals; the zero standard counts."""
    x, y = wells(0.01, falls=falls)
    found = calibration_curve(x, y, weights=weights)

    a, d = (2.4, 0.05) if falls else (0.05, 2.4)
    assert (found.a, found.d) == pytest.approx((a, d), abs=0.05)
    assert (found.b, found.c) == pytest.approx((1.3, 40), rel=0.06)
    assert found.n == 18
    assert len(found.recovery_percent) + len(found.off_curve) == 16


def test_a_sample_is_read_back_and_censored() -> None:
    """On the curve, below the lowest standard, at the blank, above the top standard."""
    x, y = wells(0.01)

    def read(signal: float) -> str:
        return curve_concentration(
            signal, concentrations=x, signals=y, dilution=10, unit="pg/mL"
        ).reported

    assert float(read(curve_signal(30, **SHAPE)).split()[0]) == pytest.approx(300, rel=0.03)
    assert read(curve_signal(1, **SHAPE)) == "<20 pg/mL"
    assert read(0.01) == "<20 pg/mL"
    with pytest.raises(AboveTopStandard):
        read(curve_signal(350, **SHAPE))
    with pytest.raises(OffCurve):
        read(3.0)


def test_a_weight_that_divides_by_a_signal_of_zero_is_refused() -> None:
    """Blank-subtracted standards can be zero or negative."""
    x, y = wells()
    with pytest.raises(BadInput, match="signals above 0 for this weight"):
        calibration_curve(x, [0.0, *y[1:]], weights="1/y2")


# --- amounts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "words"),
    [(15.5, "<16 pg per 1e6 cells"), (16, "16 pg per 1e6 cells"), (160, "160 pg per 1e6 cells")],
)
def test_cytokine_below_the_lowest_standard_is_not_zero(read: float, words: str) -> None:
    """0.5 mL of half a million cells: pg/mL and pg per 1e6 cells are the same number."""
    found = cytokine_per_million(read, volume_ml=0.5, viable_cells=5e5, lloq_pg_per_ml=16)

    assert found.reported == words
    assert found.value >= 16


def test_dilution_blank_and_recovery_each_count_once() -> None:
    """10 - 2 ng/mL, twofold diluted, 1 mL, 1e6 cells, 100 g/mol, half recovered: 320 pmol."""
    found = moles_per_million(
        10, volume_ml=1, cells=1e6, molar_mass_g_per_mol=100, dilution=2, recovery=0.5,
        blank_ng_per_ml=2,
    )  # fmt: skip

    assert found.value == pytest.approx(320)
    assert found.notes == ("corrected for a recovery of 50 %",)


def test_amounts_that_cannot_be_are_refused() -> None:
    """A blank above the sample, a recovery above 1, a salt lighter than its base."""
    with pytest.raises(BadInput, match="concentration less blank is -1"):
        moles_per_million(1, volume_ml=1, cells=1e6, molar_mass_g_per_mol=153.18, blank_ng_per_ml=2)
    with pytest.raises(BadInput, match=r"recovery is 1\.1"):
        moles_per_million(1, volume_ml=1, cells=1e6, molar_mass_g_per_mol=153.18, recovery=1.1)
    with pytest.raises(BadInput, match=r"base over salt is 1\.23"):
        salt_factor(189.64, 153.18)
