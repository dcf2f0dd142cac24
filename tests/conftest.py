"""What all tests share: no test touches the records of the person who runs it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.sandbox.limits import Limits

ROOT = Path(__file__).parents[1]

# set before anything is imported or started, so that notebook kernels inherit it
_scratch = tempfile.TemporaryDirectory(prefix="stemcell-kit-tests-")
os.environ["STEMCELL_KIT_DATA"] = _scratch.name
os.environ["STEMCELL_KIT_COURSE"] = str(ROOT)
os.environ["IPYTHONDIR"] = str(Path(_scratch.name) / "ipython")
for name in ("STEMCELL_KIT_DATABASE", "STEMCELL_KIT_LANGUAGE", "STEMCELL_KIT_PROFILE"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The grading engine with its sandbox, started once for all tests of this process."""
    with Engine(Limits(cell_seconds=60)) as running:
        yield running


@pytest.fixture
def own_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A records folder of this test's own."""
    monkeypatch.setenv("STEMCELL_KIT_DATA", str(tmp_path))
    return tmp_path


def pytest_unconfigure() -> None:
    """Remove the scratch folder before Python warns that it has to."""
    _scratch.cleanup()
