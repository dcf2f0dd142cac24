"""Sterility test: the repeat run, and what follows a flag, an interim test or a late positive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stemcell_kit.errors import BadInput
from stemcell_kit.shown import Shown

__all__ = ["FollowUp", "Situation", "follow_up", "repeat_run"]

_TEXT = "public-text: pharmacopoeial observation and interpretation of results"


class Situation(StrEnum):
    """What can come after or beside the first run."""

    LATE_GROWTH = "growth after the product was given"
    FLAG_WITHOUT_GROWTH = "bottle flagged, Gram and subculture negative"
    MISSED_BY_BOTTLE = "bottle negative to the end, terminal subculture positive"
    INTERIM_POSITIVE = "interim Gram stain or PCR positive before release"
    INTERIM_NEGATIVE = "interim tests negative, final culture pending"


@dataclass(frozen=True)
class FollowUp(Shown):
    """The decision with its row, P1 to P10, and where the rule comes from."""

    row: str
    outcome: str
    next_step: str
    provenance: str


_SITUATIONS = {
    Situation.LATE_GROWTH: FollowUp(
        "P6",
        "batch fails",
        "inform physician and sponsor, identify the isolate and test its susceptibility, follow up "
        "the patient, report as required, start the investigation",
        "recalled (high); the need arises from the short shelf life (public-text)",
    ),
    Situation.FLAG_WITHOUT_GROWTH: FollowUp(
        "P7",
        "presumptive false signal",
        "subculture again on several media, one of them anaerobic, keep the bottle to the end, "
        "investigate instrument and cell respiration; do not release on this alone",
        "recalled (medium-high)",
    ),
    Situation.MISSED_BY_BOTTLE: FollowUp(
        "P8", "fail (missed detection)", "revalidate the method", "recalled (medium-high)"
    ),
    Situation.INTERIM_POSITIVE: FollowUp(
        "P9", "hold or discard", "confirm by culture", "recalled (high)"
    ),
    Situation.INTERIM_NEGATIVE: FollowUp(
        "P10",
        "conditional release",
        "by the authorised person, under a defined two-step release; finish the culture",
        "literature: published release tables use an interim Gram stain and a final culture",
    ),
}


def repeat_run(
    *,
    controls_in_order: bool,
    growth: bool,
    same_units: bool = True,
    same_method: bool = True,
    first_cause_in_product: bool = False,
) -> FollowUp:
    """Call the one repeat of an invalid first run; its result is final.

    Parameters
    ----------
    controls_in_order
        Negative control clean and positive control grown, where one was run.
    growth
        Growth in a test vessel, confirmed under the microscope.
    same_units, same_method
        As many units and the same method as in the first run.
    first_cause_in_product
        The first result was set aside although its cause lay in the product.
    """
    if first_cause_in_product:
        stands = "the first result stands: it may be set aside only for causes outside the product"
        return FollowUp("P5", "not acceptable", stands, "public-text: 21 CFR 610.1")
    if not (same_units and same_method):
        step = "repeat with the same number of units and the same method"
        source = _TEXT if same_method else "recalled (high)"
        return FollowUp("P4", "not acceptable as a repeat", step, source)
    if not controls_in_order:
        step = "stop; QA decision with full investigation: only one repeat is foreseen"
        return FollowUp("P3", "no result", step, "recalled (high): 21 CFR 610.12(f)")
    if growth:
        return FollowUp("P2", "does not comply", "reject; no further repeat", _TEXT)
    return FollowUp("P1", "complies", "report with sample-limited wording", _TEXT)


def follow_up(situation: str) -> FollowUp:
    """Say what follows a situation, in the words of :class:`Situation`.

    Raises
    ------
    BadInput
        An unknown situation.
    """
    if situation not in set(Situation):
        expected = ", ".join(repr(str(one)) for one in Situation)
        raise BadInput(f"situation is {situation!r}; expected one of {expected}.")
    return _SITUATIONS[Situation(situation)]
