"""Microsatellite status from a panel and from sequencing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.organoids.microsatellite import microsatellite_panel, microsatellite_share
from stemcell_kit.teaching_tables import teaching_table

CLASSES = teaching_table("microsatellite_classes").to_dict("records")


def status(unstable: int, assessed: int = 5) -> str:
    """Status of a five-marker panel with the kit's classes."""
    return microsatellite_panel(unstable, assessed, markers=5, classes=CLASSES).status


def test_the_number_of_unstable_markers_makes_the_status() -> None:
    """None, one, two, all."""
    assert [status(n) for n in (0, 1, 2, 5)] == ["MSS", "MSI-L", "MSI-H", "MSI-H"]


@pytest.mark.parametrize(
    ("unstable", "assessed", "expected"),
    [
        (2, 4, "MSI-H"),
        (0, 4, "undetermined"),
        (1, 4, "undetermined"),
        (0, 3, "undetermined"),
    ],
)
def test_a_failed_marker_counts_only_where_it_could_change_the_status(
    unstable: int, assessed: int, expected: str
) -> None:
    """High stays high; stable cannot be said of four of five."""
    assert status(unstable, assessed) == expected


@pytest.mark.parametrize(("unstable", "expected"), [(11, "MSS"), (12, "MSI-H"), (13, "MSI-H")])
def test_the_limit_of_sequencing_is_included(unstable: int, expected: str) -> None:
    """Below, at and above 10 % of 120."""
    found = microsatellite_share(unstable, 120, high_at_least_percent=10)

    assert found.status == expected
    assert any("interval includes the limit" in note for note in found.notes)


def test_the_limit_belongs_to_its_panel() -> None:
    """5 % of sites: stable at 10 %, high at 3.5 %; far from the limit there is no doubt."""
    found = [microsatellite_share(6, 120, high_at_least_percent=x).status for x in (10, 3.5)]

    assert found == ["MSS", "MSI-H"]
    clear = microsatellite_share(60, 120, high_at_least_percent=10)
    assert len(clear.notes) == 1


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: status(3, 2), "exchanged"),
        (lambda: status(0, 0), "at least one assessed"),
        (lambda: status(2, 6), "of a panel of 5"),
        (lambda: microsatellite_share(1, 9, high_at_least_percent=101), "up to 100"),
        (
            lambda: microsatellite_panel(
                0, 5, markers=5, classes=[{"name": "MSI-H", "at_least": 2}]
            ),
            "down to at_least = 0",
        ),
    ],
)
def test_impossible_counts_and_classes_are_refused(call: object, reason: str) -> None:
    """Each with its reason."""
    with pytest.raises(BadInput, match=reason):
        call()  # type: ignore[operator]


@given(st.integers(0, 30), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_the_share_lies_in_its_interval(unstable: int, stable: int) -> None:
    """Percent of those assessed."""
    found = microsatellite_share(unstable, unstable + stable, high_at_least_percent=10)

    assert found.interval.low <= found.value <= found.interval.high
