"""STR genotyping of the lots and of their donors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import noise, pick, stream
from stemcell_kit.bank.truth import Donor, Lot, Truth

__all__ = ["str_long", "str_wide"]

_PLACES = 4
Doses = dict[str, dict[str, float]]


def str_long(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Genotype each lot and the reference sample of each of their registered donors.

    An allele's height is Poisson-like around its copies (log-normal noise); alleles below the
    calling threshold are not called. Drop-out and called stutter are rare.
    """
    references = {truth.registered_donor(lot).id: truth.registered_donor(lot) for lot in lots}
    rows: list[dict[str, object]] = []
    for lot in lots:
        rng = stream(truth.seed, "str", lot.id)
        registered = truth.registered_donor(lot).id
        rows += _rows(rng, _lot_doses(truth, lot), sample=lot.id, role="lot", donor=registered)
    for name, donor in references.items():
        rng = stream(truth.seed, "str", name)
        rows += _rows(rng, _doses(donor), sample=name, role="donor", donor=name)
    return pd.DataFrame(rows, columns=columns("str"))


def str_wide(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the profiles of :func:`str_long` with one column per marker, alleles as text."""
    long = str_long(truth, lots)
    places = [f"allele_{place}" for place in range(1, _PLACES + 1)]
    long["alleles"] = [",".join(filter(None, row)) for row in long[places].itertuples(index=False)]
    keys = ["sample", "role", "donor"]
    wide = long.pivot(index=keys, columns="marker", values="alleles").reset_index()
    order = pd.Index(long["sample"].unique())
    wide = wide.set_index("sample").loc[order].rename_axis("sample").reset_index()
    return pd.DataFrame(wide[list(columns("str_wide"))].to_numpy(), columns=columns("str_wide"))


def _doses(donor: Donor) -> Doses:
    """Count the copies of each allele in a diploid genome, per marker."""
    doses: Doses = {marker: defaultdict(float) for marker in donor.genotype}
    for marker, alleles in donor.genotype.items():
        for allele in alleles:
            doses[marker][allele] += 1.0
    sex = {"X": 2.0} if donor.sex == "female" else {"X": 1.0, "Y": 1.0}
    return {noise("str")["amelogenin"]: sex, **doses}


def _lot_doses(truth: Truth, lot: Lot) -> Doses:
    mixed: Doses = defaultdict(lambda: defaultdict(float))
    for line, share in lot.content:
        for marker, alleles in _doses(truth.donor_of(line)).items():
            for allele, copies in alleles.items():
                mixed[marker][allele] += share * copies
    # the extra chromosome 12 carries one more copy of one allele on it
    gained = mixed[noise("str")["chromosome_12_marker"]]
    gained[next(iter(gained))] += lot.share("trisomy-12")
    return mixed


def _rows(rng: RandomState, doses: Doses, **about: str) -> list[dict[str, object]]:
    return [
        {**about, "marker": marker, **_peaks(rng, marker, alleles)}
        for marker, alleles in doses.items()
    ]


def _peaks(rng: RandomState, marker: str, alleles: dict[str, float]) -> dict[str, object]:
    setting = noise("str")
    half = setting["peak_height_rfu"] / 2
    sigma = setting["height_cv"]
    heights = {a: half * c * float(np.exp(rng.normal(0, sigma))) for a, c in alleles.items()}
    chances = rng.random_sample(2)
    if chances[0] < setting["drop_out"] * len(heights) and len(heights) > 1:
        del heights[pick(rng, sorted(heights))]
    if chances[1] < setting["stutter_called"] and marker != setting["amelogenin"]:
        _add_stutter(heights, setting)
    threshold = setting["calling_threshold_rfu"]
    tallest = sorted(heights, key=lambda a: heights[a], reverse=True)[:_PLACES]
    called = sorted((a for a in tallest if heights[a] >= threshold), key=_allele_order)
    row: dict[str, object] = {}
    for place in range(_PLACES):
        row[f"allele_{place + 1}"] = called[place] if place < len(called) else ""
    for place in range(_PLACES):
        row[f"height_{place + 1}"] = (
            float(round(heights[called[place]])) if place < len(called) else float("nan")
        )
    return row


def _add_stutter(heights: dict[str, float], setting: dict[str, float]) -> None:
    """Call the stutter of the tallest peak: one repeat shorter."""
    parent = max(heights, key=lambda allele: heights[allele])
    shorter = f"{float(parent) - 1:g}"
    heights[shorter] = heights.get(shorter, 0.0) + heights[parent] * setting["stutter_ratio"]


def _allele_order(allele: str) -> tuple[float, str]:
    return (0.0, allele) if allele.isalpha() else (float(allele), allele)
