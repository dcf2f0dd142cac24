"""Standard curves: the line, the efficiency with its interval, and readings within the standards."""

from __future__ import annotations

from math import log10

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.cq_wells import UndeterminedCq
from stemcell_kit.qc.molecular.standard_curve import (
    Extrapolated,
    check_curve,
    copies_from_line,
    efficiency_percent,
    fit_curve,
    read_sample,
)

COPIES = [1e5, 1e4, 1e3, 1e2, 1e1]
CQS = [20.11, 23.48, 26.83, 30.22, 33.71]


def test_the_line_is_that_of_an_independent_regression() -> None:
    """Slope, intercept and R squared as scipy gives them."""
    found = fit_curve(COPIES, CQS)
    other = stats.linregress([5, 4, 3, 2, 1], CQS)

    assert found.slope == pytest.approx(other.slope)
    assert found.intercept == pytest.approx(other.intercept)
    assert found.r_squared == pytest.approx(other.rvalue**2)
    half = stats.t.ppf(0.975, 3) * other.stderr
    assert found.interval.low == pytest.approx(100 * (10 ** (-1 / (other.slope - half)) - 1))
    assert found.interval.high == pytest.approx(100 * (10 ** (-1 / (other.slope + half)) - 1))


@pytest.mark.parametrize("slope", [0.0, 3.32])
def test_a_slope_that_is_not_negative_has_no_efficiency(slope: float) -> None:
    """It prints a number that means nothing."""
    with pytest.raises(BadInput, match="expected a negative one"):
        efficiency_percent(slope)


def test_exchanged_standards_are_refused() -> None:
    """The order of the dilutions upside down."""
    with pytest.raises(BadInput, match="order of the standards"):
        fit_curve(COPIES[::-1], CQS)


@pytest.mark.parametrize(("levels", "allowed"), [(2, False), (3, True), (4, True)])
def test_a_curve_needs_three_levels(levels: int, allowed: bool) -> None:
    """Two points always make a perfect line, in triplicate too."""
    copies, cqs = COPIES[:levels] * 3, CQS[:levels] * 3
    if allowed:
        assert fit_curve(copies, cqs).levels == levels
        return
    with pytest.raises(BadInput, match="at least 3"):
        fit_curve(copies, cqs)


def test_an_undetermined_standard_is_never_a_number() -> None:
    """It is left out by a person, with a reason, or the run is repeated."""
    with pytest.raises(UndeterminedCq, match="not Cq 40"):
        fit_curve(COPIES, [*CQS[:4], float("nan")])
    with pytest.raises(BadInput, match="one of each"):
        fit_curve(COPIES, CQS[:4])
    with pytest.raises(BadInput, match="more than 0"):
        fit_curve([*COPIES[:4], 0], CQS)


@pytest.mark.parametrize(
    ("low", "high", "r_squared", "reasons"),
    [
        (97.0, 97.1, 0.99, 0),
        (97.1, 110, 0.99, 1),
        (90, 97.0, 0.99, 1),
        (90, 110, 0.99994, 1),
        (90, 110, 0.99993, 0),
        (98, 110, 1.0, 2),
    ],
)
def test_the_limits_belong_to_the_caller(
    low: float, high: float, r_squared: float, reasons: int
) -> None:
    """Efficiency 97.08 % and R squared 0.999939 against limits on both sides of them."""
    found = check_curve(
        fit_curve(COPIES, CQS),
        efficiency_at_least=low,
        efficiency_at_most=high,
        r_squared_at_least=r_squared,
    )
    assert (found.accepted, len(found.reasons)) == (reasons == 0, reasons)


def test_the_limits_are_included() -> None:
    """A curve exactly at its limits passes."""
    curve = fit_curve(COPIES, CQS)
    found = check_curve(
        curve,
        efficiency_at_least=curve.efficiency_percent,
        efficiency_at_most=curve.efficiency_percent,
        r_squared_at_least=curve.r_squared,
    )
    assert found.accepted


def read(cqs: float | list[float]) -> float:
    """Copies of a sample on the worked curve."""
    return read_sample(cqs, standard_copies=COPIES, standard_cqs=CQS).copies


def test_a_sample_outside_the_standards_has_no_reading() -> None:
    """Just inside both ends is read; just outside is refused, with what to report."""
    curve = fit_curve(COPIES, CQS)
    first, last = (curve.intercept + curve.slope * log for log in (5, 1))

    assert read(last - 0.01) == pytest.approx(10, rel=0.01)
    assert read(last) == pytest.approx(10)
    assert read(first + 0.01) == pytest.approx(1e5, rel=0.01)
    with pytest.raises(Extrapolated, match="report less than 10 copies"):
        read(last + 0.01)
    with pytest.raises(Extrapolated, match="dilute the sample"):
        read(first - 0.01)


def test_replicates_narrow_the_reading() -> None:
    """More wells, a narrower interval; never symmetric in copies."""
    one, three = (read_sample([31.5] * n, standard_copies=COPIES, standard_cqs=CQS) for n in (1, 3))
    assert three.interval.high < one.interval.high
    assert one.interval.high - one.copies > one.copies - one.interval.low
    assert (three.n, three.unit) == (3, "copies")


def test_a_line_alone_reads_what_the_curve_reads() -> None:
    """The plain formula, without its standards."""
    curve = fit_curve(COPIES, CQS)
    found = copies_from_line(31.5, slope=curve.slope, intercept=curve.intercept)

    assert found == pytest.approx(read(31.5))


@given(efficiency=st.floats(80, 120), intercept=st.floats(33, 42))
@settings(max_examples=40, deadline=None)
def test_a_perfect_dilution_gives_its_efficiency_back(efficiency: float, intercept: float) -> None:
    """Standards without noise are read exactly."""
    slope = -1 / log10(1 + efficiency / 100)
    cqs = [intercept + slope * log10(one) for one in COPIES]

    assert fit_curve(COPIES, cqs).value == pytest.approx(efficiency)
