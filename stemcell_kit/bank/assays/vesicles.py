"""Extracellular vesicles: tracking, protein, markers and the batch record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray
from scipy import special

from stemcell_kit.bank.assays.assay import Assay
from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.products import Product
from stemcell_kit.bank.truth import Truth

__all__ = [
    "ASSAYS",
    "Vesicles",
    "ev_markers",
    "ev_protein",
    "ev_record",
    "ev_size",
    "vesicle_truth",
]

_Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Vesicles:
    """What a lot holds: vesicles, aggregates that are tracked like them, protein of both."""

    vesicles_per_ml: float
    aggregates_per_ml: float
    median_nm: float
    sigma: float
    protein_ug_per_ml: float

    @property
    def particles_per_ml(self) -> float:
        """Everything that the tracking counts."""
        return self.vesicles_per_ml + self.aggregates_per_ml


def vesicle_truth(truth: Truth, lot: Product) -> Vesicles:
    """Return what is true of a vesicle lot, faults included."""
    size, protein = noise("ev_size"), noise("ev_protein")
    rng = stream(truth.seed, "ev", "truth", lot.id)
    vesicles = between(rng, size["concentration_per_ml"])
    median, sigma = between(rng, size["median_nm"]), between(rng, size["sigma"])
    own_ug = vesicles * between(rng, protein["fg_per_particle"]) * 1e-9
    aggregate_ug = between(rng, protein["aggregate_ug_per_ml"])
    share = size["aggregate_share"]
    if not lot.share("ev-protein-aggregates"):
        share = aggregate_ug = 0.0
    return Vesicles(vesicles, vesicles * share, median, sigma, own_ug + aggregate_ug)


def ev_size(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Track each lot and its diluent; the instrument multiplies by the dilution entered."""
    tables = [table for lot in lots for table in _videos(truth, lot)]
    return pd.concat(tables, ignore_index=True) if tables else _empty("ev_size")


def ev_protein(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Read one protein plate per lot, with its own standards."""
    rows = [row for lot in lots for row in _wells(truth, lot)]
    return pd.DataFrame(rows, columns=columns("ev_protein"))


def ev_markers(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Blot each lot beside the lysate of its parent cells."""
    rows = [row for lot in lots for row in _bands(truth, lot)]
    return pd.DataFrame(rows, columns=columns("ev_markers"))


def ev_record(truth: Truth, lots: Sequence[Product]) -> pd.DataFrame:
    """Write the batch record; ``ev-dilution-twice`` multiplies the export once more."""
    return pd.DataFrame([_record(truth, lot) for lot in lots], columns=columns("ev_record"))


# --- tracking ------------------------------------------------------------------------------


def _videos(truth: Truth, lot: Product) -> Iterator[pd.DataFrame]:
    setting = noise("ev_size")
    rng = stream(truth.seed, "ev_size", lot.id)
    totals, blanks = _totals(truth, lot)
    held = vesicle_truth(truth, lot)
    shares = _lognormal(held.median_nm, held.sigma) * held.vesicles_per_ml
    aggregates = _lognormal(setting["aggregate_median_nm"], setting["aggregate_sigma"])
    shares = shares + aggregates * held.aggregates_per_ml
    blank = _lognormal(setting["blank_median_nm"], setting["blank_sigma"])
    for sample, concentrations, wanted, tracks in (
        ("vesicles", totals, shares / shares.sum(), setting["tracks"]),
        ("blank", blanks, blank / blank.sum(), setting["blank_tracks"]),
    ):
        for place, concentration in enumerate(concentrations):
            name = f"{lot.id}_{sample}_{place:02d}"
            found = rng.poisson(tracks * wanted)
            yield _video(lot, sample, name, concentration, found)


def _totals(truth: Truth, lot: Product) -> tuple[list[float], list[float]]:
    """Return the concentration of each video of the lot and of its blank, dilution applied."""
    setting = noise("ev_size")
    rng = stream(truth.seed, "ev_size", "videos", lot.id)
    held = vesicle_truth(truth, lot)
    blank = setting["dilution"] * between(rng, setting["blank_in_cell_per_ml"])
    sample = held.particles_per_ml * (1 + setting["preparation_cv"] * rng.normal()) + blank
    spread = setting["video_cv"]
    return (
        [sample * (1 + spread * rng.normal()) for _ in range(setting["videos"])],
        [blank * (1 + spread * rng.normal()) for _ in range(setting["videos"])],
    )


def _video(
    lot: Product, sample: str, name: str, concentration: float, tracks: NDArray[np.int_]
) -> pd.DataFrame:
    setting = noise("ev_size")
    per_frame = concentration / setting["dilution"] / setting["in_cell_per_frame"]
    bins = np.flatnonzero(tracks)
    return pd.DataFrame(
        {
            "lot": lot.id,
            "sample": sample,
            "video": name,
            "captured": lot.made,
            "dilution": float(setting["dilution"]),
            "particles_per_frame": round(per_frame, 1),
            "valid_tracks": int(tracks.sum()),
            "size_nm": bins + 0.5,
            "concentration_per_ml": np.rint(concentration * tracks[bins] / tracks.sum()),
        }
    )


def _lognormal(median_nm: float, sigma: float) -> _Shares:
    """Shares of a log-normal size distribution in bins of 1 nm from 0."""
    edges = np.arange(1, noise("ev_size")["last_bin_nm"] + 1)
    below = special.ndtr((np.log(edges) - np.log(median_nm)) / sigma)
    return np.diff(below, prepend=0.0)


# --- protein, markers, record --------------------------------------------------------------


def _wells(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("ev_protein")
    rng = stream(truth.seed, "ev_protein", lot.id)
    slope = between(rng, setting["absorbance_per_ug"])
    protein = vesicle_truth(truth, lot).protein_ug_per_ml
    plate = [("standard", one, 1, one) for one in setting["standards_ug_per_ml"]]
    plate += [("sample", float("nan"), one, protein / one) for one in setting["dilutions"]]
    for column, (role, standard, dilution, held) in enumerate(plate, 1):
        for replicate in range(setting["replicates"]):
            signal = slope * held * (1 + setting["well_cv"] * rng.normal())
            read = setting["absorbance_blank"] + signal + setting["well_sd"] * rng.normal()
            yield {
                "lot": lot.id,
                "well": f"{ascii_uppercase[replicate]}{column}",
                "role": role,
                "standard_ug_per_ml": standard,
                "dilution": float(dilution),
                "absorbance_562": round(max(read, 0.0), 4),
            }


def _bands(truth: Truth, lot: Product) -> Iterator[dict[str, object]]:
    setting = noise("ev_markers")
    limit = setting["positive_above_sd"] * setting["background_sd"]
    percents = dict(setting["percent_of_lysate"])
    if lot.share("ev-protein-aggregates"):
        percents |= setting["aggregate_percent"]
    for marker, percent in percents.items():
        rng = stream(truth.seed, "ev_markers", lot.id, marker)
        lysate = between(rng, setting["lysate_signal"])
        own = 1 + setting["signal_cv"] * rng.normal()
        band = lysate * percent / 100 * own + setting["background_sd"] * rng.normal()
        yield {
            "lot": lot.id,
            "marker": marker,
            "vesicle_signal": round(max(band, 0.0), 1),
            "lysate_signal": round(lysate, 1),
            "vesicle_ug": setting["loaded_ug"],
            "lysate_ug": setting["loaded_ug"],
            "call": "positive" if band > limit else "negative",
        }


def _record(truth: Truth, lot: Product) -> dict[str, object]:
    setting, dilution = noise("ev_record"), noise("ev_size")["dilution"]
    rng = stream(truth.seed, "ev_record", lot.id)
    videos, blanks = (sum(one) / len(one) for one in _totals(truth, lot))
    again = dilution if lot.share("ev-dilution-twice") else 1
    label = (videos - blanks) * (1 + setting["label_cv"] * rng.normal())
    return {
        "lot": lot.id,
        "source": lot.source,
        "made": lot.made,
        "cells": int(round(between(rng, setting["cells"]), -5)),
        "viability_percent": _viability(rng),
        "hours": float(pick(rng, setting["hours"])),
        "volume_ml": whole_between(rng, [round(10 * end) for end in setting["volume_ml"]]) / 10,
        "dilution": float(dilution),
        "reported_per_ml": _printed((videos - blanks) * again),
        "label_per_ml": _printed(label),
    }


def _viability(rng: RandomState) -> float:
    return round(between(rng, noise("ev_record")["viability_percent"]), 1)


def _printed(value: float) -> float:
    """Three digits, as a record states it."""
    return float(f"{value:.2e}")


def _empty(assay: str) -> pd.DataFrame:
    return pd.DataFrame(columns=columns(assay))


ASSAYS: dict[str, Assay] = {
    "ev_size": Assay(ev_size, of="ev"),
    "ev_protein": Assay(ev_protein, of="ev"),
    "ev_markers": Assay(ev_markers, of="ev"),
    "ev_record": Assay(ev_record, of="ev"),
}
