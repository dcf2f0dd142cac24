"""The notebooks of a form: the examiner's, with solutions and tests, and the candidate's, without."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from stemcell_kit.certification.blueprint import Blueprint
from stemcell_kit.certification.difficulty import form_rules
from stemcell_kit.certification.form_cases import with_case_file
from stemcell_kit.certification.forms import Form
from stemcell_kit.certification.question_pool import (
    HEADING,
    MENTION,
    Exercise,
    Question,
    exercises,
    solution_parts,
)
from stemcell_kit.language import say, text

__all__ = ["notebook_name", "released", "source_notebooks"]

_SENTENCE = re.compile(r"(?<=[.!?]) +")


def notebook_name(number: int, exercise: str) -> str:
    """Return the name of a section's notebook, without suffix, e.g. ``part-1-identity``."""
    return f"part-{number}-{exercise}"


def source_notebooks(form: Form, blueprint: Blueprint, *, practice: bool) -> dict[str, Any]:
    """Return the notebooks of a form with solutions and hidden tests, by name.

    They are for the exam's own folder; nobody else gets them.
    """
    numbers = {question.id: place for place, question in enumerate(form.questions, start=1)}
    made: dict[str, Any] = {}
    for number, (name, questions) in enumerate(form.sections, start=1):
        section = _Section(exercises()[name], questions, numbers)
        head = _head(form, blueprint, number, practice)
        cells = [head, *_opening(section.exercise), _import_cell(), *section.cells()]
        file, case_id = f"{notebook_name(number, name)}.json", form.case_ids[number - 1]
        for cell in cells:
            if cell.cell_type == "code":
                cell.source = with_case_file(cell.source, file, case_id)
        notebook = copy.deepcopy(section.exercise.notebook)
        notebook.cells = cells
        made[notebook_name(number, name)] = notebook
    return made


def released(source: Any) -> Any:
    """Return what a candidate gets of a section: no solution, no hidden test, locked cells.

    nbgrader's own steps make it, in nbgrader's own order.
    """
    notebook: Any = copy.deepcopy(source)
    for step in _steps():
        notebook, _ = step.preprocess(notebook, {})
    return notebook


@cache
def _steps() -> tuple[Any, ...]:
    from nbgrader.preprocessors import (
        ClearHiddenTests,
        ClearOutput,
        ClearSolutions,
        ComputeChecksums,
        LockCells,
    )

    # checksums last: they are of what the candidate sees
    kinds = (LockCells, ClearSolutions, ClearOutput, ClearHiddenTests, ComputeChecksums)
    steps = tuple(kind() for kind in kinds)
    steps[1].code_stub = {"python": ""}
    return steps


class _Section:
    """The cells of one exercise that a form needs."""

    def __init__(
        self, exercise: Exercise, questions: tuple[Question, ...], numbers: Mapping[str, int]
    ) -> None:
        self.exercise, self.questions, self.numbers = exercise, questions, numbers

    def cells(self) -> list[Any]:
        """Return the given cells of the opening and all cells of the questions, in order."""
        owner = {place: question for question in self.questions for place in question.cells}
        given = {p for p in self.exercise.opening if _is_given(self.exercise.notebook.cells[p])}
        borrowed = {place for question in self.questions for place in question.borrowed}
        return [
            self._cell(place, owner.get(place)) for place in sorted(given | borrowed | owner.keys())
        ]

    def _cell(self, place: int, question: Question | None) -> Any:
        cell = copy.deepcopy(self.exercise.notebook.cells[place])
        if question is None:
            return cell
        if cell.cell_type == "markdown":
            cell.source = self._renumbered(cell.source, question)
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = with_preludes(self.exercise, question, place, question.preludes)
        return cell

    def _renumbered(self, words: str, question: Question) -> str:
        """Give the question, and those that its words speak of, their numbers in the form.

        The heading says how many points the question is worth.
        """
        new = {
            str(other.number): str(self.numbers[other.id])
            for other in self.exercise.questions
            if other.id in self.numbers
        }
        number, worth = self.numbers[question.id], say("exam.worth", points=question.points)
        words = HEADING.sub(lambda found: f"{found[1]}{number}{found[3]} {worth}", words)
        return MENTION.sub(
            lambda found: "".join(new.get(part, part) for part in found.groups(default="")), words
        )


def with_preludes(
    exercise: Exercise, question: Question, place: int, preludes: Iterable[int]
) -> str:
    """Return an answer cell whose model solution brings along the earlier lines that it reuses."""
    stub, model = solution_parts(exercise.notebook.cells[place].source)
    earlier = [solution_parts(exercise.notebook.cells[other].source)[1] for other in preludes]
    return f"{stub}### BEGIN SOLUTION\n{''.join(earlier)}{model}### END SOLUTION\n"


def _is_given(cell: Any) -> bool:
    """Whether a cell of the opening makes the case; the one with the learner's id does not."""
    marks = cell.metadata.get("nbgrader", {})
    return bool(cell.cell_type == "code" and marks.get("locked")) and not re.search(
        r"^learner_id\s*=", cell.source, re.MULTILINE
    )


def _opening(exercise: Exercise) -> list[Any]:
    """Return the story of an exercise without the sentences that are about learning."""
    told = []
    for place in exercise.opening:
        cell = copy.deepcopy(exercise.notebook.cells[place])
        if cell.cell_type == "markdown":
            lines = [_without_learning(line) for line in cell.source.splitlines()]
            cell.source = "\n".join(lines).strip()
            told.append(cell)
    return told


def _without_learning(line: str) -> str:
    """Return a line of an opening without the sentences that are not true in an exam."""
    words = form_rules()["opening"]["leave_out"]
    parts = _SENTENCE.split(line)
    return " ".join(part for part in parts if not any(word in part for word in words))


def _head(form: Form, blueprint: Blueprint, number: int, practice: bool) -> Any:
    """Return the cell that says whose form this is and what to do with it."""
    from nbformat.v4 import new_markdown_cell

    words = say(
        "exam.practice-head" if practice else "exam.head",
        title=text(blueprint.title),
        exam=form.sitting.exam,
        candidate=form.sitting.candidate,
        form=form.id,
        number=number,
        of=len(form.sections),
        questions=len(form.questions),
        minutes=blueprint.minutes,
    )
    return new_markdown_cell(words, id="exam-head")


def _import_cell() -> Any:
    from nbformat.v4 import new_code_cell

    marks = {
        "grade": False,
        "grade_id": "exam-kit",
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return new_code_cell("import stemcell_kit as sk", id="exam-kit", metadata={"nbgrader": marks})
