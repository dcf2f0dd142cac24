"""The repeat run and the follow-up: rows P1 to P10."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.sterility.sterility_repeat import Situation, follow_up, repeat_run


@pytest.mark.parametrize(
    ("given", "row", "outcome"),
    [
        ({"controls_in_order": True, "growth": False}, "P1", "complies"),
        ({"controls_in_order": True, "growth": True}, "P2", "does not comply"),
        ({"controls_in_order": False, "growth": False}, "P3", "no result"),
        ({"controls_in_order": False, "growth": True}, "P3", "no result"),
        ({"controls_in_order": True, "growth": False, "same_units": False}, "P4", "not acceptable"),
        ({"controls_in_order": True, "growth": True, "same_method": False}, "P4", "not acceptable"),
        (
            {"controls_in_order": True, "growth": False, "first_cause_in_product": True},
            "P5",
            "not acceptable",
        ),
    ],
)
def test_a_repeat_is_called_once_and_finally(given: dict[str, Any], row: str, outcome: str) -> None:
    """A repeat that is none comes before its controls, and its controls before its vessels."""
    call = repeat_run(**given)

    assert call.row == row
    assert call.outcome.startswith(outcome)


@pytest.mark.parametrize(
    ("situation", "row", "outcome"),
    [
        ("growth after the product was given", "P6", "batch fails"),
        ("bottle flagged, Gram and subculture negative", "P7", "presumptive false signal"),
        (
            "bottle negative to the end, terminal subculture positive",
            "P8",
            "fail (missed detection)",
        ),
        ("interim Gram stain or PCR positive before release", "P9", "hold or discard"),
        ("interim tests negative, final culture pending", "P10", "conditional release"),
    ],
)
def test_each_situation_has_its_row(situation: str, row: str, outcome: str) -> None:
    """A late positive fails the batch; a flag alone neither fails nor releases it."""
    assert (follow_up(situation).row, follow_up(situation).outcome) == (row, outcome)


def test_no_situation_is_forgotten() -> None:
    """Every situation that can be named has a row of its own."""
    assert len({follow_up(one).row for one in Situation}) == len(Situation) == 5


def test_every_follow_up_has_its_words_in_both_languages() -> None:
    """The words that reports use are those of the decision, P1 to P10."""
    path = content_dir() / "reference" / "sterility_decisions.toml"
    words = tomllib.loads(path.read_text(encoding="utf-8"))["follow_up"]
    repeats = [
        repeat_run(controls_in_order=True, growth=False),
        repeat_run(controls_in_order=True, growth=True),
        repeat_run(controls_in_order=False, growth=False),
        repeat_run(controls_in_order=True, growth=False, same_units=False),
        repeat_run(controls_in_order=True, growth=False, first_cause_in_product=True),
    ]
    calls = [*repeats, *(follow_up(one) for one in Situation)]

    said = [(one["row"], one["outcome"]["en"], one["step"]["en"]) for one in words]
    assert said == [(call.row, call.outcome, call.next_step) for call in calls]
    assert all(one["step"]["zh-CN"] and one["outcome"]["zh-CN"] for one in words)


def test_an_unknown_situation_is_refused() -> None:
    """The message lists those that exist."""
    with pytest.raises(BadInput, match="situation is 'lunch'; expected one of 'growth after"):
        follow_up("lunch")
