"""Candidates who do not exist: submissions made from stated outcomes, to try an exam before it is held.

A right answer is the model solution. A wrong one is the first recorded wrong answer of that cell
(``attempts.toml`` of the exercise), which may earn part of the points, or no answer at all.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from stemcell_kit.certification.blueprint import together
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.form_notebooks import notebook_name
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.question_pool import (
    Question,
    exercises,
    question_pool,
    solution_parts,
)
from stemcell_kit.model import SOURCE_LANGUAGE
from stemcell_kit.paths import course_dir

__all__ = ["hand_in"]


def hand_in(
    exam: Exam, sitting: Sitting, outcomes: Mapping[str, bool], *, recorded: bool = True
) -> None:
    """Put a submission into ``submitted/`` that answers each question as stated.

    Parameters
    ----------
    outcomes
        Question id → whether the answer is right; questions that are left out stay unanswered.
        Each outcome holds whatever the others are: a right answer that builds on a wrong one
        brings the right one along.
    recorded
        Wrong answers are recorded ones where there are some; otherwise nothing is answered.
    """
    folder = exam.handed_in(sitting)
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, questions) in enumerate(exam.form(sitting).sections, start=1):
        file = f"{notebook_name(number, name)}.ipynb"
        path = exam.place("release", sitting) / file
        notebook = json.loads(path.read_text(encoding="utf-8"))
        answers: dict[str, str] = {}
        for question in questions:
            if question.id in outcomes:
                answers |= _answers(question, right=outcomes[question.id], recorded=recorded)
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            cell["source"] = answers.get(grade_id, cell["source"])
        words = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        (folder / file).write_text(words, encoding="utf-8")


def _answers(question: Question, *, right: bool, recorded: bool) -> dict[str, str]:
    """Return the answer cells of one question by grade id; an unanswered one is not there."""
    found, earlier = {}, _earlier(question)
    for place in _answer_places(question):
        cell = exercises()[question.exercise].notebook.cells[place]
        grade_id = cell.metadata.nbgrader.grade_id
        wrong = _recorded(question.exercise).get(grade_id) if recorded else None
        if right:
            found[grade_id] = earlier + solution_parts(cell.source)[1]
        elif wrong is not None:
            found[grade_id] = earlier + wrong
    return found


def _earlier(question: Question) -> str:
    """The model solutions that a right answer stands on, in the order of the exercise."""
    places = set(question.preludes)
    for name in together(question) - {question.id}:
        other = question_pool()[name]
        places |= {*other.preludes, *_answer_places(other)}
    cells = exercises()[question.exercise].notebook.cells
    return "".join(solution_parts(cells[place].source)[1] for place in sorted(places))


def _answer_places(question: Question) -> list[int]:
    cells = exercises()[question.exercise].notebook.cells
    return [p for p in question.cells if cells[p].metadata.get("nbgrader", {}).get("solution")]


@cache
def _recorded(exercise: str) -> dict[str, str]:
    """Grade id of an answer cell -> the first wrong answer that is recorded for it."""
    folder = course_dir() / "solutions" / SOURCE_LANGUAGE / exercise
    data: dict[str, Any] = tomllib.loads((folder / "attempts.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for attempt in data.get("attempt", []):
        for grade_id, code in attempt.get("answers", {}).items():
            found.setdefault(grade_id, code)
    return found
