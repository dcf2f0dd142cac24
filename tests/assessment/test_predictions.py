"""Predictions and progress: asked, committed to, remembered, counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from stemcell_kit.catalogue import Catalogue
from stemcell_kit.errors import BadInput, ContentError
from stemcell_kit.learning.predictions import chosen, commit, prediction, predictions_of
from stemcell_kit.learning.progress import course_progress
from stemcell_kit.records import Records


def test_a_prediction_knows_its_right_option(content: Path) -> None:
    """The second of two options is marked as right."""
    asked = prediction("identity/swap", content=content)

    assert asked.right == (1,)
    assert (asked.is_right(0), asked.is_right(1)) == (False, True)
    assert asked.full_id == "identity/swap"


def test_a_commitment_is_remembered_and_may_change(content: Path, store: Records) -> None:
    """The last one stands."""
    asked = prediction("identity/swap", content=content)
    assert chosen(asked, store=store) is None

    commit(asked, 0, store=store)
    commit(asked, 1, store=store)
    assert chosen(asked, store=store) == 1


@pytest.mark.parametrize("wrong", [-1, 2, True])
def test_an_option_that_is_not_there_is_refused(content: Path, store: Records, wrong: int) -> None:
    """Two options are 0 and 1."""
    with pytest.raises(BadInput, match="options 0 to 1"):
        commit(prediction("identity/swap", content=content), wrong, store=store)


def test_an_option_that_was_removed_counts_as_not_answered(content: Path, store: Records) -> None:
    """A newer edition of a quiz may have fewer options."""
    store.save_prediction("identity/swap", 5)

    assert chosen(prediction("identity/swap", content=content), store=store) is None


@pytest.mark.parametrize(
    ("asked", "advice"),
    [("identity/drift", "it has swap, mixture"), ("nowhere/swap", "no predictions"), ("x", "x")],
)
def test_an_unknown_prediction_is_refused(content: Path, asked: str, advice: str) -> None:
    """The message offers what there is."""
    with pytest.raises(BadInput, match=advice):
        prediction(asked, content=content)


def test_a_quiz_without_a_right_option_is_a_content_error(content: Path) -> None:
    """File, key and what is missing are told together with a wrong lesson and a twin id."""
    path = content / "quizzes" / "identity.toml"
    words = path.read_text(encoding="utf-8").replace(", right = true", "")
    words = words.replace('id = "mixture"', 'id = "swap"').replace('"identity"', '"growth"')
    path.write_text(words, encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        predictions_of("identity", content=content)
    assert len(caught.value.problems) == 4


def test_progress_is_the_mean_of_predictions_and_exercise(
    small: Catalogue, content: Path, store: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two predictions and 8 of 10 points are 65 % of the lesson; the best grading counts."""
    monkeypatch.setenv("JUPYTERHUB_USER", "L-01")
    commit(prediction("identity/swap", content=content), 0, store=store)
    for learner, points in (("L-01", 8.0), ("L-01", 3.0), ("L-02", 10.0)):
        store.save_grade("identity", learner=learner, points=points, max_points=10, questions={})
    identity, growth = course_progress(loaded=small, content=content, store=store)

    assert (identity.answered, identity.asked) == (1, 2)
    assert identity.best is not None and identity.best.points == 8
    assert identity.share == pytest.approx(0.65)
    assert (growth.asked, growth.best, growth.share) == (0, None, 0.0)
