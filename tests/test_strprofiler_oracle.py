"""A second program for STR profiles gives the scores that the kit gives."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from benchmarks.str_search import profile
from stemcell_kit.qc.identity.str_match import compare_written

ROOT = Path(__file__).parents[1]
STRPROFILER_PYTHON = os.environ.get("STEMCELL_KIT_STRPROFILER_PYTHON")


@pytest.mark.skipif(
    not STRPROFILER_PYTHON,
    reason="STEMCELL_KIT_STRPROFILER_PYTHON names the Python of STRprofiler's environment",
)
def test_strprofiler_scores_as_we_do() -> None:
    """Two hundred profiles of the bank's alleles, some markers not typed."""
    query, *others = (profile(number) for number in range(201))
    script = str(ROOT / "tests" / "oracles" / "score_with_strprofiler.py")
    answer = subprocess.run(
        [str(STRPROFILER_PYTHON), script],
        input=json.dumps({"query": query, "database": others}),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    theirs = json.loads(answer.stdout)["tanabe"]

    assert [compare_written(query, one).tanabe for one in others] == pytest.approx(theirs)
