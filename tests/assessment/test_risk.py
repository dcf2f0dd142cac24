"""The risk-balanced score: what weighs more counts more, and what is not answered is not shown."""

from __future__ import annotations

import pytest

from stemcell_kit.assessment import Checklist
from stemcell_kit.assessment.risk import weight
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Severity
from stemcell_kit.records import Answer


@pytest.mark.parametrize(
    ("severity", "occurrence", "detectability", "expected"),
    [
        (Severity.CRITICAL, None, None, 9),
        (Severity.MAJOR, None, None, 3),
        (Severity.MINOR, 3, 3, 1),
        (Severity.MAJOR, 5, None, 5),
        (Severity.MAJOR, 1, 1, 1 / 3),
        (Severity.CRITICAL, 5, 5, 25),
    ],
)
def test_a_weight_is_severity_times_the_two_ratings(
    severity: Severity, occurrence: int | None, detectability: int | None, expected: float
) -> None:
    """What nobody has rated counts as the middle of the scale."""
    answer = Answer("a", "r", occurrence=occurrence, detectability=detectability)
    assert weight(severity, answer) == pytest.approx(expected)


def test_the_worked_example_of_the_documentation(checklist: Checklist) -> None:
    """Weights 9, 1, 3, 9: states 3, 1, 2 and none show 27 + 1 + 6 of 66, which is 51 %."""
    checklist.answer("std/idn-01", score=3)
    checklist.answer("std/idn-02", score=1)
    checklist.answer("std/via-01", score=2)

    score = checklist.score()
    assert (score.risk_shown, score.risk_total) == (pytest.approx(34 / 3), 22)
    assert (score.risk_percent, score.percent, score.open_criticals) == (51, 66, 1)
    checklist.answer("std/via-01", occurrence=5)
    assert checklist.score().risk_percent == 52


def test_what_does_not_apply_has_no_weight(checklist: Checklist) -> None:
    """Nothing applies: there is no share."""
    for name in ("idn-01", "idn-02", "via-01", "via-02"):
        checklist.answer(f"std/{name}", score="n/a", reason="no cells")

    assert checklist.score().risk_percent is None


def test_everything_done_is_all_of_it(checklist: Checklist) -> None:
    """100 % whatever the ratings, in spite of thirds."""
    for name in ("idn-01", "idn-02", "via-01", "via-02"):
        checklist.answer(f"std/{name}", score=3, occurrence=1, detectability=2)

    assert checklist.score().risk_percent == 100


@pytest.mark.parametrize("wrong", [-1, 6, 2.5, True])
def test_a_rating_off_the_scale_is_refused(checklist: Checklist, wrong: float) -> None:
    """1 to 5, or 0 to take it back."""
    with pytest.raises(BadInput, match="whole number from 1 to 5"):
        checklist.answer("std/idn-01", occurrence=wrong)  # type: ignore[arg-type]

    checklist.answer("std/idn-01", occurrence=5)
    assert checklist.answer("std/idn-01", occurrence=0).answer.occurrence is None


def test_gaps_come_by_the_risk_that_is_left(checklist: Checklist) -> None:
    """Of two critical items the one rated worse comes first, though it was answered."""
    checklist.answer("std/via-02", score=1, occurrence=5, detectability=5)

    assert [item.requirement.id for item in checklist.gaps()] == [
        "via-02", "idn-01", "via-01", "idn-02",
    ]  # fmt: skip
