"""The hit-rate rule and what it proves."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.hit_rate import (
    chance_to_meet,
    hit_rate_limit,
    hits_prove_at_least,
    replicates_needed,
)

RULE = 23 / 24


def test_the_limit_is_the_lowest_level_of_an_unbroken_run() -> None:
    """A level that meets the rule below one that fails does not count."""
    found = hit_rate_limit([1, 2, 4, 8], [24, 22, 23, 24], [24] * 4, at_least=RULE)

    assert (found.value, found.hits) == (4, 23)


@pytest.mark.parametrize(("hits", "limit"), [(22, 8), (23, 4), (24, 4)])
def test_23_of_24_meet_the_rule_and_22_do_not(hits: int, limit: float) -> None:
    """The rule includes its limit."""
    found = hit_rate_limit([8, 4, 2], [24, hits, 3], [24] * 3, at_least=RULE)

    assert found.value == limit


def test_a_study_whose_levels_all_meet_the_rule_says_so() -> None:
    """The limit lies at or below the lowest level tested."""
    assert hit_rate_limit([8, 4], [24, 24], [24] * 2, at_least=RULE).notes


@pytest.mark.parametrize("k", [0, 1, 23, 24])
def test_what_hits_prove_agrees_with_scipy(k: int) -> None:
    """An independent one-sided exact limit gives the same."""
    theirs = stats.binomtest(k, 24, alternative="greater").proportion_ci(0.95, method="exact")

    assert hits_prove_at_least(k, 24, confidence=0.95) == pytest.approx(theirs.low, abs=1e-9)


@pytest.mark.parametrize(("n", "proven"), [(58, False), (59, True), (60, True)])
def test_59_hits_of_59_prove_95_per_cent(n: int, proven: bool) -> None:
    """58 of 58 do not."""
    assert (hits_prove_at_least(n, n, confidence=0.95) >= 0.95) is proven
    assert (n >= replicates_needed(0.95, confidence=0.95)) is proven


def test_the_chance_to_meet_a_rule_agrees_with_scipy() -> None:
    """The upper tail of the binomial law."""
    assert chance_to_meet(0.9, hits=23, n=24) == pytest.approx(stats.binom.sf(22, 24, 0.9))
    assert chance_to_meet(1, hits=24, n=24) == 1
    assert chance_to_meet(0.5, hits=0, n=24) == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (([8, 4], [22, 24], [24, 24]), "highest level, 8, has 22 of 24"),
        (([8, 0], [24, 24], [24, 24]), "keep blanks for the specificity"),
        (([8], [25], [24]), "25 hits of 24"),
        (([8, 4], [24], [24]), "found 2 levels, 1 numbers"),
    ],
)
def test_a_study_without_limit_is_refused(given: Any, reason: str) -> None:
    """The message says what to do."""
    with pytest.raises(BadInput, match=reason):
        hit_rate_limit(*given, at_least=RULE)


def test_impossible_rules_are_refused() -> None:
    """More hits than replicates cannot be asked for or seen."""
    with pytest.raises(BadInput, match="can never be met"):
        chance_to_meet(0.9, hits=25, n=24)
    with pytest.raises(BadInput, match="25 hits of 24"):
        hits_prove_at_least(25, 24, confidence=0.95)
