"""From the bytes of a notebook file to its data."""

from __future__ import annotations

import codecs
import json
import math
from typing import Any

from stemcell_kit.grading.intake.limits import MEGABYTE, MOST_NOTEBOOK_BYTES, MOST_PIECES
from stemcell_kit.grading.intake.notes import Notes, Refused
from stemcell_kit.grading.intake.safe_folder import SafeFolder, Unfit

__all__ = ["read_data", "read_file"]

# the longest mark first: the one of UTF-32 begins like that of UTF-16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
)
_MOST_DIGITS = 40


def read_file(folder: SafeFolder, name: str) -> bytes:
    """Return the bytes of a notebook file.

    Raises
    ------
    Refused
        It is not there, is not a file of its own, or is too big.
    """
    try:
        return folder.read(name, MOST_NOTEBOOK_BYTES)
    except Unfit as fault:
        raise Refused(f"refused_{fault.why}", most=MOST_NOTEBOOK_BYTES // MEGABYTE) from fault


def read_data(content: bytes, notes: Notes) -> dict[str, Any]:
    """Return the data of a notebook; what had to be overlooked is noted.

    Raises
    ------
    Refused
        The bytes are no text, or the text is no data.
    """
    text = _text(content, notes)
    if not text.strip():
        raise Refused("refused_empty")
    if sum(map(text.count, "[{,")) > MOST_PIECES:
        raise Refused("refused_pieces")
    data = _parsed(text, notes)
    if not isinstance(data, dict):
        raise Refused("refused_kind")
    return data


def _text(content: bytes, notes: Notes) -> str:
    encoding, words = next(
        (found for mark, *found in _MARKS if content.startswith(mark)), ("utf-8", "")
    )
    if words:
        notes.add("encoding", words)
    if encoding.startswith("utf-8") and b"\0" in content:
        raise Refused("refused_bytes")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("refused_encoding", at=error.start) from error


def _parsed(text: str, notes: Notes) -> Any:
    """Parse JSON as browsers do: of two equal keys the later one holds."""
    oddities: set[str] = set()

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            oddities.add("twice")
        return found

    def number(digits: str) -> float | None:
        """No count in a notebook is longer, and Python refuses to read a much longer one."""
        if len(digits) <= _MOST_DIGITS:
            value = float(digits)
            if math.isfinite(value):
                return int(value) if digits.lstrip("-").isdigit() else value
        oddities.add("numbers")
        return None

    try:
        data = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=number,
            parse_float=number,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise Refused("refused_cut" if cut else "refused_json", line=error.lineno) from error
    except (RecursionError, MemoryError) as error:
        raise Refused("refused_deep") from error
    for key in sorted(oddities):
        notes.add(key)
    return data
