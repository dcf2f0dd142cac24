"""Allele fractions to expect from purity and copy state, and the depth that shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = [
    "ObservedVaf",
    "detection_power",
    "expected_vaf",
    "lowest_detectable_vaf",
    "observed_vaf",
    "purity_from_vaf",
    "read_too_thinly",
]


@dataclass(frozen=True)
class ObservedVaf(Shown):
    """Share of reads with the variant, and its interval; ``n`` is the depth."""

    value: float
    interval: Interval
    n: int
    unit: str = "share"


def observed_vaf(alternate_reads: int, depth: int, *, confidence: float = 0.95) -> ObservedVaf:
    """Allele fraction from reads, with the Wilson interval.

    Raises
    ------
    BadInput
        No read, or more reads with the variant than reads.
    """
    reads = inputs.count(alternate_reads, "alternate_reads")
    total = inputs.count(depth, "depth")
    return ObservedVaf(
        reads / total if total else 0.0, wilson(reads, total, confidence=confidence), total
    )


def expected_vaf(
    purity: float, *, mutated_copies: int = 1, tumour_copies: int = 2, normal_copies: int = 2
) -> float:
    """Allele fraction of a clonal somatic variant: ``p m / (p t + (1 - p) n)``.

    Parameters
    ----------
    purity
        Share of tumour cells, above 0 and up to 1; 1 for an organoid without stroma.
    mutated_copies, tumour_copies, normal_copies
        Copies with the variant per tumour cell, and copies of the place per tumour cell and per
        normal cell. Loss of the other allele is 1, 1, 2; copy-neutral loss is 2, 2, 2; a place on
        X or Y of a man has 1 normal copy.

    Returns
    -------
    Share, 0 to 1.

    Raises
    ------
    BadInput
        A purity that is no share, or more mutated copies than copies.
    """
    share = inputs.share(purity, "purity")
    mutated, tumour, normal = _copies(mutated_copies, tumour_copies, normal_copies)
    return share * mutated / (share * tumour + (1 - share) * normal)


def purity_from_vaf(
    vaf: float, *, mutated_copies: int = 1, tumour_copies: int = 2, normal_copies: int = 2
) -> float:
    """Purity at which a clonal variant of this copy state has this allele fraction.

    Returns
    -------
    Share of tumour cells, 0 to 1.

    Raises
    ------
    BadInput
        No purity gives this fraction: the copy state is another, or the variant is subclonal.
    """
    fraction = inputs.share(vaf, "vaf")
    mutated, tumour, normal = _copies(mutated_copies, tumour_copies, normal_copies)
    below = mutated - fraction * (tumour - normal)
    purity = fraction * normal / below if below > 0 else math.inf
    if purity > 1 + 1e-12:
        top = expected_vaf(1.0, mutated_copies=mutated, tumour_copies=tumour, normal_copies=normal)
        raise BadInput(
            f"a VAF of {fraction:g} is above the {top:.3g} of pure cells with {mutated} mutated of "
            f"{tumour} copies; check for loss of the other allele, a gain, or an inherited variant."
        )
    return min(1.0, purity)


def detection_power(depth: int, vaf: float, *, reads: int) -> float:
    """Probability of at least *reads* reads with the variant at this depth.

    Binomial sampling of the reads only: uneven amplification and sequencing errors come on top.

    Parameters
    ----------
    depth
        Reads over the place.
    vaf
        True allele fraction, above 0 and up to 1.
    reads
        Reads that the caller asks for.

    Raises
    ------
    BadInput
        A depth or number of reads that is no count from 1, or a fraction that is no share.
    """
    total, asked = _depth(depth, reads)
    fraction = inputs.share(vaf, "vaf")
    if asked > total:
        return 0.0
    return float(special.bdtrc(asked - 1, total, fraction))


def lowest_detectable_vaf(depth: int, *, reads: int, confidence: float) -> float:
    """Allele fraction that this depth shows with the wanted probability.

    Report a variant as absent only above this limit, in both samples.

    Raises
    ------
    BadInput
        The depth never gives so many reads, or the confidence is no share.
    """
    total, asked = _depth(depth, reads)
    level = inputs.open_share(confidence, "confidence")
    if asked > total:
        raise BadInput(
            f"a depth of {total} never shows {asked} reads; sequence deeper, or ask for fewer"
        )
    return float(special.betaincinv(asked, total - asked + 1, level))


def read_too_thinly(
    depths: Mapping[str, int], *, vaf: float, reads: int, power: float
) -> tuple[str, ...]:
    """Name the places whose depth would miss a variant of this fraction too often.

    Not seen there is not absent: leave them out of a comparison of two samples.

    Parameters
    ----------
    depths
        Place or variant -> reads over it; 0 where nothing was read.
    vaf, reads
        Fraction to be expected, and reads that the caller asks for, see :func:`detection_power`.
    power
        Probability with which the variant must be seen; at it, a place is deep enough.

    Raises
    ------
    BadInput
        A depth that is no count, or a fraction or power that is no share.
    """
    wanted = inputs.open_share(power, "power")
    return tuple(
        place
        for place, depth in depths.items()
        if inputs.count(depth, f"depth of {place}") < reads
        or detection_power(depth, vaf, reads=reads) < wanted
    )


def _copies(mutated: int, tumour: int, normal: int) -> tuple[int, int, int]:
    m = inputs.count(mutated, "mutated_copies")
    t = inputs.count(tumour, "tumour_copies")
    n = inputs.count(normal, "normal_copies")
    if not 1 <= m <= t:
        raise BadInput(
            f"{m} mutated of {t} tumour copies; expected 1 or more and no more than there are. "
            "Check whether the two numbers were exchanged."
        )
    if n < 1:
        raise BadInput("normal_copies is 0; expected 1 (X or Y of a man) or 2")
    return m, t, n


def _depth(depth: int, reads: int) -> tuple[int, int]:
    total, asked = inputs.count(depth, "depth"), inputs.count(reads, "reads")
    if not total or not asked:
        raise BadInput(f"depth is {total} and reads {asked}; expected 1 or more of both")
    return total, asked
