"""The passage log of a culture."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.instruments.table import read_columns
from stemcell_kit.instruments.text import FileSource

__all__ = ["read_passage_log"]


def read_passage_log(source: FileSource) -> pd.DataFrame:
    """Read a passage log, one row per passage; times in hours, dates as written.

    Columns: ``line, passage, seeded_at, harvested_at, hours, cells_seeded, cells_harvested,
    viability_percent, split_ratio, confluence_percent, operator, banked_lot``.

    Raises
    ------
    BadInput
        The file is not such a log, or is cut off.
    """
    return read_columns(source, SHEETS["passage_log"], what="a passage log")
