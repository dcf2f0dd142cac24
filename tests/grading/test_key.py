"""The answer key, and a learner's notebook laid over it: her answers, our tests."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from stemcell_kit.grading.key import Key, hidden_lines, key_of, visible_part
from stemcell_kit.grading.sandbox.limits import Limits
from stemcell_kit.grading.submission import LaidOver, is_untouched, lay_over, task_of
from stemcell_kit.grading.task import COURSE, LEARNER, TEST, Task
from tests.grading.trials import locked, notebook, solution, test_cell

TEST_TEXT = "assert a == 1\n### BEGIN HIDDEN TESTS\nassert a is not True\n### END HIDDEN TESTS"
PARTS = (
    locked("readings = [1]"),
    solution("a = readings[0]", "one"),
    test_cell(TEST_TEXT, "test-one"),
    solution("b = 2", "two"),
    test_cell("assert b == 2", "test-two"),
)


@pytest.fixture
def key() -> Key:
    """The key of a notebook with a locked cell, two answers and two tests."""
    return key_of("exam", notebook(PARTS))


@pytest.fixture
def submission() -> Any:
    """The notebook as a learner hands it in."""
    return notebook(PARTS, {"one": "a = 1", "two": "b = 3"})


def ids_of(laid: LaidOver) -> list[str]:
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in laid.notebook.cells]


ALL = ["given", "one", "test-one", "two", "test-two"]


def test_the_key_knows_each_cell_by_what_it_is(key: Key) -> None:
    """Answers are the learner's, locked cells the course's, tests are tests."""
    assert {cell.grade_id: cell.kind for cell in key.cells} == {
        "given": COURSE,
        "one": LEARNER,
        "test-one": TEST,
        "two": LEARNER,
        "test-two": TEST,
    }
    assert key.by_id["test-one"].hidden == ((2, 4),)
    assert key.needs["test-one"].asks == ("a",)
    assert key.permits is None


def test_the_gradebooks_text_of_a_test_wins_over_the_source(key: Key) -> None:
    """The source may have been edited since the release; learners were given the other one."""
    older = key_of("exam", notebook(PARTS), {"test-two": "assert b > 0", "two": "ignored"})
    assert older.by_id["test-two"].source == "assert b > 0"
    assert older.by_id["two"].source == "b = 2"


@pytest.mark.parametrize(
    ("source", "lines", "visible"),
    [
        ("a\nb", (), "a\nb"),
        ("a\n# BEGIN HIDDEN TESTS\nb\n# END HIDDEN TESTS\nc", ((2, 4),), "a\nc"),
        ("# BEGIN HIDDEN TESTS\na", ((1, 2),), ""),
        ("a\n# END HIDDEN TESTS", (), "a\n# END HIDDEN TESTS"),
        (
            "# BEGIN HIDDEN TESTS\n# END HIDDEN TESTS\na\n# BEGIN HIDDEN TESTS\n# END HIDDEN TESTS",
            ((1, 2), (4, 5)),
            "a",
        ),
        ("'''\x0c\u2028'''\n# BEGIN HIDDEN TESTS\nb", ((2, 3),), "'''\x0c\u2028'''"),
    ],
)
def test_hidden_regions_are_found_by_line(
    source: str, lines: tuple[tuple[int, int], ...], visible: str
) -> None:
    """Lines are those that Python counts; a region without an end goes to the last line."""
    assert hidden_lines(source) == lines
    assert visible_part(source) == visible


def test_a_course_has_markers_of_its_own() -> None:
    """nbgrader lets a course choose the words around a hidden part."""
    assert hidden_lines("# ENDE\n# ANFANG\na\n# ENDE", ("ANFANG", "ENDE")) == ((2, 4),)


def test_a_test_that_a_later_answer_builds_on_is_echoed_without_its_hidden_part() -> None:
    """The learner's process gets what it needs, and no hidden line."""
    source = "c = a\n### BEGIN HIDDEN TESTS\nd = 7\n### END HIDDEN TESTS"
    parts = (solution("a = 1", "one"), test_cell(source), solution("e = c", "two"))
    assert dict(key_of("exam", notebook(parts)).echoes) == {"test": "c = a"}
    unused = (solution("a = 1", "one"), test_cell(source), solution("e = d", "two"))
    assert dict(key_of("exam", notebook(unused)).echoes) == {}


def test_answers_stay_and_course_cells_are_the_courses(key: Key, submission: Any) -> None:
    """Whatever the learner wrote into a locked cell or a test, the course's text is run."""
    for place in (0, 2, 4):
        submission.cells[place].source = "print('mine now')"
    laid = lay_over(key, submission)

    assert [step.source for step in laid.steps] == [
        "readings = [1]",
        "a = 1",
        TEST_TEXT,
        "b = 3",
        "assert b == 2",
    ]
    assert [cell.source for cell in laid.notebook.cells] == [step.source for step in laid.steps]
    assert laid.restored == ()


def test_marks_of_a_course_cell_are_the_courses(key: Key, submission: Any) -> None:
    """Points, kind and lock that the learner has changed count for nothing."""
    cell = submission.cells[2]
    cell.metadata.nbgrader.update(points=100, grade=False, locked=False, solution=True)
    laid = lay_over(key, submission)

    marks = laid.notebook.cells[2].metadata.nbgrader
    assert (marks.points, marks.grade, marks.locked, marks.solution) == (1.0, True, True, False)
    assert laid.steps[2].kind == TEST


@pytest.mark.parametrize("missing", [[0], [2], [4], [2, 4], [0, 2, 4], [1, 3], [0, 1, 2, 3, 4]])
def test_course_cells_that_were_deleted_come_back(
    missing: list[int], key: Key, submission: Any
) -> None:
    """Each after the cell that precedes it in the course; deleted answers stay deleted."""
    submission.cells = [c for place, c in enumerate(submission.cells) if place not in missing]
    laid = lay_over(key, submission)

    gone = {ALL[place] for place in missing if place in (1, 3)}
    assert ids_of(laid) == [grade_id for grade_id in ALL if grade_id not in gone]
    assert set(laid.restored) == {ALL[place] for place in missing} - gone
    nbformat.validate(laid.notebook)


def test_a_restored_cell_has_the_same_id_every_time(key: Key) -> None:
    """Grading twice gives the same notebook."""
    ids = set()
    for _ in range(2):
        submission = notebook(PARTS[:2])
        ids.add(tuple(cell.id for cell in lay_over(key, submission).notebook.cells[2:]))
    assert len(ids) == 1


def test_a_copy_of_a_test_is_dropped(key: Key, submission: Any) -> None:
    """A test is run once, where it first stands."""
    submission.cells.insert(1, nbformat.from_dict(submission.cells[4]))
    assert ids_of(lay_over(key, submission)) == ["given", "test-two", "one", "test-one", "two"]


def test_a_test_whose_cell_became_text_is_code_again(key: Key, submission: Any) -> None:
    """Neither Markdown nor raw text saves a test from being run."""
    marks = [submission.cells[place].metadata for place in (2, 4)]
    submission.cells[2] = new_markdown_cell("no test", metadata=marks[0])
    submission.cells[4] = new_raw_cell("no test", metadata=marks[1])
    laid = lay_over(key, submission)

    assert [step.grade_id for step in laid.steps if step.kind == TEST] == ["test-one", "test-two"]
    nbformat.validate(laid.notebook)


def test_cells_of_the_learners_own_are_run_where_they_stand(key: Key, submission: Any) -> None:
    """Also those with marks that the course does not know, which are no tests."""
    marks = {"grade": True, "grade_id": "mine", "locked": True, "solution": False, "points": 9}
    submission.cells.insert(1, new_code_cell("x = 1", metadata={"nbgrader": marks}))
    submission.cells.insert(0, new_code_cell("y = 1"))
    laid = lay_over(key, submission)

    assert [step.kind for step in laid.steps[:3]] == [LEARNER, COURSE, LEARNER]
    assert [step.source for step in laid.steps[:3]] == ["y = 1", "readings = [1]", "x = 1"]


@pytest.mark.parametrize("marks", [None, [], "text", {"grade_id": 5}, {"grade_id": None}])
def test_marks_of_any_shape_are_survived(marks: Any, key: Key, submission: Any) -> None:
    """What is no set of marks belongs to a cell of the learner's own."""
    submission.cells[1].metadata = {"nbgrader": marks}
    submission.cells[1] = nbformat.from_dict(submission.cells[1])
    assert lay_over(key, submission).steps[1].kind == LEARNER


def test_a_task_holds_no_more_than_it_needs_and_survives_the_way(key: Key, submission: Any) -> None:
    """A task is plain data: it can go to another machine and is the same there."""
    laid = lay_over(key.with_permits({"test-one": ["class"]}), submission)
    given = key.with_permits({"test-one": ["class"]})
    task = task_of(laid, given, limits=Limits(), files={"a.csv": b"1"}, course_files={"b": b"\xff"})

    assert Task.from_data(json.loads(json.dumps(task.as_data()))) == task
    assert task.files == {"a.csv": "MQ=="}
    assert set(task.course_cells) <= {"given"}


def test_an_untouched_release_is_told_from_work() -> None:
    """One changed answer is work; a changed test is not."""
    from nbgrader.utils import compute_checksum

    release = notebook(PARTS)
    for cell in release.cells:
        cell.metadata.nbgrader.checksum = compute_checksum(cell)
    known = set(ALL)
    assert is_untouched(release, known)
    release.cells[4].source = "pass"
    assert is_untouched(release, known)
    release.cells[3].source = "b = 5"
    assert not is_untouched(release, known)
