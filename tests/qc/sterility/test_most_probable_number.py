"""Most probable numbers, their intervals, rarity and ratio."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.most_probable_number import most_probable_number
from stemcell_kit.qc.sterility.mpn_ratio import mpn_ratio
from stemcell_kit.qc.sterility.rarity_index import rarity_index, rarity_verdict

METHODS = ("observed information", "expected information", "likelihood ratio")
TEN = ([5, 3, 0], [10, 10, 10], [0.1, 0.01, 0.001])


def test_one_level_is_solved_by_pencil() -> None:
    """Half the tubes of 1 mL grew: ln 2 organisms per mL."""
    found = most_probable_number([5], [10], [1.0])

    assert found.value == pytest.approx(math.log(2), rel=1e-12)
    assert (found.unit, found.n) == ("per mL", 10)


def test_the_estimate_makes_the_tubes_most_probable() -> None:
    """A general optimiser on the plain likelihood finds the same number."""
    positives, tubes, volumes = [4, 2, 2], [5, 5, 4], [0.1, 0.01, 0.001]

    def against(log_at: float) -> float:
        shares = [1 - math.exp(-math.exp(log_at) * v) for v in volumes]
        return -sum(
            stats.binom.logpmf(k, n, p) for k, n, p in zip(positives, tubes, shares, strict=True)
        )

    best = optimize.minimize_scalar(against, bounds=(0, 8), method="bounded")
    assert most_probable_number(positives, tubes, volumes).value == pytest.approx(
        math.exp(best.x), rel=1e-4
    )


@given(
    tubes=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    data=st.data(),
    exponent=st.integers(-3, 2),
    method=st.sampled_from(METHODS),
)
@settings(max_examples=50, deadline=None)
def test_any_design_has_an_estimate_inside_its_interval(
    tubes: list[int], data: Any, exponent: int, method: str
) -> None:
    """Unequal numbers of tubes, any outcome: low <= value <= high, and more tubes mean more."""
    positives = [data.draw(st.integers(0, n)) for n in tubes]
    volumes = [10.0 ** (exponent - i) for i in range(len(tubes))]
    found = most_probable_number(positives, tubes, volumes, interval_method=method)

    assert found.interval.low <= found.value <= found.interval.high
    if positives[0] < tubes[0]:
        more = most_probable_number([positives[0] + 1, *positives[1:]], tubes, volumes)
        assert more.value > found.value


def test_no_growth_has_an_upper_limit_only() -> None:
    """Zero is never reported with two sides: ln 20 over the volume tested."""
    found = most_probable_number([0, 0], [3, 3], [1, 0.1])

    assert (found.value, found.interval.low, found.se_log10) == (0, 0, None)
    assert found.interval.high == pytest.approx(math.log(20) / 3.3)
    assert "below the upper limit" in found.notes[0]


def test_growth_everywhere_has_a_lower_limit_only() -> None:
    """One level of 3 tubes of 1 mL: (1 - exp(-m))^3 = 0.05 at the limit."""
    found = most_probable_number([3], [3], [1.0])

    assert (found.value, found.interval.high) == (math.inf, math.inf)
    assert found.interval.low == pytest.approx(-math.log(1 - 0.05 ** (1 / 3)))


def test_the_three_intervals_differ_and_say_so() -> None:
    """Observed and expected information and the likelihood ratio are named in the result."""
    found = [most_probable_number(*TEN, interval_method=method) for method in METHODS]

    assert len({one.interval.low for one in found}) == 3
    for one, method in zip(found, METHODS, strict=True):
        assert method in one.interval.method


def test_the_likelihood_falls_by_the_quantile_at_the_limits() -> None:
    """Twice the fall is the 95 % quantile of chi-square at both ends."""
    found = most_probable_number(*TEN, interval_method="likelihood ratio")

    def log_likelihood(at: float) -> float:
        levels = zip(*TEN, strict=True)
        return sum(float(stats.binom.logpmf(k, n, 1 - math.exp(-at * v))) for k, n, v in levels)

    top = log_likelihood(found.value)
    for end in (found.interval.low, found.interval.high):
        assert 2 * (top - log_likelihood(end)) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-6)


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (([1], [3, 3], [1.0]), "expected one of each for every dilution level"),
        (([4], [3], [1.0]), "4 of 3 tubes positive"),
        (([0], [0], [1.0]), "0 of 0 tubes"),
        (([1], [3], [0.0]), "volume of a tube is 0"),
        (([0.5], [3], [1.0]), "expected a whole number"),
        (([], [], []), "found 0 numbers"),
    ],
)
def test_an_impossible_series_is_refused(given_: Any, reason: str) -> None:
    """The message says what was found and expected."""
    with pytest.raises(BadInput, match=reason):
        most_probable_number(*given_)


def test_an_unknown_interval_is_refused() -> None:
    """The message names the three that exist."""
    with pytest.raises(BadInput, match="expected observed information, expected information"):
        most_probable_number(*TEN, interval_method="Wald")


# --- rarity ----------------------------------------------------------------------------------


def test_the_most_likely_outcome_has_index_one() -> None:
    """Agreeing tubes cannot be more likely; nor can those at the mode."""
    assert rarity_index([0, 0], [3, 3], [1, 0.1]).value == 1
    assert rarity_index([3, 3], [3, 3], [1, 0.1]).value == 1
    assert rarity_index([5], [10], [1]).value == pytest.approx(1)


def test_growth_in_the_wrong_order_is_distrusted() -> None:
    """Few positives at the large volume and all at the small one."""
    odd = rarity_index([0, 5, 5], [5, 5, 5], [1, 0.1, 0.01])

    assert rarity_verdict(odd.value, unusual_below=0.05, distrusted_below=1e-4) == "distrusted"


@pytest.mark.parametrize(
    ("index", "verdict"),
    [
        (0.05, "usual"),
        (0.049, "unusual"),
        (1e-4, "unusual"),
        (9.9e-5, "distrusted"),
        (0, "distrusted"),
        (1, "usual"),
    ],
)
def test_a_verdict_has_two_bounds(index: float, verdict: str) -> None:
    """At a bound the milder word holds."""
    assert rarity_verdict(index, unusual_below=0.05, distrusted_below=1e-4) == verdict


# --- ratio -----------------------------------------------------------------------------------


def series(positives: list[int]) -> dict[str, list[float]]:
    """A design of ten tubes at three levels."""
    return {"positives": positives, "tubes": [10] * 3, "volumes_ml": [1, 0.1, 0.01]}  # type: ignore[dict-item]


def test_equal_tubes_have_ratio_one_and_need_many_to_be_non_inferior() -> None:
    """Ten tubes a level cannot show a ratio above 0.7; they can show one above 0.3."""
    same = series([10, 7, 1])

    assert mpn_ratio(same, same, least_ratio=0.7).value == 1
    assert not mpn_ratio(same, same, least_ratio=0.7).non_inferior
    assert mpn_ratio(same, same, least_ratio=0.3).non_inferior


def test_exchanging_the_methods_inverts_ratio_and_interval() -> None:
    """The low end of one is the inverse of the high end of the other."""
    one, two = series([10, 8, 2]), series([10, 7, 1])
    there, back = mpn_ratio(one, two, least_ratio=0.7), mpn_ratio(two, one, least_ratio=0.7)

    assert there.value == pytest.approx(1 / back.value)
    assert there.interval.low == pytest.approx(1 / back.interval.high)


def test_a_method_whose_tubes_all_agree_has_no_ratio() -> None:
    """One limit only, so no standard error."""
    with pytest.raises(BadInput, match="all tubes of the alternative method agree"):
        mpn_ratio(series([10, 10, 10]), series([10, 7, 1]), least_ratio=0.7)
    with pytest.raises(BadInput, match=r"reference has \['tubes'\]"):
        mpn_ratio(series([10, 7, 1]), {"tubes": [10]}, least_ratio=0.7)
