"""One table out of a text export, found by its headings wherever it starts.

Nothing is guessed in silence: what cannot be read for certain is refused with the line it is on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, Row, decode, number, read_bytes, rows

__all__ = ["Column", "read_columns"]

_SEPARATORS = ("\t", ";", ",", "|")
_HEAD_LINES = 200


@dataclass(frozen=True)
class Column:
    """One column to read: its tidy name, the headings it may have, and what its cells hold.

    ``kind`` is ``text``, ``number``, ``whole`` or ``flag``; an optional column may be absent and
    a column that ``may_be_empty`` may have empty or undetermined cells.
    """

    name: str
    headings: tuple[str, ...]
    kind: str = "text"
    optional: bool = False
    may_be_empty: bool = False


def read_columns(source: FileSource, columns: Sequence[Column], *, what: str) -> pd.DataFrame:
    """Read the table with these columns out of an export, wherever its header line is.

    Parameters
    ----------
    what
        The export in words, for the message, e.g. ``"a passage log"``.

    Raises
    ------
    BadInput
        No line of the file has these headings, a line is cut off, or a cell cannot be read.
    """
    text = re.sub(r"\A\s*\"?sep=.\"?\n", "", decode(read_bytes(source)))
    found, places, separator = _find_table(text, columns, what)
    header, body = found[0], found[1:]
    _check_lengths(header, body, max(places.values()) + 1, what)
    cells = {
        column.name: [_cell(row, places[column.name]) for row in body]
        for column in columns
        if column.name in places
    }
    decimal = _decimal(cells, columns, separator)
    lines = [row.line for row in body]
    return pd.DataFrame(
        {
            column.name: _values(column, cells[column.name], lines, decimal)
            for column in columns
            if column.name in cells
        }
    )


def _find_table(
    text: str, columns: Sequence[Column], what: str
) -> tuple[list[Row], dict[str, int], str]:
    best: tuple[int, Row | None, list[str]] = (-1, None, [])
    for separator in _SEPARATORS:
        table = list(rows(text, separator))
        for start, row in enumerate(table[:_HEAD_LINES]):
            places = _places(row, columns)
            missing = [c.headings[0] for c in columns if c.name not in places and not c.optional]
            if not missing:
                return table[start:], places, separator
            if len(places) > best[0]:
                best = (len(places), row, missing)
    closest, missing = best[1:]
    shown = ", ".join(cell for cell in closest.cells if cell)[:120] if closest else "nothing"
    raise BadInput(
        f"this is not {what}: found {shown!r}, but no column {', '.join(missing)}. "
        "Check that you chose the right file and exported it with its headings."
    )


def _places(row: Row, columns: Sequence[Column]) -> dict[str, int]:
    headings = [_plain(cell) for cell in row.cells]
    places: dict[str, int] = {}
    for column in columns:
        for heading in column.headings:
            if _plain(heading) in headings:
                places[column.name] = headings.index(_plain(heading))
                break
    return places


def _plain(heading: str) -> str:
    """Compare headings without case, spaces, underscores and a unit in brackets at the end."""
    # two code points for micro, and a Cyrillic letter in a vendor's CT
    heading = heading.replace("\u03bc", "\u00b5").replace("\u0442", "t").replace("\u0422", "T")
    return re.sub(r"[\s_]+", "", re.sub(r"[(\[][^)\]]*[)\]]\s*$", "", heading)).casefold()


def _check_lengths(header: Row, body: Sequence[Row], needed: int, what: str) -> None:
    if not body:
        raise BadInput(f"this is {what} without any result line; export it again")
    width = len(header.cells)
    for row in body:
        if len(row.cells) < needed:
            raise BadInput(
                f"line {row.line} ends after {len(row.cells)} of {width} cells; the file looks cut "
                "off. Export it again."
            )
        if any(row.cells[width:]):
            raise BadInput(
                f"line {row.line} has {len(row.cells)} cells under {width} headings; a decimal "
                "comma splits numbers in a comma-separated file. Export with ; or decimal points."
            )


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _decimal(cells: dict[str, list[str]], columns: Sequence[Column], separator: str) -> str:
    """A file writes decimal commas if it is not comma-separated and one number shows it."""
    numeric = [c.name for c in columns if c.kind in ("number", "whole") and c.name in cells]
    comma = re.compile(r"[-+]?[\d.]*\d,\d+(?:[eE][-+]?\d+)?\D*")
    shown = any(comma.fullmatch(cell) for name in numeric for cell in cells[name])
    return "," if separator != "," and shown else "."


def _values(column: Column, cells: list[str], lines: list[int], decimal: str) -> list[object]:
    return [_value(column, cell, line, decimal) for cell, line in zip(cells, lines, strict=True)]


def _value(column: Column, cell: str, line: int, decimal: str) -> object:
    try:
        return _KINDS[column.kind](cell, decimal, column.may_be_empty)
    except BadInput as error:
        raise BadInput(f"line {line}, {column.headings[0]}: {error}") from None


def _text(cell: str, decimal: str, may_be_empty: bool) -> str:
    return cell


def _flag(cell: str, decimal: str, may_be_empty: bool) -> bool:
    if cell.casefold() not in ("true", "false", "yes", "no", "1", "0"):
        raise BadInput(f"found {cell!r}, expected true or false")
    return cell.casefold() in ("true", "yes", "1")


def _number(cell: str, decimal: str, may_be_empty: bool) -> float:
    value = number(cell, decimal=decimal)
    if math.isnan(value) and not may_be_empty:
        raise BadInput(f"found {cell!r}, expected a number. Fill it in or leave the line out.")
    return value


def _whole(cell: str, decimal: str, may_be_empty: bool) -> int:
    value = _number(cell, decimal, False)
    if value != int(value):
        raise BadInput(f"found {cell!r}, expected a whole number")
    return int(value)


_KINDS: dict[str, Callable[[str, str, bool], object]] = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "whole": _whole,
}
