"""Searching thousands of STR profiles for those that resemble one, with the scores of a match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.identity.str_match import MODES, SCORES, StrMatch, compare
from stemcell_kit.qc.identity.str_profile import AMELOGENIN, typed_loci

__all__ = ["Hit", "StrDatabase", "search"]

Profile = Mapping[str, frozenset[str]]
Counts = NDArray[np.int32]


@dataclass(frozen=True)
class Hit:
    """One database profile at or above the wanted score."""

    name: str
    score: float
    match: StrMatch


class StrDatabase:
    """Profiles by name, turned once into tables of alleles and of typed loci.

    Worth making when several profiles are looked for in the same thousands of profiles.
    """

    def __init__(self, profiles: Mapping[str, Profile]) -> None:
        self.profiles = dict(profiles)
        self.names = tuple(self.profiles)
        loci = dict.fromkeys(locus for one in self.profiles.values() for locus in one)
        self._locus_place = {locus: place for place, locus in enumerate(loci)}
        self._allele_place: dict[tuple[str, str], int] = {}
        marks = [self._marks(one) for one in self.profiles.values()]
        self._has = _table(marks, len(self._allele_place))
        # by locus and profile: how many alleles, and was it typed at all
        self._alleles = np.zeros((len(loci), len(self.names)), dtype=np.int32)
        self._typed = np.zeros((len(loci), len(self.names)), dtype=np.int32)
        for column, profile in enumerate(self.profiles.values()):
            for locus in typed_loci(profile, amelogenin=True):
                self._alleles[self._locus_place[locus], column] = len(profile[locus])
                self._typed[self._locus_place[locus], column] = 1

    def __len__(self) -> int:
        return len(self.names)

    def scores(
        self, query: Profile, *, score: str, mode: str, amelogenin: bool
    ) -> NDArray[np.float64]:
        """Return the score of each profile, percent; NaN where nothing can be compared."""
        loci = list(typed_loci(query, amelogenin=amelogenin))
        known = [locus for locus in loci if locus in self._locus_place]
        places = [self._locus_place[locus] for locus in known]
        sizes = np.array([len(query[locus]) for locus in known], dtype=np.int32)
        shared = self._has[self._columns(query, known)].sum(axis=0, dtype=np.int32)
        of_query = sizes @ self._typed[places]
        of_reference = self._alleles[places].sum(axis=0)
        comparable = (self._alleles[places][sizes > 0] > 0).any(axis=0)
        if mode == "query":
            of_query = np.full(len(self), sum(len(query[locus]) for locus in loci), dtype=np.int32)
        elif mode == "reference":
            every = [
                p for locus, p in self._locus_place.items() if amelogenin or locus != AMELOGENIN
            ]
            of_reference = self._alleles[every].sum(axis=0)
        top, bottom = _fraction(score, shared, of_query, of_reference)
        return np.divide(top, bottom, out=np.full(len(self), np.nan), where=comparable)

    def _marks(self, profile: Profile) -> list[int]:
        places = self._allele_place
        return [
            places.setdefault((locus, allele), len(places))
            for locus, alleles in profile.items()
            for allele in alleles
        ]

    def _columns(self, query: Profile, loci: Iterable[str]) -> list[int]:
        places = self._allele_place
        marks = [(locus, allele) for locus in loci for allele in query[locus]]
        return [places[mark] for mark in marks if mark in places]


def search(
    query: Profile,
    database: Mapping[str, Profile] | StrDatabase,
    *,
    minimum: float,
    score: str = "tanabe",
    mode: str = "non-empty",
    amelogenin: bool = False,
    minimum_loci: int = 8,
) -> tuple[Hit, ...]:
    """Find the profiles of a database that resemble the query, best first.

    Parameters
    ----------
    query, database
        A profile, and name -> profile; a :class:`StrDatabase` to search it more than once.
    minimum
        Lowest score to report, percent; a laboratory's or tool's limit.
    score
        ``tanabe``, ``masters_query`` or ``masters_reference``.
    mode, amelogenin, minimum_loci
        As in :func:`stemcell_kit.qc.identity.str_match.compare`. Profiles that share no locus
        with the query are passed over.

    Returns
    -------
    Hits by falling score, then by more shared alleles, then by name.

    Raises
    ------
    BadInput
        The mode or score is not known, or the query has no alleles.
    """
    _check_choice("score", score, SCORES)
    _check_choice("mode", mode, MODES)
    if not any(query[locus] for locus in typed_loci(query, amelogenin=amelogenin)):
        raise BadInput("the query has no alleles to search with; check how its table was read.")
    known = database if isinstance(database, StrDatabase) else StrDatabase(database)
    scores = known.scores(query, score=score, mode=mode, amelogenin=amelogenin)
    hits = []
    for place in np.flatnonzero(scores >= minimum):  # NaN, not comparable, is no hit
        name = known.names[place]
        match = compare(
            query,
            known.profiles[name],
            mode=mode,
            amelogenin=amelogenin,
            minimum_loci=minimum_loci,
        )
        hits.append(Hit(name, float(getattr(match, score)), match))
    return tuple(sorted(hits, key=lambda hit: (-hit.score, -hit.match.shared, hit.name)))


def _table(marks: list[list[int]], width: int) -> NDArray[np.bool_]:
    table = np.zeros((width, len(marks)), dtype=np.bool_)
    for column, places in enumerate(marks):
        table[places, column] = True
    return table


def _fraction(
    score: str, shared: Counts, of_query: Counts, of_reference: Counts
) -> tuple[Counts, Counts]:
    if score == "tanabe":
        return 200 * shared, of_query + of_reference
    return 100 * shared, of_query if score == "masters_query" else of_reference


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BadInput(f"{name} is {value!r}; expected one of {', '.join(choices)}.")
