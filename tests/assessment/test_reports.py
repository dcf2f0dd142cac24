"""Reports as page, workbook and data: the same figures, and nobody's words do any harm."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from stemcell_kit.assessment import Checklist, write_report
from stemcell_kit.assessment.comparison import Movement
from stemcell_kit.assessment.report_data import report_data
from stemcell_kit.assessment.sites import sites_data, sites_html, sites_workbook
from stemcell_kit.assessment.workbook import workbook_bytes
from stemcell_kit.catalogue import Catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.records import Records

ON = date(2026, 3, 31)
NASTY = {
    "script": "<script>alert(1)</script>",
    "formula": "=HYPERLINK(\"http://x.org\",\"a\")",
    "plus": "+1+1",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "right-to-left": "\u202eabc",
    "emoji": "🧫" * 50,
    "nul": "a\x00b",
    "control": "a\x07b",
    "long": "x" * 40_000,
    "chinese": "无菌检测",
}  # fmt: skip


def rows_of(data: bytes, sheet: str) -> list[dict[str, Any]]:
    """The rows of one sheet as a spreadsheet program would read them."""
    book = load_workbook(BytesIO(data))
    head, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("words", NASTY.values(), ids=NASTY)
def test_nobodys_words_do_any_harm(checklist: Checklist, tmp_path: Path, words: str) -> None:
    """Escaped in the page, inert in the workbook, exact in the data."""
    checklist.answer("std/idn-01", score=1, note=words, evidence=words, owner=words)
    checklist.laboratory = words
    saved = words.strip()

    html = write_report(checklist, tmp_path / "r.html", on=ON).read_text(encoding="utf-8")
    assert "<script" not in html
    data = json.loads(write_report(checklist, tmp_path / "r.json", on=ON).read_bytes())
    assert {row["id"]: row["note"] for row in data["items"]}["std/idn-01"] == saved
    assert data["laboratory"] == saved
    book = load_workbook(write_report(checklist, tmp_path / "r.xlsx", on=ON))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str))


def test_a_workbook_has_a_summary_a_plan_and_a_sheet_for_each_topic(checklist: Checklist) -> None:
    """Each with a heading, a filter and every statement of its topic."""
    checklist.answer("std/idn-01", score=1, owner="OP-03")
    data = workbook_bytes(report_data(checklist, on=ON))
    book = load_workbook(BytesIO(data))

    assert book.sheetnames == ["Gap report", "Your plan", "Cell identity", "Viability"]
    assert [row["Statement"] for row in rows_of(data, "Cell identity")] == [
        "std/idn-01",
        "std/idn-02",
    ]
    plan = rows_of(data, "Your plan")
    assert plan[0]["Statement"] == "std/via-02" and len(plan) == 4
    assert plan[1]["Owner"] == "OP-03"
    for name in book.sheetnames[1:]:
        assert book[name].auto_filter.ref and book[name].freeze_panes == "A2"


def test_a_text_longer_than_a_cell_says_that_it_was_cut(checklist: Checklist) -> None:
    """A spreadsheet cell ends at 32 767 characters."""
    checklist.answer("std/idn-01", note="y" * 40_000)
    note = rows_of(workbook_bytes(report_data(checklist, on=ON)), "Cell identity")[0]["Note"]

    assert len(note) == 32_767
    assert note.endswith("the whole text is in the JSON report)")


def test_all_three_forms_give_the_same_figures(checklist: Checklist) -> None:
    """Risk covered, score, coverage, open critical items."""
    checklist.answer("std/idn-01", score=2)
    data = report_data(checklist, on=ON)

    assert data["figures"] == {
        "risk_covered_percent": 27,
        "score_percent": 66,
        "coverage_percent": 25,
        "answered": 1,
        "total": 4,
        "open_criticals": 1,
    }
    book = load_workbook(BytesIO(workbook_bytes(data)))
    shown = [[cell.value for cell in row] for row in book["Gap report"].iter_rows()]
    assert ["All topics", 27, 66, 25, 1] in shown


def test_every_report_is_noted(checklist: Checklist, tmp_path: Path) -> None:
    """Which file, with which digest and figures."""
    path = write_report(checklist, tmp_path / "r.json", on=ON)

    (report,) = checklist.store.reports("default")
    assert report.file == str(path) and len(report.sha256) == 64
    assert report.figures["open_criticals"] == 2


def test_another_ending_is_refused(checklist: Checklist, tmp_path: Path) -> None:
    """The message names those that there are."""
    with pytest.raises(BadInput, match=r"\.html, \.xlsx, \.json"):
        write_report(checklist, tmp_path / "r.docx")
    assert checklist.store.reports("default") == ()


def test_a_comparison_names_every_way_a_state_can_move(checklist: Checklist) -> None:
    """Improved, worsened, new, taken back, in and out of scope, and the rest unchanged."""
    checklist.answer("std/idn-01", score=1)
    checklist.answer("std/idn-02", score=3)
    checklist.answer("std/via-02", score=2)
    then = checklist.store.history("default")[-1].changed_at
    checklist.answer("std/idn-01", score=2)
    checklist.answer("std/idn-02", score=0)
    checklist.answer("std/via-01", score=1)
    checklist.clear("std/via-02")

    found = checklist.compared_with(moment=then, label="spring")
    assert {one.item.requirement.id: one.movement for one in found.moved} == {
        "idn-01": Movement.IMPROVED,
        "idn-02": Movement.WORSENED,
        "via-01": Movement.NEW,
        "via-02": Movement.TAKEN_BACK,
    }
    checklist.answer("std/idn-01", score="n/a", reason="closed")
    assert checklist.compared_with(moment=then, label="s").of(Movement.SCOPE)[0].before == 1
    now = checklist.store.history("default")[-1].changed_at
    assert checklist.compared_with(moment=now, label="now").moved == ()


def test_a_report_shows_what_changed(checklist: Checklist, tmp_path: Path) -> None:
    """With the day in its heading, in the page and in the data."""
    checklist.answer("std/idn-01", score=1)
    then = checklist.store.history("default")[-1].changed_at
    checklist.answer("std/idn-01", score=3)
    comparison = checklist.compared_with(moment=then, label="2025-03-31")

    html = write_report(checklist, tmp_path / "r.html", on=ON, comparison=comparison)
    assert "What changed since 2025-03-31" in html.read_text(encoding="utf-8")
    data = report_data(checklist, on=ON, comparison=comparison)["comparison"]
    assert data["moved"] == [
        {"id": "std/idn-01", "before": 1, "now": 3, "movement": "improved"}
    ]  # fmt: skip


def test_another_assessment_is_compared_too(checklist: Checklist) -> None:
    """Two sites, or two years kept apart."""
    checklist.store.save_answer("north", "std/idn-01", score=3)
    checklist.answer("std/idn-01", score=1)

    found = checklist.compared_with(assessment="north", label="north")
    assert [(one.before, one.now) for one in found.moved] == [(3, 1)]


def test_words_of_a_site_do_no_harm_beside_others(
    checklist: Checklist, store: Records, small: Catalogue
) -> None:
    """Escaped on the page, inert in the workbook, exact in the data; what all lack is named."""
    nasty = "=cmd()<script>"
    other = Checklist("std", assessment="north", catalogue=small, store=store)
    other.laboratory = nasty
    checklist.answer("std/idn-01", score=3)
    sites = [checklist, other]
    page = sites_html(sites, on=date(2026, 5, 4))
    book = load_workbook(BytesIO(sites_workbook(sites)))

    assert nasty not in page and "=cmd()&lt;script&gt;" in page
    cell = book.worksheets[0]["A3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (nasty, "s", True)
    assert sites_data(sites)["sites"][1]["laboratory"] == nasty
    lacking = [row[0] for row in book.worksheets[2].iter_rows(values_only=True)]
    assert "std/idn-01" not in lacking and lacking
