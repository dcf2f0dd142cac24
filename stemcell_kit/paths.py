"""Where the kit finds its content, the course and the user's own records."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stemcell_kit.errors import BadInput

__all__ = ["content_dir", "course_dir", "data_dir", "path_with_scripts"]


def content_dir() -> Path:
    """Return the folder of the data files that ship inside the package."""
    return Path(__file__).parent / "content"


def course_dir() -> Path:
    """Return the folder that holds ``notebooks/``, ``solutions/`` and ``exercises/``.

    ``STEMCELL_KIT_COURSE`` names it; otherwise the working folder, its parents
    and the folder beside the package are tried in this order.
    """
    named = os.environ.get("STEMCELL_KIT_COURSE")
    here = Path.cwd()
    candidates = [Path(named)] if named else [here, *here.parents, Path(__file__).parents[1]]
    for folder in candidates:
        if (folder / "notebooks").is_dir() and (folder / "solutions").is_dir():
            return folder.resolve()
    raise BadInput(
        f"no course folder found from {named or here}. Expected a folder with notebooks/ and "
        "solutions/ in it. Start from there, or name it in STEMCELL_KIT_COURSE."
    )


def data_dir() -> Path:
    """Return the user's own data folder, made if it is missing; ``STEMCELL_KIT_DATA`` moves it."""
    from platformdirs import user_data_dir

    named = os.environ.get("STEMCELL_KIT_DATA")
    folder = Path(named) if named else Path(user_data_dir("stemcell-kit", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def path_with_scripts() -> str:
    """Return PATH with this environment's own commands first; nbgrader calls ``alembic`` by name."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
