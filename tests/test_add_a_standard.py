"""A new standard is content and notebooks: no Python file of the kit changes for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from stemcell_kit.paths import course_dir

CONTENT = {
    "standards/toy/standard.toml": """
id = "toy"
title.en = "Toy standard on counting beads"
edition = "1 (2026)"
status.en = "Made up by a test."
scope.en = "Beads."
topics = ["bds"]
not_established = [{ en = "Everything: the standard does not exist." }]
""",
    "standards/toy/bds.toml": """
topic = "bds"
title.en = "Beads"
[[requirement]]
id = "bds-01"
severity = "critical"
statement.en = "Count beads with a known precision."
evidence.en = "The counts."
method = "cell_count"
criterion.en = "Common default, set your own: a CV of at most 10 %."
failure.en = "Ten beads are counted."
limits = ["toy-bead-cv"]
commitments = ["c02"]
basis = [{ kind = "practice", source = "practice", supports = "duty", confidence = "low" }]
[[requirement]]
id = "bds-02"
severity = "minor"
statement.en = "Write down the lot of the beads."
evidence.en = "The log."
method = "documented"
criterion.en = "Common default, set your own: every count."
failure.en = "Nobody knows which beads were counted."
basis = [{ kind = "practice", source = "practice", supports = "duty", confidence = "low" }]
""",
    "limits/toy-bds.toml": """
[[limit]]
id = "toy-bead-cv"
quantity = "cv"
unit = "%"
label.en = "Counting precision"
at_most = 10
basis = [{ kind = "practice", source = "practice", supports = "criterion", confidence = "low" }]
""",
    "cases/toy.toml": """
exercise = "toy"
faults = []
table.counts = { assay = "counts" }
number.beads = { low = 100, high = 900 }
""",
    "quizzes/toy.toml": 'lesson = "toy"\n'
    + "".join(
        f"""
[[prediction]]
id = "p{number}"
question.en = "How many?"
option = [
  {{ text.en = "one", feedback.en = "No.", right = true }},
  {{ text.en = "two", feedback.en = "Yes." }},
]
"""
        for number in range(3)
    ),
}
LESSON = """
[[lesson]]
id = "toy"
notebook = "99_toy"
standard = "toy"
minutes = 5
title.en = "Toy"
summary.en = "Count beads."
exercise = "toy"

[[gap]]
by = "question"
reason.en = "A log is seen, not computed."
requirements = ["toy/bds-02"]
"""
SERVES = {"stemcell_kit": {"requirements": ["toy/bds-01", "toy/bds-02"]}}
ASKS = {"stemcell_kit": {"requirements": ["toy/bds-01"]}}


def words(text: str, **metadata: Any) -> Any:
    return nbformat.v4.new_markdown_cell(text, metadata=metadata)


def code(text: str, **metadata: Any) -> Any:
    return nbformat.v4.new_code_cell(text, metadata=metadata)


def lesson() -> list[Any]:
    """The shortest lesson that keeps the rhythm."""
    return [
        words("# Toy"),
        code("import stemcell_kit as sk"),
        words("## What you will be able to do"),
        words("## Why the standard exists"),
        words("## How many beads?", **SERVES),
        *(code(f'sk.predict("toy/p{number}")') for number in range(3)),
        words("## Checklist"),
        code('sk.checklist("toy")'),
        words("## Take-aways"),
        words("## Sources"),
        words("## Your turn"),
    ]


def of_nbgrader(grade_id: str, *, solution: bool = False, points: int | None = None) -> Any:
    found = {
        "grade": points is not None, "grade_id": grade_id, "locked": not solution,
        "schema_version": 3, "solution": solution, "task": False,
    }  # fmt: skip
    return {"nbgrader": found if points is None else {**found, "points": points}}


def exercise() -> list[Any]:
    """Eight questions on a number that is the learner's own."""
    cells = [
        words("# Exercise: toy"),
        code('import stemcell_kit as sk\n\nlearner_id = "guest"'),
        code('case = sk.case("toy", learner_id)', **of_nbgrader("case")),
    ]
    for factor in range(1, 9):
        answer = (
            f"answer_{factor} = ...\n### BEGIN SOLUTION\n"
            f'answer_{factor} = {factor} * case.number("beads")\n### END SOLUTION'
        )
        test = (
            f'sk.expect(sk.is_number(answer_{factor}), "Give a number.")\n'
            "### BEGIN HIDDEN TESTS\n"
            f'beads = sk.case("toy", learner_id).number("beads")\n'
            f'sk.expect(answer_{factor} == {factor} * beads, "Count again.")\n'
            "### END HIDDEN TESTS"
        )
        cells += [
            code(answer, **of_nbgrader(f"answer-{factor}", solution=True)),
            code(test, **of_nbgrader(f"counts-{factor}", points=1), **ASKS),
        ]
    return [*cells, code('sk.grade_exercise("toy")', **of_nbgrader("grade"))]


def write(path: Path, cells: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the toy standard laid into it."""
    root = tmp_path_factory.mktemp("project")
    for name in ("stemcell_kit", "notebooks", "solutions", "exercises"):
        shutil.copytree(
            course_dir() / name, root / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(course_dir() / "nbgrader_config.py", root)
    content = root / "stemcell_kit" / "content"
    for name, text in CONTENT.items():
        path = content / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with (content / "course.toml").open("a", encoding="utf-8") as course:
        course.write(LESSON)
    write(root / "notebooks" / "en" / "99_toy.ipynb", lesson())
    write(root / "solutions" / "en" / "toy" / "toy.ipynb", exercise())
    return root


def run(project: Path, *words: str) -> str:
    """What a command of the copied kit prints."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            "STEMCELL_KIT_COURSE": str(project),
            "STEMCELL_KIT_DATA": str(project / "data"),
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def kit(project: Path, *words: str) -> Any:
    """What a command of the copied kit prints as JSON."""
    return json.loads(run(project, "-m", "stemcell_kit", *words, "--json"))


def test_the_new_standard_is_listed_and_traced(project: Path) -> None:
    """Both statements have a lesson, the critical one a question, and the gap its reason."""
    assert "toy" in [one["id"] for one in kit(project, "standards")["standards"]]
    traced = kit(project, "trace", "toy", "--check")

    assert (traced["with_lesson"], traced["with_question"], traced["requirements"]) == (2, 1, 2)
    assert traced["rows"][0]["sections"] == ["toy: How many beads?"]
    assert traced["without_question"] == {"toy/bds-02": "A log is seen, not computed."}


def test_the_whole_course_keeps_its_rules_with_it(project: Path) -> None:
    """Content, budgets, coverage, claims: nothing to complain about."""
    assert kit(project, "check")["problems"] == []


def test_its_checklist_is_answered_and_scored(project: Path) -> None:
    """One of two statements is answered."""
    answered = run(
        project,
        "-c",
        "import stemcell_kit as sk\n"
        "from stemcell_kit.assessment import Checklist\n"
        "one = Checklist('toy')\n"
        "one.answer('toy/bds-01', score=3, evidence='counts of May')\n"
        "print(one.score().percent, one.score().answered, one.score().total)",
    )

    assert answered.split() == ["100", "1", "2"]


def test_its_exercise_is_released_and_graded(project: Path) -> None:
    """The model solution earns eight points, the released exercise none."""
    run(project, "-m", "stemcell_kit", "release", "toy")
    released = project / "exercises" / "en" / "toy" / "toy.ipynb"
    assert "HIDDEN" not in released.read_text(encoding="utf-8")

    full = kit(project, "grade", "solutions/en/toy/toy.ipynb")
    assert (full["points"], full["out_of"]) == (8, 8)
    assert kit(project, "grade", str(released))["points"] == 0


def test_no_python_file_was_needed(project: Path) -> None:
    """The package of the copy is that of the kit."""
    for path in (project / "stemcell_kit").rglob("*.py"):
        original = course_dir() / path.relative_to(project)
        assert path.read_bytes() == original.read_bytes()
