"""Are the variants of the tumour in its organoid, and at which allele fraction."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.qc.quality.concordance import lin_concordance
from stemcell_kit.shown import Shown

__all__ = [
    "NothingToCompare",
    "VafAgreement",
    "VariantConcordance",
    "vaf_agreement",
    "variant_concordance",
]

_FORM = re.compile(r"([^:\s]+):(\d+):([ACGTN]+):([ACGTN]+)")


class NothingToCompare(BadInput):
    """One of the two lists holds no variant that both samples could show."""


@dataclass(frozen=True)
class VariantConcordance(Shown):
    """Variants of a tumour against those of its organoid.

    ``value`` is the recall in percent, the share of the tumour's variants found in the organoid,
    with its interval; ``n`` is the number of tumour variants compared. The other shares are 0 to 1.
    """

    value: float
    n: int
    interval: Interval
    recall: float
    precision: float
    jaccard: float
    shared: tuple[str, ...]
    only_tumour: tuple[str, ...]
    only_organoid: tuple[str, ...]
    not_assessable: tuple[str, ...] = ()
    unit: str = "%"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class VafAgreement(Shown):
    """Allele fractions of shared variants: do they agree, or only rise together.

    ``value`` is Lin's concordance with its interval; ``slope`` is that of the reduced major axis
    (SD of the organoid over SD of the tumour).
    """

    value: float
    interval: Interval | None
    n: int
    pearson: float
    slope: float
    mean_difference: float
    unit: str = ""
    notes: tuple[str, ...] = ()


def variant_concordance(
    tumour: Collection[str],
    organoid: Collection[str],
    *,
    not_assessable: Collection[str] = (),
    confidence: float = 0.95,
) -> VariantConcordance:
    """Share of the variants that tumour and organoid have in common.

    Parameters
    ----------
    tumour, organoid
        Variants as ``chromosome:position:reference:alternate``, one alternate each, trimmed and
        left-aligned, germline variants of the donor removed, e.g. ``12:25245350:C:T``.
    not_assessable
        Variants at places where one of the two samples was read too thinly to show them. They
        are listed and left out on both sides: not seen there is not absent.

    Returns
    -------
    Jaccard index, recall and precision; recall with its Wilson interval.

    Raises
    ------
    NothingToCompare
        No assessable variant in the tumour or in the organoid.
    BadInput
        A variant in another form, untrimmed, or twice in one list.
    """
    left_out = _variants(not_assessable, "not_assessable")
    ours = _compared(tumour, left_out, "tumour")
    theirs = _compared(organoid, left_out, "organoid")
    shared = ours & theirs
    interval = inputs.in_percent(wilson(len(shared), len(ours), confidence=confidence))
    return VariantConcordance(
        value=100 * len(shared) / len(ours),
        n=len(ours),
        interval=interval,
        recall=len(shared) / len(ours),
        precision=len(shared) / len(theirs),
        jaccard=len(shared) / len(ours | theirs),
        shared=tuple(sorted(shared)),
        only_tumour=tuple(sorted(ours - theirs)),
        only_organoid=tuple(sorted(theirs - ours)),
        not_assessable=tuple(sorted(left_out)),
        notes=(
            "says nothing of variants below the detection limit of either sample",
            "inherited variants are in both and inflate every share: leave them out",
        ),
    )


def vaf_agreement(
    tumour_vaf: Sequence[float], organoid_vaf: Sequence[float], *, confidence: float = 0.95
) -> VafAgreement:
    """Compare the allele fractions of the shared variants, pair by pair.

    An organoid has no stroma, so its fractions are expected to be higher: a high correlation
    with a low concordance and a slope above 1 is what purity does, not a failure.

    Parameters
    ----------
    tumour_vaf, organoid_vaf
        Allele fractions, 0 to 1, in the same order of variants.

    Raises
    ------
    BadInput
        A fraction outside 0 to 1, lists of different length, fewer than 3 pairs, or no spread.
    """
    for what, values in (("tumour", tumour_vaf), ("organoid", organoid_vaf)):
        for value in values:
            if not 0 <= inputs.number(value, f"a {what} VAF") <= 1:
                raise BadInput(
                    f"a {what} VAF is {value:g}; expected a share, 0 to 1. Write 45 % as 0.45."
                )
    lin = lin_concordance(tumour_vaf, organoid_vaf, confidence=confidence)
    return VafAgreement(
        value=lin.value,
        interval=lin.interval,
        n=lin.n,
        pearson=float(stats.pearsonr(tumour_vaf, organoid_vaf).statistic),
        slope=lin.scale_ratio,
        mean_difference=float(np.mean(organoid_vaf) - np.mean(tumour_vaf)),
        notes=("correlation is not agreement: compare with the purity-corrected fractions",),
    )


def _compared(given: Collection[str], left_out: set[str], what: str) -> set[str]:
    found = _variants(given, what) - left_out
    if not found:
        raise NothingToCompare(
            f"the {what} has no variant to compare; expected one or more. Check the filter, the "
            "depth and that the file is of this sample."
        )
    return found


def _variants(given: Collection[str], what: str) -> set[str]:
    for variant in given:
        _check_form(str(variant), what)
    found = set(given)
    if len(found) != len(given):
        raise BadInput(f"{what} holds a variant twice; one change is one line. Remove the copy.")
    return found


def _check_form(variant: str, what: str) -> None:
    form = _FORM.fullmatch(variant)
    if form is None:
        raise BadInput(
            f"{what} holds {variant!r}; expected chromosome:position:reference:alternate with "
            "one alternate of A, C, G, T, such as 12:25245350:C:T. Split several alternates."
        )
    reference, alternate = form[3], form[4]
    if reference == alternate:
        raise BadInput(f"{what} holds {variant!r}, which changes nothing; remove it")
    if min(len(reference), len(alternate)) > 1 and (
        reference[-1] == alternate[-1] or reference[0] == alternate[0]
    ):
        raise BadInput(
            f"{what} holds {variant!r}, whose alleles share a base at one end; one change can "
            "be written in many ways. Trim it (read_vcf does), then compare."
        )
