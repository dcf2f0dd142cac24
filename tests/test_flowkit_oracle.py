"""A second FCS reader, one we did not choose for the kit, sees the same events in our files."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import flowio
import numpy as np
import pytest

from stemcell_kit.bank import build

ROOT = Path(__file__).parents[1]
FLOWKIT_PYTHON = os.environ.get("STEMCELL_KIT_FLOWKIT_PYTHON")


@pytest.mark.skipif(
    not FLOWKIT_PYTHON,
    reason="FlowKit needs an older pandas; STEMCELL_KIT_FLOWKIT_PYTHON names its Python",
)
def test_flowkit_sees_what_flowio_sees(tmp_path: Path) -> None:
    """Event counts, channel names and medians agree, file by file."""
    build(7).write(tmp_path)
    files = [str(path) for path in sorted(tmp_path.rglob("*.fcs"))]
    assert files
    script = str(ROOT / "tests" / "oracles" / "read_with_flowkit.py")
    answer = subprocess.run(
        [str(FLOWKIT_PYTHON), script, *files], capture_output=True, check=True, encoding="utf-8"
    )
    seen = json.loads(answer.stdout)

    for path in files:
        ours = flowio.FlowData(path)
        events = ours.as_array()
        assert seen[path]["events"] == ours.event_count
        assert seen[path]["channels"] == ours.pnn_labels
        assert np.allclose(seen[path]["medians"], np.median(events, axis=0), rtol=1e-5)
