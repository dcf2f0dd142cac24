"""Response of a well as percent of its controls."""

from __future__ import annotations

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.wells import Readings, replicates

__all__ = ["percent_of_controls"]


def percent_of_controls(signal: Readings, *, vehicle: Readings, blank: Readings) -> float:
    """Signal between blank (0 %) and vehicle control (100 %); replicates are averaged.

    Values below 0 and above 100 % are kept: they tell about noise, growth and the controls.

    Parameters
    ----------
    signal, vehicle, blank
        Raw signals, a number or the replicate wells. With a kill control as *blank*, 0 % is
        the complete effect. A blank that the reader has subtracted already is 0: subtract once.

    Raises
    ------
    BadInput
        The vehicle control does not exceed the blank.
    """
    low = float(replicates(blank, "blank").mean())
    high = float(replicates(vehicle, "vehicle").mean())
    if high <= low:
        raise BadInput(
            f"the vehicle control is {high:g} and the blank {low:g}; expected the vehicle above "
            "it. Check the plate map, and whether the blank was subtracted twice."
        )
    return 100 * (float(replicates(signal, "signal").mean()) - low) / (high - low)
