"""Embryo clock: days in culture, with and without frozen time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.ethics.embryo_clock import DayZeroUnknown, EmbryoClock, embryo_clock

START = dt.datetime(2025, 3, 1, 9)


def clock(
    hours: float, frozen: list[list[str]] | None = None, *, count: bool = False
) -> EmbryoClock:
    stop = (START + dt.timedelta(hours=hours)).isoformat()
    return embryo_clock(
        START.isoformat(),
        stop,
        frozen=frozen or [],
        count_frozen=count,
        amber_from_days=12,
        red_above_days=14,
    )


@pytest.mark.parametrize(
    ("hours", "state"),
    [(287, "green"), (288, "amber"), (289, "amber"), (335, "amber"), (336, "amber"), (337, "red")],
)
def test_amber_begins_at_its_day_and_red_after_its_day(hours: float, state: str) -> None:
    """Below, at and above 12 and 14 days."""
    assert clock(hours).state == state


@given(st.lists(st.integers(1, 500), min_size=2, max_size=8))
@settings(max_examples=40, deadline=None)
def test_culture_and_frozen_time_make_the_whole(steps: list[int]) -> None:
    """Age plus frozen time is the conservative age, however often it was frozen."""
    places = [sum(steps[: i + 1]) for i in range(len(steps))]
    times = [(START + dt.timedelta(hours=h)).isoformat() for h in places]
    frozen = [list(pair) for pair in zip(times[0::2], times[1::2], strict=False)]
    plain, careful = clock(places[-1] + 1, frozen), clock(places[-1] + 1, frozen, count=True)

    assert plain.value + plain.frozen_days == pytest.approx(careful.value)
    assert careful.value == pytest.approx((places[-1] + 1) / 24)
    assert plain.frozen_days == pytest.approx(sum(steps[1::2]) / 24)


def test_a_month_without_end_of_february_is_counted_right() -> None:
    """29 February 2024 is a day; the same dates of 2025 are one day less."""

    def days(year: int) -> float:
        found = embryo_clock(
            f"{year}-02-20",
            f"{year}-03-05",
            count_frozen=True,
            amber_from_days=12,
            red_above_days=14,
        )
        return found.value

    assert (days(2024), days(2025)) == (14, 13)


@pytest.mark.parametrize(
    ("frozen", "reason"),
    [
        ([["2025-03-04 09:00", "2025-03-03 09:00"]], "but is earlier"),
        ([["2025-02-04 09:00", "2025-03-03 09:00"]], "but is earlier"),
        ([["2025-03-02 09:00", "2026-03-03 09:00"]], "but is earlier"),
        ([["2025-03-02", "2025-03-05"], ["2025-03-04", "2025-03-06"]], "but is earlier"),
        ([["2025-03-02 09:00"]], "expected freezing and thawing"),
        ([["2025-03-02", "soon"]], "no date and time"),
        ([["2025-03-02T00:00+08:00", "2025-03-03"]], "time zone"),
    ],
)
def test_a_record_that_runs_backwards_is_refused(frozen: list[list[str]], reason: str) -> None:
    """Thawed before frozen, frozen before day 0, thawed after the end, overlaps, half a pair."""
    with pytest.raises(BadInput, match=reason):
        clock(200, frozen)


def test_without_day_zero_there_is_no_age() -> None:
    """Information is missing; the culture does not go on."""
    with pytest.raises(DayZeroUnknown, match="Information is missing"):
        embryo_clock(" ", "2025-03-05", count_frozen=True, amber_from_days=12, red_above_days=14)
