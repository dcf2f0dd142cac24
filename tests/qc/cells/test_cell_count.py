"""Counting, viability, recovery and yield."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.cells import cell_count
from stemcell_kit.qc.cells.cell_count import NothingCounted

LIVE, DEAD = (52, 48, 61, 55, 50), (6, 4, 7, 5, 3)


def test_the_worked_chamber_count():
    """266 live and 25 dead at dilution 2: 91.41 % (87.63-94.11), 1.064e6/mL, CV 6.13 %."""
    viability = cell_count.viability(sum(LIVE), sum(DEAD))
    assert (viability.value, viability.unit) == (pytest.approx(91.41, abs=5e-3), "%")
    assert viability.n == 291
    assert viability.interval.low == pytest.approx(87.63, abs=5e-3)
    assert viability.interval.high == pytest.approx(94.11, abs=5e-3)
    assert "Wilson" in viability.interval.method
    assert cell_count.chamber_cells_per_ml(LIVE, dilution=2).value == pytest.approx(1.064e6)
    assert cell_count.count_cv(266).value == pytest.approx(6.13, abs=5e-3)


def test_viability_and_yield_describe_the_same_vial():
    """84 % viable after thaw, yet 72.51 % viable recovery and 43.16 % overall yield."""
    frozen = cell_count.viable_cells(1.0e6, 95)
    thawed = cell_count.viable_cells(8.2e5, 84)
    assert cell_count.total_recovery(8.2e5, 1.0e6).value == pytest.approx(82.0)
    assert cell_count.viable_recovery(thawed, frozen).value == pytest.approx(72.51, abs=6e-3)
    assert cell_count.plating_efficiency(4.1e5, thawed).value == pytest.approx(59.52, abs=5e-3)
    assert cell_count.overall_yield(4.1e5, frozen).value == pytest.approx(43.16, abs=5e-3)


def test_the_concentration_carries_its_counting_error():
    """The exact Poisson interval of 100 cells is 81.36 to 121.63."""
    measured = cell_count.chamber_cells_per_ml([100], dilution=1)
    assert measured.n == 100
    assert measured.interval.low == pytest.approx(81.36e4, rel=1e-4)
    assert measured.interval.high == pytest.approx(121.63e4, rel=1e-4)


def test_an_empty_chamber_has_an_upper_limit():
    """0 cells in one square: 0/mL, two-sided upper limit 3.689 cells."""
    measured = cell_count.chamber_cells_per_ml([0], dilution=1)
    assert (measured.value, measured.interval.low) == (0, 0)
    assert measured.interval.high == pytest.approx(3.6889e4, rel=1e-4)


def test_no_cell_at_all_has_no_viability():
    """0 live and 0 dead is not 0 %."""
    with pytest.raises(NothingCounted, match="not 0 %"):
        cell_count.viability(0, 0)


@pytest.mark.parametrize(("live", "dead", "percent"), [(0, 5, 0), (5, 0, 100)])
def test_viability_reaches_both_ends(live, dead, percent):
    """All dead is 0 %, all live 100 %; the interval stays open on the other side."""
    measured = cell_count.viability(live, dead)
    assert measured.value == percent
    assert measured.interval.low < measured.interval.high


@pytest.mark.parametrize(("live", "dead"), [(-1, 5), (5, -1), (2.5, 1), (math.nan, 1), (None, 1)])
def test_impossible_counts_are_refused(live, dead):
    """Negative, fractional and missing counts say what to check."""
    with pytest.raises(BadInput, match="cells"):
        cell_count.viability(live, dead)


def test_a_negative_square_is_named():
    """The message names the square."""
    with pytest.raises(BadInput, match="square 2"):
        cell_count.chamber_cells_per_ml([4, -1], dilution=2)


@pytest.mark.parametrize("dilution", [0, 0.5, 0.999])
def test_a_dilution_factor_is_at_least_one(dilution):
    """1:1 with dye is 2; 1 itself is allowed."""
    with pytest.raises(BadInput, match="factor of 2"):
        cell_count.chamber_cells_per_ml([4], dilution=dilution)
    assert cell_count.chamber_cells_per_ml([4], dilution=1).value == pytest.approx(4e4)


def test_counting_no_square_is_refused():
    """At least one square is needed."""
    with pytest.raises(NothingCounted):
        cell_count.chamber_cells_per_ml([], dilution=2)


@pytest.mark.parametrize(("cv", "cells"), [(10, 100), (5, 400), (9.99, 101), (100, 1), (300, 1)])
def test_cells_to_count_for_a_cv(cv, cells):
    """(100 / CV) squared, rounded up."""
    assert cell_count.cells_to_count(cv) == cells


def test_zero_cells_have_no_cv():
    """Nor does a CV of zero have a number of cells."""
    with pytest.raises(NothingCounted):
        cell_count.count_cv(0)
    with pytest.raises(BadInput):
        cell_count.cells_to_count(0)


def test_recovery_above_all_is_kept_with_a_note():
    """More viable cells than were frozen points at counting error."""
    measured = cell_count.viable_recovery(1.1e6, 1e6)
    assert measured.value == pytest.approx(110)
    assert any("above 100 %" in note for note in measured.notes)
    assert not any("above 100 %" in n for n in cell_count.viable_recovery(1e6, 1e6).notes)


def test_recovery_of_nothing_frozen_is_refused():
    """Division by zero cells frozen is an error with advice."""
    with pytest.raises(BadInput, match="viable cells frozen"):
        cell_count.viable_recovery(1e5, 0)


@pytest.mark.parametrize("percent", [-1, 100.1])
def test_viability_in_percent_is_between_0_and_100(percent):
    """Both sides are refused."""
    with pytest.raises(BadInput, match="viability"):
        cell_count.viable_cells(1e6, percent)


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_the_interval_holds_the_viability(live, dead):
    """0 <= low <= value <= high <= 100."""
    if live + dead:
        measured = cell_count.viability(live, dead)
        low, high = measured.interval.low, measured.interval.high
        assert -1e-9 <= low <= measured.value + 1e-9 <= high + 2e-9 <= 100 + 3e-9


@settings(deadline=None)
@given(st.integers(1, 100_000))
def test_cells_to_count_inverts_the_cv(n):
    """Counting as many cells as advised gives the CV that was asked for, or less."""
    assert cell_count.count_cv(cell_count.cells_to_count(100 / math.sqrt(n))).value <= (
        100 / math.sqrt(n) * (1 + 1e-6)
    )


# --- dilution and pooling ----------------------------------------------------------------------


def test_pooled_viability_is_not_the_mean_of_percentages() -> None:
    """A full field at 90 % and a nearly empty one at 50 %: 91 of 102, not 70 %."""
    found = cell_count.pooled_viability([90, 1], [10, 1])

    assert found.value == pytest.approx(100 * 91 / 102)
    assert "70 %" in found.notes[0]
    assert found.interval == cell_count.viability(91, 11).interval


def test_fields_that_do_not_belong_together_are_refused() -> None:
    """One live and one dead count for each field, and at least one cell in all."""
    with pytest.raises(BadInput, match="2 live and 1 dead counts"):
        cell_count.pooled_viability([1, 2], [1])
    with pytest.raises(NothingCounted):
        cell_count.pooled_viability([0, 0], [0, 0])


def test_equal_parts_of_dye_are_a_factor_of_two() -> None:
    """1:1 is 2, 1:9 is 10, nothing added is 1."""
    assert cell_count.dilution_factor(10, 10) == 2
    assert cell_count.dilution_factor(10, 90) == 10
    assert cell_count.dilution_factor(10, 0) == 1
    with pytest.raises(BadInput, match="volume of the sample is 0"):
        cell_count.dilution_factor(0, 10)


@pytest.mark.parametrize(("reported", "times"), [(1.0e6, 0), (2.0e6, 1), (4.0e6, 2)])
def test_a_report_tells_how_often_the_dilution_is_in_it(reported: float, times: int) -> None:
    """100 cells in 1e-4 mL at a factor of 2: without, once, twice."""
    assert times == cell_count.dilutions_applied(
        100, 1e-4, dilution=2, reported_per_ml=reported, within_percent=1
    )


@pytest.mark.parametrize(
    ("reported", "fits"), [(1.979e6, False), (1.981e6, True), (2.021e6, False)]
)
def test_rounding_is_allowed_as_stated(reported: float, fits: bool) -> None:
    """1 % below and above twice a million."""
    given = {"dilution": 2.0, "reported_per_ml": reported, "within_percent": 1.0}
    if fits:
        assert cell_count.dilutions_applied(100, 1e-4, **given) == 1
    else:
        with pytest.raises(BadInput, match="fits 0 of: without, once, twice"):
            cell_count.dilutions_applied(100, 1e-4, **given)


def test_a_factor_of_one_cannot_be_told() -> None:
    """All three possibilities are the same number."""
    with pytest.raises(BadInput, match="fits 3 of"):
        cell_count.dilutions_applied(100, 1e-4, dilution=1, reported_per_ml=1e6, within_percent=1)
