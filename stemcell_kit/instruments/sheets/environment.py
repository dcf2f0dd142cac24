"""The sheets of environmental monitoring: plates and particles."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_PLACE = (
    text("date", "Date"),
    text("room", "Room"),
    text("grade", "Grade"),
    text("location", "Location"),
)

SHEETS: dict[str, tuple[Column, ...]] = {
    "environment": (
        *_PLACE,
        text("kind", "Kind of sample", "Sample type"),
        number("volume_l", "Air volume (L)", may_be_empty=True),
        number("hours", "Exposure (h)", may_be_empty=True),
        whole("colonies", "Colonies (CFU)", "CFU"),
        text("operator", "Operator"),
    ),
    "particles": (
        *_PLACE,
        text("state", "State"),
        number("size_um", "Particle size (µm)", "Size (µm)"),
        number("volume_l", "Air volume (L)"),
        whole("particles", "Particles counted", "Count"),
    ),
}
