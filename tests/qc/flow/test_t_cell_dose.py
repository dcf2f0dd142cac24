"""T cells per kilogram."""

from __future__ import annotations

from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow.t_cell_dose import dose_per_kg, t_cell_dose

LOT: dict[str, Any] = {
    "viable_cells": 2e9,
    "t_cells": 1311,
    "live_events": 87_400,
    "weight_kg": 70,
    "below_per_kg": 2e5,
}


def test_one_and_a_half_per_cent_can_be_too_much() -> None:
    """4.29e5 a kilogram; 9.33e8 viable cells would have been the most."""
    found = t_cell_dose(**LOT)
    assert found.value == pytest.approx(2e9 * 0.015 / 70)
    assert not found.below_limit
    assert found.most_viable_cells == pytest.approx(2e5 * 70 / 0.015)
    assert t_cell_dose(**{**LOT, "viable_cells": found.most_viable_cells}).value == pytest.approx(
        2e5
    )


@pytest.mark.parametrize(("limit", "below"), [(99.9, False), (100, False), (100.1, True)])
def test_the_dose_must_be_below_the_limit(limit: float, below: bool) -> None:
    """At the limit is not below it: 10 of 1000 in 1e6 cells for 100 kg are 100 a kilogram."""
    lot = {"viable_cells": 1e6, "t_cells": 10, "live_events": 1000, "weight_kg": 100}
    assert t_cell_dose(**lot, below_per_kg=limit).below_limit is below


def test_few_events_leave_a_low_dose_unsure() -> None:
    """The estimate is below, its upper limit is not; ten times the events make it sure."""
    few = t_cell_dose(**{**LOT, "t_cells": 6, "live_events": 1000})
    many = t_cell_dose(**{**LOT, "t_cells": 600, "live_events": 100_000})
    assert (few.below_limit, few.surely_below) == (True, False)
    assert "more events are needed" in few.notes[0]
    assert (many.below_limit, many.surely_below) == (True, True)


def test_no_t_cell_seen_is_not_none() -> None:
    """Zero of 10 000 in 2e9 cells may still be 8 560 a kilogram."""
    found = t_cell_dose(**{**LOT, "t_cells": 0, "live_events": 10_000})
    assert found.value == 0
    assert "below 8.56e+03 per kg, not 0" in found.notes[0]
    assert found.most_viable_cells < float("inf")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"weight_kg": 0}, "weight_kg is 0"),
        ({"viable_cells": -1}, "viable_cells"),
        ({"t_cells": 90_000}, "90000 positive of 87400"),
        ({"below_per_kg": 0}, "below_per_kg"),
        ({"live_events": 0}, "at least one event"),
    ],
)
def test_a_dose_that_cannot_be_is_refused(changed: dict[str, float], reason: str) -> None:
    """Weight, cells, counts, limit."""
    with pytest.raises(BadInput, match=reason):
        t_cell_dose(**{**LOT, **changed})


def test_a_percentage_is_no_share() -> None:
    """1.5 in place of 0.015 would give a hundred times the dose."""
    with pytest.raises(BadInput, match=r"Write 1\.5 % as 0\.015"):
        dose_per_kg(2e9, 1.5, 70)
