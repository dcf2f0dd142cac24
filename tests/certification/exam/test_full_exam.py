"""By hand: the whole pool as exam questions, and a whole exam of two hundred simulated candidates.

``STEMCELL_KIT_FULL_EXAM=1`` runs both; a number above one says how many candidates.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.blueprint import Blueprint, read_blueprint, together
from stemcell_kit.certification.collection import collect, due
from stemcell_kit.certification.exam_folder import new_exam
from stemcell_kit.certification.form_cases import case_files
from stemcell_kit.certification.form_notebooks import source_notebooks
from stemcell_kit.certification.forms import Form, Sitting, yardstick
from stemcell_kit.certification.item_statistics import item_statistics
from stemcell_kit.certification.item_statistics.results import results_of
from stemcell_kit.certification.marking import mark, regrade
from stemcell_kit.certification.question_pool import Question, exercises
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.results import decide
from stemcell_kit.certification.roster import Candidate, roster_text
from stemcell_kit.certification.simulated_candidates import (
    PlannedQuestion,
    simulated_candidate,
    sit,
)
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.grade import OWN_WORK, grade_notebook
from tests.certification.exam.conftest import EXAMPLE

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
        sources = source_notebooks(form, blueprint, practice=False)
        files = {file: data.encode() for file, data in case_files(form, sources).items()}
        path = tmp_path / f"{question.grade_id}.ipynb"
        path.write_text(json.dumps(*sources.values()), encoding="utf-8")
        report = grade_notebook(path, source=path, runner=engine, files=files)
        if report.points != report.out_of:
            short.append((question.id, report.points, report.out_of))

    assert short == []


# As many questions as the shipped example has exercises for, five of each part.
QUESTIONS = 20
EASIEST, HARDEST = 0.88, 0.37
SEED = 7


def planted_blueprint(folder: Path) -> Path:
    """Write the shipped example with more questions, whose difficulties are stated as measured."""
    words = EXAMPLE.read_text(encoding="utf-8")
    plan = read_blueprint(EXAMPLE)
    lines = ["[difficulty.measured]"]
    for part in plan.parts:
        names = sorted(n for n, one in plan.eligible().items() if plan.part_of(one) == part.id)
        shares = np.linspace(EASIEST, HARDEST, len(names)).round(3).tolist()
        lines += [f'"{name}" = {share}' for name, share in zip(names, shares, strict=True)]
    for old, new in (
        ("questions = 12\n", f"questions = {QUESTIONS}\n"),
        ("# [difficulty.measured]", "\n".join(lines)),
    ):
        assert old in words
        words = words.replace(old, new)
    (folder / "planted.toml").write_text(words, encoding="utf-8")
    return folder / "planted.toml"


def outcomes(plan: Blueprint, code: str, questions: Iterable[Question]) -> dict[str, bool]:
    """What a simulated candidate of stated ability gets right; alike in whatever form it stands."""
    planned = [
        PlannedQuestion(one.id, plan.part_of(one), "", one.points, plan.measured[one.id])
        for one in questions
    ]
    shares = sit(simulated_candidate(code, seed=SEED), planned, seed=SEED)
    return {name: share == 1 for name, share in shares.items()}


def scores_of_all(plan: Blueprint, codes: list[str], forms: list[Form]) -> np.ndarray:
    """Percent that every candidate would get in every form, without the luck of who gets which."""
    pool = plan.eligible()
    right = [outcomes(plan, code, pool.values()) for code in codes]
    return np.array(
        [
            [
                100 * sum(q.points for q in form.questions if one[q.id]) / form.points
                for one in right
            ]
            for form in forms
        ]
    )


@by_hand
def test_an_exam_of_simulated_candidates_from_form_to_statistics(tmp_path: Path) -> None:
    """Forms differ and meet the blueprint, work is graded as planted, and statistics find the plan.

    Abilities and answers follow content/certification/simulated_candidates.toml. A right answer is
    the model solution on the candidate's own data, a wrong one is no answer.
    """
    people = [Candidate(f"C-{n:04}", f"Candidate {n}") for n in range(1, CANDIDATES + 1)]
    (tmp_path / "people.csv").write_text(roster_text(people), encoding="utf-8")
    exam = new_exam(planted_blueprint(tmp_path), tmp_path / "exam", tmp_path / "people.csv")
    plan = exam.blueprint
    forms = [release(exam, person.candidate, by="tests") for person in people]
    planted = {
        one.sitting.candidate: outcomes(plan, one.sitting.candidate, one.questions) for one in forms
    }
    for form in forms:
        hand_in(exam, form.sitting, planted[form.sitting.candidate], recorded=False)
    collect(exam, by="tests", received=due(exam, Sitting(exam.id, people[0].candidate)))
    with Engine(replace(OWN_WORK)) as engine:
        mark(exam, engine, by="tests")
        decide(exam, by="tests")
        again = regrade(exam, engine, list(exam.sittings().values()), by="tests", reason="all")
    data = json.loads((exam.folder / "results.json").read_text(encoding="utf-8"))
    found = item_statistics(results_of(data))
    scores = scores_of_all(plan, list(planted), forms)
    means, whole = scores.mean(axis=1), scores.ravel()
    distances = [ks_2samp(one, whole).statistic for one in scores]
    report = {
        "candidates": len(data["candidates"]),
        "different forms": len({frozenset(one.id for one in form.questions) for form in forms}),
        "expected percent": [100 * f(form.expected for form in forms) for f in (min, max)],
        "passed": sum(row["passed"] for row in data["candidates"]),
        "answers per question": sorted(one.n for one in found.questions),
        "planned": found.planned.values,
        "largest z": max(abs(one.z) for one in found.questions),
        "whole": found.whole.shown(),
        "forms": found.forms.shown(),
        "all candidates in each form": {
            "mean": [means.min(), whole.mean(), means.max()],
            "sd": [f(scores.std(axis=1)) for f in (min, max)],
            "share at the pass mark": [
                f((scores >= plan.pass_mark_percent).mean(axis=1)) for f in (min, max)
            ],
            "largest distance between distributions": max(distances),
        },
        "regraded the same": sum(one.same for one in again),
    }
    print(json.dumps(report, indent=1, ensure_ascii=False, default=str))

    assert len({form.id for form in forms}) == report["different forms"] == CANDIDATES
    quotas = {part.id: part.quota for part in plan.parts}
    for form in forms:
        assert Counter(map(plan.part_of, form.questions)) == quotas
        assert abs(form.expected - yardstick(plan).expected) <= plan.tolerance
    for row in data["candidates"]:
        for one in row["questions"]:
            assert one["points"] == one["max_points"] * planted[row["candidate"]][one["id"]]
    assert all(one.same for one in again) and len(again) == CANDIDATES
    assert faults_of(exam.log.entries()) == []
    if CANDIDATES >= 200:  # with fewer, chance alone is larger than these
        assert found.planned["correlation"] > 0.9
        assert max(abs(one.z) for one in found.questions) < 4
        assert found.forms.observed_distance <= found.rules.tolerance_percent
        assert max(abs(means - whole.mean())) <= found.rules.tolerance_percent
        # Kolmogorov and Smirnov: a sample lies this far from its own distribution once in twenty
        assert max(distances) < 1.358 * (1 / CANDIDATES + 1 / whole.size) ** 0.5
