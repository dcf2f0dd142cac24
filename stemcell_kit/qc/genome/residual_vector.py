"""Residual reprogramming vector: copies per cell, and what a zero result can exclude."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.molecular.digital_pcr import digital_copy_number
from stemcell_kit.qc.molecular.standard_curve import copies_from_line
from stemcell_kit.shown import Shown

__all__ = [
    "PG_PER_DIPLOID_GENOME",
    "VectorCopies",
    "cells_in_dna",
    "cells_needed",
    "copies_per_cell",
    "divisions_until",
    "dna_needed_ng",
    "remaining_share",
    "residual_from_cq",
    "residual_from_partitions",
]

PG_PER_DIPLOID_GENOME = 6.6
_PG_PER_NG = 1000.0


@dataclass(frozen=True)
class VectorCopies(Shown):
    """Vector copies per cell, the copies found and the cells whose DNA was analysed."""

    copies_per_cell: float
    copies: float
    cells: float
    interval: Interval
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Copies per cell."""
        return self.copies_per_cell

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "copies/cell"

    @property
    def n(self) -> int:
        """Whole cells analysed."""
        return int(self.cells)


def cells_in_dna(dna_ng: float, *, pg_per_genome: float = PG_PER_DIPLOID_GENOME) -> float:
    """Diploid cells whose DNA weighs *dna_ng*; 100 ng are 15,152 cells."""
    genome = inputs.positive(pg_per_genome, "pg_per_genome")
    return inputs.positive(dna_ng, "dna_ng") * _PG_PER_NG / genome


def copies_per_cell(
    copies: float,
    *,
    dna_ng: float,
    pg_per_genome: float = PG_PER_DIPLOID_GENOME,
    confidence: float = 0.95,
) -> VectorCopies:
    """Vector copies per cell from the copies found in a weighed amount of genomic DNA.

    Parameters
    ----------
    copies
        Copies found in the reaction; 0 if nothing amplified.
    dna_ng
        Genomic DNA in the reaction.
    pg_per_genome
        Weight of the genome of one cell; an aneuploid line weighs more or less.

    Returns
    -------
    The interval is that of the Poisson law for so many copies; after a zero result it runs from
    0 to the one-sided limit -ln(1 - confidence) / cells, at 95 % nearly 3 / cells. It holds no
    error of the curve or of weighing.
    """
    found = inputs.not_negative(copies, "copies")
    cells = cells_in_dna(dna_ng, pg_per_genome=pg_per_genome)
    interval, notes = _counted(found, cells, confidence)
    return VectorCopies(found / cells, found, cells, interval, notes)


def _counted(copies: float, cells: float, confidence: float) -> tuple[Interval, tuple[str, ...]]:
    level = inputs.open_share(confidence, "confidence")
    if copies == 0:
        high = -math.log1p(-level) / cells
        note = f"none found in {cells:.0f} cells: report below {high:.2g} copies per cell, not zero"
        return Interval(0.0, high, confidence, "Poisson, one-sided after zero"), (note,)
    tail = (1 - level) / 2
    # gamma form of the exact limits, which also holds for a number of copies that is not whole
    low = float(special.gammaincinv(copies, tail)) / cells
    high = float(special.gammaincinv(copies + 1, 1 - tail)) / cells
    notes = (f"counting error of {copies:.3g} copies; holds no error of the curve",)
    return Interval(low, high, confidence, "Poisson, exact"), notes


def residual_from_cq(
    cq: float,
    *,
    slope: float,
    intercept: float,
    dna_ng: float,
    pg_per_genome: float = PG_PER_DIPLOID_GENOME,
    confidence: float = 0.95,
) -> VectorCopies:
    """Vector copies per cell from a Cq and the line of a standard curve.

    An undetermined well is no Cq: give ``copies_per_cell(0, dna_ng=...)`` its limit.
    """
    copies = copies_from_line(cq, slope=slope, intercept=intercept)
    return copies_per_cell(
        copies, dna_ng=dna_ng, pg_per_genome=pg_per_genome, confidence=confidence
    )


def residual_from_partitions(
    *,
    vector_positive: int,
    vector_total: int,
    reference_positive: int,
    reference_total: int,
    reference_copies: float = 2.0,
    confidence: float = 0.95,
) -> VectorCopies:
    """Vector copies per cell by digital PCR against a reference gene; no curve, no weighing.

    Raises
    ------
    SaturatedPartitions
        Vector or reference has no negative partition.
    BadInput
        The reference has no positive partition, or counts contradict each other.
    """
    found = digital_copy_number(
        target_negative=vector_total - vector_positive,
        target_total=vector_total,
        reference_negative=reference_total - reference_positive,
        reference_total=reference_total,
        reference_copies=reference_copies,
        confidence=confidence,
    )
    copies = found.lambda_target * vector_total
    cells = found.lambda_reference * vector_total / reference_copies
    return VectorCopies(found.copies, copies, cells, found.interval, found.notes)


def cells_needed(limit: float, *, confidence: float = 0.95) -> int:
    """Cells whose DNA must be analysed so that a zero result excludes *limit* copies per cell.

    ``-ln(1 - confidence) / limit``, rounded up: 300 cells for 0.01 copies per cell at 95 %.
    """
    level = inputs.open_share(confidence, "confidence")
    return math.ceil(-math.log1p(-level) / inputs.positive(limit, "limit"))


def dna_needed_ng(
    limit: float, *, confidence: float = 0.95, pg_per_genome: float = PG_PER_DIPLOID_GENOME
) -> float:
    """Nanograms of genomic DNA that hold the cells of ``cells_needed``."""
    genome = inputs.positive(pg_per_genome, "pg_per_genome")
    return cells_needed(limit, confidence=confidence) * genome / _PG_PER_NG


def remaining_share(divisions: float, *, loss_per_division: float) -> float:
    """Share of an episomal vector that is left: (1 - loss) ^ divisions.

    A share that stays constant over passages is a sign of integration.
    """
    loss = inputs.open_share(loss_per_division, "loss_per_division")
    return float((1 - loss) ** inputs.not_negative(divisions, "divisions"))


def divisions_until(limit: float, *, start: float, loss_per_division: float) -> float:
    """Cell divisions until *start* copies per cell have fallen to *limit*."""
    loss = inputs.open_share(loss_per_division, "loss_per_division")
    first, last = inputs.positive(start, "start"), inputs.positive(limit, "limit")
    if last > first:
        raise BadInput(
            f"the limit {last:g} lies above the start {first:g}; expected a lower one. "
            "The culture already meets it."
        )
    return math.log(last / first) / math.log1p(-loss)
