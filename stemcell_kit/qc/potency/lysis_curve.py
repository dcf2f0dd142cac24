"""One number for a whole killing curve: the area under lysis over log10 of the E:T ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc.potency.wells import pairs

__all__ = ["LysisArea", "lysis_area"]


@dataclass(frozen=True)
class LysisArea(Measurement):
    """Area in percent times decades; ``mean_percent`` is the area over the range of ratios.

    ``rises`` says whether mean lysis never falls from one ratio to the next.
    """

    mean_percent: float = 0.0
    rises: bool = False


def lysis_area(ratios: Sequence[float], lysis_percent: Sequence[float]) -> LysisArea:
    """Area under specific lysis over log10 E:T by trapezoids; replicates are averaged.

    It needs no model and is defined where lytic units are not, but it holds only for the ratios
    tested: compare lots on equal series.

    Raises
    ------
    BadInput
        Fewer than two ratios, or one that is not above zero.
    """
    ratio, lysis = pairs({"ratio": ratios, "lysis": lysis_percent}, "ratio", "lysis")
    if (ratio <= 0).any():
        raise BadInput(f"an E:T ratio is {ratio.min():g}; expected more than 0. Check the column.")
    levels = np.unique(ratio)
    if len(levels) < 2:
        raise BadInput(f"{len(levels)} E:T ratio; expected at least 2. Test a series of ratios.")
    means = np.array([lysis[ratio == level].mean() for level in levels])
    x = np.log10(levels)
    area = float(np.sum(np.diff(x) * (means[1:] + means[:-1]) / 2))
    rises = bool((np.diff(means) >= 0).all())
    notes = () if rises else ("lysis falls between two neighbouring ratios: look at these wells",)
    mean = area / float(x[-1] - x[0])
    return LysisArea("lysis_area", area, "% log10(E:T)", len(lysis), None, notes, mean, rises)
