"""What reaches the reaction, what it can detect, and what an inhibited control says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.template_copies import (
    inhibition,
    probability_of_detection,
    template_copies,
)

PLAN = {"sample_ml": 1.0, "recovery": 0.5, "template_ul": 10.0, "elution_ul": 50.0}


def test_an_old_culture_makes_a_method_look_good() -> None:
    """The same 10 CFU/mL are 1 copy at a ratio of 1 and 10 at a ratio of 10."""
    fresh, old = (template_copies(10, copies_per_unit=ratio, **PLAN) for ratio in (1, 10))

    assert fresh.value == pytest.approx(1)
    assert fresh.probability == pytest.approx(1 - math.exp(-1))
    assert old.value == pytest.approx(10)
    assert old.probability > 0.9999


def test_nothing_in_the_sample_is_nothing_in_the_reaction() -> None:
    """Zero is allowed and never detected."""
    assert template_copies(0, **PLAN).probability == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"template_ul": 60.0}, "no more than there is"),
        ({"recovery": 50.0}, "Write 60 % as 0.60"),
        ({"sample_ml": 0.0}, "more than 0"),
    ],
)
def test_impossible_volumes_are_refused(change: dict[str, float], reason: str) -> None:
    """The message says which and why."""
    with pytest.raises(BadInput, match=reason):
        template_copies(10, **(PLAN | change))


def test_all_of_the_eluate_may_be_used() -> None:
    """Template and eluate may be equal."""
    assert template_copies(10, **(PLAN | {"template_ul": 50.0})).value == pytest.approx(5)


def test_the_probability_is_that_of_the_poisson_law() -> None:
    """As scipy gives it, over replicates too."""
    for copies, replicates in ((0.5, 1), (1, 2), (3, 8)):
        expected = stats.poisson.sf(0, copies * replicates)
        found = probability_of_detection(copies, replicates=replicates)
        assert found == pytest.approx(expected)
    with pytest.raises(BadInput, match="at least one reaction"):
        probability_of_detection(3, replicates=0)


@pytest.mark.parametrize(("cq", "inhibited"), [(29.9, False), (30.0, False), (30.1, True)])
def test_the_allowed_shift_is_included(cq: float, inhibited: bool) -> None:
    """Reference 27, allowed 3 cycles."""
    found = inhibition(cq, 27.0, allowed_shift=3.0)

    assert found.inhibited is inhibited
    assert found.fold == pytest.approx(2 ** (cq - 27))


def test_an_early_control_is_no_inhibition_but_is_noticed() -> None:
    """Four cycles early: too much of it was added."""
    found = inhibition(23.0, 27.0, allowed_shift=3.0)

    assert not found.inhibited
    assert "check the amount" in found.notes[0]


@given(copies=st.floats(0, 50), replicates=st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_more_replicates_never_detect_less(copies: float, replicates: int) -> None:
    """A probability between 0 and 1 that grows with the reactions."""
    found = probability_of_detection(copies, replicates=replicates)

    assert 0 <= found <= probability_of_detection(copies, replicates=replicates + 1) <= 1
