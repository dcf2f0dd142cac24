"""Relative potency of two preparations, only if their curves are parallel.

Parallel on log dose means: the same plateaus and slope, so that one preparation behaves like a
dilution of the other. Without that there is no single number for how much stronger it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.logistic import Logistic, NoFit, fit_logistic, logistic_value
from stemcell_kit.qc.potency.wells import dosed_wells, t_quantile
from stemcell_kit.shown import Shown

__all__ = ["NotParallel", "Parallelism", "RelativePotency", "parallelism", "relative_potency"]

_COMMON = ("bottom", "top", "slope")
_PLACES = ("location", "location_sample")

Preparation = Mapping[str, Sequence[float]]


class NotParallel(BadInput):
    """The curves differ in more than their place, so no relative potency exists."""


@dataclass(frozen=True)
class Parallelism(Shown):
    """F test of common plateaus and slope; a small ``p_value`` speaks against parallel curves."""

    value: float
    p_value: float
    freedom: tuple[int, int]
    n: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RelativePotency(Shown):
    """Dose of the reference with the effect of one unit of the sample; above 1 is stronger."""

    value: float
    interval: Interval
    n: int
    test: Parallelism = field(repr=False)
    unit: str = "times the reference"

    @property
    def p_value(self) -> float:
        """Of the test of parallel curves."""
        return self.test.p_value


def parallelism(reference: Preparation, sample: Preparation) -> Parallelism:
    """Test whether two four-parameter curves share plateaus and slope.

    The extra sum of squares of five common against eight separate parameters.

    Parameters
    ----------
    reference, sample
        Each with the columns ``dose`` (0 for untreated) and ``response``.

    Raises
    ------
    NoFit
        One of the curves cannot be fitted.
    """
    return _compare(reference, sample)[0]


def relative_potency(
    reference: Preparation, sample: Preparation, *, alpha: float, confidence: float = 0.95
) -> RelativePotency:
    """Potency of *sample* against *reference* from the horizontal shift of parallel curves.

    Parameters
    ----------
    reference, sample
        As for :func:`parallelism`.
    alpha
        The curves are taken as not parallel when p is below this; a limit of the laboratory.

    Raises
    ------
    NotParallel
        The F test rejects common plateaus and slope.
    NoFit
        A curve cannot be fitted.
    """
    level = inputs.open_share(alpha, "alpha")
    test, common = _compare(reference, sample)
    if test.p_value < level:
        raise NotParallel(
            f"the curves are not parallel (F = {test.value:.3g}, p = {test.p_value:.2g}); expected "
            f"p of at least {level:g}. Report no relative potency; look for different plateaus."
        )
    values, covariance = common.params, common.covar
    names = list(common.var_names)
    shift = values["location"].value - values["location_sample"].value
    r, s = names.index("location"), names.index("location_sample")
    variance = covariance[r, r] + covariance[s, s] - 2 * covariance[r, s]
    margin = t_quantile(confidence, common.nfree) * math.sqrt(variance)
    ends = math.exp(shift - margin), math.exp(shift + margin)
    interval = Interval(ends[0], ends[1], confidence, "delta method on the logarithm of dose")
    return RelativePotency(math.exp(shift), interval, test.n, test)


def _compare(reference: Preparation, sample: Preparation) -> tuple[Parallelism, Any]:
    wells = [
        dosed_wells(reference, what="reference"),
        dosed_wells(sample, what="sample"),
    ]
    separate = [fit_logistic(list(x), list(y)) for x, y in wells]
    common = _common_fit(wells, separate)
    rss = sum(one.rss for one in separate)
    freedom = sum(one.freedom for one in separate)
    scale = max(float(np.var(y)) for _, y in wells)
    if rss <= 1e-20 * scale:
        raise BadInput(
            "the readings lie on the curves without any scatter; expected replicates with noise. "
            "Give the wells themselves, not values from a fitted curve."
        )
    ratio = max(0.0, (float(common.chisqr) - rss) / len(_COMMON)) / (rss / freedom)
    chance = float(special.fdtrc(len(_COMMON), freedom, ratio))
    n = sum(len(y) for _, y in wells)
    notes = ("scattered readings pass this test too: look at the interval of the potency",)
    return Parallelism(ratio, chance, (len(_COMMON), freedom), n, notes), common


def _common_fit(
    wells: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]],
    separate: Sequence[Logistic],
) -> Any:
    import lmfit

    if separate[0].slope * separate[1].slope < 0:
        raise NotParallel(
            "one curve rises with dose and the other falls; expected the same direction. "
            "Check which preparation is an inhibitor."
        )
    falls = separate[0].slope > 0

    def residuals(p: Any) -> NDArray[np.float64]:
        values = p.valuesdict()
        common = {name: values[name] for name in _COMMON}
        left = [
            logistic_value(x, location=values[place], falls=falls, **common) - y
            for (x, y), place in zip(wells, _PLACES, strict=True)
        ]
        return np.concatenate(left)

    start = {name: float(np.mean([getattr(one, name) for one in separate])) for name in _COMMON}
    start |= {place: one.location for place, one in zip(_PLACES, separate, strict=True)}
    params = lmfit.create_params(**start)
    with np.errstate(all="ignore"):
        found = lmfit.minimize(residuals, params, method="leastsq", ftol=1e-14, xtol=1e-14)
    if found.covar is None:
        raise NoFit("no common curve was found; expected two curves of one shape. Plot both.")
    return found
