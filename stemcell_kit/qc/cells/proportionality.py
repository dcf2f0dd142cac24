"""Quality of a cell-counting method from a dilution series, in the logic of ISO 20391-2.

A good method counts in proportion: half the cells, half the count. Precision (CV) and R² cannot
show a method that bends; the proportionality indices and the level deviations can.

Source: definitions of the public-domain COMET software of NIST (github.com/usnistgov/COMET),
implemented here from the formulas. Which index the standard's text prefers was not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.polynomial import Legendre
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.shown import Shown

__all__ = [
    "DilutionLevel",
    "NotADilutionSeries",
    "Proportionality",
    "StudyDesign",
    "assess_dilution_series",
]

_Values = NDArray[np.float64]
_NEEDED = ("target_dilution_fraction", "cell_conc")
_SAMPLE_COLUMNS = ("random_sample_number", "replicate_sample")
_VARIANCE_POWER = {"x": 1, "1": 0, "x2": 2}


class NotADilutionSeries(BadInput):
    """The table cannot be read as one method's dilution series."""


@dataclass(frozen=True)
class StudyDesign:
    """Smallest design that is not warned about; the defaults are those of the COMET software."""

    fractions: int = 4
    samples: int = 3
    observations: int = 3


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
    table: pd.DataFrame,
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
    Intervals of the indices would come from a bootstrap and are not computed: ``interval`` is
    ``None``.
    """
    if weights not in _VARIANCE_POWER:
        raise BadInput(f"weights is {weights!r}; expected one of {', '.join(_VARIANCE_POWER)}.")
    rows, notes = _observations(table)
    rows, used = _with_fraction(rows, fraction)
    samples = _samples(rows)
    notes += _design_notes(samples, design or StudyDesign())
    return _judge(samples, weights, used, tuple(notes))


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


def _observations(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    missing = [c for c in _NEEDED if c not in table.columns]
    sample = next((c for c in _SAMPLE_COLUMNS if c in table.columns), None)
    if missing or sample is None:
        wanted = missing + ([] if sample else [" or ".join(_SAMPLE_COLUMNS)])
        raise NotADilutionSeries(
            f"the table has no column {', '.join(wanted)}; expected one row per observation. "
            "Replicate observations of one sample share its sample number."
        )
    if "counting_method" in table.columns and table["counting_method"].nunique() > 1:
        raise NotADilutionSeries("several counting methods in one table; expected one. Split it.")
    empty = table["cell_conc"].isna()
    rows = table.loc[~empty].rename(columns={sample: "sample"})
    notes = [f"{int(empty.sum())} rows without concentration left out"] if empty.any() else []
    _check_numbers(rows)
    return rows, notes


def _check_numbers(rows: pd.DataFrame) -> None:
    level = pd.to_numeric(rows["target_dilution_fraction"], errors="coerce")
    if not level.between(0, 1, inclusive="right").all():
        raise NotADilutionSeries(
            "a target_dilution_fraction is not above 0 and up to 1; write 50 % as 0.5, and leave "
            "the blank (fraction 0) out: it cannot show proportion."
        )
    concentration = pd.to_numeric(rows["cell_conc"], errors="coerce")
    # Written so that a missing number fails as well.
    if not concentration.between(0, np.inf, inclusive="left").all():
        raise NotADilutionSeries("a cell_conc is negative or no number; expected cells/mL.")
    if level.nunique() < 2 or rows["sample"].isna().any() or not (concentration > 0).any():
        raise NotADilutionSeries(
            f"{level.nunique()} dilution fractions with counts; expected at least 2, each row with "
            "a sample number, and cells in some of them. Proportion needs a series."
        )


def _with_fraction(rows: pd.DataFrame, fraction: str) -> tuple[pd.DataFrame, str]:
    if fraction not in {"auto", "measured", "target"}:
        raise BadInput(f"fraction is {fraction!r}; expected auto, measured or target.")
    measured = rows.get("measured_dilution_fraction", pd.Series(np.nan, index=rows.index))
    measured = pd.to_numeric(measured, errors="coerce")
    used = fraction
    if fraction == "auto":
        used = "measured" if measured.notna().all() else "target"
    if used == "measured" and not measured.between(0, np.inf, inclusive="neither").all():
        raise NotADilutionSeries(
            "a measured_dilution_fraction is missing or not above 0; expected one in every row. "
            'Complete it, or assess with fraction="target".'
        )
    x = measured if used == "measured" else rows["target_dilution_fraction"]
    return rows.assign(x=x.astype(float), cell_conc=rows["cell_conc"].astype(float)), used


def _samples(rows: pd.DataFrame) -> pd.DataFrame:
    level = rows["target_dilution_fraction"].astype(float).rename("level")
    grouped = rows.groupby([level, "sample"], sort=True)
    samples = grouped.agg(
        x=("x", "mean"),
        y=("cell_conc", "mean"),
        n=("cell_conc", "size"),
        sd=("cell_conc", "std"),
    )
    if len(samples) < 3:
        raise NotADilutionSeries(f"{len(samples)} samples; expected at least 3.")
    return samples.reset_index()


def _design_notes(samples: pd.DataFrame, design: StudyDesign) -> list[str]:
    per_level = int(samples.groupby("level").size().min())
    found = (
        ("dilution fractions", samples["level"].nunique(), design.fractions),
        ("replicate samples per fraction", per_level, design.samples),
        ("observations per sample", int(samples["n"].min()), design.observations),
    )
    return [f"{n} {what}, fewer than {least}" for what, n, least in found if n < least]


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
