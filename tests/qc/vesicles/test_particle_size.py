"""Percentiles of a size histogram, by number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.particle_size import (
    bin_edges,
    particle_size,
    window_share,
)

EDGES = [50, 70, 90, 110, 130, 150, 170, 190]
COUNTS = [4, 16, 30, 24, 14, 8, 4]


def test_percentiles_are_linear_inside_the_bin() -> None:
    """Ten per cent of 100 particles lie 6/16 into the second bin: 70 + 20 x 6/16."""
    found = particle_size(EDGES, COUNTS)

    assert found.d10_nm == pytest.approx(77.5)
    assert found.value == found.d50_nm == pytest.approx(110)
    assert found.span == pytest.approx((155 - 77.5) / 110)


def test_mean_and_sd_put_particles_in_the_middle_of_their_bin() -> None:
    """As numpy says of the hundred middles."""
    middles = np.repeat([60, 80, 100, 120, 140, 160, 180], COUNTS)
    found = particle_size(EDGES, COUNTS)

    assert found.mean_nm == pytest.approx(middles.mean())
    assert found.sd_nm == pytest.approx(middles.std())


def test_an_empty_bin_holds_no_percentile() -> None:
    """Half of the particles below a gap: the median is at the gap's lower end."""
    assert particle_size([0, 10, 20, 30], [5, 0, 5]).d50_nm == 10


def test_the_mode_is_the_smallest_of_equal_bins_and_says_so() -> None:
    """A tie is told."""
    found = particle_size([0, 10, 20, 30, 40], [1, 5, 5, 0])

    assert found.mode_bin_nm == (10, 20)
    assert any("equally full" in note for note in found.notes)


def test_another_weighting_is_refused() -> None:
    """Volume percentiles are other numbers."""
    with pytest.raises(BadInput, match="weighted by volume; expected number"):
        particle_size(EDGES, COUNTS, weighting="volume")


@pytest.mark.parametrize(
    ("edges", "counts", "reason"),
    [
        ([50, 70], [1, 2], "one edge more"),
        ([50, 50, 70], [1, 2], "do not rise"),
        ([50, 70], [0], "no bin holds a particle"),
        ([50, 70], [-1], "0 or more"),
        ([50, 70], [float("nan")], "expected a number"),
        ([], [], "one edge more"),
    ],
)
def test_what_is_no_histogram_is_refused(
    edges: list[float], counts: list[float], reason: str
) -> None:
    """The message says what was found."""
    with pytest.raises(BadInput, match=reason):
        particle_size(edges, counts)


def test_a_window_counts_cut_bins_in_proportion() -> None:
    """60 to 100 nm: half of 4, all of 16, half of 30."""
    assert window_share(EDGES, COUNTS, low_nm=60, high_nm=100) == pytest.approx(33)
    assert window_share(EDGES, COUNTS, low_nm=0, high_nm=1000) == pytest.approx(100)


def test_a_window_upside_down_is_refused() -> None:
    """Equal ends hold nothing either."""
    for low, high in ((200, 50), (50, 50)):
        with pytest.raises(BadInput, match="low below high"):
            window_share(EDGES, COUNTS, low_nm=low, high_nm=high)


def test_edges_lie_half_a_step_beside_the_centres() -> None:
    """NTA centres 0.5, 1.5, 2.5."""
    assert bin_edges([0.5, 1.5, 2.5]) == (0, 1, 2, 3)


def test_a_missing_line_of_the_histogram_is_found() -> None:
    """The steps are no longer one."""
    with pytest.raises(BadInput, match="1 to 2 nm wide"):
        bin_edges([0.5, 1.5, 3.5])
    with pytest.raises(BadInput, match="two or more"):
        bin_edges([0.5])


@given(
    st.lists(st.integers(0, 50), min_size=2, max_size=12).filter(any),
    st.floats(0.1, 1e6, allow_nan=False),
)
@settings(max_examples=50, deadline=None)
def test_percentiles_rise_and_do_not_depend_on_the_scale(counts: list[int], scale: float) -> None:
    """D10 <= D50 <= D90 inside the axis, for counts as for concentrations."""
    edges = [20.0 * n for n in range(len(counts) + 1)]
    found = particle_size(edges, counts)
    scaled = particle_size(edges, [scale * one for one in counts])

    assert edges[0] <= found.d10_nm <= found.d50_nm <= found.d90_nm <= edges[-1]
    assert found.d90_nm == pytest.approx(scaled.d90_nm)
    assert found.mean_nm == pytest.approx(scaled.mean_nm)
