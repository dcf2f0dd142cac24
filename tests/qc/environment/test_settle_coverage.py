"""Settle plates over a session: gaps and plates that dried out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.environment.settle_coverage import SettleCoverage, settle_coverage


def at(minute: int) -> str:
    return f"2025-03-01 {8 + minute // 60:02d}:{minute % 60:02d}"


def coverage(plates: list[tuple[int, int]], end: int = 360) -> SettleCoverage:
    spans = [[at(a), at(b)] for a, b in plates]
    return settle_coverage([at(0), at(end)], spans, longest_h=4)


@pytest.mark.parametrize(("last", "too_long"), [(239, ()), (240, ()), (241, (1,))])
def test_four_hours_are_allowed_and_no_more(last: int, too_long: tuple[int, ...]) -> None:
    """Below, at and a minute above."""
    assert coverage([(0, last)], end=last).too_long == too_long


def test_a_gap_between_two_plates_is_named() -> None:
    """From 11:00 to 11:30 no plate was open."""
    found = coverage([(0, 180), (210, 360)])

    assert found.gaps == ("11:00 to 11:30",)
    assert found.value == pytest.approx(100 * 330 / 360)
    assert not found.complete


def test_one_plate_for_the_whole_day_covers_and_fails_all_the_same() -> None:
    """It was open for six hours."""
    found = coverage([(0, 360)])

    assert (found.value, found.too_long, found.complete) == (100, (1,), False)


def test_no_plate_covers_nothing() -> None:
    """The whole session is a gap."""
    assert coverage([]).value == 0


SPANS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 200)).map(lambda s: (s[0], s[0] + s[1])),
    max_size=5,
)


@given(SPANS)
@settings(max_examples=50, deadline=None)
def test_coverage_is_what_counting_minutes_gives(plates: list[tuple[int, int]]) -> None:
    """Minute by minute, in any order and overlapping; time outside the session counts nothing."""
    covered = {m for a, b in plates for m in range(a, b)} & set(range(360))

    assert coverage(plates).value == pytest.approx(100 * len(covered) / 360)


@pytest.mark.parametrize(
    ("plate", "reason"),
    [
        ([at(60), at(60)], "plate 1 ends at"),
        ([at(60)], "expected begin and end"),
        ([at(60), "noon"], "expected begin and end"),
        ([at(60), at(90) + "+08:00"], "without one"),
    ],
)
def test_a_plate_without_two_times_is_refused(plate: list[str], reason: str) -> None:
    """No exposure, one time, a word."""
    with pytest.raises(BadInput, match=reason):
        settle_coverage([at(0), at(60)], [plate], longest_h=4)
