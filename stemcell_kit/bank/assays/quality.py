"""Quality of counting and storage: growth curves, two methods, stability, three control levels."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["ASSAYS", "Growth", "control_levels", "growth_curve", "growth_truth"]
__all__ += ["method_comparison", "stability", "viability_truth"]


@dataclass(frozen=True)
class Growth:
    """How a lot grows in a well: doubling time, lag, cells at the start and at confluence."""

    doubling_time_h: float
    lag_h: float
    initial: float
    capacity: float

    def cells(self, hours: float) -> float:
        """Cells after *hours*: logistic growth behind a lag (Baranyi & Roberts 1994)."""
        rate = math.log(2) / self.doubling_time_h
        waited = math.exp(-rate * hours) + math.exp(-rate * self.lag_h)
        grown = rate * hours + math.log(waited - math.exp(-rate * (hours + self.lag_h)))
        fold = math.exp(grown)
        return self.initial * fold / (1 + (fold - 1) * self.initial / self.capacity)


def growth_truth(truth: Truth, lot: Lot) -> Growth:
    """Return how a lot really grows; under mycoplasma it doubles more slowly."""
    setting = noise("growth_curve")
    rng = stream(truth.seed, "growth_curve", "truth", lot.id)
    slower = noise("growth")["mycoplasma_slows"] if lot.share("mycoplasma") else 1.0
    lag, initial, capacity = (
        between(rng, setting[name]) for name in ("lag_h", "initial_cells", "capacity_cells")
    )
    return Growth(truth.lines[lot.line].doubling_time_h * slower, lag, initial, capacity)


def growth_curve(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count wells of each lot every day from seeding to confluence."""
    rows = [row for lot in lots for row in _wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("growth_curve"))


def _wells(truth: Truth, lot: Lot) -> Iterator[dict[str, object]]:
    setting = noise("growth_curve")
    rng = stream(truth.seed, "growth_curve", lot.id)
    growth, viability = growth_truth(truth, lot), between(rng, setting["viability"])
    counted = setting["counted_share"]
    for day in setting["days"]:
        for well in range(1, setting["wells"] + 1):
            mean = growth.cells(24 * day) * math.exp(setting["well_cv"] * rng.normal())
            dead = mean * (1 - viability) / viability
            yield {
                "lot": lot.id,
                "day": day,
                "hours": 24.0 * day,
                "well": well,
                "live_cells": round(rng.poisson(mean * counted) / counted),
                "dead_cells": round(rng.poisson(dead * counted) / counted),
            }


def method_comparison(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count suspensions by chamber and by counter; they do not depend on the lots.

    Under ``comparison-bias`` the counter misses the same share of the cells at every density.
    """
    setting = noise("method_comparison")
    low, high = (math.log(one) for one in setting["cells_per_ml"])
    seen = 1 - truth.laboratory.get("comparison-bias", 0.0)
    rows: list[dict[str, object]] = []
    for place in range(1, setting["samples"] + 1):
        rng = stream(truth.seed, "method_comparison", str(place))
        cells = math.exp(between(rng, (low, high)))
        for replicate in range(1, setting["replicates"] + 1):
            chamber, counter = rng.normal(size=2)
            rows.append(
                {
                    "sample": f"MC-{place:02d}",
                    "replicate": replicate,
                    "chamber_per_ml": float(
                        round(cells * (1 + setting["chamber_cv"] * chamber), -3)
                    ),
                    "counter_per_ml": float(
                        round(cells * seen * (1 + setting["counter_cv"] * counter), -3)
                    ),
                }
            )
    return pd.DataFrame(rows, columns=columns("method_comparison"))


def viability_truth(truth: Truth, lot: Lot) -> tuple[float, float]:
    """Return the true viability of a lot at the start, and its loss per month, as shares."""
    setting = noise("stability")
    rng = stream(truth.seed, "stability", "truth", lot.id)
    start, loss = between(rng, setting["start"]), between(rng, setting["loss_per_month"])
    return start, setting["warmed_loss_per_month"] if lot.share("stability-loss") else loss


def stability(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Thaw vials of each lot after months in storage and count live and dead cells."""
    rows = [row for lot in lots for row in _vials(truth, lot)]
    return pd.DataFrame(rows, columns=columns("stability"))


def _vials(truth: Truth, lot: Lot) -> Iterator[dict[str, object]]:
    setting = noise("stability")
    rng = stream(truth.seed, "stability", lot.id)
    start, loss = viability_truth(truth, lot)
    cells = setting["cells"]
    for months in setting["months"]:
        for vial in range(1, setting["vials"] + 1):
            share = start - loss * months + setting["vial_sd"] * rng.normal()
            live = int(rng.binomial(cells, min(1.0, max(0.0, share))))
            yield {
                "lot": lot.id,
                "months": float(months),
                "vial": vial,
                "live_cells": live,
                "dead_cells": cells - live,
                "viability_percent": round(100 * live / cells, 1),
            }


def control_levels(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the log of three control levels on counter C-2; it does not depend on the lots.

    Under ``counter-drift`` all levels rise slowly to less than one assigned SD.
    """
    setting = noise("control_levels")
    day = dt.date.fromisoformat(setting["first_day"])
    rows: list[dict[str, object]] = []
    for run in range(1, setting["runs"] + 1):
        rng = stream(truth.seed, "control_levels", str(run))
        operator = pick(rng, noise("truth")["operators"])
        lot = int(run >= setting["second_lot_from_run"])
        for level, targets in setting["targets"].items():
            sd = setting["assigned_cv"] * targets[lot]
            moved = _drift(truth, run) + setting["own_share_of_sd"] * rng.normal()
            rows.append(
                {
                    "run": run,
                    "date": (day + dt.timedelta(days=7 * (run - 1))).isoformat(),
                    "level": level,
                    "control_lot": setting["lots"][lot],
                    "target_per_ml": targets[lot],
                    "sd_per_ml": float(round(sd)),
                    "value_per_ml": float(round(targets[lot] + sd * moved, -2)),
                    "operator": operator,
                }
            )
    return pd.DataFrame(rows, columns=columns("control_levels"))


def _drift(truth: Truth, run: int) -> float:
    """Assigned SDs by which the counter reads high at a run."""
    if not truth.laboratory.get("counter-drift"):
        return 0.0
    setting = noise("control_levels")
    gone = run - setting["drift_from_run"] + 1
    return float(setting["drift_sd"] * min(1.0, max(0.0, gone / setting["drift_runs"])))


ASSAYS = {
    "growth_curve": Assay(growth_curve),
    "method_comparison": Assay(method_comparison),
    "stability": Assay(stability),
    "control_levels": Assay(control_levels),
}
