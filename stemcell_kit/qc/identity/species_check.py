"""Species of a culture: from amplicon sizes, from Cq, or from reads per species."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc.inputs import count, in_percent, not_negative, number, positive
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = [
    "ForeignCells",
    "SpeciesCall",
    "foreign_reads",
    "foreign_share_by_cq",
    "species_by_cq",
    "species_by_size",
]


@dataclass(frozen=True)
class SpeciesCall(Shown):
    """Which species a test found, against the one expected."""

    found: tuple[str, ...]
    expected: str
    notes: tuple[str, ...] = ()

    @property
    def only_expected(self) -> bool:
        """Whether the expected species was found and no other."""
        return self.found == (self.expected,)

    @property
    def foreign(self) -> tuple[str, ...]:
        """The species found besides the expected one."""
        return tuple(one for one in self.found if one != self.expected)


@dataclass(frozen=True)
class ForeignCells(Shown):
    """Share of another species, percent; ``detected`` is false within what a clean sample shows."""

    value: float
    unit: str
    n: int
    interval: Interval
    detected: bool
    notes: tuple[str, ...] = ()


def species_by_size(
    sizes_bp: Sequence[float],
    expected_sizes_bp: Mapping[str, float],
    *,
    expected: str,
    tolerance_bp: float,
) -> SpeciesCall:
    """Name the species whose amplicons a multiplex species PCR shows.

    Parameters
    ----------
    sizes_bp
        Sizes of the bands or peaks, base pairs.
    expected_sizes_bp
        Species -> size of its amplicon in your assay.
    tolerance_bp
        How far a band may lie from that size, from your validation.

    Raises
    ------
    BadInput
        A band fits two species or none, or the expected species is not in the assay.
    """
    _check_expected(expected, expected_sizes_bp)
    limit = not_negative(tolerance_bp, "tolerance_bp")
    found = [_species_of(positive(s, "a size"), expected_sizes_bp, limit) for s in sizes_bp]
    return _call(found, expected_sizes_bp, expected)


def species_by_cq(
    cq: Mapping[str, Sequence[float | str]], *, expected: str, last_cq: float
) -> SpeciesCall:
    """Name the species whose assay amplifies in every replicate by *last_cq*.

    Parameters
    ----------
    cq
        Species -> Cq of each replicate; text such as ``Undetermined`` is no amplification.
    last_cq
        Last cycle that counts, from the blanks of your validation.

    Raises
    ------
    BadInput
        A species has no replicate, its replicates disagree, or the expected one was not tested.
    """
    _check_expected(expected, cq)
    limit = positive(last_cq, "last_cq")
    found = []
    for species, replicates in cq.items():
        seen = [not isinstance(one, str) and number(one, "a Cq") <= limit for one in replicates]
        if not seen or any(seen) != all(seen):
            raise BadInput(
                f"{species}: {sum(seen)} of {len(seen)} replicates amplify by cycle {limit:g}; "
                "expected all or none. Repeat the sample before you decide."
            )
        found += [species] * all(seen)
    return _call(found, cq, expected)


def foreign_share_by_cq(
    cq: Mapping[str, float],
    calibrator_cq: Mapping[str, float],
    *,
    expected: str,
    efficiency: Mapping[str, float],
) -> float:
    """Return the percent of cells of the one other species, from Cq beside pure calibrators.

    Parameters
    ----------
    cq, calibrator_cq
        Species -> Cq in the sample, and in the pure cells of that species at one DNA input.
    efficiency
        Species -> amplification factor per cycle of its assay, 2 for a perfect one.

    Raises
    ------
    BadInput
        Not exactly two species, or a factor outside 1 to 2.
    """
    _check_expected(expected, cq)
    if len(cq) != 2 or set(cq) != set(calibrator_cq) or set(cq) != set(efficiency):
        raise BadInput(
            f"found Cq of {', '.join(cq)}; expected two species, each with the Cq of its "
            "calibrator and its efficiency."
        )
    amounts = {}
    for species, found in cq.items():
        factor = number(efficiency[species], f"efficiency of {species}")
        if not 1 < factor <= 2:
            raise BadInput(
                f"efficiency of {species} is {factor:g}; expected a factor above 1 and up to 2. "
                "Write 95 % as 1.95."
            )
        lead = number(calibrator_cq[species], "calibrator Cq") - number(found, "Cq")
        amounts[species] = factor**lead
    return 100 * (1 - amounts[expected] / sum(amounts.values()))


def foreign_reads(
    reads: Mapping[str, int],
    *,
    expected: str,
    background_percent: float,
    confidence: float = 0.95,
) -> ForeignCells:
    """Return the percent of reads of other species, and whether it exceeds the background.

    Parameters
    ----------
    reads
        Species -> reads that fit this species alone.
    background_percent
        What pure cells of the expected species show, e.g. by index hopping and wrong mapping: the
        detection limit of your pipeline.

    Returns
    -------
    Percent with its exact interval; ``detected`` if the whole interval lies above the background.

    Raises
    ------
    BadInput
        The expected species is missing, or there are no reads.
    """
    _check_expected(expected, reads)
    limit = not_negative(background_percent, "background_percent")
    counted = {species: count(n, f"reads of {species}") for species, n in reads.items()}
    total = sum(counted.values())
    if not total:
        raise BadInput("there are no reads; expected those of the sample. Check the mapping step.")
    foreign = total - counted[expected]
    interval = in_percent(clopper_pearson(foreign, total, confidence=confidence))
    strongest = max((s for s in counted if s != expected), key=lambda s: counted[s], default="")
    named = foreign and (f"most foreign reads are {strongest}",)
    return ForeignCells(
        100 * foreign / total, "%", total, interval, interval.low > limit, named or ()
    )


def _check_expected(expected: str, tested: Mapping[str, object]) -> None:
    if expected not in tested:
        raise BadInput(
            f"expected {expected!r} is not among the species tested ({', '.join(tested)}); a test "
            "that cannot see the right species proves nothing."
        )


def _species_of(size: float, sizes: Mapping[str, float], tolerance: float) -> str:
    near = [species for species, known in sizes.items() if abs(size - known) <= tolerance]
    if len(near) != 1:
        raise BadInput(
            f"a band of {size:g} bp fits {' and '.join(near) or 'no species'} of the assay; look "
            "at the ladder, and sequence the band if it stays."
        )
    return near[0]


def _call(found: Sequence[str], tested: Mapping[str, object], expected: str) -> SpeciesCall:
    seen = tuple(species for species in tested if species in found)
    notes = []
    if expected not in seen:
        notes.append(f"{expected} was not found; check DNA and positive control before you decide")
    if any(species != expected for species in seen):
        notes.append("another species is present; feeder cells of that species explain it, or not")
    return SpeciesCall(seen, expected, tuple(notes))
