"""Reading a sample on the kinetic curve: endotoxin with its dilution, or the limit to report.

A sample below the curve is reported below dilution x lowest standard, never as 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.endotoxin.kinetic_curve import KineticCurve, kinetic_curve, reacted_wells
from stemcell_kit.qc.proportions import checked_confidence
from stemcell_kit.shown import Shown

__all__ = ["KineticReading", "curve_of", "line_reading", "read_sample"]


@dataclass(frozen=True)
class KineticReading(Shown):
    """Endotoxin of an undiluted sample; ``relation`` is ``=``, ``<`` or ``>``.

    Outside the standards ``value`` is the limit that can be reported, never 0.
    """

    value: float
    relation: str
    in_well_eu_per_ml: float
    dilution: float
    cv_percent: float
    n: int
    interval: Interval | None = None
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "EU/mL"

    @property
    def reported(self) -> str:
        """The result as a report states it."""
        sign = "" if self.relation == "=" else f"{self.relation} "
        return f"{sign}{self.value:.3g} {self.unit}"


def curve_of(standards: Mapping[str, Sequence[float]] | KineticCurve) -> KineticCurve:
    """Return the curve of these standards; a curve that is fitted already stays as it is."""
    return standards if isinstance(standards, KineticCurve) else kinetic_curve(standards)


def line_reading(standards: Mapping[str, Sequence[float]] | KineticCurve, onset_s: float) -> float:
    """Endotoxin in EU/mL that the line gives for an onset time, also outside the standards.

    For a report use :func:`read_sample`, which does not extrapolate.
    """
    return curve_of(standards).eu_per_ml(inputs.positive(onset_s, "onset_s"))


def read_sample(
    standards: Mapping[str, Sequence[float]] | KineticCurve,
    onset_s: Sequence[float | None],
    *,
    dilution: float,
    confidence: float = 0.95,
) -> KineticReading:
    """Read the wells of one sample on the line and multiply with the dilution.

    Parameters
    ----------
    standards
        Table with ``eu_per_ml`` and ``onset_s`` of each well, or the curve fitted to it.
    onset_s
        Onset time of each replicate well in seconds; NaN or None for a well without reaction.
    dilution
        40 for 1:40; 1 for undiluted.

    Returns
    -------
    ``<`` dilution x lowest standard where the sample is below the curve, ``>`` dilution x highest
    standard above it. The interval is inverse prediction on the log scale.

    Raises
    ------
    BadInput
        No well, a dilution below 1, or an onset time that is none.
    """
    curve = curve_of(standards)
    level, factor = checked_confidence(confidence), _checked_dilution(dilution)
    reacted, silent = reacted_wells(onset_s, "sample")
    mean = fmean(reacted) if reacted else math.inf
    cv = 100 * stdev(reacted) / mean if len(reacted) > 1 else 0.0
    relation, in_well = _bounded(curve, curve.eu_per_ml(mean) if reacted else 0.0)
    notes, interval = [_outside(relation, curve)] if relation != "=" else [], None
    if silent and reacted:
        notes.append(f"{silent} of {len(onset_s)} wells did not react; read on those that did")
    if relation == "=":
        low, high = _inverse_range(curve, mean, len(reacted), level)
        interval = Interval(factor * low, factor * high, level, "inverse prediction")
    return KineticReading(
        factor * in_well, relation, in_well, factor, cv, len(onset_s), interval, tuple(notes)
    )


def _checked_dilution(dilution: float) -> float:
    factor = inputs.number(dilution, "dilution")
    if factor < 1:
        raise BadInput(f"dilution is {factor:g}; expected 1 or more. For 1:40 write 40.")
    return factor


def _bounded(curve: KineticCurve, in_well: float) -> tuple[str, float]:
    if in_well < curve.lowest_eu_per_ml:
        return "<", curve.lowest_eu_per_ml
    if in_well > curve.highest_eu_per_ml:
        return ">", curve.highest_eu_per_ml
    return "=", in_well


def _outside(relation: str, curve: KineticCurve) -> str:
    if relation == "<":
        low = curve.lowest_eu_per_ml
        return f"below the lowest standard {low:g} EU/mL: report below dilution x {low:g}, not 0"
    high = curve.highest_eu_per_ml
    return f"above the highest standard {high:g} EU/mL: dilute more and repeat"


def _inverse_range(
    curve: KineticCurve, onset_s: float, wells: int, level: float
) -> tuple[float, float]:
    """Inverse prediction of a mean of *wells* onset times, on log10 concentration."""
    logs = [math.log10(one.eu_per_ml) for one in curve.levels for _ in range(one.n)]
    centre = fmean(logs)
    spread = math.fsum((one - centre) ** 2 for one in logs)
    here = (math.log10(onset_s) - curve.intercept) / curve.slope
    error = abs(curve.residual_sd / curve.slope) * math.sqrt(
        1 / wells + 1 / curve.n + (here - centre) ** 2 / spread
    )
    half = float(stats.t.ppf((1 + level) / 2, curve.n - 2)) * error
    return 10 ** (here - half), 10 ** (here + half)
