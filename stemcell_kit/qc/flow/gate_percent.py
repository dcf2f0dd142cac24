"""Percent of a gate from the two counts that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = [
    "EmptyGate",
    "GatePercent",
    "OverlappingGates",
    "exclusive_percent",
    "gate_percent",
]


class EmptyGate(BadInput):
    """The gate below the line of a percentage holds no event."""


class OverlappingGates(BadInput):
    """Gates that exclude each other by definition share events."""


@dataclass(frozen=True)
class GatePercent(Shown):
    """A percentage with both counts: ``count`` events in ``gate`` among ``of_count`` in ``of``."""

    gate: str
    of: str
    count: int
    of_count: int
    value: float
    interval: Interval
    unit: str = "%"

    @property
    def n(self) -> int:
        """Number of events below the line."""
        return self.of_count


def gate_percent(
    count: int, of_count: int, *, gate: str = "gate", of: str = "parent", confidence: float = 0.95
) -> GatePercent:
    """Percent of two counts with its Wilson interval.

    Raises
    ------
    EmptyGate
        The gate below the line holds no event.
    BadInput
        More events in the gate than in the one around it.
    """
    part, whole = (
        inputs.count(count, f"events in {gate}"),
        inputs.count(of_count, f"events in {of}"),
    )
    if whole == 0:
        raise EmptyGate(f"{of} holds no event, so there is no percentage of it; acquire more.")
    if part > whole:
        raise BadInput(
            f"{part} events in {gate} of {whole} in {of}; expected at most all of them. "
            "Check that the gate lies inside the one it is a percentage of."
        )
    interval = inputs.in_percent(wilson(part, whole, confidence=confidence))
    return GatePercent(gate, of, part, whole, 100 * part / whole, interval)


def exclusive_percent(counts: Mapping[str, int], of_count: int) -> float:
    """Percent in gates that exclude each other, from printed counts.

    Raises
    ------
    OverlappingGates
        Together they hold more events than there are.
    """
    together = sum(inputs.count(number, f"events in {name}") for name, number in counts.items())
    if together > of_count:
        raise OverlappingGates(
            f"{', '.join(counts)} hold {together} events of {of_count}, "
            f"{100 * together / max(of_count, 1):.4g} %; gates that exclude each other hold at most "
            "100 %. Check the borders and that all have the same parent."
        )
    return gate_percent(together, of_count).value
