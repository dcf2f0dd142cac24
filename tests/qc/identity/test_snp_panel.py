"""SNP panels: concordance over shared calls, and the weight of the evidence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.identity.snp_panel import (
    TooFewCalls,
    chance_match,
    concordance,
    expected_concordance,
    identity_evidence,
)

HALF = {"A": 0.5, "G": 0.5}
PANEL = {f"rs{n}": "AG" if n % 2 else "AA" for n in range(48)}


def test_one_mismatch_in_48_is_97_9_percent() -> None:
    """The interval is the exact binomial one."""
    found = concordance(PANEL, {**PANEL, "rs0": "AG"}, minimum_loci=48)

    assert found.value == pytest.approx(100 * 47 / 48)
    assert (found.n, found.mismatches, found.missing) == (48, 1, 0)
    exact = stats.binomtest(47, 48).proportion_ci(method="exact")
    assert found.interval.low == pytest.approx(100 * exact.low)
    assert found.interval.high == pytest.approx(100 * exact.high)


def test_a_mixture_only_adds_alleles() -> None:
    """AA against AG is an added allele, AA against GG is not: nothing in common."""
    mixed = concordance({"a": "AA", "b": "CC", "c": "AG"}, {"a": "AG", "b": "CT", "c": "AG"},
                        minimum_loci=1)  # fmt: skip
    assert (mixed.added_alleles, mixed.opposite_homozygotes) == (2, 0)
    assert any("mixture" in note for note in mixed.notes)
    lost = concordance({"a": "AG", "b": "CC"}, {"a": "AA", "b": "CC"}, minimum_loci=1)
    assert any("drop-out" in note for note in lost.notes)
    other = concordance({"a": "AA", "b": "CC"}, {"a": "GG", "b": "CC"}, minimum_loci=1)
    assert (other.added_alleles, other.opposite_homozygotes, other.notes) == (0, 1, ())


def test_missing_calls_are_counted_and_left_out() -> None:
    """A SNP without a call on one side, or not on one panel at all."""
    found = concordance({"a": "AA", "b": "NC", "c": "TT"}, {"a": "A/A", "b": "CC"}, minimum_loci=1)

    assert (found.n, found.missing, found.value) == (1, 2, 100.0)


@pytest.mark.parametrize(("minimum", "enough"), [(47, True), (48, True), (49, False)])
def test_too_few_shared_calls_are_no_decision(minimum: int, enough: bool) -> None:
    """At the minimum it is enough, below it is refused."""
    if enough:
        assert concordance(PANEL, PANEL, minimum_loci=minimum).value == 100
    else:
        with pytest.raises(TooFewCalls, match=r"48 of 48 SNPs are called in both.*at least 49"):
            concordance(PANEL, PANEL, minimum_loci=minimum)


@pytest.mark.parametrize("written", ["A", "AB", "AGT", "0/1", "A?"])
def test_what_is_no_genotype_is_refused(written: str) -> None:
    """Two bases, nothing else; numeric codes have no meaning of their own."""
    with pytest.raises(BadInput, match="no genotype; expected two bases"):
        concordance({"rs1": written}, {"rs1": "AA"}, minimum_loci=1)


def test_evidence_adds_up_over_snps() -> None:
    """Log ratios of independent SNPs are summed; the ratio is their power of ten."""
    one = identity_evidence({"a": "AA"}, {"a": "AA"}, {"a": HALF}, error_rate=0.01)
    two = identity_evidence({"a": "AA", "b": "AA"}, {"a": "AA", "b": "AA"},
                            {"a": HALF, "b": HALF}, error_rate=0.01)  # fmt: skip
    assert two.value == pytest.approx(2 * one.value)
    assert two.ratio == pytest.approx(one.ratio**2)


def test_a_tiny_error_rate_makes_one_mismatch_decisive() -> None:
    """With perfect calls one opposite homozygote excludes; with 1 % errors it only weighs."""
    frequencies = dict.fromkeys(PANEL, HALF)
    other = {**PANEL, "rs0": "GG"}
    careful = identity_evidence(PANEL, other, frequencies, error_rate=0.01)
    certain = identity_evidence(PANEL, other, frequencies, error_rate=1e-30)
    assert careful.value > 10
    assert certain.value < 0


@pytest.mark.parametrize(
    ("frequencies", "reason"),
    [
        ({}, "rs1 has no allele frequencies"),
        ({"rs1": {"A": 0.5, "G": 0.4}}, "add up to 1"),
        ({"rs1": {"A": 1.0, "G": 0.0}}, "expected less than 1"),
        ({"rs1": {"A": 0.5, "C": 0.5}}, "check the strand"),
    ],
)
def test_frequencies_that_do_not_fit_are_refused(
    frequencies: dict[str, dict[str, float]], reason: str
) -> None:
    """Missing, incomplete, degenerate, or of the other strand."""
    with pytest.raises(BadInput, match=reason):
        identity_evidence({"rs1": "AG"}, {"rs1": "AG"}, frequencies, error_rate=0.01)


def test_evidence_needs_a_shared_call() -> None:
    """No call on either side is no evidence, not a ratio of one."""
    with pytest.raises(BadInput, match="no SNP is called in both"):
        identity_evidence({"rs1": "NC"}, {"rs1": "AG"}, {"rs1": HALF}, error_rate=0.01)
    with pytest.raises(BadInput, match="no SNP is given"):
        chance_match({})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=8))
def test_unrelated_people_agree_between_three_eighths_and_always(shares: list[float]) -> None:
    """Two alleles of equal frequency tell people apart best: 37.5 % agreement by chance."""
    panel = {f"rs{n}": {"A": p, "G": 1 - p} for n, p in enumerate(shares)}
    assert 37.5 - 1e-9 <= expected_concordance(panel) <= 100
    assert 0 < chance_match(panel) <= expected_concordance(panel) / 100 + 1e-12
