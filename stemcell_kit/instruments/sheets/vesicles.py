"""The sheets of vesicle lots: protein plate, blot, batch record."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_LOT = text("lot", "Lot", "Lot ID")

SHEETS: dict[str, tuple[Column, ...]] = {
    "ev_protein": (
        _LOT,
        text("well", "Well"),
        text("role", "Role"),
        number("standard_ug_per_ml", "Standard (ug/mL)", may_be_empty=True),
        number("dilution", "Dilution"),
        number("absorbance_562", "A562", "Absorbance 562 nm"),
    ),
    "ev_markers": (
        _LOT,
        text("marker", "Marker"),
        number("vesicle_signal", "Vesicle signal"),
        number("lysate_signal", "Lysate signal"),
        number("vesicle_ug", "Vesicle load (ug)"),
        number("lysate_ug", "Lysate load (ug)"),
        text("call", "Call"),
    ),
    "ev_record": (
        _LOT,
        text("source", "Producer cells", "Source"),
        text("made", "Made"),
        whole("cells", "Cells at harvest"),
        number("viability_percent", "Viability (%)"),
        number("hours", "Conditioning (h)"),
        number("volume_ml", "Volume (mL)"),
        number("dilution", "Dilution"),
        number("reported_per_ml", "Reported (particles/mL)"),
        number("label_per_ml", "Label (particles/mL)"),
    ),
}
