"""Two methods on the same material compared by their most probable numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.sterility.most_probable_number import MostProbableNumber, most_probable_number
from stemcell_kit.shown import Shown

__all__ = ["MpnRatio", "mpn_ratio"]


@dataclass(frozen=True)
class MpnRatio(Shown):
    """Number of the alternative method over that of the reference method; ``n`` tubes."""

    value: float
    unit: str
    n: int
    interval: Interval
    non_inferior: bool
    alternative: float
    reference: float


def mpn_ratio(
    alternative: Mapping[str, Sequence[float]],
    reference: Mapping[str, Sequence[float]],
    *,
    least_ratio: float,
    confidence: float = 0.90,
) -> MpnRatio:
    """Ratio of two MPNs with its interval; non-inferior if the lower limit exceeds *least_ratio*.

    Parameters
    ----------
    alternative, reference
        ``positives``, ``tubes`` and ``volumes_ml`` of each method, one entry per level.
    least_ratio
        Smallest ratio that is still accepted, set before the study.
    confidence
        Two-sided; 0.90 tests non-inferiority at 5 %, one-sided.

    Raises
    ------
    BadInput
        All tubes of one method agree, so that it has no standard error.
    """
    above = inputs.share(least_ratio, "least_ratio")
    z = float(special.ndtri((1 + inputs.open_share(confidence, "confidence")) / 2))
    first, second = _number(alternative, "alternative"), _number(reference, "reference")
    se = math.log(10) * math.hypot(first.se_log10 or 0.0, second.se_log10 or 0.0)
    ratio = first.value / second.value
    ends = ratio * math.exp(-z * se), ratio * math.exp(z * se)
    interval = Interval(*ends, confidence, "normal on the log ratio, observed information")
    n = first.n + second.n
    return MpnRatio(ratio, "", n, interval, ends[0] > above, first.value, second.value)


def _number(tubes: Mapping[str, Sequence[float]], what: str) -> MostProbableNumber:
    names = {"positives", "tubes", "volumes_ml"}
    if set(tubes) != names:
        raise BadInput(f"{what} has {sorted(tubes)}; expected {', '.join(sorted(names))}.")
    found = most_probable_number(
        [inputs.count(k, "positive tubes") for k in tubes["positives"]],
        [inputs.count(k, "tubes of a level") for k in tubes["tubes"]],
        tubes["volumes_ml"],
    )
    if found.se_log10 is None:
        raise BadInput(
            f"all tubes of the {what} method agree, so its number has one limit only and no ratio "
            "can be told. Choose volumes at which some tubes grow and some stay clear."
        )
    return found
