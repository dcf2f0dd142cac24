"""Few organisms in a volume."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.low_numbers import (
    all_positive_chance,
    chance_at_mean,
    chance_in_fraction,
    chance_in_sample,
    chance_in_two_media,
    empty_share,
    organisms_needed,
    volume_needed,
)


def test_one_organism_on_average_leaves_a_third_of_samples_empty() -> None:
    """1 / e, as scipy's Poisson law says."""
    assert empty_share(1) == pytest.approx(stats.poisson.pmf(0, 1))
    assert chance_at_mean(1) == pytest.approx(stats.poisson.sf(0, 1))


def test_one_organism_and_half_the_product_are_even_odds() -> None:
    """The fixed-number form gives 50 %, where the Poisson form would say 39 %."""
    assert chance_in_fraction(1, 0.5) == 0.5
    assert chance_in_fraction(2, 0.5) == 0.75
    assert chance_at_mean(0.5) == pytest.approx(0.39, abs=0.005)


@pytest.mark.parametrize(("organisms", "chance"), [(0, 0.0), (1, 1.0)])
def test_the_whole_product_finds_what_is_there(organisms: int, chance: float) -> None:
    """A fraction of 1 is certain either way."""
    assert chance_in_fraction(organisms, 1) == chance


def test_lost_organisms_count_like_a_smaller_volume() -> None:
    """Half the recovery is half the volume."""
    assert chance_in_sample(2, 1, recovery=0.5) == pytest.approx(chance_in_sample(2, 0.5))


def test_an_anaerobe_has_the_volume_of_one_medium_only() -> None:
    """What grows in both media is found in either."""
    found = chance_in_two_media(1, first_ml=1, second_ml=3)

    assert found.first_only == pytest.approx(1 - math.exp(-1))
    assert found.second_only == pytest.approx(1 - math.exp(-3))
    assert found.either == pytest.approx(1 - math.exp(-4))


@given(cfu=st.floats(1e-3, 1e3), confidence=st.floats(0.01, 0.999))
@settings(max_examples=50, deadline=None)
def test_the_volume_needed_finds_with_the_confidence_asked_for(
    cfu: float, confidence: float
) -> None:
    """Volume and chance are each other's inverse."""
    volume = volume_needed(cfu, confidence=confidence)

    assert chance_in_sample(cfu, volume) == pytest.approx(confidence, rel=1e-9)


@pytest.mark.parametrize("fraction", [0.01, 0.2, 0.5])
def test_one_organism_less_than_needed_is_not_enough(fraction: float) -> None:
    """The number is the smallest."""
    needed = organisms_needed(fraction, confidence=0.95)

    assert chance_in_fraction(needed, fraction) >= 0.95 > chance_in_fraction(needed - 1, fraction)
    assert organisms_needed(1, confidence=0.95) == 1


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: chance_at_mean(-1), "expected 0 or more"),
        (lambda: chance_in_sample(1, 0), "volume_ml is 0; expected more than 0"),
        (lambda: chance_in_sample(1, 1, recovery=60), "Write 60 % as 0.60"),
        (lambda: chance_in_fraction(1, 0), "fraction is 0"),
        (lambda: all_positive_chance(1, 0), "expected at least 1 inoculum"),
    ],
)
def test_impossible_numbers_are_refused(call: object, reason: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        call()  # type: ignore[operator]
