"""The endotoxin run from the hidden truth through the export and back, over fifty banks."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

from stemcell_kit.bank import Bank, build, parse_fault
from stemcell_kit.bank.assays.endotoxin import endotoxin_eu_per_ml
from stemcell_kit.bank.exports.endotoxin import files
from stemcell_kit.instruments import read_endotoxin_run
from stemcell_kit.qc.endotoxin.endotoxin_run import EndotoxinRun, endotoxin_run
from stemcell_kit.qc.endotoxin.kinetic_curve import blank_is_slower

SEEDS = range(1, 51)
LOT, OTHER = "SKTi003-A-W1", "SKTi001-A-M1"


def written(bank: Bank) -> pd.DataFrame:
    ((name, raw),) = files(bank, [OTHER, LOT])
    assert name == "endotoxin_softmax.txt"
    return read_endotoxin_run(raw)


def analysed(wells: pd.DataFrame) -> EndotoxinRun:
    return endotoxin_run(
        wells,  # type: ignore[arg-type]
        spike_eu_per_ml=0.5,
        limit_eu_per_ml=5,
        r_at_least=0.98,
        recovery_at_least=50,
        recovery_at_most=200,
    )


@cache
def run_of(seed: int, *faults: str) -> tuple[Bank, pd.DataFrame, EndotoxinRun]:
    bank = build(seed, [parse_fault(fault) for fault in faults])
    wells = written(bank)
    return bank, wells, analysed(wells)


def test_the_export_reads_back_as_the_table() -> None:
    """Every well, group by group; a silent well comes back as missing."""
    bank, wells, _ = run_of(7)
    expected = bank.table("endotoxin", [OTHER, LOT])

    same = ["well", "sample", "role", "eu_per_ml", "dilution", "onset_s"]
    assert_frame_equal(
        wells[same].sort_values("well", ignore_index=True),
        expected[same].sort_values("well", ignore_index=True),
        check_dtype=False,
    )


def test_the_truth_is_recovered_within_its_interval() -> None:
    """About 95 of 100 intervals hold it; a limit below the curve is never far below the truth."""
    held = total = 0
    for seed in SEEDS:
        bank, _, run = run_of(seed)
        assert run.valid
        for name in (OTHER, LOT):
            true, found = endotoxin_eu_per_ml(bank.truth, bank.truth.lots[name]), run[name].result
            assert run[name].outcome == "pass"
            if found.relation == "<":
                assert true < found.value * 1.3
            else:
                assert found.interval is not None
                total += 1
                held += found.interval.low <= true <= found.interval.high
    assert total > 20
    assert stats.binomtest(held, total, 0.95).pvalue > 0.001


def test_endotoxin_is_found_by_the_result_and_hidden_endotoxin_by_the_spike_alone() -> None:
    """One lot is rejected on the right number; the other looks clean and does not recover."""
    faults = (f"endotoxin-high@{LOT}", f"endotoxin-spike-failure@{OTHER}")
    for seed in SEEDS:
        bank, _, run = run_of(seed, *faults)
        true = endotoxin_eu_per_ml(bank.truth, bank.truth.lots[LOT])
        assert run.valid
        assert run[LOT].outcome == "reject"
        assert run[LOT].value == pytest.approx(true, rel=0.25)
        assert 50 <= run[LOT].recovery_percent <= 200
        assert run[OTHER].outcome == "interference"
        assert run[OTHER].recovery_percent == pytest.approx(25, abs=8)
        assert run[OTHER].value <= 5


def test_a_lot_can_hide_the_endotoxin_that_it_holds() -> None:
    """Both faults: the number may be below the limit, and still the lot does not pass."""
    hidden = 0
    for seed in SEEDS[:20]:
        faults = (f"endotoxin-high@{LOT}", f"endotoxin-spike-failure:0.8@{LOT}")
        run = run_of(seed, *faults)[2]
        assert run[LOT].outcome != "pass"
        hidden += run[LOT].value <= 5
    assert hidden > 4


def test_exchanged_standards_are_found_by_the_curve_alone() -> None:
    """Their duplicates agree and the blank is slower; r tells, and no result counts."""
    for seed in SEEDS:
        _, wells, run = run_of(seed, "endotoxin-curve-failure")
        assert not run.valid and abs(run.r) < 0.98
        assert {one.outcome for one in run.samples} == {"invalid run"}
        assert max(level.cv_percent for level in run.curve.levels) < 6
        assert blank_is_slower(
            wells[wells["role"] == "standard"],  # type: ignore[arg-type]
            wells.loc[wells["role"] == "blank", "onset_s"].tolist(),
        )
