"""Pictures: raster images whose bytes are what their name says, and of a size a browser can show."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping

from stemcell_kit.grading.outputs.plain import joined

__all__ = ["MOST_BYTES", "PICTURE_KINDS", "clean_attachments", "clean_picture"]

MOST_BYTES = 2_000_000
# a picture of few bytes can claim more pixels than a browser has memory
MOST_PIXELS = 50_000_000
MOST_ATTACHMENTS = 100

Size = tuple[int, int]


def clean_picture(data: object, kind: str) -> str | None:
    """Return the base64 text of a picture, or None when it is not one of *kind*.

    Parameters
    ----------
    data
        Base64 text, or a list of such texts.
    kind
        ``image/png``, ``image/jpeg`` or ``image/gif``.
    """
    text = joined(data)
    measure = _MEASURES.get(kind)
    if measure is None or len(text) > 2 * MOST_BYTES:
        return None
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):  # ValueError: a character outside ASCII
        return None
    size = measure(content) if len(content) <= MOST_BYTES else None
    if size is None or not 0 < size[0] * size[1] <= MOST_PIXELS:
        return None
    return base64.b64encode(content).decode("ascii")


def clean_attachments(attachments: object) -> dict[str, dict[str, str]]:
    """Return the attachments of a text cell that are pictures, under their own names."""
    if not isinstance(attachments, Mapping):
        return {}
    kept: dict[str, dict[str, str]] = {}
    for name, kinds in list(attachments.items())[:MOST_ATTACHMENTS]:
        if isinstance(name, str) and name.isprintable() and isinstance(kinds, Mapping):
            found = {
                kind: picture
                for kind in PICTURE_KINDS
                if kind in kinds and (picture := clean_picture(kinds[kind], kind)) is not None
            }
            if found:
                kept[name] = found
    return kept


def _png(content: bytes) -> Size | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _gif(content: bytes) -> Size | None:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _jpeg(content: bytes) -> Size | None:
    """Walk from segment to segment to the one that holds the size."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(content[at + 5 : at + 7], "big")
            return int.from_bytes(content[at + 7 : at + 9], "big"), height
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


_MEASURES: dict[str, Callable[[bytes], Size | None]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
}
PICTURE_KINDS = tuple(_MEASURES)
