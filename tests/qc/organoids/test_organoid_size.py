"""Size, roundness, growth, forming efficiency."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.organoids.organoid_size import (
    circularity,
    equivalent_diameter,
    forming_efficiency,
    organoid_sizes,
    volume_growth,
)


@given(st.floats(1, 1e4))
@settings(max_examples=50, deadline=None)
def test_a_circle_has_its_own_diameter_and_circularity_one(diameter: float) -> None:
    """Area and perimeter of a circle."""
    area, perimeter = math.pi * diameter**2 / 4, math.pi * diameter

    assert equivalent_diameter(area) == pytest.approx(diameter)
    assert circularity(area, perimeter) == pytest.approx(1)


def test_a_square_is_less_round() -> None:
    """pi / 4."""
    assert circularity(100, 40) == pytest.approx(math.pi / 4)


def test_an_outline_shorter_than_a_circle_is_refused_unless_pixels_explain_it() -> None:
    """A circle of area 100 has 35.45 around; 35 is 1.3 % short."""
    with pytest.raises(BadInput, match=r"expected 35\.45 or more"):
        circularity(100, 35)
    assert circularity(100, 35, pixel_error=0.02) == 1
    with pytest.raises(BadInput):
        circularity(100, 34, pixel_error=0.02)


def test_twice_the_diameter_is_eight_times_the_volume() -> None:
    """And the way back an eighth."""
    assert volume_growth(50, 100) == 8
    assert volume_growth(100, 50) == 1 / 8


@pytest.mark.parametrize(("organoids", "refused"), [(99, False), (100, False), (101, True)])
def test_no_more_organoids_than_cells(organoids: int, refused: bool) -> None:
    """Below, at and above 100 cells."""
    if refused:
        with pytest.raises(BadInput, match="Fragments are no single cells"):
            forming_efficiency(organoids, 100)
    else:
        assert forming_efficiency(organoids, 100).value == organoids


def test_the_window_includes_its_ends() -> None:
    """Diameters 40, 100 and 101 in a window of 40 to 100."""
    areas = [math.pi * d**2 / 4 for d in (40, 100, 101)]
    found = organoid_sizes(areas, low_um=40 - 1e-9, high_um=100 + 1e-9)

    assert found.in_window_percent == pytest.approx(200 / 3)
    assert found.value == pytest.approx(100)
    assert found.geometric_mean_um == pytest.approx((40 * 100 * 101) ** (1 / 3))


@pytest.mark.parametrize(
    ("areas", "window", "reason"),
    [
        ([100], (1, 2), "2 or more"),
        ([100, 0], (1, 2), "area_um2 is 0"),
        ([100, 100], (2, 2), "low below high"),
    ],
)
def test_what_is_no_distribution_is_refused(
    areas: list[float], window: tuple[float, float], reason: str
) -> None:
    """One organoid, no area, no window."""
    with pytest.raises(BadInput, match=reason):
        organoid_sizes(areas, low_um=window[0], high_um=window[1])
