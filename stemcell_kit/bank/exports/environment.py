"""The sheets of environmental monitoring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.environment import SHEETS

__all__ = ["files"]


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the sheets; the rooms serve every lot, so any chosen bank lot brings them."""
    if not any(lot in chosen for lot in bank.lots):
        return
    for sheet, columns in SHEETS.items():
        table = bank.table(sheet).astype(object)
        # an air volume that does not apply is left empty, not called undetermined
        shown = table.where(table.notna(), "")
        yield f"{sheet}.csv", sheet_csv(pd.DataFrame(shown), columns).encode("utf-8")
