"""The sheets of the molecular assays."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

SHEETS: dict[str, tuple[Column, ...]] = {
    "array_segments": (
        text("lot", "Lot"),
        text("sample", "Sample"),
        text("role", "Role"),
        text("chromosome", "Chromosome", "Chr"),
        number("start_mb", "Start (Mb)"),
        number("end_mb", "End (Mb)"),
        number("copies", "Mean copies"),
        whole("probes", "Probes"),
    ),
}
