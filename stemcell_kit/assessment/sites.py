"""Several assessments of one standard side by side: the sites of a house, or the members of a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from stemcell_kit.assessment.checklist import Checklist
from stemcell_kit.assessment.report_data import figures
from stemcell_kit.assessment.sheets import append_row, sheet_title
from stemcell_kit.assessment.visible import percent, visible
from stemcell_kit.language import say, text
from stemcell_kit.pages import page_from

__all__ = ["sites_data", "sites_html", "sites_workbook"]


def sites_data(checklists: Sequence[Checklist]) -> dict[str, Any]:
    """Return the four figures of each assessment, and what every one of them lacks.

    ``open_everywhere`` are the statements that are a gap in all assessments: what a house, not
    one laboratory, has to mend.
    """
    gaps = [{item.requirement.full_id for item in one.gaps()} for one in checklists]
    shared = set.intersection(*gaps) if gaps else set()
    first = checklists[0]
    return {
        "standard": first.standard.id,
        "topics": [{"id": topic.id, "title": text(topic.title)} for topic in first.topics],
        "sites": [
            {
                "assessment": one.assessment,
                "laboratory": one.laboratory,
                "figures": figures(one.score()),
                "topics": {name: figures(score) for name, score in one.progress().items()},
            }
            for one in checklists
        ],
        "open_everywhere": [
            {"id": r.full_id, "severity": r.severity.value, "statement": text(r.statement)}
            for item in first.items
            for r in [item.requirement]
            if r.full_id in shared
        ],
    }


def sites_html(checklists: Sequence[Checklist], *, on: date) -> str:
    """Return the comparison as a page: one file without script and without anything from outside."""
    first = checklists[0]
    return page_from(
        "sites.html.j2",
        title=text(first.standard.title),
        date=on.isoformat(),
        profile=first.catalogue.profile,
        seen=visible,
        percent=percent,
        **sites_data(checklists),
    )


def sites_workbook(checklists: Sequence[Checklist]) -> bytes:
    """Return the comparison as an XLSX: the figures, the topics, what all of them lack."""
    from openpyxl import Workbook

    data = sites_data(checklists)
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = sheet_title(say("sites.title"), ())
    _figures(sheet, data)
    topics = book.create_sheet(sheet_title(say("sites.by-topic"), book.sheetnames))
    append_row(topics, [say("report.topic"), *map(_name, data["sites"])], bold=True)
    for topic in data["topics"]:
        shares = [site["topics"][topic["id"]]["risk_covered_percent"] for site in data["sites"]]
        append_row(topics, [topic["title"], *shares])
    lacking = book.create_sheet(sheet_title(say("sites.open-everywhere"), book.sheetnames))
    for one in data["open_everywhere"]:
        severity = say(f"checklist.severity-{one['severity']}")
        append_row(lacking, [one["id"], severity, one["statement"]])
    lacking.column_dimensions["C"].width = 80
    for first in (sheet, topics, lacking):
        first.column_dimensions["A"].width = 36
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _figures(sheet: Any, data: Mapping[str, Any]) -> None:
    names = ("risk_covered_percent", "score_percent", "coverage_percent", "open_criticals")
    heads = [say(f"report.{name}") for name in ("risk", "score", "coverage", "criticals")]
    append_row(sheet, [say("report.assessment"), *heads], bold=True)
    for site in data["sites"]:
        append_row(sheet, [_name(site), *(site["figures"][name] for name in names)])
    append_row(sheet, [])
    append_row(sheet, [say("report.read-together")])


def _name(site: Mapping[str, Any]) -> str:
    return str(site["laboratory"] or site["assessment"])
