"""What all tests share: no test touches the records of the person who runs it."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stemcell_kit.grading.engine import Engine
from stemcell_kit.grading.runner import KernelRunner, Runner
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.grading.sandbox.limits import Limits
from tests.postgres import postgres

__all__ = ["postgres"]

ROOT = Path(__file__).parents[1]

# set before anything is imported or started, so that notebook kernels inherit it
_scratch = tempfile.TemporaryDirectory(prefix="stemcell-kit-tests-")
os.environ["STEMCELL_KIT_DATA"] = _scratch.name
os.environ["STEMCELL_KIT_COURSE"] = str(ROOT)
os.environ["IPYTHONDIR"] = str(Path(_scratch.name) / "ipython")
os.environ["STEMCELL_KIT_CONFIG"] = str(Path(_scratch.name) / "no-config.toml")
for name in ("STEMCELL_KIT_DATABASE", "STEMCELL_KIT_LANGUAGE", "STEMCELL_KIT_PROFILE"):
    os.environ.pop(name, None)


# Files of minutes, in the order in which they begin.
LONGEST = (
    ROOT / "tests/grading/attacks/test_attacks_engine.py",
    ROOT / "tests/test_exercises.py",
    ROOT / "tests/grading/test_equal_scores.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: with one of them left at the end, a worker would stand idle."""
    place = {path: number for number, path in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The grading engine with its sandbox, started once for all tests of this process."""
    fault = sandbox_fault()
    if fault and not os.environ.get("STEMCELL_KIT_REQUIRE_SANDBOX"):
        pytest.skip(fault)
    with Engine(Limits(cell_seconds=60)) as running:
        yield running


@pytest.fixture(scope="session")
def runner(request: pytest.FixtureRequest) -> Runner:
    """Who grades one's own work here: the engine, or a kernel where there is no sandbox."""
    if sandbox_fault() and not os.environ.get("STEMCELL_KIT_REQUIRE_SANDBOX"):
        return KernelRunner()
    return request.getfixturevalue("engine")  # type: ignore[no-any-return]


@pytest.fixture
def own_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A records folder of this test's own."""
    monkeypatch.setenv("STEMCELL_KIT_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """No figure outlives its test; matplotlib warns of more than twenty."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


def pytest_unconfigure() -> None:
    """Remove the scratch folder before Python warns that it has to."""
    _scratch.cleanup()
