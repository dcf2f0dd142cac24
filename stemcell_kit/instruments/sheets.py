"""The plain sheets of a bank: one table with known headings each."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource

__all__ = ["SHEETS", "read_sheet"]


def _number(name: str, *headings: str, may_be_empty: bool = False) -> Column:
    return Column(name, headings, "number", may_be_empty=may_be_empty)


def _whole(name: str, *headings: str) -> Column:
    return Column(name, headings, "whole")


def _text(name: str, *headings: str) -> Column:
    return Column(name, headings)


_LOT = _text("lot", "Lot", "Lot ID", "Bank")
_LINE = _text("line", "Line", "Cell line")
_DONOR = _text("donor", "Donor", "Donor ID")
_OPERATOR = _text("operator", "Operator")

SHEETS: dict[str, tuple[Column, ...]] = {
    "donors": (
        _DONOR,
        _text("sex", "Sex"),
        _whole("age", "Age (years)"),
        _text("consent", "Consent"),
        _text("consent_date", "Consent date"),
    ),
    "lots": (
        _LOT,
        _LINE,
        _DONOR,
        _text("tier", "Tier"),
        _text("parent_lot", "Parent lot"),
        _whole("passage", "Passage"),
        _text("frozen", "Frozen", "Freezing date"),
        _whole("vials", "Vials"),
        _whole("cells_per_vial", "Cells per vial"),
        _OPERATOR,
    ),
    "register": (
        _LOT,
        _LINE,
        _DONOR,
        _text("donor_sex", "Donor sex"),
        _text("consent", "Consent"),
        _text("consent_date", "Consent date"),
        _text("source_material", "Source material"),
        _text("reprogramming", "Reprogramming"),
        _text("passage_label", "Passage on label"),
        _text("passage_log", "Passage in log"),
        _text("frozen", "Frozen", "Freezing date"),
        _text("parent_lot", "Parent lot"),
    ),
    "iscn": (
        _LOT,
        _DONOR,
        _text("donor_sex", "Donor sex"),
        _text("karyotype", "Karyotype", "ISCN"),
        _whole("metaphases", "Metaphases"),
        _whole("non_clonal", "Non-clonal cells"),
        _whole("bands", "Bands (bphs)"),
    ),
    "karyotype": (
        _LOT,
        _whole("cell", "Cell", "Metaphase"),
        _whole("count", "Chromosome count", "Count"),
        _text("sex", "Sex chromosomes", "Sex"),
        _text("abnormalities", "Abnormalities", "Abnormality"),
    ),
    "passage_log": (
        _LINE,
        _whole("passage", "Passage", "P"),
        _text("seeded_at", "Seeded at", "Seeded"),
        _text("harvested_at", "Harvested at", "Harvested"),
        _number("hours", "Time in culture (h)", "Hours"),
        _whole("cells_seeded", "Cells seeded"),
        _whole("cells_harvested", "Cells harvested"),
        _number("viability_percent", "Viability (%)"),
        _text("split_ratio", "Split ratio"),
        _whole("confluence_percent", "Confluence (%)"),
        _OPERATOR,
        _text("banked_lot", "Banked as", "Banked lot"),
    ),
    "post_thaw": (
        _LOT,
        _whole("vial", "Vial", "Fill position"),
        _whole("vials_filled", "Vials filled"),
        _whole("viable_frozen", "Viable cells frozen"),
        _whole("total_recovered", "Total cells recovered"),
        _whole("viable_recovered", "Viable cells recovered"),
        _number("viability_percent", "Viability (%)"),
        _whole("attached_24h", "Cells attached 24 h"),
    ),
    "mycoplasma": (
        _text("run", "Run"),
        _text("well", "Well"),
        _text("sample", "Sample", "Sample Name"),
        _text("role", "Role", "Task"),
        _number("target_cq", "Target Cq", "Target Ct", may_be_empty=True),
        _number("control_cq", "Internal control Cq", "IC Cq", "IPC Cq", may_be_empty=True),
    ),
    "dossier": (
        _LOT,
        _text("document", "Document"),
        Column("present", ("Present",), "flag"),
        _text("date", "Date"),
        _text("signed_by", "Signed by"),
        _text("result", "Result"),
    ),
    "dilution_series": (
        _text("counter", "Counter"),
        _whole("order", "Order"),
        _number("fraction", "Dilution fraction"),
        _whole("sample", "Sample"),
        _whole("observation", "Observation"),
        _whole("cells_counted", "Cells counted"),
        _number("concentration", "Concentration (cells/mL)"),
    ),
    "control_runs": (
        _whole("run", "Run"),
        _text("date", "Date"),
        _text("level", "Level"),
        _text("control_lot", "Control lot"),
        _number("value", "Value (beads/mL)"),
        _OPERATOR,
    ),
}


def read_sheet(source: FileSource, kind: str) -> pd.DataFrame:
    """Read one of the bank's sheets by kind, e.g. ``read_sheet("post_thaw.csv", "post_thaw")``.

    Raises
    ------
    BadInput
        There is no such kind, or the file is not such a sheet.
    """
    if kind not in SHEETS:
        raise BadInput(f"no sheet {kind!r}; choose one of {', '.join(SHEETS)}")
    return read_columns(source, SHEETS[kind], what=f"a {kind.replace('_', ' ')} sheet")
