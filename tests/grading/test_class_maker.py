"""The class that graders are compared on: honest, repeatable, and with known scores."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.answers import bank
from benchmarks.class_maker import KINDS, RARE_KINDS, Course, make_class, make_course
from tests.grading.conftest import copy_of

Submission = dict[str, str]


@pytest.fixture
def made(course_template: Course) -> Course:
    """One released course; tests copy what they need of it."""
    return course_template


@pytest.fixture
def course(made: Course, tmp_path: Path) -> Course:
    """The course, as a folder of this test's own."""
    return copy_of(made, tmp_path / "course")


def folder_of(course: Course, code: str = "learner-0001") -> Path:
    return course.folder / "submitted" / code / "ps1"


def handed_in(course: Course) -> Submission:
    """Every submitted file by its path."""
    submitted = course.folder / "submitted"
    return {
        path.relative_to(submitted).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(submitted.rglob("*"))
        if path.is_file()
    }


def cells(path: Path) -> dict[str, dict[str, Any]]:
    """The cells of a notebook by their id."""
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: cell | {"source": "".join(cell["source"])} for cell in found}


def marked_cells(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """(notebook, grade id) -> metadata of everything that earns points."""
    return {
        (path.stem, name): cell["metadata"]["nbgrader"]
        for path in sorted(folder.glob("*.ipynb"))
        for name, cell in cells(path).items()
        if any(cell["metadata"].get("nbgrader", {}).get(key) for key in ("grade", "task"))
    }


def test_the_course_has_every_shape_of_cell(made: Course) -> None:
    """Two notebooks with tests, written answers, a task, a test without points, and locked cells."""
    marks = marked_cells(made.folder / "source" / "ps1")
    tests = [mark for mark in marks.values() if mark["grade"] and not mark["solution"]]
    written = [mark for mark in marks.values() if mark["grade"] and mark["solution"]]
    tasks = [mark for mark in marks.values() if mark["task"]]

    assert {notebook for notebook, _ in marks} == {"qc_counts", "short_answers"}
    assert (len(tests), len(written), len(tasks)) == (24, 3, 1)
    assert [mark["grade_id"] for mark in tests if mark["points"] == 0] == ["file-is-read"]


def test_the_release_gives_nothing_away(made: Course) -> None:
    """Solutions, hidden tests and the marking scheme stay in the source."""
    text = "".join(
        path.read_text(encoding="utf-8") for path in (made.folder / "release").rglob("*.ipynb")
    )

    assert "NotImplementedError" in text
    assert not [word for word in ("SOLUTION", "HIDDEN", "MARK SCHEME", "ttest_ind") if word in text]


def test_the_same_seed_makes_the_same_class(made: Course, tmp_path: Path) -> None:
    """A benchmark can be repeated, and another seed gives other people."""
    classes = []
    for number, seed in enumerate((4, 4, 5)):
        twin = Course(tmp_path / str(number))
        twin.folder.mkdir()
        (twin.folder / "release").symlink_to(made.folder / "release")
        classes.append((make_class(twin, 20, seed=seed), handed_in(twin)))

    assert classes[0] == classes[1]
    assert classes[0][1] != classes[2][1]


def test_another_seed_makes_another_data_file(made: Course, tmp_path: Path) -> None:
    """The numbers of the course follow its seed."""
    other = make_course(tmp_path / "other", seed=1)
    texts = [
        (one.folder / "source" / "ps1" / "counts.csv").read_text(encoding="utf-8")
        for one in (made, other)
    ]

    assert texts[0] != texts[1]
    assert [len(text.splitlines()) for text in texts] == [37, 37]


def test_no_two_learners_write_the_same_text(course: Course) -> None:
    """Nothing can be graded once and remembered."""
    make_class(course, 30, kinds=["right"])
    answers = [
        cell["source"]
        for path in (course.folder / "submitted").rglob("*.ipynb")
        for name, cell in cells(path).items()
        if name.endswith("-answer")
    ]

    assert len(answers) == 30 * 19
    assert len(set(answers)) == len(answers)


def test_a_class_has_each_kind_before_it_repeats_one(course: Course) -> None:
    """Even a small class shows everything that honest people do."""
    learners = make_class(course, len(KINDS), loops=0)

    assert Counter(learner.kind for learner in learners) == Counter(dict.fromkeys(KINDS, 1))


@pytest.mark.parametrize(("n", "loops", "endless"), [(20, 0.015, 0), (200, 0.015, 3), (50, 0, 0)])
def test_the_share_of_endless_loops_is_as_asked(
    course: Course, n: int, loops: float, endless: int
) -> None:
    """Loops cost seconds, so their number is exact and not drawn."""
    learners = make_class(course, n, loops=loops)

    assert sum(learner.kind == "endless" for learner in learners) == endless


def test_expected_scores_name_every_cell_that_earns_points(course: Course) -> None:
    """Each learner's list is complete, and no score is above what the cell is worth."""
    marks = marked_cells(course.folder / "release" / "ps1")
    for learner in make_class(course, 40):
        assert learner.expected.keys() == marks.keys()
        assert all((learner.expected[key] or 0) <= marks[key]["points"] for key in marks)


def test_the_answers_know_the_cells_of_the_course(made: Course) -> None:
    """A renamed cell is noticed here and not as a strange score."""
    source = made.folder / "source" / "ps1"
    tests = {name for _, name in marked_cells(source)}
    questions, written = bank()

    for question in questions:
        named = {*question.tests, *question.stubbed}
        named |= {test for wrong in question.wrong for test in wrong.scores}
        assert named <= tests
        assert question.cell in cells(source / f"{question.notebook}.ipynb")
    assert {cell.cell for cell in written} <= tests


def test_who_forgets_a_notebook_hands_in_the_other(course: Course) -> None:
    """All of the missing notebook is expected to earn zero, written answers too."""
    (learner,) = make_class(course, 1, kinds=["one notebook"])

    assert not (folder_of(course) / "short_answers.ipynb").exists()
    assert {p for (name, _), p in learner.expected.items() if name == "short_answers"} == {0}


def test_who_deletes_a_test_leaves_its_points_open(course: Course) -> None:
    """Stock nbgrader gives no automatic score for a test that is not there."""
    (learner,) = make_class(course, 1, kinds=["deleted test"])
    released = cells(course.folder / "release" / "ps1" / "qc_counts.ipynb")
    (gone,) = released.keys() - cells(folder_of(course) / "qc_counts.ipynb").keys()

    assert learner.expected["qc_counts", gone] is None


def test_who_changes_locked_cells_changes_a_test_and_its_data(course: Course) -> None:
    """Both are of the kind that a grader puts back."""
    make_class(course, 1, kinds=["changed test"])
    released = cells(course.folder / "release" / "ps1" / "qc_counts.ipynb")
    submitted = cells(folder_of(course) / "qc_counts.ipynb")
    changed = {
        name
        for name, cell in submitted.items()
        if cell["metadata"].get("nbgrader", {}).get("locked")
        and cell["source"] != released[name]["source"]
    }

    assert changed == {"p-value", "given"}


def test_who_brings_files_leaves_them_in_the_folder(course: Course) -> None:
    """Notes, a module, a notebook that nobody asked for, and a data file that was edited."""
    make_class(course, 1, kinds=["extra files"])
    names = {path.name for path in folder_of(course).iterdir()}

    assert {"notes.txt", "own_tools.py", "scratch.ipynb", "counts.csv"} <= names
    assert "X,Z,1,0" in (folder_of(course) / "counts.csv").read_text(encoding="utf-8")


def test_rare_kinds_come_only_when_asked_for(course: Course) -> None:
    """Kinds on which graders may differ for a reason stay out of the usual class."""
    usual = {learner.kind for learner in make_class(course, 200, loops=0)}

    assert usual.isdisjoint(RARE_KINDS)
