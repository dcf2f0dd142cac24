"""Airborne particles: class limits, sample volume, and a room against its grade."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.environment.particle_class import (
    check_grade,
    class_limit,
    class_reached,
    minimum_volume,
)
from stemcell_kit.teaching_tables import teaching_table

TABLE: Any = teaching_table("particles_cn_gmp")


def counts(small: int, large: int, volume: float = 1000.0) -> dict[str, list[float]]:
    return {"size_um": [0.5, 5.0], "particles": [small, large], "volume_l": [volume, volume]}


@given(st.floats(1, 9), st.floats(0.1, 5))
@settings(max_examples=40, deadline=None)
def test_the_class_of_a_limit_is_its_class(level: float, size: float) -> None:
    """The two formulas undo each other."""
    limit = class_limit(level, size_um=size)
    assert class_reached(limit, size_um=size) == pytest.approx(level)


@pytest.mark.parametrize(("large", "within"), [(19, True), (20, True), (21, False)])
def test_grade_a_holds_at_its_limit(large: int, within: bool) -> None:
    """20 particles of 5 micrometres in a cubic metre: below, at and above."""
    assert check_grade(counts(100, large), TABLE, grade="A", state="at rest").within is within


def test_a_small_sample_shows_nothing_even_without_a_particle() -> None:
    """28.3 L cannot hold 20 particles at the limit of 20 per m3."""
    found = check_grade(counts(0, 0, 28.3), TABLE, grade="A", state="at rest")

    assert not found.within
    assert found.notes == ("the volume at 5 um is too small to show 20 per m3",)


def test_one_location_above_the_limit_is_not_averaged_away() -> None:
    """The mean is low; the highest decides."""
    many = {"size_um": [0.5, 5.0, 5.0], "particles": [10, 0, 30], "volume_l": [1000.0] * 3}
    found = check_grade(many, TABLE, grade="A", state="at rest")

    assert not found.within
    assert (found.sizes[1].mean_per_m3, found.sizes[1].highest_per_m3) == (15, 30)


@pytest.mark.parametrize(
    ("limit", "flow", "litres", "noted"),
    [(3520, 28.3, 28.3, True), (29, 28.3, 689.66, False), (35200, 1.0, 2.0, True)],
)
def test_volume_and_time_have_a_floor(
    limit: float, flow: float, litres: float, noted: bool
) -> None:
    """2 L and one minute, even where the limit would ask for less."""
    found = minimum_volume(limit, at_least_l=2, flow_l_per_min=flow, at_least_min=1)

    assert found.value == pytest.approx(litres, abs=0.01)
    assert bool(found.notes) is noted


@pytest.mark.parametrize(
    ("given_counts", "grade", "state", "reason"),
    [
        (counts(1, 1), "D", "in operation", "no limit for D in operation"),
        (
            {"size_um": [0.5], "particles": [1], "volume_l": [1000]},
            "A",
            "at rest",
            "no counts at 5",
        ),
        (counts(1, 1, 0), "A", "at rest", "more than 0"),
    ],
)
def test_what_is_not_limited_or_not_counted_is_refused(
    given_counts: dict[str, list[float]], grade: str, state: str, reason: str
) -> None:
    """A size left out is not tested; a missing limit is no pass."""
    with pytest.raises(BadInput, match=reason):
        check_grade(given_counts, TABLE, grade=grade, state=state)
