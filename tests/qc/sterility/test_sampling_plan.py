"""What a sample of containers can find."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.sterility.sampling_plan import (
    chance_in_batch,
    chance_of_detection,
    chance_of_detection_poisson,
    chance_of_exactly_one,
    containers_needed,
    containers_needed_in_batch,
    false_positive_session,
    pass_chance,
)


def test_two_containers_by_pencil() -> None:
    """At one half each, one container finds 1/2 and two find 3/4, exactly one 1/2."""
    assert chance_of_detection(1, 0.5) == 0.5
    assert chance_of_detection(2, 0.5) == 0.75
    assert chance_of_exactly_one(2, 0.5) == 0.5


@pytest.mark.parametrize(("share", "chance"), [(0, 0.0), (1, 1.0)])
def test_a_clean_and_a_wholly_contaminated_batch_are_certain(share: int, chance: float) -> None:
    """Nothing is found where nothing is, and one container is enough where all are bad."""
    assert chance_of_detection(1, share) == chance
    assert chance_of_detection(0, share) == 0


def test_a_tiny_share_keeps_its_digits() -> None:
    """The complement is never formed by subtraction."""
    assert chance_of_detection(20, 1e-18) == pytest.approx(2e-17, rel=1e-12)


def test_the_batch_form_agrees_with_scipy() -> None:
    """An independent hypergeometric gives the same chance."""
    for batch, bad, n in [(50, 5, 5), (100, 5, 10), (1000, 10, 20), (30, 20, 4), (12, 4, 8)]:
        expected = stats.hypergeom.sf(0, batch, bad, n)
        assert chance_in_batch(batch, bad, n) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("n", "certain"), [(4, False), (5, False), (6, True)])
def test_more_containers_than_clean_ones_find_it_for_certain(n: int, certain: bool) -> None:
    """Five clean containers: the sixth taken must be contaminated."""
    assert (chance_in_batch(10, 5, n) == 1) is certain


@given(share=st.floats(1e-4, 0.9), confidence=st.floats(0.05, 0.999), found=st.floats(0.1, 1))
@settings(max_examples=50, deadline=None)
def test_the_number_needed_is_the_smallest_that_is_enough(
    share: float, confidence: float, found: float
) -> None:
    """One container less falls short of the confidence."""
    n = containers_needed(share, confidence=confidence, found_if_taken=found)

    assert chance_of_detection(n, share, found_if_taken=found) >= confidence * (1 - 1e-9)
    assert n == 1 or chance_of_detection(n - 1, share, found_if_taken=found) < confidence


def test_a_confidence_met_exactly_needs_no_more() -> None:
    """Two containers find one half with 75 % exactly: rounding does not ask for a third."""
    assert containers_needed(0.5, confidence=0.75) == 2
    assert containers_needed(1.0, confidence=0.99) == 1
    assert containers_needed_in_batch(10, 1, confidence=0.2) == 2


def test_the_number_needed_in_a_batch_agrees_with_a_search() -> None:
    """Counting up from 1 finds the same."""
    for batch, bad in [(10, 1), (50, 5), (20, 20), (7, 3)]:
        search = next(n for n in range(1, batch + 1) if chance_in_batch(batch, bad, n) >= 0.9)
        assert containers_needed_in_batch(batch, bad, confidence=0.9) == search


def test_a_free_retest_lets_more_batches_pass() -> None:
    """Two independent chances to pass: 1 - (chance to be found) squared."""
    once, twice = pass_chance(1, 0.5), pass_chance(1, 0.5, tests=2)

    assert (once, twice) == (0.5, 0.75)


def test_the_poisson_form_falls_short_of_the_binomial() -> None:
    """It understates detection most for large shares."""
    assert chance_of_detection_poisson(5, 0.1) < chance_of_detection(5, 0.1)
    assert false_positive_session(0, 0.001) == 0


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: chance_of_detection(-1, 0.1), "expected 0 or more"),
        (lambda: chance_of_detection(2.5, 0.1), "expected a whole number"),  # type: ignore[arg-type]
        (lambda: chance_of_detection(5, 5), "expected a share above 0 and up to 1"),
        (lambda: chance_in_batch(10, 11, 2), "contaminated is 11, but the batch holds 10"),
        (lambda: chance_in_batch(10, 1, 11), "taken, is 11, but the batch holds 10"),
        (lambda: containers_needed(0, confidence=0.95), "contaminated is 0"),
        (lambda: containers_needed(0.1, confidence=1), "certainty needs infinite data"),
        (lambda: containers_needed_in_batch(10, 0, confidence=0.9), "finds what is not there"),
        (lambda: pass_chance(4, 0.1, tests=0), "never tested cannot pass"),
    ],
)
def test_impossible_numbers_are_refused(call: object, reason: str) -> None:
    """The message says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        call()  # type: ignore[operator]
