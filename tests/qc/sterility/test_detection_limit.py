"""Limits of detection by binary regression, and when there is none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.genmod import families
from statsmodels.genmod.generalized_linear_model import GLM

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.detection_limit import (
    binary_fit,
    detection_limit,
    single_hit_limit,
)
from stemcell_kit.qc.sterility.response_levels import NotRising, Separated

STUDY: dict[str, list[float]] = {
    "concentration": [20, 10, 5, 2.5, 1.25, 0.625],
    "positives": [24, 24, 22, 15, 8, 3],
    "replicates": [24] * 6,
}


def study(concentrations: list[float], positives: list[int], n: int = 8) -> dict[str, Any]:
    """A study with *n* replicates a level."""
    return {
        "concentration": concentrations,
        "positives": positives,
        "replicates": [n] * len(positives),
    }


def test_the_curve_maximises_the_plain_likelihood() -> None:
    """A general optimiser finds the coefficients that the regression gives."""
    x = np.log10(STUDY["concentration"])
    k, n = np.array(STUDY["positives"]), np.array(STUDY["replicates"])

    def against(b: Any) -> float:
        return -float(np.sum(stats.binom.logpmf(k, n, stats.norm.cdf(b[0] + b[1] * x))))

    best = optimize.minimize(against, [0, 1], method="Nelder-Mead", options={"xatol": 1e-7})
    fit = binary_fit(list(x), list(k), list(n), link="probit")
    assert (fit.intercept, fit.slope) == pytest.approx(tuple(best.x), rel=1e-4)


@pytest.mark.parametrize(
    ("link", "theirs"),
    [
        ("probit", families.links.Probit),
        ("logit", families.links.Logit),
        ("cloglog", families.links.CLogLog),
    ],
)
def test_coefficients_and_covariance_agree_with_statsmodels(link: str, theirs: Any) -> None:
    """An independent generalised linear model gives the same fit."""
    x = [math.log10(c) for c in STUDY["concentration"]]
    k, n = [int(one) for one in STUDY["positives"]], [24] * 6
    both = np.column_stack([k, np.array(n) - k])
    family = families.Binomial(link=theirs())
    other = GLM(both, np.column_stack([np.ones(6), x]), family=family).fit(tol=1e-12)
    ours = binary_fit(x, k, n, link=link)

    assert (ours.intercept, ours.slope) == pytest.approx(tuple(other.params), rel=1e-6)
    assert np.allclose(ours.covariance, other.cov_params(), rtol=1e-5)
    assert ours.pearson == pytest.approx(other.pearson_chi2, rel=1e-6)


def test_the_limit_is_where_the_curve_meets_the_probability() -> None:
    """Put back into the probit, the limit gives 95 %."""
    found = detection_limit(STUDY, link="probit", probability=0.95)

    curve = found.fit.intercept + found.fit.slope * math.log10(found.value)
    assert stats.norm.cdf(curve) == pytest.approx(0.95)
    assert found.interval.low < found.value < found.interval.high


@pytest.mark.parametrize("link", ["probit", "logit", "cloglog"])
def test_a_higher_probability_needs_more_organisms(link: str) -> None:
    """LOD50 < LOD95 < LOD99 on every scale."""
    limits = [detection_limit(STUDY, link=link, probability=p).value for p in (0.5, 0.95, 0.99)]

    assert limits == sorted(limits)


def test_a_limit_outside_the_levels_is_noted() -> None:
    """Beyond 20 CFU/mL nothing was tested."""
    far = detection_limit(STUDY, link="logit", probability=0.9999)

    assert far.value > 20
    assert far.notes == ("the limit lies outside the levels tested: add a level beyond it",)


@given(k=st.floats(0.1, 2))
@settings(max_examples=20, deadline=None)
def test_the_single_hit_model_gives_back_its_rate(k: float) -> None:
    """Expected hits of a very large study return the rate within its rounding."""
    levels, n = [4 / k, 2 / k, 1 / k, 0.5 / k], 1_000_000
    hits = [round(n * (1 - math.exp(-k * c))) for c in levels]
    found = single_hit_limit(study(levels, hits, n), probability=0.95)

    assert found.hits_per_unit == pytest.approx(k, rel=1e-4)
    assert found.value == pytest.approx(-math.log(0.05) / k, rel=1e-4)


@pytest.mark.parametrize(
    ("positives", "separated"),
    [([8, 8, 0, 0], True), ([8, 4, 0, 0], True), ([8, 7, 1, 0], False)],
)
def test_a_jump_has_no_slope_but_a_bracket(positives: list[int], separated: bool) -> None:
    """With at most one partly detected level the slope is infinite; two make a curve."""
    levels = study([8, 4, 2, 1], positives)
    if separated:
        with pytest.raises(Separated, match="bracket of the limit"):
            detection_limit(levels, link="probit", probability=0.95)
    else:
        assert 2 < detection_limit(levels, link="probit", probability=0.95).value < 8


def test_the_bracket_names_its_levels() -> None:
    """On the scale of the curve: nothing missed above 2, nothing found below 3."""
    with pytest.raises(Separated, match="missed above level 2 and nothing found below 3"):
        binary_fit([1, 2, 3, 4], [0, 0, 8, 8], [8] * 4, link="logit")


def test_the_single_hit_model_survives_a_jump() -> None:
    """Its slope is fixed by the Poisson law."""
    assert single_hit_limit(study([8, 4, 2, 1], [8, 8, 0, 0]), probability=0.95).value > 0


def test_a_small_fall_is_noted_and_a_large_one_refused() -> None:
    """22 of 24 above 23 of 24 is chance; 5 of 24 above 23 of 24 is not."""
    small = detection_limit(study([8, 4, 2, 1], [23, 24, 9, 3], 24), link="logit", probability=0.5)
    assert "a fall that chance may explain" in small.notes[0]

    with pytest.raises(NotRising, match="exchanged levels, inhibition at the top"):
        detection_limit(study([8, 4, 2, 1], [5, 23, 9, 3], 24), link="logit", probability=0.5)


@pytest.mark.parametrize(
    ("positives", "reason"),
    [
        ([0, 1], "nothing is detected above level"),
        ([0, 0], "no level is detected.*test higher"),
        ([8, 8], "every replicate.*test lower"),
    ],
)
def test_levels_that_do_not_differ_have_no_limit(positives: list[int], reason: str) -> None:
    """The message says which way to go."""
    with pytest.raises(NotRising, match=reason):
        detection_limit(study([4, 2], positives), link="probit", probability=0.95)


def test_a_slope_that_may_be_zero_has_no_limit() -> None:
    """One more hit of eight at twice the level shows nothing; an equal number even less."""
    with pytest.raises(NotRising, match="expected more detected at higher levels"):
        binary_fit([1, 2], [5, 5], [8, 8], link="logit")
    with pytest.raises(NotRising, match="may be zero, so the limit has no bounds"):
        detection_limit(study([4, 2], [5, 4]), link="probit", probability=0.95)


@given(
    positives=st.lists(st.integers(0, 10), min_size=2, max_size=6),
    link=st.sampled_from(["probit", "logit", "cloglog"]),
)
@settings(max_examples=50, deadline=None)
def test_any_study_has_a_bounded_limit_or_a_reason(positives: list[int], link: str) -> None:
    """No warning, no endless interval: a limit between finite bounds, or a refusal."""
    levels = study([2.0**-i for i in range(len(positives))], positives, 10)
    try:
        found = detection_limit(levels, link=link, probability=0.95)
    except NotRising:
        return
    except Separated:
        assert sum(0 < k < 10 for k in positives) < 2
        return
    assert 0 < found.interval.low < found.value < found.interval.high < math.inf


@pytest.mark.parametrize(
    ("levels", "reason"),
    [
        (study([4, 0], [8, 0]), "concentration 0, which has no logarithm"),
        (study([4, -1], [8, 0]), "expected 0 or more"),
        (study([4], [4]), "a curve needs at least 2"),
        (study([4, 2], [9, 1]), "9 of 8 positive"),
        (study([4, 2, 1], [4, 2]), "found 3 levels, 2 numbers"),
        ({"concentration": [1]}, r"levels have \['concentration'\]"),
    ],
)
def test_an_impossible_study_is_refused(levels: Any, reason: str) -> None:
    """Blanks belong to the specificity, and each level has all its numbers."""
    with pytest.raises(BadInput, match=reason):
        detection_limit(levels, link="probit", probability=0.95)


def test_an_unknown_link_is_refused() -> None:
    """The message names the three that exist."""
    with pytest.raises(BadInput, match="expected one of probit, logit, cloglog"):
        detection_limit(STUDY, link="cauchit", probability=0.95)


def test_the_order_of_the_levels_does_not_matter() -> None:
    """Lists from low to high and from high to low give the same limit."""
    turned = {name: list(reversed(column)) for name, column in STUDY.items()}
    limit = detection_limit(STUDY, link="probit", probability=0.95).value

    assert detection_limit(turned, link="probit", probability=0.95).value == limit
