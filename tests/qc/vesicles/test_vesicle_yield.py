"""Yield, recovery and the label."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.vesicle_yield import (
    label_check,
    particle_dose,
    step_recovery,
    vesicle_yield,
)


@pytest.mark.parametrize(
    ("measured", "within"),
    [(79.9, False), (80, True), (100, True), (120, True), (120.1, False)],
)
def test_the_tolerance_includes_its_limits(measured: float, within: bool) -> None:
    """20 % to either side of 100."""
    assert label_check(measured, 100, tolerance_percent=20).within is within


def test_a_limit_is_not_lost_to_rounding() -> None:
    """1.2 x 1.8e11 is exactly 20 % above its label."""
    assert label_check(1.2 * 1.8e11, 1.8e11, tolerance_percent=20).within


def test_a_dilution_applied_twice_fails_the_label() -> None:
    """Five hundred times the label is 49 900 % off."""
    found = label_check(500 * 1.8e11, 1.8e11, tolerance_percent=20)

    assert found.value == pytest.approx(49_900)
    assert not found.within


@given(st.floats(1e9, 1e13), st.floats(1e5, 1e9), st.floats(1, 200))
@settings(max_examples=50, deadline=None)
def test_a_day_of_conditioning_is_both_yields(particles: float, cells: float, hours: float) -> None:
    """Per cell times 24 over the hours."""
    found = vesicle_yield(particles, cells, hours=hours)

    assert found.per_cell_per_24h * hours == pytest.approx(24 * found.value)
    assert vesicle_yield(particles, cells, hours=24).per_cell_per_24h == pytest.approx(found.value)


def test_a_step_cannot_make_particles() -> None:
    """More after than before is a unit or a setting, not a recovery."""
    assert step_recovery(2e11, 1e11) == 50
    assert step_recovery(2e11, 2e11) == 100
    with pytest.raises(BadInput, match="Give totals, not concentrations"):
        step_recovery(2e11, 2.1e11)


@pytest.mark.parametrize(("particles", "volume"), [(0, 1), (1e9, 0), (1e9, -1)])
def test_nothing_has_no_dose(particles: float, volume: float) -> None:
    """Both must be above zero."""
    with pytest.raises(BadInput, match="more than 0"):
        particle_dose(particles, volume)
