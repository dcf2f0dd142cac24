"""The cells of a table turned into values: text, numbers with one decimal sign, flags."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import Row, number, unit_behind

__all__ = ["Column", "read_cells"]

_DECIMAL_COMMA = re.compile(r"[-+]?[\d.]*\d,\d+(?:[eE][-+]?\d+)?\D*")
_DECIMAL_POINT = re.compile(r"[-+]?(?:\d*\.(?!\d{3}\b)\d+|0\.\d+|\d{4,}\.\d+)(?:[eE][-+]?\d+)?\D*")
_EITHER = {
    "": re.compile(r"[-+]?[1-9]\d{0,2},\d{3}(?:\D.*)?"),
    ",": re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}(?:[^\d,].*)?"),
}


@dataclass(frozen=True)
class Column:
    """One column to read: its tidy name, the headings it may have, and what its cells hold.

    ``kind`` is ``text``, ``number``, ``whole`` or ``flag``; an optional column may be absent and
    a column that ``may_be_empty`` may have empty or undetermined cells. ``at_least`` and
    ``at_most`` are what is possible at all, such as 0 to 100 %. A unit in brackets at the end of a
    heading must be the file's unit, if the file names one.
    """

    name: str
    headings: tuple[str, ...]
    kind: str = "text"
    optional: bool = False
    may_be_empty: bool = False
    at_least: float | None = None
    at_most: float | None = None


def read_cells(
    body: Sequence[Row], columns: Sequence[Column], places: Mapping[str, int], *, comma: bool
) -> pd.DataFrame:
    """Turn the lines under a header into values; *places* says where each column stands.

    *comma* says that a comma inside a number may be the decimal sign, which the numbers tell.

    Raises
    ------
    BadInput
        A cell is not what its column holds, or its comma could mean two things.
    """
    there = [column for column in columns if column.name in places]
    cells = {column.name: [_cell(row, places[column.name]) for row in body] for column in there}
    for column in there:
        _check_units(column, cells[column.name])
    decimal = _decimal(cells, there, comma)
    return pd.DataFrame(
        {
            column.name: [
                _value(column, cell, row.line, decimal)
                for cell, row in zip(cells[column.name], body, strict=True)
            ]
            for column in there
        }
    )


def _check_units(column: Column, cells: Sequence[str]) -> None:
    if column.kind not in ("number", "whole"):
        return
    units = {re.sub("\u03bc", "\u00b5", unit_behind(cell)) for cell in cells} - {""}
    if len(units) > 1:
        raise BadInput(
            f"{column.headings[0]} has numbers in {' and in '.join(sorted(units))}; bring them to "
            "one unit before you read the file"
        )


def _cell(row: Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _decimal(cells: Mapping[str, list[str]], columns: Sequence[Column], comma: bool) -> str:
    """Return the decimal sign that the numbers of a file show; empty if none does."""
    numeric = [cell for c in columns if c.kind in ("number", "whole") for cell in cells[c.name]]
    point = any(_DECIMAL_POINT.fullmatch(cell) for cell in numeric)
    if not comma:
        return "." if point else ""
    commas = [cell for cell in numeric if _DECIMAL_COMMA.fullmatch(cell)]
    sure = any(not _EITHER[""].fullmatch(cell) for cell in commas) or _too_large(cells, columns)
    if commas and (point or not sure):
        return ""  # then each number must stand for itself
    return "," if commas else "."


def _too_large(cells: Mapping[str, list[str]], columns: Sequence[Column]) -> bool:
    """Say whether a comma cannot mark thousands, as the number would be impossible."""
    return any(
        column.at_most is not None
        and _EITHER[""].fullmatch(cell) is not None
        and number(cell) > column.at_most
        for column in columns
        for cell in cells[column.name]
    )


def _value(column: Column, cell: str, line: int, decimal: str) -> object:
    try:
        value = _KINDS[column.kind](cell, decimal, column.may_be_empty)
        if isinstance(value, (int, float)):
            _check_range(column, value, cell)
    except BadInput as error:
        raise BadInput(f"line {line}, {column.headings[0]}: {error}") from None
    return value


def _check_range(column: Column, value: float, cell: str) -> None:
    low, high = column.at_least, column.at_most
    if (low is not None and value < low) or (high is not None and value > high):
        given = (("at least", low), ("at most", high))
        bounds = " and ".join(f"{words} {limit:g}" for words, limit in given if limit is not None)
        raise BadInput(
            f"found {cell!r}, which cannot be; expected {bounds}. Check the unit and the decimal "
            "sign of the export."
        )


def _text(cell: str, decimal: str, may_be_empty: bool) -> str:
    return cell


def _flag(cell: str, decimal: str, may_be_empty: bool) -> bool:
    if cell.casefold() not in ("true", "false", "yes", "no", "1", "0"):
        raise BadInput(f"found {cell!r}, expected true or false")
    return cell.casefold() in ("true", "yes", "1")


def _number(cell: str, decimal: str, may_be_empty: bool) -> float:
    if decimal in _EITHER and _EITHER[decimal].fullmatch(cell):
        raise BadInput(
            f"{cell!r} may have a decimal sign or a separator of thousands; export without "
            "thousands separators and with decimal points"
        )
    value = number(cell, decimal=decimal or ".")
    if math.isnan(value) and not may_be_empty:
        raise BadInput(f"found {cell!r}, expected a number. Fill it in or leave the line out.")
    return value


def _whole(cell: str, decimal: str, may_be_empty: bool) -> int:
    # a whole number has no decimals, so its comma can only mark thousands
    value = _number(cell, decimal or ".", False)
    if value != int(value):
        raise BadInput(f"found {cell!r}, expected a whole number")
    return int(value)


_KINDS: dict[str, Callable[[str, str, bool], object]] = {
    "text": _text,
    "flag": _flag,
    "number": _number,
    "whole": _whole,
}
