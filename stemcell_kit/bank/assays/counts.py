"""The export of the imaging cell counter at harvest."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream, whole_between
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["counts"]


def counts(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count each lot three times; live and dead cells are Poisson.

    With the fault ``dilution-twice`` the exported concentrations hold the factor twice.
    """
    rows = [row for lot in lots for row in _replicates(truth, lot)]
    return pd.DataFrame(rows, columns=columns("counts"))


def _replicates(truth: Truth, lot: Lot) -> list[dict[str, object]]:
    setting = noise("counts")
    rng = stream(truth.seed, "counts", lot.id)
    live_mean = between(rng, setting["live_cells"])
    viability = between(rng, setting["viability"])
    hour = whole_between(rng, (9, 15))
    factor = setting["dilution"]
    per_cell = setting["per_ml_per_cell"] * factor
    if lot.share("dilution-twice"):
        per_cell *= factor
    rows: list[dict[str, object]] = []
    for replicate in range(1, setting["replicates"] + 1):
        amount = live_mean * (1 + setting["sample_cv"] * rng.normal())
        live = int(rng.poisson(amount))
        dead = int(rng.poisson(amount * (1 - viability) / viability))
        rows.append(
            {
                "sample": f"{lot.id}_{replicate}",
                "lot": lot.id,
                "replicate": replicate,
                "total_cells": live + dead,
                "live_cells": live,
                "dead_cells": dead,
                "dilution_factor": factor,
                "total_per_ml": round((live + dead) * per_cell, -4),
                "live_per_ml": round(live * per_cell, -4),
                "viability_percent": round(100 * live / (live + dead), 2),
                "diameter_um": round(rng.normal(*setting["diameter_um"]), 2),
                "measured": f"{lot.frozen}T{hour:02d}:{10 + 4 * replicate:02d}",
                "operator": lot.operator,
            }
        )
    return rows
