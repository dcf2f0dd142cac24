"""Banking: culture, counting, thaw, karyotype and release, from the truth to the file and back.

Each claim holds over 50 seeds. Where a draw may miss (a mosaic is drawn cell by cell), the claim
is about how often the method must see it.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import ASSAYS, Bank, build, parse_fault
from stemcell_kit.bank.exports.banking import counter_csv, fcs_bytes, quantstudio_text, sheet_csv
from stemcell_kit.bank.noise import noise
from stemcell_kit.instruments import read, read_nat_run, read_sheet
from stemcell_kit.instruments.sheets.banking import SHEETS
from stemcell_kit.qc.cells.cell_count import pooled_viability, viable_recovery
from stemcell_kit.qc.cells.growth import doubling_time_h
from stemcell_kit.qc.cells.proportionality import assess_dilution_series
from stemcell_kit.qc.flow.flow_percent import gate_threshold, percent_positive
from stemcell_kit.qc.genome.copy_number import relative_copy_number
from stemcell_kit.qc.genome.iscn import read_karyotype
from stemcell_kit.qc.genome.mosaicism import is_clone
from stemcell_kit.qc.molecular.nat_call import call_run
from stemcell_kit.qc.quality.control_chart import levey_jennings, westgard

LOT = "SKTi003-A-W1"
SEEDS = range(50)
# what the sheet calls the controls, in the words of the method
ROLES = {
    "negative control": "negative extraction control",
    "no template": "no-template control",
}


@cache
def bank_of(seed: int, *faults: str) -> Bank:
    """A bank, made once for all tests."""
    return build(seed, [parse_fault(words) for words in faults])


def sheet(bank: Bank, kind: str) -> pd.DataFrame:
    """A sheet of one lot, written and read back."""
    written = sheet_csv(bank.table(kind, [LOT]), SHEETS[kind])
    return read_sheet(written.encode("utf-8"), kind)


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_comes_back_cell_by_cell(kind: str) -> None:
    """Whatever was drawn: names, dates, numbers, blanks."""
    for seed in SEEDS:
        drawn = bank_of(seed).table(kind, [LOT])
        back = sheet(bank_of(seed), kind)
        assert_frame_equal(back, drawn[list(back.columns)], check_dtype=False)


def test_every_assay_with_a_file_of_banking_is_tried_here() -> None:
    """A new sheet joins the round trip by itself."""
    assert {*SHEETS} <= {*ASSAYS}


def test_counts_give_the_viability_of_the_culture() -> None:
    """Pooled over three counts, the interval holds what was drawn nearly always."""
    low, high = noise("counts")["viability"]
    for seed in SEEDS:
        written = counter_csv(bank_of(seed).table("counts", [LOT]))
        back = read(written.encode("utf-8"))
        found = pooled_viability(list(back["live_cells"]), list(back["dead_cells"]))
        assert found.interval is not None
        assert found.interval.low <= 100 * high and found.interval.high >= 100 * low
        assert (back["live_per_ml"] * 100 / back["total_per_ml"]).sub(found.value).abs().max() < 3


def test_a_dilution_applied_twice_doubles_cells_and_leaves_viability() -> None:
    """Viability cannot see it; the recovery above 100 % does."""
    for seed in SEEDS:
        right, twice = bank_of(seed), bank_of(seed, f"dilution-twice@{LOT}")
        first, second = (
            read(counter_csv(bank.table("counts", [LOT])).encode()) for bank in (right, twice)
        )
        assert list(second["viability_percent"]) == list(first["viability_percent"])
        assert (second["live_per_ml"] / first["live_per_ml"]).round(1).eq(2).all()
        recovered = sheet(twice, "post_thaw")
        assert recovered["viable_recovered"].mean() > recovered["viable_frozen"].mean()


def test_the_passage_log_gives_the_doubling_time() -> None:
    """Within the noise of culture and attachment; mycoplasma slows it by a quarter."""
    setting = noise("growth")
    slowed = 0
    for seed in SEEDS:
        line = bank_of(seed).truth.lines[bank_of(seed).truth.lots[LOT].line]
        attached = sum(setting["attachment"]) / 2
        times = []
        for faults in ((), (f"mycoplasma@{LOT}",)):
            log = sheet(bank_of(seed, *faults), "passage_log")
            last = log[log["passage"] > log["passage"].max() - 5]
            found = [
                doubling_time_h(
                    row.cells_seeded, row.cells_harvested, hours=row.hours, attachment=attached
                ).value
                for row in last.itertuples()
            ]
            times.append(sum(found) / len(found))
        assert times[0] == pytest.approx(line.doubling_time_h, rel=0.12)
        slowed += times[1] > 1.12 * times[0]
    assert slowed == len(SEEDS)


def test_thawed_vials_show_a_drift_along_the_fill() -> None:
    """Late vials recover less; without the fault first and last differ by chance alone."""
    drifts = {"": [], f"fill-drift@{LOT}": []}  # type: dict[str, list[float]]
    for seed in SEEDS:
        for fault, found in drifts.items():
            vials = sheet(bank_of(seed, *filter(None, [fault])), "post_thaw").sort_values("vial")
            recovered = [
                viable_recovery(row.viable_recovered, row.viable_frozen).value
                for row in vials.itertuples()
            ]
            found.append(recovered[-1] / recovered[0])
    good, drifting = drifts.values()
    assert sum(good) / len(good) == pytest.approx(1, abs=0.03)
    assert max(drifting) < 1 and sum(drifting) / len(drifting) < 0.85


def test_metaphases_and_string_tell_one_story() -> None:
    """A mosaic of 40 % is a clone by the counting rule, in the cells and in the ISCN string."""
    setting = noise("karyotype")
    rule = {f"{kind}_cells": setting[f"clone_cells_{kind}"] for kind in ("gain", "loss")}
    for seed in SEEDS:
        for faults, expected in (((), False), ((f"trisomy-12@{LOT}",), True)):
            bank = bank_of(seed, *faults)
            cells = sheet(bank, "karyotype")
            extra = int((cells["abnormalities"] == "+12").sum())
            assert is_clone(extra, kind="gain", **rule) is expected
            written = read_karyotype(sheet(bank, "iscn")["karyotype"].iloc[0])
            changes = {change.text for clone in written.clones for change in clone.abnormalities}
            assert ("+12" in changes) is expected


def copies(bank: Bank, target: str) -> float:
    """Copies of a target in the lot, from the plate as it is read back."""
    written = quantstudio_text(
        bank.table("copy_number", [LOT]), experiment="x", finished="2026-01-01 10:00:00"
    )
    wells = read(written.encode("utf-8"))

    def cq(sample: str, name: str) -> list[float]:
        return list(wells.loc[(wells["sample"] == sample) & (wells["target"] == name), "cq"])

    setting = noise("copy_number")
    return relative_copy_number(
        target=cq(LOT, target),
        reference=cq(LOT, setting["reference"]),
        calibrator_target=cq(setting["calibrator"], target),
        calibrator_reference=cq(setting["calibrator"], setting["reference"]),
    ).value


def test_copy_number_sees_the_gain_that_banding_cannot() -> None:
    """Three copies of BCL2L1 and two of the rest; no metaphase shows anything."""
    gain = f"gain-20q@{LOT}"
    for seed in SEEDS:
        assert copies(bank_of(seed), "BCL2L1") == pytest.approx(2, abs=0.4)
        assert copies(bank_of(seed, gain), "BCL2L1") == pytest.approx(3, abs=0.6)
        assert copies(bank_of(seed, gain), "NANOG") == pytest.approx(2, abs=0.4)
        assert_frame_equal(
            sheet(bank_of(seed, gain), "karyotype"), sheet(bank_of(seed), "karyotype")
        )


def positive_percent(bank: Bank, channel: str) -> float:
    """Percent of live single cells above the isotype control, from the files as they are read."""
    gated = {}
    for tube in ("isotype", "stained"):
        events = bank.table("flow", [LOT]).query("tube == @tube")
        back = read(fcs_bytes(events, about={"lot": LOT}))
        single = back["FSC-A"] < 1.4 * back["FSC-H"]
        cells = back[single & (back["FSC-A"] > 45_000) & (back["Viability"] < 1500)]
        gated[tube] = cells[channel]
    threshold = gate_threshold(gated["isotype"], percentile=99)
    return percent_positive(gated["stained"], threshold).value


def test_markers_fall_with_differentiation() -> None:
    """The share above the control falls by about what was planted (35 % more differentiated)."""
    for seed in SEEDS:
        good = positive_percent(bank_of(seed), "TRA-1-60")
        worse = positive_percent(bank_of(seed, f"differentiation@{LOT}"), "TRA-1-60")
        assert good > 90
        assert good - worse == pytest.approx(35, abs=8)


@pytest.mark.parametrize(
    ("faults", "call"),
    [
        ((), "negative"),
        (("mycoplasma",), "positive"),
        (("mycoplasma-control-failure",), "invalid"),
        (("mycoplasma", "mycoplasma-control-failure"), "invalid"),
    ],
    ids=["clean", "contaminated", "inhibited", "both"],
)
def test_the_amplification_run_is_called_right(faults: tuple[str, ...], call: str) -> None:
    """An inhibited sample is invalid, contaminated or not: no signal says nothing."""
    for seed in SEEDS:
        bank = bank_of(seed, *(f"{fault}@{LOT}" for fault in faults))
        written = sheet_csv(bank.table("mycoplasma", [LOT]), SHEETS["mycoplasma"])
        wells = read_nat_run(written.encode("utf-8"))
        rows = [
            {
                "name": row.sample,
                "role": ROLES.get(row.role, row.role),
                "target_cq": None if pd.isna(row.target_cq) else row.target_cq,
                "internal_cq": None if pd.isna(row.control_cq) else row.control_cq,
            }
            for row in wells.itertuples()
        ]
        run = call_run(rows, cutoff_cq=38, internal_shift=3)
        assert [str(one.call) for one in run.samples] == [call]


def series_of(bank: Bank, counter: str) -> dict[str, list[object]]:
    """The dilution series of one counter, in the words of the method."""
    table = sheet(bank, "dilution_series").query("counter == @counter")
    return {
        "target_dilution_fraction": list(table["fraction"]),
        "replicate_sample": list(table["sample"]),
        "cell_conc": list(table["concentration"]),
    }


def test_a_saturating_counter_is_told_by_the_index_and_not_by_r_squared() -> None:
    """The same replicates, nearly the same R squared; the index more than doubles."""
    for seed in SEEDS:
        found = [
            assess_dilution_series(series_of(bank_of(seed, *faults), "C-2"))
            for faults in ((), ("counter-saturation",))
        ]
        assert min(one.r_squared for one in found) > 0.99
        assert found[1].smoothed_scaled_sae > 1.5 * found[0].smoothed_scaled_sae


def test_a_shifted_control_is_flagged_after_it_shifted() -> None:
    """By some rule within the runs that follow, and never named before by a rule of two values."""
    setting = noise("control_runs")
    first = setting["shift_from_run"]
    for seed in SEEDS:
        log = sheet(bank_of(seed, "control-shift"), "control_runs")
        level = log[log["level"] == log["level"].iloc[0]]
        before = level[level["run"] < first]["value"]
        limits = levey_jennings(before)
        flags = westgard(list(level["value"]), limits.mean, limits.sd)
        late = [flag for flag in flags if flag.rule != "1-2s" and flag.index >= first - 1]
        assert late
