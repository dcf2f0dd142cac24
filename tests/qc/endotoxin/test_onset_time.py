"""Onset time: the moment of a fixed rise, or none."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.softmax import read_softmax
from stemcell_kit.qc.endotoxin.onset_time import OnsetTimes, onset_times
from tests.instruments.samples.endotoxin import kinetic_text


def onset(values: list[float], rise: float = 0.2) -> OnsetTimes:
    reads = {
        "well": ["A1"] * len(values),
        "time_s": [60 * place for place in range(len(values))],
        "value": values,
    }
    return onset_times(reads, rise=rise)


@pytest.mark.parametrize(
    ("last", "time"), [(0.299, None), (0.3, 120.0), (0.5, 90.0)], ids=["below", "at", "above"]
)
def test_the_onset_is_where_the_line_meets_the_rise(last: float, time: float | None) -> None:
    """From 0.1, a rise of 0.2: at 0.3, and half way to 0.5; 0.299 is none."""
    found = onset([0.1, 0.1, last])

    assert found.onset_s.get("A1") == (None if time is None else pytest.approx(time))
    assert found.without_onset == (("A1",) if time is None else ())


@given(
    tau=st.floats(100, 900),
    middle=st.floats(500, 3000),
    floor=st.floats(-0.1, 0.5),
)
@settings(max_examples=40, deadline=None)
def test_a_smooth_curve_gives_its_own_onset(tau: float, middle: float, floor: float) -> None:
    """A logistic rise of 2 from any floor: the inverse of its formula, within a read."""

    def signal(time: float) -> float:
        return floor + 2 / (1 + math.exp((middle - time) / tau))

    times = [10.0 * place for place in range(800)]
    reads = {"well": ["A1"] * 800, "time_s": times, "value": [signal(t) for t in times]}
    target = signal(0) - floor + 0.2
    expected = middle - tau * math.log(2 / target - 1)
    assert onset_times(reads, rise=0.2).onset_s["A1"] == pytest.approx(expected, abs=1)


def test_a_bubble_is_noted() -> None:
    """The signal jumps and falls back: the time is given, and so is the doubt."""
    found = onset([0.1, 0.5, 0.1, 0.12])

    assert found.onset_s["A1"] == pytest.approx(30)
    assert "bubble" in found.notes[0]
    assert onset([0.1, 0.2, 0.4, 0.6]).notes == ()


def test_the_reads_of_an_export_can_be_given_as_they_are() -> None:
    """Five wells that rise by 0.001 each 30 s: 0.0015 after 45 s."""
    table: Any = read_softmax(kinetic_text().encode("utf-8"))
    found = onset_times(table, rise=0.0015)

    assert found.n == 5
    assert list(found.onset_s.values()) == pytest.approx([45.0] * 5)


@pytest.mark.parametrize(
    ("reads", "reason"),
    [
        ({"well": ["A1"], "time_s": [0], "value": [1]}, "has 1 reads"),
        ({"well": ["A1"] * 2, "time_s": [0, 0], "value": [1, 2]}, "two at one time"),
        ({"well": ["A1"] * 2, "time_s": [0, 60], "value": [1, math.nan]}, "expected a number"),
        ({"well": [], "time_s": [], "value": []}, "no read"),
    ],
)
def test_reads_that_make_no_curve_are_refused(reads: dict[str, list[Any]], reason: str) -> None:
    """One read, two at one time, a gap, nothing."""
    with pytest.raises(BadInput, match=reason):
        onset_times(reads, rise=0.2)
