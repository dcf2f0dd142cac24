"""Spike recovery: what was added must be found."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.spike_recovery import (
    lowest_non_interfering_dilution,
    recovery_of_wells,
    spike_recovery,
)
from tests.qc.endotoxin.test_kinetic_curve import STANDARDS

LIMITS = {"recovery_at_least": 50, "recovery_at_most": 200}


def recovery(spiked: float, unspiked: float = 0.1, lowest: float = 0.005) -> float:
    return spike_recovery(
        spiked_eu_per_ml=spiked,
        unspiked_eu_per_ml=unspiked,
        spike_eu_per_ml=0.5,
        lowest_standard_eu_per_ml=lowest,
    ).value


def test_the_unspiked_sample_is_subtracted() -> None:
    """0.6 found, 0.1 of it was there before: 100 %, not 120 %."""
    assert recovery(0.6) == pytest.approx(100)


@pytest.mark.parametrize(("unspiked", "percent"), [(0.0049, 100), (0.005, 99), (0.0051, 98.98)])
def test_an_unspiked_sample_below_the_curve_counts_as_zero(unspiked: float, percent: float) -> None:
    """Below, at and above the lowest standard."""
    assert recovery(0.5, unspiked) == pytest.approx(percent)


def test_a_spike_that_stays_below_the_curve_is_a_limit() -> None:
    """Complete inhibition: less than 1 % and surely not within the limits."""
    found = recovery_of_wells(STANDARDS, [None, None], [None, None], spike_eu_per_ml=0.5)

    assert (found.relation, found.value) == ("<", pytest.approx(1))
    assert not found.within(0.5, 200)


def test_a_spike_above_the_curve_is_never_surely_within() -> None:
    """More than the curve can show."""
    found = recovery_of_wells(STANDARDS, [None], [300], spike_eu_per_ml=40)

    assert (found.relation, found.value) == (">", pytest.approx(125))
    assert not found.within(50, 200)


@pytest.mark.parametrize(("at", "ok"), [(49.9, True), (50, True), (50.1, False)])
def test_the_limits_of_a_recovery_are_included(at: float, ok: bool) -> None:
    """50 % is within 50 to 200 %."""
    found = spike_recovery(
        spiked_eu_per_ml=0.25,
        unspiked_eu_per_ml=0,
        spike_eu_per_ml=0.5,
        lowest_standard_eu_per_ml=0.005,
    )
    assert found.within(at, 200) is ok
    assert found.within(10, at) is (at >= 50)


def test_a_sample_above_the_curve_has_no_recovery() -> None:
    """Nothing can be subtracted from it."""
    with pytest.raises(BadInput, match="Dilute the sample more"):
        recovery_of_wells(STANDARDS, [300], [290], spike_eu_per_ml=0.5)


def test_interference_that_comes_back_hides_a_lower_dilution() -> None:
    """1:10 recovers by chance, 1:20 does not, 1:40 and 1:80 do: start above 1:40."""
    found = lowest_non_interfering_dilution(
        [10, 20, 40, 80], [60, 40, 80, 95], maximum_valid_dilution=100, **LIMITS
    )
    assert (found.dilution, found.highest_interfering) == (40, 20)


def test_no_valid_dilution_without_interference_is_refused() -> None:
    """Only 1:200 recovers, and it is beyond the maximum."""
    with pytest.raises(BadInput, match="no tested dilution up to 1:100"):
        lowest_non_interfering_dilution([10, 200], [5, 90], maximum_valid_dilution=100, **LIMITS)
