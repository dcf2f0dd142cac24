"""A case as a file holds what the case shows, and nothing of what is planted in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.authoring.release import exercises_of
from stemcell_kit.errors import BadInput
from stemcell_kit.learning.cases import case
from stemcell_kit.learning.handed_out import hand_out, handed_out


@pytest.mark.parametrize("exercise", exercises_of())
def test_every_table_and_number_comes_back_as_it_was(exercise: str, tmp_path: Path) -> None:
    """Types, missing values and the last digit of every number included."""
    whole = case(exercise, "wei-03")
    tables, numbers = whole.plan["table"], whole.plan.get("number", {})
    path = tmp_path / "case.json"
    path.write_text(hand_out(whole, tables=tables, numbers=numbers), encoding="utf-8")
    found = handed_out(path)

    for name in tables:
        assert_frame_equal(found[name], whole[name], check_exact=True)
    assert {name: found.number(name) for name in numbers} == {
        name: whole.number(name) for name in numbers
    }
    assert found.lots == whole.lots


def test_the_file_does_not_say_whose_case_it_is_or_what_is_planted(tmp_path: Path) -> None:
    """With the learner's id the kit would tell the answers."""
    words = hand_out(case("identity", "wei-03"), tables=["labels"], numbers=[])

    assert "wei-03" not in words
    assert set(json.loads(words)) == {"format", "version", "exercise", "lots", "numbers", "tables"}
    assert not hasattr(handed_out(_written(tmp_path, words)), "truth")


def test_what_was_not_handed_out_is_named_as_missing(tmp_path: Path) -> None:
    """As for a whole case, the message lists what there is."""
    found = handed_out(
        _written(tmp_path, hand_out(case("identity", "wei-03"), tables=["labels"], numbers=[]))
    )

    with pytest.raises(BadInput, match="no table 'profiles'; it has labels"):
        found["profiles"]
    with pytest.raises(BadInput, match="no number 'visitor'; it has none"):
        found.number("visitor")


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"format": "other", "version": 1}'])
def test_another_file_is_refused_with_what_to_do(tmp_path: Path, words: str) -> None:
    """A damaged file, or one of another program."""
    with pytest.raises(BadInput, match="Take the file that came with this notebook"):
        handed_out(_written(tmp_path, words))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A notebook that was moved alone."""
    with pytest.raises(BadInput, match="in the same folder"):
        handed_out(tmp_path / "part-1-identity.json")


def _written(folder: Path, words: str) -> Path:
    path = folder / "case.json"
    path.write_text(words, encoding="utf-8")
    return path
