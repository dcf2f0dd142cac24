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

__all__ = ["FileSource", "Row", "decode", "head", "number", "read_bytes", "rows", "unit_behind"]

FileSource = str | Path | bytes

_MISSING = {"", "-", "n/a", "na", "nan", "nd", "none", "undetermined", "not determined", "?????"}
_NUMBER = re.compile(r"([-+]?[\d.,][\d.,' ]*(?:[eE][-+]?\d+)?) ?((?:[%(]|/(?!\d)|[^\W\d_]).*)?")
# behind a number: a factor, a date or an exponent that breaks off, lost with the unit
_NO_UNIT = re.compile(
    r"[x\u00d7*] ?\d.*|.*\d{4}.*|e[-+]?|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b.*",
    re.IGNORECASE,
)
# glued to a number, letters before more digits are a digit misread: 12O5 is no 12 with a unit O5
_MISREAD = re.compile(r"(?!\w*m[23](?:\W|$))[^\W\d_]+\d.*", re.IGNORECASE)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HIGH = re.compile(rb"[\x80-\xff]+")
# pairs of bytes that stand for Chinese characters in the encodings of the GB family
_CHINESE = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_LONGEST_LATIN = 3
_FIRST_HANZI = 0xB0
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


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
    """Return the text of an export: UTF-8 or UTF-16, with or without a mark, GBK or Latin-1.

    Line ends become ``\\n``.

    Raises
    ------
    BadInput
        The bytes are a workbook or another binary file, or letters that could be two scripts.
    """
    if raw.startswith(_WORKBOOK):
        raise BadInput(
            "this is a workbook; expected text. Export the table as .txt or .csv, then read that."
        )
    text = raw.decode(_encoding(raw), errors="replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    strange = _NOT_TEXT.search(text)
    if strange:
        line = text.count("\n", 0, strange.start()) + 1
        raise BadInput(
            f"line {line} holds a character that no text has; the file is damaged, cut off or no "
            "text. Export it again."
        )
    return text


def head(raw: bytes, size: int = 4096) -> str:
    """Return about the first *size* bytes as text, to recognise a format; empty if it is no text."""
    if raw.startswith(_WORKBOOK):
        return ""
    start = raw[:size]
    # a character may be cut in two; without the bytes of the last line none is
    cut = start[: start.rfind(b"\n") + 1] if len(raw) > size and b"\n" in start else start
    try:
        return decode(cut if b"\x00" not in start[:200] else start[: len(start) // 2 * 2])
    except BadInput:
        return ""


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in raw[:200]:
        # without a mark the zero bytes of Latin letters tell the byte order
        little = raw[1:200:2].count(0) >= raw[0:200:2].count(0)
        return "utf-16-le" if little else "utf-16-be"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _older_encoding(raw)
    return "utf-8-sig"


def _older_encoding(raw: bytes) -> str:
    """Tell GBK from Latin-1: two Chinese characters in a row are four high bytes, Latin never."""
    high = _HIGH.findall(raw)
    if not all(_CHINESE.fullmatch(run) for run in high):
        return "latin-1"
    if any(len(run) > _LONGEST_LATIN for run in high):
        return "gb18030"
    if any(run[0] >= _FIRST_HANZI for run in high):
        raise BadInput(
            f"the bytes {high[0].hex(' ')} are {high[0].decode('gb18030')!r} in Chinese text and "
            f"{high[0].decode('latin-1')!r} in Western text. Save the file as UTF-8."
        )
    return "gb18030"


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


def unit_behind(cell: str) -> str:
    """Return the unit that is glued to a number, e.g. ``"%"`` of ``96.9 %``; empty without one."""
    form = _NUMBER.fullmatch(_SPACES.sub(" ", cell).strip())
    unit = (form[2] or "") if form else ""
    return "" if unit.startswith("(") else unit


def _is_no_unit(behind: str, *, glued: bool) -> bool:
    """Say whether what stands behind a number belongs to the number."""
    misread = glued and _MISREAD.fullmatch(behind)
    return bool(misread or _NO_UNIT.fullmatch(behind))


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
    if form is None or _is_no_unit(form[2] or "", glued=f"{form[1]}{form[2]}" == words):
        raise BadInput(f"{cell!r} is not a number; expected one such as 12.5 or Undetermined")
    digits = re.sub(r"[ ']", "", form[1])
    if decimal == ",":
        digits = digits.replace(".", "").replace(",", ".") if "," in digits else digits
    elif "," in digits:
        if not re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?([eE][-+]?\d+)?", digits):
            raise BadInput(
                f"the comma in {cell!r} may be a decimal comma; export with decimal points"
            )
        digits = digits.replace(",", "")
    try:
        return float(digits)
    except ValueError:
        raise BadInput(f"{cell!r} is not a number; expected one such as 12.5") from None
