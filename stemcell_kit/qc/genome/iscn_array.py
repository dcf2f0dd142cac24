"""Array results in karyotype notation, e.g. ``arr[GRCh38] 20q11.21(31000000_32500000)x3``."""

from __future__ import annotations

import re

from stemcell_kit.qc.genome.iscn_terms import (
    Abnormality,
    Imbalance,
    InvalidKaryotype,
    check_chromosome,
)

__all__ = ["is_array", "read_array"]

_HEAD = re.compile(r"arr(?:\[(GRCh3[78]|hg19|hg38|GRCm3[89]|mm10|mm39)\])?(.+)")
_RESULT = re.compile(
    r"(?P<where>\([0-9XY,-]+\)|(?:[0-9]{1,2}|X|Y)(?:[pq][0-9.]+){1,2}|(?:[0-9]{1,2}|X|Y))"
    r"(?P<span>\([0-9,]+_[0-9,]+\))?x(?P<copies>[0-9])(?:[~-][0-9])?(?:\[[0-9.]+\])?"
)
_BAND = re.compile(r"([0-9]{1,2}|X|Y)([pq][0-9.]+)([pq][0-9.]+)?")


def is_array(text: str) -> bool:
    """Say whether a string (without blanks) is an array result."""
    return text.startswith("arr")


def read_array(text: str, species: str) -> tuple[tuple[Abnormality, ...], str]:
    """Read the gains and losses of an array string; return them with the sex chromosomes told.

    Raises
    ------
    InvalidKaryotype
        The string is no array result as understood here.
    """
    head = _HEAD.fullmatch(text)
    if not head:
        raise InvalidKaryotype(_unread(text))
    results = [_RESULT.fullmatch(part) for part in re.split(r",(?![^(]*\))", head[2])]
    copies: list[tuple[str, int, re.Match[str]]] = []
    for result in results:
        if result is None:
            raise InvalidKaryotype(_unread(text))
        for where in _places(result["where"]):
            copies.append((where, int(result["copies"]), result))
    y_seen = any(where == "Y" and count for where, count, _ in copies)
    sex = _sex(copies)
    changes = [_change(where, n, result, y_seen, species) for where, n, result in copies]
    return tuple(change for change in changes if change), sex


def _unread(text: str) -> str:
    return (
        f"{text!r} is no array result that can be read here; expected e.g. "
        "arr[GRCh38] 20q11.21(31000000_32500000)x3 or arr(X,1-22)x2."
    )


def _places(where: str) -> list[str]:
    """Return the chromosomes of ``(X,1-22)``, or the place itself."""
    if not where.startswith("("):
        return [where]
    places: list[str] = []
    for part in where[1:-1].split(","):
        first, _, last = part.partition("-")
        if last and first.isdigit() and last.isdigit():
            places += map(str, range(int(first), int(last) + 1))
        else:
            places.append(part)
    return places


def _sex(copies: list[tuple[str, int, re.Match[str]]]) -> str:
    told = {where: count for where, count, _ in copies if where in {"X", "Y"}}
    return "X" * told.get("X", 0) + "Y" * told.get("Y", 0)


def _change(
    where: str, copies: int, result: re.Match[str], y_seen: bool, species: str
) -> Abnormality | None:
    band = _BAND.fullmatch(where)
    chromosome = check_chromosome(band[1] if band else where, species)
    usual = 1 if chromosome == "Y" or (chromosome == "X" and y_seen) else 2
    if copies == usual:
        return None
    kind = "gain" if copies > usual else "loss"
    size = _size(result["span"])
    bands = [part for part in band.groups()[1:] if part] if band else []
    stretches = _stretches(kind, chromosome, bands, size)
    # an array tells copies, not how they sit: the text names place and copies only
    return Abnormality(kind, chromosome, "".join(bands), f"{where}x{copies}", imbalances=stretches)


def _stretches(
    kind: str, chromosome: str, bands: list[str], size: int | None
) -> tuple[Imbalance, ...]:
    if not bands:
        return (Imbalance(kind, chromosome, size_bp=size),)
    first, last = bands[0], bands[-1]
    if first[0] == last[0]:
        low, high = sorted((first[1:], last[1:]))
        return (Imbalance(kind, chromosome, first[0], low, high, size),)
    # from one arm across the centromere into the other; the size belongs to both together
    return tuple(Imbalance(kind, chromosome, band[0], "10", band[1:]) for band in (first, last))


def _size(span: str | None) -> int | None:
    if span is None:
        return None
    start, end = (int(part.replace(",", "")) for part in span[1:-1].split("_"))
    if end <= start:
        raise InvalidKaryotype(f"{span}: the stretch ends before it starts; exchange the two.")
    return end - start
