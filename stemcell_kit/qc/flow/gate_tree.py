"""Counting a hierarchy of gates: every percentage keeps the two counts it comes from.

"NK 89 %" says nothing without its denominator: of the parent, of the live cells, of all events?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow.compensation import Spillover, compensate, spillover
from stemcell_kit.qc.flow.gate_percent import (
    GatePercent,
    OverlappingGates,
    exclusive_percent,
    gate_percent,
)
from stemcell_kit.qc.flow.gates import Dimension, Gate, Gates, from_data
from stemcell_kit.shown import Shown

__all__ = [
    "GateCounts",
    "count_gates",
]

Events = pd.DataFrame | Mapping[str, Sequence[float]]
Inside = NDArray[np.bool_]


@dataclass(frozen=True)
class GateCounts(Shown):
    """Events in each gate of a tree; ``counts`` also holds all events under ``total``."""

    counts: Mapping[str, int]
    parents: Mapping[str, str] = field(repr=False)
    members: Mapping[str, Inside] = field(repr=False)
    notes: tuple[str, ...] = ()

    def percent(self, gate: str, *, of: str = "parent", confidence: float = 0.95) -> GatePercent:
        """Percent of the parent, of ``total``, or of any gate above, e.g. of the live cells.

        Raises
        ------
        EmptyGate
            There is no event to take a percentage of.
        BadInput
            No such gate, or *of* is not above it.
        """
        self._check(gate)
        above = self.above(gate)
        base = above[0] if of == "parent" else of
        if base not in above:
            raise BadInput(
                f"{of!r} is not above {gate!r}; expected one of {', '.join(above)}. A percentage "
                "of a gate that does not hold all its events says nothing."
            )
        return gate_percent(
            self.counts[gate], self.counts[base], gate=gate, of=base, confidence=confidence
        )

    def above(self, gate: str) -> tuple[str, ...]:
        """Return the gates above one, the nearest first, ``total`` last."""
        self._check(gate)
        found = [self.parents[gate]]
        while found[-1] != "total":
            found.append(self.parents[found[-1]])
        return tuple(found)

    def exclusive(self, gates: Sequence[str], *, of: str) -> float:
        """Percent of *of* in gates that exclude each other by definition.

        Raises
        ------
        OverlappingGates
            An event is in two of them.
        """
        for name in gates:
            self._check(name)
        shared = np.sum([self.members[name] for name in gates], axis=0) > 1
        if shared.any():
            raise OverlappingGates(
                f"{int(shared.sum())} events are in more than one of {', '.join(gates)}, which "
                "exclude each other; expected none. Draw the borders again, or look for doublets."
            )
        base = self.counts[of] if of in self.counts else self._check(of)
        return exclusive_percent({name: self.counts[name] for name in gates}, base)

    def table(self) -> pd.DataFrame:
        """Return one row a gate: both counts and the percentage of the parent (empty: missing)."""
        rows = [
            {
                "gate": name,
                "parent": self.parents[name],
                "count": self.counts[name],
                "parent_count": self.counts[self.parents[name]],
            }
            for name in self.parents
        ]
        table = pd.DataFrame(rows, columns=["gate", "parent", "count", "parent_count"])
        shown = 100 * table["count"] / table["parent_count"].where(table["parent_count"] > 0)
        return table.assign(percent_of_parent=shown)

    def _check(self, gate: str) -> int:
        if gate not in self.parents:
            raise BadInput(f"no gate {gate!r}; choose one of {', '.join(self.parents)}")
        return self.counts[gate]


def count_gates(
    events: Events,
    gates: Gates | Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    spillover: Spillover | Mapping[str, Any] | None = None,
) -> GateCounts:
    """Count the events in every gate of a tree.

    Parameters
    ----------
    events
        One row an event, one column a channel, linear values as measured (not compensated).
    gates
        Gates, or the plain data that :func:`stemcell_kit.qc.flow.gates.from_data` takes.
    spillover
        The matrix of gates that ask for compensation by the file (``FCS``), e.g.
        ``events.attrs["spillover"]``. Without one they are counted on the values as they are,
        with a note.

    Raises
    ------
    BadInput
        A channel is missing, an event is no number, or the gates do not fit together.
    """
    tree = gates if isinstance(gates, Gates) else from_data(gates)
    channels = _Channels(events, tree.matrices, spillover)
    members: dict[str, Inside] = {}
    for name, gate in tree.gates.items():
        found = _members(gate, channels, members)
        members[name] = found & members[gate.parent] if gate.parent else found
    counts = {"total": channels.total}
    counts |= {name: int(np.count_nonzero(found)) for name, found in members.items()}
    parents = {name: gate.parent or "total" for name, gate in tree.gates.items()}
    return GateCounts(counts, parents, members, tuple(channels.notes))


class _Channels:
    """The columns that gates ask for: compensated and scaled once, then kept."""

    def __init__(
        self,
        events: Events,
        matrices: Mapping[str, Spillover],
        file_matrix: Spillover | Mapping[str, Any] | None,
    ) -> None:
        table = events if isinstance(events, pd.DataFrame) else pd.DataFrame(dict(events))
        if file_matrix is not None and not isinstance(file_matrix, Spillover):
            file_matrix = spillover(**file_matrix)
        self.total = len(table)
        self.notes: list[str] = []
        self._tables: dict[str, pd.DataFrame] = {"": table}
        self._matrices = {**matrices, **({"FCS": file_matrix} if file_matrix else {})}
        self._columns: dict[tuple[Any, ...], NDArray[np.float64]] = {}

    def values(self, dimension: Dimension) -> NDArray[np.float64]:
        """Return the placed values of one dimension of a gate."""
        key = (dimension.channel, dimension.compensation, dimension.scale)
        if key not in self._columns:
            column = self._linear(dimension.channel, dimension.compensation)
            self._columns[key] = dimension.scale.apply(column) if dimension.scale else column
        return self._columns[key]

    def _linear(self, channel: str, compensation: str) -> NDArray[np.float64]:
        table = self._table(compensation)
        if channel not in table:
            raise BadInput(
                f"a gate asks for the channel {channel!r}; found {', '.join(map(str, table))}. "
                "The gates belong to another panel, or the file names its channels by the stain."
            )
        column = table[channel].to_numpy(dtype=float)
        if np.isnan(column).any():
            raise BadInput(f"channel {channel!r} holds events that are no numbers; read it again.")
        return column

    def _table(self, compensation: str) -> pd.DataFrame:
        if compensation not in self._tables:
            matrix = self._matrices.get(compensation)
            if matrix is None:
                self.notes.append("gates ask for the file's compensation; no matrix was given")
            raw = self._tables[""]
            self._tables[compensation] = raw if matrix is None else compensate(raw, matrix)
        return self._tables[compensation]


def _members(gate: Gate, channels: _Channels, members: Mapping[str, Inside]) -> Inside:
    if gate.kind != "boolean":
        return gate.inside([channels.values(dimension) for dimension in gate.dimensions])
    parts = [~members[name] if negated else members[name] for name, negated in _operands(gate)]
    if gate.shape["operator"] == "not":
        return ~parts[0]
    join = np.logical_and if gate.shape["operator"] == "and" else np.logical_or
    return np.asarray(join.reduce(parts))


def _operands(gate: Gate) -> list[tuple[str, bool]]:
    return [(name, bool(negated)) for name, negated in gate.shape["operands"]]
