"""Rotation of a lesioned animal, and how much of it a graft takes away."""

from __future__ import annotations

from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs

__all__ = ["net_rotation", "rotation_recovery"]


def net_rotation(ipsilateral: float, contralateral: float, *, minutes: float) -> Measurement:
    """Net turns to the side of the lesion per minute; negative when the animal turns the other way.

    Parameters
    ----------
    ipsilateral, contralateral
        Full turns to each side in the time recorded.
    minutes
        Time recorded.

    Raises
    ------
    BadInput
        A negative or broken number of turns, or no time.
    """
    turns = inputs.count(ipsilateral, "ipsilateral") - inputs.count(contralateral, "contralateral")
    value = turns / inputs.positive(minutes, "minutes")
    notes = ("turns away from the lesion: overshoot, or the sides are exchanged",)
    return Measurement("net_rotation", value, "turns/min", None, None, notes if value < 0 else ())


def rotation_recovery(before: float, after: float) -> Measurement:
    """Recovery in percent of the rotation before grafting: ``100 (before - after) / before``.

    Above 100 the animal turns the other way; below 0 it turns more than before. Both are kept.

    Raises
    ------
    BadInput
        The rotation before is not above zero: an animal without lesion cannot recover.
    """
    first = inputs.positive(before, "rotation before grafting")
    value = 100 * (first - inputs.number(after, "rotation after grafting")) / first
    notes: tuple[str, ...] = ()
    if value > 100:
        notes = ("above 100 %: overcompensation, as dopamine in excess gives",)
    return Measurement("rotation_recovery", value, "%", None, None, notes)
