"""On honest work the engine's gradebook equals stock nbgrader's, cell by cell.

Two differences are meant, and each is a fault of stock nbgrader towards an honest learner:

- a test cell that she has deleted by accident is put back and counts; stock nbgrader leaves its
  points to a person;
- a warning from her function costs nothing; stock nbgrader gives a test no points whenever it
  writes to standard error.

By default each kind of learner is compared once; ``STEMCELL_KIT_FULL_EQUALITY=1`` adds a whole
class at once, and every exercise with all of its recorded attempts.
"""

from __future__ import annotations

import json
import os
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from benchmarks.class_maker import KINDS, Course, Learner, release
from benchmarks.grading import differences, surprises
from benchmarks.stock import (
    CellScore,
    Run,
    comments,
    grade_stock,
    make_quickstart,
    penalties,
    scores,
)
from stemcell_kit.authoring.release import exercises_of
from stemcell_kit.grading.course import grade_course
from stemcell_kit.grading.run_report import RunReport
from stemcell_kit.paths import course_dir
from tests.grading.conftest import ClassOf, copy_of, students_of
from tests.test_exercises import attempts, submission

FULL = bool(os.environ.get("STEMCELL_KIT_FULL_EQUALITY"))
EXERCISES = exercises_of() if FULL else ("origin",)
DELETED, WARNED = "deleted test", "warning"
EVERY_KIND = (*KINDS, WARNED)
SETTINGS_CLASS = ("right", "extra files", "one notebook", "right", "right")
AGAIN_CLASS = ("wrong", "partly")
# Who is compared in a class of his own below need not sit in the whole class too.
ELSEWHERE = {*SETTINGS_CLASS, AGAIN_CLASS[0]}
WHOLE_CLASS = tuple(kind for kind in EVERY_KIND if FULL or kind not in ELSEWHERE)


@dataclass(frozen=True)
class Both:
    """A class that was graded twice: by stock nbgrader and by the engine."""

    stock: Course
    ours: Course
    run: Run
    report: RunReport

    @property
    def unequal(self) -> list[str]:
        return list(differences(self.stock.gradebook, self.ours.gradebook))


def graded_both_ways(course: Course, *, force: bool = False) -> Both:
    """Grade a course with the engine, and a copy of it with stock nbgrader."""
    stock = copy_of(course, course.folder.with_name("stock"))
    report = grade_course(course.folder, course.assignment, force=force)
    return Both(stock, course, grade_stock(stock.folder, stock.assignment), report)


def gradebook_of(course: Course) -> dict[str, Any]:
    """Everything that stands in a gradebook, by names."""
    tables = scores, comments, penalties
    return {table.__name__: table(course.gradebook) for table in tables}


def set_by_hand(course: Course, student: str, cell: str, points: float) -> None:
    """Give points as a teacher does in formgrader."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        grade = gradebook.find_grade(cell, "qc_counts", course.assignment, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def change(course: Course, student: str, files: Mapping[str, str]) -> None:
    """Write files into what a learner has handed in."""
    for name, text in files.items():
        path = course.folder / "submitted" / student / course.assignment / name
        path.write_text(text, encoding="utf-8")


# --- three courses --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """nbgrader's own documentation course, with the submissions that come with it and three more."""
    return graded_both_ways(make_quickstart(tmp_path_factory.mktemp("example") / "quickstart"))


def test_the_example_course_of_nbgrader_gets_equal_scores(example: Both) -> None:
    """What its authors and whoever learns from it hand in."""
    assert len(example.report.submissions) == 5
    assert example.unequal == []


def test_the_example_course_of_nbgrader_gets_the_scores_that_it_must(example: Both) -> None:
    """The solved submission has all points, the untouched one none, the wrong one half."""
    found = scores(example.stock.gradebook)
    earned: Counter[str] = Counter()
    for (student, _, _), score in found.items():
        earned[student] += score.auto_score or 0

    assert example.run.status == 0, example.run.log
    assert {student: earned[student] for student in ("solved", "untouched", "wrong")} == {
        "solved": 3.0,
        "untouched": 0,
        "wrong": 0.5,
    }
    assert found["solved", "problem1", "correct_squares"] == (1.0, None, False, 1.0)


@pytest.fixture(scope="module")
def whole_class(class_of: ClassOf) -> tuple[Both, tuple[Learner, ...]]:
    """One learner of each kind that stands in no class of its own, graded both ways."""
    course, learners = class_of(*WHOLE_CLASS)
    return graded_both_ways(course), learners


@pytest.mark.parametrize(
    "kinds", [WHOLE_CLASS], ids=[f"{len(WHOLE_CLASS)} of {len(EVERY_KIND)} kinds"]
)
def test_every_kind_of_learner_is_compared(kinds: tuple[str, ...]) -> None:
    """Who does not sit in the whole class is compared under settings, or when graded again."""
    assert {*kinds, *SETTINGS_CLASS, *AGAIN_CLASS} == {*EVERY_KIND}


def test_a_class_gets_equal_scores(whole_class: tuple[Both, tuple[Learner, ...]]) -> None:
    """Erroring, partly filled, printing, plotting, late: all alike but two kinds."""
    both, learners = whole_class
    meant = students_of(learners, DELETED) | students_of(learners, WARNED)
    compared = scores(both.ours.gradebook)

    assert len(compared) == len(scores(both.stock.gradebook)) > 27 * len(learners)
    assert [found for found in both.unequal if found.split(" / ")[0] not in meant] == []
    assert any(penalties(both.ours.gradebook).values())


def test_stock_nbgrader_gives_the_class_the_scores_that_it_must_get(
    whole_class: tuple[Both, tuple[Learner, ...]],
) -> None:
    """Scores, what is taken off for being late, and the comment on an answer left out."""
    both, learners = whole_class
    stock = both.stock.gradebook
    (late,) = (learner for learner in learners if learner.days_late)
    (partly,) = students_of(learners, "partly")
    earned = sum(p or 0 for (name, _), p in late.expected.items() if name == "qc_counts")
    off = {place: points for place, points in penalties(stock).items() if points}

    assert both.run.status == 0, both.run.log
    assert list(surprises(learners, stock, "stock")) == []
    assert off[late.code, "qc_counts"] == pytest.approx(0.1 * late.days_late * earned)
    assert {student for student, _ in off} == {late.code}
    assert comments(stock)[partly, "short_answers", "next-step"] == ("No response.", None)


def test_what_is_meant_to_differ_differs_in_the_learners_favour_only(
    whole_class: tuple[Both, tuple[Learner, ...]],
) -> None:
    """The table of differences, complete: learner, cell, stock nbgrader's score, ours."""
    both, learners = whole_class
    stock, ours = scores(both.stock.gradebook), scores(both.ours.gradebook)
    (deleter,), (warner,) = students_of(learners, DELETED), students_of(learners, WARNED)
    unequal = {key: (stock[key], ours[key]) for key in stock if stock[key] != ours[key]}
    most = {cell: stock[key].max_score for key in stock for cell in [key[2]]}
    (deleted,) = (cell for student, _, cell in unequal if student == deleter)

    assert unequal == {
        (deleter, "qc_counts", deleted): (
            CellScore(None, None, True, most[deleted]),
            CellScore(most[deleted], None, False, most[deleted]),
        ),
        **{
            (warner, "qc_counts", cell): (
                CellScore(0.0, None, False, most[cell]),
                CellScore(most[cell], None, False, most[cell]),
            )
            for cell in ("viability-values", "viability-without-cells")
        },
    }


@pytest.mark.parametrize("exercise", EXERCISES)
def test_our_own_exercise_gets_equal_scores(exercise: str, sandbox: None, tmp_path: Path) -> None:
    """The model solution and a recorded attempt, or all of them."""
    both = graded_both_ways(_course_of(exercise, tmp_path / "ours"))

    assert len(both.report.submissions) == len(_tried(exercise)) + 1
    assert both.unequal == []


def _tried(exercise: str) -> list[dict[str, Any]]:
    return attempts(exercise) if FULL else attempts(exercise)[:1]


def _course_of(exercise: str, folder: Path) -> Course:
    """A course as a teacher makes it of one exercise, with its recorded attempts handed in."""
    source = folder / "source" / exercise
    source.parent.mkdir(parents=True)
    source.symlink_to(course_dir() / "solutions" / "en" / exercise)
    config = (
        "c = get_config()\nc.CourseDirectory.ignore = ['attempts.toml']\nc.Execute.timeout = 60\n"
    )
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    course = Course(folder, exercise)
    release(course)
    handed_in = {"right": submission(exercise, "guest")}
    for number, attempt in enumerate(_tried(exercise)):
        learner = attempt.get("learner", "guest")
        handed_in[f"attempt-{number}"] = submission(exercise, learner, attempt["answers"])
    for student, notebook in handed_in.items():
        place = folder / "submitted" / student / exercise
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{exercise}.ipynb")
    return course


# --- a course's own settings ------------------------------------------------------------------

SETTINGS = """
from pathlib import Path
from nbgrader.preprocessors import NbGraderPreprocessor


class Stamp(NbGraderPreprocessor):
    def preprocess(self, nb, resources):
        nb.metadata["stamp"] = resources["nbgrader"]["student"]
        return nb, resources


def note(word):
    def hook(assignment, student, notebooks):
        names = sorted(Path(path).name for path in notebooks)
        with open("hooks.txt", "a", encoding="utf-8") as file:
            file.write(f"{word} {assignment} {names}\\n")
    return hook


c.CourseDirectory.groupshared = True
c.CourseDirectory.student_id_exclude = "learner-0004"
c.Autograde.create_student = False
c.Autograde.exclude_overwriting = {"ps1": ["counts.csv"]}
c.Autograde.pre_convert_hook = note("before")
c.Autograde.post_convert_hook = note("after")
from nbgrader.converters import Autograde
usual = [f"{one.__module__}.{one.__name__}" for one in Autograde.autograde_preprocessors.default_args[0]]
c.Autograde.autograde_preprocessors = [*usual[:-1], Stamp, usual[-1]]
"""


@pytest.fixture(scope="module")
def own_settings(class_of: ClassOf) -> Both:
    """Five learners in a course that uses what nbgrader lets a course set."""
    from nbgrader.api import Gradebook

    course, _ = class_of(*SETTINGS_CLASS, config=SETTINGS)
    with Gradebook(f"sqlite:///{course.gradebook}") as gradebook:
        for number in range(1, 5):  # the fifth is not enrolled
            gradebook.add_student(f"learner-000{number}")
    notebook = course.folder / "submitted/learner-0001/ps1/qc_counts.ipynb"
    data = json.loads(notebook.read_text(encoding="utf-8"))
    data["metadata"]["kernelspec"] = {"name": "own", "display_name": "Own", "language": "R"}
    notebook.write_text(json.dumps(data), encoding="utf-8")
    return graded_both_ways(course)


def autograded(course: Course) -> dict[str, Path]:
    """The files of the autograded folders by their path, except the notebooks of figures."""
    root = course.folder / "autograded"
    return {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}


def test_the_settings_of_a_course_count(own_settings: Both) -> None:
    """Excluded learners, learners not enrolled, files that learners may change: as stock."""
    graded = {student for student, *_ in scores(own_settings.ours.gradebook)}

    assert own_settings.unequal == []
    assert graded == {student for student, *_ in scores(own_settings.stock.gradebook)}
    assert graded == {"learner-0001", "learner-0002", "learner-0003"}


def test_who_is_not_enrolled_is_reported(own_settings: Both) -> None:
    """With ``create_student`` off, a stranger's work is not graded, and both say so."""
    failed = {s for s, record in own_settings.report.submissions.items() if record.failed}

    assert own_settings.run.status != 0
    assert failed == {"learner-0005"}
    assert not (own_settings.ours.folder / "autograded/learner-0005/ps1").exists()


def test_the_same_files_lie_in_the_autograded_folder(own_settings: Both) -> None:
    """Name for name and, notebooks aside, text for text, with the permissions of a group."""
    stock, ours = autograded(own_settings.stock), autograded(own_settings.ours)

    assert ours.keys() == stock.keys()
    assert _texts(ours) == _texts(stock)
    assert _modes(own_settings.ours) == _modes(own_settings.stock)


def _texts(files: Mapping[str, Path]) -> dict[str, bytes]:
    # the time of submission is written anew, without its line end
    return {
        name: path.read_bytes().strip()
        for name, path in files.items()
        if not name.endswith(".ipynb")
    }


def _modes(course: Course) -> dict[str, str]:
    root = course.folder / "autograded"
    # a learner's own folder inherits what the root had when it was made, in stock nbgrader too
    return {
        path.relative_to(root).as_posix(): stat.filemode(path.stat().st_mode)
        for path in [root, *root.glob("*/*"), *root.glob("*/*/**/*")]
    }


def test_a_preprocessor_of_the_course_sees_every_notebook(own_settings: Both) -> None:
    """It may write into the graded notebook, which keeps the course's kernel."""
    stock, ours = autograded(own_settings.stock), autograded(own_settings.ours)
    for name in (name for name in stock if name.endswith(".ipynb")):
        theirs, mine = nbformat.read(stock[name], 4), nbformat.read(ours[name], 4)
        assert mine.metadata.stamp == theirs.metadata.stamp == name.split("/")[0]
        assert mine.metadata.kernelspec == theirs.metadata.kernelspec


def test_hooks_run_for_every_submission(own_settings: Both) -> None:
    """Before and after, with the notebooks that were handed in."""
    said = [
        sorted((course.folder / "hooks.txt").read_text(encoding="utf-8").splitlines())
        for course in (own_settings.stock, own_settings.ours)
    ]

    assert [line for line in said[1] if line.startswith("after")] == [
        line for line in said[0] if line.startswith("after")
    ]
    assert {line for line in said[1] if line.startswith("before")} == {
        line.replace(", 'scratch.ipynb'", "") for line in said[0] if line.startswith("before")
    }


def test_one_notebook_of_an_assignment_can_be_graded_alone(class_of: ClassOf) -> None:
    """``notebook_id`` leaves the other notebook's scores as they are; one that is absent gets 0."""
    config = 'c.CourseDirectory.notebook_id = "qc_counts"\n'
    course, _ = class_of("right", "one notebook", config=config)
    both = graded_both_ways(course)

    assert both.unequal == []
    assert {name.split("/")[-1] for name in autograded(both.ours) if name.endswith("ipynb")} == {
        "qc_counts.ipynb"
    }


# --- again ------------------------------------------------------------------------------------


def test_grading_again_treats_points_given_by_hand_as_stock_does(class_of: ClassOf) -> None:
    """They stay, and the question waits for a look; forced, and with a newer submission too."""
    course, (learner, other) = class_of(*AGAIN_CLASS)
    both = graded_both_ways(course)
    assert both.unequal == []
    for place in (both.stock, both.ours):
        set_by_hand(place, learner.code, "p-value", 1.5)
        change(place, learner.code, {"timestamp.txt": "2026-03-03 09:00:00 UTC"})
    before = gradebook_of(both.ours)
    report = grade_course(both.ours.folder, "ps1")
    grade_stock(both.stock.folder, "ps1")

    assert (set(report.submissions), report.kept) == ({learner.code}, [other.code])
    assert both.unequal == []
    assert gradebook_of(both.ours) != before
    score = scores(both.ours.gradebook)[learner.code, "qc_counts", "p-value"]
    assert (score.manual_score, score.needs_manual_grade) == (1.5, True)


def test_grading_again_leaves_alone_what_is_graded(class_of: ClassOf) -> None:
    """Nothing new was handed in, so nothing is run, and not a byte changes; forced, all is."""
    course, (learner,) = class_of("wrong")
    grade_course(course.folder, "ps1")
    set_by_hand(course, learner.code, "p-value", 1.5)
    before = gradebook_of(course), {n: p.read_bytes() for n, p in autograded(course).items()}
    kept = grade_course(course.folder, "ps1")
    after = gradebook_of(course), {n: p.read_bytes() for n, p in autograded(course).items()}
    forced = grade_course(course.folder, "ps1", force=True)

    assert (kept.kept, dict(kept.submissions)) == ([learner.code], {})
    assert after == before
    assert set(forced.submissions) == {learner.code}
    score = scores(course.gradebook)[learner.code, "qc_counts", "p-value"]
    assert (score.manual_score, score.needs_manual_grade) == (1.5, True)
