"""Genomic stability, step by step: from metaphases, strings, wells and counts to a result."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue, sound_content
from stemcell_kit.language import text
from stemcell_kit.model import Interval, Measurement, Text
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.genome.copy_number import CopyNumber, normal_band, relative_copy_number
from stemcell_kit.qc.genome.iscn import read_karyotype, recurrent
from stemcell_kit.qc.genome.mosaicism import excluded_fraction, is_clone
from stemcell_kit.qc.inputs import in_percent
from stemcell_kit.qc.proportions import rule_of_three, wilson
from stemcell_kit.worksheets.rows import rows_of

__all__ = [
    "abnormal_cells",
    "clone_table",
    "copy_number_band",
    "copy_number_of",
    "copy_number_table",
    "euploid_share",
    "excluded_mosaics",
    "karyotype_clones",
    "method_sight",
    "methods_that_see",
    "passages_between_banks",
    "practice_karyotypes",
    "recurrent_changes",
    "zero_result",
]

CALIBRATOR, REFERENCE = "CAL-F", "RPPH1"
SEX_TARGET = "SRY"  # told as present or absent: the calibrator is female and has none
COUNTED = ("BCL2L1", "NANOG", "AR")


def abnormal_cells(cells: pd.DataFrame, lot: str) -> pd.DataFrame:
    """Return the metaphases of a lot that show a change."""
    own = rows_of(cells, "lot", lot)
    return own[own["kind"] != "normal"].reset_index(drop=True)


def clone_table(cells: pd.DataFrame) -> pd.DataFrame:
    """Count each change per lot and hold it against the counting rule of the limits in force.

    Returns
    -------
    One row per lot and change: ``lot, change, kind, cells, analysed, needed, clone``.
    """
    rule = {f"{kind}_cells": _clone_cells(kind) for kind in ("gain", "loss")}
    analysed = cells.groupby("lot", sort=False).size()
    changed = cells[cells["kind"] != "normal"]
    rows = []
    for key, group in changed.groupby(["lot", "abnormalities", "kind"], sort=False):
        lot, change, kind = map(str, key)
        found = {"lot": lot, "change": change, "kind": kind, "cells": len(group)}
        found |= {"analysed": int(analysed[lot]), "needed": rule[f"{_counted_as(kind)}_cells"]}
        rows.append({**found, "clone": is_clone(len(group), kind=kind, **rule)})
    names = ["lot", "change", "kind", "cells", "analysed", "needed", "clone"]
    return pd.DataFrame(rows, columns=names)


def karyotype_clones(karyotype: str, *, species: str = "human") -> pd.DataFrame:
    """Return an ISCN string as a table, one row per clone; ``share`` is in percent of the cells."""
    read = read_karyotype(karyotype, species=species)
    return pd.DataFrame(
        {
            "cells": clone.cells,
            "share": round(100 * read.fraction(clone), 1),
            "chromosomes": clone.count,
            "sex": clone.sex,
            "changes": ", ".join(change.text for change in clone.abnormalities) or "none",
        }
        for clone in read.clones
    )


def recurrent_changes(karyotypes: Iterable[str], *, species: str = "human") -> pd.DataFrame:
    """Look up karyotypes in the list of changes that recur in pluripotent stem cells.

    Returns
    -------
    One row per karyotype: ``recurrent`` is true if an acquired change is on the list, and
    ``on the list`` names the entries that it meets, e.g. ``gain 12, gain 12p``.
    """
    table = _changes()
    rows = []
    for karyotype in karyotypes:
        met = recurrent(read_karyotype(karyotype, species=species), table)
        entries = dict.fromkeys(_entry(found.row) for found in met)
        found = {"karyotype": karyotype, "recurrent": bool(met)}
        rows.append({**found, "on the list": ", ".join(entries)})
    return pd.DataFrame(rows, columns=["karyotype", "recurrent", "on the list"])


def excluded_mosaics(
    counts: Collection[int] = (10, 20, 30, 50, 100),
    *,
    confidences: Collection[float] = (0.90, 0.95, 0.99),
) -> pd.DataFrame:
    """Return the mosaic, in percent, that so many normal metaphases exclude (Hook's table)."""
    columns = {
        f"{confidence:.0%} confidence": [
            round(100 * excluded_fraction(n, confidence=confidence), 1) for n in counts
        ]
        for confidence in confidences
    }
    return pd.DataFrame(columns, index=pd.Index(counts, name="normal metaphases"))


def copy_number_of(wells: pd.DataFrame, lot: str, target: str) -> CopyNumber:
    """Return the copies per cell of a target in a lot, from its wells and the calibrator's.

    Raises
    ------
    UndeterminedCq
        The target was not detected, as SRY in female DNA.
    BadInput
        The plate has no such lot or target.
    """
    own, calibrator = rows_of(wells, "sample", lot), rows_of(wells, "sample", CALIBRATOR)
    return relative_copy_number(
        _cqs(own, target),
        _cqs(own, REFERENCE),
        _cqs(calibrator, target),
        _cqs(calibrator, REFERENCE),
    )


def copy_number_table(wells: pd.DataFrame, lots: Iterable[str] | None = None) -> pd.DataFrame:
    """Return copies per cell by lot and target; SRY is told as present, absent or repeat."""
    chosen = list(lots) if lots is not None else [lot for lot in wells["lot"].unique() if lot]
    rows = [
        {target: round(copy_number_of(wells, lot, target).copies, 2) for target in COUNTED}
        | {SEX_TARGET: _presence(_cqs(rows_of(wells, "sample", lot), SEX_TARGET))}
        for lot in chosen
    ]
    return pd.DataFrame(rows, index=pd.Index(chosen, name="lot"))


def copy_number_band(sd: float, replicates: int = 3) -> Interval:
    """Copies that a diploid sample can read when a Cq varies by *sd* cycles."""
    return normal_band(sd, replicates)


def method_sight(*, metaphases: int = 20) -> pd.DataFrame:
    """Return what each method can see: size, share of cells, balanced changes, whole genome.

    The share for G-banding is the one that shows a clone with 95 % confidence in so many cells.
    """
    rows = [
        {
            "method": row["id"],
            "smallest change, Mb": f"{row['smallest_mb']:g}",
            "share of cells, %": round(_share_percent(row, metaphases), 1),
            "balanced changes": "seen" if row["balanced"] else "blind",
            "looks at": "all chromosomes" if row["genome_wide"] else "one chosen place",
            "note": text(Text(row["note"])),
        }
        for row in _reference()["method"]
    ]
    return pd.DataFrame(rows).set_index("method")


def methods_that_see(
    *,
    size_mb: float,
    share_percent: float,
    balanced: bool = False,
    known_place: bool = False,
    metaphases: int = 20,
) -> list[str]:
    """Return the methods that can be relied on for a change of this size in this share of cells.

    A method that looks at one chosen place counts only where the place is known beforehand.
    """
    return [
        row["id"]
        for row in _reference()["method"]
        if size_mb >= row["smallest_mb"]
        and share_percent >= _share_percent(row, metaphases)
        and (row["balanced"] or not balanced)
        and (row["genome_wide"] or known_place)
    ]


def euploid_share(spreads: Mapping[int, int], *, normal: int = 40) -> Measurement:
    """Share of spreads with the normal chromosome number, in percent with its Wilson interval.

    Parameters
    ----------
    spreads
        Chromosome number -> spreads counted, e.g. ``{39: 2, 40: 28}``.
    normal
        40 in the mouse, 46 in humans.
    """
    counted, right = sum(spreads.values()), spreads.get(normal, 0)
    interval = in_percent(wilson(right, counted))
    return Measurement("mouse_euploid_percent", 100 * right / counted, "%", counted, interval)


def zero_result(genomes: int) -> Measurement:
    """Vector copies per cell that a zero result in so many genomes excludes (Poisson, 95 %)."""
    note = "no copy found: this is the upper limit, not the amount"
    bound = rule_of_three(genomes)
    return Measurement("vector_copies_per_cell", bound, "copies/cell", genomes, notes=(note,))


def passages_between_banks(passage_log: pd.DataFrame) -> pd.DataFrame:
    """Return the passages and weeks in culture between one banked lot of a line and the next."""
    banked = passage_log[passage_log["banked_lot"] != ""]
    days = pd.to_datetime(banked["harvested_at"], format="%Y-%m-%dT%H:%M").diff() / pd.Timedelta(
        days=1
    )
    table = pd.DataFrame(
        {
            "from": banked.groupby("line")["banked_lot"].shift(),
            "to": banked["banked_lot"],
            "passages": banked.groupby("line")["passage"].diff(),
            "weeks": (days / 7).round(1),
        }
    )
    return table.dropna().astype({"passages": int}).reset_index(drop=True)


def practice_karyotypes(first: float, number: int = 6) -> list[str]:
    """Return human karyotypes to practise on, *number* of them from place *first* on, in a ring."""
    own = [row["karyotype"] for row in _reference()["practice"]]
    return [own[(int(first) + step) % len(own)] for step in range(number)]


def _entry(row: Mapping[str, object]) -> str:
    return f"{row['kind']} {row['chromosome']}{row['arm_or_band']}"


def _clone_cells(kind: str) -> int:
    needed = catalogue().limit(f"clone-{kind}-cells").at_least
    assert needed is not None  # a counting rule has a lower bound
    return int(needed)


def _counted_as(kind: str) -> str:
    return "loss" if kind == "loss" else "gain"


def _share_percent(row: Mapping[str, Any], metaphases: int) -> float:
    """Share of abnormal cells, in percent, from which a method can be relied on."""
    if "cells_for_a_clone" in row:
        return 100 * excluded_fraction(metaphases, at_least=row["cells_for_a_clone"])
    if "share_limit" in row:
        return catalogue().limit(row["share_limit"]).at_least or 0.0
    if "band_limit" in row:
        return 100 * ((catalogue().limit(row["band_limit"]).at_most or 2.0) - 2)
    return float(row["share_percent"])


def _cqs(wells: pd.DataFrame, target: str) -> list[float]:
    return [float(cq) for cq in rows_of(wells, "target", target)["cq"]]


def _presence(cqs: list[float]) -> str:
    seen = pd.notna(pd.Series(cqs))
    return "present" if seen.all() else "absent" if not seen.any() else "repeat"


@cache
def _reference() -> dict[str, Any]:
    return sound_content("reference/genome.toml", "genome")


@cache
def _changes() -> list[dict[str, Any]]:
    path = content_dir() / "reference" / "recurrent_changes.toml"
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["change"]
    return rows
