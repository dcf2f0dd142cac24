"""Kinetic endotoxin test: the line, the blank and what is read on it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.kinetic_curve import NotACurve, blank_is_slower, kinetic_curve
from stemcell_kit.qc.endotoxin.kinetic_reading import line_reading, read_sample

DOSES = [50.0, 50.0, 5.0, 5.0, 0.5, 0.5, 0.05, 0.05, 0.005, 0.005]
TIMES = [612, 622, 958, 970, 1502, 1530, 2362, 2398, 3718, 3790]
STANDARDS = {"eu_per_ml": DOSES, "onset_s": TIMES}


def test_the_line_is_that_of_numpy() -> None:
    """An independent least-squares fit gives slope and intercept."""
    slope, intercept = np.polyfit(np.log10(DOSES), np.log10(TIMES), 1)
    curve = kinetic_curve(STANDARDS)

    assert (curve.slope, curve.intercept) == pytest.approx((slope, intercept), rel=1e-12)


@given(
    slope=st.floats(-0.5, -0.05),
    intercept=st.floats(2.0, 4.0),
    dose=st.floats(0.006, 40.0),
    dilution=st.sampled_from([1, 10, 40]),
)
@settings(max_examples=40, deadline=None)
def test_a_sample_on_a_perfect_line_is_read_back(
    slope: float, intercept: float, dose: float, dilution: int
) -> None:
    """What the line says of a dose, the line reads as that dose."""
    times = [10 ** (intercept + slope * math.log10(one)) for one in (*DOSES, dose)]
    standards = {"eu_per_ml": DOSES, "onset_s": times[:-1]}
    found = read_sample(standards, [times[-1], times[-1]], dilution=dilution)

    assert found.value == pytest.approx(dose * dilution, rel=1e-6)
    assert found.relation == "="


def test_the_interval_of_a_reading_holds_its_confidence() -> None:
    """In 400 simulated runs a 90 % interval holds the truth about 90 times in 100."""
    rng = np.random.RandomState(3)
    held = 0
    for _ in range(400):
        noisy = [
            10 ** (3.1 - 0.2 * math.log10(one) + rng.normal(0, 0.01)) for one in (*DOSES, 0.1, 0.1)
        ]
        standards = {"eu_per_ml": DOSES, "onset_s": noisy[:-2]}
        interval = read_sample(standards, noisy[-2:], dilution=1, confidence=0.9).interval
        assert interval is not None
        held += interval.low <= 0.1 <= interval.high
    assert stats.binomtest(held, 400, 0.9).pvalue > 0.001


def test_below_the_curve_the_report_is_a_limit_and_never_zero() -> None:
    """Silent wells, and wells slower than the lowest standard, at 1:10."""
    for onset in ([4100, 4100], [None, None], [math.nan, math.nan]):
        found = read_sample(STANDARDS, onset, dilution=10)
        assert found.reported == "< 0.05 EU/mL"
        assert found.interval is None
        assert "not 0" in found.notes[0]


def test_above_the_curve_the_report_is_a_limit() -> None:
    """Faster than the highest standard: dilute more."""
    assert read_sample(STANDARDS, [400, 400], dilution=10).reported == "> 500 EU/mL"


def test_a_silent_duplicate_is_left_out_and_told() -> None:
    """The well that reacted decides, which is the careful side."""
    found = read_sample(STANDARDS, [2900, None], dilution=1)

    assert found.in_well_eu_per_ml == pytest.approx(line_reading(STANDARDS, 2900))
    assert found.notes == ("1 of 2 wells did not react; read on those that did",)


@pytest.mark.parametrize(
    ("onset", "slower"),
    [([3789], False), ([3790], False), ([3791], True), ([4000, 3700], False), ([None], True)],
)
def test_a_blank_must_be_slower_than_every_well_of_the_lowest_standard(
    onset: list[float | None], slower: bool
) -> None:
    """Below, at and above the slowest well; one early blank is enough to fail."""
    assert blank_is_slower(STANDARDS, onset) is slower


@pytest.mark.parametrize(
    ("standards", "error", "reason"),
    [
        ({"eu_per_ml": [5, 0.5], "onset_s": [900, 1500]}, NotACurve, "2 levels of standard"),
        ({"eu_per_ml": [0.5, 5, 50], "onset_s": [600, 900, 1500]}, NotACurve, "exchanged"),
        ({"eu_per_ml": [5, 0.5, 0.05], "onset_s": [9, 99, math.nan]}, BadInput, "onset time"),
        ({"eu_per_ml": [5, 0.5, 0], "onset_s": [9, 99, 999]}, BadInput, "more than 0"),
        ({"eu_per_ml": [5, 0.5], "onset_s": [9]}, BadInput, "2 concentrations and 1"),
        ({"eu_per_ml": [5, 0.5]}, BadInput, "no onset_s"),
    ],
)
def test_standards_that_make_no_line_are_refused(
    standards: dict[str, list[float]], error: type[BadInput], reason: str
) -> None:
    """The message says what was found and what to do."""
    with pytest.raises(error, match=reason):
        kinetic_curve(standards)


@pytest.mark.parametrize(
    ("onset", "dilution", "reason"),
    [([], 1, "no sample well"), ([900], 0.1, "For 1:40 write 40"), ([-1], 1, "more than 0")],
)
def test_a_sample_that_cannot_be_read_is_refused(
    onset: list[float], dilution: float, reason: str
) -> None:
    """No well, a dilution written upside down, a sentinel as time."""
    with pytest.raises(BadInput, match=reason):
        read_sample(STANDARDS, onset, dilution=dilution)
