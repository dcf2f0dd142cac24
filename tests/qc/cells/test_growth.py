"""Growth: doublings, doubling time, cumulative doublings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.cells import growth
from stemcell_kit.qc.cells.growth import NoGrowth, Passage


def test_an_eightfold_increase_is_three_doublings():
    """2.0e5 to 1.6e6 in 72 h: 3 doublings, 0.028881 per hour, 24 h per doubling."""
    assert growth.population_doublings(2e5, 1.6e6).value == pytest.approx(3)
    assert growth.growth_rate_per_h(2e5, 1.6e6, 72).value == pytest.approx(0.028881, abs=5e-7)
    assert growth.doubling_time_h(2e5, 1.6e6, 72).value == pytest.approx(24)


def test_ignoring_attachment_overestimates_the_doubling_time():
    """At 60 % attachment the same passage has 3.7370 doublings of 19.27 h."""
    doublings = growth.population_doublings(2e5, 1.6e6, attachment=0.6)
    time = growth.doubling_time_h(2e5, 1.6e6, 72, attachment=0.6)
    assert doublings.value == pytest.approx(3.7370, abs=5e-5)
    assert time.value == pytest.approx(19.27, abs=5e-3)
    assert time.unit == "h"
    assert any("60 %" in note for note in time.notes)


def test_the_published_microcarrier_passage():
    """24-fold in 6 days: 4.5850 doublings, 0.022070 per hour, 31.41 h per doubling."""
    assert growth.population_doublings(1, 24).value == pytest.approx(4.5850, abs=5e-5)
    assert growth.growth_rate_per_h(1, 24, 144).value == pytest.approx(0.022070, abs=5e-7)
    assert growth.doubling_time_h(1, 24, 144).value == pytest.approx(31.41, abs=5e-3)


def test_a_published_doubling_time_gives_rate_and_fold():
    """30 h per doubling: 0.023105 per hour and 5.28-fold in 72 h."""
    assert growth.rate_of_doubling_time(30).value == pytest.approx(0.023105, abs=5e-7)
    assert growth.fold_increase(30, 72).value == pytest.approx(5.28, abs=5e-3)


@pytest.mark.parametrize(("ratio", "doublings"), [(6, 2.5850), (10, 3.3219), (12, 3.5850)])
def test_a_split_ratio_in_doublings(ratio, doublings):
    """1:k at equal confluence is log2(k) doublings."""
    assert growth.doublings_of_split(ratio).value == pytest.approx(doublings, abs=5e-5)


def test_overall_doubling_time_is_not_the_mean_of_the_passages():
    """Three logged passages: 8.6618 doublings in 240 h, 27.71 h overall."""
    log = [Passage(2e5, 1.5e6, 72), Passage(2e5, 1.2e6, 72), Passage(2e5, 1.8e6, 96)]
    series = growth.cumulative_doublings(log)
    doublings = [m.value for m in series.doublings]
    times = [m.value for m in series.doubling_times]
    assert doublings == pytest.approx([2.9069, 2.5850, 3.1699], abs=5e-5)
    assert times == pytest.approx([24.77, 27.85, 30.28], abs=5e-3)
    assert (series.value, series.hours, series.n) == (pytest.approx(8.6618, abs=5e-5), 240, 3)
    assert series.overall_doubling_time.value == pytest.approx(27.71, abs=5e-3)
    assert series.overall_doubling_time.value != pytest.approx(sum(times) / 3, abs=0.05)


@pytest.mark.parametrize("harvested", [0, 1.9e5, 2e5])
def test_a_harvest_up_to_the_seeding_is_no_growth(harvested):
    """Below and at the number attached there is no doubling time."""
    with pytest.raises(NoGrowth, match="did not grow"):
        growth.doubling_time_h(2e5, harvested, 72)
    with pytest.raises(NoGrowth):
        growth.population_doublings(2e5, harvested)


def test_a_harvest_just_above_the_seeding_grows():
    """One cell more than attached is growth, if very slow."""
    assert growth.population_doublings(2e5, 2e5 + 1).value > 0


def test_the_harvest_is_held_against_the_attached_cells():
    """The same harvest is no growth at full attachment and growth at half."""
    assert growth.population_doublings(100, 100, attachment=0.5).value == pytest.approx(1)


@pytest.mark.parametrize("attachment", [0, -0.1, 1.0001, 60, math.nan])
def test_attachment_is_a_share(attachment):
    """0 and above 1 are refused."""
    with pytest.raises(BadInput, match="attachment"):
        growth.population_doublings(1, 2, attachment=attachment)


@pytest.mark.parametrize("hours", [0, -1, math.nan, math.inf, None])
def test_time_must_be_above_zero(hours):
    """Zero or missing hours give no rate."""
    with pytest.raises(BadInput, match="hours"):
        growth.growth_rate_per_h(1, 2, hours)


@pytest.mark.parametrize("seeded", [0, -1, "2e5", True])
def test_seeded_cells_must_be_a_number_above_zero(seeded):
    """Text and truth values are refused as well."""
    with pytest.raises(BadInput, match="seeded"):
        growth.population_doublings(seeded, 10)


@pytest.mark.parametrize("ratio", [1, 1 / 6, 0])
def test_a_split_ratio_is_above_one(ratio):
    """A 1:6 split is written 6."""
    with pytest.raises(BadInput, match="write 6"):
        growth.doublings_of_split(ratio)


def test_a_passage_without_growth_is_named():
    """The message says which passage of the log is wrong."""
    with pytest.raises(NoGrowth, match="passage 2"):
        growth.cumulative_doublings([Passage(1, 2, 24), Passage(2, 1, 24)])


def test_an_empty_log_is_refused():
    """No passage, no cumulative doublings."""
    with pytest.raises(BadInput, match="no passage"):
        growth.cumulative_doublings([])


@settings(deadline=None)
@given(st.floats(1, 1e8), st.floats(1.01, 1e4), st.floats(0.5, 1000))
def test_doublings_times_doubling_time_is_the_time_in_culture(seeded, fold, hours):
    """The three quantities agree for every culture that grows."""
    doublings = growth.population_doublings(seeded, seeded * fold).value
    time = growth.doubling_time_h(seeded, seeded * fold, hours).value
    assert doublings * time == pytest.approx(hours, rel=1e-6)


@settings(deadline=None)
@given(st.floats(0.05, 1), st.floats(0.05, 1))
def test_less_attachment_means_more_doublings(a, b):
    """Doublings fall as attachment rises."""
    low, high = sorted((a, b))
    more = growth.population_doublings(1e5, 1e6, attachment=low).value
    assert more >= growth.population_doublings(1e5, 1e6, attachment=high).value
