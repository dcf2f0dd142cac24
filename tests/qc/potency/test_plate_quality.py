"""Z' and its company: sample SD, outliers, lost wells, edges."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.plate_quality import (
    edge_effect,
    plate_quality,
    signal_to_background,
    signal_to_noise,
)

HIGH = [101.2, 97.5, 104.1, 99.0, 95.8, 102.4]
LOW = [5.1, 4.8, 5.4, 5.0, 4.9, 5.3]


def test_the_population_sd_would_flatter_the_plate() -> None:
    """Z' uses n - 1."""
    spread = statistics.pstdev(HIGH) + statistics.pstdev(LOW)
    flattering = 1 - 3 * spread / (statistics.mean(HIGH) - statistics.mean(LOW))

    assert plate_quality(HIGH, LOW).value < flattering - 0.005


def test_a_negative_value_is_a_result() -> None:
    """Controls that overlap are told so, not refused."""
    assert plate_quality([10, 30, 50], [5, 20, 40]).value < -5


def test_one_outlier_ruins_z_prime_and_not_the_robust_form() -> None:
    """A bubble in one well."""
    found = plate_quality([*HIGH, 20.0], LOW)

    assert found.value < 0.05
    assert found.robust > 0.8


def test_lost_wells_are_named_and_left_out() -> None:
    """An empty and a NaN reading; the rest is the plate of the example."""
    high = {f"A{n}": value for n, value in enumerate(HIGH, 1)} | {"A7": float("nan")}
    low = {f"H{n}": value for n, value in enumerate(LOW, 1)} | {"H7": None}
    found = plate_quality(high, low)  # type: ignore[arg-type]

    assert found.lost == ("A7", "H7")
    assert found.notes == ("2 control wells lost",)
    assert found.value == pytest.approx(plate_quality(HIGH, LOW).value)


@pytest.mark.parametrize(("wells", "enough"), [(2, False), (3, True), (4, True)])
def test_a_control_needs_three_wells(wells: int, enough: bool) -> None:
    """After the lost ones are taken out."""
    high = [*HIGH[:wells], float("nan")]
    if enough:
        assert plate_quality(high, LOW).n == wells + 6
    else:
        with pytest.raises(BadInput, match=r"the high control holds 2 value\(s\)"):
            plate_quality(high, LOW)


def test_controls_that_cannot_be_compared_are_refused() -> None:
    """Equal means, equal medians, a word."""
    with pytest.raises(BadInput, match="both controls have the mean 2"):
        plate_quality([1, 2, 3], [1, 2, 3])
    with pytest.raises(BadInput, match="the same median"):
        plate_quality([1, 2, 9], [1, 2, 3])
    with pytest.raises(BadInput, match="a control well holds 'OVRFLW'"):
        plate_quality([9, 10, 11, "OVRFLW"], LOW)  # type: ignore[list-item]


def test_a_falling_signal_is_noted() -> None:
    """Exchanged groups and inhibition assays look alike."""
    found = plate_quality(LOW, HIGH)

    assert found.value == pytest.approx(plate_quality(HIGH, LOW).value)
    assert "exchanged groups" in found.notes[0]


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 100), st.floats(-3, 500))
def test_gain_and_offset_of_the_reader_leave_z_prime_alone(gain: float, offset: float) -> None:
    """Signal to background is not so lucky."""
    moved = [[gain * (value + offset) for value in one] for one in (HIGH, LOW)]

    assert plate_quality(*moved).value == pytest.approx(plate_quality(HIGH, LOW).value, abs=1e-6)
    assert plate_quality(*moved).robust == pytest.approx(plate_quality(HIGH, LOW).robust, abs=1e-6)


def test_ratios_need_raw_signals_and_z_prime_does_not() -> None:
    """A background that was subtracted has mean 0; wells cut off at zero have no noise."""
    assert plate_quality([9, 10, 11], [-1, 0, 1]).value == pytest.approx(1 - 3 * 2 / 10)
    for low in ([-1, 0, 1], [-2, -1, 0]):
        with pytest.raises(BadInput, match="before any blank is subtracted"):
            signal_to_background([9, 10, 11], low)
    assert signal_to_noise([9, 10, 11], [-1, 0, 1]) == pytest.approx(10)
    with pytest.raises(BadInput, match="spread of the low control is 0"):
        signal_to_noise([9, 10, 11], [0, 0, 0])


# --- edge ----------------------------------------------------------------------------------


def test_the_edge_reads_low_in_percent_of_the_inside() -> None:
    """First and last row and column are the edge."""
    wells = {"B1": 60.0, "A5": 60.0, "H7": 60.0, "C12": 60.0, "B2": 100.0, "G11": 100.0}

    assert edge_effect(wells) == pytest.approx(-40)


def test_edge_and_inside_must_both_have_controls() -> None:
    """Else the plate cannot tell."""
    with pytest.raises(BadInput, match="0 of 3 wells are on the edge"):
        edge_effect({"B2": 1.0, "C3": 1.0, "D4": 1.0})


@pytest.mark.parametrize("name", ["I1", "A0", "A13", "A", "7", ""])
def test_a_name_that_is_no_well_is_refused(name: str) -> None:
    """96 wells are A1 to H12."""
    with pytest.raises(BadInput, match="is no well of a plate of 8 x 12"):
        edge_effect({"B2": 1.0, "A1": 1.0, name: 1.0})
