"""Our engine holds against the attacks of the suite, graded in one class.

By default a sample that holds every family and every kind of outcome;
``STEMCELL_KIT_FULL_ATTACKS=1`` tries all.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .attack import Attack
from .catalogue import ATTACKS, FAMILIES
from .course import HONEST, NEIGHBOUR, Course, copied
from .harness import grade_with_engine
from .proofs import ARGUMENT, told_backwards, told_to_the_learner
from .sample import TRIED, groups, sample
from .seen import FULL_MARKS, World

MOST_MEMORY = 1.9 * 2**30  # 1.5 GB that a session may use, and what it began with
HONEST_LEARNERS = ("aa-honest", "mm-honest", HONEST)


@pytest.fixture(scope="module")
def course(attacked_course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A copy of the course in which three honest learners hand in beside the attackers."""
    folder = tmp_path_factory.mktemp("engine")
    course = copied(attacked_course, folder / "world")
    for learner in HONEST_LEARNERS[:-1]:
        shutil.copytree(course.folder(HONEST).parent, course.folder(learner).parent)
    yield course
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def world(course: Course) -> World:
    """The world after the whole class was graded."""
    return grade_with_engine(course, TRIED)


@pytest.fixture(scope="module")
def records(world: World) -> dict[str, Any]:
    """What the report of the run says of each learner."""
    report = json.loads((world.course.world / "report.json").read_text(encoding="utf-8"))
    return dict(report["submissions"])


# --- what is tried -------------------------------------------------------------------------------


@pytest.mark.parametrize("tried", [TRIED], ids=[f"{len(TRIED)} of {len(ATTACKS)} attacks"])
def test_what_is_tried_holds_every_family_and_every_outcome(tried: tuple[Attack, ...]) -> None:
    """One attack at least of each family, aim and result on stock nbgrader; a fifth of all and more."""
    missed = [group for group, attacks in groups().items() if not set(attacks) & set(tried)]

    assert missed == []
    assert {group[0] for group in groups()} == FAMILIES.keys()
    assert len(tried) > len(ATTACKS) / 5
    assert set(sample()) <= set(tried) <= set(ATTACKS)


def test_what_is_tried_comes_to_every_end(records: dict[str, Any]) -> None:
    """Graded to the end, cut short with the session, out of time, test put back, not taken in."""
    books = [book for record in records.values() for book in record["notebooks"]]

    assert {book["ended"] for book in books} >= {None, "gone", "time"}
    assert any(book["restored"] for book in books)
    assert any(any(record["refused"].values()) for record in records.values())


# --- what comes of it ----------------------------------------------------------------------------


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_the_attack_fails(attack: Attack, world: World) -> None:
    """No point beyond what the answers are worth, no secret, no harm, nothing active."""
    succeeded = attack.proof(world.course, attack.name, world.seen(attack.students))

    assert not succeeded


@pytest.mark.parametrize("attack", TRIED, ids=lambda attack: attack.name)
def test_the_attack_gains_nothing_on_the_side(attack: Attack, world: World) -> None:
    """Whatever an attack aims at, it earns what its answers are worth and tells no secret."""
    seen = world.seen(attack.students)
    points = [sum(seen.scores.get(student, {}).values()) for student in attack.students]

    assert max(points) <= attack.honest
    assert told_to_the_learner(world.course, seen) == set()


@pytest.mark.parametrize("learner", [*HONEST_LEARNERS, NEIGHBOUR])
def test_honest_learners_keep_full_marks(learner: str, world: World) -> None:
    """Who answers right is not harmed by the company."""
    assert sum(world.scores[learner].values()) == FULL_MARKS


def test_every_learner_is_graded_or_refused_with_a_reason(
    world: World, records: dict[str, Any]
) -> None:
    """An attack does not make anybody disappear, its own learner included."""
    learners = {student for attack in TRIED for student in attack.students}

    assert learners <= records.keys()
    assert [
        learner
        for learner in sorted(learners)
        if learner not in world.scores and not all(records[learner]["refused"].values())
    ] == []


def test_no_process_of_the_grader_grew_beyond_its_limits(world: World) -> None:
    """Neither a session nor the judge that reads its answers takes the memory of the class."""
    assert world.largest_bytes < MOST_MEMORY


def test_nothing_of_others_was_changed(world: World) -> None:
    """Source, release, settings, home, maxima and the neighbour are as they were."""
    assert world.changed == ()


def test_nobody_outside_heard_anything(world: World) -> None:
    """No socket of any family reaches out of the sandbox."""
    assert world.heard == ()


def test_nothing_was_left_behind(world: World) -> None:
    """No process, file or shared memory outlives its submission."""
    assert world.left == ()


def test_hidden_tests_stay_out_of_the_feedback(world: World) -> None:
    """Feedback shows the question, never the secret that its hidden test holds."""
    hidden = world.course.values["HIDDEN"]
    pages = sorted((world.course.root / "feedback").glob("*/*/*.html"))
    shown = [page for page in pages if NEIGHBOUR not in page.parts]

    assert shown
    assert [str(page) for page in shown if hidden in page.read_text(encoding="utf-8")] == []


def test_no_secret_is_told_anywhere(world: World) -> None:
    """Not in a report, a log or a file beside the course either.

    The teacher's copy may tell what a hidden test called a learner's function with.
    """
    written = [path for path in world.course.world.rglob("*") if _plain_file(path)]
    texts = {path: path.read_bytes().decode("latin-1") for path in written}
    told = {path: {*told_backwards(world.course, text)} for path, text in texts.items()}
    for path in told:
        if "autograded" in path.parts:
            told[path].discard(ARGUMENT)

    assert {str(path): names for path, names in told.items() if names} == {}


def _plain_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size < 2**24
