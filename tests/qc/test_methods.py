"""The registry of methods: complete, importable and light."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stemcell_kit.qc import METHODS

HEAVY = ("numpy", "pandas", "scipy", "matplotlib")


def test_the_registry_names_every_method_of_the_requirements() -> None:
    """Requirements refer to methods by these ids."""
    assert set(METHODS) == {
        "str_match", "mosaicism", "iscn", "copy_number", "flow_percent", "growth", "cell_count",
        "proportionality", "control_chart", "nat_call", "identifiers",
        "agreement",
    }  # fmt: skip
    assert all(method.id == key and method.source for key, method in METHODS.items())


@pytest.mark.parametrize("method_id", METHODS)
def test_every_method_can_be_loaded(method_id: str) -> None:
    """The module exists and offers something."""
    assert METHODS[method_id].load().__all__


def test_the_registry_loads_no_heavy_library() -> None:
    """A catalogue that names methods must not wait for them."""
    code = f"import sys, stemcell_kit.qc; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
