"""The plain sheets of potency and neural function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.bank.assays.neural import ASSAYS as NEURAL
from stemcell_kit.bank.assays.potency import ASSAYS as POTENCY
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.potency import SHEETS

__all__ = ["files"]


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield one sheet for each assay that has a chosen product lot."""
    for name, assay in {**POTENCY, **NEURAL}.items():
        lots = [one.id for one in bank.products if one.kind == assay.of and one.id in chosen]
        if lots:
            table = sheet_csv(_with_blanks(bank.table(name, lots)), SHEETS[name])
            yield f"{name}.csv", table.encode("utf-8")


def _with_blanks(table: pd.DataFrame) -> pd.DataFrame:
    """Leave cells empty where nothing was to be written, instead of calling them undetermined."""
    return table.astype(object).where(table.notna(), "")
