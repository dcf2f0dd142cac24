"""Single-nucleotide (SNP) panels: do two samples have the genotypes of one person?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc.inputs import in_percent, open_share
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = [
    "GenotypeConcordance",
    "IdentityEvidence",
    "TooFewCalls",
    "chance_match",
    "concordance",
    "expected_concordance",
    "identity_evidence",
]

_NO_CALL = frozenset({"", "-", "--", "NC", "NN", "00", "N/A", "NA", "UNDETERMINED"})
_BASES = frozenset("ACGT")
Frequencies = Mapping[str, Mapping[str, float]]


class TooFewCalls(BadInput):
    """Two samples share fewer called SNPs than the decision asks for."""


@dataclass(frozen=True)
class GenotypeConcordance(Shown):
    """Share of equal genotypes among the SNPs called in both samples.

    ``added_alleles`` counts SNPs where one sample is homozygous and the other shows its allele and
    a second one, as in a mixture or a drop-out; ``opposite_homozygotes`` cannot come from either.
    """

    value: float
    unit: str
    n: int
    mismatches: int
    added_alleles: int
    opposite_homozygotes: int
    missing: int
    interval: Interval
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdentityEvidence(Shown):
    """How much better one person explains two samples than two unrelated people (log10)."""

    value: float
    unit: str
    n: int
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        """The likelihood ratio itself."""
        return 10.0 ** min(self.value, 300.0)


def concordance(
    first: Mapping[str, str],
    second: Mapping[str, str],
    *,
    minimum_loci: int,
    confidence: float = 0.95,
) -> GenotypeConcordance:
    """Compare two samples SNP by SNP; SNPs without a call in either are left out and counted.

    Parameters
    ----------
    first, second
        SNP name -> genotype of two bases, in any order: ``{"rs1": "AG", "rs2": "C/C"}``. Blank,
        ``NC``, ``--`` and ``Undetermined`` are no call.
    minimum_loci
        Fewest SNPs called in both that your procedure accepts for a decision.

    Returns
    -------
    Percent of equal genotypes with its exact interval, and the kinds of mismatch.

    Raises
    ------
    TooFewCalls
        Fewer SNPs are called in both.
    BadInput
        A genotype is not two bases.
    """
    names = list(dict.fromkeys([*first, *second]))
    pairs = [(_genotype(n, first.get(n, "")), _genotype(n, second.get(n, ""))) for n in names]
    called = [(one, other) for one, other in pairs if one and other]
    if len(called) < max(minimum_loci, 1):
        raise TooFewCalls(
            f"{len(called)} of {len(names)} SNPs are called in both samples; expected at least "
            f"{max(minimum_loci, 1)}. Repeat the sample with more or cleaner DNA."
        )
    differing = [(set(one), set(other)) for one, other in called if one != other]
    agreeing = len(called) - len(differing)
    return GenotypeConcordance(
        value=100 * agreeing / len(called),
        unit="%",
        n=len(called),
        mismatches=len(differing),
        added_alleles=sum(one < other or other < one for one, other in differing),
        opposite_homozygotes=sum(not one & other for one, other in differing),
        missing=len(names) - len(called),
        interval=in_percent(clopper_pearson(agreeing, len(called), confidence=confidence)),
        notes=_notes(differing),
    )


def identity_evidence(
    first: Mapping[str, str],
    second: Mapping[str, str],
    frequencies: Frequencies,
    *,
    error_rate: float,
) -> IdentityEvidence:
    """Weigh "one person" against "two unrelated people" over the SNPs called in both.

    Genotypes in Hardy-Weinberg proportions, SNPs independent; a wrong call is equally often one of
    the two other genotypes. Relatives are not considered: they lie between.

    Parameters
    ----------
    frequencies
        SNP name -> both bases with their frequency in the donor's population; they add up to 1.
    error_rate
        Share of genotypes that your platform calls wrongly, from its validation.

    Returns
    -------
    The sum of log10 likelihood ratios; above 0 speaks for one person.

    Raises
    ------
    BadInput
        A called SNP has no frequencies, a genotype has a third base, or no SNP is called in both.
    """
    error = open_share(error_rate, "error_rate")
    total, n = 0.0, 0
    for name in first:
        one = _genotype(name, first[name])
        other = _genotype(name, second.get(name, ""))
        if one and other:
            total += _log_ratio(name, one, other, frequencies, error)
            n += 1
    if not n:
        raise BadInput("no SNP is called in both samples; repeat the genotyping.")
    note = "unrelated people are the alternative; a sibling of the donor agrees far more often"
    return IdentityEvidence(total, "log10 likelihood ratio", n, (note,))


def expected_concordance(frequencies: Frequencies) -> float:
    """Return the mean percent of equal genotypes of two unrelated people (Hardy-Weinberg)."""
    chances = _match_chances(frequencies)
    return 100 * math.fsum(chances) / len(chances)


def chance_match(frequencies: Frequencies) -> float:
    """Return the probability that two unrelated people agree at every SNP of the panel."""
    return math.prod(_match_chances(frequencies))


def _genotype(name: str, written: str) -> str:
    plain = written.strip().upper()
    if plain in _NO_CALL:
        return ""
    bases = "".join(sorted(plain.replace("/", "").replace("|", "").replace(" ", "")))
    if len(bases) != 2 or not set(bases) <= _BASES:
        raise BadInput(
            f"{name}: {written!r} is no genotype; expected two bases such as AG or C/C, or NC for "
            "no call."
        )
    return bases


def _notes(differing: Sequence[tuple[set[str], set[str]]]) -> tuple[str, ...]:
    added = sum(one < other for one, other in differing)
    lost = sum(other < one for one, other in differing)
    notes = []
    if added and added == len(differing):
        notes.append("the second sample only adds alleles; look for a mixture")
    if lost and lost == len(differing):
        notes.append("the second sample only lacks alleles; look for loss or drop-out")
    return tuple(notes)


def _distribution(name: str, frequencies: Frequencies) -> dict[str, float]:
    """Return the genotypes of one SNP in Hardy-Weinberg proportions."""
    shares = frequencies.get(name)
    if shares is None:
        raise BadInput(f"{name} has no allele frequencies; give them or leave the SNP out.")
    if len(shares) != 2 or not math.isclose(sum(shares.values()), 1.0, abs_tol=1e-6):
        raise BadInput(
            f"{name} has the allele frequencies {dict(shares)}; expected two bases that add up to 1."
        )
    (a, p), (b, q) = sorted(shares.items())
    open_share(p, f"frequency of {a} at {name}")
    return {a + a: p * p, a + b: 2 * p * q, b + b: q * q}


def _log_ratio(name: str, one: str, other: str, frequencies: Frequencies, error: float) -> float:
    true = _distribution(name, frequencies)
    for genotype in (one, other):
        if genotype not in true:
            raise BadInput(
                f"{name}: genotype {genotype} has a base without a frequency; check the strand."
            )

    def read_as(genotype: str, truth: str) -> float:
        return 1 - error if genotype == truth else error / 2

    same = sum(share * read_as(one, t) * read_as(other, t) for t, share in true.items())
    alone = [sum(s * read_as(g, t) for t, s in true.items()) for g in (one, other)]
    return math.log10(same / (alone[0] * alone[1]))


def _match_chances(frequencies: Frequencies) -> list[float]:
    if not frequencies:
        raise BadInput("no SNP is given; expected the allele frequencies of the panel.")
    return [
        sum(share * share for share in _distribution(name, frequencies).values())
        for name in frequencies
    ]
