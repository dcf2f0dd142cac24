"""Grade one exercise notebook, without gradebook, server or instructor."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.key import Key, key_of
from stemcell_kit.grading.model_solution import learned
from stemcell_kit.grading.outputs import clean_outputs
from stemcell_kit.grading.report import GradeReport, QuestionResult, Reading
from stemcell_kit.grading.runner import KernelRunner, Runner
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import (
    LaidOver,
    is_untouched,
    lay_over,
    read_notebook,
    task_of,
)
from stemcell_kit.grading.task import TEST
from stemcell_kit.language import current, say, text
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import course_dir
from stemcell_kit.records import person, records
from stemcell_kit.trace import notebook_requirements, sections_serving

__all__ = ["exercise_path", "grade_exercise", "grade_notebook", "remember", "source_path"]

_LEARNER = re.compile(r"^\s*learner_id\s*=\s*[\"'](.*?)[\"']", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
OWN_WORK = Limits(cell_seconds=60, submission_seconds=900)


def grade_notebook(
    path: Path,
    *,
    source: Path | None = None,
    runner: Runner | None = None,
    limits: Limits = OWN_WORK,
    files: Mapping[str, bytes] | None = None,
) -> GradeReport:
    """Grade one submitted notebook and return the score of every question.

    Parameters
    ----------
    path
        The learner's notebook; it is read, never written.
    source
        The notebook with the tests; without it the one of the same name under ``solutions/``.
    runner
        Who runs the cells; by default the engine, and one Jupyter kernel where this computer
        has no sandbox, with a notice in the report. A runner that is given for several
        submissions runs the model solution of a source once.
    files
        Files of the course that the cells read, by name.

    Raises
    ------
    BadInput
        The notebook cannot be read or belongs to no exercise of the course.
    """
    submission = read_notebook(path)
    original = read_notebook(source or source_path(path.stem))
    key = key_of(path.stem, original)
    learner, untouched = _learner_id(submission), is_untouched(submission, key.by_id)
    laid = lay_over(key, submission)
    outputs: Mapping[int, list[Any]] = {}
    if not untouched:
        outputs = _outputs(key, laid, runner, limits, files or {})
    requirements = notebook_requirements(original)
    questions = tuple(
        _question(
            laid.notebook.cells[step.slot],
            outputs.get(step.slot, _NOT_STARTED),
            requirements.get(step.grade_id, ()),
            path.stem,
            untouched,
        )
        for step in laid.steps
        if step.kind == TEST
    )
    notice = "" if untouched or runner is not None else _notice()
    return GradeReport(path.stem, learner, questions, untouched, notice)


def grade_exercise(exercise: str) -> GradeReport | None:
    """Grade one's own exercise as it was last saved, and remember the score.

    Called inside a grader (the last cell of every exercise does so) it only says who grades.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        print(say("grade.inside_grader"))
        return None
    report = grade_notebook(exercise_path(exercise))
    remember(report)
    return report


def remember(report: GradeReport) -> None:
    """Keep the score of an exercise that was worked on, for the progress of this person."""
    if not report.untouched:
        records().save_grade(
            report.exercise,
            learner=person(),
            points=report.points,
            max_points=report.out_of,
            questions={question.question: question.points for question in report.questions},
        )


def exercise_path(exercise: str) -> Path:
    """Return the learner's notebook of an exercise in the language in force."""
    return _course_notebook("exercises", exercise)


def source_path(exercise: str) -> Path:
    """Return the notebook with solution and tests of an exercise in the language in force."""
    return _course_notebook("solutions", exercise)


def _course_notebook(step: str, exercise: str) -> Path:
    root = course_dir() / step
    for language in (current(), SOURCE_LANGUAGE):
        path = root / language / exercise / f"{exercise}.ipynb"
        if path.is_file():
            return path
    known = sorted(folder.name for folder in (root / SOURCE_LANGUAGE).glob("*/"))
    raise BadInput(
        f"there is no exercise {exercise!r} in this course; expected one of {', '.join(known)}. "
        "Keep the notebook's file name, or name the source with --source."
    )


# What a test gave that was not run: it earns nothing and says nothing.
_NOT_STARTED = [{"output_type": "error", "ename": "NotStarted", "evalue": "", "traceback": []}]


def _outputs(
    key: Key,
    laid: LaidOver,
    runner: Runner | None,
    limits: Limits,
    files: Mapping[str, bytes],
) -> dict[int, list[Any]]:
    """Run a submission with the runner, or with what this computer offers."""
    if runner is None and sandbox_fault() is None:
        with Engine(limits) as engine:
            return _outputs(key, laid, engine, limits, files)
    runner = runner or KernelRunner()
    if runner.keeps_apart:
        key, _ = learned(key, runner.run_once, limits=limits, files=files)
    result = runner.run(task_of(laid, key, limits=limits, files={}, course_files=files))
    return {slot: clean_outputs(verdict.outputs) for slot, verdict in result.verdicts.items()}


def _notice() -> str:
    return say("grade.no-sandbox") if sandbox_fault() else ""


def _question(
    cell: Any, outputs: list[Any], served: tuple[str, ...], exercise: str, untouched: bool
) -> QuestionResult:
    from nbformat import from_dict
    from nbgrader.utils import determine_grade

    cell.outputs = from_dict(outputs)
    points, out_of = determine_grade(cell)
    missing = (points or 0) < out_of
    return QuestionResult(
        question=cell.metadata.nbgrader.grade_id,
        points=float(points or 0),
        out_of=float(out_of),
        messages=_messages(cell.outputs) if missing and not untouched else (),
        reread=_reread(served, exercise) if missing else (),
        requirements=served,
    )


def _messages(outputs: list[Any]) -> tuple[str, ...]:
    """What the test cell said; of an error only its own words, never the code of the test."""
    said: list[str] = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            said += [line.removeprefix("- ") for line in output.text.splitlines() if line.strip()]
        elif output.output_type == "error":
            said.append(_error_words(output.ename, output.evalue))
    return tuple(_ANSI.sub("", words) for words in said)


# Errors whose text says by itself what is wrong.
_WORDS_FOR_THE_LEARNER = {"NotYet", "NotPlain", "NotRun", "WorkerGone"}


def _error_words(name: str, value: str) -> str:
    if name in _WORDS_FOR_THE_LEARNER:
        return value
    if name == "NameError":
        return say("grade.name_missing", detail=value)
    return say("grade.stopped", error=name, detail=value)


def _reread(requirements: tuple[str, ...], exercise: str) -> tuple[Reading, ...]:
    lessons = [lesson for lesson in catalogue().course.lessons if lesson.exercise == exercise]
    return tuple(
        Reading(text(lesson.title), section, f"notebooks/{current()}/{lesson.notebook}.ipynb")
        for lesson in lessons
        for section in sections_serving(lesson, requirements)
    )


def _learner_id(submission: Any) -> str:
    sources = "\n".join(cell.source for cell in submission.cells if cell.cell_type == "code")
    found = _LEARNER.search(sources)
    return found.group(1) if found else ""
