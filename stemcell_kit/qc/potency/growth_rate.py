"""Growth-rate inhibition: an effect on growth, not on the number of cells at the end.

A drug looks more potent on cells that divide faster when only end points are compared. The GR
value uses the amount at the start: 1 is growth as in the control, 0 is no growth, below 0 means
that cells were killed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.dose_response import (
    CurveRules,
    HalfDose,
    absolute_ic50,
)
from stemcell_kit.qc.potency.response_area import response_area
from stemcell_kit.qc.potency.wells import pairs
from stemcell_kit.shown import Shown

__all__ = ["GrMetrics", "NoGrowth", "gr_area", "gr_metrics", "growth_rate_value"]


class NoGrowth(BadInput):
    """The control did not grow, so there is no growth to inhibit."""


@dataclass(frozen=True)
class GrMetrics(Shown):
    """GR50 with its curve-free companions.

    ``gr_max`` is the mean GR value at the highest dose (below 0: cells were killed) and
    ``area_over_curve`` the mean of 1 - GR over log10 of dose.
    """

    gr50: HalfDose
    gr_max: float
    area_over_curve: float
    n: int

    @property
    def value(self) -> float:
        """GR50."""
        return self.gr50.value


def growth_rate_value(treated: float, *, control: float, start: float) -> Measurement:
    """GR value: ``2**(log2(treated / start) / log2(control / start)) - 1``.

    Parameters
    ----------
    treated, control
        Amount (cells, or a signal in proportion) with and without drug at the end.
    start
        Amount when the drug was added: the plate of day 0.

    Raises
    ------
    NoGrowth
        The control is not above the start.
    BadInput
        An amount that is not above zero.

    Source
    ------
    Hafner et al. 2016, Nat Methods 13:521.
    """
    begun = inputs.positive(start, "start")
    grown = inputs.positive(control, "control")
    if grown <= begun:
        raise NoGrowth(
            f"the control went from {begun:g} to {grown:g}; expected growth. Without it no GR "
            "value can be told: check the day-0 plate, the medium and the duration."
        )
    left = inputs.positive(treated, "treated")
    value = math.exp2(math.log2(left / begun) / math.log2(grown / begun)) - 1
    notes = ("below 0: fewer than at the start, cells were killed",) if value < 0 else ()
    return Measurement("growth_rate_value", value, "", None, None, notes)


def gr_metrics(
    doses: Sequence[float], gr_values: Sequence[float], **rules: Unpack[CurveRules]
) -> GrMetrics:
    """GR50 from GR values over dose; the curve starts from 1.

    Parameters
    ----------
    doses, gr_values
        One entry a well.
    rules
        As for :func:`~stemcell_kit.qc.potency.dose_response.dose_response`, in GR units.

    Raises
    ------
    NoFit
        The curve supports no GR50 (see ``dose_response`` and ``absolute_ic50``); GRmax and
        :func:`gr_area` hold without it.
    """
    dose, response = pairs({"dose": doses, "gr": gr_values}, "dose", "gr")
    asked: CurveRules = {"top": 1.0}
    asked.update(rules)
    gr50 = absolute_ic50(doses, gr_values, level=0.5, **asked)
    top_dose = float(np.mean(response[dose == dose.max()]))
    return GrMetrics(gr50, top_dose, gr_area(doses, gr_values).value, len(dose))


def gr_area(doses: Sequence[float], gr_values: Sequence[float]) -> Measurement:
    """Area over the GR curve: mean of 1 - GR over log10 of dose, by trapezoids; 0 is no effect."""
    below = response_area(doses, gr_values, full=1.0)
    return Measurement("gr_area_over_curve", 1 - below.value, "", below.n, None, below.notes)
