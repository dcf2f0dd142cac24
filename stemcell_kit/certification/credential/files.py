"""An issuer's files: written whole or not at all, and never inside a project that is shared."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from stemcell_kit.certification.credential.canonical import canonical
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = ["folder_for", "refuse_shared_place", "written", "written_json"]


def refuse_shared_place(folder: Path) -> None:
    """Refuse a folder that lies in a repository or in the kit itself: a key would be shared there.

    Raises
    ------
    BadInput
        It lies there.
    """
    kit = Path(__file__).resolve().parents[3]
    place = folder.resolve()
    for above in (place, *place.parents):
        if above == kit or any((above / name).exists() for name in (".git", ".hg", ".svn")):
            raise BadInput(say("credential.shared-place", path=folder, repository=above))


def folder_for(path: Path) -> Path:
    """Return a folder to write into, made if it is missing.

    Raises
    ------
    BadInput
        It cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(say("credential.unwritable", path=path, reason=error.strerror)) from None
    return path


def written(path: Path, data: bytes) -> Path:
    """Write a file whole or not at all, and return its path.

    Raises
    ------
    BadInput
        It cannot be written there.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        raise BadInput(say("credential.unwritable", path=path, reason=error.strerror)) from None
    return path


def written_json(path: Path, data: Any) -> Path:
    """Write JSON in its canonical form: no byte of it could be another and mean the same."""
    return written(path, canonical(data))
