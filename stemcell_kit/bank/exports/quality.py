"""The sheets of counting quality: one for each assay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stemcell_kit.bank.assays.quality import ASSAYS
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.quality import SHEETS

__all__ = ["files"]


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the sheets; those of the laboratory come with any chosen bank lot."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if not lots:
        return
    for name in ASSAYS:
        yield f"{name}.csv", sheet_csv(bank.table(name, lots), SHEETS[name]).encode("utf-8")
