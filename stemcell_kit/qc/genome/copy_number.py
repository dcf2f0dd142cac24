"""Copy number by qPCR and digital PCR, e.g. of 20q11.21, and what noise hides.

A one-copy gain in 10 % of the cells moves Cq by 0.07 only. Copies are therefore never rounded
to a whole number here, and every result that has replicates carries its interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.cq_wells import (
    Cq,
    Replicates,
    UndeterminedCq,
    replicates,
    welch_half_width,
)
from stemcell_kit.qc.molecular.digital_pcr import (
    DigitalCopyNumber,
    SaturatedPartitions,
    digital_copy_number,
)
from stemcell_kit.shown import Shown

__all__ = [
    "CopyNumber",
    "Cq",
    "DigitalCopyNumber",
    "SaturatedPartitions",
    "UndeterminedCq",
    "copies_from_ratio",
    "ddcq_standard_error",
    "delta_delta_cq",
    "digital_copy_number",
    "expected_ddcq",
    "mosaic_copies",
    "mosaic_fraction",
    "normal_band",
    "relative_copy_number",
]


@dataclass(frozen=True)
class CopyNumber(Shown):
    """Copies per cell by qPCR. ``interval`` is in copies, or ``None`` without replicates."""

    copies: float
    ratio: float
    ddcq: float
    interval: Interval | None
    replicates: tuple[int, int, int, int]
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per cell."""
        return self.copies

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies"

    @property
    def n(self) -> int:
        """Number of wells."""
        return sum(self.replicates)


_ROLES = ("target", "reference", "calibrator target", "calibrator reference")


def _read_four(wells: tuple[object, ...]) -> tuple[Replicates, ...]:
    return tuple(replicates(w, role) for w, role in zip(wells, _ROLES, strict=True))


def _ddcq(four: tuple[Replicates, ...]) -> float:
    target, reference, cal_target, cal_reference = (r.mean for r in four)
    return (target - reference) - (cal_target - cal_reference)


def _replicate_notes(four: tuple[Replicates, ...], half_width: float | None) -> list[str]:
    counts = [r.n for r in four]
    notes = []
    if len(set(counts)) > 1:
        told = ", ".join(f"{role} {n}" for role, n in zip(_ROLES, counts, strict=True))
        notes.append(f"unequal replicates: {told}")
    if half_width is None:
        notes.append("no interval: at least two wells of each kind are needed")
    elif half_width == 0:
        notes.append("replicates are identical: the interval has no width; check for copied wells")
    else:
        notes.append("target and reference are taken as separate wells, so all four SDs add")
    return notes


_METHOD = "delta method, separate wells, Welch t"


def delta_delta_cq(
    target: Cq,
    reference: Cq,
    calibrator_target: Cq,
    calibrator_reference: Cq,
    *,
    confidence: float = 0.95,
) -> Measurement:
    """ΔΔCq = (target - reference) of the sample minus the same of the calibrator, in cycles.

    Each argument is one Cq or the Cqs of its replicate wells; replicates are averaged.

    Raises
    ------
    UndeterminedCq
        A well has no Cq. It is never replaced by a number.
    """
    four = _read_four((target, reference, calibrator_target, calibrator_reference))
    ddcq, half = _ddcq(four), welch_half_width(four, (1.0,) * 4, confidence)
    interval = None if half is None else Interval(ddcq - half, ddcq + half, confidence, _METHOD)
    notes = tuple(_replicate_notes(four, half))
    return Measurement("ddcq", ddcq, "cycles", sum(r.n for r in four), interval, notes)


def relative_copy_number(
    target: Cq,
    reference: Cq,
    calibrator_target: Cq,
    calibrator_reference: Cq,
    *,
    efficiency_target: float = 2.0,
    efficiency_reference: float = 2.0,
    calibrator_copies: float = 2.0,
    confidence: float = 0.95,
) -> CopyNumber:
    """Copies of the target per cell against a calibrator of known copy number.

    ``ratio = Et ** dt / Er ** dr`` with ``d`` = calibrator minus sample; with both efficiencies
    at 2 this is ``2 ** -ddCq``. ``copies = calibrator_copies * ratio``.

    Parameters
    ----------
    efficiency_target, efficiency_reference
        Amplification per cycle: 2 is 100 %, 1.95 is 95 %.

    Raises
    ------
    UndeterminedCq
        A well has no Cq.
    BadInput
        An efficiency is not an amplification per cycle.
    """
    four = _read_four((target, reference, calibrator_target, calibrator_reference))
    log_target = _log_efficiency(efficiency_target, "efficiency_target")
    log_reference = _log_efficiency(efficiency_reference, "efficiency_reference")
    sample, ref, cal, cal_ref = (r.mean for r in four)
    ratio = math.exp(log_target * (cal - sample) - log_reference * (cal_ref - ref))
    copies = inputs.positive(calibrator_copies, "calibrator_copies") * ratio
    half = welch_half_width(four, (log_target, log_reference) * 2, confidence)
    interval = None
    if half is not None:
        low, high = copies * math.exp(-half), copies * math.exp(half)
        interval = Interval(low, high, confidence, f"{_METHOD} on the log scale")
    notes = _replicate_notes(four, half)
    notes.append(f"efficiencies: target {efficiency_target:g}, reference {efficiency_reference:g}")
    counts = (four[0].n, four[1].n, four[2].n, four[3].n)
    return CopyNumber(copies, ratio, _ddcq(four), interval, counts, tuple(notes))


def _log_efficiency(efficiency: float, what: str) -> float:
    if not 1 < inputs.number(efficiency, what) < 3:
        raise BadInput(
            f"{what} is {efficiency:g}; expected the amplification per cycle, above 1 and near 2. "
            "Write 95 % as 1.95; a slope m of the standard curve gives 10 ** (-1 / m)."
        )
    return math.log(efficiency)


def copies_from_ratio(ratio: float, *, calibrator_copies: float = 2.0) -> Measurement:
    """Copies per cell from a printed ratio (RQ) to a calibrator of known copy number."""
    copies = inputs.not_negative(ratio, "ratio") * inputs.positive(
        calibrator_copies, "calibrator_copies"
    )
    return Measurement("copy_number", copies, "copies")


def expected_ddcq(copies: float, *, calibrator_copies: float = 2.0) -> float:
    """ΔΔCq in cycles that *copies* per cell should give at full efficiency."""
    base = inputs.positive(calibrator_copies, "calibrator_copies")
    return -math.log2(inputs.positive(copies, "copies") / base)


def mosaic_copies(fraction: float, *, extra_copies: int = 1) -> float:
    """Mean copies per cell when a share *fraction* of diploid cells has *extra_copies*."""
    return 2 + _extra(extra_copies) * inputs.share(fraction, "fraction of abnormal cells")


def mosaic_fraction(copies: float | CopyNumber, *, extra_copies: int = 1) -> Measurement:
    """Share of abnormal cells that explains a mean copy number in a diploid culture.

    Parameters
    ----------
    copies
        Copies per cell, or a result with its interval.
    extra_copies
        Copies that an abnormal cell has beyond two: 1 for a trisomy or a duplication, 2 for an
        isochromosome, -1 for a loss. The measurement cannot tell which is true.

    Returns
    -------
    Share of cells. Noise can put it below 0 or above 1: the value is kept, with a note.
    """
    extra = _extra(extra_copies)
    mean = copies.copies if isinstance(copies, CopyNumber) else copies
    share = (inputs.not_negative(mean, "copies") - 2) / extra
    notes = [f"assumes {extra:+d} copies in every abnormal cell and two in the others"]
    if share < 0:
        notes.append("below 0: noise, or a change in the other direction; no share can be told")
    if share > 1:
        notes.append("above 1: more extra copies per cell than assumed, or noise")
    wells = copies.n if isinstance(copies, CopyNumber) else None
    interval = _mosaic_interval(copies, extra)
    return Measurement("mosaic_fraction", share, "share", wells, interval, tuple(notes))


def _extra(extra_copies: int) -> int:
    extra = int(inputs.number(extra_copies, "extra_copies"))
    if extra != extra_copies or extra == 0 or extra < -2:
        raise BadInput(
            f"extra_copies is {extra_copies:g}; expected a whole number other than 0, from -2 up. "
            "Write 1 for a one-copy gain, 2 for an isochromosome, -1 for a loss."
        )
    return extra


def _mosaic_interval(copies: float | CopyNumber, extra: int) -> Interval | None:
    if not isinstance(copies, CopyNumber) or copies.interval is None:
        return None
    known = copies.interval
    low, high = sorted(((known.low - 2) / extra, (known.high - 2) / extra))
    return Interval(low, high, known.confidence, known.method)


def ddcq_standard_error(sd: float, replicates: int) -> float:
    """Standard error of ΔΔCq in cycles when all four means have the same SD and replicates."""
    wells = inputs.count(replicates, "replicates")
    if wells == 0:
        raise BadInput("replicates is 0; expected at least one well of each kind.")
    return math.sqrt(4 * inputs.not_negative(sd, "SD of a Cq") ** 2 / wells)


def normal_band(sd: float, replicates: int, *, confidence: float = 0.95) -> Interval:
    """Copies that a truly diploid sample can read, given the SD of a Cq and the replicates.

    ``2 * 2 ** (±z * SE)`` with the standard error of ``ddcq_standard_error`` and a known SD.
    """
    level = inputs.open_share(confidence, "confidence")
    half = float(special.ndtri((1 + level) / 2)) * ddcq_standard_error(sd, replicates)
    return Interval(2 * 2**-half, 2 * 2**half, confidence, "known SD, normal on the log scale")
