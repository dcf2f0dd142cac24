"""Every exercise is graded as promised: model solution, untouched release, recorded attempts."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from stemcell_kit.authoring.release import exercises_of, release
from stemcell_kit.grading.grade import grade_notebook, source_path
from stemcell_kit.grading.report import GradeReport
from stemcell_kit.grading.runner import Runner
from stemcell_kit.grading.submission import read_notebook
from stemcell_kit.paths import course_dir, path_with_scripts

EXERCISES = exercises_of()
LEARNER = re.compile(r'learner_id = "[^"]*"')


@cache
def attempts(exercise: str) -> list[dict[str, Any]]:
    path = source_path(exercise).with_name("attempts.toml")
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["attempt"])


ATTEMPTS = [(name, attempt) for name in EXERCISES for attempt in attempts(name)]


def submission(exercise: str, learner: str, answers: dict[str, str] | None = None) -> Any:
    """The model solution with a learner's id and, here and there, her own answers."""
    notebook = copy.deepcopy(read_notebook(source_path(exercise)))
    unused = dict(answers or {})
    for cell in notebook.cells:
        cell.source = LEARNER.sub(f'learner_id = "{learner}"', cell.source)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in unused:
            assert cell.metadata.nbgrader.solution
            cell.source = unused.pop(grade_id)
    assert not unused, f"{exercise} has no answer cell {sorted(unused)}"
    return notebook


def graded(folder: Path, exercise: str, notebook: Any, runner: Runner) -> GradeReport:
    path = folder / f"{exercise}.ipynb"
    nbformat.write(notebook, path)
    return grade_notebook(path, runner=runner)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_model_solution_earns_full_marks(exercise: str, tmp_path: Path, runner: Runner) -> None:
    """The model solution is right for a case that no recorded attempt is about."""
    learner = "李雷 7"
    report = graded(tmp_path, exercise, submission(exercise, learner), runner)

    assert report.learner_id == learner
    assert {q.question: q.messages for q in report.questions if not q.is_full} == {}
    assert report.points == report.out_of > 0


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_untouched_exercise_earns_nothing_and_shows_no_raw_error(
    exercise: str, tmp_path: Path, runner: Runner
) -> None:
    """Run as it was handed out, every question gives 0 points and a message that teaches."""
    notebook = read_notebook(course_dir() / "exercises" / "en" / exercise / f"{exercise}.ipynb")
    notebook.cells.append(nbformat.v4.new_code_cell("worked_on = True"))
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += "\n# looked at"
    report = graded(tmp_path, exercise, notebook, runner)

    assert not report.untouched
    assert [question.points for question in report.questions] == [0.0] * len(report.questions)
    for question in report.questions:
        assert question.messages
        assert not any("stopped with" in message for message in question.messages)
        assert question.reread, f"{question.question} names nothing to reread"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_an_exercise_that_was_not_begun_says_so_at_once(exercise: str) -> None:
    """Nothing is run for an exercise without a single answer."""
    path = course_dir() / "exercises" / "en" / exercise / f"{exercise}.ipynb"
    report = grade_notebook(path)

    assert report.untouched
    assert report.points == 0


@pytest.mark.parametrize(("exercise", "attempt"), ATTEMPTS, ids=[a["name"] for _, a in ATTEMPTS])
def test_a_recorded_attempt_earns_its_stated_score(
    exercise: str, attempt: dict[str, Any], tmp_path: Path, runner: Runner
) -> None:
    """The typical mistakes cost what their authors say, no more and no less."""
    notebook = submission(exercise, attempt.get("learner", "guest"), attempt["answers"])
    report = graded(tmp_path, exercise, notebook, runner)

    assert report.points == pytest.approx(attempt["points"], abs=0.02)
    assert report.points < report.out_of
    assert report.reread


@pytest.mark.parametrize("exercise", EXERCISES)
def test_at_least_three_attempts_are_recorded(exercise: str) -> None:
    """A grader is only as good as the mistakes it was tried on."""
    assert len(attempts(exercise)) >= 3


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_released_exercise_is_what_nbgrader_makes_of_the_solution(
    exercise: str, tmp_path: Path
) -> None:
    """``exercises/`` is generated; byte for byte nobody edits it by hand."""
    committed = course_dir() / "exercises" / "en" / exercise / f"{exercise}.ipynb"
    fresh = release(exercise, destination=tmp_path)

    assert fresh.read_bytes() == committed.read_bytes()


@pytest.mark.locale
def test_an_exercise_is_graded_under_any_locale(tmp_path: Path, runner: Runner) -> None:
    """Files are read and written as UTF-8 even where the system's encoding is another."""
    report = graded(tmp_path, "identity", submission("identity", "李雷"), runner)

    assert report.learner_id == "李雷"
    assert report.points == report.out_of


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_released_exercise_holds_no_answer(exercise: str) -> None:
    """Neither a solution nor a hidden test is handed out."""
    committed = course_dir() / "exercises" / "en" / exercise / f"{exercise}.ipynb"
    text = committed.read_text(encoding="utf-8")

    assert "BEGIN SOLUTION" not in text
    assert "HIDDEN TESTS" not in text


def test_stock_nbgrader_gives_the_same_scores(tmp_path: Path, runner: Runner) -> None:
    """The same folder works with the ``nbgrader`` commands, cell by cell alike."""
    exercise = "identity"
    attempt = attempts(exercise)[0]
    learners = {
        "right": submission(exercise, "guest"),
        "wrong": submission(exercise, attempt.get("learner", "guest"), attempt["answers"]),
    }
    for learner, notebook in learners.items():
        folder = tmp_path / "submitted" / learner / exercise
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{exercise}.ipynb")
    (tmp_path / "solutions").symlink_to(course_dir() / "solutions")
    config = (course_dir() / "nbgrader_config.py").read_text(encoding="utf-8")
    without_engine, _, _ = config.partition("# The grading engine")
    (tmp_path / "nbgrader_config.py").write_text(without_engine, encoding="utf-8")
    for command in ("generate_assignment", "autograde"):
        subprocess.run(
            [sys.executable, "-m", "nbgrader", command, exercise, "--force"],
            cwd=tmp_path,
            env={**os.environ, "PATH": path_with_scripts()},
            check=True,
            capture_output=True,
        )

    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        for learner, notebook in learners.items():
            found = gradebook.find_submission_notebook(exercise, exercise, learner)
            stock = {grade.name: grade.auto_score for grade in found.grades}
            ours = graded(tmp_path, exercise, notebook, runner)
            assert {q.question: q.points for q in ours.questions} == stock
