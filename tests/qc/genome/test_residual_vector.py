"""Residual vector: copies per cell, the limit after zero, and how much DNA a limit needs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.residual_vector import (
    cells_in_dna,
    cells_needed,
    copies_per_cell,
    divisions_until,
    dna_needed_ng,
    remaining_share,
    residual_from_cq,
    residual_from_partitions,
)
from stemcell_kit.qc.molecular.digital_pcr import SaturatedPartitions


def test_copies_are_divided_by_the_cells_of_the_dna() -> None:
    """6.6 ng of DNA are a thousand cells of 6.6 pg; ten copies are 0.01 per cell."""
    found = copies_per_cell(10, dna_ng=6.6)

    assert found.value == pytest.approx(0.01)
    assert (found.unit, found.n) == ("copies/cell", 1000)


def test_the_interval_is_the_exact_one_of_the_poisson_law() -> None:
    """Ten copies, by chi squared."""
    found = copies_per_cell(10, dna_ng=6.6).interval

    assert found.low == pytest.approx(stats.chi2.ppf(0.025, 20) / 2 / 1000)
    assert found.high == pytest.approx(stats.chi2.ppf(0.975, 22) / 2 / 1000)


def test_zero_is_reported_below_three_over_the_cells() -> None:
    """The one-sided limit, and a note against the word negative."""
    found = copies_per_cell(0, dna_ng=6.6)

    assert found.value == 0
    assert found.interval.high == pytest.approx(-math.log(0.05) / 1000)
    assert "not zero" in found.notes[0]


def test_a_heavier_genome_is_fewer_cells() -> None:
    """Half as many tetraploid cells in the same DNA."""
    assert cells_in_dna(6.6, pg_per_genome=13.2) == pytest.approx(500)
    assert cells_in_dna(6.6) == pytest.approx(1000)


@pytest.mark.parametrize("cells", [299, 300, 301])
def test_the_cells_needed_are_the_fewest_that_exclude_the_limit(cells: int) -> None:
    """299 do not exclude 0.01 copies per cell; 300 do."""
    excludes = -math.log(0.05) / cells <= 0.01

    assert excludes is (cells >= cells_needed(0.01))
    assert dna_needed_ng(0.01) == pytest.approx(1.98)


def test_a_curve_and_a_cq_give_copies_per_cell() -> None:
    """Ten cycles of ten per cent: the line of the worked example."""
    early, late = (
        residual_from_cq(cq, slope=-3.32, intercept=38.5, dna_ng=100).value for cq in (30.0, 33.32)
    )
    assert early / late == pytest.approx(10)


def test_partitions_give_the_same_without_a_curve() -> None:
    """20 vector copies beside 2 000 reference copies are 0.02 per diploid cell."""
    total = 20_000
    reference = round(total * -math.expm1(-0.1))
    found = residual_from_partitions(
        vector_positive=20, vector_total=total,
        reference_positive=reference, reference_total=total,
    )  # fmt: skip
    assert found.cells == pytest.approx(1000, rel=0.01)
    assert found.value == pytest.approx(0.02, rel=0.01)
    assert found.interval.low < found.value < found.interval.high


def test_partitions_without_reference_or_without_an_empty_one_are_refused() -> None:
    """No DNA tells nothing, and saturation has no upper end."""
    counts = {"vector_positive": 5, "vector_total": 100, "reference_total": 100}
    with pytest.raises(BadInput, match="no positive partition"):
        residual_from_partitions(**counts, reference_positive=0)
    with pytest.raises(SaturatedPartitions):
        residual_from_partitions(**(counts | {"vector_positive": 100}), reference_positive=50)


def test_an_undetermined_well_is_no_cq() -> None:
    """It goes to copies_per_cell as zero, by name."""
    with pytest.raises(BadInput, match="expected a number"):
        residual_from_cq(float("nan"), slope=-3.32, intercept=38.5, dna_ng=100)
    with pytest.raises(BadInput, match="0 or more"):
        copies_per_cell(-1, dna_ng=100)


def test_a_limit_above_the_start_is_met_already() -> None:
    """Equal needs no division; above is refused."""
    assert divisions_until(1, start=1, loss_per_division=0.05) == 0
    with pytest.raises(BadInput, match="already meets it"):
        divisions_until(2, start=1, loss_per_division=0.05)


@given(loss=st.floats(0.01, 0.9), limit=st.floats(1e-4, 0.9))
@settings(max_examples=40, deadline=None)
def test_the_share_left_after_the_divisions_is_the_limit(loss: float, limit: float) -> None:
    """Both directions of the same law."""
    divisions = divisions_until(limit, start=1, loss_per_division=loss)

    assert remaining_share(divisions, loss_per_division=loss) == pytest.approx(limit)
