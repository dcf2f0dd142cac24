"""Molecular assays: partitions counted by digital PCR, array segments, residual sequences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.array_segments import array_segments
from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.assays.copy_number import copies
from stemcell_kit.bank.assays.residual import mda_residual, residual_vector
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, stream
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["ASSAYS", "digital_pcr", "nsc_copy_number"]

_ROWS_OF_PLATE = 8
_NL_PER_UL = 1000.0


def digital_pcr(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Count the partitions of one well per lot, all targets in the same well, and of a blank.

    A target lies in a partition by the Poisson law; the DNA input of a well moves all its targets
    alike. Wells keep their place whichever lots are asked for.
    """
    setting = noise("digital_pcr")
    wanted = {lot.id for lot in lots}
    rows: list[dict[str, object]] = []
    for place, sample in enumerate([setting["no_template"], *truth.lots]):
        if sample in truth.lots and sample not in wanted:
            continue
        lot = truth.lots.get(sample)
        amounts = copies(truth, lot) if lot else dict.fromkeys(setting["targets"], 0.0)
        rng = stream(truth.seed, "digital_pcr", sample)
        about = {"well": _position(place), "sample": sample, "lot": sample if lot else ""}
        rows += [
            {**about, "mix": setting["mix"], **counted} for counted in _well(rng, setting, amounts)
        ]
    return pd.DataFrame(rows, columns=columns("digital_pcr"))


def nsc_copy_number(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Count the partitions of a target and a reference in replicate wells of each NSC lot."""
    setting = noise("nsc_copy_number")
    wanted = {lot.id for lot in lots}
    every = [one for one in truth.products.values() if one.kind == "nsc"]
    rows: list[dict[str, object]] = []
    for place, lot in enumerate(every):
        if lot.id not in wanted:
            continue
        amounts = {setting["target"]: 2.0 + lot.share("nsc-copy-number"), setting["reference"]: 2.0}
        for replicate in range(setting["replicates"]):
            rng = stream(truth.seed, "nsc_copy_number", lot.id, str(replicate))
            well = _position(place * setting["replicates"] + replicate)
            about = {"well": well, "sample": lot.id, "lot": lot.id, "replicate": replicate + 1}
            for counted in _well(rng, setting, amounts):
                dye = setting["dyes"][counted["target"]]
                rows.append({**about, "dye": dye, **counted})
    return pd.DataFrame(rows, columns=columns("nsc_copy_number"))


def _position(place: int) -> str:
    return f"{ascii_uppercase[place % _ROWS_OF_PLATE]}{place // _ROWS_OF_PLATE + 1}"


def _well(
    rng: RandomState, setting: Mapping[str, Any], amounts: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Draw the partitions of one well; every target is drawn, so none disturbs another."""
    mean, spread = setting["partitions"]
    total = round(float(rng.normal(mean, spread)))
    per_copy = setting["copies_per_partition"] / 2 * math.exp(rng.normal(0, setting["input_sd"]))
    targets = setting["targets"]
    drawn = rng.random_sample(len(targets)), rng.normal(size=len(targets))
    rows = []
    for target, uniform, normal in zip(targets, *drawn, strict=True):
        lam = amounts[target] * per_copy
        positives = _positives(total, -math.expm1(-lam), float(uniform), float(normal))
        found = abs(math.log1p(-positives / total))
        rows.append(
            {
                "target": target,
                "total": total,
                "positives": positives,
                "negatives": total - positives,
                "copies_per_partition": round(found, 5),
                "concentration_per_ul": round(found * _NL_PER_UL / setting["partition_nl"], 3),
            }
        )
    return rows


def _positives(total: int, share: float, uniform: float, normal: float) -> int:
    """Draw a binomial number from two fixed draws, so that one share does not shift the next.

    With a few expected positives it is their Poisson quantile, else the normal approximation.
    """
    mean = total * share
    if not mean:
        return 0
    if mean > noise("digital_pcr")["few"]:
        spread = math.sqrt(mean * (1 - share))
        return max(0, min(total - 1, round(mean + spread * normal)))
    return _poisson_quantile(mean, uniform)


def _poisson_quantile(mean: float, uniform: float) -> int:
    count, term = 0, math.exp(-mean)
    below = term
    while below < uniform and count < 10 * (mean + 1):
        count += 1
        term *= mean / count
        below += term
    return count


ASSAYS = {
    "digital_pcr": Assay(digital_pcr),
    "array_segments": Assay(array_segments),
    "residual_vector": Assay(residual_vector),
    "mda_residual": Assay(mda_residual, of="mda"),
    "nsc_copy_number": Assay(nsc_copy_number, of="nsc"),
}
