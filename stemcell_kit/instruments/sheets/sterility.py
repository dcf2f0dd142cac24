"""The sheets of sterility testing: vessels, media, and the studies of a rapid method."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import text
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]


def _count(name: str, *headings: str) -> Column:
    return Column(name, headings, "whole", at_least=0)


def _amount(name: str, *headings: str, may_be_empty: bool = False) -> Column:
    return Column(name, headings, "number", may_be_empty=may_be_empty, at_least=0)


def _flag(name: str, *headings: str) -> Column:
    return Column(name, headings, "flag")


SHEETS: dict[str, tuple[Column, ...]] = {
    "growth_promotion": (
        text("medium", "Medium"),
        text("medium_lot", "Medium lot", "Lot of medium"),
        text("organism", "Organism"),
        text("strain", "Strain"),
        text("poured", "Poured from"),
        _count("plate", "Plate"),
        _count("colonies", "Colonies (CFU)", "Colonies"),
    ),
    "detection_study": (
        _amount("level_cfu_per_ml", "Level (CFU/mL)"),
        _count("replicate", "Replicate"),
        _flag("detected", "Detected"),
        _amount("hours", "Time to detection (h)", may_be_empty=True),
    ),
    "rapid_comparison": (
        text("sample", "Sample"),
        _amount("spike_cfu", "Spike (CFU)"),
        _flag("rapid_detected", "Rapid method"),
        _amount("rapid_hours", "Time to detection (h)", may_be_empty=True),
        _flag("culture_grew", "Culture"),
        _count("culture_day", "Growth on day"),
    ),
    "sterility": (
        text("lot", "Lot", "Lot ID"),
        text("session", "Session"),
        text("set_up", "Set up", "Inoculated"),
        text("vessel", "Vessel"),
        text("role", "Role"),
        text("medium", "Medium"),
        text("organism", "Organism added", "Organism"),
        _count("inoculum_cfu", "Inoculum (CFU)"),
        _count("turbid_day", "Turbid from day", "First turbid day"),
        text("subculture", "Subculture"),
        _count("last_day", "Last reading (day)", "Last day"),
    ),
}
