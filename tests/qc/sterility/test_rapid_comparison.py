"""A rapid method against culture: tests, differences, non-inferiority."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as other_mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.paired_difference import paired_difference, unpaired_difference
from stemcell_kit.qc.sterility.rapid_comparison import (
    NoDiscordantPair,
    mcnemar,
    replicates_per_method,
)


def pairs(b: int, c: int, n: int = 60) -> dict[str, int]:
    """A comparison of *n* pairs, *b* and *c* of them discordant."""
    return {"both": n - b - c, "alternative_only": b, "reference_only": c, "neither": 0}


@pytest.mark.parametrize(("b", "c"), [(12, 2), (1, 9), (5, 5), (3, 0)])
def test_mcnemar_agrees_with_statsmodels(b: int, c: int) -> None:
    """Exact, uncorrected and corrected tests of an independent implementation."""
    found = mcnemar(**pairs(b, c))
    table = [[60 - b - c, b], [c, 0]]

    assert found.exact_p == pytest.approx(other_mcnemar(table, exact=True).pvalue)
    plain = other_mcnemar(table, exact=False, correction=False)
    assert (found.chi2, found.p) == pytest.approx((plain.statistic, plain.pvalue))
    if b != c:
        yates = other_mcnemar(table, exact=False, correction=True)
        assert (found.yates_chi2, found.yates_p) == pytest.approx((yates.statistic, yates.pvalue))


def test_equal_discordant_pairs_show_no_difference() -> None:
    """Ratio 1, exact p 1; Yates never takes the difference below zero."""
    found = mcnemar(**pairs(5, 5))

    assert (found.value, found.exact_p, found.yates_chi2) == (1, 1, 0)
    assert found.mid_p == pytest.approx(1)


@given(b=st.integers(0, 40), c=st.integers(0, 20))
@settings(max_examples=50, deadline=None)
def test_the_mid_p_lies_below_the_exact_p(b: int, c: int) -> None:
    """By the chance of the outcome itself, unless the exact p is capped."""
    if b + c == 0:
        with pytest.raises(NoDiscordantPair, match="0 discordant pairs of 60"):
            mcnemar(**pairs(b, c))
        return
    found = mcnemar(**pairs(b, c))

    assert found.mid_p <= found.exact_p
    if b != c:
        gap = float(stats.binom.pmf(min(b, c), b + c, 0.5))
        assert found.exact_p - found.mid_p == pytest.approx(gap, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(("discordant", "hopeless"), [(4, True), (5, True), (6, False), (7, False)])
def test_five_discordant_pairs_can_never_tell(discordant: int, hopeless: bool) -> None:
    """0 of 5 has an exact p of 0.0625, 0 of 6 of 0.031."""
    assert bool(mcnemar(**pairs(0, discordant)).notes) is hopeless


def test_the_ratio_of_one_sided_pairs_has_one_limit() -> None:
    """Without a pair of one kind the ratio is infinite or zero."""
    assert mcnemar(**pairs(3, 0)).value == math.inf
    assert mcnemar(**pairs(3, 0)).interval.high == math.inf
    assert mcnemar(**pairs(0, 3)).value == 0


# --- differences -----------------------------------------------------------------------------


def tango(b: int, c: int, n: int, difference: float) -> float:
    """The score statistic by numerical maximum likelihood of the discordant share."""
    lowest = max(0.0, -difference)
    shares = [lowest + i * (1 - abs(difference)) / 2 / 20_000 for i in range(1, 20_000)]
    best = max(
        (p for p in shares if 0 < p < 1 and 0 < p + difference < 1),
        key=lambda p: (
            b * math.log(p + difference)
            + c * math.log(p)
            + (n - b - c) * math.log(max(1e-300, 1 - 2 * p - difference))
        ),
    )
    variance = n * (2 * best + difference - difference**2)
    return (b - c - n * difference) / math.sqrt(variance)


def test_the_score_interval_ends_where_the_score_is_the_quantile() -> None:
    """A grid search of the restricted likelihood finds the same statistic."""
    found = paired_difference(**pairs(4, 3), margin=0.1)
    z = stats.norm.ppf(0.95)

    assert tango(4, 3, 60, found.interval.low) == pytest.approx(z, abs=2e-3)
    assert tango(4, 3, 60, found.interval.high) == pytest.approx(-z, abs=2e-3)


@given(b=st.integers(0, 30), c=st.integers(0, 30))
@settings(max_examples=50, deadline=None)
def test_exchanging_the_methods_mirrors_the_difference(b: int, c: int) -> None:
    """And the interval, which always holds it."""
    there = paired_difference(**pairs(b, c), margin=0.1)
    back = paired_difference(**pairs(c, b), margin=0.1)

    assert there.interval.low <= there.value <= there.interval.high
    assert there.interval.low == pytest.approx(-back.interval.high, abs=1e-9)


def test_full_agreement_still_has_a_width() -> None:
    """No discordant pair of 60: the loss may be 4 %, of 600 less."""
    few = paired_difference(**pairs(0, 0), margin=0.1)
    many = paired_difference(**pairs(0, 0, 600), margin=0.1)

    assert few.value == 0
    z2 = stats.norm.ppf(0.95) ** 2
    assert few.interval.low == pytest.approx(-z2 / (60 + z2))
    assert many.interval.low > few.interval.low


def test_the_margin_decides_by_the_lower_limit() -> None:
    """Just inside and just outside of it."""
    low = paired_difference(**pairs(4, 3), margin=0.1).interval.low

    assert paired_difference(**pairs(4, 3), margin=-low + 1e-6).non_inferior
    assert not paired_difference(**pairs(4, 3), margin=-low - 1e-6).non_inferior


def test_no_significant_difference_is_no_equivalence() -> None:
    """1 against 6 of 20: exact p above 5 %, and yet not non-inferior at 20 %."""
    few = pairs(1, 6, 20)

    assert mcnemar(**few).exact_p > 0.05
    assert not paired_difference(**few, margin=0.2).non_inferior


def test_the_unpaired_interval_agrees_with_statsmodels() -> None:
    """Newcombe's method of an independent implementation."""
    counts = {"alternative": 52, "alternative_n": 60, "reference": 50, "reference_n": 60}
    found = unpaired_difference(**counts, margin=0.1)
    theirs = confint_proportions_2indep(52, 60, 50, 60, method="newcomb", alpha=0.1)

    assert (found.interval.low, found.interval.high) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: mcnemar(**pairs(0, 0, 0)), "all four numbers of pairs are 0"),
        (lambda: mcnemar(**{**pairs(1, 2), "both": -1}), "expected 0 or more"),
        (lambda: paired_difference(**pairs(1, 2), margin=10), "Write 60 % as 0.60"),
        (
            lambda: replicates_per_method(0.5, 0.8, margin=0.2, alpha=0.05, power=0.8),
            "no number of replicates shows non-inferiority",
        ),
    ],
)
def test_impossible_numbers_are_refused(call: Any, reason: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        call()
