"""Species: the expected one alone, and how much of another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.identity.species_check import (
    foreign_reads,
    foreign_share_by_cq,
    species_by_cq,
    species_by_size,
)

SIZES = {"human": 391.0, "mouse": 150.0, "rat": 196.0}


@pytest.mark.parametrize(("size", "fits"), [(394.0, True), (394.1, False), (387.9, False)])
def test_a_band_fits_within_the_tolerance(size: float, fits: bool) -> None:
    """At the limit it fits, beyond it the band is named and refused."""
    if fits:
        call = species_by_size([size], SIZES, expected="human", tolerance_bp=3)
        assert call.only_expected
        assert call.notes == ()
    else:
        with pytest.raises(BadInput, match=f"{size:g} bp fits no species"):
            species_by_size([size], SIZES, expected="human", tolerance_bp=3)


def test_a_band_between_two_species_is_refused() -> None:
    """A tolerance wider than the gap tells nothing."""
    with pytest.raises(BadInput, match="fits mouse and rat"):
        species_by_size([173], SIZES, expected="human", tolerance_bp=25)


def test_no_band_of_the_expected_species_is_no_pass() -> None:
    """An empty lane has no foreign species and is not right for that."""
    call = species_by_size([], SIZES, expected="human", tolerance_bp=3)
    assert not call.only_expected
    assert any("human was not found" in note for note in call.notes)
    with pytest.raises(BadInput, match="expected 'dog' is not among the species"):
        species_by_size([391], SIZES, expected="dog", tolerance_bp=3)


@pytest.mark.parametrize(
    ("cq", "foreign"),
    [([34.9, 35.0], ("mouse",)), ([35.1, "Undetermined"], ()), ([35.1, 36.0], ())],
)
def test_late_cycles_do_not_count(cq: list[float | str], foreign: tuple[str, ...]) -> None:
    """The last cycle counts itself; later ones and words do not."""
    call = species_by_cq({"human": [21.0, 21.2], "mouse": cq}, expected="human", last_cq=35)
    assert call.foreign == foreign


@pytest.mark.parametrize("cq", [[34.0, "Undetermined"], []])
def test_replicates_must_agree(cq: list[float | str]) -> None:
    """One of two wells is a repeat, neither a finding nor a pass."""
    with pytest.raises(BadInput, match=r"expected all or none\. Repeat the sample"):
        species_by_cq({"human": [21.0], "mouse": cq}, expected="human", last_cq=35)


def test_the_share_by_cq_is_checked() -> None:
    """Equal leads are half and half; efficiencies are factors, not percent."""
    pure = {"human": 20.0, "mouse": 22.0}
    factors = {"human": 2.0, "mouse": 2.0}
    equal = {"human": 21.0, "mouse": 23.0}
    assert foreign_share_by_cq(equal, pure, expected="human", efficiency=factors) == 50
    with pytest.raises(BadInput, match=r"Write 95 % as 1\.95"):
        foreign_share_by_cq(equal, pure, expected="human", efficiency={"human": 2.0, "mouse": 95})
    with pytest.raises(BadInput, match="expected two species"):
        foreign_share_by_cq({"human": 21.0}, pure, expected="human", efficiency=factors)


def test_foreign_reads_are_detected_above_the_background_only() -> None:
    """2 of 10,000 within a background of 0.1 %; 200 of 10,000 beyond it."""
    clean = foreign_reads({"human": 9998, "mouse": 2}, expected="human", background_percent=0.1)
    mixed = foreign_reads({"human": 9800, "mouse": 200}, expected="human", background_percent=0.1)

    assert (clean.detected, mixed.detected) == (False, True)
    assert mixed.value == pytest.approx(2.0)
    assert mixed.notes == ("most foreign reads are mouse",)
    exact = stats.binomtest(200, 10_000).proportion_ci(method="exact")
    assert mixed.interval.low == pytest.approx(100 * exact.low)
    with pytest.raises(BadInput, match="there are no reads"):
        foreign_reads({"human": 0}, expected="human", background_percent=0.1)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.1, 99.9), st.floats(1.6, 2.0), st.floats(18, 24))
def test_a_mixture_gives_its_share_back(percent: float, factor: float, start: float) -> None:
    """Cq made from a share lead back to it, whatever efficiency and DNA input."""
    import math

    shares = {"human": 1 - percent / 100, "mouse": percent / 100}
    cq = {s: start - math.log(share, factor) for s, share in shares.items()}
    pure = dict.fromkeys(shares, start)
    both = dict.fromkeys(shares, factor)
    found = foreign_share_by_cq(cq, pure, expected="human", efficiency=both)
    assert found == pytest.approx(percent, rel=1e-6)
