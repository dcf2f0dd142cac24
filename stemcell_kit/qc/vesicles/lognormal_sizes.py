"""What a log-normal size distribution gives exactly, to check an analysis against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.vesicles.particle_size import ParticleSize, particle_size, size_window
from stemcell_kit.shown import Shown

__all__ = [
    "LognormalSizes",
    "binned_lognormal",
    "lognormal_reference",
    "lognormal_window_share",
]


@dataclass(frozen=True)
class LognormalSizes(Shown):
    """What a log-normal size distribution gives exactly; ``value`` is the median in nm."""

    value: float
    mean_nm: float
    mode_nm: float
    d10_nm: float
    d90_nm: float
    unit: str = "nm"


def lognormal_reference(median_nm: float, sigma: float) -> LognormalSizes:
    """Return exact mean, mode and percentiles of a log-normal size distribution.

    Parameters
    ----------
    median_nm
        Median diameter.
    sigma
        SD of the natural logarithm of the diameter.

    Raises
    ------
    BadInput
        Median or sigma is not above zero.
    """
    median, spread = inputs.positive(median_nm, "median_nm"), inputs.positive(sigma, "sigma")
    tail = NormalDist().inv_cdf(0.9) * spread
    return LognormalSizes(
        value=median,
        mean_nm=median * math.exp(spread**2 / 2),
        mode_nm=median * math.exp(-(spread**2)),
        d10_nm=median * math.exp(-tail),
        d90_nm=median * math.exp(tail),
    )


def lognormal_window_share(
    median_nm: float, sigma: float, *, low_nm: float, high_nm: float
) -> float:
    """Share of a log-normal size distribution between two diameters, in percent.

    Raises
    ------
    BadInput
        Median or sigma is not above zero, or the window is empty or upside down.
    """
    low, high = size_window(low_nm, high_nm)
    return 100 * (_below(median_nm, sigma, high) - _below(median_nm, sigma, low))


def binned_lognormal(
    median_nm: float, sigma: float, *, width_nm: float, high_nm: float
) -> ParticleSize:
    """Describe the histogram that a log-normal distribution gives in bins from 0 to *high_nm*.

    Beside :func:`lognormal_reference` it shows what the width of the bins costs.

    Raises
    ------
    BadInput
        Median, sigma or width is not above zero, or there is no whole bin below *high_nm*.
    """
    width = inputs.positive(width_nm, "width_nm")
    bins = int(inputs.positive(high_nm, "high_nm") / width)
    if bins < 1:
        raise BadInput(f"no bin of {width:g} nm below {high_nm:g} nm; choose a narrower bin")
    edges = [width * place for place in range(bins + 1)]
    below = [_below(median_nm, sigma, edge) for edge in edges]
    return particle_size(edges, [high - low for low, high in pairwise(below)])


def _below(median_nm: float, sigma: float, diameter_nm: float) -> float:
    median, spread = inputs.positive(median_nm, "median_nm"), inputs.positive(sigma, "sigma")
    if diameter_nm == 0:
        return 0.0
    return NormalDist(math.log(median), spread).cdf(math.log(diameter_nm))
