"""Residual sequences by quantitative PCR: reprogramming vector in a bank, stem cells in a product.

A well holds a Poisson number of template copies; without one it stays undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan, log2, log10
from string import ascii_uppercase

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["mda_residual", "residual_vector"]

_COLUMNS_OF_PLATE = 24
_NONE = float("nan")
_PG_PER_NG = 1000.0


def residual_vector(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Run the plate: standards of the vector, a blank, and every lot asked for.

    Each lot has wells for the vector and for a reference gene, which shows that its DNA can be
    amplified. Wells keep their place whichever lots are asked for.
    """
    setting = noise("residual_vector")
    wanted = {lot.id for lot in lots}
    rows: list[dict[str, object]] = []
    standards = [f"STD-{exponent}" for exponent in setting["standard_exponents"]]
    for place, sample in enumerate([*standards, setting["no_template"], *truth.lots]):
        if sample not in truth.lots or sample in wanted:
            rows += _vector_wells(truth, sample, place)
    return pd.DataFrame(rows, columns=columns("residual_vector"))


def _vector_wells(truth: Truth, sample: str, place: int) -> Iterator[dict[str, object]]:
    setting = noise("residual_vector")
    rng = stream(truth.seed, "residual_vector", sample)
    lot = truth.lots.get(sample)
    standard = 10.0 ** int(sample.removeprefix("STD-")) if sample.startswith("STD-") else _NONE
    amounts = _vector_amounts(lot, standard)
    for number, target in enumerate(t for t in amounts for _ in range(setting["replicates"])):
        if target == setting["reference"] and lot is None:
            continue
        well = place * len(amounts) * setting["replicates"] + number + 1
        yield {
            **_where(well, sample, lot.id if lot else ""),
            "target": target,
            "task": _task(sample, lot is not None),
            "quantity": standard,
            "dna_ng": setting["dna_ng"] if lot else _NONE,
            "cq": _vector_cq(rng, target, amounts[target]),
        }


def _vector_amounts(lot: Lot | None, standard: float) -> dict[str, float]:
    """Return the mean copies of vector and reference gene in a well."""
    setting = noise("residual_vector")
    vector, reference = setting["vector"], setting["reference"]
    if lot is None:
        return {vector: 0.0 if isnan(standard) else standard, reference: 0.0}
    cells = setting["dna_ng"] * _PG_PER_NG / setting["pg_per_genome"]
    return {vector: lot.share("residual-vector") * cells, reference: 2 * cells}


def _task(sample: str, is_lot: bool) -> str:
    if is_lot:
        return "unknown"
    return "standard" if sample.startswith("STD-") else "no template"


def _vector_cq(rng: RandomState, target: str, amount: float) -> float:
    setting = noise("residual_vector")
    error = rng.normal(0, setting["cq_sd"])
    template = int(rng.poisson(amount))
    if not template:
        return _NONE
    slope, intercept = setting["line"][target]
    return round(float(intercept + slope * log10(template) + error), 3)


def mda_residual(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Run the plate: undifferentiated cells as calibrator, and every product lot asked for.

    Two genes of undifferentiated cells beside a reference gene, target and reference in separate
    wells.
    """
    setting = noise("mda_residual")
    wanted = {lot.id for lot in lots}
    every = [one.id for one in truth.products.values() if one.kind == "mda"]
    rows: list[dict[str, object]] = []
    for place, sample in enumerate([setting["calibrator"], setting["no_template"], *every]):
        if sample not in every or sample in wanted:
            rows += _product_wells(truth, sample, place)
    return pd.DataFrame(rows, columns=columns("mda_residual"))


def _product_wells(truth: Truth, sample: str, place: int) -> Iterator[dict[str, object]]:
    setting = noise("mda_residual")
    rng = stream(truth.seed, "mda_residual", sample)
    product = truth.products.get(sample)
    shift = float(rng.normal(0, setting["input_sd"]))
    background = {gene: between(rng, setting["background"]) for gene in setting["genes"]}
    task = {setting["calibrator"]: "calibrator", setting["no_template"]: "no template"}
    targets = [t for t in setting["cq_of_stem_cells"] for _ in range(setting["replicates"])]
    for number, target in enumerate(targets):
        error = float(rng.normal(0, setting["cq_sd"]))
        share = 1.0
        if product is not None and target in background:
            residue = product.share("mda-residual-psc")
            share = residue + (1 - residue) * background[target]
        cq = setting["cq_of_stem_cells"][target] - log2(share) + shift + error
        well = place * len(targets) + number + 1
        yield {
            **_where(well, sample, product.id if product else ""),
            "target": target,
            "task": task.get(sample, "unknown"),
            "cq": _NONE if task.get(sample) == "no template" else round(cq, 3),
        }


def _where(well: int, sample: str, lot: str) -> dict[str, object]:
    row, column = divmod(well - 1, _COLUMNS_OF_PLATE)
    position = f"{ascii_uppercase[row]}{column + 1}"
    return {"well": well, "position": position, "sample": sample, "lot": lot}
