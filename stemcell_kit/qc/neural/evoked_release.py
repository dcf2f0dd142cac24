"""Transmitter release on depolarisation, and the part of it that needs calcium."""

from __future__ import annotations

from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["EvokedRelease", "evoked_release"]


@dataclass(frozen=True)
class EvokedRelease(Shown):
    """``fold`` is evoked over basal; the fraction of evoked release that calcium carries."""

    fold: float
    calcium_dependent_fraction: float
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Fold over basal release."""
        return self.fold


def evoked_release(
    basal: float, evoked: float, *, calcium_free: float, blank: float = 0.0
) -> EvokedRelease:
    """Fold release and calcium-dependent fraction: ``evoked / basal``, ``1 - free / evoked``.

    Parameters
    ----------
    basal, evoked, calcium_free
        Amounts per cells and time in rest, in high potassium, and in high potassium without
        calcium; all in one unit.
    blank
        The same reading without cells, taken off all three.

    Raises
    ------
    BadInput
        Basal or evoked release is not above the blank: without release there is no fold. Report
        the basal release as below the limit and the evoked amount alone.
    """
    empty = inputs.not_negative(blank, "blank")
    low, high, free = (
        inputs.number(value, what) - empty
        for value, what in ((basal, "basal"), (evoked, "evoked"), (calcium_free, "calcium_free"))
    )
    if low <= 0 or high <= 0:
        raise BadInput(
            f"basal release is {low:g} and evoked {high:g} above the blank; expected both above 0. "
            "Report what is below the limit as such, without a fold."
        )
    fraction = 1 - free / high
    notes: tuple[str, ...] = ()
    if free < 0:
        notes += ("the calcium-free sample is below the blank",)
    if fraction < 0:
        notes += ("more release without calcium than with it: this is leakage, not exocytosis",)
    if high <= low:
        notes += ("potassium does not raise release",)
    return EvokedRelease(high / low, fraction, notes)
