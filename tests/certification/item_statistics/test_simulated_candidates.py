"""Simulated candidates answer as the model says, and statistics find what was planted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from stemcell_kit import language
from stemcell_kit.certification.invented_exam import (
    invented_exam,
    question_table,
    statistics_report,
)
from stemcell_kit.certification.item_statistics import item_statistics
from stemcell_kit.certification.item_statistics.results import results_of
from stemcell_kit.certification.simulated_candidates import (
    Candidate,
    PlannedQuestion,
    draw_form,
    simulated_candidate,
    sit,
)
from stemcell_kit.errors import BadInput

Forms = dict[str, tuple[PlannedQuestion, ...]]


def question(difficulty: float, **other: Any) -> PlannedQuestion:
    return PlannedQuestion("idn/q", "idn", "iso-24603", 2, difficulty, **other)


def test_forms_are_all_different_and_each_meets_its_plan(forms: Forms) -> None:
    """200 forms of five questions in each topic, within 1 % of one expected score."""
    expected = [float(np.mean([q.difficulty for q in form])) for form in forms.values()]

    assert len({frozenset(q.id for q in form) for form in forms.values()}) == 200
    for form in forms.values():
        assert set(Counter(q.topic for q in form).values()) == {5}
    assert max(expected) - min(expected) <= 0.02


def test_the_planted_difficulties_are_recovered(sat: dict[str, Any]) -> None:
    """About 83 answers to each of 48 questions: correlation above 0.95, none 4 errors away."""
    found = item_statistics(results_of(sat))

    assert found.planned["correlation"] > 0.95
    assert found.planned["largest"] < 0.12
    assert max(abs(one.z) for one in found.questions) < 4
    assert sum(abs(one.z) > 2 for one in found.questions) <= 6


def test_the_forms_are_equivalent_within_the_stated_tolerance(sat: dict[str, Any]) -> None:
    """By plan, by the difficulties found, and by the scores of the two halves of the candidates."""
    found = item_statistics(results_of(sat))

    assert found.forms.expected_range <= found.rules.expected_range_percent
    assert found.forms.observed_distance <= found.rules.tolerance_percent
    assert found.forms.halves is not None
    assert found.forms.halves.measured["equivalent"] == 1


def test_a_candidate_is_the_same_whoever_else_sits() -> None:
    """Ability and answers hang on the seed and the code, and on nothing that came before."""
    one = question(0.6, steps=4)
    other = PlannedQuestion("gen/q", "gen", "iso-24603", 2, 0.5)
    first = simulated_candidate("C-0007", seed=1)

    assert first == simulated_candidate("C-0007", seed=1) != simulated_candidate("C-0007", seed=2)
    assert sit(first, [one, other], seed=1)["idn/q"] == sit(first, [one], seed=1)["idn/q"]


@pytest.mark.parametrize("difficulty", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("steps", [1, 3])
def test_the_share_over_all_abilities_is_the_planned_one(difficulty: float, steps: int) -> None:
    """4,000 candidates: within four standard errors."""
    one = question(difficulty, steps=steps)
    shares = [
        sit(simulated_candidate(f"C-{n}", seed=9), [one], seed=9)["idn/q"] for n in range(4000)
    ]

    room = 4 * (difficulty * (1 - difficulty) / 4000) ** 0.5
    assert np.mean(shares) == pytest.approx(difficulty, abs=room)


def test_the_able_answer_more() -> None:
    """Two standard deviations above the mean, and below it."""
    questions = [PlannedQuestion(f"q{n}", "idn", "iso-24603", 1, 0.5) for n in range(200)]
    strong, weak = (
        np.mean(list(sit(Candidate(code, ability), questions, seed=1).values()))
        for code, ability in (("strong", 2.0), ("weak", -2.0))
    )

    assert strong > 0.85
    assert weak < 0.15


@pytest.mark.parametrize(
    ("wrong", "message"),
    [(question(0), "planned difficulty"), (question(1), "less than 1"), (question(0.5, steps=0), "0 steps")],
)  # fmt: skip
def test_a_plan_that_no_ability_meets_is_refused(wrong: PlannedQuestion, message: str) -> None:
    """Always right, always wrong, or nothing to answer."""
    with pytest.raises(BadInput, match=message):
        sit(Candidate("C", 0), [wrong], seed=1)


def test_a_form_that_cannot_be_drawn_is_refused() -> None:
    """Too few questions of a topic, or none near the expected score."""
    uneven = [PlannedQuestion(f"q{n}", "idn", "iso-24603", 1, d) for n, d in enumerate((0.1, 0.9))]

    with pytest.raises(BadInput, match="too few questions in idn"):
        draw_form(uneven, "C", per_topic={"idn": 3}, seed=1, tolerance=0.1)
    with pytest.raises(BadInput, match=r"no form within 0\.1"):
        draw_form(uneven, "C", per_topic={"idn": 1}, seed=1, tolerance=0.1)


def test_a_wrong_key_in_the_invented_exam_is_the_only_question_remarked() -> None:
    """What the notebook shows: one question, three remarks; without it none."""
    assert invented_exam().remarked == ()
    broken = invented_exam(wrong_key="genome/q10")
    table = question_table(broken)

    assert [one.id for one in broken.remarked] == ["genome/q10"]
    assert "check the key" in table.loc["genome/q10", "remarks"]
    assert len(table) == 48
    assert statistics_report(broken).page.startswith("<!doctype html>")


def test_an_exam_that_cannot_be_invented_is_refused() -> None:
    """No such question, nobody sits it."""
    with pytest.raises(BadInput, match="no question 'x'"):
        invented_exam(wrong_key="x")
    with pytest.raises(BadInput, match="no candidate"):
        invented_exam(candidates=0)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_the_parts_show_themselves_in_words(spoken: str) -> None:
    """Every row has a name and a value, in both languages, with few candidates too."""
    with language.speaking(spoken):
        for exam in (invented_exam(candidates=40), invented_exam(candidates=1)):
            for part in (exam, exam.whole, exam.forms):
                assert all(
                    name and "item-statistics" not in text for name, text in part.shown().items()
                )
