"""Counting quality: what is written is read back, and the methods recover the truth."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import correlation

import numpy as np
import pandas as pd
import pytest

from stemcell_kit.bank import Bank, Fault, build
from stemcell_kit.bank.assays.quality import growth_truth, viability_truth
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.instruments import read, read_sheet
from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.qc.cells.growth_curve import GrowthCurve, fit_growth
from stemcell_kit.qc.quality.bland_altman import bland_altman, bland_altman_replicates
from stemcell_kit.qc.quality.control_log import check_control_log
from stemcell_kit.qc.quality.deming import deming
from stemcell_kit.qc.quality.multirule import multirule
from stemcell_kit.qc.quality.passing_bablok import passing_bablok
from stemcell_kit.qc.quality.small_shifts import cusum, ewma
from stemcell_kit.qc.quality.stability_trend import StabilityTrend, poolability, stability_trend
from stemcell_kit.teaching_tables import teaching_table

LOT = "SKTi003-A-W1"
SEEDS = range(50)


@cache
def bank_of(seed: int, fault: str = "") -> Bank:
    """A bank with at most one fault."""
    where = LOT if fault in ("mycoplasma", "stability-loss") else None
    return build(seed, [Fault(fault, where)] if fault else [])


@cache
def sheet(name: str, seed: int, fault: str = "") -> pd.DataFrame:
    """A sheet written by the bank and read back."""
    table = bank_of(seed, fault).table(name, [LOT])
    return read_sheet(sheet_csv(table, SHEETS[name]).encode("utf-8"), name)


@pytest.mark.parametrize(
    "name", ["growth_curve", "method_comparison", "stability", "control_levels"]
)
def test_what_is_written_is_read_back_through_the_one_door(name: str) -> None:
    """Every value survives, and the sheet is recognised by its headings."""
    written = bank_of(7).table(name, [LOT])
    found = read(sheet_csv(written, SHEETS[name]).encode("utf-8"))

    assert found.attrs["format"] == "sheet"
    pd.testing.assert_frame_equal(found, written, check_dtype=False)


# --- growth curves -------------------------------------------------------------------------


def curve(seed: int, fault: str = "") -> GrowthCurve:
    """The logistic fit of the lot."""
    table = sheet("growth_curve", seed, fault)
    return fit_growth(list(table["hours"]), list(table["live_cells"]), model="logistic")


def test_the_growth_curve_recovers_doubling_time_and_ceiling() -> None:
    """Over 50 banks the rate's interval holds the truth in most, and the mean is unbiased."""
    found = [(curve(seed), growth_truth(bank_of(seed).truth, bank_of(seed).truth.lots[LOT]))
             for seed in SEEDS]  # fmt: skip
    rates = [np.log(2) / truth.doubling_time_h for _, truth in found]
    held = [fit.interval.low <= rate <= fit.interval.high
            for (fit, _), rate in zip(found, rates, strict=True)]  # fmt: skip
    ratio = [fit.doubling_time_h / truth.doubling_time_h for fit, truth in found]
    ceiling = [fit.capacity / truth.capacity for fit, truth in found]

    assert sum(held) >= 42
    assert np.mean(ratio) == pytest.approx(1, abs=0.02)
    assert np.mean(ceiling) == pytest.approx(1, abs=0.03)
    assert max(abs(np.log(ratio))) < 0.2


def test_a_rate_through_the_lag_would_be_too_slow() -> None:
    """Day 0 to day 5 as one passage overstates the doubling time in every bank."""
    for seed in range(10):
        table = sheet("growth_curve", seed).groupby("hours")["live_cells"].mean()
        naive = 120 * np.log(2) / np.log(table.loc[120.0] / table.loc[0.0])
        lot = bank_of(seed).truth.lots[LOT]
        assert naive > 1.08 * growth_truth(bank_of(seed).truth, lot).doubling_time_h


def test_mycoplasma_slows_the_curve() -> None:
    """The doubling time is a quarter longer in the same bank."""
    ratios = [curve(seed, "mycoplasma").doubling_time_h / curve(seed).doubling_time_h
              for seed in range(12)]  # fmt: skip

    assert np.mean(ratios) == pytest.approx(1.25, abs=0.06)


# --- two methods ---------------------------------------------------------------------------


def means(table: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Mean counts of each suspension by both methods."""
    both = table.groupby("sample")[["chamber_per_ml", "counter_per_ml"]].mean()
    return list(both["chamber_per_ml"]), list(both["counter_per_ml"])


def logs(values: Sequence[float]) -> list[float]:
    """Logarithms: where the error grows with the value, ratios are what agrees."""
    return list(np.log10(values))


def test_the_lines_recover_a_proportional_bias() -> None:
    """Slopes are near 1 without the fault and near 0.85 with it, by both regressions."""
    for fault, slope in (("", 1.0), ("comparison-bias", 0.85)):
        pairs = [means(sheet("method_comparison", seed, fault)) for seed in SEEDS]
        # the chamber has twice the CV of the counter: a quarter of the error variance
        lines = [deming(x, y, error_ratio=0.25) for x, y in pairs]
        ranks = [passing_bablok(x, y) for x, y in pairs]
        assert np.mean([line.value for line in lines]) == pytest.approx(slope, abs=0.025)
        held = [line.interval.low <= slope <= line.interval.high for line in ranks]
        assert sum(held) >= 42


def test_the_correlation_cannot_see_the_bias_and_the_differences_do() -> None:
    """r stays above 0.97; the ratio's interval leaves 1 out and the trend of differences shows."""
    for seed in SEEDS:
        x, y = means(sheet("method_comparison", seed, "comparison-bias"))
        ratio = bland_altman(logs(x), logs(y), multiplier=1.96)
        assert correlation(x, y) > 0.97
        assert ratio.interval.low > 0
        assert 10**ratio.value == pytest.approx(1 / 0.85, abs=0.06)
        assert bland_altman(x, y, multiplier=1.96).slope_p < 0.05


def test_without_bias_the_methods_agree_within_their_scatter() -> None:
    """The interval of the bias holds 0 in most banks; SDs come from 8 % and 4 %."""
    found = []
    for seed in SEEDS:
        table = sheet("method_comparison", seed)
        columns = ("chamber_per_ml", "counter_per_ml")
        x, y = ([logs(list(g)) for _, g in table.groupby("sample")[c]] for c in columns)
        found.append(bland_altman_replicates(x, y, multiplier=1.96))

    assert sum(one.interval.low <= 0 <= one.interval.high for one in found) >= 42
    single = np.hypot(0.08, 0.04) / np.log(10)
    assert np.mean([one.sd for one in found]) == pytest.approx(single, rel=0.06)


# --- stability -----------------------------------------------------------------------------


def trend(seed: int, fault: str = "") -> StabilityTrend:
    """The trend of the lot's viability against a limit of 70 %."""
    table = sheet("stability", seed, fault)
    return stability_trend(
        list(table["months"]), list(table["viability_percent"]),
        limit=70.0, side="lower", longest=60.0,
    )  # fmt: skip


def test_the_trend_recovers_the_loss_in_storage() -> None:
    """About one point a month in a warmed lot; its time is up within three years."""
    for seed in SEEDS:
        lot = bank_of(seed, "stability-loss").truth.lots[LOT]
        start, loss = viability_truth(bank_of(seed, "stability-loss").truth, lot)
        found = trend(seed, "stability-loss")
        assert found.slope == pytest.approx(-100 * loss, abs=0.15)
        assert found.changes and found.reached
        assert 14 < found.value < 100 * (start - 0.70) / (100 * loss) + 3


def test_a_sound_lot_keeps_and_release_day_tells_nothing() -> None:
    """Without the fault the bound stays inside for five years; month 0 reads the same with it."""
    kept = [trend(seed) for seed in SEEDS]

    assert sum(not one.reached for one in kept) == len(kept)
    for seed in SEEDS:
        good, bad = sheet("stability", seed), sheet("stability", seed, "stability-loss")
        assert good[good["months"] == 0].equals(bad[bad["months"] == 0])


def test_a_warmed_lot_does_not_pool_with_its_sisters() -> None:
    """With the fault the three lots of a line need lines of their own; the F test says so."""
    for seed in range(20):
        bank = bank_of(seed, "stability-loss")
        lots = [lot for lot in bank.lots if lot.startswith("SKTi003")]
        table = bank.table("stability", lots)
        found = poolability(
            list(table["months"]), list(table["viability_percent"]), list(table["lot"]), level=0.25
        )
        assert found.value == "separate lines"
        assert found.slopes_p < 1e-4


# --- control levels ------------------------------------------------------------------------


def scores(table: pd.DataFrame) -> pd.Series:
    """Mean deviation of the three levels of each run, in assigned SDs."""
    z = (table["value_per_ml"] - table["target_per_ml"]) / table["sd_per_ml"]
    return z.groupby(table["run"]).mean()


def alarms(seed: int, fault: str = "") -> tuple[bool, bool, bool]:
    """Whether single limits, EWMA and CUSUM signal from run 21 on; sigma is of the first 20."""
    table = sheet("control_levels", seed, fault)
    rejected = multirule(
        list(table["value_per_ml"]), list(table["target_per_ml"]), list(table["sd_per_ml"]),
        rules=[{"name": "1-3s", "points": 1, "beyond_sd": 3}], inclusive=False, runs=list(table["run"]), levels=list(table["level"]),
    ).rejected_runs  # fmt: skip
    z = scores(table)
    sigma, later = float(z[:20].std()), list(z[20:])
    slow = ewma(later, 0.0, sigma, weight=0.1, width=2.7)
    sums = cusum(later, 0.0, sigma, k=0.5, h=5)
    return bool(rejected), bool(slow.beyond), bool(sums.beyond)


def test_a_slow_drift_escapes_single_limits_and_not_the_charts_with_memory() -> None:
    """Of 50 drifting counters EWMA and CUSUM find nearly all, the 3 SD limit few."""
    single, slow, sums = (sum(one) for one in zip(
        *(alarms(seed, "counter-drift") for seed in SEEDS), strict=True))  # fmt: skip

    assert single <= 12
    assert slow >= 47
    assert sums >= 47


def test_a_steady_counter_seldom_alarms() -> None:
    """Without the fault all three stay quiet in most banks."""
    for found in zip(*(alarms(seed) for seed in SEEDS), strict=True):
        assert sum(found) <= 12


def test_the_log_is_in_order_before_it_is_judged() -> None:
    """Targets move with the lot of the beads only, and no run is missing."""
    for seed in range(10):
        table = sheet("control_levels", seed, "counter-drift")
        columns = ("run", "level", "control_lot", "target_per_ml", "sd_per_ml")
        found = check_control_log(*(list(table[name]) for name in columns))
        assert found.value == 0
        assert len(found.new_lots) == 3


def test_a_new_control_lot_is_judged_by_its_own_target() -> None:
    """With the old target throughout, the new lot of the low level looks shifted."""
    misread = []
    for seed in range(20):
        table = sheet("control_levels", seed)
        low = table[table["level"] == "low"]
        old = float(low["target_per_ml"].iloc[0])
        after = low[low["control_lot"] == "BEAD-12"]["value_per_ml"].mean()
        misread.append((after - old) / float(low["sd_per_ml"].iloc[0]))
        assert abs(after / float(low["target_per_ml"].iloc[-1]) - 1) < 0.02
    assert np.mean(misread) == pytest.approx(15000 / 11000, abs=0.15)


def test_the_rule_set_as_data_sees_a_shift_of_all_levels_sooner_across_them() -> None:
    """The drift completes rules across levels in more banks than within one level."""
    found = {}
    for name in ("westgard_within_levels", "westgard_across_levels"):
        rules = teaching_table(name).to_dict("records")
        found[name] = 0
        for seed in range(20):
            table = sheet("control_levels", seed, "counter-drift")
            result = multirule(
                list(table["value_per_ml"]), list(table["target_per_ml"]),
                list(table["sd_per_ml"]), rules=rules, inclusive=False,
                runs=list(table["run"]), levels=list(table["level"]),
            )  # fmt: skip
            found[name] += any(run > 24 for run in result.rejected_runs)  # type: ignore[operator]

    assert found["westgard_across_levels"] >= found["westgard_within_levels"]
    assert found["westgard_across_levels"] >= 18
