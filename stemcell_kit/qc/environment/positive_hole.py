"""Positive-hole correction of a sieve air sampler: two spores through one hole make one colony."""

from __future__ import annotations

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["SaturatedSieve", "positive_hole_count"]


class SaturatedSieve(BadInput):
    """Every hole has a colony, so the number has no upper bound."""


def positive_hole_count(colonies: int, *, holes: int) -> float:
    """Expected number of particles that filled so many holes of the sieve.

    ``N (1/N + 1/(N-1) + ... + 1/(N-r+1))`` for r colonies under N holes.

    Raises
    ------
    SaturatedSieve
        Every hole is filled.
    BadInput
        More colonies than holes, or a number that is no count.

    Source
    ------
    Feller's occupancy formula; Macher 1989, Am Ind Hyg Assoc J 50:561.
    """
    filled, all_holes = inputs.count(colonies, "colonies"), inputs.count(holes, "holes")
    if filled > all_holes or all_holes == 0:
        raise BadInput(
            f"{filled} colonies under {all_holes} holes; expected no more than one per hole. "
            "Check the sampler's head, or whether the count was corrected already."
        )
    if filled == all_holes:
        raise SaturatedSieve(
            f"all {all_holes} holes have a colony; expected some free. Sample a smaller volume "
            "and repeat; report this plate as above the range."
        )
    return all_holes * sum(1 / (all_holes - i) for i in range(filled))
