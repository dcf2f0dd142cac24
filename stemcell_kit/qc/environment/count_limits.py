"""Alert and action levels from own environmental counts, by a rule that is stated.

Counts of clean rooms are mostly zeros with rare high values. Poisson limits and mean + 3 SD
do not describe them; a percentile by a stated definition or a negative binomial does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import numpy as np
from scipy import optimize, special, stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.environment.environmental_counts import checked_counts
from stemcell_kit.shown import Shown

__all__ = ["CountLimits", "NegativeBinomial", "count_limits", "negative_binomial"]

_PERCENTILES = {
    "inverse cdf": "inverted_cdf",
    "linear": "linear",
    "next higher": "higher",
}
_MODELS = ("negative binomial", "poisson", "mean + sd")


@dataclass(frozen=True)
class NegativeBinomial(Shown):
    """Maximum-likelihood fit: mean m and size k, with variance m + m^2 / k."""

    mean: float
    size: float
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The size k; the smaller, the more the counts cluster."""
        return self.size

    def quantile(self, share: float) -> int:
        """Smallest count that at least *share* of plates do not exceed."""
        return int(stats.nbinom.ppf(share, self.size, self.size / (self.size + self.mean)))


@dataclass(frozen=True)
class CountLimits(Shown):
    """Alert and action level and the rule they come from."""

    alert: float
    action: float
    rule: str
    n: int
    notes: tuple[str, ...] = ()


def negative_binomial(counts: Sequence[int]) -> NegativeBinomial:
    """Fit a negative binomial by maximum likelihood; the mean is that of the counts.

    Raises
    ------
    BadInput
        Fewer than two counts, none above zero, or counts that scatter no more than a Poisson law:
        then k has no finite value.
    """
    given = np.array(checked_counts(counts))
    mean = float(given.mean())
    # the likelihood has a finite maximum only if the variance (n) exceeds the mean
    if float(given.var()) <= mean:
        raise BadInput(
            f"variance {given.var():.3g} is not above the mean {mean:.3g}; expected more scatter. "
            "A Poisson law describes these counts: use it."
        )

    def slope(log_size: float) -> float:
        k = math.exp(log_size)
        terms = special.digamma(given + k) - special.digamma(k)
        return float(terms.sum() - len(given) * math.log1p(mean / k))

    low, high = -1.0, 1.0
    while slope(low) < 0:
        low -= 1
    while slope(high) > 0:
        high += 1
    size = math.exp(optimize.brentq(slope, low, high, xtol=1e-12))
    return NegativeBinomial(mean, size, len(given), ("maximum likelihood",))


def count_limits(
    counts: Sequence[int],
    *,
    rule: str,
    alert: float,
    action: float,
    regulatory: float = math.inf,
) -> CountLimits:
    """Alert and action level from own counts by a rule that is stated.

    Parameters
    ----------
    rule
        Percentile of the data by definition ``inverse cdf``, ``linear`` or ``next higher``;
        percentile of a ``negative binomial`` or ``poisson`` law; or ``mean + sd``.
    alert, action
        Shares such as 0.95 and 0.99; for ``mean + sd`` the multiples of the SD.
    regulatory
        A level is never set above it.

    Raises
    ------
    BadInput
        An unknown rule, an action level below the alert level, or too few counts.
    """
    given = checked_counts(counts)
    if rule not in (*_PERCENTILES, *_MODELS):
        raise BadInput(
            f"rule is {rule!r}; expected one of {', '.join((*_PERCENTILES, *_MODELS))}. "
            "Fix one in the procedure: their results differ."
        )
    if not alert < action:
        raise BadInput(f"alert {alert:g} is not below action {action:g}; exchange the two.")
    if rule != "mean + sd":
        alert, action = inputs.open_share(alert, "alert"), inputs.open_share(action, "action")
    levels = [_level(given, rule, one) for one in (alert, action)]
    capped = [min(level, regulatory) for level in levels]
    notes = () if capped == levels else (f"held at the regulatory limit {regulatory:g}",)
    return CountLimits(capped[0], capped[1], rule, len(given), notes)


def _level(counts: Sequence[int], rule: str, at: float) -> float:
    if rule == "mean + sd":
        return fmean(counts) + at * stdev(counts)
    if rule == "poisson":
        return float(stats.poisson.ppf(at, fmean(counts)))
    if rule == "negative binomial":
        return float(negative_binomial(counts).quantile(at))
    method = _PERCENTILES[rule]
    return float(np.quantile(np.array(counts), at, method=method))  # type: ignore[call-overload]
