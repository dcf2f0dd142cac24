"""The sheets of sterility testing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.sterility import SHEETS

__all__ = ["files"]


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the sheets of the chosen bank lots; the laboratory's own come with any of them."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if not lots:
        return
    for sheet, columns in SHEETS.items():
        table = bank.table(sheet, lots).astype(object)
        # no time to detection is an empty cell: nothing was left undetermined
        shown = table.where(table.notna(), "")
        yield f"{sheet}.csv", sheet_csv(shown, columns).encode("utf-8")
