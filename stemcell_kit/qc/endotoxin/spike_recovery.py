"""Spike recovery: does the sample let the test see endotoxin that was added?

Recovery = (spiked - unspiked) / spike x 100, all in EU/mL of the well, before the dilution.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.endotoxin.kinetic_curve import KineticCurve
from stemcell_kit.qc.endotoxin.kinetic_reading import curve_of, read_sample
from stemcell_kit.shown import Shown

__all__ = [
    "NonInterfering",
    "SpikeRecovery",
    "lowest_non_interfering_dilution",
    "recovery_of_wells",
    "spike_recovery",
]


@dataclass(frozen=True)
class SpikeRecovery(Shown):
    """Recovery of a spike in percent; ``relation`` is ``<`` or ``>`` outside the curve."""

    value: float
    relation: str
    unspiked_eu_per_ml: float
    spiked_eu_per_ml: float
    spike_eu_per_ml: float
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"

    def within(self, at_least: float, at_most: float) -> bool:
        """Say whether the recovery surely lies between two limits, both included."""
        if self.relation == "<" or self.value < at_least:
            return False
        return self.relation == "=" and self.value <= at_most


@dataclass(frozen=True)
class NonInterfering(Shown):
    """The lowest dilution without interference, and the highest that still interfered (0: none)."""

    dilution: float
    highest_interfering: float
    maximum_valid_dilution: float
    notes: tuple[str, ...] = ()


def spike_recovery(
    *,
    spiked_eu_per_ml: float,
    unspiked_eu_per_ml: float,
    spike_eu_per_ml: float,
    lowest_standard_eu_per_ml: float,
) -> SpikeRecovery:
    """Share of the spike that the test finds, in percent.

    Parameters
    ----------
    spiked_eu_per_ml, unspiked_eu_per_ml
        Endotoxin in the wells, both at the dilution tested.
    spike_eu_per_ml
        Nominal spike in the well.
    lowest_standard_eu_per_ml
        An unspiked sample below it counts as 0, and the result says so.

    Raises
    ------
    BadInput
        A negative concentration, or a spike that is not above zero.

    Source
    ------
    USP <85>, interfering factors.
    """
    spiked = inputs.not_negative(spiked_eu_per_ml, "spiked_eu_per_ml")
    own = inputs.not_negative(unspiked_eu_per_ml, "unspiked_eu_per_ml")
    spike = inputs.positive(spike_eu_per_ml, "spike_eu_per_ml")
    notes: tuple[str, ...] = ()
    if own < inputs.positive(lowest_standard_eu_per_ml, "lowest_standard_eu_per_ml"):
        own = 0.0
        notes = ("the unspiked sample is below the curve and counts as 0 for the recovery",)
    return SpikeRecovery(100 * (spiked - own) / spike, "=", own, spiked, spike, notes)


def recovery_of_wells(
    standards: Mapping[str, Sequence[float]] | KineticCurve,
    onset_s: Sequence[float | None],
    spiked_onset_s: Sequence[float | None],
    *,
    spike_eu_per_ml: float,
) -> SpikeRecovery:
    """Recovery from the onset times of the unspiked and the spiked wells of one dilution.

    A spiked well below or above the curve gives a limit of the recovery (``<`` or ``>``).

    Raises
    ------
    BadInput
        The unspiked sample is above the curve: nothing can be subtracted.
    """
    curve = curve_of(standards)
    own = read_sample(curve, onset_s, dilution=1)
    spiked = read_sample(curve, spiked_onset_s, dilution=1)
    if own.relation == ">":
        raise BadInput(
            f"the unspiked sample is above the highest standard {own.value:g} EU/mL; expected it "
            "on or below the curve. Dilute the sample more and repeat with its spike."
        )
    found = spike_recovery(
        spiked_eu_per_ml=spiked.value,
        unspiked_eu_per_ml=0.0 if own.relation == "<" else own.value,
        spike_eu_per_ml=spike_eu_per_ml,
        lowest_standard_eu_per_ml=curve.lowest_eu_per_ml,
    )
    if spiked.relation == "=":
        return found
    side = "below" if spiked.relation == "<" else "above"
    notes = (*found.notes, f"the spiked sample is {side} the curve")
    return replace(found, relation=spiked.relation, notes=notes)


def lowest_non_interfering_dilution(
    dilutions: Sequence[float],
    recovery_percent: Sequence[float],
    *,
    recovery_at_least: float,
    recovery_at_most: float,
    maximum_valid_dilution: float,
) -> NonInterfering:
    """Lowest dilution from which on every tested dilution recovers the spike.

    Routine tests start just above it, not at the maximum valid dilution.

    Raises
    ------
    BadInput
        No dilution up to the maximum valid one is free of interference.
    """
    if len(dilutions) != len(recovery_percent) or not dilutions:
        raise BadInput(
            f"{len(dilutions)} dilutions and {len(recovery_percent)} recoveries; expected one "
            "recovery for each dilution, and at least one."
        )
    pairs = sorted(zip(dilutions, recovery_percent, strict=True))
    bad = [d for d, found in pairs if not recovery_at_least <= found <= recovery_at_most]
    highest = max(bad, default=0.0)
    free = [d for d, _ in pairs if highest < d <= maximum_valid_dilution]
    if not free:
        raise BadInput(
            f"no tested dilution up to 1:{maximum_valid_dilution:g} recovers the spike from there "
            "on; expected one. Treat the sample (pH, glucan blocker, heat) or choose another test."
        )
    notes = (f"start routine tests just above 1:{free[0]:g}, not at the maximum valid dilution",)
    return NonInterfering(float(free[0]), float(highest), float(maximum_valid_dilution), notes)
