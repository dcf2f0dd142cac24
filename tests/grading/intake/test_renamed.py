"""Whose notebook is it: renamed, doubled and missing notebooks, and the folder as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.grading.intake import take_in

from .conftest import HandIn

RENAMED = [
    "counting (1).ipynb",
    "Ada_counting.ipynb",
    "counting.ipynb.txt",
    "counting/counting.ipynb",
]


@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_notebook_is_known_by_its_questions(
    name: str, fresh: Any, hand_in: HandIn
) -> None:
    """Browsers and mail programs rename files; the questions say whose place it fills."""
    intake = hand_in({name: fresh})

    assert [path.name for path in intake.accepted.values()] == ["counting.ipynb"]
    assert [f"{name} was taken as counting.ipynb" in note for note in intake.notes] == [True]


def test_another_notebook_is_not_taken_for_a_missing_one(fresh: Any, hand_in: HandIn) -> None:
    """Without the assignment's questions it is some other work; the refusal names it."""
    for cell in fresh["cells"][1:]:
        cell["metadata"] = {}

    intake = hand_in({"diary.ipynb": fresh})

    assert "Found: diary.ipynb" in intake.refused["counting"]


def test_of_two_copies_none_is_guessed(fresh: Any, hand_in: HandIn) -> None:
    """Which one she means only the learner knows."""
    intake = hand_in({"counting-1.ipynb": fresh, "counting-2.ipynb": fresh})

    assert "Found: counting-1.ipynb, counting-2.ipynb" in intake.refused["counting"]


def test_without_grade_ids_no_name_is_guessed(fresh: Any, hand_in: HandIn) -> None:
    """Nothing says then which notebook it is."""
    assert "Found: mine.ipynb" in hand_in({"mine.ipynb": fresh}, cells=None).refused["counting"]


def test_one_bad_notebook_does_not_cost_the_other(fresh: Any, folder: Path, tmp_path: Path) -> None:
    """Each notebook of an assignment is decided on by itself."""
    (folder / "first.ipynb").write_text("{", encoding="utf-8")
    (folder / "second.ipynb").write_text(json.dumps(fresh), encoding="utf-8")

    intake = take_in(folder, tmp_path / "staged", notebooks=["first", "second", "third"])

    assert list(intake.accepted) == ["second"]
    assert set(intake.refused) == {"first", "third"}


def test_the_digest_tells_one_submission_from_another(fresh: Any, hand_in: HandIn) -> None:
    """Equal files give an equal digest; another answer or another file name a different one."""
    first = hand_in({"counting.ipynb": fresh, "a.csv": b"1"}).digest
    again = hand_in().digest
    changed = hand_in({"a.csv": b"2"}).digest
    more = hand_in({"b.csv": b"1"}).digest

    assert first == again
    assert len({first, changed, more}) == 3


def test_the_submission_itself_is_not_changed(fresh: Any, hand_in: HandIn, folder: Path) -> None:
    """What was handed in stays as it was, for whoever wants to look it up."""
    fresh["cells"][2]["source"] = None
    hand_in({"counting.ipynb": fresh, ".hidden": b"x"})

    assert json.loads((folder / "counting.ipynb").read_text(encoding="utf-8")) == fresh
    assert (folder / ".hidden").exists()


def test_a_folder_in_use_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    """A staged copy of somebody else would be mixed up with this one."""
    (tmp_path / "neighbour").write_text("work", encoding="utf-8")

    with pytest.raises(BadInput, match="not empty"):
        take_in(folder, tmp_path, notebooks=["counting"])
