"""The cytogeneticist's sheet, one line per metaphase."""

from __future__ import annotations

import re

import pandas as pd

from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.instruments.table import read_columns
from stemcell_kit.instruments.text import FileSource

__all__ = ["read_karyotype_sheet"]


def read_karyotype_sheet(source: FileSource) -> pd.DataFrame:
    """Read a sheet of metaphases.

    Returns
    -------
    One row per cell: ``lot, cell, count, sex, abnormalities, kind``; ``kind`` is normal, gain,
    loss or structural, after the first change written.

    Raises
    ------
    BadInput
        The file is not such a sheet, or is cut off.
    """
    table = read_columns(source, SHEETS["karyotype"], what="a karyotype sheet")
    # Latin-1 and word processors write the minus in several ways
    table["abnormalities"] = [
        re.sub("[\u2010-\u2015\u2212]", "-", a) for a in table["abnormalities"]
    ]
    table["kind"] = [_kind(change) for change in table["abnormalities"]]
    return table


def _kind(change: str) -> str:
    if not change:
        return "normal"
    return {"+": "gain", "-": "loss"}.get(change[0], "structural")
