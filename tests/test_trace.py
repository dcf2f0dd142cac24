"""From requirement to lesson, dataset, checklist, question and commitment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stemcell_kit.catalogue import catalogue
from stemcell_kit.model import Lesson, Text
from stemcell_kit.trace import Trace, TraceRow, coverage_problems, sections_serving, trace

KEPT = catalogue().course.coverage["iso-24603"]


def row(name: str, *, sections: tuple[str, ...] = (), questions: tuple[str, ...] = ()) -> TraceRow:
    return TraceRow(name, "major", sections, (), "Cell identity", questions, ())


def test_the_course_serves_what_it_promises() -> None:
    """At least 100 statements by a lesson, at least 60 by a graded question."""
    matrix = trace("iso-24603")

    assert len(matrix.rows) == 120
    assert 120 - len(matrix.without_lesson) >= 100 == KEPT["lesson"]
    assert 120 - len(matrix.without_question) >= 60 == KEPT["question"]
    assert coverage_problems(matrix) == []


def test_every_critical_statement_is_served_by_a_lesson() -> None:
    """What can harm a donor, a patient or the bank is never left out of the lessons."""
    left_out = [r.requirement for r in trace("iso-24603").rows if not r.sections]

    assert not {name for name in left_out if catalogue().requirement(name).severity == "critical"}


@pytest.mark.parametrize(("served", "problems"), [(99, 1), (100, 0), (101, 0)])
def test_coverage_below_the_promise_is_a_problem(served: int, problems: int) -> None:
    """The promise includes its number."""
    rows = [
        row(f"iso-24603/x-{n}", sections=("s",) * (n < served), questions=("q",))
        for n in range(120)
    ]

    assert len(coverage_problems(Trace("iso-24603", tuple(rows), ()))) == problems


def test_an_unknown_requirement_in_a_cell_is_a_problem() -> None:
    """A typing error in a cell's metadata does not silently lower the coverage."""
    full = tuple(row(f"x-{n}", sections=("s",), questions=("q",)) for n in range(120))

    assert coverage_problems(Trace("iso-24603", full, ("iso-24603/idn-99 (identity: q)",))) == [
        "unknown requirement iso-24603/idn-99 (identity: q)"
    ]


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
