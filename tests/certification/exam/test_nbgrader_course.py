"""The folder of an exam is a course of nbgrader, with one assignment for each sitting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from stemcell_kit.certification.collection import collect, due
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.marking import graded_score, mark
from stemcell_kit.certification.releasing import files_of
from stemcell_kit.certification.simulation import hand_in
from stemcell_kit.grading.course import grade_course
from stemcell_kit.grading.engine import Engine
from stemcell_kit.paths import path_with_scripts


def test_nbgrader_gives_the_score_that_the_exam_gives(
    exam: Exam, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradebook and formgrader can be used beside it; the released forms stay as they are."""
    monkeypatch.setenv("PATH", path_with_scripts())
    sitting = exam.sittings()["C-0001"]
    asked = [question.id for question in exam.form(sitting).questions]
    hand_in(exam, sitting, {name: place != 1 for place, name in enumerate(asked)}, recorded=False)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", sitting.name]
    subprocess.run(command, cwd=exam.folder, env=dict(os.environ), check=True, capture_output=True)
    report = grade_course(exam.folder, sitting.name).submissions["C-0001"]
    collect(exam, by="tests", received=due(exam, sitting) - timedelta(minutes=1))
    mark(exam, engine, by="tests")
    scores = {name: got for book in report.notebooks for name, got in book.scores.items()}
    public = files_of(exam, sitting).public
    forms = exam.place("release", sitting).glob("*.ipynb")

    assert {name: points for name, (points, _) in scores.items()} == {
        row["id"].partition("/")[2]: row["points"]
        for row in graded_score(exam, sitting)["questions"]
    }
    assert sum(points == 0 for points, _ in scores.values()) == 1
    assert {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in forms} == public
