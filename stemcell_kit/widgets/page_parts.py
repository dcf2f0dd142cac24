"""The script of a widget's page, joined from its parts.

A page must be one script: the parts cannot import each other, so they are put one after another.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["page_script"]

_HOME = Path(__file__).parent


def page_script(page: str, *parts: str) -> str:
    """Return the script of a page behind the parts that it uses, in this order."""
    paths = [*(_HOME / "parts" / f"{part}.js" for part in parts), _HOME / f"{page}.js"]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
