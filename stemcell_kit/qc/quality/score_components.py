"""Where the spread of an examination's scores comes from, when candidates got other questions.

Alpha needs a table without gaps. Variance components do not: they split the spread into
candidates, questions and the rest, from whatever questions each candidate got.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["ScoreComponents", "score_components"]

_Values = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreComponents(Shown):
    """Dependability of the mean over ``questions`` questions (``value``), and what it is made of.

    ``value`` (Phi) counts it as error that another form has harder questions; ``relative``
    (E rho squared, alpha in a complete table) does not, so it holds for candidates with the same
    questions only. ``sem`` and ``relative_sem`` are the standard errors that belong to them, on
    the scale of one question. ``n`` is the number of candidates.
    """

    value: float
    relative: float
    sem: float
    relative_sem: float
    n: int
    questions: float
    candidates: float
    items: float
    residual: float
    unit: str = ""
    notes: tuple[str, ...] = ()


def score_components(
    candidates: Sequence[str], items: Sequence[str], scores: Sequence[float]
) -> ScoreComponents:
    """Variance components of score = mean + candidate + question + rest, all random.

    Parameters
    ----------
    candidates, items, scores
        One entry per answer: who gave it, to which question, and what it scored, all questions on
        one scale, e.g. shares of full points. A candidate meets a question once.

    Returns
    -------
    Coefficients for a form as long as the harmonic mean of the forms. A component that came out
    negative is set to 0 and noted, as is usual.

    Raises
    ------
    BadInput
        Lists of unequal length, an answer given twice, fewer than two candidates, questions or
        answers each, or forms that share nothing, so that candidates and questions cannot be told
        apart.

    Source
    ------
    Henderson 1953, Biometrics 9:226 (method 1); coefficients of Brennan 2001, Generalizability
    Theory, chapters 2 and 7.
    """
    values = np.array([inputs.number(one, "a score") for one in scores], dtype=float)
    people, who = np.unique(np.array(candidates, dtype=str), return_inverse=True)
    names, which = np.unique(np.array(items, dtype=str), return_inverse=True)
    _check((len(candidates), len(items), len(values)), set(zip(candidates, items, strict=False)))
    raw = _components(values, (who, len(people)), (which, len(names)))
    person, item, rest = (max(0.0, one) for one in raw)
    if person + rest <= 1e-12:
        raise BadInput("no answer differs from another within a question: there is no spread.")
    k = len(people) / float(np.sum(1 / np.bincount(who)))
    low = [n for n, one in zip(("candidates", "questions", "rest"), raw, strict=True) if one < 0]
    notes = (f"estimated below 0 and set to 0: {', '.join(low)}",) if low else ()
    return ScoreComponents(
        person / (person + (item + rest) / k), person / (person + rest / k) if person else 0.0,
        math.sqrt((item + rest) / k), math.sqrt(rest / k), len(people), k, person, item, rest,
        notes=notes,
    )  # fmt: skip


def _check(sizes: tuple[int, int, int], answers: set[tuple[str, str]]) -> None:
    if len(set(sizes)) != 1 or len(answers) != sizes[0]:
        raise BadInput(
            f"{sizes[0]} candidates, {sizes[1]} questions and {sizes[2]} scores, "
            f"{len(answers)} of them different answers; expected one score for each answer, and "
            "no candidate with the same question twice."
        )


def _components(
    values: _Values, people: tuple[NDArray[np.intp], int], names: tuple[NDArray[np.intp], int]
) -> tuple[float, float, float]:
    """Solve the three expected sums of squares of Henderson's method 1."""
    size = len(values)
    per_person = np.bincount(people[0], minlength=people[1])
    per_item = np.bincount(names[0], minlength=names[1])
    if people[1] < 2 or names[1] < 2 or per_person.min() < 2:
        raise BadInput(
            f"{people[1]} candidates and {names[1]} questions, {per_person.min()} of them to one "
            "candidate; expected at least 2 of each."
        )
    square = values.sum() ** 2 / size
    by_person = np.sum(np.bincount(people[0], values) ** 2 / per_person) - square
    by_item = np.sum(np.bincount(names[0], values) ** 2 / per_item) - square
    sums = np.array([by_person, by_item, np.sum(values**2) - square])
    found = np.linalg.solve(_expected(per_person, per_item), sums)
    return float(found[0]), float(found[1]), float(found[2])


def _expected(per_person: NDArray[np.intp], per_item: NDArray[np.intp]) -> _Values:
    """What each sum of squares holds of the variance of candidates, questions and the rest."""
    size, people, items = int(per_person.sum()), len(per_person), len(per_item)
    p, i = float(np.sum(per_person**2)) / size, float(np.sum(per_item**2)) / size
    expected = np.array(
        [
            [size - p, people - i, people - 1],
            [items - p, size - i, items - 1],
            [size - p, size - i, size - 1],
        ]
    )
    if np.linalg.cond(expected) > 1e10:
        raise BadInput(
            "candidates and questions cannot be told apart: no question was given to several "
            "candidates. Forms need questions in common."
        )
    return expected
