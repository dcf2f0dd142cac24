"""Flow cytometry of products: NK cells in five colours, residual cells among neural stem cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream, whole_between
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Truth

__all__ = ["ASSAYS", "NkCells", "nk_cells", "nk_dose", "nk_flow", "nk_spillover", "nsc_flow"]
__all__ += ["residual_share", "stored_spillover"]

Values = NDArray[np.float64]
_KINDS = ("NK", "T", "NKT", "B", "other")
_CARRIES = {
    "NK": ("CD56",),
    "T": ("CD3",),
    "NKT": ("CD3", "CD56"),
    "B": ("CD19",),
    "other": (),
}


@dataclass(frozen=True)
class NkCells:
    """What an NK lot holds: the share of each kind among the live cells, and of CD16 among NK."""

    shares: Mapping[str, float]
    cd16: float
    dead: float


def nk_cells(truth: Truth, lot: Product) -> NkCells:
    """Return what is true of an NK lot, faults included."""
    setting = noise("nk_flow")
    rng = stream(truth.seed, "nk_flow", lot.id, "truth")
    nk, cd16 = between(rng, setting["nk"]), between(rng, setting["cd16_of_nk"])
    t, nkt, b = (between(rng, setting[f"{kind}_cells"]) for kind in ("t", "nkt", "b"))
    shares = {"NK": nk, "T": t, "NKT": nkt, "B": b, "other": 1 - nk - t - nkt - b}
    # the T cells of the fault come on top of a good lot
    extra = lot.share("nk-t-cells")
    shares = {kind: share * (1 - extra) for kind, share in shares.items()}
    shares["T"] += extra
    return NkCells(shares, cd16, between(rng, setting["dead"]))


def stored_spillover(truth: Truth) -> list[list[float]]:
    """Return the matrix that the cytometer stores: the true one, or one that was never measured."""
    matrix: list[list[float]] = noise("nk_flow")["spillover"]
    if truth.laboratory.get("flow-uncompensated"):
        return np.eye(len(matrix)).tolist()
    return matrix


def nk_spillover(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """List the stored matrix of each lot, pair by pair."""
    setting = noise("nk_flow")
    rows = [
        (lot.id, dye, detector, share)
        for lot in lots
        for dye, line in zip(setting["dyes"], stored_spillover(truth), strict=True)
        for detector, share in zip(setting["detectors"], line, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(columns("nk_spillover")))


def nk_dose(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Return the viable cells of each dose and the weight of its recipient."""
    setting = noise("nk_dose")
    rows = []
    for lot in lots:
        rng = stream(truth.seed, "nk_dose", lot.id)
        cells = 1_000_000 * whole_between(rng, setting["viable_cells_millions"])
        rows.append((lot.id, cells, round(between(rng, setting["weight_kg"]), 1)))
    return pd.DataFrame(rows, columns=list(columns("nk_dose")))


def nk_flow(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Acquire the tubes of each lot; values as measured, rounded to 0.1."""
    tubes = ["stained", "unstained", *(f"single {dye}" for dye in noise("nk_flow")["dyes"])]
    tables = [_nk_tube(truth, lot, tube) for lot in lots for tube in tubes]
    return _joined(tables, "nk_flow")


def nsc_flow(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Acquire control and stained tube of each lot; linear scale, rounded to 0.1."""
    tables = [_nsc_tube(truth, lot, tube) for lot in lots for tube in ("control", "stained")]
    return _joined(tables, "nsc_flow")


def residual_share(lot: Product) -> float:
    """Return the share of live cells of a neural lot that are still pluripotent."""
    return lot.share("nsc-residual-psc")


def _joined(tables: Sequence[pd.DataFrame], assay: str) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=list(columns(assay)))
    return pd.concat(tables, ignore_index=True)


def _nk_tube(truth: Truth, lot: Product, tube: str) -> pd.DataFrame:
    setting = noise("nk_flow")
    cells = nk_cells(truth, lot)
    rng = stream(truth.seed, "nk_flow", lot.id, tube)
    n = setting["events"][tube.split()[0]]
    is_dead, is_doublet, is_debris = (
        rng.random_sample(n) < share
        for share in (cells.dead, setting["doublets"], setting["debris"])
    )
    scatter = _scatter(rng, setting, is_doublet, is_debris)
    light = _autofluorescence(rng, n)
    if tube == "stained":
        light = _stained(rng, cells, is_dead, light)
    elif tube != "unstained":
        place = setting["dyes"].index(tube.removeprefix("single "))
        bright = rng.random_sample(n) < setting["single_stained"]
        light[bright, place] += _log_normal(rng, setting["single_stain"], n)[bright]
    light *= (np.where(is_debris, setting["debris_light"], 1.0) * (1 + is_doublet))[:, None]
    measured = _measured(rng, light)
    events = {**scatter, **dict(zip(setting["dyes"], measured.T, strict=True))}
    return _table(lot, tube, events, "nk_flow")


def _stained(rng: RandomState, cells: NkCells, is_dead: NDArray[Any], light: Values) -> Values:
    """Add the light of each dye to the cells that carry it; dead cells bind more of everything."""
    setting, n = noise("nk_flow"), len(light)
    ends = np.cumsum([cells.shares[kind] for kind in _KINDS[:-1]])
    kind = np.searchsorted(ends, rng.random_sample(n), side="right")
    has_cd16 = (kind == _KINDS.index("NK")) & (rng.random_sample(n) < cells.cd16)
    for place, dye in enumerate(setting["dyes"]):
        carriers = [number for number, name in enumerate(_KINDS) if dye in _CARRIES[name]]
        carried = {"CD16": has_cd16, "Viability": is_dead}.get(dye, np.isin(kind, carriers))
        level = _log_normal(rng, setting["bright"][dye], n)
        light[:, place] += np.where(carried, level, 0.0)
    sticky = [place for place, dye in enumerate(setting["dyes"]) if dye != "Viability"]
    light[:, sticky] *= np.where(is_dead, setting["dead_stickiness"], 1.0)[:, None]
    return light


def _measured(rng: RandomState, light: Values) -> Values:
    """Spill each dye into the other detectors; the noise grows with the light that arrives."""
    setting = noise("nk_flow")
    arrived = light @ np.array(setting["spillover"])
    sd = np.sqrt(setting["noise_sd"] ** 2 + setting["spread"] * arrived)
    return np.asarray(arrived + sd * rng.normal(size=arrived.shape))


def _autofluorescence(rng: RandomState, n: int) -> Values:
    median, sigma = noise("nk_flow")["autofluorescence"]
    return np.asarray(median * np.exp(sigma * rng.normal(size=(n, len(noise("nk_flow")["dyes"])))))


def _scatter(
    rng: RandomState, setting: Mapping[str, Any], is_doublet: NDArray[Any], is_debris: NDArray[Any]
) -> dict[str, Values]:
    n = len(is_doublet)
    height = _either(rng, is_debris, setting["debris_forward"], setting["forward"])
    side = _log_normal(rng, setting["side"], n) * np.where(is_debris, setting["debris_side"], 1.0)
    return {"FSC-A": _area(rng, setting, height, is_doublet), "FSC-H": height, "SSC-A": side}


def _area(
    rng: RandomState, setting: Mapping[str, Any], height: Values, is_doublet: NDArray[Any]
) -> Values:
    scatter = 1 + setting["area_cv"] * rng.normal(size=len(height))
    return np.asarray(height * (1 + setting["doublet_area"] * is_doublet) * scatter)


def _nsc_tube(truth: Truth, lot: Product, tube: str) -> pd.DataFrame:
    setting = noise("nsc_flow")
    dead = between(stream(truth.seed, "nsc_flow", lot.id), setting["dead"])
    rng = stream(truth.seed, "nsc_flow", lot.id, tube)
    n = setting["events"][f"long_{tube}" if lot.id == setting["long_lot"] else tube]
    is_dead, is_doublet = (rng.random_sample(n) < s for s in (dead, setting["doublets"]))
    height = _log_normal(rng, setting["forward"], n)
    share = setting["background"] + (residual_share(lot) if tube == "stained" else 0.0)
    is_positive = rng.random_sample(n) < share
    dye, marker = (
        (setting["dead_level"], setting["live"]),
        (setting["positive"], setting["negative"][tube]),
    )
    levels = {
        "Viability": _either(rng, is_dead, *dye),
        "TRA-1-60": _either(rng, is_positive, *marker),
    }
    light = {name: level * (1 + is_doublet) for name, level in levels.items()}
    events = {"FSC-A": _area(rng, setting, height, is_doublet), "FSC-H": height}
    events |= {name: level + rng.normal(0, setting["noise_sd"], n) for name, level in light.items()}
    return _table(lot, tube, events, "nsc_flow")


def _either(
    rng: RandomState, is_first: NDArray[Any], first: Sequence[float], second: Sequence[float]
) -> Values:
    """Draw each cell from the first or the second population."""
    drawn = [_log_normal(rng, level, len(is_first)) for level in (first, second)]
    return np.asarray(np.where(is_first, *drawn))


def _log_normal(rng: RandomState, level: Sequence[float], n: int) -> Values:
    median, sigma = level
    return np.asarray(median * np.exp(sigma * rng.normal(size=n)))


def _table(lot: Product, tube: str, events: Mapping[str, Values], assay: str) -> pd.DataFrame:
    names = list(columns(assay))
    rounded = {name: np.round(values, 1) for name, values in events.items()}
    return pd.DataFrame({"lot": lot.id, "tube": tube, **rounded}, columns=names)


ASSAYS: dict[str, Assay] = {
    "nk_flow": Assay(nk_flow, of="nk"),
    "nk_spillover": Assay(nk_spillover, of="nk"),
    "nk_dose": Assay(nk_dose, of="nk"),
    "nsc_flow": Assay(nsc_flow, of="nsc"),
}
