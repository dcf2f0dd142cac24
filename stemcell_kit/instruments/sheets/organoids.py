"""The sheets of organoid lots: outlines, forming efficiency, swelling."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_LOT = text("lot", "Lot", "Lot ID")

SHEETS: dict[str, tuple[Column, ...]] = {
    "organoid_size": (
        _LOT,
        whole("day", "Day"),
        whole("organoid", "Organoid", "Object"),
        number("area_um2", "Area (um2)"),
        number("perimeter_um", "Perimeter (um)"),
    ),
    "organoid_forming": (
        _LOT,
        text("well", "Well"),
        whole("seeded_cells", "Seeded cells"),
        whole("organoids", "Organoids"),
    ),
    "swelling": (
        _LOT,
        text("well", "Well"),
        text("treatment", "Treatment"),
        number("minutes", "Time (min)"),
        number("area_um2", "Area (um2)"),
    ),
}
