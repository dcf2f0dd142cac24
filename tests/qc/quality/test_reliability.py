"""Reliability of an examination, from complete tables and from incomplete ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.intraclass import intraclass
from stemcell_kit.qc.quality.reliability import reliability
from stemcell_kit.qc.quality.score_components import ScoreComponents, score_components

TABLE = [[1, 1, 0, 1], [1, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 0, 0]]
# Six candidates, four questions of very different difficulty.
UNEQUAL = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def components(table: np.ndarray) -> ScoreComponents:
    """The components of a table in which NaN is a question that the candidate did not get."""
    who, which = np.nonzero(~np.isnan(table))
    return score_components(list(map(str, who)), list(map(str, which)), table[who, which].tolist())


def test_kr_20_on_paper() -> None:
    """k/(k-1) (1 - sum p q / variance), all variances with n below: the same as with n - 1."""
    values = np.array(TABLE)
    shares, totals = values.mean(axis=0), values.sum(axis=1)
    on_paper = 4 / 3 * (1 - float((shares * (1 - shares)).sum()) / totals.var())
    found = reliability(TABLE)

    assert found.value == pytest.approx(on_paper)
    assert found.coefficient == "KR-20"
    assert found.sem == pytest.approx(totals.std(ddof=1) * math.sqrt(1 - on_paper))


def test_alpha_is_the_consistency_of_a_mean_of_readings() -> None:
    """A question is a reader: alpha is ICC(3,k), with the same interval."""
    found, same = reliability(TABLE), intraclass(TABLE, form="ICC(3,k)")

    assert found.value == pytest.approx(same.value)
    assert found.interval.low == pytest.approx(same.interval.low)
    assert found.interval.high == pytest.approx(same.interval.high)


def test_partial_points_make_it_alpha() -> None:
    """KR-20 is the name for questions that are right or wrong."""
    assert reliability([[0.5, 1], [0, 0], [1, 1]]).coefficient == "Cronbach's alpha"


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Eight parallel questions of reliability 8/9 together: about 95 % of 300 sittings."""
    rng = np.random.RandomState(4)
    held = 0
    for _ in range(300):
        room = reliability((rng.normal(size=(40, 1)) + rng.normal(size=(40, 8))).tolist()).interval
        held += room.low <= 8 / 9 <= room.high

    assert 274 <= held <= 295


def test_a_negative_coefficient_is_named() -> None:
    """Two questions that exclude each other: a number with a warning, for the key may be wrong."""
    found = reliability([[1, 0], [0, 1], [1, 0.1], [0, 1]])

    assert found.value < 0
    assert "wrong answer key" in found.notes[0]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[1, 0], [0, 1], [1, 0]], "all 3 candidates have the same total"),
        ([[1], [0], [1]], "at least 2 questions"),
        ([[1, 0], [0, 1]], "at least 3 candidates"),
    ],
)
def test_a_test_that_tells_nobody_apart_has_none(table: list[list[float]], message: str) -> None:
    """No variance, no coefficient."""
    with pytest.raises(BadInput, match=message):
        reliability(table)


def test_components_of_a_complete_table_are_those_of_a_two_way_analysis() -> None:
    """The relative coefficient is alpha, the absolute one ICC(2,k)."""
    found = components(np.array(UNEQUAL, dtype=float))

    assert found.relative == pytest.approx(reliability(UNEQUAL).value)
    assert found.value == pytest.approx(intraclass(UNEQUAL, form="ICC(2,k)").value)
    assert found.questions == 4


def test_components_of_incomplete_tables_are_right_on_average() -> None:
    """Candidates 0.04, questions 0.02, rest 0.09; each candidate gets 8 of 20 questions."""
    rng = np.random.RandomState(2)
    found = []
    for _ in range(60):
        table = 0.2 * rng.normal(size=(80, 1)) + 0.02**0.5 * rng.normal(size=(1, 20))
        table = table + 0.3 * rng.normal(size=(80, 20))
        for row in table:
            row[rng.permutation(20)[:12]] = np.nan
        one = components(table)
        found.append((one.candidates, one.items, one.residual))

    assert np.mean(found, axis=0) == pytest.approx([0.04, 0.02, 0.09], rel=0.08)


def test_other_questions_for_each_cost_dependability() -> None:
    """Questions of unequal difficulty are error between forms and none within one."""
    found = components(np.array(UNEQUAL, dtype=float))

    assert found.value < found.relative
    assert found.sem > found.relative_sem


def test_a_component_below_nothing_is_set_to_nothing_and_named() -> None:
    """Questions of nearly the same difficulty can come out with less than no variance."""
    found = components(np.array(TABLE, dtype=float))

    assert found.items == 0
    assert found.notes == ("estimated below 0 and set to 0: questions",)


def test_forms_without_a_question_in_common_are_refused() -> None:
    """A strong candidate with a hard form looks like a weak one with an easy form."""
    answers = [(f"c{i}", f"q{i}-{j}", float((i + j) % 2)) for i in range(3) for j in range(2)]

    with pytest.raises(BadInput, match="Forms need questions in common"):
        score_components(*map(list, zip(*answers, strict=True)))


def test_an_answer_that_is_given_twice_is_refused() -> None:
    """A second attempt is another candidate or is left out."""
    with pytest.raises(BadInput, match="the same question twice"):
        score_components(["a", "a", "b"], ["1", "1", "1"], [0, 1, 1])
    with pytest.raises(BadInput, match="no spread"):
        score_components(["a", "a", "b", "b"], ["1", "2", "1", "2"], [1, 0, 1, 0])
    with pytest.raises(BadInput, match="at least 2 of each"):
        score_components(["a", "b"], ["1", "1"], [0, 1])
