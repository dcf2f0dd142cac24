"""From vials, counts, logs and controls to the results that the growth lesson shows."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.cells.growth import NoGrowth
from stemcell_kit.worksheets.counting import (
    control_flags,
    control_limits,
    count_summary,
    dilution_check,
)
from stemcell_kit.worksheets.growth import (
    growth_between_banks,
    growth_by_passage,
    recovery_along_fill,
    vial_balance,
    vial_viability,
    vial_yields,
)


def vials(*recovered: int) -> pd.DataFrame:
    """One lot of ten vials, filled with 100 viable cells each; half of the cells attach."""
    numbers = [1, 10] if len(recovered) == 2 else range(1, len(recovered) + 1)
    rows = [
        {
            "lot": "L-1",
            "vial": vial,
            "viable_frozen": 100,
            "viable_recovered": cells,
            "viability_percent": 80.0,
            "attached_24h": cells // 2,
        }
        for vial, cells in zip(numbers, recovered, strict=True)
    ]
    return pd.DataFrame(rows)


def export(*per_ml: float) -> pd.DataFrame:
    """Counts of 100 live cells at dilution 2, one lot each, with the reported concentrations."""
    return pd.DataFrame(
        {
            "lot": [f"L-{number}" for number in range(1, len(per_ml) + 1)],
            "total_cells": 110,
            "live_cells": 100,
            "dilution_factor": 2,
            "viability_percent": 90.9,
            "live_per_ml": per_ml,
        }
    )


def culture_log(*steps: tuple[int, str]) -> pd.DataFrame:
    """Passages of 24 hours that start with 100 cells; each step: cells harvested, lot banked."""
    rows = [
        {
            "line": "L",
            "passage": passage,
            "hours": 24.0,
            "cells_seeded": 100,
            "cells_harvested": cells,
            "banked_lot": lot,
        }
        for passage, (cells, lot) in enumerate(steps, 5)
    ]
    return pd.DataFrame(rows)


def test_one_vial_has_five_percentages() -> None:
    """The worked vial: 84 % viable and 43 % on the plate."""
    balance = vial_balance(
        total_frozen=1e6,
        viability_frozen=95,
        total_recovered=8.2e5,
        viability_recovered=84,
        attached=4.1e5,
    )

    assert list(balance["percent"]) == [84.0, 82.0, 72.51, 59.52, 43.16]


def test_yields_are_told_per_vial() -> None:
    """80 of 100 recovered and 40 attached: recovery 80, plating 50, yield 40 %."""
    row = vial_yields(vials(80)).iloc[0]

    assert (row["viable_recovery"], row["plating_efficiency"], row["overall_yield"]) == (80, 50, 40)


def test_a_loss_along_the_fill_is_first_minus_last() -> None:
    """From 80 % in vial 1 to 50 % in vial 10 are 30 points."""
    assert recovery_along_fill(vials(80, 50))["drop"].tolist() == [30.0]


def test_a_vial_that_was_not_thawed_is_refused() -> None:
    """The message names the vials that were."""
    with pytest.raises(BadInput, match="1, 10"):
        vial_viability(vials(80, 50), "L-1", 5)


def test_a_dilution_counted_twice_stands_first_at_twice_the_usual() -> None:
    """Viability is the same in all three lots."""
    checked = dilution_check(export(2000.0, 4000.0, 2000.0))

    assert checked.loc[0, "sample"] == "L-2"
    assert checked["times_usual"].tolist() == [2.0, 1.0, 1.0]


def test_a_dilution_forgotten_stands_first_at_half_the_usual() -> None:
    """Half is as unusual as twice."""
    checked = dilution_check(export(2000.0, 2000.0, 1000.0))

    assert (checked.loc[0, "sample"], checked.loc[0, "times_usual"]) == ("L-3", 0.5)


def test_an_export_without_lots_is_told_by_sample() -> None:
    """A reader's own export names samples only, and one count has no replicate CV."""
    own = export(2000.0).rename(columns={"lot": "sample"})
    told = count_summary(own).iloc[0]

    assert (told["sample"], told["counting_cv"]) == ("L-1", 10.0)
    assert pd.isna(told["replicate_cv"])


def test_passages_between_banks_are_added_up() -> None:
    """One doubling and two doublings lead to the bank: 3 in 48 h, 16 h each, mean 18 h."""
    ledger = growth_between_banks(culture_log((200, ""), (400, "M1"))).iloc[0]

    assert (ledger["passages"], ledger["doublings"]) == (2, 3.0)
    assert (ledger["doubling_time_h"], ledger["mean_of_passages_h"]) == (16.0, 18.0)


def test_attachment_adds_the_doublings_that_the_loss_hid() -> None:
    """Half attached: 100 seeded to 200 harvested are two doublings."""
    growth = growth_by_passage(culture_log((200, "")), attachment=0.5)

    assert growth["doublings"].tolist() == [2.0]


def test_a_passage_without_growth_is_named() -> None:
    """No doubling time is invented for a culture that shrank."""
    with pytest.raises(NoGrowth, match="passage 2"):
        growth_by_passage(culture_log((200, ""), (90, "M1")))


def control_log(*values: float) -> pd.DataFrame:
    """One level of beads, one run each."""
    runs = range(1, len(values) + 1)
    return pd.DataFrame({"run": runs, "date": "2026-01-05", "level": "low", "value": values})


def test_limits_come_from_the_baseline_alone() -> None:
    """Runs 1 to 3 are 9, 10, 11; the run at 100 does not move them."""
    limits = control_limits(control_log(9.0, 10.0, 11.0, 100.0), baseline=3).iloc[0]

    assert (limits["runs"], limits["mean"], limits["sd"]) == (3, 10.0, 1.0)


@pytest.mark.parametrize(
    ("value", "rules"), [(12.9, ["1-2s"]), (13.0, ["1-2s"]), (13.1, ["1-2s", "1-3s"])]
)
def test_a_value_beyond_three_sd_is_rejected(value: float, rules: list[str]) -> None:
    """On the line is not beyond it."""
    flags = control_flags(control_log(9.0, 10.0, 11.0, value), baseline=3)

    assert flags["rule"].tolist() == rules
