"""Relative quantity by PCR: fold against a calibrator, with the error that fits the tubes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.cq_wells import (
    Cq,
    Replicates,
    UndeterminedCq,
    read_wells,
    replicates,
    welch_half_width,
)
from stemcell_kit.shown import Shown

__all__ = [
    "FoldChange",
    "UndeterminedCq",
    "fold_change",
    "fold_limit",
    "fold_of_ddcq",
    "pfaffl_ratio",
]

_TUBES = ("separate", "same")


@dataclass(frozen=True)
class FoldChange(Shown):
    """Fold of the sample against the calibrator; the interval is asymmetric on this scale.

    ``is_limit`` marks a value that is only an upper limit, because the target was not detected.
    """

    fold: float
    ddcq: float
    delta_sd: float
    interval: Interval | None
    n: int
    is_limit: bool = False
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Fold against the calibrator."""
        return self.fold

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "fold"

    @property
    def percent(self) -> float:
        """Percent of the calibrator."""
        return 100 * self.fold


def fold_of_ddcq(ddcq: float) -> float:
    """Fold at an efficiency of 100 %: ``2 ** -ddCq``; 7.643 cycles are 0.5 % of the calibrator."""
    return float(2 ** -inputs.number(ddcq, "ddCq"))


def pfaffl_ratio(
    delta_target: float,
    delta_reference: float,
    *,
    efficiency_target: float,
    efficiency_reference: float,
) -> float:
    """Ratio with an efficiency for each gene: ``Et ** dt / Er ** dr``.

    Parameters
    ----------
    delta_target, delta_reference
        Calibrator minus sample, in cycles.
    efficiency_target, efficiency_reference
        Amplification per cycle: 2 is 100 %, 1.95 is 95 %.

    Source
    ------
    Pfaffl 2001, Nucleic Acids Res 29:e45.
    """
    target = math.log(_per_cycle(efficiency_target, "efficiency_target"))
    reference = math.log(_per_cycle(efficiency_reference, "efficiency_reference"))
    log = inputs.number(delta_target, "delta_target") * target
    return math.exp(log - inputs.number(delta_reference, "delta_reference") * reference)


def fold_change(
    target: Cq,
    reference: Cq,
    calibrator_target: Cq,
    calibrator_reference: Cq,
    *,
    tubes: str,
    confidence: float = 0.95,
) -> FoldChange:
    """Fold of a sample against a calibrator: ``2 ** -ddCq`` with the error that fits the tubes.

    Parameters
    ----------
    target, reference, calibrator_target, calibrator_reference
        One Cq or the Cqs of the replicate wells.
    tubes
        ``separate``: target and reference were in different wells, their variances add.
        ``same``: both were in one well (duplex), in the same order; the SD is that of the paired
        difference, because what one pipettes moves both alike.

    Returns
    -------
    The interval is ``2 ** -(ddCq ± half)`` with Welch's degrees of freedom; none if any kind has
    a single well. ``delta_sd`` is the SD of the sample's delta Cq.

    Raises
    ------
    UndeterminedCq
        A well has no Cq; for a target that was not detected see ``fold_limit``.
    BadInput
        Tubes is neither word, or wells of one tube do not pair.

    Source
    ------
    Livak & Schmittgen 2001, Methods 25:402; Applied Biosystems User Bulletin 2.
    """
    if tubes not in _TUBES:
        raise BadInput(f"tubes is {tubes!r}; expected {' or '.join(_TUBES)}.")
    names = ("target", "reference", "calibrator target", "calibrator reference")
    wells = (target, reference, calibrator_target, calibrator_reference)
    four = [read_wells(w, name) for w, name in zip(wells, names, strict=True)]
    parts, scales = _separate(four) if tubes == "separate" else _paired(four)
    ddcq = sum(s * part.mean for s, part in zip(scales, parts, strict=True))
    half = welch_half_width(parts, scales, confidence)
    interval = None
    if half is not None:
        ends = 2 ** -(ddcq + half), 2 ** -(ddcq - half)
        interval = Interval(*ends, confidence, f"{tubes} tubes, Welch t on the scale of cycles")
    notes = ["efficiency of both genes taken as 100 %"]
    if half is None:
        notes.append("no interval: at least two wells of each kind are needed")
    sd = _delta_sd(four, tubes)
    return FoldChange(fold_of_ddcq(ddcq), ddcq, sd, interval, sum(map(len, four)), False,
                      tuple(notes))  # fmt: skip


def fold_limit(
    target: Sequence[float],
    reference: Cq,
    calibrator_target: Cq,
    calibrator_reference: Cq,
    *,
    cycle_limit: float,
    confidence: float = 0.95,
) -> FoldChange:
    """Upper limit of the fold when wells of the target stayed undetermined.

    Each undetermined well counts as *cycle_limit*, the last cycle of the run or the Cq of the
    limit of detection; the true Cq is later, so the true fold is lower. The result is marked
    ``is_limit`` and its interval starts at 0.

    Parameters
    ----------
    target
        Cqs of the sample's target; NaN for no amplification. A Cq after *cycle_limit* counts as
        undetermined.

    Raises
    ------
    BadInput
        Every target well has a Cq: use ``fold_change``.
    """
    last = inputs.positive(cycle_limit, "cycle_limit")
    missing = [cq is None or math.isnan(cq) or cq > last for cq in target]
    if not any(missing):
        raise BadInput(
            "every target well has a Cq; expected at least one undetermined. "
            "Use fold_change, which gives the fold and not a limit."
        )
    filled = [last if gone else cq for cq, gone in zip(target, missing, strict=True)]
    found = fold_change(filled, reference, calibrator_target, calibrator_reference,
                        tubes="separate", confidence=confidence)  # fmt: skip
    high = found.fold if found.interval is None else found.interval.high
    notes = (
        f"{sum(missing)} of {len(filled)} target wells undetermined, counted as Cq {last:g}: "
        "report below this fold, not equal to it",
        *found.notes,
    )
    interval = Interval(0.0, high, confidence, "upper limit; undetermined wells at the last cycle")
    return replace(found, interval=interval, is_limit=True, notes=notes)


def _separate(four: Sequence[Sequence[float]]) -> tuple[list[Replicates], tuple[float, ...]]:
    return [replicates(wells, "a well") for wells in four], (1.0, -1.0, -1.0, 1.0)


def _paired(four: Sequence[Sequence[float]]) -> tuple[list[Replicates], tuple[float, ...]]:
    target, reference, cal_target, cal_reference = four
    if len(target) != len(reference) or len(cal_target) != len(cal_reference):
        raise BadInput(
            f"{len(target)} target and {len(reference)} reference wells, calibrator "
            f"{len(cal_target)} and {len(cal_reference)}; expected pairs, since both genes of one "
            "tube give one Cq each. Leave out both Cqs of a well, or choose separate tubes."
        )
    pairs = ((target, reference), (cal_target, cal_reference))
    return [_replicates_of([t - r for t, r in zip(*pair, strict=True)]) for pair in pairs], (1, -1)


def _replicates_of(deltas: Sequence[float]) -> Replicates:
    variance = stdev(deltas) ** 2 / len(deltas) if len(deltas) > 1 else 0.0
    return Replicates(fmean(deltas), variance, len(deltas))


def _delta_sd(four: Sequence[Sequence[float]], tubes: str) -> float:
    """SD of the sample's delta Cq; 0 where a single well has none."""
    target, reference = four[:2]
    if min(len(target), len(reference)) < 2:
        return 0.0
    if tubes == "same":
        return stdev([t - r for t, r in zip(target, reference, strict=True)])
    return math.hypot(stdev(target), stdev(reference))


def _per_cycle(efficiency: float, what: str) -> float:
    if not 1 < inputs.number(efficiency, what) < 3:
        raise BadInput(
            f"{what} is {efficiency:g}; expected the amplification per cycle, above 1 and near 2. "
            "Write 95 % as 1.95."
        )
    return efficiency
