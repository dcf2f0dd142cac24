"""Percent positive in flow cytometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import flow_percent
from stemcell_kit.qc.flow.flow_percent import NoEvents


def test_the_worked_example():
    """P 96.2 %, B 1.2 %: net 95.0 %, corrected 96.15 %, Wilson 95.81-96.56 %."""
    measured = flow_percent.percent_of_counts(
        9620, 10_000, control_positive=120, control_total=10_000
    )
    assert (measured.percent, measured.background) == (pytest.approx(96.2), pytest.approx(1.2))
    assert measured.net == pytest.approx(95.0)
    assert measured.corrected == pytest.approx(96.15, abs=5e-3)
    assert measured.interval.low == pytest.approx(95.81, abs=5e-3)
    assert measured.interval.high == pytest.approx(96.56, abs=5e-3)
    assert (measured.value, measured.unit, measured.n) == (measured.percent, "%", 10_000)


@pytest.mark.parametrize(("fraction", "events"), [(0.001, 2995), (0.0001, 29_956), (1, 1)])
def test_events_needed_to_see_a_residual_cell(fraction, events):
    """2,995 events for 0.1 % and 29,956 for 0.01 % at 95 % confidence."""
    assert flow_percent.events_needed(fraction) == events


def test_the_same_numbers_come_from_events():
    """Channel values above the gate are counted in sample and control alike."""
    sample = np.r_[np.full(962, 500.0), np.full(38, 5.0)]
    control = np.r_[np.full(12, 500.0), np.full(988, 5.0)]
    measured = flow_percent.percent_positive(sample, 100.0, control=control)
    assert (measured.positive, measured.total) == (962, 1000)
    assert measured.net == pytest.approx(95.0)
    assert measured.corrected == pytest.approx(96.15, abs=5e-3)


def test_an_event_on_the_gate_is_negative():
    """Below, at, above the gate: only above counts."""
    assert flow_percent.percent_positive([9.0, 10.0, 11.0], 10.0).positive == 1


def test_the_gate_leaves_the_wanted_share_of_the_control_above():
    """The 99th percentile of 1000 different events leaves 10 above."""
    control = np.arange(1000.0)
    gate = flow_percent.gate_threshold(control, percentile=99)
    assert (control > gate).sum() == 10


@pytest.mark.parametrize("percentile", [0.99, 50, 100, 101])
def test_a_percentile_is_written_as_99(percentile):
    """0.99 is the usual slip."""
    with pytest.raises(BadInput, match=r"not 0\.99"):
        flow_percent.gate_threshold([1.0, 2.0], percentile=percentile)


def test_without_a_control_the_background_is_unknown():
    """None, not zero, and a note says so."""
    measured = flow_percent.percent_of_counts(5, 10)
    assert (measured.background, measured.net, measured.corrected) == (None, None, None)
    assert any("unknown" in note for note in measured.notes)


def test_a_control_above_the_sample_keeps_the_negative_net():
    """B > P: net and corrected are negative and a note explains."""
    measured = flow_percent.percent_of_counts(1, 100, control_positive=2, control_total=100)
    assert measured.net == pytest.approx(-1.0)
    assert measured.corrected == pytest.approx(-100 / 98)
    assert any("negative and kept" in note for note in measured.notes)


def test_a_control_equal_to_the_sample_has_net_zero_and_no_note():
    """The note starts above, not at, equality."""
    measured = flow_percent.percent_of_counts(2, 100, control_positive=2, control_total=100)
    assert (measured.net, measured.notes) == (0, ())


def test_a_control_wholly_above_the_gate_is_refused():
    """B = 100 % leaves nothing to correct with."""
    with pytest.raises(BadInput, match="Set the gate"):
        flow_percent.percent_of_counts(5, 10, control_positive=10, control_total=10)


def test_zero_positive_events_get_an_upper_limit():
    """0 of 3,000: below 0.0999 %, not 0 %."""
    measured = flow_percent.percent_of_counts(0, 3000)
    assert measured.interval.low == pytest.approx(0, abs=1e-12)
    assert measured.interval.high > 0
    assert any("0.0999" in note and "not 0 %" in note for note in measured.notes)


def test_no_events_are_refused():
    """An empty sample or control has no percentage."""
    with pytest.raises(NoEvents, match="sample"):
        flow_percent.percent_positive([], 1.0)
    with pytest.raises(NoEvents, match="control"):
        flow_percent.percent_positive([1.0], 1.0, control=[])
    with pytest.raises(NoEvents):
        flow_percent.percent_of_counts(0, 0)


@pytest.mark.parametrize(("positive", "total"), [(-1, 10), (11, 10), (2.5, 10)])
def test_impossible_event_counts_are_refused(positive, total):
    """Negative, more than all, fractional."""
    with pytest.raises(BadInput):
        flow_percent.percent_of_counts(positive, total)


def test_half_a_control_is_refused():
    """Positive control events need the number of control events."""
    with pytest.raises(BadInput, match="control"):
        flow_percent.percent_of_counts(5, 10, control_positive=1)


def test_events_that_are_not_numbers_are_refused():
    """A log of a negative value is not an event."""
    with pytest.raises(BadInput, match="1 events that are not numbers"):
        flow_percent.percent_positive([1.0, math.nan], 0.5)


def test_a_column_of_words_is_refused():
    """The advice is to choose the column of one channel."""
    with pytest.raises(BadInput, match="channel"):
        flow_percent.percent_positive(["TRA-1-60"], 0.5)


@settings(deadline=None)
@given(st.integers(1, 10**5), st.data())
def test_the_correction_never_exceeds_all_cells(total, data):
    """net <= corrected <= 100 whenever net is positive; the interval holds the percentage."""
    positive = data.draw(st.integers(0, total))
    background = data.draw(st.integers(0, total - 1))
    measured = flow_percent.percent_of_counts(
        positive, total, control_positive=background, control_total=total
    )
    low, high = measured.interval.low, measured.interval.high
    assert low - 1e-9 <= measured.percent <= high + 1e-9
    assert measured.corrected <= 100 + 1e-9
    if measured.net >= 0:
        assert measured.corrected >= measured.net


@settings(deadline=None)
@given(st.floats(1e-5, 0.9), st.floats(0.5, 0.999))
def test_the_events_needed_reach_the_confidence(fraction, confidence):
    """n events reach it, n - 1 do not."""
    n = flow_percent.events_needed(fraction, confidence=confidence)
    assert 1 - (1 - fraction) ** n >= confidence - 1e-6
    if n > 1:
        assert 1 - (1 - fraction) ** (n - 1) < confidence + 1e-6
