"""Write what one learner hands in, together with the scores that it must get."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from benchmarks.answers import Answer, Question, bank, write
from benchmarks.habits import HABITS, Handin

__all__ = ["hand_in"]


def hand_in(code: str, kind: str, random: Random, released: Mapping[str, Any]) -> Handin:
    """Return what one learner of a kind hands in, made from the released notebooks."""
    handin = Handin(code, random, copy.deepcopy(dict(released)), {}, {})
    handin.files["timestamp.txt"] = f"2026-03-01 {random.randrange(10, 24)}:15:00 UTC"
    handin.expected.update(_all_points(handin.notebooks))
    questions, written = bank()
    for question, answer in zip(questions, _answers(kind, questions, random), strict=True):
        _answer(handin, question, answer)
    for cell in written[: 1 if kind == "partly" else None]:
        _fill_in(handin, cell.notebook, cell.cell, random.choice(cell.answers))
        handin.expected[cell.notebook, cell.cell] = None
    if kind in HABITS:
        HABITS[kind](handin)
    return handin


def _all_points(notebooks: Mapping[str, Any]) -> dict[tuple[str, str], float | None]:
    """What a full answer earns by itself: an unanswered cell nothing, a task waits for a person."""
    points: dict[tuple[str, str], float | None] = {}
    for name, notebook in notebooks.items():
        for cell in notebook["cells"]:
            marks = cell["metadata"].get("nbgrader", {})
            if marks.get("grade"):
                points[name, marks["grade_id"]] = 0 if marks["solution"] else marks["points"]
            elif marks.get("task"):
                points[name, marks["grade_id"]] = None
    return points


def _answers(kind: str, questions: Sequence[Question], random: Random) -> list[Answer]:
    """Return the answers of a learner of a kind, one for each question."""
    if kind == "right":
        return [question.best() for question in questions]
    if kind == "another style":
        return [question.restyled(random) for question in questions]
    if kind == "partly":
        done = random.randrange(3, len(questions) - 3)
        rest = [question.untouched() for question in questions[done:]]
        return [question.styled(random) for question in questions[:done]] + rest
    answers = [question.mixed(random) for question in questions]
    for place in random.sample(range(len(questions)), 4):
        answers[place] = _slip(kind, questions[place], random) or answers[place]
    if kind == "endless":
        place = random.choice([i for i, question in enumerate(questions) if question.endless])
        answers[place] = questions[place].looping(random)
    return answers


def _slip(kind: str, question: Question, random: Random) -> Answer | None:
    """Return the slip that makes a learner one of this kind, if the kind is known by its slips."""
    if kind == "wrong":
        return question.failing(random)
    if kind == "erroring":
        return random.choice([question.erroring, question.error_at_the_end])(random)
    return None


def _answer(handin: Handin, question: Question, answer: Answer) -> None:
    """Write one answer into its cell and note what it costs."""
    if answer.source is not None:
        _fill_in(handin, question.notebook, question.cell, answer.source)
    for test, points in answer.scores.items():
        found = handin.expected[question.notebook, test]
        handin.expected[question.notebook, test] = min(found or 0, points)


def _fill_in(handin: Handin, notebook: str, name: str, template: str) -> None:
    """Write a source into a cell as a learner does, who has run it."""
    cell = handin.cells(notebook)[handin.place(name, notebook)]
    cell["source"] = write(template, handin.code, handin.random)
    if cell["cell_type"] == "code":
        cell["source"] = f"# {handin.code}\n{cell['source']}"
        cell["execution_count"] = handin.random.randrange(1, 90)
        cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": "as it was\n"}]
