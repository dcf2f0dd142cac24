"""Tumour organoids beside their tumour: variants, allele fractions, copies, microsatellites."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from stemcell_kit.qc import inputs
from stemcell_kit.qc.organoids.clonality import (
    expected_vaf,
    observed_vaf,
    purity_from_vaf,
    read_too_thinly,
)
from stemcell_kit.qc.organoids.microsatellite import microsatellite_panel
from stemcell_kit.qc.organoids.variant_concordance import variant_concordance
from stemcell_kit.qc.quality.concordance import lin_concordance
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "copy_number_agreement",
    "lost_drivers",
    "microsatellite_pairs",
    "tumour_share",
    "variant_fractions",
    "variant_recall",
]

_BOTH = ("tumour", "organoid")


# --- variants ------------------------------------------------------------------------------


def variant_fractions(calls: pd.DataFrame) -> pd.DataFrame:
    """Add to calls of either kind, the bank's or those of a VCF, the variant, its share and its call.

    Returns
    -------
    The table with ``variant`` (chromosome, position and bases), ``vaf`` (share of the reads) and
    ``called`` (the genotype holds the variant).
    """
    found = calls.copy()
    parts = found[["chromosome", "position", "reference", "alternate"]].astype(str)
    found["variant"] = parts.agg(":".join, axis=1)
    found["vaf"] = found["alternate_reads"] / found["depth"].where(found["depth"] > 0)
    found["called"] = found["genotype"].astype(str).str.contains("[1-9]")
    return found


def variant_recall(calls: pd.DataFrame, *, reads: int, power: float) -> pd.DataFrame:
    """Compare the variants of each organoid with those of its tumour.

    A place is left out where the organoid was read too thinly to show a heterozygous variant of
    pure tumour cells in *reads* reads with probability *power*: not seen there is not absent.

    Returns
    -------
    By lot: places left out, tumour variants compared, those found again, recall in percent with
    its interval, Jaccard index, and the driver genes that were not found again.
    """
    rows = [{"lot": lot, **_recall(own, reads, power)} for lot, own in _by_lot(calls)]
    return pd.DataFrame(rows).set_index("lot")


def lost_drivers(calls: pd.DataFrame, lot: str) -> list[str]:
    """Return the driver genes called in the tumour of a lot and not in its organoid."""
    return _lost(rows_of(variant_fractions(calls), "lot", lot))


def tumour_share(calls: pd.DataFrame, gene: str) -> pd.DataFrame:
    """Estimate the share of tumour cells in tumour and organoid from one heterozygous driver.

    Returns
    -------
    By lot: allele fraction of the gene in the tumour, in the organoid, and the share of tumour
    cells in the organoid culture with its interval, in percent; a fraction above that of pure
    cells counts as pure. Empty where the driver is not called.
    """
    own = rows_of(variant_fractions(calls), "gene", gene)
    rows = []
    for lot, both in own.groupby("lot", sort=False):
        by_sample = both.set_index("sample")
        tumour, organoid = (by_sample.loc[name] for name in _BOTH)
        fractions = {"in_tumour": round(tumour["vaf"], 3), "in_organoid": round(organoid["vaf"], 3)}
        rows.append({"lot": lot, **fractions, **_share(organoid)})
    return pd.DataFrame(rows).set_index("lot")


# --- copy number and microsatellites -------------------------------------------------------


def copy_number_agreement(bins: pd.DataFrame, *, purity: float) -> pd.DataFrame:
    """Compare copy numbers of tumour and organoid, as measured and corrected for purity.

    Measured copies are ``purity x copies + (1 - purity) x 2``, so the correction turns this round.

    Returns
    -------
    Two rows: Pearson's correlation, Lin's concordance, and SD of the organoid over SD of the
    tumour.
    """
    share = inputs.share(purity, "purity")
    corrected = (bins["tumour"] - 2 * (1 - share)) / share
    rows = []
    for name, tumour in (("as measured", bins["tumour"]), ("corrected", corrected)):
        lin = lin_concordance(list(tumour), list(bins["organoid"]))
        found = {"pearson": lin.precision, "lin": lin.value, "spread_ratio": lin.scale_ratio}
        rows.append({"tumour": name, **{key: round(value, 2) for key, value in found.items()}})
    return pd.DataFrame(rows).set_index("tumour")


def microsatellite_pairs(counts: pd.DataFrame) -> pd.DataFrame:
    """Return by lot the microsatellite status of tumour and organoid, and whether they are shown alike.

    ``counts`` has one row per lot and sample: ``unstable`` markers among ``assessed`` of a panel
    of five; none assessed is ``not tested``.
    """
    rows = []
    for lot, own in counts.groupby("lot", sort=False):
        status = {row.sample: _status(row) for row in each_row(own)}
        alike = "yes" if status["tumour"] == status["organoid"] else "no"
        open_ = {"not tested", "undetermined"} & set(status.values())
        rows.append({"lot": lot, **status, "same": "not shown" if open_ else alike})
    return pd.DataFrame(rows).set_index("lot")


# --- parts of the above --------------------------------------------------------------------


def _by_lot(calls: pd.DataFrame) -> Iterator[tuple[Any, pd.DataFrame]]:
    yield from variant_fractions(calls).groupby("lot", sort=False)


def _recall(own: pd.DataFrame, reads: int, power: float) -> dict[str, Any]:
    tumour, organoid = (own[own["sample"] == name] for name in _BOTH)
    depths = dict(zip(organoid["variant"], organoid["depth"], strict=True))
    thin = read_too_thinly(depths, vaf=expected_vaf(1.0), reads=reads, power=power)
    lists = [list(one.loc[one["called"], "variant"]) for one in (tumour, organoid)]
    found = variant_concordance(lists[0], lists[1], not_assessable=thin)
    return {
        "left_out": len(thin),
        "compared": found.n,
        "found_again": len(found.shared),
        "recall_percent": round(found.value, 1),
        "low": round(found.interval.low, 1),
        "high": round(found.interval.high, 1),
        "jaccard": round(found.jaccard, 3),
        "drivers_lost": ", ".join(_lost(own)),
    }


def _lost(own: pd.DataFrame) -> list[str]:
    drivers = own[(own["gene"] != "") & own["called"]]
    genes = [list(drivers.loc[drivers["sample"] == name, "gene"]) for name in _BOTH]
    return [gene for gene in genes[0] if gene not in genes[1]]


def _share(organoid: Any) -> dict[str, float]:
    names = ("tumour_cells_percent", "low", "high")
    if not organoid["called"]:
        return dict.fromkeys(names, math.nan)
    seen = observed_vaf(int(organoid["alternate_reads"]), int(organoid["depth"]))
    pure = expected_vaf(1.0)
    three = (seen.value, seen.interval.low, seen.interval.high)
    percents = [round(100 * purity_from_vaf(min(one, pure)), 1) for one in three]
    return dict(zip(names, percents, strict=True))


def _status(row: Any) -> str:
    if not row.assessed:
        return "not tested"
    classes: Any = teaching_table("microsatellite_classes").to_dict("records")
    return microsatellite_panel(row.unstable, row.assessed, markers=5, classes=classes).status
