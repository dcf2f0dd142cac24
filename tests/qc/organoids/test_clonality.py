"""Purity, copies and depth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.organoids.clonality import (
    detection_power,
    expected_vaf,
    lowest_detectable_vaf,
    observed_vaf,
    purity_from_vaf,
    read_too_thinly,
)


@given(st.floats(0.01, 1), st.integers(1, 4), st.integers(0, 3), st.sampled_from([1, 2]))
@settings(max_examples=50, deadline=None)
def test_purity_comes_back_from_its_own_fraction(
    purity: float, mutated: int, more: int, normal: int
) -> None:
    """Both directions of one formula."""
    copies = {
        "mutated_copies": mutated,
        "tumour_copies": mutated + more,
        "normal_copies": normal,
    }
    assert purity_from_vaf(expected_vaf(purity, **copies), **copies) == pytest.approx(purity)


def test_a_fraction_above_pure_cells_is_another_copy_state() -> None:
    """0.5 is the most that a heterozygous variant can have."""
    assert purity_from_vaf(0.5) == 1
    with pytest.raises(BadInput, match=r"above the 0\.5 of pure cells"):
        purity_from_vaf(0.51)
    with pytest.raises(BadInput, match="check for loss"):
        purity_from_vaf(0.9, tumour_copies=4, normal_copies=1)


@pytest.mark.parametrize(
    ("copies", "reason"),
    [
        ({"mutated_copies": 3, "tumour_copies": 2}, "exchanged"),
        ({"mutated_copies": 0}, "1 or more"),
        ({"normal_copies": 0}, "X or Y"),
    ],
)
def test_impossible_copies_are_refused(copies: dict[str, int], reason: str) -> None:
    """More mutated than there are, none mutated, no normal copy."""
    with pytest.raises(BadInput, match=reason):
        expected_vaf(0.5, **copies)


def test_detection_agrees_with_scipys_binomial() -> None:
    """The survival function one read below."""
    assert detection_power(80, 0.04, reads=4) == pytest.approx(stats.binom.sf(3, 80, 0.04))


def test_fewer_reads_than_asked_for_are_never_enough() -> None:
    """Depth below, at and above the number of reads, all of them variant."""
    assert [detection_power(depth, 1.0, reads=3) for depth in (2, 3, 4)] == [0, 1, 1]
    with pytest.raises(BadInput, match="never shows 3 reads"):
        lowest_detectable_vaf(2, reads=3, confidence=0.95)


@given(st.integers(5, 2000), st.integers(1, 5), st.floats(0.5, 0.99))
@settings(max_examples=50, deadline=None)
def test_the_lowest_fraction_is_seen_with_just_the_confidence(
    depth: int, reads: int, confidence: float
) -> None:
    """The limit inverts the power."""
    lowest = lowest_detectable_vaf(depth, reads=reads, confidence=confidence)

    assert detection_power(depth, lowest, reads=reads) == pytest.approx(confidence)


def test_a_thin_place_is_named_and_a_deep_one_is_not() -> None:
    """5 reads of a heterozygous variant: depth 10 shows them in 62 %, 17 in 97.5 %, 20 in 99.4 %."""
    depths = {"none": 0, "ten": 10, "seventeen": 17, "twenty": 20}

    assert read_too_thinly(depths, vaf=0.5, reads=5, power=0.99) == ("none", "ten", "seventeen")
    at_the_limit = detection_power(20, 0.5, reads=5)
    assert "twenty" not in read_too_thinly(depths, vaf=0.5, reads=5, power=at_the_limit)
    with pytest.raises(BadInput, match=r"depth of x is 1\.5"):
        read_too_thinly({"x": 1.5}, vaf=0.5, reads=5, power=0.99)  # type: ignore[dict-item]


def test_reads_give_a_fraction_with_its_interval() -> None:
    """3 of 12 is 0.25, wide."""
    found = observed_vaf(3, 12)

    assert found.value == 0.25
    assert found.interval.low < 0.1 < 0.5 < found.interval.high


@pytest.mark.parametrize(("reads", "depth"), [(0, 0), (13, 12)])
def test_reads_that_cannot_be_are_refused(reads: int, depth: int) -> None:
    """No depth, or more than all."""
    with pytest.raises(BadInput):
        observed_vaf(reads, depth)


def test_no_depth_has_no_power() -> None:
    """Both numbers start at 1."""
    for depth, reads in ((0, 1), (10, 0)):
        with pytest.raises(BadInput, match="1 or more of both"):
            detection_power(depth, 0.1, reads=reads)
