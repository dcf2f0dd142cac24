"""What the laboratory does to qualify and watch its counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import product

import pandas as pd

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["control_runs", "dilution_series"]


def dilution_series(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count a dilution series on both counters; it does not depend on the lots.

    A saturating counter misses a share of the cells that grows with the fraction.
    """
    tables = [_series(truth, counter) for counter in noise("dilution_series")["counters"]]
    return pd.concat(tables, ignore_index=True)


def _series(truth: Truth, counter: str) -> pd.DataFrame:
    setting = noise("dilution_series")
    rng = stream(truth.seed, "dilution_series", counter)
    affected = counter == setting["affected_counter"]
    missed = truth.laboratory.get("counter-saturation", 0.0) if affected else 0.0
    design = list(product(setting["fractions"], range(1, setting["samples"] + 1)))
    places = sorted(design, key=lambda _: rng.random_sample())
    rows: list[dict[str, object]] = []
    for fraction, sample in design:
        pipetted = 1 + setting["pipetting_cv"] * rng.normal()
        mean = setting["cells_at_full"] * fraction * pipetted * (1 - missed * fraction)
        for observation in range(1, setting["observations"] + 1):
            cells = int(rng.poisson(mean))
            per_ml = cells * setting["undiluted_per_ml"] / setting["cells_at_full"]
            rows.append(
                {
                    "counter": counter,
                    "order": places.index((fraction, sample)) + 1,
                    "fraction": fraction,
                    "sample": sample,
                    "observation": observation,
                    "cells_counted": cells,
                    "concentration": round(per_ml, -2),
                }
            )
    return pd.DataFrame(rows, columns=columns("dilution_series"))


def control_runs(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the log of the counter's control beads; it does not depend on the lots."""
    setting = noise("control_runs")
    shift = setting["shift_sd"] if truth.laboratory.get("control-shift") else 0.0
    rng = stream(truth.seed, "control_runs")
    day = dt.date.fromisoformat(setting["first_day"])
    rows: list[dict[str, object]] = []
    for run in range(1, setting["runs"] + 1):
        operator = pick(rng, noise("truth")["operators"])
        for level, (mean, sd) in setting["levels"].items():
            moved = shift if run >= setting["shift_from_run"] else 0.0
            rows.append(
                {
                    "run": run,
                    "date": (day + dt.timedelta(days=7 * (run - 1))).isoformat(),
                    "level": level,
                    "control_lot": setting["control_lot"],
                    "value": float(round(mean + sd * (rng.normal() + moved), -2)),
                    "operator": operator,
                }
            )
    return pd.DataFrame(rows, columns=columns("control_runs"))
