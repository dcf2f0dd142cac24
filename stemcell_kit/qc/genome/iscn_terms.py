"""One abnormality of a karyotype string: reading it, and what it gains or loses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from stemcell_kit.errors import KitError

__all__ = ["Abnormality", "Imbalance", "InvalidKaryotype", "check_chromosome", "read_term"]

# sort after and before every band of an arm
_TERMINAL, _CENTROMERE = "~", "10"
_ACROCENTRIC = frozenset({"13", "14", "15", "21", "22"})
_AUTOSOMES = {"human": 22, "mouse": 19}

_NUMERICAL = re.compile(r"([+-])([0-9]{1,2}|X|Y)(c?)")
_MARKER = re.compile(r"\+([0-9]?)(mar|r)([0-9]*)")
_STRUCTURAL = re.compile(r"([+-]?)([a-z]+)\(([^()]*)\)(?:\(([^()]*)\))?(.*?)(c?)")
_BAND = {
    "human": r"[pq](?:10|[0-9]{1,2}(?:\.[0-9]{1,3})?|ter)",
    "mouse": r"[A-H][0-9]?(?:\.[0-9]{1,2})?",
}


class InvalidKaryotype(KitError, ValueError):
    """A karyotype string breaks a rule; the message says which one."""


@dataclass(frozen=True)
class Imbalance:
    """A stretch that a change gains or loses.

    ``arm`` is ``p``, ``q`` or empty for a whole chromosome; ``start`` and ``end`` are bands
    from the centromere outwards, ``~`` for the end of the arm; ``size_bp`` where an array
    measured it.
    """

    kind: str
    chromosome: str
    arm: str = ""
    start: str = _CENTROMERE
    end: str = _TERMINAL
    size_bp: int | None = None

    def touches(self, arm_or_band: str) -> bool:
        """Say whether the stretch overlaps an arm (``q``) or band (``q21``); empty: is whole."""
        if not arm_or_band:
            return not self.arm
        if not self.arm:
            return True
        arm, band = arm_or_band[0], arm_or_band[1:]
        return arm == self.arm and self.start <= band + _TERMINAL and band <= self.end + _TERMINAL


@dataclass(frozen=True)
class Abnormality:
    """One change of a clone; ``kind`` is ``gain``, ``loss``, ``structural`` or ``marker``.

    ``added`` is what the change does to the chromosome number.
    """

    kind: str
    chromosome: str
    arm_or_band: str
    text: str
    constitutional: bool = False
    added: int = 0
    balanced: bool = False
    imbalances: tuple[Imbalance, ...] = ()


def read_term(text: str, species: str) -> Abnormality:
    """Read one abnormality, e.g. ``+12`` or ``der(18)t(17;18)(q21;q23)``.

    Raises
    ------
    InvalidKaryotype
        The term is not in the subset read here, or breaks a rule.
    """
    numerical, marker = _NUMERICAL.fullmatch(text), _MARKER.fullmatch(text)
    if numerical:
        return _whole_chromosome(text, numerical, species)
    if marker:
        added = int(marker[1] or 1)
        return Abnormality("marker", "", "", text, added=added)
    found = _STRUCTURAL.fullmatch(text)
    if not found:
        raise InvalidKaryotype(_unread(text))
    return _structural(text, found, species)


def check_chromosome(chromosome: str, species: str) -> str:
    """Return the chromosome if the species has it."""
    known = {*map(str, range(1, _AUTOSOMES[species] + 1)), "X", "Y"}
    if chromosome not in known:
        raise InvalidKaryotype(
            f"a {species} has no chromosome {chromosome or '(blank)'}; expected 1 to "
            f"{_AUTOSOMES[species]}, X or Y. Is the species right?"
        )
    return chromosome


def _unread(text: str) -> str:
    if text.startswith("mar"):
        return f"{text!r}: a marker is always extra; write '+mar'."
    return (
        f"{text!r} is not understood; expected e.g. +12, -X, +mar, del(6)(q13q21), "
        "t(1;4)(q21;q25) or i(20)(q10)."
    )


def _whole_chromosome(text: str, found: re.Match[str], species: str) -> Abnormality:
    sign, chromosome, c = found.groups()
    check_chromosome(chromosome, species)
    kind = "gain" if sign == "+" else "loss"
    # in 45,X,-X the sex chromosomes shown are already those that are left
    already_shown = sign == "-" and chromosome in {"X", "Y"}
    added = 0 if already_shown else (1 if sign == "+" else -1)
    return Abnormality(
        kind, chromosome, "", text, bool(c), added, False, (Imbalance(kind, chromosome),)
    )


@dataclass(frozen=True)
class _Parts:
    """A structural term taken apart: chromosomes and, for each, its breakpoints."""

    text: str
    kind: str
    chromosomes: tuple[str, ...]
    bands: tuple[tuple[str, ...], ...]
    tail: str
    extra: bool


def _structural(text: str, found: re.Match[str], species: str) -> Abnormality:
    sign, kind, chromosomes, bands, tail, c = found.groups()
    if kind not in _READERS:
        raise InvalidKaryotype(_unread(text))
    names = tuple(check_chromosome(name, species) for name in chromosomes.split(";"))
    if sign == "-":
        raise InvalidKaryotype(f"{text!r}: write the loss of a chromosome by its number, e.g. -8.")
    parts = _Parts(text, kind, names, _bands(text, bands, species), tail, sign == "+")
    _check_breakpoints(parts)
    read = _READERS[kind](parts, species)
    return replace(read, text=text, constitutional=bool(c), added=_added(parts))


def _bands(text: str, bands: str | None, species: str) -> tuple[tuple[str, ...], ...]:
    if not bands:
        return ()
    result = []
    for group in bands.split(";"):
        found = re.findall(_BAND[species], group)
        if "".join(found) != group or not found:
            raise InvalidKaryotype(
                f"{text!r}: {group!r} is no breakpoint; expected arm and band, e.g. q21 or p13.3."
            )
        # mouse chromosomes have one arm in G-band notation
        result.append(tuple(found) if species == "human" else tuple("q" + band for band in found))
    return tuple(result)


def _check_breakpoints(parts: _Parts) -> None:
    if parts.kind == "der" and parts.tail:
        return
    if not parts.bands:
        example = {"t": "t(9;22)(q34;q11.2)", "i": "i(17)(q10)"}.get(parts.kind, "del(5)(q13q33)")
        raise InvalidKaryotype(
            f"{parts.text!r} has no breakpoints; say where it breaks, e.g. {example}."
        )
    if parts.tail:
        raise InvalidKaryotype(_unread(parts.text))
    if len(parts.bands) != len(parts.chromosomes):
        raise InvalidKaryotype(
            f"{parts.text!r} names {len(parts.chromosomes)} chromosome(s) but breakpoints for "
            f"{len(parts.bands)}; give one group of breakpoints per chromosome."
        )


def _added(parts: _Parts) -> int:
    if parts.extra:
        return 1
    # 46,X,i(X)(q10): a changed sex chromosome is not among the sex chromosomes shown
    sex = sum(name in {"X", "Y"} for name in parts.chromosomes)
    # one chromosome made of two takes the place of both
    fused = len(parts.chromosomes) - 1 if parts.kind in {"der", "rob", "dic"} else 0
    return sex - fused


def _arm(kind: str, chromosome: str, arm: str, start: str, end: str) -> Imbalance:
    start, end = (_TERMINAL if band == "ter" else band for band in (start, end))
    low, high = sorted((start, end))
    return Imbalance(kind, chromosome, arm, low, high)


def _outer(kind: str, chromosome: str, band: str) -> Imbalance:
    return _arm(kind, chromosome, band[0], band[1:], _TERMINAL)


def _other_arm(arm: str) -> str:
    return "q" if arm == "p" else "p"


def _between(kind: str, chromosome: str, bands: tuple[str, ...]) -> tuple[Imbalance, ...]:
    """Stretch between two breakpoints, or from a single one to the end of its arm."""
    if len(bands) == 1:
        return (_outer(kind, chromosome, bands[0]),)
    first, last = bands[0], bands[-1]
    if first[0] == last[0]:
        return (_arm(kind, chromosome, first[0], first[1:], last[1:]),)
    return tuple(_arm(kind, chromosome, b[0], _CENTROMERE, b[1:]) for b in (first, last))


def _abnormality(parts: _Parts, imbalances: tuple[Imbalance, ...] = ()) -> Abnormality:
    groups = parts.bands
    return Abnormality(
        "structural",
        ";".join(parts.chromosomes),
        ";".join("".join(group) for group in groups),
        parts.text,
        balanced=parts.kind in {"t", "inv", "ins", "rob"} and not parts.extra,
        imbalances=imbalances,
    )


def _deletion(parts: _Parts, species: str) -> Abnormality:
    lost = _between("loss", parts.chromosomes[0], parts.bands[0])
    return _abnormality(parts, _with_extra_copy(parts, lost))


def _duplication(parts: _Parts, species: str) -> Abnormality:
    gained = _between("gain", parts.chromosomes[0], parts.bands[0])
    if parts.extra:
        gained = (Imbalance("gain", parts.chromosomes[0]), *gained)
    return _abnormality(parts, gained)


def _rearranged(parts: _Parts, species: str) -> Abnormality:
    if parts.kind == "t" and len(parts.chromosomes) < 2:
        raise InvalidKaryotype(
            f"{parts.text!r}: a translocation joins at least two chromosomes, e.g. t(9;22)(q34;q11.2)."
        )
    whole = tuple(Imbalance("gain", name) for name in parts.chromosomes[:1]) if parts.extra else ()
    return _abnormality(parts, whole)


def _isochromosome(parts: _Parts, species: str) -> Abnormality:
    chromosome, arm = parts.chromosomes[0], parts.bands[0][0][0]
    gained = Imbalance("gain", chromosome, arm)
    lost = Imbalance("loss", chromosome, _other_arm(arm))
    return _abnormality(parts, (gained,) if parts.extra else (gained, lost))


def _ring(parts: _Parts, species: str) -> Abnormality:
    lost = tuple(_outer("loss", parts.chromosomes[0], band) for band in parts.bands[0])
    return _abnormality(parts, () if parts.extra else lost)


def _added_material(parts: _Parts, species: str) -> Abnormality:
    lost = (_outer("loss", parts.chromosomes[0], parts.bands[0][0]),)
    return _abnormality(parts, _with_extra_copy(parts, lost))


def _fusion(parts: _Parts, species: str) -> Abnormality:
    """Two chromosomes joined at or near the centromere; short arms of acrocentrics do not count."""
    imbalances: list[Imbalance] = []
    for chromosome, bands in zip(parts.chromosomes, parts.bands, strict=True):
        kept = bands[0][0]
        if parts.extra:
            imbalances.append(Imbalance("gain", chromosome, kept))
        elif not (chromosome in _ACROCENTRIC and kept == "q"):
            imbalances.append(Imbalance("loss", chromosome, _other_arm(kept)))
    result = _abnormality(parts, tuple(imbalances))
    return replace(result, balanced=not imbalances)


def _derivative(parts: _Parts, species: str) -> Abnormality:
    if not parts.tail:
        return _fusion(parts, species)
    inner = _STRUCTURAL.fullmatch(parts.tail)
    own = parts.chromosomes[0]
    if not inner or inner[2] not in _READERS or len(parts.chromosomes) > 1:
        raise InvalidKaryotype(_unread(parts.text))
    names = tuple(check_chromosome(name, species) for name in inner[3].split(";"))
    change = _Parts(
        parts.text, inner[2], names, _bands(parts.text, inner[4], species), inner[5], False
    )
    _check_breakpoints(change)
    if own not in names:
        raise InvalidKaryotype(
            f"{parts.text!r}: chromosome {own} takes no part in {parts.tail}; "
            "name the chromosome whose centromere is kept."
        )
    bands = ";".join("".join(group) for group in change.bands)
    imbalances = _of_derivative(own, change) if change.kind == "t" else ()
    if change.kind != "t":
        imbalances = _READERS[change.kind](change, species).imbalances
    lost = _with_extra_copy(parts, imbalances)
    return replace(_abnormality(parts, lost), arm_or_band=bands)


def _of_derivative(own: str, change: _Parts) -> tuple[Imbalance, ...]:
    if len(change.chromosomes) != 2:
        return ()  # which piece sits on which derivative is not told by a three-way string
    result = []
    for name, bands in zip(change.chromosomes, change.bands, strict=True):
        kind = "loss" if name == own else "gain"
        result.append(_outer(kind, name, bands[0]))
    return tuple(sorted(result, key=lambda item: item.kind))


def _with_extra_copy(parts: _Parts, changes: tuple[Imbalance, ...]) -> tuple[Imbalance, ...]:
    """Turn the losses of a replaced chromosome into the gains of an extra one."""
    if not parts.extra:
        return changes
    kept = [change for change in changes if change.kind == "gain"]
    for loss in (change for change in changes if change.kind == "loss"):
        kept.append(Imbalance("gain", loss.chromosome, _other_arm(loss.arm)))
        if loss.start > _CENTROMERE:
            kept.append(_arm("gain", loss.chromosome, loss.arm, _CENTROMERE, loss.start))
    return tuple(kept)


_READERS: dict[str, Callable[[_Parts, str], Abnormality]] = {
    "add": _added_material,
    "del": _deletion,
    "der": _derivative,
    "dic": _fusion,
    "dup": _duplication,
    "i": _isochromosome,
    "ins": _rearranged,
    "inv": _rearranged,
    "r": _ring,
    "rob": _fusion,
    "t": _rearranged,
}
