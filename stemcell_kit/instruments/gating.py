"""Gates from Gating-ML 2.0 files, as plain data."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.gating_xml import (
    attribute,
    begins_like_xml,
    children,
    first,
    number_of,
    parse,
)
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["UNITS_GATINGML", "gate_rows", "looks_like_gatingml", "read_gatingml", "shape_of"]

UNITS_GATINGML: dict[str, str] = {}

_COLUMNS = ["gate", "kind", "parent", "channels", "compensation", "scales"]
# the parameters that each scale has in Gating-ML 2.0
_SCALES = {
    "flin": ("linear", "TA"),
    "flog": ("log", "TM"),
    "fasinh": ("asinh", "TMA"),
    "logicle": ("logicle", "TWMA"),
    "hyperlog": ("hyperlog", "TWMA"),
}
_KINDS = {
    "RectangleGate": "rectangle",
    "PolygonGate": "polygon",
    "EllipsoidGate": "ellipse",
    "QuadrantGate": "quadrant",
    "BooleanGate": "boolean",
}


def looks_like_gatingml(raw: bytes) -> bool:
    """Say whether a file begins as Gating-ML does."""
    return begins_like_xml(raw, b"Gating-ML>", b":Gating-ML", b"<Gating-ML")


def read_gatingml(source: FileSource) -> pd.DataFrame:
    """Read the gates of a Gating-ML 2.0 file.

    Returns
    -------
    One row per gate: ``gate, kind, parent, channels, compensation, scales``. ``.attrs["gates"]``
    holds the gates as plain data (``gates``, ``scales``, ``matrices``), which
    ``stemcell_kit.qc.flow.gates.from_data`` takes; its channels are detectors, so read the events
    with ``names="detector"``.

    Raises
    ------
    BadInput
        The file is no Gating-ML 2.0, is cut off, or has a gate that is not read.
    """
    root = parse(read_bytes(source))
    if root.tag != "Gating-ML":
        raise BadInput(f"this is no Gating-ML: it holds {root.tag!r}. Export the gates again.")
    data: dict[str, Any] = {"gates": [], "scales": {}, "matrices": {}}
    for element in root:
        name = element.attrib.get("id", "")
        if element.tag == "spectrumMatrix":
            data["matrices"][name] = _matrix(element)
        elif element.tag == "transformation":
            data["scales"][name] = _scale(element)
        elif element.tag in _KINDS:
            data["gates"].append(_gate(element))
        elif element.tag != "custom_info":
            raise BadInput(f"{element.tag!r} is not read; expected gates of Gating-ML 2.0.")
    if not data["gates"]:
        raise BadInput("the file holds no gate; export the gates again.")
    table = pd.DataFrame(gate_rows(data["gates"]), columns=_COLUMNS)
    table.attrs = {"gates": data, "warnings": ()}
    return table


def gate_rows(gates: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Say in one row of words what each gate is."""
    return [
        {
            "gate": gate["id"],
            "kind": gate["kind"],
            "parent": gate.get("parent", ""),
            "channels": _joined(gate, "channel"),
            "compensation": _joined(gate, "compensation"),
            "scales": _joined(gate, "scale"),
        }
        for gate in gates
    ]


def shape_of(element: Element, name: str) -> dict[str, Any]:
    """Read the corners of a polygon; FlowJo writes them the same way."""
    return {"vertices": [_point(one, name) for one in children(element, "vertex")]}


def _joined(gate: dict[str, Any], key: str) -> str:
    found = [one.get(key, "") for one in gate.get("dimensions", ())]
    return ", ".join(dict.fromkeys(word for word in found if word))


def _gate(element: Element) -> dict[str, Any]:
    name = attribute(element, "id", element.tag)
    gate: dict[str, Any] = {"id": name, "kind": _KINDS[element.tag]}
    gate["parent"] = element.attrib.get("parent_id", "")
    if gate["kind"] == "boolean":
        return gate | _boolean(element, name)
    if gate["kind"] == "quadrant":
        return gate | _quadrants(element, name)
    gate["dimensions"] = [_dimension(one, name) for one in children(element, "dimension")]
    if gate["kind"] == "polygon":
        gate |= shape_of(element, name)
    elif gate["kind"] == "ellipse":
        rows = children(first(element, "covarianceMatrix", name), "row")
        gate["mean"] = _point(first(element, "mean", name), name)
        gate["covariance"] = [
            [number_of(cell, "value", name) for cell in children(row, "entry")] for row in rows
        ]
        gate["distance_square"] = number_of(first(element, "distanceSquare", name), "value", name)
    return gate


def _dimension(element: Element, gate: str) -> dict[str, Any]:
    if element.find("new-dimension") is not None:
        raise BadInput(f"gate {gate!r} is drawn on a ratio of channels, which is not read.")
    channel = attribute(first(element, "fcs-dimension", gate), "name", gate)
    found: dict[str, Any] = {"channel": channel}
    matrix = attribute(element, "compensation-ref", f"a dimension of {gate}")
    found["compensation"] = "" if matrix == "uncompensated" else matrix
    if "transformation-ref" in element.attrib:
        found["scale"] = element.attrib["transformation-ref"]
    for limit, key in (("min", "low"), ("max", "high")):
        if limit in element.attrib:
            found[key] = number_of(element, limit, f"the {limit} of {gate}")
    return found


def _point(element: Element, gate: str) -> list[float]:
    return [
        number_of(one, "value", f"a coordinate of {gate}")
        for one in children(element, "coordinate")
    ]


def _quadrants(element: Element, gate: str) -> dict[str, Any]:
    dividers = [attribute(one, "id", gate) for one in children(element, "divider")]
    dimensions = []
    for one in children(element, "divider"):
        values = [number_of(value, "", f"a divider of {gate}") for value in children(one, "value")]
        dimensions.append(_dimension(one, gate) | {"dividers": values})
    quadrants = {}
    for quadrant in children(element, "Quadrant"):
        places = {
            attribute(one, "divider_ref", gate): number_of(one, "location", gate)
            for one in children(quadrant, "position")
        }
        if set(places) != set(dividers):
            raise BadInput(f"a quadrant of {gate!r} has no place at one of the dividers.")
        quadrants[attribute(quadrant, "id", gate)] = [places[divider] for divider in dividers]
    return {"dimensions": dimensions, "quadrants": quadrants}


def _boolean(element: Element, gate: str) -> dict[str, Any]:
    found = [one for one in element if one.tag in ("and", "or", "not")]
    if len(found) != 1:
        raise BadInput(f"gate {gate!r} has {len(found)} of and, or, not; expected one.")
    operands = [
        [attribute(one, "ref", gate), one.attrib.get("use-as-complement", "false") in ("true", "1")]
        for one in children(found[0], "gateReference")
    ]
    return {"operator": found[0].tag, "operands": operands}


def _scale(element: Element) -> dict[str, Any]:
    name = attribute(element, "id", "a transformation")
    if {"boundMin", "boundMax"} & set(element.attrib):
        raise BadInput(f"the scale {name!r} has bounds, which are not read; export without them.")
    for one in element:
        if one.tag in _SCALES:
            kind, letters = _SCALES[one.tag]
            values = {x.lower(): number_of(one, x, f"the scale {name}") for x in letters}
            return {"kind": kind, **values}
    raise BadInput(f"the scale {name!r} is none of {', '.join(_SCALES)}; it is not read.")


def _matrix(element: Element) -> dict[str, Any]:
    name = attribute(element, "id", "a spillover matrix")
    if element.attrib.get("matrix-inverted-already", "false") in ("true", "1"):
        raise BadInput(f"the matrix {name!r} is inverted already; export the spillover itself.")
    dyes, detectors = (
        [
            attribute(one, "name", name)
            for one in children(first(element, part, name), "fcs-dimension")
        ]
        for part in ("fluorochromes", "detectors")
    )
    rows = [
        [number_of(cell, "value", name) for cell in children(row, "coefficient")]
        for row in children(element, "spectrum")
    ]
    return {"detectors": detectors, "dyes": dyes, "rows": rows}
