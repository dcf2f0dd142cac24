"""Gel clot: end-points of dilution series and their geometric mean.

The end-point of a replicate is the lowest concentration of an unbroken run of firm gels from the
top. The mean is geometric, because the levels are a series of halves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "GelConcentration",
    "GelEndPoint",
    "GelOutcome",
    "NotEvaluable",
    "confirm_sensitivity",
    "end_point",
    "gel_limit_test",
    "semi_quantitative",
]


class NotEvaluable(BadInput):
    """A series without an end-point: no gel at all, or a gap in the gels."""


class GelOutcome(StrEnum):
    """Outcome of the limit test on one sample."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    REPEAT = "repeat"


@dataclass(frozen=True)
class GelEndPoint(Shown):
    """Geometric mean end-point and its ratio to the label sensitivity."""

    value: float
    ratio: float
    valid: bool
    n: int
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "EU/mL"


@dataclass(frozen=True)
class GelConcentration(Shown):
    """Endotoxin of a sample from its end-point dilutions."""

    value: float
    per_series: tuple[float, ...]
    n: int

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "EU/mL"


def end_point(levels: Sequence[float], gels: Sequence[bool]) -> float:
    """End-point of one replicate: the lowest level with a gel above which all have one.

    Parameters
    ----------
    levels
        Concentrations in EU/mL, in any order.
    gels
        Whether each level gave a firm gel.

    Raises
    ------
    NotEvaluable
        No level gave a gel, or a level without gel lies above one with it.
    """
    if len(levels) != len(gels) or not levels:
        raise BadInput(f"{len(levels)} levels and {len(gels)} readings; expected one for each.")
    series = sorted(
        (
            (inputs.positive(level, "level"), bool(gel))
            for level, gel in zip(levels, gels, strict=True)
        ),
        reverse=True,
    )
    positive = [level for level, gel in series if gel]
    if not positive:
        raise NotEvaluable("no level gave a gel; expected one at least. Repeat the series.")
    if not all(gel for _, gel in series[: len(positive)]):
        raise NotEvaluable(
            "a level without gel lies above one with a gel; expected gels from the top down. "
            "Look for an exchanged or shaken tube and repeat the series."
        )
    return positive[-1]


def confirm_sensitivity(
    end_points: Sequence[float],
    *,
    label_sensitivity: float,
    at_least_fold: float,
    at_most_fold: float,
) -> GelEndPoint:
    """Geometric mean of the end-points against the label sensitivity lambda.

    Parameters
    ----------
    end_points
        End-point of each replicate in EU/mL.
    label_sensitivity
        Lambda on the label of the lysate, EU/mL.
    at_least_fold, at_most_fold
        Ratios to lambda that are valid, both included.

    Raises
    ------
    BadInput
        No replicate, or an end-point that is not above zero.

    Source
    ------
    USP <85>, test for confirmation of labelled lysate sensitivity.
    """
    label = inputs.positive(label_sensitivity, "label_sensitivity")
    mean = _geometric_mean(end_points, "end-point")
    # levels are halves of lambda; logarithms and back must not push 2 lambda over 2 lambda
    ratio = round(mean / label, 9)
    valid = at_least_fold <= ratio <= at_most_fold
    outside = f"outside {at_least_fold:g} to {at_most_fold:g} lambda: sensitivity not confirmed"
    return GelEndPoint(mean, ratio, valid, len(end_points), () if valid else (outside,))


def semi_quantitative(
    end_point_dilutions: Sequence[float], *, sensitivity_eu_per_ml: float
) -> GelConcentration:
    """Endotoxin of a sample: end-point dilution x lambda per series, then the geometric mean.

    Parameters
    ----------
    end_point_dilutions
        Highest dilution with a gel in each series; 8 for 1:8.

    Raises
    ------
    BadInput
        No series, or a number that is not above zero.
    """
    sensitivity = inputs.positive(sensitivity_eu_per_ml, "sensitivity_eu_per_ml")
    per_series = [
        inputs.positive(dilution, "end-point dilution") * sensitivity
        for dilution in end_point_dilutions
    ]
    mean = _geometric_mean(per_series, "series")
    return GelConcentration(mean, tuple(per_series), len(per_series))


def gel_limit_test(
    gels: Sequence[bool], repeat: Sequence[bool] = (), *, repeat_wells: int
) -> GelOutcome:
    """Outcome of the limit test: two tubes, and a repeat if exactly one of them has a gel.

    Parameters
    ----------
    gels
        Whether each of the two tubes of the sample gave a firm gel.
    repeat
        The tubes of the repeat; empty while it has not been done. All must be without gel.
    repeat_wells
        How many tubes the repeat needs.

    Raises
    ------
    BadInput
        Not two tubes, or a repeat with another number of tubes than it needs.
    """
    if len(gels) != 2:
        raise BadInput(f"{len(gels)} tubes of the sample; expected 2. Give the repeat apart.")
    if sum(map(bool, gels)) != 1:
        return GelOutcome.POSITIVE if all(gels) else GelOutcome.NEGATIVE
    if not repeat:
        return GelOutcome.REPEAT
    if len(repeat) != repeat_wells:
        raise BadInput(
            f"{len(repeat)} tubes in the repeat; expected {repeat_wells}. Read them all."
        )
    return GelOutcome.POSITIVE if any(repeat) else GelOutcome.NEGATIVE


def _geometric_mean(values: Sequence[float], what: str) -> float:
    if not values:
        raise BadInput(f"no {what} given; expected at least one.")
    logs = [math.log10(inputs.positive(value, what)) for value in values]
    return float(10 ** (math.fsum(logs) / len(logs)))
