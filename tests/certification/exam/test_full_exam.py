"""By hand: the whole pool as exam questions, and an exam of two hundred candidates with regrading.

``STEMCELL_KIT_FULL_EXAM=1`` runs both; a number above one says how many candidates.
"""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.blueprint import Blueprint, together
from stemcell_kit.certification.collection import collect, due
from stemcell_kit.certification.exam_folder import new_exam
from stemcell_kit.certification.form_notebooks import source_notebooks
from stemcell_kit.certification.forms import Form, Sitting
from stemcell_kit.certification.marking import mark, regrade
from stemcell_kit.certification.question_pool import Question, exercises
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.results import decide
from stemcell_kit.certification.roster import Candidate, roster_text
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.grade import OWN_WORK, grade_notebook
from tests.certification.exam.conftest import SMALL

FULL = int(os.environ.get("STEMCELL_KIT_FULL_EXAM", "0"))
CANDIDATES = 200 if FULL == 1 else FULL

by_hand = pytest.mark.skipif(not FULL, reason="takes an hour: STEMCELL_KIT_FULL_EXAM=1")


def form_of(questions: list[Question]) -> Form:
    """A form of one exercise that holds just these questions."""
    name = questions[0].exercise
    return Form(
        "F-000000000000", Sitting("e", "C-0001"), ((name, tuple(questions)),), ("x-1",), 0.5
    )


@by_hand
@pytest.mark.parametrize("name", sorted(exercises()))
def test_every_question_works_alone_with_what_it_takes_along(
    name: str, blueprint: Blueprint, engine: Engine, tmp_path: Path
) -> None:
    """Away from its exercise the model solution earns every point, on another candidate's data."""
    short = []
    for question in exercises()[name].questions:
        wanted = together(question)
        form = form_of([one for one in exercises()[name].questions if one.id in wanted])
        (source,) = source_notebooks(form, blueprint, practice=False).values()
        path = tmp_path / f"{question.grade_id}.ipynb"
        path.write_text(json.dumps(source), encoding="utf-8")
        report = grade_notebook(path, source=path, runner=engine)
        if report.points != report.out_of:
            short.append((question.id, report.points, report.out_of))

    assert short == []


@by_hand
def test_regrading_everybody_reproduces_every_score(tmp_path: Path) -> None:
    """Candidates of stated ability: each question is right with the chance that ability gives.

    Ability is drawn from 0 to 1 with a fixed seed; a question is right with the mean of ability
    and expected share. What is planted is found again: right questions earn every point.
    """
    dice = random.Random(7)  # a stated seed, so that everybody gets the same candidates
    people = [Candidate(f"C-{n:04}", f"Candidate {n}") for n in range(1, CANDIDATES + 1)]
    (tmp_path / "people.csv").write_text(roster_text(people), encoding="utf-8")
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    exam = new_exam(tmp_path / "small.toml", tmp_path / "exam", tmp_path / "people.csv")
    planted: dict[str, dict[str, bool]] = {}
    for person in people:
        form = release(exam, person.candidate, by="tests")
        ability = dice.random()
        right = {one.id: dice.random() < (ability + form.expected) / 2 for one in form.questions}
        planted[person.candidate] = right
        hand_in(exam, form.sitting, right, recorded=False)
    collect(exam, by="tests", received=due(exam, Sitting(exam.id, people[0].candidate)))
    with Engine(replace(OWN_WORK)) as engine:
        mark(exam, engine, by="tests")
        decide(exam, by="tests")
        again = regrade(exam, engine, list(exam.sittings().values()), by="tests", reason="all")
    results = json.loads((exam.folder / "results.json").read_text(encoding="utf-8"))

    assert len({row["form"] for row in results["candidates"]}) == CANDIDATES
    assert all(one.same for one in again) and len(again) == CANDIDATES
    assert faults_of(exam.log.entries()) == []
    for row in results["candidates"]:
        for one in row["questions"]:
            assert (one["points"] == one["max_points"]) is planted[row["candidate"]][one["id"]]
