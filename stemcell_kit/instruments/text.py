"""Text exports of any encoding, line end and number style.

Nothing is guessed in silence: what cannot be read for certain is refused with the line it is on.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stemcell_kit.errors import BadInput

__all__ = ["FileSource", "Row", "decode", "number", "read_bytes", "rows"]

FileSource = str | Path | bytes

_MISSING = {"", "-", "n/a", "na", "nan", "nd", "none", "undetermined", "not determined", "?????"}
_NUMBER = re.compile(r"([-+]?[\d.,][\d.,' ]*(?:[eE][-+]?\d+)?) ?((?:[%(/^]|[^\W\d_]).*)?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file and its cells, stripped."""

    line: int
    cells: tuple[str, ...]


def read_bytes(source: FileSource) -> bytes:
    """Return the bytes of a file, or *source* itself if it is bytes.

    Raises
    ------
    BadInput
        The file cannot be opened or is empty.
    """
    if isinstance(source, bytes):
        raw = source
    else:
        try:
            raw = Path(source).read_bytes()
        except OSError as error:
            raise BadInput(f"{source} cannot be read ({error.strerror}); check the path") from None
    if not raw.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise BadInput("the file is empty; expected an instrument export. Export it again.")
    return raw


def decode(raw: bytes) -> str:
    """Return the text of an export: UTF-8 or UTF-16, with or without a mark, else Latin-1.

    Line ends become ``\\n``.

    Raises
    ------
    BadInput
        The bytes are a spreadsheet workbook, not text.
    """
    if raw.startswith(_WORKBOOK):
        raise BadInput(
            "this is a workbook; expected text. Export the table as .txt or .csv, then read that."
        )
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    elif b"\x00" in raw[:200]:
        # without a mark the zero bytes of Latin letters tell the byte order
        little = raw[1:200:2].count(0) >= raw[0:200:2].count(0)
        text = raw.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def rows(text: str, separator: str) -> Iterator[Row]:
    """Yield the lines of a table that hold anything."""
    reader = csv.reader(text.split("\n"), delimiter=separator)
    try:
        for cells in reader:
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                yield Row(reader.line_num, stripped)
    except csv.Error as error:
        raise BadInput(
            f"line {reader.line_num} is not a table line ({error}); is this a text export?"
        ) from None


def number(cell: str, *, decimal: str = ".") -> float:
    """Read a number as instruments print it; ``Undetermined`` and the like are NaN.

    Thousands separators and a unit behind the number are dropped.

    Raises
    ------
    BadInput
        The cell is no number, or a comma could mean two things.
    """
    words = _SPACES.sub(" ", cell).strip()
    if words.casefold() in _MISSING:
        return float("nan")
    form = _NUMBER.fullmatch(words)
    if form is None:
        raise BadInput(f"{cell!r} is not a number; expected one such as 12.5 or Undetermined")
    digits = re.sub(r"[ ']", "", form[1])
    if decimal == ",":
        digits = digits.replace(".", "").replace(",", ".") if "," in digits else digits
    elif "," in digits:
        if not re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?([eE][-+]?\d+)?", digits):
            raise BadInput(
                f"the comma in {cell!r} may be a decimal comma; export with decimal points"
            )
        digits = digits.replace(",", "")
    try:
        return float(digits)
    except ValueError:
        raise BadInput(f"{cell!r} is not a number; expected one such as 12.5") from None
