"""Times of review: turnaround and coverage."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.ethics.review_times import approval_coverage, turnaround

FIRST = dt.date(2025, 1, 1)


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


@pytest.mark.parametrize(("days", "percent"), [(29, 100), (30, 100), (31, 0)])
def test_the_last_day_is_in_time(days: int, percent: float) -> None:
    """Below, at and above 30 days."""
    assert turnaround([[day(0), day(days)]], within_days=30).within_percent == percent


def test_a_pending_case_is_late_once_it_is_overdue_and_never_in_the_median() -> None:
    """One decided in 10 days, one overdue, one still in time."""
    cases = [[day(0), day(10)], [day(0), ""], [day(90), ""]]
    found = turnaround(cases, within_days=30, as_of=day(100))

    assert (found.value, found.within_percent, found.n, found.pending) == (10, 50, 2, 2)


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ([[day(0), ""]], "no case is decided"),
        ([[day(0), day(1)], [day(0), ""]], "give as_of"),
        ([[day(5), day(1)]], "expected it later"),
        ([["1/2/2025", day(1)]], "no date"),
    ],
)
def test_cases_that_tell_nothing_are_refused(cases: list[list[str]], reason: str) -> None:
    """Nothing decided, no date of report, a decision before its acceptance, a local date."""
    with pytest.raises(BadInput, match=reason):
        turnaround(cases, within_days=30)


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=5)


@given(SPANS, SPANS)
@settings(max_examples=40, deadline=None)
def test_coverage_is_what_counting_days_gives(
    work: list[tuple[int, int]], approvals: list[tuple[int, int]]
) -> None:
    """Day by day, overlaps once."""
    spans = [[[day(a), day(a + n)] for a, n in part] for part in (work, approvals)]
    found = approval_coverage(spans[0], spans[1])
    days = [{d for a, n in part for d in range(a, a + n + 1)} for part in (work, approvals)]

    assert found.n == len(days[0])
    assert found.uncovered_days == len(days[0] - days[1])
    assert found.complete is (days[0] <= days[1])


def test_the_first_day_outside_is_named() -> None:
    """The approval ended on the day before; the day it ends is still inside."""
    found = approval_coverage([[day(0), day(10)]], [[day(0), day(9)]])

    assert (found.uncovered_days, found.first_uncovered) == (1, day(10))
    assert approval_coverage([[day(0), day(9)]], [[day(0), day(9)]]).value == 100


def test_no_work_has_no_coverage() -> None:
    """Nothing to cover."""
    with pytest.raises(BadInput, match="no day of work"):
        approval_coverage([], [[day(0), day(1)]])
