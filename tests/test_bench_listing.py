"""The list of methods, the recomputation of their values, and the page in the documentation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stemcell_kit.cli.bench_listing import bench_page
from stemcell_kit.language import speaking
from stemcell_kit.methods import methods
from stemcell_kit.model import Measurement
from tests.test_cli import run

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"en": DOCS / "methods.md", "zh-CN": DOCS / "methods.zh-CN.md"}


def test_every_method_is_listed_with_its_source() -> None:
    """As JSON for another program; each with a source and a module."""
    rows = json.loads(run("qc", "--json").output)["methods"]

    assert [row["id"] for row in rows] == list(methods())
    assert all(row["source"] and row["title"] and row["module"] for row in rows)


def test_one_method_is_shown_with_its_values() -> None:
    """Functions, calls, what the source gives and whether the kit agrees."""
    shown = run("qc", "growth").output

    assert "doubling_time_h" in shown and "agrees within" in shown
    refused = run("qc", "growht")
    assert refused.exit_code == 1 and "no QC method 'growht'" in refused.output


def test_the_values_of_a_method_are_recomputed_on_this_computer() -> None:
    """All agree or differ as stated; a wrong one would end with exit code 1."""
    data = json.loads(run("qc", "most_probable_number", "--verify", "--json").output)

    assert data["wrong"] == [] and data["differ_as_stated"] > 0
    assert data["numbers"] == data["agree"] + data["differ_as_stated"] == len(data["results"])


def test_a_wrong_value_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """With method, quantity, both numbers, and exit code 1."""
    home = "stemcell_kit.qc.cells.growth"
    monkeypatch.setattr(f"{home}.doublings_of_split", lambda ratio: Measurement("d", 7.0, ""))
    monkeypatch.setattr(f"{home}.fold_increase", lambda **given: 1 / 0)
    result = run("qc", "growth", "--verify")

    assert result.exit_code == 1
    assert "growth, " in result.output and "found 7" in result.output
    assert "found ZeroDivisionError" in result.output


@pytest.mark.parametrize("language", PAGES)
def test_the_page_in_the_documentation_is_the_one_the_kit_makes(language: str) -> None:
    """Made again by: stemcell-kit qc --page."""
    with speaking(language):
        assert PAGES[language].read_text(encoding="utf-8") == bench_page()


def test_every_value_that_differs_says_why_in_both_languages() -> None:
    """A reader of either language can judge the reason."""
    silent = [
        value.id
        for one in methods().values()
        for value in one.values
        if value.why is not None and set(value.why) != {"en", "zh-CN"}
    ]

    assert silent == []


def test_every_method_has_a_name_in_both_languages() -> None:
    """Title and family."""
    bare = [one.id for one in methods().values() if "zh-CN" not in one.title]
    assert bare == []
