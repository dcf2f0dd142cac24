"""The page that says where a laboratory stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import stemcell_kit as sk
from stemcell_kit.assessment import Checklist
from stemcell_kit.assessment.dashboard import dashboard_html
from tests.test_cli import run

ON = date(2026, 3, 31)


def part(page: str, heading: str) -> str:
    """The text behind a heading, up to the next one."""
    return page.split(heading)[1].split("<h2>")[0]


def test_what_is_overdue_is_listed_by_its_date(checklist: Checklist) -> None:
    """Yesterday is overdue, today is not; what is done is not overdue any more."""
    for name, due, score in (
        ("idn-01", "2026-03-30", 1),
        ("idn-02", "2026-03-31", 1),
        ("via-01", "2025-12-01", 0),
        ("via-02", "2025-12-01", 2),
    ):
        checklist.answer(f"std/{name}", score=score, due=due)
    listed = part(dashboard_html([checklist], on=ON), "Overdue (2)")

    assert listed.index("std/via-01") < listed.index("std/idn-01")
    assert "std/idn-02" not in listed and "std/via-02" not in listed


def test_the_four_figures_stand_beside_each_standard(checklist: Checklist) -> None:
    """As in the report."""
    checklist.answer("std/idn-01", score=2)
    page = dashboard_html([checklist], on=ON)

    assert "27 %" in page and "66 %" in page and "1 / 4" in page


def test_words_of_users_stay_words(checklist: Checklist) -> None:
    """Escaped, and nothing is fetched or run."""
    checklist.laboratory = "<script>alert(1)</script>"
    checklist.answer("std/idn-01", score=0, owner="<b>\x00", due="2020-01-01")
    page = dashboard_html([checklist], on=ON)

    assert "<script" not in page and "<b>\x00" not in page
    assert "&lt;script&gt;" in page and "&lt;b&gt;\u2400" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_last_changes_come_first(checklist: Checklist) -> None:
    """Who and what, newest on top."""
    checklist.store.save_answer("default", "std/idn-01", by="OP-03", score=1)
    checklist.store.save_answer("default", "std/via-01", by="OP-07", score=1)
    listed = part(dashboard_html([checklist], on=ON), "Changed last")

    assert listed.index("OP-07") < listed.index("OP-03")


def test_the_dashboard_covers_every_standard_and_no_module(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a notebook as a frame, from the command line as a file."""
    monkeypatch.setenv("STEMCELL_KIT_DATABASE", f"sqlite:///{(tmp_path / 'r.db').as_posix()}")
    shown = sk.dashboard()

    assert "ISO 24603" in shown.page
    assert shown._repr_html_().startswith("<iframe srcdoc=")
    file = tmp_path / "where.html"
    assert "Dashboard written" in run("dashboard", str(file)).output
    assert "ISO 24603" in file.read_text(encoding="utf-8")
    refused = run("dashboard", str(tmp_path / "missing" / "where.html"))
    assert refused.exit_code == 1 and "could not be written" in refused.output
