"""The sheets of counting quality, growth curves and stability."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]

_LOT = text("lot", "Lot", "Lot ID")


def _at_least_0(name: str, heading: str, kind: str = "number") -> Column:
    return Column(name, (heading,), kind, at_least=0)


SHEETS: dict[str, tuple[Column, ...]] = {
    "growth_curve": (
        _LOT,
        whole("day", "Day"),
        _at_least_0("hours", "Time in culture (h)"),
        whole("well", "Well number"),
        _at_least_0("live_cells", "Live cells per well", "whole"),
        _at_least_0("dead_cells", "Dead cells per well", "whole"),
    ),
    "method_comparison": (
        text("sample", "Sample"),
        whole("replicate", "Replicate"),
        _at_least_0("chamber_per_ml", "Chamber (cells/mL)"),
        _at_least_0("counter_per_ml", "Counter (cells/mL)"),
    ),
    "stability": (
        _LOT,
        _at_least_0("months", "Storage (months)"),
        whole("vial", "Vial"),
        _at_least_0("live_cells", "Live cells", "whole"),
        _at_least_0("dead_cells", "Dead cells", "whole"),
        Column("viability_percent", ("Viability (%)",), "number", at_least=0, at_most=100),
    ),
    "control_levels": (
        whole("run", "Run"),
        text("date", "Date"),
        text("level", "Level"),
        text("control_lot", "Control lot"),
        _at_least_0("target_per_ml", "Target (beads/mL)"),
        _at_least_0("sd_per_ml", "SD (beads/mL)"),
        _at_least_0("value_per_ml", "Value (beads/mL)"),
        text("operator", "Operator"),
    ),
}
