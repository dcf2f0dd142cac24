"""The sheets of banking: donors, lots, culture, thaw and release."""

from __future__ import annotations

from stemcell_kit.instruments.sheets.column import number, text, whole
from stemcell_kit.instruments.table import Column

__all__ = ["SHEETS"]


_LOT = text("lot", "Lot", "Lot ID", "Bank")
_LINE = text("line", "Line", "Cell line")
_DONOR = text("donor", "Donor", "Donor ID")
_OPERATOR = text("operator", "Operator")

SHEETS: dict[str, tuple[Column, ...]] = {
    "donors": (
        _DONOR,
        text("sex", "Sex"),
        whole("age", "Age (years)"),
        text("consent", "Consent"),
        text("consent_date", "Consent date"),
    ),
    "lots": (
        _LOT,
        _LINE,
        _DONOR,
        text("tier", "Tier"),
        text("parent_lot", "Parent lot"),
        whole("passage", "Passage"),
        text("frozen", "Frozen", "Freezing date"),
        whole("vials", "Vials"),
        whole("cells_per_vial", "Cells per vial"),
        _OPERATOR,
    ),
    "register": (
        _LOT,
        _LINE,
        _DONOR,
        text("donor_sex", "Donor sex"),
        text("consent", "Consent"),
        text("consent_date", "Consent date"),
        text("source_material", "Source material"),
        text("reprogramming", "Reprogramming"),
        text("passage_label", "Passage on label"),
        text("passage_log", "Passage in log"),
        text("frozen", "Frozen", "Freezing date"),
        text("parent_lot", "Parent lot"),
    ),
    "iscn": (
        _LOT,
        _DONOR,
        text("donor_sex", "Donor sex"),
        text("karyotype", "Karyotype", "ISCN"),
        whole("metaphases", "Metaphases"),
        whole("non_clonal", "Non-clonal cells"),
        whole("bands", "Bands (bphs)"),
    ),
    "karyotype": (
        _LOT,
        whole("cell", "Cell", "Metaphase"),
        whole("count", "Chromosome count", "Count"),
        text("sex", "Sex chromosomes", "Sex"),
        text("abnormalities", "Abnormalities", "Abnormality"),
    ),
    "passage_log": (
        _LINE,
        whole("passage", "Passage", "P"),
        text("seeded_at", "Seeded at", "Seeded"),
        text("harvested_at", "Harvested at", "Harvested"),
        number("hours", "Time in culture (h)", "Hours"),
        whole("cells_seeded", "Cells seeded"),
        whole("cells_harvested", "Cells harvested"),
        number("viability_percent", "Viability (%)"),
        text("split_ratio", "Split ratio"),
        whole("confluence_percent", "Confluence (%)"),
        _OPERATOR,
        text("banked_lot", "Banked as", "Banked lot"),
    ),
    "post_thaw": (
        _LOT,
        whole("vial", "Vial", "Fill position"),
        whole("vials_filled", "Vials filled"),
        whole("viable_frozen", "Viable cells frozen"),
        whole("total_recovered", "Total cells recovered"),
        whole("viable_recovered", "Viable cells recovered"),
        number("viability_percent", "Viability (%)"),
        whole("attached_24h", "Cells attached 24 h"),
    ),
    "mycoplasma": (
        text("run", "Run"),
        text("well", "Well"),
        text("sample", "Sample", "Sample Name"),
        text("role", "Role", "Task"),
        number("target_cq", "Target Cq", "Target Ct", may_be_empty=True),
        number("control_cq", "Internal control Cq", "IC Cq", "IPC Cq", may_be_empty=True),
    ),
    "dossier": (
        _LOT,
        text("document", "Document"),
        Column("present", ("Present",), "flag"),
        text("date", "Date"),
        text("signed_by", "Signed by"),
        text("result", "Result"),
    ),
    "dilution_series": (
        text("counter", "Counter"),
        whole("order", "Order"),
        number("fraction", "Dilution fraction"),
        whole("sample", "Sample"),
        whole("observation", "Observation"),
        whole("cells_counted", "Cells counted"),
        number("concentration", "Concentration (cells/mL)"),
    ),
    "control_runs": (
        whole("run", "Run"),
        text("date", "Date"),
        text("level", "Level"),
        text("control_lot", "Control lot"),
        number("value", "Value (beads/mL)"),
        _OPERATOR,
    ),
}
