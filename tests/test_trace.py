"""From requirement to lesson, dataset, checklist, question and commitment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stemcell_kit.catalogue import catalogue
from stemcell_kit.coverage import coverage_problems, gap_reasons
from stemcell_kit.model import Lesson, Text
from stemcell_kit.trace import Trace, TraceRow, sections_serving, trace

STANDARDS = list(catalogue().standards)


def row(
    name: str,
    *,
    severity: str = "major",
    sections: tuple[str, ...] = ("s",),
    questions: tuple[str, ...] = ("q",),
) -> TraceRow:
    return TraceRow(name, severity, sections, (), "Cell identity", questions, ())


@pytest.mark.parametrize("standard", STANDARDS)
def test_the_course_serves_what_it_promises(standard: str) -> None:
    """80 % of the statements by a lesson, half by a graded question, every critical one by both."""
    matrix = trace(standard)
    total = len(matrix.rows)

    assert coverage_problems(matrix) == []
    assert len(matrix.without_lesson) <= total * 0.2
    assert len(matrix.without_question) <= total * 0.5
    critical = [one for one in matrix.rows if one.severity == "critical"]
    assert all(one.sections and one.questions for one in critical)


@pytest.mark.parametrize(("served", "problems"), [(79, 1), (80, 0), (81, 0)])
def test_coverage_below_the_promise_is_a_problem(served: int, problems: int) -> None:
    """The promise includes its number: 80 % of a hundred statements."""
    rows = [row(f"toy/x-{n}", sections=("s",) * (n < served)) for n in range(100)]
    found = coverage_problems(Trace("toy", tuple(rows), ()))

    assert len([one for one in found if "the course promises 80 %" in one]) == problems


def test_a_gap_without_a_reason_is_a_problem() -> None:
    """A critical one is told as such, whatever the reason."""
    rows = (row("toy/x-1", questions=()), row("toy/x-2", severity="critical", sections=()))

    assert set(coverage_problems(Trace("toy", (*rows, row("toy/x-3")), ()))) >= {
        "toy/x-1 is not served by a question, and no reason is given",
        "toy/x-2 is critical and not served by a lesson",
        "toy/x-2 is not served by a lesson, and no reason is given",
    }


def test_a_reason_that_is_out_of_date_is_a_problem() -> None:
    """Who serves a statement takes its excuse away."""
    excused = next(iter(gap_reasons("question")))
    found = coverage_problems(Trace("toy", (row(excused),), ()))

    assert found == [
        f"{excused} is served by a question; its reason for the contrary is out of date"
    ]


def test_an_unknown_requirement_in_a_cell_is_a_problem() -> None:
    """A typing error in a cell's metadata does not silently lower the coverage."""
    full = tuple(row(f"x-{n}") for n in range(120))

    assert coverage_problems(Trace("iso-24603", full, ("iso-24603/idn-99 (identity: q)",))) == [
        "unknown requirement iso-24603/idn-99 (identity: q)"
    ]


def test_a_shared_duty_is_served_by_the_lesson_of_its_twin() -> None:
    """What two standards ask alike is taught once."""
    twins = [r for r in catalogue().requirements.values() if r.same_as]
    by_name = {one.requirement: one for name in STANDARDS for one in trace(name).rows}

    assert all(by_name[r.full_id].sections == by_name[r.same_as].sections for r in twins)


def test_a_requirement_leads_to_the_sections_that_serve_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A section runs from its heading to the next one; its cells name what they serve."""
    cells = [
        markdown("# Lesson\n\n## A doubt"),
        markdown("What we saw", "iso-24603/idn-01"),
        markdown("## Checklist"),
        markdown("## Another doubt", "iso-24603/idn-02", "iso-24603/idn-01"),
    ]
    (tmp_path / "solutions").mkdir()
    (tmp_path / "notebooks" / "en").mkdir(parents=True)
    path = tmp_path / "notebooks" / "en" / "09_toy.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    monkeypatch.setenv("STEMCELL_KIT_COURSE", str(tmp_path))
    words = Text({"en": "Toy"})
    lesson = Lesson("toy", "09_toy", 10, words, words)

    assert sections_serving(lesson, ["iso-24603/idn-01"]) == ("A doubt", "Another doubt")
    assert sections_serving(lesson, ["iso-24603/idn-02"]) == ("Another doubt",)
    assert sections_serving(lesson, ["iso-24603/idn-03"]) == ()


def markdown(source: str, *requirements: str) -> dict[str, object]:
    metadata = {"stemcell_kit": {"requirements": list(requirements)}} if requirements else {}
    return {"cell_type": "markdown", "metadata": metadata, "source": source}
