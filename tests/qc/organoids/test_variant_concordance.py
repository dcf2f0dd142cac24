"""Shared variants, and the fractions at which they are shared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.organoids.clonality import expected_vaf
from stemcell_kit.qc.organoids.variant_concordance import (
    NothingToCompare,
    vaf_agreement,
    variant_concordance,
)
from stemcell_kit.qc.proportions import wilson

TUMOUR = [f"1:{n}:A:T" for n in range(1, 9)]
ORGANOID = [*TUMOUR[:7], "1:9:A:T"]


def test_seven_of_eight_are_shared() -> None:
    """Recall 7/8, Jaccard 7/9, and the two that are not shared by name."""
    found = variant_concordance(TUMOUR, ORGANOID)

    assert (found.recall, found.jaccard) == (7 / 8, 7 / 9)
    assert found.only_tumour == ("1:8:A:T",)
    assert found.only_organoid == ("1:9:A:T",)
    share = wilson(7, 8)
    assert (found.interval.low, found.interval.high) == (100 * share.low, 100 * share.high)


def test_a_variant_that_could_not_be_seen_is_not_missing() -> None:
    """Read too thinly in the organoid, it leaves numerator and denominator."""
    found = variant_concordance(TUMOUR, ORGANOID, not_assessable=["1:8:A:T", "1:9:A:T"])

    assert (found.value, found.n) == (100, 7)
    assert found.not_assessable == ("1:8:A:T", "1:9:A:T")


@pytest.mark.parametrize(
    ("tumour", "organoid", "left_out"), [([], TUMOUR, []), (TUMOUR, [], []), (TUMOUR,) * 3]
)
def test_nothing_to_compare_is_refused(
    tumour: list[str], organoid: list[str], left_out: list[str]
) -> None:
    """An empty list is a file or a filter that went wrong, not concordance."""
    with pytest.raises(NothingToCompare, match="has no variant to compare"):
        variant_concordance(tumour, organoid, not_assessable=left_out)


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("1:5:A", "expected chromosome:position"),
        ("1:5:A:T,C", "one alternate"),
        ("1:5:CAA:CA", "Trim it"),
        ("1:5:CCA:CTA", "Trim it"),
        ("1:5:A:A", "changes nothing"),
        ("1:2:A:T", "twice"),
    ],
)
def test_a_variant_in_another_form_is_refused(variant: str, reason: str) -> None:
    """Untrimmed alleles would make two of one change."""
    with pytest.raises(BadInput, match=reason):
        variant_concordance([*TUMOUR, variant], ORGANOID)


def test_a_deletion_with_its_anchor_is_trimmed_enough() -> None:
    """One base in common is how an indel is written."""
    assert variant_concordance(["1:5:CA:C"], ["1:5:CA:C"]).value == 100


VARIANTS = st.sets(st.sampled_from([f"2:{n}:C:G" for n in range(1, 12)]), min_size=1)


@given(VARIANTS, VARIANTS)
@settings(max_examples=50, deadline=None)
def test_exchanging_the_samples_exchanges_recall_and_precision(a: set[str], b: set[str]) -> None:
    """And leaves Jaccard alone, which is never above either."""
    one, other = variant_concordance(a, b), variant_concordance(b, a)

    assert (one.recall, one.precision) == (other.precision, other.recall)
    assert one.jaccard == other.jaccard <= min(one.recall, one.precision)


def test_purity_alone_gives_correlation_without_agreement() -> None:
    """Clones of a tumour at 55 % and its pure organoid: correlation 1, concordance low."""
    clones = (0.2, 0.4, 0.6, 0.8, 1.0)
    tumour, organoid = ([share * expected_vaf(p) for share in clones] for p in (0.55, 1.0))
    found = vaf_agreement(tumour, organoid)

    assert found.pearson == pytest.approx(1)
    assert found.value < 0.6
    assert found.slope == pytest.approx(1 / 0.55)
    assert found.mean_difference == pytest.approx(0.6 * (0.5 - 0.275))


def test_fractions_in_percent_are_refused() -> None:
    """45 is no share."""
    with pytest.raises(BadInput, match=r"Write 45 % as 0\.45"):
        vaf_agreement([0.1, 0.2, 0.3], [10, 20, 30])
