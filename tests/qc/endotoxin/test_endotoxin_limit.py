"""Endotoxin limit and dilution: what a dose allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.endotoxin_limit import (
    check_dilution_scheme,
    endotoxin_limit,
    limit_per_volume,
    maximum_valid_dilution,
    minimum_valid_concentration,
    pooled_valid_dilution,
)


@given(k=st.floats(0.1, 20), m=st.floats(0.01, 10), lam=st.floats(0.001, 0.5), c=st.floats(0.1, 50))
@settings(max_examples=40, deadline=None)
def test_dilution_and_concentration_say_the_same(k: float, m: float, lam: float, c: float) -> None:
    """C over the maximum valid dilution is the minimum valid concentration."""
    limit = endotoxin_limit(k_eu_per_kg=k, dose_per_kg=m).value
    mvd = maximum_valid_dilution(limit, sensitivity_eu_per_ml=lam, concentration_per_ml=c).value
    mvc = minimum_valid_concentration(sensitivity_eu_per_ml=lam, dose_per_kg=m, k_eu_per_kg=k)

    assert c / mvd == pytest.approx(mvc.value, rel=1e-9)


def test_a_lysate_that_cannot_show_the_limit_is_told() -> None:
    """Below 1 even the undiluted sample is not enough."""
    found = maximum_valid_dilution(0.1, sensitivity_eu_per_ml=0.25)

    assert found.value == 0.4
    assert "cannot show the limit" in found.notes[0]


@pytest.mark.parametrize("units", [0, 4])
def test_a_pool_has_a_size(units: int) -> None:
    """1 to 3 units may be pooled here; none and 4 may not."""
    assert pooled_valid_dilution(90, 3, at_most_units=3).value == 30
    with pytest.raises(BadInput, match="expected 1 to 3"):
        pooled_valid_dilution(90, units, at_most_units=3)


@pytest.mark.parametrize(("diluent", "large"), [(449, ()), (450, ()), (451, (1,))])
def test_a_step_may_dilute_tenfold_and_no_more(diluent: float, large: tuple[int, ...]) -> None:
    """50 and 450 is tenfold: below, at and above."""
    scheme = check_dilution_scheme(50, [[50, diluent]], largest_fold=10)

    assert scheme.too_large == large
    assert scheme.acceptable is not bool(large)


def test_one_to_a_thousand_in_one_step_is_named() -> None:
    """The second of two steps."""
    scheme = check_dilution_scheme(50, [[100, 100], [1, 999]], largest_fold=10)

    assert scheme.too_large == (2,)
    assert scheme.total_fold == pytest.approx(2000)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: endotoxin_limit(k_eu_per_kg=5, dose_per_kg=0), "more than 0"),
        (lambda: limit_per_volume(eu_per_dose=175, maximum_volume_ml=-1), "more than 0"),
        (lambda: check_dilution_scheme(50, [], largest_fold=10), "one or more steps"),
        (lambda: check_dilution_scheme(50, [[1, 2, 3]], largest_fold=10), "one or more steps"),
    ],
)
def test_what_cannot_be_is_refused(call, reason: str) -> None:
    """A dose of nothing, a negative volume, no step."""
    with pytest.raises(BadInput, match=reason):
        call()
