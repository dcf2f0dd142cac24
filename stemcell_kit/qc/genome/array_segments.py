"""Array segments: what the line has that its donor has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "ArrayComparison",
    "Segment",
    "above_size",
    "subtract_donor",
]

_COLUMNS = ("chromosome", "start_mb", "end_mb", "copies")
_SEX_CHROMOSOMES = ("X", "Y")
_USUAL = {"female": {"X": 2.0, "Y": 0.0}, "male": {"X": 1.0, "Y": 1.0}}


@dataclass(frozen=True)
class Segment:
    """One stretch with other than the usual copies.

    ``overlap`` is the best reciprocal overlap with a segment of the donor of the same kind, 0 to 1;
    ``share`` the share of cells that a change by one copy needs to give this mean.
    """

    chromosome: str
    start_mb: float
    end_mb: float
    copies: float
    kind: str
    origin: str
    overlap: float
    share: float

    @property
    def size_mb(self) -> float:
        """Length in megabases."""
        return self.end_mb - self.start_mb


@dataclass(frozen=True)
class ArrayComparison(Shown):
    """The segments of a line against its donor; ``value`` counts the new ones."""

    segments: tuple[Segment, ...]
    notes: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[Segment, ...]:
        """Segments that the donor has not."""
        return tuple(one for one in self.segments if one.origin == "new")

    @property
    def inherited(self) -> tuple[Segment, ...]:
        """Segments that came with the donor."""
        return tuple(one for one in self.segments if one.origin == "inherited")

    @property
    def gains(self) -> tuple[Segment, ...]:
        """New gains."""
        return tuple(one for one in self.new if one.kind == "gain")

    @property
    def losses(self) -> tuple[Segment, ...]:
        """New losses."""
        return tuple(one for one in self.new if one.kind == "loss")

    @property
    def value(self) -> int:
        """Number of new segments."""
        return len(self.new)

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "segments"

    @property
    def n(self) -> int:
        """Segments of the line."""
        return len(self.segments)


def subtract_donor(
    line: Mapping[str, Sequence[Any]],
    donor: Mapping[str, Sequence[Any]],
    *,
    overlap: float,
    sex: str,
) -> ArrayComparison:
    """Tell what a line has beyond its donor from what it inherited.

    Parameters
    ----------
    line, donor
        Tables (name of the column to list) of segments that differ from the usual copies:
        ``chromosome, start_mb, end_mb, copies``; one genome build for both. Mean copies need not
        be whole: 2.4 is a gain in 40 % of the cells.
    overlap
        Reciprocal overlap from which two segments of the same kind are the same change: the
        shared length is at least this share of both. A rule of the laboratory.
    sex
        ``female`` or ``male``, the usual copies of X and Y.

    Raises
    ------
    BadInput
        A column is missing, a segment has no length or the usual copies, or overlaps another one
        of its own sample.
    """
    rule = inputs.share(overlap, "overlap")
    if sex not in _USUAL:
        raise BadInput(f"sex is {sex!r}; expected {' or '.join(_USUAL)}.")
    own = _segments(line, sex, "line")
    known = _segments(donor, sex, "donor")
    compared = [_compared(one, known, rule) for one in own]
    notes = [
        f"chromosome {one.chromosome} {one.start_mb:g}-{one.end_mb:g} Mb overlaps a segment of the "
        f"donor by {100 * one.overlap:.0f} %, below the rule: inherited and grown, or called twice?"
        for one in compared
        if one.origin == "new" and one.overlap > 0
    ]
    notes += [
        f"the donor's segment on chromosome {gone.chromosome} ({gone.start_mb:g}-{gone.end_mb:g} "
        "Mb) is missing in the line: check the identity of the sample"
        for gone in known
        if not any(_reciprocal(gone, one) >= rule for one in own)
    ]
    return ArrayComparison(tuple(compared), tuple(notes))


def _segments(table: Mapping[str, Sequence[Any]], sex: str, what: str) -> list[Segment]:
    missing = [name for name in _COLUMNS if name not in table]
    if missing:
        raise BadInput(f"the {what} table has no {', '.join(missing)}; expected {_COLUMNS}.")
    lengths = {len(table[name]) for name in _COLUMNS}
    if len(lengths) != 1:
        raise BadInput(f"the columns of the {what} table differ in length; expected one row each.")
    rows = zip(*(table[name] for name in _COLUMNS), strict=True)
    found = sorted((_segment(row, sex, what) for row in rows), key=_place)
    for one, following in pairwise(found):
        if one.chromosome == following.chromosome and following.start_mb < one.end_mb:
            raise BadInput(
                f"two segments of the {what} overlap on chromosome {one.chromosome} at "
                f"{following.start_mb:g} Mb; expected each stretch once. Join or correct them."
            )
    return found


def _segment(row: tuple[Any, ...], sex: str, what: str) -> Segment:
    chromosome = str(row[0]).removeprefix("chr")
    start = inputs.not_negative(row[1], f"start_mb of the {what}")
    end = inputs.not_negative(row[2], f"end_mb of the {what}")
    copies = inputs.not_negative(row[3], f"copies of the {what}")
    if end <= start:
        raise BadInput(
            f"a segment of the {what} on chromosome {chromosome} goes from {start:g} to {end:g} "
            "Mb; expected an end after its start."
        )
    usual = _usual(chromosome, sex)
    if copies == usual:
        raise BadInput(
            f"a segment of the {what} on chromosome {chromosome} has {copies:g} copies, the usual "
            "number; list changed stretches only."
        )
    kind = "gain" if copies > usual else "loss"
    return Segment(chromosome, start, end, copies, kind, "", 0.0, abs(copies - usual))


def _usual(chromosome: str, sex: str) -> float:
    if chromosome in _SEX_CHROMOSOMES:
        return _USUAL[sex][chromosome]
    if not chromosome.isdigit() or not 1 <= int(chromosome) <= 22:
        raise BadInput(f"chromosome is {chromosome!r}; expected 1 to 22, X or Y.")
    return 2.0


def _place(one: Segment) -> tuple[str, float]:
    return one.chromosome, one.start_mb


def _compared(one: Segment, donor: Sequence[Segment], rule: float) -> Segment:
    best = max((_reciprocal(one, other) for other in donor), default=0.0)
    origin = "inherited" if best >= rule else "new"
    return Segment(
        one.chromosome, one.start_mb, one.end_mb, one.copies, one.kind, origin, best, one.share
    )


def _reciprocal(one: Segment, other: Segment) -> float:
    """Shared length over the longer of two segments of the same chromosome and kind."""
    if (one.chromosome, one.kind) != (other.chromosome, other.kind):
        return 0.0
    shared = min(one.end_mb, other.end_mb) - max(one.start_mb, other.start_mb)
    return max(0.0, shared) / max(one.size_mb, other.size_mb)


def above_size(
    comparison: ArrayComparison, *, larger_than_mb: float, share_at_least: float = 0.0
) -> tuple[Segment, ...]:
    """Return the new segments larger than a size and seen in at least a share of the cells."""
    size = inputs.not_negative(larger_than_mb, "larger_than_mb")
    return tuple(
        one for one in comparison.new if one.size_mb > size and one.share >= share_at_least
    )
