"""Grading one notebook: the learner's answers, the course's tests."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.grade import grade_notebook, source_path
from stemcell_kit.grading.key import key_of
from stemcell_kit.grading.runner import KernelRunner
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import lay_over, read_notebook
from stemcell_kit.grading.task import TEST


def answer(grade_id: str, source: str) -> Any:
    return _cell(source, grade_id, solution=True)


def graded(grade_id: str, source: str, points: int = 2) -> Any:
    return _cell(source, grade_id, grade=True, locked=True, points=points)


def _cell(source: str, grade_id: str, **marks: Any) -> Any:
    marks = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
    metadata = {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **marks}}
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def book(*cells: Any) -> Any:
    return nbformat.v4.new_notebook(cells=copy.deepcopy(list(cells)))


SOURCE = book(
    answer("sum-answer", "total = 5"),
    graded("adds", "assert total == 5, 'Add the two counts.'"),
    answer("mean-answer", "mean = 2.5"),
    graded("averages", "assert mean == 2.5, 'Divide by the number of counts.'", points=3),
)


def written(folder: Path, notebook: Any, name: str = "toy.ipynb") -> Path:
    path = folder / name
    nbformat.write(notebook, path)
    return path


def points(folder: Path, submission: Any) -> dict[str, float]:
    """Points per question of a submission against SOURCE, run for real."""
    report = grade_notebook(
        written(folder, submission, "submission.ipynb"),
        source=written(folder, SOURCE, "source.ipynb"),
        runner=KernelRunner(),
        limits=Limits(cell_seconds=20),
    )
    return {question.question: question.points for question in report.questions}


def test_each_question_earns_its_own_points(tmp_path: Path) -> None:
    """A wrong answer costs its own question and no other."""
    submission = book(*SOURCE.cells[:2], answer("mean-answer", "mean = 5"), SOURCE.cells[3])

    assert points(tmp_path, submission) == {"adds": 2.0, "averages": 0.0}


def test_a_changed_test_cell_is_replaced_by_the_source(tmp_path: Path) -> None:
    """Tests come from the source, never from the submission."""
    submission = book(answer("sum-answer", "total = 99"), graded("adds", "pass", points=50))

    assert points(tmp_path, submission) == {"adds": 0.0, "averages": 0.0}


def test_a_deleted_test_cell_still_counts(tmp_path: Path) -> None:
    """A right answer keeps its points although its test cell was deleted."""
    submission = book(SOURCE.cells[0], SOURCE.cells[2])

    assert points(tmp_path, submission) == {"adds": 2.0, "averages": 3.0}


def test_a_copied_test_cell_runs_once() -> None:
    """A cell copied with its metadata neither counts twice nor stops the grading."""
    again = copy.deepcopy(SOURCE.cells[1])
    again.id = "a-copy"
    submission = copy.deepcopy(book(*SOURCE.cells[:2], again, *SOURCE.cells[2:]))
    laid = lay_over(key_of("toy", SOURCE), submission)

    assert [step.grade_id for step in laid.steps if step.kind == TEST] == ["adds", "averages"]


def test_an_answer_that_crashes_costs_only_what_needs_it(tmp_path: Path) -> None:
    """The cells after an error are still run."""
    submission = book(answer("sum-answer", "1 / 0"), *SOURCE.cells[1:])

    assert points(tmp_path, submission) == {"adds": 0.0, "averages": 3.0}


def test_an_endless_loop_ends_at_its_time_limit(tmp_path: Path) -> None:
    """A cell that never ends is stopped; the other questions keep their points."""
    submission = book(answer("sum-answer", "while True: pass"), *SOURCE.cells[1:])
    report = grade_notebook(
        written(tmp_path, submission, "submission.ipynb"),
        source=written(tmp_path, SOURCE, "source.ipynb"),
        runner=KernelRunner(),
        limits=Limits(cell_seconds=2),
    )

    assert [question.points for question in report.questions] == [0.0, 3.0]


def test_the_feedback_holds_the_teaching_message_and_not_the_test(tmp_path: Path) -> None:
    """The learner reads why, never how it was checked."""
    source = book(
        answer("sum-answer", "total = 5"),
        graded("adds", "import stemcell_kit as sk\nsk.expect(total == 5, 'Add both counts.')"),
    )
    submission = book(answer("sum-answer", "total = 4"), source.cells[1])
    report = grade_notebook(
        written(tmp_path, submission, "submission.ipynb"),
        source=written(tmp_path, source, "source.ipynb"),
    )

    assert report.questions[0].messages == ("Add both counts.",)
    for shown in (str(report), report._repr_html_()):
        assert "Add both counts." in shown
        assert "total == 5" not in shown


def test_text_of_the_learner_is_escaped_in_the_report(tmp_path: Path) -> None:
    """An error message may hold markup; the HTML report shows it as text."""
    source = book(
        answer("sum-answer", "total = 5"), graded("adds", "assert total == 5, repr(total)")
    )
    submission = book(answer("sum-answer", "total = '<script>alert(1)</script>'"), source.cells[1])
    report = grade_notebook(
        written(tmp_path, submission, "submission.ipynb"),
        source=written(tmp_path, source, "source.ipynb"),
    )

    assert "<script>" not in report._repr_html_()
    assert "&lt;script&gt;" in report._repr_html_()


def test_a_file_that_is_no_notebook_is_refused_with_advice(tmp_path: Path) -> None:
    """The message says what to do, not which parser failed."""
    path = tmp_path / "broken.ipynb"
    path.write_text("{", encoding="utf-8")

    with pytest.raises(BadInput, match="start from a fresh copy"):
        read_notebook(path)


def test_an_unknown_exercise_names_the_exercises_there_are() -> None:
    """A renamed file is answered with the names that the course knows."""
    with pytest.raises(BadInput, match="identity"):
        source_path("identity-copy")
