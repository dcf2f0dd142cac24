"""Concentration by digital PCR: one well, and replicate wells with both kinds of error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.digital_pcr import SaturatedPartitions, poisson_lambda
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = [
    "DigitalConcentration",
    "ReplicateConcentration",
    "SaturatedPartitions",
    "concentration",
    "replicate_concentration",
]

_NL_PER_UL = 1000.0


@dataclass(frozen=True)
class DigitalConcentration(Shown):
    """Copies per microlitre of the undiluted sample, of one well or of pooled wells."""

    copies_per_ul: float
    copies_per_partition: float
    interval: Interval
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per microlitre."""
        return self.copies_per_ul

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies/µL"


def concentration(
    positive: int,
    total: int,
    *,
    partition_volume_nl: float,
    dilution: float = 1.0,
    confidence: float = 0.95,
) -> DigitalConcentration:
    """Copies per microlitre of the sample from the positive partitions of one well.

    ``lambda = -ln(1 - positive / total)``; copies/µL = lambda / partition volume x dilution. The
    interval is the exact (Clopper-Pearson) interval of the positive share, put through the same
    formula: counting error only. With 0 positives it runs from 0 to the exact one-sided limit.

    Parameters
    ----------
    positive, total
        Positive and valid partitions.
    partition_volume_nl
        Volume of one partition in nanolitres, from the instrument's documentation.
    dilution
        Fold by which the sample was diluted before it was counted: 10 for 1 in 10.

    Raises
    ------
    SaturatedPartitions
        No partition is negative.
    BadInput
        The counts contradict each other.
    """
    level = inputs.open_share(confidence, "confidence")
    seen, partitions = inputs.count(positive, "positive"), inputs.count(total, "total")
    if seen > partitions:
        raise BadInput(
            f"{seen} positive of {partitions} partitions; expected no more positive ones than "
            "partitions. Check the columns."
        )
    lam, _ = poisson_lambda(partitions - seen, partitions, "valid")
    per_ul = _NL_PER_UL / inputs.positive(partition_volume_nl, "partition_volume_nl")
    per_ul *= _fold(dilution)
    if seen == 0:
        high = -math.log1p(-level) / partitions
        interval = Interval(0.0, high * per_ul, confidence, "exact one-sided")
        note = "no positive partition: report below the upper limit, not zero"
        return DigitalConcentration(0.0, 0.0, interval, partitions, (note,))
    ends = clopper_pearson(seen, partitions, confidence=confidence)
    low, high = (-math.log1p(-share) * per_ul for share in (ends.low, ends.high))
    interval = Interval(low, high, confidence, "exact binomial through the Poisson law")
    notes = ("the interval holds the counting error alone, not pipetting or extraction",)
    return DigitalConcentration(lam * per_ul, lam, interval, partitions, notes)


@dataclass(frozen=True)
class ReplicateConcentration(Shown):
    """Copies per microlitre over replicate wells, with both kinds of error apart.

    ``interval`` is the total error between wells (t); ``counting`` is that of the pooled
    partitions alone.
    """

    copies_per_ul: float
    interval: Interval
    counting: Interval
    between_sd: float
    counting_sd: float
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per microlitre, mean of the wells."""
        return self.copies_per_ul

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies/µL"


def replicate_concentration(
    positives: Sequence[int],
    totals: Sequence[int],
    *,
    partition_volume_nl: float,
    dilution: float = 1.0,
    confidence: float = 0.95,
) -> ReplicateConcentration:
    """Mean concentration of replicate wells with its total error between wells.

    Counting explains a spread of ``counting_sd`` between wells; what ``between_sd`` has beyond it
    comes from pipetting, loading or the sample. More partitions do not remove it, more wells do.

    Raises
    ------
    SaturatedPartitions
        A well has no negative partition.
    BadInput
        Fewer than two wells, lists of unequal length, or impossible counts.
    """
    if len(positives) != len(totals) or len(positives) < 2:
        raise BadInput(
            f"{len(positives)} positive and {len(totals)} total counts; expected the same number "
            "of both, from at least 2 wells. One well has no error between wells."
        )
    about = {"partition_volume_nl": partition_volume_nl, "dilution": dilution}
    wells = [concentration(p, t, **about) for p, t in zip(positives, totals, strict=True)]
    mean, between = fmean(w.value for w in wells), stdev([w.value for w in wells])
    pooled = concentration(sum(positives), sum(totals), **about, confidence=confidence)
    n = len(wells)
    half = float(special.stdtrit(n - 1, (1 + confidence) / 2)) * between / math.sqrt(n)
    total = Interval(max(0.0, mean - half), mean + half, confidence, "t between wells: total error")
    counting_sd = _counting_sd(wells)
    notes = [f"between wells SD {between:.3g}, counting alone explains {counting_sd:.3g} copies/µL"]
    if pooled.value == 0:
        notes.append("no positive partition in any well: the upper limit is that of the counting")
    return ReplicateConcentration(
        mean, total, pooled.interval, between, counting_sd, n, tuple(notes)
    )


def _counting_sd(wells: Sequence[DigitalConcentration]) -> float:
    """SD of one well's concentration that the binomial law alone gives, root mean square."""
    squares = []
    for well in wells:
        lam = well.copies_per_partition
        per_lambda = well.value / lam if lam else 0.0
        squares.append(per_lambda**2 * math.expm1(lam) / well.n)
    return math.sqrt(fmean(squares))


def _fold(dilution: float) -> float:
    fold = inputs.number(dilution, "dilution")
    if fold < 1:
        raise BadInput(
            f"dilution is {fold:g}; expected 1 or more, the fold of the dilution. "
            "Write 1 in 10 as 10, not 0.1."
        )
    return fold
