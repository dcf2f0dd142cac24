"""A small exam that all tests of this folder share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stemcell_kit.certification.blueprint import Blueprint, read_blueprint
from stemcell_kit.certification.seals import Secret
from stemcell_kit.paths import content_dir

EXAMPLE = content_dir() / "certification" / "example_blueprint.toml"


@pytest.fixture
def blueprint_file(tmp_path: Path) -> Path:
    """A copy of the example that a test can change."""
    return Path(shutil.copy(EXAMPLE, tmp_path / "blueprint.toml"))


@pytest.fixture(scope="session")
def blueprint() -> Blueprint:
    """The blueprint that ships as an example."""
    return read_blueprint(EXAMPLE)


@pytest.fixture(scope="session")
def secret() -> Secret:
    """A secret that is the same in every run, which a real one never is."""
    return Secret(bytes(32))
