"""Function and identity of neural products: dopamine release, positive cells in images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream, whole_between
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Truth

__all__ = ["ASSAYS", "Dopamine", "dopamine_truth", "marker_truth", "mda_dopamine", "nsc_images"]

_NONE = float("nan")


@dataclass(frozen=True)
class Dopamine:
    """Dopamine of an mDA lot in pmol per million cells, and the share that survives to the HPLC."""

    basal: float
    potassium: float
    calcium_free: float
    recovery: float
    cells: int


def dopamine_truth(truth: Truth, lot: Product) -> Dopamine:
    """Return what is true of an mDA lot, faults included."""
    setting = noise("mda_dopamine")
    rng = stream(truth.seed, "mda_dopamine", "truth", lot.id)
    basal = between(rng, setting["basal_pmol_per_million"])
    evoked = basal * between(rng, setting["fold"])
    free = evoked * (1 - between(rng, setting["calcium_dependent"]))
    usual, oxidised = (between(rng, setting[f"recovery{end}"]) for end in ("", "_oxidised"))
    cells = round(between(rng, setting["cells"]), -3)
    recovery = oxidised if lot.share("dopamine-oxidised") else usual
    return Dopamine(basal, evoked, free, recovery, int(cells))


def mda_dopamine(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Inject one run for each mDA lot.

    Under ``dopamine-oxidised`` samples and spike lose most of their dopamine; standards, which
    are made up in acid, do not.
    """
    rows = [row for lot in lots for row in _injections(truth, lot)]
    return pd.DataFrame(rows, columns=columns("mda_dopamine"))


def _injections(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("mda_dopamine")
    rng = stream(truth.seed, "mda_dopamine", lot.id)
    response = between(rng, setting["area_per_ng_per_ml"])
    held = dopamine_truth(truth, lot)
    for place, (role, nominal, replicate) in enumerate(_sequence(), 1):
        from_cells = role in ("basal", "potassium", "calcium-free")
        injected = _injected(held, role, nominal)
        yield {
            "run": f"HPLC-{lot.id.rsplit('-', 1)[1]}",
            "injection": place,
            "lot": lot.id,
            "role": role,
            "nominal_ng_per_ml": nominal,
            "replicate": replicate,
            "area": _area(rng, response * injected),
            "dilution": setting["dilution"] if from_cells else 1.0,
            "volume_ml": setting["volume_ml"] if from_cells else 0.0,
            "cells": held.cells if from_cells else 0,
        }


def _sequence() -> Iterator[tuple[str, float, int]]:
    setting = noise("mda_dopamine")
    for replicate in range(1, setting["standard_replicates"] + 1):
        yield from (("standard", one, replicate) for one in setting["standards_ng_per_ml"])
    for role in ("blank", "spike", "basal", "potassium", "calcium-free"):
        nominal = setting["spike_ng_per_ml"] if role == "spike" else _NONE
        yield from ((role, nominal, one) for one in range(1, setting["sample_replicates"] + 1))


def _injected(held: Dopamine, role: str, nominal: float) -> float:
    """Concentration in ng/mL that reaches the column."""
    setting = noise("mda_dopamine")
    if role == "standard":
        return nominal
    if role == "blank":
        return 0.0
    if role == "spike":
        return held.recovery * nominal
    pmol = getattr(held, role.replace("-", "_")) * held.cells / 1e6
    per_ml = pmol * setting["molar_mass_g_per_mol"] / 1000 / setting["volume_ml"]
    return float(held.recovery * per_ml / setting["dilution"])


def _area(rng: RandomState, area: float) -> float:
    setting = noise("mda_dopamine")
    relative, absolute = rng.normal(size=2)
    read = area * (1 + setting["area_cv"] * relative) + setting["area_blank"]
    return round(max(0.0, read + setting["area_sd"] * absolute), 3)


def marker_truth(truth: Truth, lot: Product, marker: str) -> float:
    """Return the true share of positive cells of an NSC lot."""
    rng = stream(truth.seed, "nsc_images", "truth", lot.id, marker)
    return between(rng, noise("nsc_images")["shares"][marker])


def nsc_images(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Count nuclei and positive cells in fields of each lot and marker."""
    rows = [
        row
        for lot in lots
        for marker in noise("nsc_images")["shares"]
        for row in _fields(truth, lot, marker)
    ]
    return pd.DataFrame(rows, columns=columns("nsc_images"))


def _fields(truth: Truth, lot: Product, marker: str) -> Iterator[dict[str, object]]:
    setting = noise("nsc_images")
    rng = stream(truth.seed, "nsc_images", lot.id, marker)
    share = marker_truth(truth, lot, marker)
    for field in range(1, setting["fields"] + 1):
        nuclei = whole_between(rng, setting["nuclei"])
        here = min(1.0, max(0.0, share + setting["field_sd"] * rng.normal()))
        yield {
            "lot": lot.id,
            "marker": marker,
            "field": field,
            "nuclei": nuclei,
            "positive": int(rng.binomial(nuclei, here)),
        }


ASSAYS = {
    "mda_dopamine": Assay(mda_dopamine, of="mda"),
    "nsc_images": Assay(nsc_images, of="nsc"),
}
