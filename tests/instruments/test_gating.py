"""Gates from Gating-ML files and FlowJo workspaces."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read_fcs, read_gatingml, read_wsp
from stemcell_kit.instruments.gating import looks_like_gatingml
from stemcell_kit.instruments.workspace import looks_like_wsp
from stemcell_kit.qc.flow.gate_tree import count_gates
from stemcell_kit.qc.flow.gates import from_data


def _samples() -> ModuleType:
    path = Path(__file__).parent / "samples" / "flow_panels.py"
    spec = importlib.util.spec_from_file_location("flow_panel_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SAMPLES = _samples()


def test_gating_ml_gives_gates_that_count() -> None:
    """Every kind of gate, its parent, its scale and its matrix."""
    table = read_gatingml(SAMPLES.gatingml())
    events = read_fcs(SAMPLES.fcs(), names="detector")
    counts = count_gates(events, table.attrs["gates"], spillover=events.attrs["spillover"]).counts

    kinds = dict(zip(table["gate"], table["kind"], strict=True))
    assert kinds == {
        "cells": "polygon",
        "bright": "rectangle",
        "round": "ellipse",
        "quadrants": "quadrant",
        "dim": "boolean",
    }
    assert table.set_index("gate")["parent"]["bright"] == "cells"
    # dye 16 is its detector less 2 % of dye 56: always above FSC-A, so outside the triangle
    assert counts["cells"] == 0
    assert (counts["low"], counts["high"], counts["round"]) == (4, 4, 1)


def test_a_workspace_gives_populations_counts_and_gates() -> None:
    """A count of -1 is missing, the author's folders are gone, prefixes become compensation."""
    table = read_wsp(SAMPLES.workspace())

    assert table["gate"].tolist() == ["cells", "cells/CD16+", "cells/CD56+", "cells/rest"]
    assert table["file"].unique().tolist() == ["NK one.fcs"]
    assert table["count"].isna().tolist() == [False, True, False, False]
    assert table["parent_count"].tolist() == [8, 6, 6, 6]
    gate = from_data(table.attrs["gates"]["NK one.fcs"]).gates["cells/CD16+"]
    assert [(one.channel, one.compensation) for one in gate.dimensions] == [
        ("FSC-A", ""),
        ("B525-A", "M1"),
    ]


def test_a_gate_that_cannot_be_rebuilt_is_left_out_and_said() -> None:
    """FlowJo's own biexponential scale is not ours; its count is kept."""
    table = read_wsp(SAMPLES.workspace())
    gates = [gate["id"] for gate in table.attrs["gates"]["NK one.fcs"]["gates"]]

    assert gates == ["cells", "cells/CD16+", "cells/rest"]
    assert table.set_index("gate")["kind"]["cells/CD56+"] == "not read"
    assert "cells/CD56+: the scale of Comp-Y585-A is not read" in table.attrs["warnings"][0]


def test_what_lies_below_a_gate_that_is_left_out_is_left_out_too() -> None:
    """Its events would be counted in the wrong parent."""
    raw = SAMPLES.workspace().replace(b"RectangleGate", b"CurlyQuad")
    table = read_wsp(raw)

    assert table.attrs["gates"]["NK one.fcs"]["gates"] == []
    assert len(table) == 4
    assert "the gate above it was not read" in table.attrs["warnings"][1]


def test_an_ellipse_of_a_workspace_is_the_one_that_was_drawn() -> None:
    """Half-axes of 64 and 32 places around (128, 128) on a linear scale of 256: by hand."""
    home = 'xmlns:gating="g" xmlns:data-type="d" xmlns:transforms="t"'
    far = (64**2 - 32**2) ** 0.5

    def corners(points: list[tuple[float, float]]) -> str:
        return "".join(
            "<gating:vertex>"
            + "".join(f'<gating:coordinate data-type:value="{v}"/>' for v in point)
            + "</gating:vertex>"
            for point in points
        )

    dimensions = "".join(
        f'<gating:dimension><data-type:fcs-dimension data-type:name="{c}"/></gating:dimension>'
        for c in "XY"
    )
    scales = "".join(
        f'<transforms:linear transforms:minRange="0" transforms:maxRange="256">'
        f'<data-type:parameter data-type:name="{c}"/></transforms:linear>'
        for c in "XY"
    )
    raw = (
        f'<Workspace flowJoVersion="10" {home}><SampleList><Sample><DataSet uri="file:/a/b.fcs"/>'
        f"<Transformations>{scales}</Transformations>"
        '<SampleNode name="b" count="9"><Subpopulations><Population name="E" count="3"><Gate>'
        f"<gating:EllipsoidGate>{dimensions}"
        f"<gating:foci>{corners([(128 - far, 128), (128 + far, 128)])}</gating:foci>"
        f"<gating:edge>{corners([(64, 128), (192, 128), (128, 96), (128, 160)])}</gating:edge>"
        "</gating:EllipsoidGate></Gate></Population></Subpopulations></SampleNode></Sample>"
        "</SampleList></Workspace>"
    ).encode()
    gates = read_wsp(raw).attrs["gates"]["b"]
    points = pd.DataFrame(
        [(191.9, 128), (192.1, 128), (128, 159.9), (128, 160.1), (128, 128)], columns=["X", "Y"]
    )

    members = count_gates(points, gates).members["E"]
    assert members.tolist() == [True, False, True, False, True]
    assert looks_like_wsp(raw)


@pytest.mark.parametrize("reader", [read_gatingml, read_wsp])
@pytest.mark.parametrize(
    "trick",
    [
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>',
        b'<!DOCTYPE a SYSTEM "other.dtd">',
    ],
)
def test_a_document_type_is_refused(reader: object, trick: bytes) -> None:
    """It could read other files or grow without end."""
    with pytest.raises(BadInput, match="do not trust this file"):
        reader(b"<?xml version='1.0'?>" + trick + b"<Gating-ML/>")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('value="9000"', 'value="9000,5"', "expected a number with a decimal point"),
        ('value="9000"', 'value="nan"', "expected a number"),
        ('gating:ref="cells"', 'gating:reference="cells"', "has no ref"),
        ("<transforms:fasinh", "<transforms:fratio", "is none of flin"),
        ('gating:compensation-ref="M"', "", "has no compensation-ref"),
        ("EllipsoidGate", "SphereGate", "'SphereGate' is not read"),
        ('transforms:id="asinh"', 'transforms:id="asinh" transforms:boundMin="0"', "bounds"),
        (
            "transforms:spectrumMatrix ",
            'transforms:spectrumMatrix transforms:matrix-inverted-already="true" ',
            "inverted",
        ),
        ('gating:divider_ref="d1"', 'gating:divider_ref="d2"', "no place at one of the dividers"),
        ("gating:and>", "gating:xor>", "0 of and, or, not"),
    ],
)
def test_gating_ml_that_cannot_be_read_for_certain_is_refused(
    old: str, new: str, reason: str
) -> None:
    """Decimal commas, missing parts, and what the reader does not know."""
    text = SAMPLES.gatingml().decode()
    assert old in text
    with pytest.raises(BadInput, match=reason):
        read_gatingml(text.replace(old, new).encode())


def test_a_ratio_of_channels_is_refused() -> None:
    """A new dimension has no column in the file."""
    text = SAMPLES.gatingml().replace(b"fcs-dimension", b"new-dimension", 100)
    with pytest.raises(BadInput):
        read_gatingml(text)


@pytest.mark.parametrize("count", ["-2", "2.5", "many"])
def test_a_count_that_is_none_is_refused(count: str) -> None:
    """-1 says not computed; nothing else below zero, between or in words has a meaning."""
    raw = SAMPLES.workspace().replace(b'count="2"', f'count="{count}"'.encode())
    with pytest.raises(BadInput, match=r"count|expected a number"):
        read_wsp(raw)


@pytest.mark.parametrize("share", np.linspace(0.05, 0.95, 7))
def test_a_cut_file_is_refused(share: float) -> None:
    """XML ends where it began."""
    for raw, reader in ((SAMPLES.gatingml(), read_gatingml), (SAMPLES.workspace(), read_wsp)):
        with pytest.raises(BadInput):
            reader(raw[: int(share * len(raw))])


def test_each_file_is_recognised_by_one_reader() -> None:
    """By what is near its beginning, with or without a byte order mark."""
    gates, workspace = SAMPLES.gatingml(), SAMPLES.workspace()
    for raw in (gates, b"\xef\xbb\xbf" + gates, gates.decode().encode("utf-16")):
        assert (looks_like_gatingml(raw), looks_like_wsp(raw)) == (True, False)
    assert (looks_like_gatingml(workspace), looks_like_wsp(workspace)) == (False, True)
    assert not looks_like_gatingml(b"lot,Gating-ML>\n")


@pytest.mark.parametrize("reader", [read_gatingml, read_wsp])
def test_another_xml_is_refused(reader: object) -> None:
    """The message says what it holds."""
    with pytest.raises(BadInput, match="it holds 'html'"):
        reader(b"<html></html>")  # type: ignore[operator]
    with pytest.raises(BadInput, match=r"holds no (gate|sample)"):
        root = "Gating-ML" if reader is read_gatingml else "Workspace"
        reader(f"<{root}></{root}>".encode())  # type: ignore[operator]
