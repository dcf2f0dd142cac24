"""A plain sheet of the bank, recognised by its headings."""

from __future__ import annotations

import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.sheets import SHEETS, read_sheet
from stemcell_kit.instruments.table import Column, plain_heading
from stemcell_kit.instruments.text import FileSource, decode, head, read_bytes, rows

__all__ = ["UNITS_SHEET", "looks_like_sheet", "read_known_sheet"]

# Columns of one name have other units in other sheets, so the reader gives those of its sheet.
UNITS_SHEET: dict[str, str] = {}

_UNIT = re.compile(r"[(\[]([^)\]]*)[)\]]\s*$")


def read_known_sheet(
    source: FileSource, *, kind: str | None = None, complete: bool = False
) -> pd.DataFrame:
    """Read one of the bank's sheets; *kind* chooses where two have the same headings.

    Returns
    -------
    The table of :func:`read_sheet`. ``.attrs`` has ``sheet``, its kind, and ``units``, as its
    headings name them.

    Raises
    ------
    BadInput
        The headings are those of no sheet or of several, or a cell cannot be read.
    """
    raw = read_bytes(source)
    found = [kind] if kind else _kinds(decode(raw))
    if len(found) != 1:
        raise BadInput(
            f"the headings are those of {' and '.join(found) or 'no sheet'}; say which sheet it "
            'is, e.g. kind="post_thaw"'
        )
    table = read_sheet(raw, found[0], complete=complete)
    table.attrs["sheet"] = found[0]
    table.attrs["units"] = units_of(SHEETS[found[0]])
    return table


def looks_like_sheet(raw: bytes) -> bool:
    """Say whether the first line has exactly the headings of a sheet."""
    return bool(_kinds(head(raw)))


def units_of(columns: tuple[Column, ...]) -> dict[str, str]:
    """Return the units that the headings name, by column."""
    found = {column.name: _UNIT.search(column.headings[0]) for column in columns}
    return {name: unit[1] for name, unit in found.items() if unit}


def _kinds(text: str) -> list[str]:
    first = text.strip("\n").split("\n")[0]
    for separator in ("\t", ";", ","):
        table = list(rows(first, separator))
        headings = {plain_heading(cell) for cell in table[0].cells if cell} if table else set()
        found = [kind for kind, columns in SHEETS.items() if _fits(headings, columns)]
        if found:
            return found
    return []


def _fits(headings: set[str], columns: tuple[Column, ...]) -> bool:
    names = [{plain_heading(heading) for heading in column.headings} for column in columns]
    every = set[str]().union(*names)
    there = [bool(choice & headings) for choice in names]
    complete = all(found or column.optional for found, column in zip(there, columns, strict=True))
    return len(headings) > 1 and headings <= every and complete
