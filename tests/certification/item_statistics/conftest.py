"""Examinations that never took place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stemcell_kit.certification.simulated_candidates import (
    PlannedQuestion,
    draw_form,
    simulated_results,
)

TOPICS = ("idn", "gen", "via", "mic")
PER_TOPIC = dict.fromkeys(TOPICS, 5)
SEED = 3


def question_bank() -> list[PlannedQuestion]:
    """Twelve questions in each of four topics, planned from 0.37 to 0.88; half have two steps."""
    return [
        PlannedQuestion(
            f"{topic}/q{place:02d}", topic, "iso-24603", 2, round(0.35 + 0.55 * (place + 0.5) / 12, 3),
            critical=(topic, place) == ("idn", 11), steps=1 + place % 2,
        )
        for topic in TOPICS
        for place in range(12)
    ]  # fmt: skip


@pytest.fixture(scope="session")
def forms() -> dict[str, tuple[PlannedQuestion, ...]]:
    """A form of 20 questions for each of 200 candidates."""
    bank = question_bank()
    return {
        code: draw_form(bank, code, per_topic=PER_TOPIC, seed=SEED, tolerance=0.01)
        for code in (f"C-{n:04d}" for n in range(1, 201))
    }


@pytest.fixture(scope="session")
def _sat(forms: dict[str, tuple[PlannedQuestion, ...]]) -> dict[str, Any]:
    return simulated_results(forms, exam="trial", pass_mark_percent=60, seed=SEED)


@pytest.fixture
def sat(_sat: dict[str, Any]) -> dict[str, Any]:
    """The results of the 200, to be changed at will."""
    return copy.deepcopy(_sat)


@pytest.fixture(scope="session")
def same_questions() -> dict[str, Any]:
    """The results of 120 candidates who all got the same ten questions."""
    bank = question_bank()[:10]
    sittings = {f"C-{n:04d}": bank for n in range(120)}
    return simulated_results(sittings, exam="one-form", pass_mark_percent=60, seed=SEED)
