"""What the attack suite needs of the machine: a course of its own, and a jail for the stock side."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .course import Course, build
from .harness import JAIL


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark of the stock side known."""
    config.addinivalue_line("markers", "stock: tries an attack on stock nbgrader, in a jail")


@pytest.fixture(scope="session")
def attacked_course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A course that nobody has attacked yet; a test works on a copy."""
    folder = tmp_path_factory.mktemp("attacked")
    yield build(folder / "world")
    shutil.rmtree(folder, ignore_errors=True)  # half a gigabyte after a whole class of attacks


@pytest.fixture(scope="session")
def jail() -> None:
    """Skip where hostile code cannot be jailed: stock nbgrader alone would not hold it."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the jail of the stock side needs Linux")
    try:
        subprocess.run([*JAIL, "--", "true"], check=True, capture_output=True, timeout=20)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        pytest.skip(f"the jail of the stock side needs bubblewrap and user namespaces ({error})")


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder of its own with a short name: a socket lies deep in it, and its path has a limit."""
    with tempfile.TemporaryDirectory(prefix="kit-", ignore_cleanup_errors=True) as folder:
        yield Path(folder).resolve()
