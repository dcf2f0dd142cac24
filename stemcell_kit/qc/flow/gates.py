"""Gates of flow cytometry: ranges, rectangles, polygons, ellipses, quadrants, and/or/not of them.

A gate names its channels, says whether they are compensated and on which scale it was drawn, and
has a parent or none. The points on its edge are placed as ``gate_shapes`` says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import gate_shapes
from stemcell_kit.qc.flow.compensation import Spillover, spillover
from stemcell_kit.qc.flow.scales import Scale, scale

__all__ = ["Dimension", "Gate", "Gates", "from_data", "inside"]

Inside = NDArray[np.bool_]
Values = Sequence[NDArray[np.float64]]


@dataclass(frozen=True)
class Dimension:
    """One dimension of a gate: the channel, how it is measured, and the limits of a rectangle.

    ``compensation`` is empty for uncompensated values, ``FCS`` for the matrix in the file, else
    the id of a matrix. ``low`` is inside, ``high`` is not.
    """

    channel: str
    low: float = -math.inf
    high: float = math.inf
    scale: Scale | None = None
    compensation: str = ""


@dataclass(frozen=True)
class Gate:
    """One gate. ``shape`` holds what its kind needs besides the dimensions.

    ``kind`` is ``rectangle`` (a range has one dimension), ``polygon`` (``vertices``), ``ellipse``
    (``mean``, ``covariance``, ``distance_square``) or ``boolean`` (``operator``, ``operands`` of
    (gate, complement)). A quadrant is a rectangle whose ``group`` names its quadrant gate. With
    ``outside`` it holds what does not lie in the shape.
    """

    id: str
    kind: str
    dimensions: tuple[Dimension, ...] = ()
    parent: str = ""
    group: str = ""
    outside: bool = False
    shape: Mapping[str, Any] = field(default_factory=dict)

    def inside(self, values: Values) -> Inside:
        """Say which events lie in the shape, from one column of placed values a dimension."""
        found = _SHAPES[self.kind](self, values)
        return ~found if self.outside else found


@dataclass(frozen=True)
class Gates:
    """Gates by id, parents before children, and the spillover matrices that they name."""

    gates: Mapping[str, Gate]
    matrices: Mapping[str, Spillover] = field(default_factory=dict)


def from_data(data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Gates:
    """Make gates from plain data, such as a gating file gives.

    Parameters
    ----------
    data
        A list of gates, or ``{"gates": [...], "scales": {id: {...}}, "matrices": {id: {...}}}``.
        A gate is ``{"id", "kind", "parent", "dimensions": [{"channel", "low", "high", "scale",
        "compensation"}], ...}`` with ``vertices``; or ``mean, covariance, distance_square``; or
        ``quadrants: {id: [place a dimension]}`` with ``dividers`` in each dimension; or
        ``operator`` and ``operands``. ``coordinates = "data"`` says that vertices are linear
        values that the scale has still to place.

    Raises
    ------
    BadInput
        A gate is named twice, misses its parent, refers in a circle, or has an impossible shape.
    """
    whole: Mapping[str, Any] = data if isinstance(data, Mapping) else {"gates": data}
    scales = {name: scale(**one) for name, one in whole.get("scales", {}).items()}
    matrices = {name: spillover(**one) for name, one in whole.get("matrices", {}).items()}
    found: dict[str, Gate] = {}
    for row in whole.get("gates", ()):
        _check_keys(row)
        for gate in _gates(row, scales):
            if gate.id in found:
                raise BadInput(f"gate {gate.id!r} is there twice; give each gate a name of its own")
            found[gate.id] = gate
    known = {"", "FCS", *matrices}
    for gate in found.values():
        for dimension in gate.dimensions:
            if dimension.compensation not in known:
                raise BadInput(
                    f"gate {gate.id!r} asks for the matrix {dimension.compensation!r}, which is "
                    "not among the matrices; add it to the gating file."
                )
    return Gates({name: found[name] for name in _parents_first(found)}, matrices)


def inside(points: Sequence[Sequence[float]], gate: Mapping[str, Any]) -> dict[str, list[bool]]:
    """Say for each point and gate of one plain description whether the point is inside."""
    columns = [np.array(column, dtype=float) for column in zip(*points, strict=True)]
    made = from_data([gate]).gates
    return {name: one.inside(_placed(one, columns)).tolist() for name, one in made.items()}


def _placed(gate: Gate, columns: Values) -> Values:
    return [
        column if dimension.scale is None else dimension.scale.apply(column)
        for dimension, column in zip(gate.dimensions, columns, strict=True)
    ]


def _gates(row: Mapping[str, Any], scales: Mapping[str, Scale]) -> Iterator[Gate]:
    about = {"parent": row.get("parent", ""), "outside": bool(row.get("outside", False))}
    dimensions = tuple(_dimension(one, scales) for one in row.get("dimensions", ()))
    name, kind = row["id"], row["kind"]
    if kind == "quadrant":
        yield from _quadrants(row, dimensions, about)
        return
    _check_shape(row)
    shape = {key: row[key] for key in _NEEDS[kind]}
    if row.get("coordinates", "scale") == "data":
        shape["vertices"] = _on_scales(shape["vertices"], dimensions)
    gate = Gate(name, kind, dimensions, shape=shape, **about)
    if dimensions:
        # an impossible shape is refused before the first event
        gate.inside([np.zeros(0) for _ in dimensions])
    yield gate


def _check_keys(row: Mapping[str, Any]) -> None:
    needed = ["id", "kind", *(["quadrants"] if row.get("kind") == "quadrant" else [])]
    missing = [key for key in needed if key not in row]
    for one in row.get("dimensions", ()):
        asked = ["channel", *(["dividers"] if row.get("kind") == "quadrant" else [])]
        missing += [f"{key} of a dimension" for key in asked if key not in one]
    if missing:
        raise BadInput(f"gate {row.get('id', '')!r} lacks {', '.join(missing)}; add it.")


def _dimension(row: Mapping[str, Any], scales: Mapping[str, Scale]) -> Dimension:
    name = row.get("scale", "")
    if name and name not in scales:
        raise BadInput(f"the scale {name!r} is not defined; add it to the scales of the gates.")
    low, high = row.get("low", -math.inf), row.get("high", math.inf)
    return Dimension(
        row["channel"], float(low), float(high), scales.get(name), row.get("compensation", "")
    )


def _quadrants(
    row: Mapping[str, Any], dimensions: Sequence[Dimension], about: Mapping[str, Any]
) -> Iterator[Gate]:
    """A quadrant is the box between the dividers around its place: the half-open rule fits."""
    dividers = [sorted(one["dividers"]) for one in row["dimensions"]]
    boxes: dict[tuple[int, ...], str] = {}
    for name, places in row["quadrants"].items():
        region = gate_shapes.quadrant_of([places], dividers)[0]
        if boxes.setdefault(tuple(region), name) != name:
            raise BadInput(f"quadrants {boxes[tuple(region)]!r} and {name!r} are the same region.")
        limits = [
            list(pairwise([-math.inf, *values, math.inf]))[place]
            for values, place in zip(dividers, region, strict=True)
        ]
        placed = tuple(
            Dimension(one.channel, low, high, one.scale, one.compensation)
            for one, (low, high) in zip(dimensions, limits, strict=True)
        )
        yield Gate(name, "rectangle", placed, group=row["id"], **about)


def _check_shape(row: Mapping[str, Any]) -> None:
    name, kind = row["id"], row["kind"]
    if kind not in _NEEDS:
        raise BadInput(
            f"gate {name!r} is of kind {kind!r}; expected quadrant or one of {', '.join(_NEEDS)}."
        )
    missing = [key for key in _NEEDS[kind] if key not in row]
    if missing or (kind != "boolean" and not row.get("dimensions")):
        raise BadInput(f"gate {name!r} lacks {', '.join(missing) or 'its dimensions'}.")
    if kind == "boolean":
        _check_operator(row)


def _check_operator(row: Mapping[str, Any]) -> None:
    needed = {"and": 2, "or": 2, "not": 1}
    operator, operands = row["operator"], row["operands"]
    if (
        operator not in needed
        or len(operands) < needed[operator]
        or (operator == "not" and len(operands) > 1)
    ):
        raise BadInput(
            f"gate {row['id']!r} is {operator!r} of {len(operands)}; expected and, or of at least "
            "two gates, or not of one."
        )


def _on_scales(
    vertices: Sequence[Sequence[float]], dimensions: Sequence[Dimension]
) -> list[list[float]]:
    columns = gate_shapes.matrix(vertices, len(dimensions), "the polygon").T
    placed = [
        column if one.scale is None else one.scale.apply(column)
        for one, column in zip(dimensions, columns, strict=True)
    ]
    return np.column_stack(placed).tolist()


def _parents_first(found: Mapping[str, Gate]) -> list[str]:
    """Order the gates so that each follows its parent and its operands."""
    done: list[str] = []
    open_gates: list[str] = []

    def visit(name: str, asked_by: str) -> None:
        if name in done:
            return
        if name not in found:
            raise BadInput(f"gate {asked_by!r} refers to {name!r}, which is no gate of this set.")
        if name in open_gates:
            circle = " -> ".join([*open_gates[open_gates.index(name) :], name])
            raise BadInput(f"the gates refer to one another in a circle: {circle}.")
        open_gates.append(name)
        for other in _rests_on(found[name]):
            visit(other, name)
        done.append(open_gates.pop())

    for name in found:
        visit(name, name)
    return done


def _rests_on(gate: Gate) -> list[str]:
    operands = [name for name, _ in gate.shape.get("operands", ())]
    return [*([gate.parent] if gate.parent else []), *operands]


def _rectangle(gate: Gate, values: Values) -> Inside:
    first, *others = (
        gate_shapes.within(column, one.low, one.high)
        for one, column in zip(gate.dimensions, values, strict=True)
    )
    for other in others:
        first = first & other
    return first


def _polygon(gate: Gate, values: Values) -> Inside:
    return gate_shapes.in_polygon(np.column_stack(values), gate.shape["vertices"])


def _ellipse(gate: Gate, values: Values) -> Inside:
    shape = (gate.shape[key] for key in _NEEDS["ellipse"])
    return gate_shapes.in_ellipse(np.column_stack(values), *shape)


_NEEDS: dict[str, tuple[str, ...]] = {
    "rectangle": (),
    "polygon": ("vertices",),
    "ellipse": ("mean", "covariance", "distance_square"),
    "boolean": ("operator", "operands"),
}
_SHAPES: dict[str, Callable[[Gate, Values], Inside]] = {
    "rectangle": _rectangle,
    "polygon": _polygon,
    "ellipse": _ellipse,
}
