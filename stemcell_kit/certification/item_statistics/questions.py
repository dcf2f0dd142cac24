"""The statistics of each question, over those candidates who got it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.certification.item_statistics.measured import Measured, Reason
from stemcell_kit.certification.item_statistics.results import Answer, Sitting
from stemcell_kit.certification.item_statistics.rules import Rules
from stemcell_kit.qc.quality.item_analysis import item_discrimination, score_counts, upper_lower

__all__ = ["QuestionStatistics", "question_statistics"]

Pair = tuple[Sitting, Answer]


@dataclass(frozen=True)
class QuestionStatistics:
    """One question: how many got it, how hard it was, whether it told candidates apart.

    ``measured`` holds ``item_rest`` (correlation with the rest of the form, the one to judge by),
    ``item_total`` (with the whole form, flattered) and ``upper_lower``. ``counts`` is points ->
    candidates; ``expected`` the planned share of points, ``z`` the distance from it in standard
    errors. ``remarks`` are keys of messages.
    """

    id: str
    topic: str
    standard: str
    critical: bool
    max_points: float
    n: int
    difficulty: float
    expected: float
    z: float
    counts: Mapping[float, int]
    measured: Measured
    remarks: tuple[str, ...]


def question_statistics(
    sittings: Sequence[Sitting], rules: Rules
) -> tuple[QuestionStatistics, ...]:
    """Return the statistics of every question that somebody got, by id."""
    got: dict[str, list[Pair]] = {}
    for sitting in sittings:
        for answer in sitting.answers:
            got.setdefault(answer.id, []).append((sitting, answer))
    return tuple(_question(got[name], rules) for name in sorted(got))


def _question(pairs: Sequence[Pair], rules: Rules) -> QuestionStatistics:
    answers = [answer for _, answer in pairs]
    shares = [answer.share for answer in answers]
    difficulty = math.fsum(shares) / len(shares)
    expected = math.fsum(answer.expected for answer in answers) / len(answers)
    measured = _measured(pairs, rules)
    z = _distance(shares, difficulty, expected)
    one = answers[0]
    return QuestionStatistics(
        one.id, one.topic, one.standard, any(answer.critical for answer in answers),
        max(answer.max_points for answer in answers), len(pairs), difficulty, expected, z,
        score_counts([answer.points for answer in answers]), measured,
        tuple(_remarks(difficulty, z, len(pairs), measured, rules)),
    )  # fmt: skip


def _distance(shares: Sequence[float], difficulty: float, expected: float) -> float:
    """Distance from the planned difficulty in standard errors of a share, at their largest.

    The spread is that of right and wrong at the planned difficulty, which partial points only
    make smaller; a planned 0 or 1 is taken half an answer away from it.
    """
    planned = min(max(expected, 0.5 / len(shares)), 1 - 0.5 / len(shares))
    return (difficulty - expected) / math.sqrt(planned * (1 - planned) / len(shares))


def _measured(pairs: Sequence[Pair], rules: Rules) -> Measured:
    measured = Measured()
    reason = Reason.FEW if len(pairs) < 3 else Reason.NO_SPREAD
    shares = [answer.share for _, answer in pairs]

    def correlations() -> dict[str, float]:
        found = item_discrimination(shares, [s.percent for s, _ in pairs], _rests(pairs))
        return {"item_rest": found.value, "item_total": found.item_total}

    def groups() -> dict[str, float]:
        found = upper_lower(
            shares, [s.percent for s, _ in pairs], max_points=1, group_share=rules.group_share
        )
        return {"upper_lower": found.value, "upper": found.upper, "lower": found.lower}

    measured.measure(("item_rest", "item_total"), correlations, reason)
    measured.measure(("upper_lower", "upper", "lower"), groups, Reason.FEW)
    return measured


def _rests(pairs: Sequence[Pair]) -> list[float]:
    """Each candidate's share of the points of the form without the question."""
    return [
        (sitting.points - answer.points) / (sitting.out_of - answer.max_points)
        if sitting.out_of > answer.max_points
        else 0.0
        for sitting, answer in pairs
    ]


def _remarks(
    difficulty: float, z: float, n: int, measured: Measured, rules: Rules
) -> Iterator[str]:
    if n < rules.per_question:
        yield "few"
        return
    if difficulty < rules.hardest:
        yield "hard"
    if difficulty > rules.easiest:
        yield "easy"
    if abs(z) > rules.standard_errors:
        yield "drift"
    if "item_rest" in measured:
        if measured["item_rest"] < 0:
            yield "negative"
        elif measured["item_rest"] < rules.discrimination:
            yield "weak"
    else:
        yield "alike"
