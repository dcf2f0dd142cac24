"""Populations, counts and gates from a FlowJo workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import numpy as np
import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.gating import shape_of
from stemcell_kit.instruments.gating_xml import (
    attribute,
    begins_like_xml,
    children,
    first,
    number_of,
    parse,
)
from stemcell_kit.instruments.text import FileSource, read_bytes

__all__ = ["UNITS_WSP", "looks_like_wsp", "read_wsp"]

UNITS_WSP = {"count": "events", "parent_count": "events"}

_COLUMNS = ["sample", "file", "gate", "parent", "kind", "channels", "count", "parent_count"]
_NODES = {"Population": "", "AndNode": "and", "OrNode": "or", "NotNode": "not"}
_SHAPES = {"RectangleGate": "rectangle", "PolygonGate": "polygon", "EllipsoidGate": "ellipse"}
# FlowJo draws on 256 places from the lower to the upper end of a scale
_PLACES = 256


@dataclass
class _Sample:
    """What is collected of one sample while its tree is walked."""

    name: str
    file: str
    matrices: dict[str, dict[str, Any]]
    prefixes: dict[str, str]
    scales: dict[str, dict[str, Any] | None]
    rows: list[dict[str, Any]] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        """The gates as plain data."""
        scales = {name: scale for name, scale in self.scales.items() if scale}
        return {"gates": self.gates, "scales": scales, "matrices": self.matrices}


class _Unread(Exception):
    """A gate that cannot be rebuilt, with the reason."""


def looks_like_wsp(raw: bytes) -> bool:
    """Say whether a file begins as a FlowJo workspace does."""
    return begins_like_xml(raw, b"<Workspace") and b"flowJoVersion" in raw[:6000].replace(
        b"\x00", b""
    )


def read_wsp(source: FileSource) -> pd.DataFrame:
    """Read the populations of all samples of a FlowJo workspace.

    Returns
    -------
    One row per sample and population: ``sample, file, gate`` (its path), ``parent, kind,
    channels, count, parent_count``; a count that FlowJo has not computed is missing. Folders of
    the author's computer are left out. ``.attrs["gates"]`` maps each sample to its gates as plain
    data for ``stemcell_kit.qc.flow.gates.from_data``; a gate that cannot be rebuilt is left out
    with all below it and named in ``.attrs["warnings"]``.

    Raises
    ------
    BadInput
        The file is no workspace, is cut off, or holds no sample.
    """
    root = parse(read_bytes(source))
    if root.tag != "Workspace":
        raise BadInput(f"this is no FlowJo workspace: it holds {root.tag!r}. Choose the .wsp file.")
    every = [one for group in root.iter("SampleList") for one in children(group, "Sample")]
    if not every:
        raise BadInput("the workspace holds no sample; save it again with its samples.")
    samples = [_sample(one) for one in every]
    table = pd.DataFrame([row for one in samples for row in one.rows], columns=_COLUMNS)
    counts = {"count": float, "parent_count": float}
    table = table.astype(counts)
    doubts = [doubt for one in samples for doubt in one.doubts]
    missing = int(table["count"].isna().sum())
    if missing:
        doubts.append(f"{missing} populations have no count: open the files in FlowJo, save again")
    table.attrs = {"gates": {one.name: one.data for one in samples}, "warnings": tuple(doubts)}
    return table


def _sample(element: Element) -> _Sample:
    node = first(element, "SampleNode", "a sample")
    name = attribute(node, "name", "a sample")
    uri = attribute(first(element, "DataSet", name), "uri", name)
    matrices = [_matrix(one) for one in children(element, "spilloverMatrix")]
    found = _Sample(
        name=name,
        file=PurePosixPath(unquote(uri).replace("\\", "/")).name,
        matrices={one: matrix for one, _, matrix in matrices},
        prefixes={one: prefix for one, prefix, _ in matrices},
        scales=_scales(element),
    )
    for below in children(node, "Subpopulations"):
        _walk(below, found, "", _count(node))
    return found


def _walk(element: Element, sample: _Sample, parent: str, parent_count: float) -> None:
    """Add the populations of one level and of all below it."""
    for node in element:
        if node.tag not in _NODES:
            continue
        path = "/".join(filter(None, [parent, attribute(node, "name", "a population")]))
        count, kind, channels = _count(node), "not read", ""
        try:
            gate = _gate(node, sample, path, parent)
            kind, channels = gate["kind"], ", ".join(d["channel"] for d in gate["dimensions"])
            sample.gates.append(gate)
        except _Unread as reason:
            sample.doubts.append(f"{sample.name}, {path}: {reason}; gate left out")
        row = (sample.name, sample.file, path, parent, kind, channels, count, parent_count)
        sample.rows.append(dict(zip(_COLUMNS, row, strict=True)))
        for below in children(node, "Subpopulations"):
            _walk(below, sample, path, count)


def _gate(node: Element, sample: _Sample, path: str, parent: str) -> dict[str, Any]:
    known = {gate["id"] for gate in sample.gates}
    if parent and parent not in known:
        raise _Unread("the gate above it was not read")
    if path in known:
        raise _Unread("a population of this name is there twice")
    gate: dict[str, Any] = {"id": path, "parent": parent, "dimensions": []}
    if _NODES[node.tag]:
        names = [attribute(one, "name", path) for one in node.iter("Dependent")]
        if not names or not set(names) <= known:
            raise _Unread(f"it joins {', '.join(names) or 'nothing'}, of which not all were read")
        return gate | {
            "kind": "boolean",
            "operator": _NODES[node.tag],
            "operands": [[name, False] for name in names],
        }
    shapes = list(first(node, "Gate", path))
    if len(shapes) != 1 or shapes[0].tag not in _SHAPES:
        raise _Unread(f"{', '.join(one.tag for one in shapes) or 'no shape'} cannot be rebuilt")
    return gate | _shape(shapes[0], sample, path)


def _shape(element: Element, sample: _Sample, path: str) -> dict[str, Any]:
    kind = _SHAPES[element.tag]
    found: dict[str, Any] = {"kind": kind, "outside": element.attrib.get("eventsInside") == "0"}
    found["dimensions"] = [_dimension(one, sample, path) for one in children(element, "dimension")]
    if kind == "rectangle":
        return found
    for one in found["dimensions"]:
        _place(one, sample)
    if kind == "polygon":
        # FlowJo keeps corners as linear values and joins them by lines on the scale
        return found | shape_of(element, path) | {"coordinates": "data"}
    return found | _ellipse(element, path)


def _dimension(element: Element, sample: _Sample, path: str) -> dict[str, Any]:
    name = attribute(first(element, "fcs-dimension", path), "name", path)
    found: dict[str, Any] = {"channel": name, "compensation": "", "shown_as": name}
    for matrix, prefix in sample.prefixes.items():
        plain = name.removeprefix(prefix)
        if prefix and plain != name and plain in sample.matrices[matrix]["detectors"]:
            found |= {"channel": plain, "compensation": matrix}
    for limit, key in (("min", "low"), ("max", "high")):
        if limit in element.attrib:
            found[key] = number_of(element, limit, f"the {limit} of {path}")
    return found


def _place(dimension: dict[str, Any], sample: _Sample) -> None:
    """Name the scale on which the shape was drawn."""
    shown = dimension["shown_as"]
    if sample.scales.get(shown) is None:
        raise _Unread(f"the scale of {shown} is not read")
    dimension["scale"] = shown


def _ellipse(element: Element, path: str) -> dict[str, Any]:
    """Turn two foci and four points of the edge, in places of the picture, into a covariance."""
    foci, edge = (
        np.array(shape_of(first(element, part, path), path)["vertices"]) / _PLACES
        for part in ("foci", "edge")
    )
    if foci.shape != (2, 2) or edge.shape != (4, 2):
        raise _Unread("the ellipse has not two foci and four points on its edge")
    mean = foci.mean(axis=0)
    ends = sorted(((edge[i] - edge[i + 1]) / 2 for i in (0, 2)), key=np.linalg.norm)
    minor, major = np.linalg.norm(ends[0]), np.linalg.norm(ends[1])
    along = ends[1] / major
    across = np.array([-along[1], along[0]])
    covariance = major**2 * np.outer(along, along) + minor**2 * np.outer(across, across)
    return {"mean": mean.tolist(), "covariance": covariance.tolist(), "distance_square": 1.0}


def _scales(element: Element) -> dict[str, dict[str, Any] | None]:
    found: dict[str, dict[str, Any] | None] = {}
    for group in children(element, "Transformations"):
        for one in group:
            name = attribute(first(one, "parameter", "a scale"), "name", "a scale")
            found[name] = _scale(one, name)
    return found


def _scale(element: Element, channel: str) -> dict[str, Any] | None:
    """Read a scale; None for one that is not rebuilt, such as FlowJo's own biexponential."""

    def of(*names: str) -> Iterator[float]:
        return (number_of(element, name, f"the scale of {channel}") for name in names)

    if element.tag == "linear":
        low, high = of("minRange", "maxRange")
        return {"kind": "linear", "t": high, "a": -low} if low <= 0 else None
    if element.tag == "log":
        offset, decades = of("offset", "decades")
        return {"kind": "log", "t": offset * 10**decades, "m": decades}
    letters: Mapping[str, str] = {"logicle": "TWMA", "fasinh": "TMA"}
    if element.tag not in letters:
        return None
    kind = "logicle" if element.tag == "logicle" else "asinh"
    values = zip(letters[element.tag].lower(), of(*letters[element.tag]), strict=True)
    return {"kind": kind, **dict(values)}


def _matrix(element: Element) -> tuple[str, str, dict[str, Any]]:
    name = attribute(element, "id", "a spillover matrix")
    rows = children(element, "spillover")
    detectors = [attribute(one, "parameter", name) for one in rows]
    shares = []
    for row in rows:
        cells = {
            attribute(cell, "parameter", name): number_of(cell, "value", name)
            for cell in children(row, "coefficient")
        }
        if set(cells) != set(detectors):
            raise BadInput(f"the matrix {name!r} is not square; save the workspace again.")
        shares.append([cells[detector] for detector in detectors])
    return name, element.attrib.get("prefix", ""), {"detectors": detectors, "rows": shares}


def _count(node: Element) -> float:
    """Return the count of a population; -1 says that it was never computed."""
    written = node.attrib.get("count", "-1")
    if written == "-1":
        return float("nan")
    count = number_of(node, "count", f"population {node.attrib.get('name', '')!r}")
    if count < 0 or count != int(count):
        raise BadInput(f"a count is {written!r}; expected a whole number of events.")
    return count
