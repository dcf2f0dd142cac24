"""Which files of a learner's folder stay behind because of their name."""

from __future__ import annotations

import os
import re

__all__ = ["is_archive", "is_notebook", "why_left_behind"]

from stemcell_kit.grading.intake.limits import MOST_NAME_BYTES

# written by the computer, not by the learner
_KEPT_BY_COMPUTER = frozenset({"__pycache__", "__macosx", "thumbs.db", "desktop.ini"})
_STARTUP = re.compile(
    r"(?:site|user)customize(?:\..*)?|.*\.pth|.*\._pth|pyvenv\.cfg|"
    r"(?:ipython|jupyter|nbgrader)\w*_config(?:\..*)?",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9¹²³])\s*", re.IGNORECASE)
_ARCHIVE = re.compile(
    r".*\.(?:zip|tar|t?gz|tgz|bz2|tbz2?|xz|txz|zst|7z|rar|jar|whl|egg|iso|cab|lz4?|lzma|z)",
    re.IGNORECASE | re.DOTALL,
)
# browsers and mail programs add an ending of their own
_NOTEBOOK = re.compile(r".*\.ipynb(?:\.txt|\.json)?", re.IGNORECASE | re.DOTALL)
# control signs, halves of characters, and marks that turn the order of what is read
_MISLEADING = re.compile(
    "[\x00-\x1f\x7f-\x9f\\\\\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def why_left_behind(name: str) -> str:
    """Return the key of the note for a name that is not taken in, or nothing."""
    if len(os.fsencode(name)) > MOST_NAME_BYTES or _MISLEADING.search(name) or _is_unportable(name):
        return "left_name"
    if _STARTUP.fullmatch(name):
        return "left_startup"
    if name.startswith(".") or name.lower() in _KEPT_BY_COMPUTER or name.lower().endswith(".pyc"):
        return "left_hidden"
    return ""


def is_archive(name: str) -> bool:
    """Tell whether a name is that of a file with files in it."""
    return bool(_ARCHIVE.fullmatch(name))


def is_notebook(name: str) -> bool:
    """Tell whether a name is that of a notebook, also with an ending that a browser added."""
    return bool(_NOTEBOOK.fullmatch(name))


def _is_unportable(name: str) -> bool:
    """Names that Windows reads as a device, or as another name."""
    return name[-1:] in ("", ".", " ") or bool(_DEVICE.fullmatch(name.split(".", maxsplit=1)[0]))
