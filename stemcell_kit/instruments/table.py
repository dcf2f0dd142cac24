"""One table out of a text export, found by its headings wherever it starts.

Nothing is guessed in silence: what cannot be read for certain is refused with the line it is on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.cells import Column, read_cells
from stemcell_kit.instruments.text import FileSource, Row, decode, read_bytes, rows

__all__ = [
    "Column",
    "end_warnings",
    "ends_well",
    "find_header",
    "plain_heading",
    "read_columns",
    "read_rows",
]

_SEPARATORS = ("\t", ";", ",", "|")
_HEAD_LINES = 200
_UNIT = re.compile(r"[(\[]([^)\]]*)[)\]]\s*$")
# what may have been longer: nothing, a number, a date, a power of ten without its exponent
_UNFINISHED = re.compile(r"[\d\s.,:/+%<>-]*|.*\d[eE]")


def read_columns(
    source: FileSource, columns: Sequence[Column], *, what: str, complete: bool = False
) -> pd.DataFrame:
    """Read the table with these columns out of an export, wherever its header line is.

    Parameters
    ----------
    what
        The export in words, for the message, e.g. ``"a passage log"``.
    complete
        Say that the file is whole although its last line has no line end.

    Returns
    -------
    One row per line. ``.attrs["warnings"]`` names what may be wrong with the file.

    Raises
    ------
    BadInput
        No line of the file has these headings, a line is cut off, or a cell cannot be read.
    """
    text = re.sub(r"\A\s*\"?sep=.\"?\n", "", decode(read_bytes(source)))
    found, separator = _find_table(text, columns, what)
    warnings: tuple[str, ...] = ()
    if len(found) > 1 and not (complete or ends_well(text)):
        warnings = end_warnings(found[0], found[-1])
    table = read_rows(found, columns, what=what, comma=separator != ",")
    table.attrs["warnings"] += warnings
    return table


def ends_well(text: str) -> bool:
    """Say whether the last line of a text has its line end, or at least its closing quote."""
    return text.endswith("\n") or (text.endswith('"') and text.count('"') % 2 == 0)


def end_warnings(header: Row, last: Row) -> tuple[str, ...]:
    """Refuse a last line that may have lost its end; only warn if its last cell is a word.

    For a file whose last line has no line end.
    """
    cell = last.cells[-1]
    if len(last.cells) < len(header.cells) or _UNFINISHED.fullmatch(cell):
        raise BadInput(
            f"line {last.line} ends after {len(last.cells)} of {len(header.cells)} cells with "
            f"{cell!r} and without a line end; the file looks cut off. Export it again, or say "
            "complete=True if you know that it is whole."
        )
    return (f"the last line has no line end; its last cell {cell!r} may be cut off",)


def read_rows(
    table: Sequence[Row], columns: Sequence[Column], *, what: str, comma: bool
) -> pd.DataFrame:
    """Read a table whose first row is its header; *comma* says that numbers may have one.

    Raises
    ------
    BadInput
        The headings are not these, a line has another length, or a cell cannot be read.
    """
    header, body = table[0], table[1:]
    candidates = _candidates(header, columns)
    missing = [c.headings[0] for c in columns if not candidates[c.name] and not c.optional]
    if missing:
        raise _no_table(header, missing, what)
    _check_lengths(header, body, max(max(found, default=0) for found in candidates.values()), what)
    places = {name: _one_place(header, body, found) for name, found in candidates.items() if found}
    result = read_cells(body, columns, places, comma=comma)
    result.attrs["warnings"] = _repeats(body)
    return result


def find_header(table: Sequence[Row], columns: Sequence[Column]) -> int | None:
    """Return the place of the first row that has these headings, if one has."""
    for start, row in enumerate(table[:_HEAD_LINES]):
        candidates = _candidates(row, columns)
        if all(candidates[c.name] or c.optional for c in columns):
            return start
    return None


def plain_heading(heading: str) -> str:
    """Compare headings without case, spaces, underscores and a unit in brackets at the end."""
    # two code points for micro, and a Cyrillic letter in a vendor's CT
    heading = heading.replace("\u03bc", "\u00b5").replace("\u0442", "t").replace("\u0422", "T")
    return re.sub(r"[\s_]+", "", _UNIT.sub("", heading)).casefold()


def _find_table(text: str, columns: Sequence[Column], what: str) -> tuple[list[Row], str]:
    best: tuple[int, Row | None, list[str]] = (-1, None, [])
    for separator in _SEPARATORS:
        table = list(rows(text, separator))
        for start, row in enumerate(table[:_HEAD_LINES]):
            candidates = _candidates(row, columns)
            missing = [c.headings[0] for c in columns if not (candidates[c.name] or c.optional)]
            if not missing:
                return table[start:], separator
            count = sum(map(bool, candidates.values()))
            if count > best[0]:
                best = (count, row, missing)
    raise _no_table(best[1], best[2], what)


def _repeats(body: Sequence[Row]) -> tuple[str, ...]:
    first: dict[tuple[str, ...], int] = {}
    return tuple(
        f"line {row.line} repeats line {first[row.cells]}"
        for row in body
        if first.setdefault(row.cells, row.line) != row.line
    )


def _no_table(closest: Row | None, missing: Sequence[str], what: str) -> BadInput:
    shown = ", ".join(cell for cell in closest.cells if cell)[:160] if closest else "nothing"
    return BadInput(
        f"this is not {what}: found {shown!r}, but no column {', '.join(missing)}. "
        "Check that you chose the right file and exported it with its headings and in these units."
    )


def _candidates(row: Row, columns: Sequence[Column]) -> dict[str, list[int]]:
    """Return where each column may stand: by the first of its headings that is there."""
    plain = [plain_heading(cell) for cell in row.cells]
    units = [_unit(cell) for cell in row.cells]
    found: dict[str, list[int]] = {column.name: [] for column in columns}
    for column in columns:
        for heading in column.headings:
            name, unit = plain_heading(heading), _unit(heading)
            places = [
                place
                for place, cell in enumerate(plain)
                if cell == name and (not unit or units[place] in ("", unit))
            ]
            exact = [place for place in places if units[place] == unit]
            found[column.name] = exact or places
            if places:
                break
    return found


def _unit(heading: str) -> str:
    found = _UNIT.search(heading)
    if not found:
        return ""
    # a micro sign that an encoding lost is a question mark
    unit = re.sub("[\u03bc\u00b5?]", "u", re.sub(r"[\s_]+", "", found[1]))
    return unit.replace("\u00d7", "x").replace("\u00b7", "*").casefold()


def _one_place(header: Row, body: Sequence[Row], places: Sequence[int]) -> int:
    first, *others = places
    for other in others:
        if any(row.cells[first : first + 1] != row.cells[other : other + 1] for row in body):
            raise BadInput(
                f"columns {first + 1} and {other + 1} are both headed {header.cells[first]!r} and "
                "differ; rename or remove the one that you do not mean."
            )
    return first


def _check_lengths(header: Row, body: Sequence[Row], last: int, what: str) -> None:
    if not body:
        raise BadInput(f"this is {what} without any result line; export it again")
    width = len(header.cells)
    for row in body:
        if len(row.cells) <= last:
            raise BadInput(
                f"line {row.line} ends after {len(row.cells)} of {width} cells; the file looks cut "
                "off. Export it again."
            )
        if any(row.cells[width:]):
            raise BadInput(
                f"line {row.line} has {len(row.cells)} cells under {width} headings; a decimal "
                "comma splits numbers in a comma-separated file. Export with ; or decimal points."
            )
