"""Contaminated units among those tested."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.contamination_rate import clean_units_needed, contamination_rate


def test_twenty_clean_units_exclude_fourteen_per_cent() -> None:
    """Exact 13.9 %; the rule of three says 15 %; the two-sided limit is higher."""
    found = contamination_rate(0, 20)

    assert found.value == 0
    assert found.upper_limit == pytest.approx(100 * (1 - 0.05**0.05))
    assert found.rule_of_three == pytest.approx(15, abs=0.03)
    assert found.interval.high > found.upper_limit
    assert "not sterile" in found.notes[0]


def test_the_limits_agree_with_scipy() -> None:
    """An independent Clopper-Pearson interval gives the same."""
    ours = contamination_rate(5, 100)
    theirs = stats.binomtest(5, 100).proportion_ci(method="exact")
    one_sided = stats.binomtest(5, 100, alternative="less").proportion_ci(method="exact")

    assert (ours.interval.low, ours.interval.high) == pytest.approx(
        (100 * theirs.low, 100 * theirs.high), rel=1e-6
    )
    assert ours.upper_limit == pytest.approx(100 * one_sided.high, rel=1e-6)
    assert ours.rule_of_three is None


def test_all_units_contaminated_have_no_upper_limit_below_all() -> None:
    """n of n: up to 100 %."""
    found = contamination_rate(3, 3)

    assert (found.upper_limit, found.interval.high) == (100, 100)


@given(n=st.integers(1, 2000))
@settings(max_examples=50, deadline=None)
def test_one_contaminated_unit_raises_the_limit(n: int) -> None:
    """The limit after one positive lies above that after none."""
    assert contamination_rate(1, n).upper_limit > contamination_rate(0, n).upper_limit


@pytest.mark.parametrize(("units", "enough"), [(58, False), (59, True), (60, True)])
def test_units_needed_for_five_per_cent(units: int, enough: bool) -> None:
    """59 clean units exclude 5 %, 58 do not."""
    assert (contamination_rate(0, units).upper_limit <= 5) is enough
    assert (units >= clean_units_needed(0.05, confidence=0.95)) is enough


@pytest.mark.parametrize(
    ("positives", "n", "reason"), [(0, 0, "at least 1 thing counted"), (3, 2, "3 of 2 is not")]
)
def test_impossible_counts_are_refused(positives: int, n: int, reason: str) -> None:
    """No unit tested has no rate."""
    with pytest.raises(BadInput, match=reason):
        contamination_rate(positives, n)
