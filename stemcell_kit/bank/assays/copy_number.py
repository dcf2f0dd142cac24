"""Quantitative PCR for copy number on a 384-well plate."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from string import ascii_uppercase

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["copies", "copy_number"]

_COLUMNS = 24


def copies(truth: Truth, lot: Lot) -> dict[str, float]:
    """Return the mean copies per cell of each target in a lot."""
    male = truth.male_share(lot)
    return {
        "RPPH1": 2.0,
        "BCL2L1": 2.0 + lot.share("gain-20q"),
        "NANOG": 2.0 + lot.share("trisomy-12"),
        "AR": 2.0 - male,
        "SRY": male,
    }


def copy_number(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Run the plate: calibrator, every lot asked for, no-template control.

    Wells keep their place whichever lots are asked for. Replicates differ by a normal error of
    the Cq; the DNA input of a sample moves all its targets alike.
    """
    setting = noise("copy_number")
    wanted = {lot.id for lot in lots}
    samples = [setting["calibrator"], *truth.lots, setting["no_template"]]
    rows: list[dict[str, object]] = []
    for place, sample in enumerate(samples):
        if sample not in truth.lots or sample in wanted:
            rows += _sample_wells(truth, sample, place)
    return pd.DataFrame(rows, columns=columns("copy_number"))


def _sample_wells(truth: Truth, sample: str, place: int) -> list[dict[str, object]]:
    setting = noise("copy_number")
    rng = stream(truth.seed, "copy_number", sample)
    amounts = _amounts(truth, sample)
    shift = rng.normal(0, setting["input_sd"])
    replicates = setting["replicates"]
    task = {setting["calibrator"]: "calibrator", setting["no_template"]: "no template"}
    rows: list[dict[str, object]] = []
    for number in range(len(amounts) * replicates):
        target = list(amounts)[number // replicates]
        well = place * len(amounts) * replicates + number + 1
        rows.append(
            {
                "well": well,
                "position": f"{ascii_uppercase[(well - 1) // _COLUMNS]}{(well - 1) % _COLUMNS + 1}",
                "sample": sample,
                "lot": sample if sample in truth.lots else "",
                "target": target,
                "locus": setting["locus"][target],
                "task": task.get(sample, "unknown"),
                "cq": _cq(rng, target, amounts[target], shift),
            }
        )
    return rows


def _amounts(truth: Truth, sample: str) -> dict[str, float]:
    setting = noise("copy_number")
    if sample in truth.lots:
        return copies(truth, truth.lots[sample])
    # the calibrator is diploid and female
    diploid = 0.0 if sample == setting["no_template"] else 2.0
    return {t: 0.0 if t == "SRY" else diploid for t in setting["cq_at_two_copies"]}


def _cq(rng: RandomState, target: str, amount: float, shift: float) -> float:
    setting = noise("copy_number")
    error = rng.normal(0, setting["cq_sd"])
    if not amount:
        return float("nan")
    cq = setting["cq_at_two_copies"][target] - log2(amount / 2) + shift + error
    return round(float(cq), 3) if cq < setting["detection_cq"] else float("nan")
