"""A report as a workbook: a summary, the action plan, and one sheet per topic to filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from stemcell_kit.assessment.sheets import append_row, sheet_title
from stemcell_kit.language import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["workbook_bytes"]

_COLUMNS = {
    "id": 20,
    "clause": 12,
    "severity": 11,
    "statement": 60,
    "state": 14,
    "reason": 30,
    "evidence": 30,
    "owner": 14,
    "due": 12,
    "note": 30,
    "occurrence": 12,
    "detectability": 14,
    "weight": 9,
    "criterion": 40,
    "provenance": 40,
    "answered_by": 14,
    "answered_at": 26,
}


def workbook_bytes(data: Mapping[str, Any]) -> bytes:
    """Return an XLSX of a report's data; no word that a user wrote becomes a formula."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    _summary(sheet, data)
    rows = {row["id"]: row for row in data["items"]}
    plan = book.create_sheet(say("report.plan"))
    _table(plan, [rows[name] for name in data["gaps"]])
    for topic in data["topics"]:
        own = [row for row in data["items"] if row["topic"] == topic["id"]]
        _table(book.create_sheet(sheet_title(topic["title"], book.sheetnames)), own)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _summary(sheet: Worksheet, data: Mapping[str, Any]) -> None:
    sheet.title = sheet_title(say("report.title"), ())
    profile = data["profile"]
    facts = [
        ("laboratory", data["laboratory"]),
        ("date", data["date"]),
        ("standard", f"{data['standard']['id']} ({data['standard']['edition']})"),
        ("assessment", data["assessment"]),
        ("profile", profile["name"] or say("report.profile-none")),
        *([("profile-sha", profile["sha256"])] if profile["sha256"] else []),
    ]
    for name, value in facts:
        append_row(sheet, [say(f"report.{name}"), value])
    append_row(sheet, [])
    heads = ("topic", "risk", "score", "coverage", "criticals")
    append_row(sheet, [say(f"report.{name}") for name in heads], bold=True)
    whole = {"title": say("report.all-topics"), "figures": data["figures"]}
    for part in (whole, *data["topics"]):
        shown = part["figures"]
        numbers = [shown["risk_covered_percent"], shown["score_percent"]]
        numbers += [shown["coverage_percent"], shown["open_criticals"]]
        append_row(sheet, [part["title"], *numbers])
    append_row(sheet, [])
    append_row(sheet, [say("report.read-together")])
    append_row(sheet, [say("report.provenance")])
    sheet.column_dimensions["A"].width = 44
    for letter in "BCDE":
        sheet.column_dimensions[letter].width = 16


def _table(sheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.utils import get_column_letter

    append_row(sheet, [say(f"report.column-{name}") for name in _COLUMNS], bold=True)
    for row in rows:
        append_row(sheet, [_shown(name, row[name]) for name in _COLUMNS])
    for place, width in enumerate(_COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _shown(name: str, value: Any) -> Any:
    if name == "severity":
        return say(f"checklist.severity-{value}")
    if name == "state" and value is None:
        return say("checklist.choice-none")
    return value
