"""The group tables of a SoftMax Pro export, as text, and the numbers in their columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.plate_text import decimal_sign, plain_number

__all__ = ["group_numbers", "group_table", "group_warnings"]

_FAILED = ("range?", "#n/a", "error", "nan")


def group_table(block: Sequence[str]) -> tuple[str, pd.DataFrame]:
    """Name and table of a group block; an empty sample name is that of the line above.

    Raises
    ------
    BadInput
        The block has no headings, two of one name, or a line longer than its headings.
    """
    head = block[0].removeprefix("Group:").split("\t")
    name = next((cell.strip() for cell in head if cell.strip()), "")
    lines = [[cell.strip() for cell in line.split("\t")] for line in block[1:]]
    headings = list(lines[0]) if lines else []
    while headings and not headings[-1]:
        headings.pop()
    if not headings or not all(headings) or len(set(headings)) != len(headings):
        raise BadInput(
            f"group {name!r} has the headings {', '.join(headings) or 'none'}; expected one "
            "different word above each column. Export it again."
        )
    rows: list[list[str]] = []
    for cells in lines[1:]:
        if not any(cells):
            break
        if any(cells[len(headings) :]):
            raise BadInput(f"group {name!r}: a line has more cells than headings; export it again.")
        rows.append([*cells[: len(headings)], *[""] * (len(headings) - len(cells))])
    table = pd.DataFrame(rows, columns=headings, dtype="str")
    if "Sample" in table:
        table["Sample"] = table["Sample"].mask(table["Sample"] == "").ffill().fillna("")
    return name, table


def group_numbers(table: pd.DataFrame, column: str) -> list[float]:
    """Return a column of a group as numbers; empty cells and failed interpolations are NaN.

    Raises
    ------
    BadInput
        There is no such column, or a cell is neither a number nor a failure that the software
        writes.
    """
    if column not in table:
        raise BadInput(f"no column {column!r} in the group; it has {', '.join(table.columns)}.")
    cells = [str(cell) for cell in table[column]]
    decimal = decimal_sign(cells)
    values = []
    for cell in cells:
        failed = cell.casefold() in _FAILED
        values.append(float("nan") if failed else plain_number(cell, decimal))
    return values


def group_warnings(groups: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Tell which wells lie outside the standards or could not be interpolated."""
    for name, table in groups.items():
        wells = next((one for one in ("Wells", "Well") if one in table), None)
        for place, row in enumerate(table.to_dict("records")):
            where = f"group {name}, {'well ' + row[wells] if wells else 'line ' + str(place + 1)}"
            if row.get("R") == "R":
                yield f"{where}: marked R, outside the standards"
            for column, cell in row.items():
                if cell.casefold() in _FAILED:
                    yield f"{where}: {cell} in {column}, no value could be found"
