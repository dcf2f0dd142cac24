"""One kinetic endotoxin run over all bank lots, with standards, blanks and spiked duplicates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["ASSAYS", "endotoxin", "endotoxin_eu_per_ml"]

_NAN = float("nan")


def endotoxin_eu_per_ml(truth: Truth, lot: Lot) -> float:
    """Return the endotoxin that the undiluted lot really holds."""
    setting = noise("endotoxin")
    rng = stream(truth.seed, "endotoxin truth", lot.id)
    low, high = (math.log10(one) for one in setting["usual_eu_per_ml"])
    usual = float(10 ** between(rng, (low, high)))
    contaminated = between(rng, setting["high_eu_per_ml"])
    return contaminated if lot.share("endotoxin-high") else usual


def endotoxin(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Read the onset time of every well of the plate.

    What a sample hides is missing in its plain and in its spiked wells. A tube of the standards
    that was exchanged for its neighbour keeps its label.
    """
    wanted = {lot.id for lot in lots}
    places: dict[str, int] = {}
    rows: list[dict[str, object]] = []
    for number, (well, content) in enumerate(_plate(truth)):
        name = str(well["sample"])
        if well["lot"] and well["lot"] not in wanted:
            continue
        places[name] = places.get(name, -1) + 1
        rng = stream(truth.seed, "endotoxin", name, str(places[name]))
        place = f"{ascii_uppercase[number % 8]}{number // 8 + 1}"
        rows.append({**well, "well": place, "onset_s": _onset(rng, content)})
    return pd.DataFrame(rows, columns=columns("endotoxin"))


def _plate(truth: Truth) -> Iterator[tuple[dict[str, Any], float]]:
    """Yield what is written about each well, and the endotoxin in it."""
    setting = noise("endotoxin")
    for level, (dose, content) in enumerate(_standards(truth, setting), 1):
        for _ in range(setting["replicates"]):
            yield _well(truth, f"STD{level}", "standard", eu_per_ml=dose), content
    for _ in range(setting["replicates"]):
        yield _well(truth, "BLK", "blank"), setting["blank_eu_per_ml"]
    for lot in truth.lots.values():
        own = endotoxin_eu_per_ml(truth, lot) / setting["dilution"]
        seen = 1 - lot.share("endotoxin-spike-failure")
        for role, spike in (("sample", 0.0), ("spiked", setting["spike_eu_per_ml"])):
            for _ in range(setting["replicates"]):
                well = _well(truth, lot.id, role, lot=lot.id, dilution=float(setting["dilution"]))
                yield well, (own + spike) * seen


def _standards(truth: Truth, setting: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return label and content of each level, highest first."""
    doses = [float(dose) for dose in setting["standards_eu_per_ml"]]
    held = list(doses)
    if truth.laboratory.get("endotoxin-curve-failure"):
        first, second = setting["exchanged_levels"]
        held[first], held[second] = held[second], held[first]
    return list(zip(doses, held, strict=True))


def _well(
    truth: Truth,
    sample: str,
    role: str,
    *,
    lot: str = "",
    eu_per_ml: float = _NAN,
    dilution: float = _NAN,
) -> dict[str, Any]:
    return {
        "run": f"LAL-{truth.seed % 1000:03d}",
        "sample": sample,
        "lot": lot,
        "role": role,
        "eu_per_ml": eu_per_ml,
        "dilution": dilution,
    }


def _onset(rng: RandomState, content: float) -> float:
    """Draw the onset time of a well; NaN if it does not come before the run ends."""
    setting = noise("endotoxin")
    expected = setting["log10_intercept"] + setting["log10_slope"] * math.log10(content)
    onset = float(round(10**expected * (1 + setting["onset_cv"] * rng.normal())))
    return onset if onset <= setting["run_s"] else _NAN


ASSAYS = {"endotoxin": Assay(endotoxin)}
