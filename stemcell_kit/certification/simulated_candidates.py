"""Simulated candidates of known ability, to see whether statistics find what was planted.

The model is that of item response theory with one steepness: the chance of a question is
``1 / (1 + exp(-a (ability - b)))``, where ``b`` is placed so that the mean over all abilities is
the question's planned difficulty. Its numbers are in ``content/certification/simulated_candidates.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from stemcell_kit.bank.noise import stream
from stemcell_kit.catalogue import sound_content
from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = [
    "Candidate",
    "PlannedQuestion",
    "draw_form",
    "simulated_candidate",
    "simulated_results",
    "sit",
]

_NODES = 81


@dataclass(frozen=True)
class PlannedQuestion:
    """A question as it is planned: ``difficulty`` is the expected share of its points.

    ``steps`` are the parts that are answered one by one, each for an equal share of the points:
    1 is right or wrong.
    """

    id: str
    topic: str
    standard: str
    max_points: float
    difficulty: float
    critical: bool = False
    steps: int = 1


@dataclass(frozen=True)
class Candidate:
    """A candidate who does not exist, and the ability that was drawn for him."""

    code: str
    ability: float


def simulated_candidate(code: str, *, seed: int) -> Candidate:
    """Return the candidate of this code; the same one for a seed, whoever else is drawn."""
    ability = _model()["ability"]
    drawn = stream(seed, "ability", code).normal(ability["mean"], ability["sd"])
    return Candidate(code, float(drawn))


def sit(
    candidate: Candidate, questions: Sequence[PlannedQuestion], *, seed: int
) -> dict[str, float]:
    """Return the share of points that a candidate gets in each question: id -> 0 to 1.

    Each question has a stream of its own, so a candidate answers it alike in any form.

    Raises
    ------
    BadInput
        A planned difficulty of 0 or 1, which no ability gives, or fewer than one step.
    """
    return {one.id: _share(candidate, one, seed) for one in questions}


def _share(candidate: Candidate, question: PlannedQuestion, seed: int) -> float:
    if question.steps < 1:
        raise BadInput(f"question {question.id} has {question.steps} steps; expected at least 1.")
    steepness = _model()["questions"]["discrimination"]
    chance = expit(steepness * (candidate.ability - _place(question.difficulty)))
    drawn = stream(seed, "answer", candidate.code, question.id).random_sample(question.steps)
    return float(np.mean(drawn < chance))


@cache
def _place(difficulty: float) -> float:
    """Where on the scale of ability a question sits that has this share over all abilities."""
    inputs.open_share(difficulty, "a planned difficulty")
    ability, steepness = _model()["ability"], _model()["questions"]["discrimination"]
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    abilities = ability["mean"] + ability["sd"] * nodes
    weights = weights / weights.sum()

    def excess(place: float) -> float:
        return float(weights @ expit(steepness * (abilities - place))) - difficulty

    return float(brentq(excess, -40, 40, xtol=1e-10))


def draw_form(
    questions: Sequence[PlannedQuestion],
    code: str,
    *,
    per_topic: Mapping[str, int],
    seed: int,
    tolerance: float,
) -> tuple[PlannedQuestion, ...]:
    """Draw a form of abstract questions: so many of each topic, of the difficulty of the whole.

    It stands in for the forms of a real examination where there is none. Draws are repeated
    until the form's expected share is within the tolerance of the mean over the topics.

    Raises
    ------
    BadInput
        A topic has too few questions, or no draw of a thousand comes near enough.
    """
    by_topic = {t: [q for q in questions if q.topic == t] for t in per_topic}
    short = [topic for topic, n in per_topic.items() if len(by_topic[topic]) < n]
    if short:
        raise BadInput(f"too few questions in {', '.join(short)}; expected as many as are drawn.")
    target = _expected([q for t, n in per_topic.items() for q in by_topic[t] * n], by_topic)
    rng = stream(seed, "form", code)
    for _ in range(1000):
        form = [
            by_topic[topic][place]
            for topic, n in per_topic.items()
            for place in np.sort(rng.permutation(len(by_topic[topic]))[:n])
        ]
        if abs(_expected(form, {}) - target) <= tolerance:
            return tuple(form)
    raise BadInput(
        f"no form within {tolerance:g} of the expected share {target:.3f} in a thousand draws; "
        "expected a larger tolerance, or questions of more even difficulty."
    )


def _expected(
    questions: Sequence[PlannedQuestion], by_topic: Mapping[str, Sequence[PlannedQuestion]]
) -> float:
    """Expected share of the points; with *by_topic* each question weighs as one of its topic."""
    weights = [one.max_points / len(by_topic.get(one.topic, [one])) for one in questions]
    earned = sum(w * one.difficulty for w, one in zip(weights, questions, strict=True))
    return earned / sum(weights)


def simulated_results(
    forms: Mapping[str, Sequence[PlannedQuestion]],
    *,
    exam: str,
    pass_mark_percent: float,
    seed: int,
) -> dict[str, Any]:
    """Let simulated candidates sit forms, and return their results as an examination writes them.

    Parameters
    ----------
    forms
        Candidate's code -> the questions of his form.
    """
    rows = [_row(code, form, pass_mark_percent, seed) for code, form in forms.items()]
    return {
        "format": "stemcell-kit-exam-results",
        "version": 1,
        "exam": exam,
        "practice": False,
        "blueprint": {"id": exam, "title": {"en": exam, "zh-CN": exam}, "sha256": "0" * 64},
        "standards": [],
        "pass_mark_percent": pass_mark_percent,
        "candidates": rows,
    }


def _row(code: str, form: Sequence[PlannedQuestion], mark: float, seed: int) -> dict[str, Any]:
    shares = sit(simulated_candidate(code, seed=seed), form, seed=seed)
    points = sum(shares[one.id] * one.max_points for one in form)
    out_of = sum(one.max_points for one in form)
    missed = any(one.critical and shares[one.id] < 1 for one in form)
    return {
        "candidate": code,
        "form": "+".join(sorted(one.id for one in form)),
        "attempt": 1,
        "points": points,
        "out_of": out_of,
        "percent": 100 * points / out_of,
        "passed": 100 * points / out_of >= mark - 1e-9 and not missed,
        "questions": [_answer(one, shares[one.id]) for one in form],
    }


def _answer(question: PlannedQuestion, share: float) -> dict[str, Any]:
    return {
        "id": question.id,
        "topic": question.topic,
        "standard": question.standard,
        "points": share * question.max_points,
        "max_points": question.max_points,
        "critical": question.critical,
        "difficulty": question.difficulty,
    }


@cache
def _model() -> Mapping[str, Any]:
    return sound_content("certification/simulated_candidates.toml", "simulated_candidates")
