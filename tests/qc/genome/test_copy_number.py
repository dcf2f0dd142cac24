"""Copy number by qPCR and digital PCR."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome import copy_number as cn
from stemcell_kit.qc.genome.copy_number import SaturatedPartitions, UndeterminedCq

GAIN = (24.10, 24.72, 25.05, 25.08)


def test_the_worked_gain():
    """ΔΔCq -0.590, ratio 1.5052, 3.01 copies."""
    result = cn.relative_copy_number(*GAIN)
    assert cn.delta_delta_cq(*GAIN).value == pytest.approx(-0.590)
    assert result.ddcq == pytest.approx(-0.590)
    assert result.ratio == pytest.approx(1.5052, abs=5e-5)
    assert (result.value, result.unit) == (pytest.approx(3.01, abs=5e-3), "copies")


def test_the_worked_gain_corrected_for_efficiency():
    """At 1.95 and 2.00 per cycle: ratio 1.4695, 2.94 copies."""
    result = cn.relative_copy_number(*GAIN, efficiency_target=1.95, efficiency_reference=2.0)
    assert result.ratio == pytest.approx(1.4695, abs=5e-5)
    assert result.copies == pytest.approx(2.94, abs=5e-3)
    assert any("1.95" in note for note in result.notes)


def test_the_noise_of_a_triplicate():
    """SD 0.10 and n = 3: standard error 0.1155; a diploid sample can read 1.71 to 2.34."""
    assert cn.ddcq_standard_error(0.10, 3) == pytest.approx(0.1155, abs=5e-5)
    band = cn.normal_band(0.10, 3)
    assert (band.low, band.high) == (pytest.approx(1.71, abs=5e-3), pytest.approx(2.34, abs=5e-3))


@pytest.mark.parametrize(("sd", "high"), [(0.05, 2.16), (0.10, 2.34), (0.20, 2.74)])
def test_the_upper_edge_of_the_noise_band(sd, high):
    """The band of a triplicate at three precisions."""
    assert cn.normal_band(sd, 3).high == pytest.approx(high, abs=5e-3)


@pytest.mark.parametrize(
    ("copies", "ddcq"),
    [
        (1, 1.0),
        (2, 0.0),
        (2.1, -0.0704),
        (2.2, -0.1375),
        (2.4, -0.2630),
        (2.5, -0.3219),
        (3, -0.5850),
        (4, -1.0),
    ],
)
def test_the_expected_shift_of_a_copy_number(copies, ddcq):
    """-log2(copies / 2)."""
    assert cn.expected_ddcq(copies) == pytest.approx(ddcq, abs=5e-5)


@pytest.mark.parametrize(
    ("share", "copies"),
    [(0.05, 2.05), (0.10, 2.10), (0.20, 2.20), (0.30, 2.30), (0.50, 2.50), (1.00, 3.00)],
)
def test_a_mosaic_one_copy_gain(share, copies):
    """Copies and share convert into each other."""
    assert cn.mosaic_copies(share) == pytest.approx(copies)
    assert cn.mosaic_fraction(copies).value == pytest.approx(share)


def test_an_isochromosome_has_two_extra_copies():
    """The same 2.5 copies are 50 % of a one-copy gain, 25 % of an isochromosome."""
    assert cn.mosaic_fraction(2.5).value == pytest.approx(0.5)
    assert cn.mosaic_fraction(2.5, extra_copies=2).value == pytest.approx(0.25)
    assert cn.mosaic_fraction(1.7, extra_copies=-1).value == pytest.approx(0.3)


@pytest.mark.parametrize(("copies", "word"), [(1.95, "below 0"), (3.2, "above 1")])
def test_a_share_outside_0_to_1_is_kept_with_a_note(copies, word):
    """Noise is shown, not cut off."""
    result = cn.mosaic_fraction(copies)
    assert result.value == pytest.approx(copies - 2)
    assert any(note.startswith(word) for note in result.notes)


@pytest.mark.parametrize("copies", [2.0, 3.0])
def test_a_share_of_exactly_0_or_1_has_no_such_note(copies):
    """The notes begin beyond the ends."""
    assert len(cn.mosaic_fraction(copies).notes) == 1


@pytest.mark.parametrize(("ratio", "copies"), [(0.55, 1.10), (0.976, 1.95), (1.019, 2.04)])
def test_published_ratios_to_a_diploid_control(ratio, copies):
    """Ratios published for hESC (Ben-Yosef et al.) read as 1.10, 1.95 and 2.04 copies."""
    assert cn.copies_from_ratio(ratio).value == pytest.approx(copies, abs=5e-3)


def test_digital_pcr_copy_number():
    """20,000 droplets, 13,410 and 15,130 negative: λ 0.39973 and 0.27905, 2.8649 copies."""
    result = cn.digital_copy_number(
        target_negative=13_410,
        target_total=20_000,
        reference_negative=15_130,
        reference_total=20_000,
    )
    assert result.lambda_target == pytest.approx(0.39973, abs=5e-6)
    assert result.lambda_reference == pytest.approx(0.27905, abs=5e-6)
    assert result.copies == pytest.approx(2.8649, abs=5e-5)
    # by hand: var ln λ = positive / (negative * total * λ²) = 1.5378e-4 and 2.0668e-4
    half = 1.95996 * math.sqrt(1.5378e-4 + 2.0668e-4)
    assert result.interval.low == pytest.approx(2.8649 * math.exp(-half), abs=5e-4)
    assert result.interval.high == pytest.approx(2.8649 * math.exp(half), abs=5e-4)
    assert "delta" in result.interval.method


def _digital(target_negative, reference_negative=80):
    return cn.digital_copy_number(
        target_negative=target_negative,
        target_total=100,
        reference_negative=reference_negative,
        reference_total=100,
    )


def test_a_saturated_digital_pcr_is_refused():
    """0 negative is refused, 1 negative is computed."""
    with pytest.raises(SaturatedPartitions, match="dilute"):
        _digital(0)
    with pytest.raises(SaturatedPartitions):
        _digital(50, 0)
    assert _digital(1).copies > 0


def test_no_positive_target_partition_gives_an_upper_limit():
    """0 of 100 positive: λ below 2.9957/100, in copies against the reference."""
    result = _digital(100)
    assert (result.copies, result.interval.low) == (0, 0)
    assert result.interval.high == pytest.approx(2 * 0.029957 / -math.log(0.8), rel=1e-4)
    assert any("not zero" in note for note in result.notes)


def test_a_reference_without_positive_partition_is_refused():
    """No reference DNA, no copies per cell."""
    with pytest.raises(BadInput, match="reference"):
        _digital(50, 100)


@pytest.mark.parametrize("negative", [-1, 101, 1.5])
def test_impossible_partitions_are_refused(negative):
    """Negative, more than all, fractional."""
    with pytest.raises(BadInput):
        _digital(negative)


@pytest.mark.parametrize(
    "cq", [None, math.nan, "Undetermined", "24.1", pd.NA, [24.1, None], [24.1, math.nan]]
)
def test_an_undetermined_well_is_never_a_number(cq):
    """The advice is to repeat, not to write 40."""
    with pytest.raises(UndeterminedCq, match="not Cq 40"):
        cn.relative_copy_number(cq, 24.72, 25.05, 25.08)


@pytest.mark.parametrize("cq", [0, -1, math.inf, []])
def test_an_impossible_cq_is_refused(cq):
    """Zero, negative, infinite or no well."""
    with pytest.raises(BadInput, match="target"):
        cn.delta_delta_cq(cq, 24.72, 25.05, 25.08)


def test_unequal_replicates_are_allowed_and_stated():
    """The note counts the wells of each kind."""
    result = cn.relative_copy_number([24.1, 24.2, 24.0], [24.7, 24.8], [25.0, 25.1], [25.1, 25.0])
    assert (result.n, result.replicates) == (9, (3, 2, 2, 2))
    assert any("target 3, reference 2" in note for note in result.notes)


def test_a_single_well_has_no_interval():
    """None with a note, not an interval of no width."""
    result = cn.relative_copy_number(*GAIN)
    assert result.interval is None
    assert any("at least two wells" in note for note in result.notes)


def test_replicates_give_a_welch_interval():
    """Four duplicates 0.2 apart: SE of a mean 0.1, of ΔΔCq 0.2, 4 degrees of freedom."""
    pair = [24.9, 25.1]
    result = cn.delta_delta_cq(pair, pair, pair, pair)
    assert result.interval.high == pytest.approx(2.7764 * 0.2, rel=1e-4)
    copies = cn.relative_copy_number(pair, pair, pair, pair).interval
    assert copies.low == pytest.approx(2 * 2 ** -(2.7764 * 0.2), rel=1e-4)
    share = cn.mosaic_fraction(cn.relative_copy_number(pair, pair, pair, pair))
    assert share.interval.low == pytest.approx(copies.low - 2)


def test_identical_replicates_are_noticed():
    """An interval without width carries a note."""
    result = cn.delta_delta_cq([25.0] * 2, [25.0] * 2, [25.0] * 2, [25.0] * 2)
    assert result.interval.low == result.interval.high == 0
    assert any("copied" in note for note in result.notes)


@pytest.mark.parametrize("efficiency", [0.95, 1, 95, math.nan])
def test_an_efficiency_is_an_amplification_per_cycle(efficiency):
    """95 % is 1.95."""
    with pytest.raises(BadInput, match="efficiency_target"):
        cn.relative_copy_number(*GAIN, efficiency_target=efficiency)


@pytest.mark.parametrize("extra", [0, 0.5, -3])
def test_extra_copies_must_make_sense(extra):
    """Zero, half and fewer than no copies are refused."""
    with pytest.raises(BadInput, match="extra_copies"):
        cn.mosaic_fraction(2.5, extra_copies=extra)


@pytest.mark.parametrize(("sd", "replicates"), [(-0.1, 3), (0.1, 0), (0.1, 1.5)])
def test_a_noise_band_needs_an_sd_and_replicates(sd, replicates):
    """Negative SD and no wells are refused."""
    with pytest.raises(BadInput):
        cn.normal_band(sd, replicates)


@settings(deadline=None)
@given(st.floats(0.1, 8))
def test_the_expected_shift_reads_back_as_the_copies(copies):
    """Copies to ΔΔCq and back."""
    shift = cn.expected_ddcq(copies)
    assert cn.relative_copy_number(25 + shift, 25, 25, 25).copies == pytest.approx(copies)


@settings(deadline=None)
@given(st.lists(st.floats(20, 30), min_size=2, max_size=5), st.floats(1.5, 2.1))
def test_the_interval_holds_the_copies(cqs, efficiency):
    """low <= copies <= high for any replicates."""
    result = cn.relative_copy_number(cqs, cqs, cqs, cqs[::-1], efficiency_target=efficiency)
    assert result.interval.low <= result.copies * (1 + 1e-9)
    assert result.copies <= result.interval.high * (1 + 1e-9)


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(1, 999))
def test_the_digital_interval_holds_the_copies(target, reference):
    """0 < low < copies < high while some partitions are positive."""
    result = cn.digital_copy_number(
        target_negative=target,
        target_total=1000,
        reference_negative=reference,
        reference_total=1000,
    )
    assert 0 < result.interval.low < result.copies < result.interval.high
