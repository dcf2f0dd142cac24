"""The sheets beside the flow cytometry of products."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

SHEETS: dict[str, tuple[Column, ...]] = {
    "nk_dose": (
        text("lot", "Lot", "Lot ID", "Batch"),
        whole("viable_cells", "Viable cells in dose", "Viable cells"),
        number("weight_kg", "Recipient weight (kg)", "Weight"),
    ),
}
