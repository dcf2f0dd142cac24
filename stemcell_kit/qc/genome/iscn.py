"""Reading a karyotype string (ISCN): a small, checked subset, refused where it cannot be right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.iscn_array import is_array, read_array
from stemcell_kit.qc.genome.iscn_terms import Abnormality, Imbalance, InvalidKaryotype, read_term
from stemcell_kit.qc.genome.karyotype import Clone, Karyotype
from stemcell_kit.qc.genome.mosaicism import is_clone

__all__ = [
    "Abnormality",
    "Clone",
    "Imbalance",
    "InvalidKaryotype",
    "Karyotype",
    "Recurrent",
    "clonal_changes",
    "count_recurrent",
    "donor_difference",
    "read_karyotype",
    "recurrent",
]

_HAPLOID = {"human": 23, "mouse": 20}
_CLONE = re.compile(r"([^\[\]]*)(?:\[([0-9]+)\])?")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)


def read_karyotype(text: str, *, species: str = "human") -> Karyotype:
    """Read an ISCN string and check that its chromosome number adds up.

    Understood: clones by ``/``, cells in ``[ ]``, sex chromosomes, ``+`` and ``-``, ``add del
    der dic dup i ins inv r rob t mar``, ``idem sl sdl``, ``c``, ``mos``, and ``arr`` strings.
    Blanks, soft hyphens, dashes and the short form ``i(17q)`` are put right.

    Parameters
    ----------
    text
        The string, e.g. ``47,XX,+12[6]/46,XX[14]``.
    species
        ``human`` or ``mouse``.

    Raises
    ------
    InvalidKaryotype
        The string breaks a rule; the message says which, and what was expected.
    BadInput
        The species is not known.
    """
    if species not in _HAPLOID:
        raise BadInput(f"species is {species!r}; expected {' or '.join(_HAPLOID)}.")
    plain = _normalised(text)
    if not plain:
        raise InvalidKaryotype("the karyotype is empty; expected e.g. 46,XX[20].")
    if is_array(plain):
        changes, sex = read_array(plain, species)
        return Karyotype(plain, species, (Clone(plain, None, sex, changes, None),))
    mosaic_at_birth = plain.startswith("mos")
    clones: list[Clone] = []
    for part in re.sub("^(mos|chi)", "", plain).split("/"):
        clones.append(_read_clone(part, clones, species))
    return Karyotype(plain, species, _donors_own(clones, species, mosaic_at_birth=mosaic_at_birth))


def clonal_changes(
    karyotype: Karyotype, *, gain_cells: int, loss_cells: int
) -> tuple[Abnormality, ...]:
    """Return the acquired changes seen in enough cells to make a clone.

    Parameters
    ----------
    karyotype
        With cell numbers; cells of all clones that carry the change are added up.
    gain_cells, loss_cells
        Cells that make a clone, from the laboratory's limits: for a gain, marker or
        structural change, and for a loss.
    """
    return tuple(
        change
        for change in karyotype.acquired
        if is_clone(
            _cells_with(karyotype, change),
            kind=change.kind,
            gain_cells=gain_cells,
            loss_cells=loss_cells,
        )
    )


@dataclass(frozen=True)
class Recurrent:
    """An acquired change that touches a row of the table of recurrent changes."""

    abnormality: Abnormality
    imbalance: Imbalance
    row: Mapping[str, object]


def recurrent(karyotype: Karyotype, table: Iterable[Mapping[str, object]]) -> tuple[Recurrent, ...]:
    """Look up the acquired gains and losses in a table of recurrent culture changes.

    Parameters
    ----------
    karyotype
        As read.
    table
        Rows with ``species``, ``chromosome``, ``arm_or_band`` and ``kind`` (``gain`` or
        ``loss``). An empty ``arm_or_band`` is the whole chromosome; ``q`` an arm; ``q11.21``
        a band, met by every stretch that overlaps it.

    Returns
    -------
    One entry per change, stretch and row that meet.
    """
    rows = [row for row in table if row.get("species", "human") == karyotype.species]
    return tuple(
        Recurrent(change, imbalance, row)
        for change in karyotype.acquired
        for imbalance in change.imbalances
        for row in rows
        if _meets(imbalance, row)
    )


def count_recurrent(
    text: str, table: Iterable[Mapping[str, object]], *, species: str = "human"
) -> int:
    """Return how many acquired changes of a string touch a row of the table of ``recurrent``."""
    found = recurrent(read_karyotype(text, species=species), table)
    return len({one.abnormality.text for one in found})


def donor_difference(line: Karyotype, donor: Karyotype) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the line has beyond its donor, and what it lacks of its donor.

    Changes are compared by their text without the mark ``c``; sex chromosomes that differ
    appear in both lists, e.g. ``(("XX",), ("XY",))``: think of a swap.
    """
    in_line = {_bare(change.text) for clone in line.clones for change in clone.abnormalities}
    in_donor = {_bare(change.text) for clone in donor.clones for change in clone.abnormalities}
    own = in_line & in_donor
    new, missing = sorted(in_line - own), sorted(in_donor - own)
    explained = any(change[:1] in "+-" and change[1:] in {"X", "Y"} for change in new)
    sexes = ({clone.sex for clone in line.clones}, {clone.sex for clone in donor.clones})
    if not explained and all(map(all, sexes)) and not (sexes[0] & sexes[1]):
        new, missing = [*sorted(sexes[0]), *new], [*sorted(sexes[1]), *missing]
    return tuple(dict.fromkeys(new)), tuple(dict.fromkeys(missing))


def _normalised(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_INVISIBLE).translate(_DASHES)
    plain = re.sub(r"\s", "", plain).replace("×", "x")
    return re.sub(r"\bi\(([0-9]{1,2}|X|Y)([pq])\)", r"i(\1)(\g<2>10)", plain)


def _read_clone(text: str, before: list[Clone], species: str) -> Clone:
    found = _CLONE.fullmatch(text)
    if not found or not found[1]:
        raise InvalidKaryotype(
            f"{text!r} is no clone; expected e.g. 47,XX,+12[6], clones separated by '/'."
        )
    if found[2] and int(found[2]) == 0:
        raise InvalidKaryotype(f"{text!r} lists 0 cells; leave out a clone that was not seen.")
    cells = int(found[2]) if found[2] else None
    number, *fields = found[1].split(",")
    count = _count(number, species)
    sex, inherited, terms = _start(found[1], fields, before)
    changes = _inherit(inherited, [read_term(term, species) for term in terms])
    clone = Clone(text, count, sex, changes, cells)
    _check_sum(clone, species)
    return clone


def _count(text: str, species: str) -> int:
    if not re.fullmatch(r"[0-9]{2,3}", text):
        raise InvalidKaryotype(
            f"{text!r} is no chromosome number; a karyotype starts with one, e.g. 46,XX."
        )
    if not _ploidy(int(text), species):
        raise InvalidKaryotype(f"{text} chromosomes are fewer than one haploid {species} set.")
    return int(text)


def _start(
    text: str, fields: list[str], before: list[Clone]
) -> tuple[str, tuple[Abnormality, ...], list[str]]:
    if not fields:
        raise InvalidKaryotype(f"{text!r} shows no sex chromosomes; expected e.g. {text},XX.")
    first, *terms = fields
    if re.fullmatch(r"idem|sl|sdl[0-9]*", first):
        model = _model_clone(first, before)
        return model.sex, model.abnormalities, terms
    if not re.fullmatch(r"[XYxy]+c?", first):
        raise InvalidKaryotype(
            f"{text!r} shows no sex chromosomes: found {first!r} after the number; expected "
            "e.g. XX or XY."
        )
    return first.rstrip("c").upper() + ("c" if first.endswith("c") else ""), (), terms


def _model_clone(word: str, before: list[Clone]) -> Clone:
    if not before:
        raise InvalidKaryotype(f"{word!r} repeats an earlier clone, but this is the first one.")
    if word in {"idem", "sl"}:
        return before[0]
    number = int(word[3:] or len(before) - 1)
    if not 0 <= number < len(before):
        raise InvalidKaryotype(f"{word!r}: there is no such sideline before this clone.")
    return before[number]


def _inherit(inherited: tuple[Abnormality, ...], new: list[Abnormality]) -> tuple[Abnormality, ...]:
    """Add the new changes to those of the earlier clone; -12 takes back its +12."""
    changes = list(inherited)
    for change in new:
        undone = next((old for old in changes if _undoes(change, old, inherited)), None)
        if undone is None:
            changes.append(change)
        else:
            changes.remove(undone)
    return tuple(changes)


def _undoes(new: Abnormality, old: Abnormality, inherited: tuple[Abnormality, ...]) -> bool:
    opposite = {new.kind, old.kind} == {"gain", "loss"} and new.chromosome == old.chromosome
    return opposite and not old.constitutional and old in inherited


def _ploidy(count: int, species: str) -> int:
    return int(count / _HAPLOID[species] + 0.5)


def _check_sum(clone: Clone, species: str) -> None:
    assert clone.count is not None  # only arrays have none
    autosomes = (_HAPLOID[species] - 1) * _ploidy(clone.count, species)
    sex = len(clone.sex.rstrip("c"))
    added = sum(change.added for change in clone.abnormalities)
    if autosomes + sex + added != clone.count:
        raise InvalidKaryotype(
            f"{clone.text!r}: the number says {clone.count}, but {autosomes} autosomes + {sex} sex "
            f"chromosomes shown {'+' if added >= 0 else '-'} {abs(added)} from the changes make "
            f"{autosomes + sex + added}. Correct the number or the changes."
        )


def _donors_own(clones: list[Clone], species: str, *, mosaic_at_birth: bool) -> tuple[Clone, ...]:
    """Mark what the donor was born with: unusual sex chromosomes, and all of a ``mos`` string.

    An acquired change of a sex chromosome is written with its sign (45,X,-X), so 47,XXY
    without one, in every clone, is read as a constitution.
    """
    odd = [_odd_sex(clone, species) for clone in clones]
    result = []
    for clone, found in zip(clones, odd, strict=True):
        changes = clone.abnormalities
        if found:
            own = clone.sex.endswith("c") or (all(odd) and found.chromosome != "")
            changes = (replace(found, constitutional=own), *changes)
        if mosaic_at_birth:
            changes = tuple(replace(change, constitutional=True) for change in changes)
        result.append(replace(clone, sex=clone.sex.rstrip("c"), abnormalities=changes))
    return tuple(result)


def _odd_sex(clone: Clone, species: str) -> Abnormality | None:
    """Return a change for sex chromosomes other than XX and XY that no sign explains."""
    sex, marked = clone.sex.rstrip("c"), clone.sex.endswith("c")
    named = any({"X", "Y"} & set(change.chromosome.split(";")) for change in clone.abnormalities)
    if sex in {"XX", "XY"} or (named and not marked):
        return None
    if _ploidy(clone.count or 0, species) > 2:
        return Abnormality("gain", "", "", f"{clone.count},{sex}")
    extra = "X" if sex.count("X") > 1 else "Y"
    kind, chromosome = ("gain", extra) if len(sex) > 2 else ("loss", "X")
    return Abnormality(kind, chromosome, "", sex, imbalances=(Imbalance(kind, chromosome),))


def _cells_with(karyotype: Karyotype, change: Abnormality) -> int:
    return sum(
        karyotype.cells_of(clone)
        for clone in karyotype.clones
        if change.text in {own.text for own in clone.acquired}
    )


def _bare(text: str) -> str:
    return text.removesuffix("c")


def _meets(imbalance: Imbalance, row: Mapping[str, object]) -> bool:
    chromosome = str(row["chromosome"])
    band = str(row.get("arm_or_band", "")).removeprefix(chromosome)
    same = imbalance.chromosome == chromosome and imbalance.kind == row["kind"]
    return same and imbalance.touches(band)
