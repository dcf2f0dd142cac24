"""Potency of NK cells and tumour organoids on plates, drawn from the hidden truth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Truth

__all__ = ["ASSAYS", "Killing", "Response", "killing_truth", "nk_killing"]
__all__ += ["organoid_dose_response", "response_truth"]

_ROWS = "ABCDEFGH"


@dataclass(frozen=True)
class Killing:
    """How an NK lot kills: E:T ratio at half lysis, slope of the logit, leak of the targets."""

    ratio_at_half: float
    logit_slope: float
    spontaneous_share: float

    def lysis(self, ratio: float) -> float:
        """Share of the targets lysed at an E:T ratio."""
        return 1 / (1 + (self.ratio_at_half / ratio) ** self.logit_slope)


@dataclass(frozen=True)
class Response:
    """How organoids respond to a compound: midpoint, slope and lower plateau as a share."""

    ic50_um: float
    slope: float
    bottom: float

    def share(self, dose_um: float) -> float:
        """Share of the vehicle signal that is left at a dose."""
        return self.bottom + (1 - self.bottom) / (1 + (dose_um / self.ic50_um) ** self.slope)


def killing_truth(truth: Truth, lot: Product) -> Killing:
    """Return what is true of an NK lot and its plate, faults included."""
    setting = noise("nk_killing")
    rng = stream(truth.seed, "nk_killing", "truth", lot.id)
    half, slope = between(rng, setting["ratio_at_half"]), between(rng, setting["logit_slope"])
    leak, leaky = (between(rng, setting[f"{one}_share"]) for one in ("spontaneous", "leaky"))
    if lot.share("nk-weak-killing"):
        half *= setting["weak_factor"]
    return Killing(half, slope, leaky if lot.share("nk-leaky-targets") else leak)


def nk_killing(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Read one plate of calcein release for each NK lot.

    Under ``nk-weak-killing`` the whole curve shifts to higher ratios; under ``nk-leaky-targets``
    the targets leak, with effectors and without.
    """
    rows = [row for lot in lots for row in _killing_wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("nk_killing"))


def _killing_wells(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("nk_killing")
    rng = stream(truth.seed, "nk_killing", lot.id)
    kills = killing_truth(truth, lot)
    label = between(rng, setting["maximum_rfu"])
    for place, (role, ratio, replicate) in enumerate(_killing_layout()):
        lysed = kills.lysis(ratio) if role == "effector" else float(role == "maximum")
        released = kills.spontaneous_share + (1 - kills.spontaneous_share) * lysed
        signal = setting["background_rfu"] + label * released
        yield {
            "plate": f"NKP-{lot.id.rsplit('-', 1)[1]}",
            "well": f"{_ROWS[place // 6]}{place % 6 + 1}",
            "lot": lot.id,
            "role": role,
            "ratio": ratio,
            "replicate": replicate,
            "targets": setting["targets_per_well"],
            "signal_rfu": round(signal * (1 + setting["well_cv"] * rng.normal()), 0),
        }


def _killing_layout() -> Iterator[tuple[str, float, int]]:
    setting = noise("nk_killing")
    for ratio in setting["ratios"]:
        yield from (("effector", ratio, one) for one in range(1, setting["replicates"] + 1))
    for role in ("spontaneous", "maximum"):
        yield from ((role, 0.0, one) for one in range(1, setting["control_wells"] + 1))


def response_truth(truth: Truth, lot: Product, compound: str) -> Response:
    """Return what is true of an organoid lot under one compound, faults included."""
    setting = noise("organoid_dose_response")
    rng = stream(truth.seed, "organoid_dose_response", "truth", lot.id, compound)
    low, high = setting["ic50_um"]
    ic50 = math.exp(between(rng, (math.log(low), math.log(high))))
    slope, bottom = between(rng, setting["slope"]), between(rng, setting["bottom_share"])
    return Response(ic50, slope, 1.0 if lot.share("organoid-flat-response") else bottom)


def organoid_dose_response(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Read two plates for each organoid lot: the treated one, and the one of day 0.

    Under ``organoid-flat-response`` no dose does anything; under ``plate-edge-drift`` the wells
    on the edge of every plate read low.
    """
    rows = [row for lot in lots for row in _response_wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("organoid_dose_response"))


def _response_wells(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("organoid_dose_response")
    rng = stream(truth.seed, "organoid_dose_response", lot.id)
    vehicle = between(rng, setting["vehicle_rlu"])
    start = vehicle / between(rng, setting["fold_growth"])
    responses = {one: response_truth(truth, lot, one) for one in setting["compounds"]}
    lost = truth.laboratory.get("plate-edge-drift", 0.0)
    plate = f"ORG-{lot.id.rsplit('-', 1)[1]}"
    for well, role, compound, dose, replicate in _response_layout():
        level = {"vehicle": vehicle, "kill": 0.0, "day 0": start}.get(role, 0.0)
        if role == "dose":
            level = vehicle * responses[compound].share(dose)
        signal = _well_signal(rng, level)
        yield {
            "plate": f"{plate}-D0" if role == "day 0" else plate,
            "well": well,
            "lot": lot.id,
            "role": role,
            "compound": compound,
            "concentration_um": dose,
            "replicate": replicate,
            "signal_rlu": round(signal * (1 - lost if _on_edge(well) else 1.0), 0),
        }


def _well_signal(rng: RandomState, level: float) -> float:
    setting = noise("organoid_dose_response")
    cells = level * (1 + setting["well_cv"] * rng.normal())
    return cells + setting["kill_rlu"] * (1 + setting["kill_cv"] * rng.normal())


def _response_layout() -> Iterator[tuple[str, str, str, float, int]]:
    setting = noise("organoid_dose_response")
    rows, doses = setting["vehicle_rows"], setting["doses_um"]
    wells = product(setting["vehicle_columns"], rows)
    yield from ((f"{r}{c}", "vehicle", "", 0.0, n) for n, (c, r) in enumerate(wells, 1))
    yield from ((f"{r}{setting['kill_column']}", "kill", "", 0.0, n) for n, r in enumerate(rows, 1))
    series = product(setting["compounds"], range(1, setting["replicates"] + 1))
    for row, (compound, replicate) in zip(rows, series, strict=True):
        for place, dose in enumerate(doses, setting["first_dose_column"]):
            yield f"{row}{place}", "dose", compound, dose, replicate
    yield from ((f"{r}2", "day 0", "", 0.0, n) for n, r in enumerate(rows, 1))


def _on_edge(well: str) -> bool:
    return well[0] in "AH" or well[1:] in ("1", "12")


ASSAYS = {
    "nk_killing": Assay(nk_killing, of="nk"),
    "organoid_dose_response": Assay(organoid_dose_response, of="tumour-organoid"),
}
