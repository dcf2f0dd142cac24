"""A straight line on the probit, logit or complementary log-log scale, by maximum likelihood.

Fisher scoring with step halving: the likelihood of each of the three links has one maximum, and
two levels, at which general software divides by no degrees of freedom, are enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stemcell_kit.errors import BadInput

__all__ = ["LINKS", "Line", "Link", "fit_line"]

_Values = NDArray[np.float64]
_MOST_STEPS = 200
_CONVERGED = 1e-11


@dataclass(frozen=True)
class Link:
    """A scale: from share to line, and back as found, missed and slope of the curve.

    Beyond ``low`` and ``high`` on the line a share is 0 or 1 to the last digit.
    """

    line: Callable[[_Values], _Values]
    found: Callable[[_Values], _Values]
    missed: Callable[[_Values], _Values]
    density: Callable[[_Values], _Values]
    low: float
    high: float


@dataclass(frozen=True)
class Line:
    """Intercept and slope, their covariance, and the share fitted at each level."""

    intercept: float
    slope: float
    covariance: tuple[tuple[float, float], tuple[float, float]]
    fitted: _Values


LINKS = {
    "probit": Link(
        special.ndtri,
        special.ndtr,
        lambda t: special.ndtr(-t),
        lambda t: np.exp(-t * t / 2) / np.sqrt(2 * np.pi),
        -30,
        30,
    ),
    "logit": Link(
        special.logit,
        special.expit,
        lambda t: special.expit(-t),
        lambda t: special.expit(t) * special.expit(-t),
        -200,
        200,
    ),
    "cloglog": Link(
        lambda p: np.log(-np.log1p(-p)),
        lambda t: -np.expm1(-np.exp(t)),
        lambda t: np.exp(-np.exp(t)),
        lambda t: np.exp(t - np.exp(t)),
        -200,
        5,
    ),
}


def fit_line(doses: _Values, positives: _Values, replicates: _Values, link: Link) -> Line:
    """Fit ``link(share) = intercept + slope * dose``; the levels must overlap.

    Raises
    ------
    BadInput
        The fit does not settle.
    """
    design = np.column_stack([np.ones(len(doses)), doses])
    start = link.line((positives + 0.5) / (replicates + 1))
    beta: _Values = np.asarray(np.linalg.lstsq(design, start, rcond=None)[0], float)
    for _ in range(_MOST_STEPS):
        score, information = _slopes(design, beta, positives, replicates, link)
        step: _Values = np.asarray(np.linalg.solve(information, score), float)
        beta, taken = _halved(design, beta, step, positives, replicates, link)
        if np.all(np.abs(taken) <= _CONVERGED * (1 + np.abs(beta))):
            (a, b), (c, d) = np.linalg.inv(information).tolist()
            fitted = link.found(_clipped(design @ beta, link))
            return Line(float(beta[0]), float(beta[1]), ((a, b), (c, d)), fitted)
    raise BadInput(
        "the curve does not settle; the levels hold too little to tell its slope. Add levels "
        "between those that are seldom and those that are nearly always detected."
    )


def _clipped(line: _Values, link: Link) -> _Values:
    return np.clip(line, link.low, link.high)


def _slopes(
    design: _Values, beta: _Values, positives: _Values, replicates: _Values, link: Link
) -> tuple[_Values, _Values]:
    """Return the gradient of the log likelihood and its expected information."""
    line = _clipped(design @ beta, link)
    found, missed, density = link.found(line), link.missed(line), link.density(line)
    pull = positives * density / found - (replicates - positives) * density / missed
    weight = replicates * (density / found) * (density / missed)
    return design.T @ pull, design.T @ (weight[:, np.newaxis] * design)


def _halved(
    design: _Values,
    beta: _Values,
    step: _Values,
    positives: _Values,
    replicates: _Values,
    link: Link,
) -> tuple[_Values, _Values]:
    """Take a step that does not make the data less likely: half of it, while it does."""
    before = _log_likelihood(design @ beta, positives, replicates, link)
    room = 1e-12 * abs(before)
    while (
        _log_likelihood(design @ (beta + step), positives, replicates, link) < before - room
        and np.abs(step).max() > _CONVERGED
    ):
        step = step / 2
    return beta + step, step


def _log_likelihood(line: _Values, positives: _Values, replicates: _Values, link: Link) -> float:
    line = _clipped(line, link)
    found = special.xlogy(positives, link.found(line))
    missed = special.xlogy(replicates - positives, link.missed(line))
    return float(np.sum(found + missed))
