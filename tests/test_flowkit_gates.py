"""A second program gates our FCS files by our Gating-ML files and counts the same events."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from stemcell_kit.bank import Fault, build
from stemcell_kit.instruments import read_fcs, read_gatingml
from stemcell_kit.qc.flow.gate_tree import count_gates

ROOT = Path(__file__).parents[1]
FLOWKIT_PYTHON = os.environ.get("STEMCELL_KIT_FLOWKIT_PYTHON")


@pytest.mark.skipif(
    not FLOWKIT_PYTHON,
    reason="FlowKit needs an older pandas; STEMCELL_KIT_FLOWKIT_PYTHON names its Python",
)
@pytest.mark.parametrize(
    ("folder", "fault"),
    [
        ("nk_flow", "nk-t-cells"),
        ("nk_flow", "flow-uncompensated"),
        ("nsc_flow", "nsc-residual-psc"),
    ],
)
def test_flowkit_counts_what_we_count(tmp_path: Path, folder: str, fault: str) -> None:
    """Every gate of every tube: polygon, range, quadrants, scale and the file's own matrix."""
    bank = build(7, [Fault(fault)])
    bank.write(tmp_path, lots=[one.id for one in bank.products if one.kind == folder[:-5]])
    gates = tmp_path / folder / "gates.xml"
    files = [str(path) for path in sorted((tmp_path / folder).glob("*.fcs"))]
    assert files
    script = str(ROOT / "tests" / "oracles" / "gate_with_flowkit.py")
    answer = subprocess.run(
        [str(FLOWKIT_PYTHON), script, str(gates), *files],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    theirs = json.loads(answer.stdout)

    for path in files:
        events = read_fcs(path, names="detector")
        tree = read_gatingml(gates).attrs["gates"]
        ours = count_gates(events, tree, spillover=events.attrs.get("spillover")).counts
        assert theirs[path] == {name: n for name, n in ours.items() if name != "total"}
