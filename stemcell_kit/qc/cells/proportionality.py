"""Quality of a cell-counting method from a dilution series, in the logic of ISO 20391-2.

A good method counts in proportion: half the cells, half the count. Precision (CV) and R² cannot
show a method that bends; the proportionality indices and the level deviations can.

Source: definitions of the public-domain COMET software of NIST (github.com/usnistgov/COMET),
implemented here from the formulas. Which index the standard's text prefers was not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.polynomial import Legendre
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.cells.dilution_samples import (
    NotADilutionSeries,
    StudyDesign,
    design_notes,
    observations,
    samples_of,
    with_fraction,
)
from stemcell_kit.shown import Shown

__all__ = [
    "DilutionLevel",
    "NotADilutionSeries",
    "Proportionality",
    "StudyDesign",
    "assess_dilution_series",
    "proportionality_interval",
]

_Values = NDArray[np.float64]
_VARIANCE_POWER = {"x": 1, "1": 0, "x2": 2}


@dataclass(frozen=True)
class DilutionLevel:
    """One dilution fraction: mean concentration, CV of a sample, deviation from proportion."""

    fraction: float
    samples: int
    observations: int
    mean: float
    cv_percent: float | None
    deviation_percent: float


@dataclass(frozen=True)
class Proportionality(Shown):
    """How far a counting method is from counting in proportion.

    ``constant`` is the slope through the origin, in the unit of the concentrations.
    All ``smoothed_...`` and ``stabilized_...`` indices are 0 for perfect proportion and grow
    with its loss. ``intercept`` is that of an unweighted line with free intercept.
    """

    constant: float
    r_squared: float
    scaled_sum_of_squares: float
    smoothed_r_squared: float
    smoothed_scaled_sse: float
    smoothed_scaled_sae: float
    smoothed_sse: float
    smoothed_sae: float
    stabilized_sse: float
    stabilized_sae: float
    intercept: float
    intercept_se: float
    levels: tuple[DilutionLevel, ...]
    n: int
    fraction: str
    weights: str
    interval: Interval | None = None
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Smoothed scaled sum of absolute errors, the index shown first."""
        return self.smoothed_scaled_sae

    @property
    def unit(self) -> str:
        """Unit of ``value``: a pure number."""
        return "1"

    @property
    def intercept_t(self) -> float:
        """Free intercept over its standard error."""
        return self.intercept / self.intercept_se if self.intercept_se else float("nan")


def assess_dilution_series(
    table: pd.DataFrame | Mapping[str, Sequence[object]],
    *,
    weights: str = "x",
    fraction: str = "auto",
    design: StudyDesign | None = None,
) -> Proportionality:
    """Judge a dilution series of one counting method.

    Parameters
    ----------
    table
        One row per observation: ``target_dilution_fraction`` (above 0, up to 1),
        ``random_sample_number`` or ``replicate_sample``, ``cell_conc`` (cells/mL); optionally
        ``measured_dilution_fraction`` and ``counting_method``.
    weights
        Variance of a count as a function of the fraction: ``"x"``, ``"1"`` or ``"x2"``. The
        proportional fit weighs a sample by observations / variance, the flexible fit by
        1 / variance.
    fraction
        ``"measured"``, ``"target"``, or ``"auto"``: measured where every row has it.

    Raises
    ------
    NotADilutionSeries
        A column is missing, a number is impossible, methods are mixed, or fewer than two
        fractions or three samples are left.

    Notes
    -----
    ``interval`` is ``None``: see :func:`proportionality_interval`.
    """
    if weights not in _VARIANCE_POWER:
        raise BadInput(f"weights is {weights!r}; expected one of {', '.join(_VARIANCE_POWER)}.")
    rows, notes = observations(pd.DataFrame(table))
    rows, used = with_fraction(rows, fraction)
    samples = samples_of(rows)
    notes += design_notes(samples, design or StudyDesign())
    return _judge(samples, weights, used, tuple(notes))


def proportionality_interval(
    table: pd.DataFrame | Mapping[str, Sequence[object]],
    *,
    seed: int,
    index: str = "smoothed_scaled_sae",
    draws: int = 1000,
    weights: str = "x",
    fraction: str = "auto",
    confidence: float = 0.95,
) -> Interval:
    """Bootstrap interval of a proportionality index: samples are drawn anew within each level.

    Replicate observations stay with their sample; drawn as if they were samples, they would make
    the interval too narrow.

    Parameters
    ----------
    table, weights, fraction
        As in :func:`assess_dilution_series`.
    seed
        Seed of the draws; the same seed gives the same interval.
    index
        Name of a ``smoothed_...`` or ``stabilized_...`` index.
    draws
        Number of bootstrap draws, at least 100.

    Returns
    -------
    Percentile interval. Noise alone lifts every index above 0, and so does the interval.

    Raises
    ------
    NotADilutionSeries, BadInput
        As in :func:`assess_dilution_series`; an unknown index, too few draws, or a level with
        one sample.
    """
    if weights not in _VARIANCE_POWER or index not in _Indices.__annotations__:
        raise BadInput(
            f"weights is {weights!r} and index {index!r}; expected one of "
            f"{', '.join(_VARIANCE_POWER)} and one of {', '.join(_Indices.__annotations__)}."
        )
    tails = (1 - inputs.open_share(confidence, "confidence")) / 2
    samples = samples_of(with_fraction(observations(pd.DataFrame(table))[0], fraction)[0])
    places = [np.flatnonzero(samples["level"] == level) for level in samples["level"].unique()]
    if inputs.count(draws, "draws") < 100 or min(map(len, places)) < 2:
        raise BadInput(
            f"{draws} draws from levels with {min(map(len, places))} samples or more; expected at "
            "least 100 draws and 2 samples at every fraction."
        )
    rng = np.random.RandomState(seed)
    found = [_redrawn(samples, places, rng, weights)[index] for _ in range(draws)]
    low, high = np.quantile(found, [tails, 1 - tails])
    return Interval(float(low), float(high), confidence, "bootstrap of samples")


def _redrawn(
    samples: pd.DataFrame,
    places: Sequence[NDArray[np.int64]],
    rng: np.random.RandomState,
    weights: str,
) -> dict[str, float]:
    drawn = np.concatenate([place[rng.randint(len(place), size=len(place))] for place in places])
    x, y, count = (samples[name].to_numpy(dtype=float)[drawn] for name in ("x", "y", "n"))
    variance = x ** _VARIANCE_POWER[weights]
    fit = _through_origin(x, y, count / variance) * x
    return dict(_indices(_flexible(x, y, len(places) - 1, 1 / variance), fit))  # type: ignore[arg-type]


def _judge(
    samples: pd.DataFrame, weights: str, fraction: str, notes: tuple[str, ...]
) -> Proportionality:
    x, y = (samples[c].to_numpy(dtype=float) for c in ("x", "y"))
    count = samples["n"].to_numpy(dtype=float)
    variance = x ** _VARIANCE_POWER[weights]
    constant = _through_origin(x, y, count / variance)
    flexible = _flexible(x, y, samples["level"].nunique() - 1, 1 / variance)
    intercept, intercept_se = _free_intercept(x, y)
    return Proportionality(
        constant=constant,
        r_squared=_uncentred_r_squared(y, constant * x, count / variance),
        scaled_sum_of_squares=float(np.sum((y / (constant * x) - 1) ** 2)),
        smoothed_r_squared=_uncentred_r_squared(flexible, constant * x, count / variance),
        **_indices(flexible, constant * x),
        intercept=intercept,
        intercept_se=intercept_se,
        levels=_levels(samples, constant),
        n=len(samples),
        fraction=fraction,
        weights=weights,
        notes=notes,
    )


def _through_origin(x: _Values, y: _Values, weight: _Values) -> float:
    return float(np.sum(weight * x * y) / np.sum(weight * x**2))


def _flexible(x: _Values, y: _Values, degree: int, weight: _Values) -> _Values:
    """Weighted polynomial through the levels; Legendre terms keep high degrees stable."""
    fitted = Legendre.fit(x, y, degree, w=np.sqrt(weight))
    return np.asarray(fitted(x), dtype=float)


def _uncentred_r_squared(y: _Values, fit: _Values, weight: _Values) -> float:
    return float(1 - np.sum(weight * (y - fit) ** 2) / np.sum(weight * y**2))


class _Indices(TypedDict):
    smoothed_scaled_sse: float
    smoothed_scaled_sae: float
    smoothed_sse: float
    smoothed_sae: float
    stabilized_sse: float
    stabilized_sae: float


def _indices(flexible: _Values, fit: _Values) -> _Indices:
    residual = flexible - fit
    scaled = residual / fit
    return {
        "smoothed_scaled_sse": float(np.sum(scaled**2)),
        "smoothed_scaled_sae": float(np.sum(np.abs(scaled))),
        # The unscaled forms are made comparable by the lowest fitted value.
        "smoothed_sse": float(np.sum(residual**2) / fit.min() ** 2),
        "smoothed_sae": float(np.sum(np.abs(residual)) / fit.min()),
        "stabilized_sse": float(np.sum(residual**2 / fit)),
        "stabilized_sae": float(np.sum(np.abs(residual) / np.sqrt(fit))),
    }


def _free_intercept(x: _Values, y: _Values) -> tuple[float, float]:
    spread = np.sum((x - x.mean()) ** 2)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / spread
    intercept = y.mean() - slope * x.mean()
    variance = np.sum((y - intercept - slope * x) ** 2) / (len(x) - 2)
    return float(intercept), float(np.sqrt(variance * (1 / len(x) + x.mean() ** 2 / spread)))


def _levels(samples: pd.DataFrame, constant: float) -> tuple[DilutionLevel, ...]:
    return tuple(
        DilutionLevel(
            fraction=float(group["level"].iloc[0]),
            samples=len(group),
            observations=int(group["n"].sum()),
            mean=float(group["y"].mean()),
            cv_percent=_mean_cv(group),
            deviation_percent=float(100 * (group["y"].mean() / (constant * group["x"].mean()) - 1)),
        )
        for _, group in samples.groupby("level", sort=True)
    )


def _mean_cv(group: pd.DataFrame) -> float | None:
    """CV within a sample, weighted by observations; unknown without replicates or cells."""
    counted = group[(group["n"] > 1) & (group["y"] > 0)]
    if counted.empty:
        return None
    return float(100 * np.average(counted["sd"] / counted["y"], weights=counted["n"]))
