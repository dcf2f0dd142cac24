"""Comparing two STR profiles: Tanabe and Masters scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stemcell_kit.errors import BadInput, KitError
from stemcell_kit.qc.identity.str_profile import (
    AMELOGENIN,
    CORE_LOCI_8,
    CORE_LOCI_13,
    NOT_DETECTED,
    StrProfile,
    at_loci,
    loci_with_extra_alleles,
    locus_name,
    mixed,
    read_profile,
    same_sex_chromosomes,
    sex_call,
    typed_loci,
)
from stemcell_kit.shown import Shown

__all__ = [
    "AMELOGENIN",
    "CORE_LOCI_8",
    "CORE_LOCI_13",
    "MODES",
    "NOT_DETECTED",
    "SCORES",
    "NoSharedLocus",
    "StrMatch",
    "StrProfile",
    "at_loci",
    "compare",
    "compare_written",
    "loci_with_extra_alleles",
    "locus_name",
    "mixed",
    "read_profile",
    "same_sex_chromosomes",
    "sex_call",
]

MODES = ("non-empty", "query", "reference")
SCORES = ("tanabe", "masters_query", "masters_reference")


class NoSharedLocus(KitError, ValueError):
    """Two profiles cannot be compared: no locus has alleles in both."""


@dataclass(frozen=True)
class StrMatch(Shown):
    """How far two STR profiles agree; scores are percent, 0 to 100."""

    shared: int
    alleles_query: int
    alleles_reference: int
    loci: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def number_of_loci(self) -> int:
        """How many loci entered the comparison."""
        return len(self.loci)

    @property
    def tanabe(self) -> float:
        """Shared alleles twice, over the alleles of both profiles."""
        return 200 * self.shared / (self.alleles_query + self.alleles_reference)

    @property
    def masters_query(self) -> float:
        """Share of the query's alleles that the reference has."""
        return 100 * self.shared / self.alleles_query

    @property
    def masters_reference(self) -> float:
        """Share of the reference's alleles that the query has."""
        return 100 * self.shared / self.alleles_reference


def compare(
    query: Mapping[str, frozenset[str]],
    reference: Mapping[str, frozenset[str]],
    *,
    mode: str = "non-empty",
    amelogenin: bool = False,
    minimum_loci: int = 8,
) -> StrMatch:
    """Count the alleles that two STR profiles share and score the match.

    Parameters
    ----------
    query, reference
        Profiles from :func:`read_profile`.
    mode
        Loci that enter: ``non-empty`` with data in both profiles, ``query`` with data in
        the query, ``reference`` with data in the reference.
    amelogenin
        Score amelogenin like any locus. Left out by default: it is a check of its own.
    minimum_loci
        Fewer loci with data in both are reported as a note (8 is the published default of
        a public search tool), never refused.

    Returns
    -------
    StrMatch with allele counts, loci, three scores in percent and notes.

    Raises
    ------
    NoSharedLocus
        No locus has alleles in both profiles.
    BadInput
        The mode is not known.

    Source
    ------
    Tanabe et al. 1999; Masters et al. 2001; counting rules of CLASTR, Robin et al. 2019,
    doi 10.1002/ijc.32639.
    """
    _check_choice("mode", mode, MODES)
    in_query = typed_loci(query, amelogenin=amelogenin)
    in_reference = typed_loci(reference, amelogenin=amelogenin)
    both = _in_both(in_query, in_reference)
    loci = {"non-empty": both, "query": in_query, "reference": in_reference}[mode]
    if not any(query[locus] and reference[locus] for locus in both):
        raise NoSharedLocus(
            f"no locus has alleles in both profiles (query: {_listed(in_query)}; reference: "
            f"{_listed(in_reference)}). Type both with kits that share loci."
        )
    return _count(query, reference, loci, _notes(query, reference, both, minimum_loci))


def compare_written(
    query: Mapping[str, object], reference: Mapping[str, object], **options: Any
) -> StrMatch:
    """Compare two profiles as they are written: :func:`read_profile`, then :func:`compare`."""
    return compare(read_profile(query), read_profile(reference), **options)


def _count(
    query: Mapping[str, frozenset[str]],
    reference: Mapping[str, frozenset[str]],
    loci: tuple[str, ...],
    notes: tuple[str, ...],
) -> StrMatch:
    none: frozenset[str] = frozenset()
    pairs = [(query.get(locus, none), reference.get(locus, none)) for locus in loci]
    return StrMatch(
        shared=sum(len(q & r) for q, r in pairs),
        alleles_query=sum(len(q) for q, _ in pairs),
        alleles_reference=sum(len(r) for _, r in pairs),
        loci=loci,
        notes=notes,
    )


def _notes(
    query: Mapping[str, frozenset[str]],
    reference: Mapping[str, frozenset[str]],
    both: tuple[str, ...],
    minimum_loci: int,
) -> tuple[str, ...]:
    notes = []
    if len(both) < minimum_loci:
        notes.append(f"only {len(both)} loci in common; at least {minimum_loci} are advised")
    sexes = [profile.get(AMELOGENIN, frozenset()) for profile in (query, reference)]
    if all(sexes) and sexes[0] != sexes[1]:
        notes.append("amelogenin differs; look at the karyotype before you decide")
    return tuple(notes)


def _in_both(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    others = frozenset(second)
    return tuple(locus for locus in first if locus in others)


def _listed(loci: tuple[str, ...]) -> str:
    return ", ".join(loci) or "no typed locus"


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BadInput(f"{name} is {value!r}; expected one of {', '.join(choices)}.")
