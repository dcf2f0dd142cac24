"""The plain sheets of a bank: one table with known headings each."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.sheets import (
    banking,
    environment,
    flow_panels,
    identity,
    molecular,
    organoids,
    potency,
    quality,
    sterility,
    vesicles,
)
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource

__all__ = ["SHEETS", "read_sheet"]

# One module an area; each sheet has one name in all of them.
SHEETS: dict[str, tuple[Column, ...]] = {
    **banking.SHEETS,
    **flow_panels.SHEETS,
    **potency.SHEETS,
    **environment.SHEETS,
    **sterility.SHEETS,
    **vesicles.SHEETS,
    **organoids.SHEETS,
    **molecular.SHEETS,
    **quality.SHEETS,
    **identity.SHEETS,
}


def read_sheet(source: FileSource, kind: str, *, complete: bool = False) -> pd.DataFrame:
    """Read one of the bank's sheets by kind, e.g. ``read_sheet("post_thaw.csv", "post_thaw")``.

    ``complete`` says that the file is whole although its last line has no line end.

    Raises
    ------
    BadInput
        There is no such kind, or the file is not such a sheet.
    """
    if kind not in SHEETS:
        raise BadInput(f"no sheet {kind!r}; choose one of {', '.join(SHEETS)}")
    what = f"a {kind.replace('_', ' ')} sheet"
    return read_columns(source, SHEETS[kind], what=what, complete=complete)
