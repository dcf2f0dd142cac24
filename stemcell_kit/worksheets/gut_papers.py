"""The papers of intestinal organoids: the tissue log, and the file of a line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from stemcell_kit.model import Limit
from stemcell_kit.worksheets.origin import cold_hours
from stemcell_kit.worksheets.rows import each_row

__all__ = ["crypt_yields", "gut_line_gaps", "tissue_gaps"]

_LABEL = ("donor", "region", "passage", "medium")
_RESEARCH_ONLY = "for research only"


def tissue_gaps(tissues: pd.DataFrame, cold: Limit) -> pd.DataFrame:
    """List by tissue what its papers leave open before it is processed.

    Approval and consent are older than the operation, the virus results older than the day of
    processing, and the hours from excision to processing within *cold*.
    """
    rows = [
        {"tissue": row.tissue, "open": gap}
        for row in each_row(tissues)
        for gap in _tissue_gaps(row, cold)
    ]
    return pd.DataFrame(rows, columns=["tissue", "open"]).set_index("tissue")


def crypt_yields(tissues: pd.DataFrame) -> pd.DataFrame:
    """Return by tissue the crypts isolated per milligram and the share of intact ones in percent."""
    per_mg = tissues["crypts"] / tissues["tissue_mg"]
    intact = 100 * tissues["intact_crypts"] / tissues["crypts"]
    table = pd.DataFrame({"crypts_per_mg": per_mg, "intact_percent": intact}).round(1)
    return table.set_index(pd.Index(tissues["tissue"]))


def gut_line_gaps(files: pd.DataFrame, *, stable: Limit, regrowth: Limit) -> pd.DataFrame:
    """List by line what its file leaves open before it is released.

    Parameters
    ----------
    stable, regrowth
        Limits on the passages of stable growth, and on the share of organoids that grow again
        after thaw, in percent.
    """
    rows = [
        {"line": row.line, "open": gap}
        for row in each_row(files)
        for gap in _file_gaps(row, stable, regrowth)
    ]
    return pd.DataFrame(rows, columns=["line", "open"]).set_index("line")


# --- parts of the above --------------------------------------------------------------------


def _tissue_gaps(row: Any, cold: Limit) -> Iterator[str]:
    operated = row.excised_at[:10] or row.processed_at[:10]
    for what in ("approved", "consented"):
        day = getattr(row, what)
        if not day or day >= operated:
            yield f"{what} {day or 'not shown'}, operation {operated}"
    if row.consent_for != "research":
        yield f"form speaks of {row.consent_for} only"
    if not row.viruses_reported or row.viruses_reported >= row.processed_at[:10]:
        yield f"virus results {row.viruses_reported or 'missing'}"
    hours = cold_hours(row.excised_at, row.processed_at)
    if math.isnan(hours):
        yield "time of excision missing"
    elif hours > (cold.at_most or 0):
        yield f"{hours:g} h until processing"
    if not row.region:
        yield "gut region missing"


def _file_gaps(row: Any, stable: Limit, regrowth: Limit) -> Iterator[str]:
    if row.stable_passages < (stable.at_least or 0):
        yield f"{row.stable_passages} stable passages"
    if row.karyotype_passage != row.bank_passage:
        yield f"karyotype at passage {row.karyotype_passage}, bank at {row.bank_passage}"
    if row.str_reference != "donor":
        yield f"STR against {row.str_reference}"
    if not row.antibiotics_stopped or row.antibiotics_stopped >= row.microbes_sampled:
        yield "microbes sampled with antibiotics"
    if math.isnan(row.regrowth_percent):
        yield "growth after thaw not counted"
    elif row.regrowth_percent < (regrowth.at_least or 0):
        yield f"{row.regrowth_percent:g} % grow again"
    missing = [field for field in _LABEL if field not in row.label.split(", ")]
    if missing:
        yield f"label lacks {', '.join(missing)}"
    if row.instructions != _RESEARCH_ONLY:
        yield f"instructions say '{row.instructions}'"
