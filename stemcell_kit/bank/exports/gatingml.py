"""Gates as a Gating-ML 2.0 file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

__all__ = ["gatingml_text"]

_HOME = "http://www.isac-net.org/std/Gating-ML/v2.0/"
_SPACES = {"gating": "gating", "transforms": "transformations", "data-type": "datatypes"}
# scale of ours -> its element and its parameters
_SCALES = {
    "linear": ("flin", "ta"),
    "log": ("flog", "tm"),
    "asinh": ("fasinh", "tma"),
    "logicle": ("logicle", "twma"),
    "hyperlog": ("hyperlog", "twma"),
}


def gatingml_text(data: Mapping[str, Any], detectors: Mapping[str, str]) -> str:
    """Write plain gates as Gating-ML 2.0; *detectors* maps a stain to the channel of the file."""
    for prefix, name in _SPACES.items():
        register_namespace(prefix, _HOME + name)
    root = Element(_name("gating:Gating-ML"))
    for name, scale in data.get("scales", {}).items():
        _scale(root, name, scale)
    for gate in data["gates"]:
        _GATES[gate["kind"]](root, gate, detectors)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"


def _name(written: str) -> str:
    prefix, local = written.split(":")
    return f"{{{_HOME}{_SPACES[prefix]}}}{local}"


def _add(parent: Element, tag: str, **attributes: object) -> Element:
    """Add an element; an attribute ``gating__id`` is ``gating:id``."""
    written = {}
    for name, value in attributes.items():
        prefix, _, local = name.partition("__")
        written[_name(f"{prefix.replace('_', '-')}:{local.replace('_', '-')}")] = _plain(value)
    return SubElement(parent, _name(tag), written)


def _plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _scale(root: Element, name: str, scale: Mapping[str, Any]) -> None:
    tag, letters = _SCALES[scale["kind"]]
    holder = _add(root, "transforms:transformation", transforms__id=name)
    _add(holder, f"transforms:{tag}", **{f"transforms__{x.upper()}": scale[x] for x in letters})


def _gate(root: Element, tag: str, gate: Mapping[str, Any]) -> Element:
    about = {"gating__id": gate["id"]}
    if gate.get("parent"):
        about["gating__parent_id"] = gate["parent"]
    element = _add(root, f"gating:{tag}")
    element.attrib |= {_name(key.replace("__", ":")): value for key, value in about.items()}
    return element


def _dimensions(
    element: Element, tag: str, gate: Mapping[str, Any], detectors: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, Any], Element]]:
    for one in gate["dimensions"]:
        about = {"gating__compensation_ref": one.get("compensation") or "uncompensated"}
        if one.get("scale"):
            about["gating__transformation_ref"] = one["scale"]
        for key, limit in (("low", "min"), ("high", "max")):
            if key in one:
                about[f"gating__{limit}"] = _plain(one[key])
        holder = _add(element, f"gating:{tag}", **about)
        channel = detectors.get(one["channel"], one["channel"])
        _add(holder, "data-type:fcs-dimension", data_type__name=channel)
        yield one, holder


def _rectangle(root: Element, gate: Mapping[str, Any], detectors: Mapping[str, str]) -> None:
    list(_dimensions(_gate(root, "RectangleGate", gate), "dimension", gate, detectors))


def _polygon(root: Element, gate: Mapping[str, Any], detectors: Mapping[str, str]) -> None:
    element = _gate(root, "PolygonGate", gate)
    list(_dimensions(element, "dimension", gate, detectors))
    for corner in gate["vertices"]:
        vertex = _add(element, "gating:vertex")
        for value in corner:
            _add(vertex, "gating:coordinate", data_type__value=value)


def _quadrant(root: Element, gate: Mapping[str, Any], detectors: Mapping[str, str]) -> None:
    element = _gate(root, "QuadrantGate", gate)
    names = [f"{gate['id']}-{place}" for place in range(1, len(gate["dimensions"]) + 1)]
    made = _dimensions(element, "divider", gate, detectors)
    for name, (one, holder) in zip(names, made, strict=True):
        holder.set(_name("gating:id"), name)
        for value in one["dividers"]:
            _add(holder, "gating:value").text = _plain(value)
    for quadrant, places in gate["quadrants"].items():
        box = _add(element, "gating:Quadrant", gating__id=quadrant)
        for name, place in zip(names, places, strict=True):
            position = _add(box, "gating:position", gating__location=place)
            position.set(_name("gating:divider_ref"), name)


_GATES = {"rectangle": _rectangle, "polygon": _polygon, "quadrant": _quadrant}
