"""Words of a user and shares on a page, with what cannot be seen made visible."""

from __future__ import annotations

import re

__all__ = ["percent", "visible"]

# XML 1.0 has no such characters, and a page would swallow them
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def visible(words: str) -> str:
    """Return the words with each control character as the symbol that stands for it."""
    return _CONTROLS.sub(lambda found: _symbol(found[0]), words)


def percent(share: int | None) -> str:
    """Return a share for the reader; a dash where there is none."""
    return "–" if share is None else f"{share} %"


def _symbol(control: str) -> str:
    return chr(0x2400 + ord(control)) if ord(control) < 0x20 else "\ufffd"
