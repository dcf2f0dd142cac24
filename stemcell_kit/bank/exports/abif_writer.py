"""A small writer of ABIF files: tags with text, numbers and traces, as capillary software does."""

from __future__ import annotations

import struct
from collections.abc import Mapping

__all__ = ["Value", "abif_bytes"]

Value = str | int | list[int] | tuple[int, int, int]

_HEADER = struct.Struct(">4sH4sI2H4I")
_ENTRY = struct.Struct(">4sI2H4I")
_START = 128
_INLINE = 4
_SHORT, _DATE, _PASCAL = 4, 10, 18
_LARGEST = 32767


def abif_bytes(tags: Mapping[tuple[str, int], Value]) -> bytes:
    """Return an ABIF file with these tags, e.g. ``{("DATA", 1): [0, 3, 12], ("SpNm", 1): "A"}``.

    Whole numbers are 16-bit, a date is (year, month, day), a list is a trace.
    """
    body = b""
    entries = []
    for (name, number), value in tags.items():
        kind, size, count, data = _packed(value)
        if len(data) <= _INLINE:
            place = int.from_bytes(data.ljust(_INLINE, b"\x00"), "big")
        else:
            place = _START + len(body)
            body += data
        head = (name.encode("ascii"), number, kind, size, count, len(data), place, 0)
        entries.append(_ENTRY.pack(*head))
    directory = b"".join(entries)
    header = _HEADER.pack(
        b"ABIF", 101, b"tdir", 1, 1023, _ENTRY.size, len(entries), len(directory),
        _START + len(body), 0,
    )  # fmt: skip
    return header.ljust(_START, b"\x00") + body + directory


def _packed(value: Value) -> tuple[int, int, int, bytes]:
    """Return element type, element size, number of elements and bytes of a value."""
    if isinstance(value, str):
        text = value.encode("latin-1")
        return _PASCAL, 1, len(text) + 1, bytes([len(text)]) + text
    if isinstance(value, tuple):
        return _DATE, 4, 1, struct.pack(">hBB", *value)
    numbers = [value] if isinstance(value, int) else value
    inside = [min(max(n, -_LARGEST), _LARGEST) for n in numbers]
    return _SHORT, 2, len(inside), struct.pack(f">{len(inside)}h", *inside)
