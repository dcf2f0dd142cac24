"""The sheets of potency and neural function."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_LOT = text("lot", "Lot", "Lot ID", "Batch")
_PLATE = text("plate", "Plate", "Plate ID")
_WELL = text("well", "Well", "Well ID")
_REPLICATE = whole("replicate", "Replicate", "Rep")

SHEETS: dict[str, tuple[Column, ...]] = {
    "nk_killing": (
        _PLATE,
        _WELL,
        _LOT,
        text("role", "Role", "Content"),
        number("ratio", "E:T"),
        _REPLICATE,
        whole("targets", "Targets per well"),
        number("signal_rfu", "Signal (RFU)", "RFU"),
    ),
    "organoid_dose_response": (
        _PLATE,
        _WELL,
        _LOT,
        text("role", "Control type", "Role"),
        text("compound", "Compound"),
        number("concentration_um", "Concentration (µM)"),
        _REPLICATE,
        number("signal_rlu", "Signal (RLU)", "RLU"),
    ),
    "mda_dopamine": (
        text("run", "Run"),
        whole("injection", "Injection"),
        _LOT,
        text("role", "Sample type", "Role"),
        number("nominal_ng_per_ml", "Nominal (ng/mL)", may_be_empty=True),
        _REPLICATE,
        number("area", "Area (nA·min)", "Peak area"),
        number("dilution", "Dilution"),
        number("volume_ml", "Volume (mL)"),
        whole("cells", "Cells"),
    ),
    "nsc_images": (
        _LOT,
        text("marker", "Marker"),
        whole("field", "Field"),
        whole("nuclei", "DAPI nuclei", "Nuclei"),
        whole("positive", "Positive"),
    ),
}
