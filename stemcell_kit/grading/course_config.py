"""The configuration of an nbgrader course, as ``nbgrader`` run in its folder would read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput

__all__ = ["course_config", "course_folder"]

FILE = "nbgrader_config.py"


def course_folder(course: Path) -> Path:
    """Return the full path of a course folder.

    Raises
    ------
    BadInput
        It is no folder of an nbgrader course.
    """
    root = course.resolve()
    if not (root / FILE).is_file():
        raise BadInput(f"{course} holds no {FILE}; name the folder of an nbgrader course")
    return root


def course_config(root: Path) -> Any:
    """Return the traitlets ``Config`` of the course in *root*.

    The files of the Jupyter configuration folders come first and the course's own file last;
    the folder from which the kit happens to be started plays no part.
    """
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import Config, PyFileConfigLoader

    config = Config()
    for folder in (*reversed(jupyter_config_path()), str(root)):
        if (Path(folder) / FILE).is_file():
            config.merge(PyFileConfigLoader(FILE, path=folder).load_config())
    config.CourseDirectory.root = str(root)
    return config
