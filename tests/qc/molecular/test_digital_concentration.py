"""Concentrations from counted partitions: the law, saturation, zero, and both kinds of error."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.digital_concentration import (
    SaturatedPartitions,
    concentration,
    replicate_concentration,
)


def test_half_the_partitions_positive_is_ln_two() -> None:
    """0.693 copies per partition of 1 nL are 693 copies per microlitre."""
    found = concentration(10_000, 20_000, partition_volume_nl=1.0)

    assert found.copies_per_partition == pytest.approx(math.log(2))
    assert found.value == pytest.approx(693.147)
    assert (found.unit, found.n) == ("copies/µL", 20_000)
    assert found.interval.low < found.value < found.interval.high


def test_the_dilution_multiplies_value_and_interval() -> None:
    """1 in 10 is written as 10."""
    plain = concentration(500, 20_000, partition_volume_nl=0.5)
    tenfold = concentration(500, 20_000, partition_volume_nl=0.5, dilution=10)

    assert tenfold.value == pytest.approx(10 * plain.value)
    assert tenfold.interval.high == pytest.approx(10 * plain.interval.high)
    with pytest.raises(BadInput, match="Write 1 in 10 as 10"):
        concentration(500, 20_000, partition_volume_nl=0.5, dilution=0.1)


def test_no_positive_partition_gives_a_limit_and_one_gives_a_value() -> None:
    """Zero is below 3 copies in all partitions; one positive has an interval around it."""
    zero = concentration(0, 20_000, partition_volume_nl=1.0)
    one = concentration(1, 20_000, partition_volume_nl=1.0)

    assert zero.value == 0
    assert zero.interval.high == pytest.approx(2.9957 / 20, abs=1e-4)
    assert "not zero" in zero.notes[0]
    assert 0 < one.interval.low < one.value < one.interval.high


@pytest.mark.parametrize("negative", [1, 0])
def test_saturation_begins_when_no_partition_is_empty(negative: int) -> None:
    """One empty partition is a value; none is refused."""
    if negative:
        assert concentration(19_999, 20_000, partition_volume_nl=1).value == pytest.approx(
            9903.4876
        )
        return
    with pytest.raises(SaturatedPartitions, match="dilute the DNA"):
        concentration(20_000, 20_000, partition_volume_nl=1)


def test_impossible_counts_are_refused() -> None:
    """More positive than there are, none at all, or half a partition."""
    for positive, total in ((21, 20), (0, 0), (1.5, 20), (-1, 20)):
        with pytest.raises(BadInput, match=r"partitions|positive|whole"):
            concentration(positive, total, partition_volume_nl=1)  # type: ignore[arg-type]


def test_replicates_that_differ_more_than_counting_show_it() -> None:
    """The total error between wells is far wider than that of the pooled counts."""
    found = replicate_concentration(
        [4000, 6000, 5000], [20_000] * 3, partition_volume_nl=1.0, confidence=0.95
    )
    wells = [concentration(p, 20_000, partition_volume_nl=1.0).value for p in (4000, 6000, 5000)]

    assert found.value == pytest.approx(np.mean(wells))
    assert found.between_sd == pytest.approx(np.std(wells, ddof=1))
    # Student's t of 2 degrees of freedom
    half = 4.302653 * found.between_sd / math.sqrt(3)
    assert found.interval.high == pytest.approx(found.value + half)
    assert found.interval.high - found.value > 5 * (found.counting.high - found.value)


def test_the_counting_sd_is_that_of_simulated_wells() -> None:
    """Twenty thousand simulated wells scatter as the formula says."""
    share, total = 0.3, 20_000
    positives = np.random.RandomState(3).binomial(total, share, size=20_000)
    simulated = (-np.log1p(-positives / total) * 1000).std()
    found = replicate_concentration([6000, 6000], [total, total], partition_volume_nl=1.0)

    assert found.counting_sd == pytest.approx(simulated, rel=0.03)
    assert found.between_sd == 0


def test_one_well_has_no_error_between_wells() -> None:
    """At least two wells, and as many totals."""
    with pytest.raises(BadInput, match="at least 2 wells"):
        replicate_concentration([1], [10], partition_volume_nl=1)
    with pytest.raises(BadInput, match="same number of both"):
        replicate_concentration([1, 2], [10], partition_volume_nl=1)


@given(positive=st.integers(0, 999), volume=st.floats(0.1, 2))
@settings(max_examples=50, deadline=None)
def test_the_value_lies_in_its_interval(positive: int, volume: float) -> None:
    """For every count that is not saturated."""
    found = concentration(positive, 1000, partition_volume_nl=volume)

    assert found.interval.low <= found.value <= found.interval.high
