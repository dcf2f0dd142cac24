"""What the laboratory does to qualify its media and its rapid sterility method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["detection_study", "growth_promotion", "rapid_comparison"]

_NONE = float("nan")


def growth_promotion(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Plate each strain on every new lot of a medium and on the approved one.

    It does not depend on the lots of the bank.
    """
    setting = noise("growth_promotion")
    rows: list[dict[str, object]] = []
    for lot, (organism, strain) in product(setting["lots"], setting["strains"]):
        rng = stream(truth.seed, "growth_promotion", lot, organism)
        recovery = between(rng, setting["recovery"])
        if lot == setting["weak_lot"] and truth.laboratory.get("weak-medium"):
            recovery = setting["weak_recovery"]
        for poured, share in (("approved", 1.0), ("new", recovery)):
            for plate in range(1, setting["plates"] + 1):
                rows.append(
                    {
                        "medium": setting["medium"],
                        "medium_lot": lot,
                        "organism": organism,
                        "strain": strain,
                        "poured": poured,
                        "plate": plate,
                        "colonies": int(rng.poisson(setting["colonies"] * share)),
                    }
                )
    return pd.DataFrame(rows, columns=columns("growth_promotion"))


def detection_study(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Spike replicates at several levels into the rapid method; it does not depend on the lots."""
    setting = noise("detection_study")
    rows: list[dict[str, object]] = []
    for level in setting["levels"]:
        rng = stream(truth.seed, "detection_study", str(level))
        mean = level * setting["volume_ml"] * setting["recovery"]
        for replicate in range(1, setting["replicates"] + 1):
            hours = _hours(rng, "detection_study", int(rng.poisson(mean)))
            rows.append(
                {
                    "level_cfu_per_ml": level,
                    "replicate": replicate,
                    "detected": not math.isnan(hours),
                    "hours": hours,
                }
            )
    return pd.DataFrame(rows, columns=columns("detection_study"))


def rapid_comparison(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Divide spiked samples between both methods; it does not depend on the lots."""
    setting = noise("rapid_comparison")
    rng = stream(truth.seed, "rapid_comparison")
    rows: list[dict[str, object]] = []
    for spike in [float(mean) for mean, n in setting["spikes"].items() for _ in range(n)]:
        hours = _hours(rng, "rapid_comparison", int(rng.poisson(spike * setting["rapid_recovery"])))
        grew = int(rng.poisson(spike * setting["culture_recovery"])) > 0
        day = pick(rng, setting["culture_days"])
        rows.append(
            {
                "sample": f"RC-{len(rows) + 1:02d}",
                "spike_cfu": spike,
                "rapid_detected": not math.isnan(hours),
                "rapid_hours": hours,
                "culture_grew": grew,
                "culture_day": day if grew else 0,
            }
        )
    return pd.DataFrame(rows, columns=columns("rapid_comparison"))


def _hours(rng: RandomState, assay: str, organisms: int) -> float:
    """Draw the time to detection from so many organisms; missing if there is none."""
    setting = noise(assay)
    error = setting["hours_sd"] * rng.normal()
    if not organisms:
        return _NONE
    doublings = math.log2(setting["detected_cfu"] / organisms)
    return round(setting["lag_h"] + setting["generation_h"] * doublings + error, 1)
