"""A small course as nbgrader makes it, and a learner who hands in whatever a test gives her."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from stemcell_kit.grading.intake import Intake, course_cells, take_in

from .course import SOURCE, as_bytes, run_converter

HandIn = Callable[..., Intake]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the assignment ``counting`` of one notebook, released by nbgrader."""
    from nbgrader.converters import GenerateAssignment

    root = tmp_path_factory.mktemp("course")
    source = root / "source" / "counting"
    source.mkdir(parents=True)
    nbformat.write(SOURCE, source / "counting.ipynb")
    run_converter(GenerateAssignment, root)
    return root


@pytest.fixture(scope="session")
def released(course: Path) -> Any:
    """The notebook that a learner starts from, as plain data; a test gets it by ``fresh``."""
    return json.loads((course / "release/counting/counting.ipynb").read_text(encoding="utf-8"))


@pytest.fixture
def fresh(released: Any) -> Any:
    """A learner's own copy of the release, answered."""
    notebook = copy.deepcopy(released)
    notebook["cells"][2]["source"] = ["total = sum(counts)"]
    return notebook


@pytest.fixture(scope="session")
def known(course: Path) -> Mapping[str, Any]:
    """What the gradebook says of the cells of the assignment."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return course_cells(gradebook, "counting")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the learner hands in."""
    folder = tmp_path / "submitted" / "ada" / "counting"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def hand_in(folder: Path, tmp_path: Path, known: Mapping[str, Any]) -> HandIn:
    """Hand in files by name (bytes, text or data) and take them in."""

    def hand_in(files: Mapping[str, Any] | None = None, cells: Any = known) -> Intake:
        for name, content in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_bytes(content))
        staged = tmp_path / f"staged-{len(os.listdir(tmp_path))}"
        return take_in(folder, staged, notebooks=["counting"], cells=cells)

    return hand_in
