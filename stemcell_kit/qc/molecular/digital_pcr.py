"""Copy number by digital PCR: counting empty partitions."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["DigitalCopyNumber", "SaturatedPartitions", "digital_copy_number", "poisson_lambda"]


class SaturatedPartitions(BadInput):
    """Every partition is positive, so the amount has no upper bound."""


@dataclass(frozen=True)
class DigitalCopyNumber(Shown):
    """Copies per cell by digital PCR; the lambdas are mean copies per partition."""

    copies: float
    lambda_target: float
    lambda_reference: float
    interval: Interval
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per cell."""
        return self.copies

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies"


def digital_copy_number(
    *,
    target_negative: int,
    target_total: int,
    reference_negative: int,
    reference_total: int,
    reference_copies: float = 2.0,
    confidence: float = 0.95,
) -> DigitalCopyNumber:
    """Copies per cell from negative partitions: ``lambda = -ln(negative / total)``.

    ``copies = reference_copies * lambda_target / lambda_reference``. The interval is the delta
    method on the log ratio with binomial partitions, target and reference independent. Without
    a positive target partition it runs from 0 to the exact one-sided limit of the target.

    Raises
    ------
    SaturatedPartitions
        Target or reference has no negative partition.
    BadInput
        The reference has no positive partition, or the numbers contradict each other.
    """
    level = inputs.open_share(confidence, "confidence")
    lam_t, var_t = poisson_lambda(target_negative, target_total, "target")
    lam_r, var_r = poisson_lambda(reference_negative, reference_total, "reference")
    if lam_r == 0:
        raise BadInput(
            "the reference has no positive partition; expected some. Without reference DNA no "
            "copies per cell can be told: check extraction and input amount."
        )
    per_lambda = inputs.positive(reference_copies, "reference_copies") / lam_r
    copies, notes = lam_t * per_lambda, ["partitions follow the Poisson law"]
    if lam_t == 0:
        high = per_lambda * -math.log1p(-level) / target_total
        interval = Interval(0.0, high, confidence, "exact one-sided, reference taken as known")
        notes += ("no positive target partition: report below the upper limit, not zero",)
    else:
        half = float(special.ndtri((1 + level) / 2)) * math.sqrt(var_t + var_r)
        ends = copies * math.exp(-half), copies * math.exp(half)
        interval = Interval(*ends, confidence, "delta method on the log ratio")
    return DigitalCopyNumber(copies, lam_t, lam_r, interval, int(target_total), tuple(notes))


def poisson_lambda(negative: int, total: int, what: str) -> tuple[float, float]:
    """Mean copies per partition and the variance of its logarithm (0 when nothing is positive)."""
    partitions = inputs.count(total, f"number of {what} partitions")
    empty = inputs.count(negative, f"number of negative {what} partitions")
    if partitions == 0 or empty > partitions:
        raise BadInput(
            f"{empty} negative of {partitions} {what} partitions; expected at least one partition "
            "and no more negative ones than partitions. Check the columns."
        )
    if empty == 0:
        raise SaturatedPartitions(
            f"all {partitions} {what} partitions are positive; expected some negative. "
            "The reaction is saturated: dilute the DNA and repeat."
        )
    lam = -math.log(empty / partitions)
    if empty == partitions:
        return 0.0, 0.0
    return lam, (partitions - empty) / (empty * partitions) / lam**2
