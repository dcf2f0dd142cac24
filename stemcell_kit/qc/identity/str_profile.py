"""Reading a short-tandem-repeat (STR) profile: locus names put right, alleles kept as names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from numbers import Number

from stemcell_kit.errors import BadInput

__all__ = [
    "AMELOGENIN",
    "CORE_LOCI_8",
    "CORE_LOCI_13",
    "NOT_DETECTED",
    "StrProfile",
    "at_loci",
    "loci_with_extra_alleles",
    "locus_name",
    "mixed",
    "read_profile",
    "same_sex_chromosomes",
    "sex_call",
    "typed_loci",
]

StrProfile = dict[str, frozenset[str]]

AMELOGENIN = "AMEL"
CORE_LOCI_8 = ("D5S818", "D13S317", "D7S820", "D16S539", "vWA", "TH01", "TPOX", "CSF1PO")
CORE_LOCI_13 = (*CORE_LOCI_8, "D8S1179", "D3S1358", "D18S51", "D21S11", "FGA")


class _NotDetected(frozenset[str]):
    """The empty allele set of a marker that was typed and showed no allele ("ND")."""

    __slots__ = ()


# equal to an empty set, and yet different from a marker without any data: it counts as typed
NOT_DETECTED = _NotDetected()

_NO_CALL = frozenset({"", "OL", "?", "-", "NA", "N/A", "NAN", "NONE"})
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_SPELLINGS = {
    "AM": AMELOGENIN,
    "AMEL": AMELOGENIN,
    "AMELOGENIN": AMELOGENIN,
    "AMELX": AMELOGENIN,
    "AMELXY": AMELOGENIN,
    "CSF1P0": "CSF1PO",
    "CSF": "CSF1PO",
    "THO1": "TH01",
    "VWA": "vWA",
    "PENTAC": "Penta C",
    "PENTAD": "Penta D",
    "PENTAE": "Penta E",
}
_UPPER_NAMES = re.compile(
    r"D([0-9]{1,2}|X|Y)S[0-9]+|TH01|TPOX|CSF1PO|FGA|SE33|F13A01|F13B|FESFPS|LPL"
)
_MOUSE = re.compile(r"(?:MOUSE\s*)?(?:STR\s*)?([0-9]{1,2}|X)-([0-9]{1,2})")
_SEPARATORS = re.compile(r"[/,;|、\s]+")
_ALLELE = re.compile(r"[<>]?[1-9][0-9]{0,2}(\.[1-9])?")


def locus_name(text: str) -> str:
    """Return the usual spelling of a locus, e.g. ``Amelogenin`` -> ``AMEL``, ``THO1`` -> ``TH01``.

    A name that is not known keeps its own spelling without stray blanks.
    """
    plain = " ".join(unicodedata.normalize("NFKC", str(text)).translate(_DASHES).split())
    if not plain:
        raise BadInput("a locus has no name; give every column of the profile its locus.")
    mouse = _MOUSE.fullmatch(plain.upper())
    if mouse:
        return f"STR {mouse[1]}-{mouse[2]}"
    squashed = re.sub(r"[\s_.\-]", "", plain).upper()
    if squashed in _SPELLINGS:
        return _SPELLINGS[squashed]
    return squashed if _UPPER_NAMES.fullmatch(squashed) else plain


def read_profile(mapping: Mapping[str, object]) -> StrProfile:
    """Turn locus -> alleles as typed or exported into a profile of allele names.

    Parameters
    ----------
    mapping
        Locus -> text (``"9/9.3"``, ``"12, 13"``), a collection of texts, or nothing.
        Duplicates count once. ``OL``, ``?``, ``-`` and blanks are no call: the locus stays,
        with an empty set. ``ND`` is kept apart as :data:`NOT_DETECTED`: the marker was
        typed and counts, without adding an allele.

    Returns
    -------
    Locus -> frozen set of allele names, loci in the order given.

    Raises
    ------
    BadInput
        An allele is a number, is no allele name, or a locus comes twice.
    """
    profile: StrProfile = {}
    for written, value in mapping.items():
        locus = locus_name(written)
        if locus in profile:
            raise BadInput(
                f"locus {locus} comes twice (second time as {written!r}); keep one column per locus."
            )
        profile[locus] = _alleles(locus, value)
    return profile


def at_loci(profile: Mapping[str, frozenset[str]], loci: Iterable[str]) -> StrProfile:
    """Return the part of a profile at *loci*, e.g. ``at_loci(profile, CORE_LOCI_8)``."""
    wanted = {locus_name(locus) for locus in loci}
    return {locus: alleles for locus, alleles in profile.items() if locus in wanted}


def mixed(*profiles: Mapping[str, frozenset[str]]) -> StrProfile:
    """Return the profile of a complete mixture: every allele of every component."""
    loci = dict.fromkeys(locus for profile in profiles for locus in profile)
    return {
        locus: frozenset[str]().union(*(p.get(locus, frozenset()) for p in profiles))
        for locus in loci
    }


def typed_loci(
    profile: Mapping[str, frozenset[str]], *, amelogenin: bool = False
) -> tuple[str, ...]:
    """Return the loci with data: at least one allele, or an explicit ``ND``."""
    return tuple(
        locus
        for locus, alleles in profile.items()
        if (alleles or isinstance(alleles, _NotDetected)) and (amelogenin or locus != AMELOGENIN)
    )


def loci_with_extra_alleles(
    profile: Mapping[str, frozenset[str]], *, more_than: int = 2
) -> tuple[str, ...]:
    """Return the autosomal loci with more alleles than one diploid donor shows.

    Several such loci speak for a mixture; a single one can be a gain. How many raise a
    flag is the laboratory's limit.
    """
    return tuple(
        locus
        for locus, alleles in profile.items()
        if locus != AMELOGENIN and len(alleles) > more_than
    )


def sex_call(profile: Mapping[str, frozenset[str]]) -> str:
    """Return the amelogenin call, ``X`` or ``X/Y`` (``Y`` alone is returned as found).

    Raises
    ------
    BadInput
        The profile has no amelogenin call.
    """
    alleles = profile.get(AMELOGENIN, frozenset())
    if not alleles:
        raise BadInput("the profile has no amelogenin call; type amelogenin or use the karyotype.")
    return "/".join(sorted(alleles))


def same_sex_chromosomes(
    query: Mapping[str, frozenset[str]], reference: Mapping[str, frozenset[str]]
) -> bool:
    """Say whether two profiles have the same amelogenin call.

    A difference is a question for the karyotype, not proof of another donor: Y loss and
    primer-site deletions also give X alone.
    """
    return sex_call(query) == sex_call(reference)


def _alleles(locus: str, value: object) -> frozenset[str]:
    marks = [mark for part in _parts(locus, value) for mark in _split(part)]
    called = frozenset(
        _allele(locus, mark) for mark in marks if mark not in _NO_CALL and mark != "ND"
    )
    if called or "ND" not in marks:
        return called
    return NOT_DETECTED


def _parts(locus: str, value: object) -> Collection[str]:
    if _is_missing(value):
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Number):
        raise BadInput(
            f"{locus}: allele {value!r} is a number; alleles are names, expected text such as "
            "'9.3' or '10'. As numbers 10 and 10.0 look different and 9.3 is not exact: "
            "read the table as text."
        )
    if isinstance(value, Collection):
        return [part for item in value for part in _parts(locus, item)]
    raise BadInput(f"{locus}: found {type(value).__name__}; expected text such as '12/13'.")


def _is_missing(value: object) -> bool:
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(value, float) and value != value


def _split(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    if plain in _NO_CALL:
        return []
    return [mark for mark in _SEPARATORS.split(plain) if mark]


def _allele(locus: str, mark: str) -> str:
    if locus == AMELOGENIN:
        if mark not in {"X", "Y"}:
            raise BadInput(f"amelogenin shows {mark!r}; expected X, or X and Y as 'X/Y'.")
        return mark
    if re.fullmatch(r"[0-9]+\.0+", mark):
        raise BadInput(
            f"{locus}: {mark!r} is an allele name that a spreadsheet turned into a number; "
            f"expected {mark.split('.')[0]!r}. Read the table as text."
        )
    if not _ALLELE.fullmatch(mark):
        raise BadInput(
            f"{locus}: {mark!r} is no allele name; expected repeats such as '12' or '9.3', "
            "'ND' for not detected, or 'OL', '?', '-' for no call."
        )
    return mark
