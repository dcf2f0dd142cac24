"""Notebooks that a class hands in: each is taken in as far as it honestly can be, or refused."""

from __future__ import annotations

import copy
import json
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator
from traitlets.config import Config

from stemcell_kit.grading.intake import Intake, take_in

from .cases import ACCEPTED, REFUSED, Case
from .conftest import HandIn
from .course import as_bytes, run_converter

by_name = {"ids": lambda case: case.name.replace(" ", "-")}


def clean(intake: Intake) -> Any:
    """The staged notebook of a submission that was accepted."""
    return nbformat.read(intake.accepted["counting"], as_version=nbformat.NO_CONVERT)


@pytest.mark.parametrize("case", ACCEPTED, **by_name)
def test_a_notebook_is_taken_in_and_valid(case: Case, fresh: Any, hand_in: HandIn) -> None:
    """Whatever can be repaired is repaired, and the learner's teacher is told of it."""
    intake = hand_in({"counting.ipynb": case.build(fresh)})

    assert intake.refused == {}
    assert case.says in "\n".join(intake.notes)
    assert bool(intake.notes) == bool(case.says)
    nbformat.validate(clean(intake))
    MetadataValidator().validate_nb(clean(intake))
    assert intake.accepted["counting"].stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("case", ACCEPTED, **by_name)
def test_a_notebook_is_valid_when_only_its_questions_are_known(
    case: Case, fresh: Any, hand_in: HandIn, known: Mapping[str, Any]
) -> None:
    """Bare grade ids are enough to be told what is missing, and none are needed at all."""
    for cells in ({"counting": list(known["counting"])}, None):
        intake = hand_in({"counting.ipynb": case.build(copy.deepcopy(fresh))}, cells=cells)

        nbformat.validate(clean(intake))
        MetadataValidator().validate_nb(clean(intake))


@pytest.mark.parametrize("case", REFUSED, **by_name)
def test_a_notebook_that_cannot_be_read_is_refused(case: Case, fresh: Any, hand_in: HandIn) -> None:
    """The refusal names the notebook and says what is wrong; nothing is staged."""
    intake = hand_in({"counting.ipynb": case.build(fresh)})

    assert intake.accepted == {}
    assert case.says in intake.refused["counting"]
    assert intake.refused["counting"].startswith("counting.ipynb ")


def test_nbgrader_stops_on_no_notebook_that_was_taken_in(
    course: Path, released: Any, known: Mapping[str, Any], tmp_path: Path
) -> None:
    """Stock ``nbgrader autograde`` and its checks run through for every one of them."""
    from nbgrader.converters import Autograde

    own = tmp_path / "course"
    shutil.copytree(course, own)
    for number, case in enumerate(ACCEPTED):
        handed_in = tmp_path / "handed-in" / str(number)
        handed_in.mkdir(parents=True)
        content = as_bytes(case.build(copy.deepcopy(released)))
        (handed_in / "counting.ipynb").write_bytes(content)
        staged = own / "submitted" / f"learner-{number}" / "counting"
        take_in(handed_in, staged, notebooks=["counting"], cells=known)
    steps = list(Autograde.autograde_preprocessors.default_args[0])
    config = Config()
    config.Autograde.autograde_preprocessors = [s for s in steps if s.__name__ != "Execute"]

    run_converter(Autograde, own, config)

    graded = {path.parts[-3] for path in own.glob("autograded/*/counting/counting.ipynb")}
    assert graded == {f"learner-{number}" for number in range(len(ACCEPTED))}


def test_answers_survive_the_cleaning(fresh: Any, hand_in: HandIn) -> None:
    """What the learner wrote is what is graded, letter by letter."""
    fresh["cells"][2]["source"] = ["total = sum(counts)  # 细胞 ✓\n", "ÅäÖ = '\\n'"]
    fresh["cells"][4]["source"] = "Because **two** and $3$."

    cells = clean(hand_in({"counting.ipynb": fresh})).cells

    assert cells[2].source == "total = sum(counts)  # 细胞 ✓\nÅäÖ = '\\n'"
    assert cells[4].source == "Because **two** and $3$."


def test_only_what_grading_needs_is_kept(fresh: Any, hand_in: HandIn) -> None:
    """Outputs, counts and foreign metadata stay behind, in the notebook and in its cells."""
    fresh["metadata"] |= {"widgets": {"state": 1}, "title": "<script>"}
    fresh["cells"][2] |= {"outputs": [{"output_type": "stream"}], "execution_count": 7}
    fresh["cells"][2]["metadata"] |= {"collapsed": True, "tags": ["mine"], "editable": True}

    notebook = clean(hand_in({"counting.ipynb": fresh}))

    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.cells[2].outputs == []
    assert notebook.cells[2].execution_count is None
    assert set(notebook.cells[2].metadata) == {"deletable", "editable", "nbgrader", "tags"}


def test_new_ids_are_the_same_at_every_grading(fresh: Any, hand_in: HandIn) -> None:
    """A second grading of the same file gives the same copy and the same digest."""
    for cell in fresh["cells"]:
        del cell["id"]

    first, second = (hand_in({"counting.ipynb": fresh}) for _ in range(2))

    assert first.digest == second.digest
    assert [cell.id for cell in clean(first).cells] == [cell.id for cell in clean(second).cells]
    assert len({cell.id for cell in clean(first).cells}) == len(fresh["cells"])


def test_the_last_of_two_copies_counts(fresh: Any, hand_in: HandIn) -> None:
    """nbgrader itself keeps the last; the score must be the one that it would give."""
    copied = copy.deepcopy(fresh["cells"][2])
    copied["source"] = "total = 99"
    fresh["cells"].insert(3, copied)

    cells = clean(hand_in({"counting.ipynb": fresh})).cells

    assert ["nbgrader" in cell.metadata for cell in cells[2:4]] == [False, True]


def test_the_gradebook_says_what_a_question_is_worth(fresh: Any, hand_in: HandIn) -> None:
    """A thousand points in the learner's file are the two of the course."""
    fresh["cells"][3]["metadata"]["nbgrader"] |= {"points": 1000, "solution": True}

    marks = clean(hand_in({"counting.ipynb": fresh})).cells[3].metadata.nbgrader

    assert (marks.points, marks.grade, marks.solution, marks.locked) == (2, True, False, True)


def test_pictures_stay_attached(fresh: Any, hand_in: HandIn) -> None:
    """A drawing pasted into a written answer is part of the answer."""
    case = next(case for case in ACCEPTED if case.name == "attachments")

    attachments = clean(hand_in({"counting.ipynb": case.build(fresh)})).cells[4].attachments

    assert list(attachments) == ["dot.png"]


def test_an_ordinary_notebook_is_quick(fresh: Any, hand_in: HandIn) -> None:
    """Ten milliseconds for thirty cells; the limit here leaves room for a busy computer."""
    fresh["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": f"x = {n}\n" * 20, "id": f"c{n}"}
        for n in range(24)
    ]
    hand_in({"counting.ipynb": json.dumps(fresh)})
    spent = []
    for _ in range(5):
        begun = time.perf_counter()
        hand_in()
        spent.append(time.perf_counter() - begun)

    assert min(spent) < 0.05
