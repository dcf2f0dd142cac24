"""The control log itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.control_log import ControlLog, check_control_log

LEVELS = ["low", "high"] * 3
RUNS = [1, 1, 2, 2, 3, 3]


def log(**changes: list[object]) -> ControlLog:
    """Three runs of two levels; the lot changes with run 3 and brings its own targets."""
    columns: dict[str, list[Any]] = {
        "runs": list(RUNS),
        "levels": list(LEVELS),
        "lots": ["B1"] * 4 + ["B2"] * 2,
        "targets": [5.0, 20.0, 5.0, 20.0, 5.2, 19.8],
        "sds": [0.1, 0.4, 0.1, 0.4, 0.1, 0.4],
        **changes,
    }
    return check_control_log(**columns)


def test_a_new_lot_may_bring_a_new_target() -> None:
    """Nothing is found, and both places of the new lot are named."""
    found = log()

    assert (found.value, found.n) == (0, 6)
    assert found.new_lots == (4, 5)


def test_a_target_that_moves_within_a_lot_is_found() -> None:
    """The low target becomes 5.1 at run 2, and 5.2 only with the new lot."""
    found = log(targets=[5.0, 20.0, 5.1, 20.0, 5.2, 19.8])

    assert found.changed_targets == (
        "run 2, low, lot B1: target and SD 5, 0.1 became 5.1, 0.1 without a new lot",
    )


def test_a_wider_sd_within_a_lot_is_found() -> None:
    """Widening the limits is adjusting the log as well."""
    assert "0.4 became 20, 0.8" in log(sds=[0.1, 0.4, 0.1, 0.8, 0.1, 0.4]).changed_targets[0]


def test_missing_and_repeated_runs_are_named() -> None:
    """Runs 1, 3, 5 lack 2 and 4; a level twice in one run is one too many."""
    assert log(runs=[1, 1, 3, 3, 5, 5]).missing_runs == (2, 4)
    assert log(levels=["low", "low", *LEVELS[2:]], targets=[5.0, 5.0, 5.0, 20.0, 5.2, 19.8],
               sds=[0.1, 0.1, 0.1, 0.4, 0.1, 0.4]).repeated == (
        "run 1 has the level low more than once",
    )  # fmt: skip


@given(st.lists(st.integers(min_value=1, max_value=30), min_size=2, max_size=12, unique=True))
@settings(max_examples=50, deadline=None)
def test_every_gap_is_counted_once(runs: list[int]) -> None:
    """Runs found and runs missing are the whole range."""
    runs = sorted(runs)
    n = len(runs)
    found = check_control_log(runs, ["low"] * n, ["B1"] * n, [5.0] * n, [0.1] * n)

    assert sorted([*runs, *found.missing_runs]) == list(range(runs[0], runs[-1] + 1))
    assert found.value == len(found.missing_runs)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lots": ["B1"]}, r"\[1, 6\] entries"),
        ({"runs": [2, 2, 1, 1, 3, 3]}, "the runs go back"),
        ({"sds": [0.1, 0.0, 0.1, 0.4, 0.1, 0.4]}, "SD of the control is 0"),
    ],
)
def test_a_log_that_cannot_be_followed_is_refused(
    changes: dict[str, list[object]], message: str
) -> None:
    """Unequal columns, wrong order, no spread."""
    with pytest.raises(BadInput, match=message):
        log(**changes)
