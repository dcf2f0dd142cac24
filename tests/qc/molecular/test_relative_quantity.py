"""Fold against a calibrator: error by tubes, efficiencies, and targets that were not detected."""

from __future__ import annotations

import math
from statistics import stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.relative_quantity import (
    UndeterminedCq,
    fold_change,
    fold_limit,
    fold_of_ddcq,
    pfaffl_ratio,
)

TARGET, REFERENCE = [25.0, 25.4, 25.2], [20.0, 20.4, 20.2]
CAL_TARGET, CAL_REFERENCE = [30.0, 30.2, 30.1], [20.1, 20.3, 20.2]
NAN = float("nan")


def test_the_fold_is_two_to_the_shift() -> None:
    """ddCq = (25.2 - 20.2) - (30.1 - 20.2) = -4.9."""
    found = fold_change(TARGET, REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes="separate")

    assert found.ddcq == pytest.approx(-4.9)
    assert found.fold == pytest.approx(2**4.9)
    assert found.percent == pytest.approx(100 * 2**4.9)
    assert (found.n, found.is_limit) == (12, False)


def test_separate_tubes_add_variances_and_one_tube_uses_the_paired_difference() -> None:
    """Wells that move together have no error in one tube, and a wide one in two."""
    separate, same = (
        fold_change(TARGET, REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes=tubes)
        for tubes in ("separate", "same")
    )
    assert separate.delta_sd == pytest.approx(math.hypot(stdev(TARGET), stdev(REFERENCE)))
    assert same.delta_sd == pytest.approx(0, abs=1e-9)
    assert same.fold == pytest.approx(separate.fold)
    assert separate.interval is not None
    assert same.interval is not None
    assert same.interval.high - same.interval.low < 1e-9 < separate.interval.high


def test_the_interval_is_asymmetric_and_its_middle_is_the_fold_on_the_log_scale() -> None:
    """Error bars of a fold are never equal up and down."""
    found = fold_change(TARGET, REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes="separate")

    assert found.interval is not None
    low, high = found.interval.low, found.interval.high
    assert high - found.fold > found.fold - low
    assert math.sqrt(low * high) == pytest.approx(found.fold)


def test_the_half_width_is_welch() -> None:
    """Two kinds without spread leave a t of 2 degrees of freedom."""
    found = fold_change([25.0, 25.1, 25.2], [20] * 3, [30] * 3, [20] * 3, tubes="separate")
    half = 4.302653 * 0.1 / math.sqrt(3)

    assert found.interval is not None
    assert found.interval.high == pytest.approx(2 ** (4.9 + half), rel=1e-6)


def test_a_single_well_has_no_interval() -> None:
    """One number says nothing of its spread."""
    found = fold_change(25, 20, 30, 20, tubes="separate")

    assert found.interval is None
    assert any("at least two wells" in note for note in found.notes)


def test_wells_of_one_tube_come_in_pairs() -> None:
    """A lost well takes its partner with it."""
    with pytest.raises(BadInput, match="expected pairs"):
        fold_change(TARGET[:2], REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes="same")
    with pytest.raises(BadInput, match="separate or same"):
        fold_change(TARGET, REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes="duplex")


def test_an_undetermined_target_is_refused_and_a_limit_is_asked_for_by_name() -> None:
    """No number stands in silently; the limit is marked as one."""
    wells = [38.5, NAN, NAN]
    with pytest.raises(UndeterminedCq, match="not Cq 40"):
        fold_change(wells, REFERENCE, CAL_TARGET, CAL_REFERENCE, tubes="separate")

    found = fold_limit(wells, REFERENCE, CAL_TARGET, CAL_REFERENCE, cycle_limit=40)
    mean = (38.5 + 40 + 40) / 3
    assert found.is_limit
    assert found.fold == pytest.approx(2 ** -((mean - 20.2) - (30.1 - 20.2)))
    assert found.interval is not None
    assert found.interval.low == 0
    assert found.interval.high > found.fold
    assert "2 of 3" in found.notes[0]


@pytest.mark.parametrize(("cq", "is_limit"), [(39.9, False), (40.0, False), (40.1, True)])
def test_a_cq_after_the_limit_counts_as_undetermined(cq: float, is_limit: bool) -> None:
    """Below and at the limit it is a Cq."""
    if is_limit:
        assert fold_limit([cq, cq], 20, 30, 20, cycle_limit=40).is_limit
        return
    with pytest.raises(BadInput, match="Use fold_change"):
        fold_limit([cq, cq], 20, 30, 20, cycle_limit=40)


def test_efficiencies_move_the_ratio() -> None:
    """At 100 % it is the plain fold; an efficiency is not a percentage."""
    plain = pfaffl_ratio(3, 1, efficiency_target=2, efficiency_reference=2)
    lower = pfaffl_ratio(3, 1, efficiency_target=1.9, efficiency_reference=2)

    assert plain == pytest.approx(4)
    assert lower == pytest.approx(1.9**3 / 2)
    for wrong in (95, 1, 0.95):
        with pytest.raises(BadInput, match=r"95 % as 1\.95"):
            pfaffl_ratio(3, 1, efficiency_target=wrong, efficiency_reference=2)


@given(ddcq=st.floats(-15, 15), other=st.floats(-15, 15))
@settings(max_examples=40, deadline=None)
def test_folds_multiply_where_shifts_add(ddcq: float, other: float) -> None:
    """A to B to C is A to C."""
    assert fold_of_ddcq(ddcq) * fold_of_ddcq(other) == pytest.approx(fold_of_ddcq(ddcq + other))
