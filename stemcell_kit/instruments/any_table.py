"""Any other table: you say which heading is which column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, find_header, read_columns, read_rows
from stemcell_kit.instruments.text import FileSource, read_bytes
from stemcell_kit.instruments.workbook import is_workbook, sheet_rows

__all__ = ["read_table"]

_WHAT = "a table with the headings that you named"


def read_table(
    source: FileSource,
    columns: Mapping[str, str | Column],
    *,
    sheet: str | None = None,
    complete: bool = False,
) -> pd.DataFrame:
    """Read a .csv, .tsv, .txt or .xlsx table of any origin.

    Parameters
    ----------
    columns
        Your name for each column -> its heading in the file, or a :class:`Column` with heading,
        kind and limits. A column given by its heading alone holds numbers if each of its filled
        cells is one (``007`` is a name), else text.
    sheet
        Which sheet of a workbook, if more than one has the headings.
    complete
        Say that the file is whole although its last line has no line end.

    Returns
    -------
    One row per line. ``.attrs["warnings"]`` names columns that would be numeric but for a cell.

    Raises
    ------
    BadInput
        A heading is not there or is there twice, a cell cannot be read, or the file looks cut off.
    """
    if not columns:
        raise BadInput('no column is named; expected e.g. columns={"lot": "Lot no.", "cq": "Cp"}')
    raw = read_bytes(source)
    wanted = [_column(name, heading) for name, heading in columns.items()]
    as_text = _read(raw, wanted, sheet, complete)
    given = {name for name, heading in columns.items() if isinstance(heading, Column)}
    warnings = list(as_text.attrs["warnings"])
    kinds = [
        one if one.name in given else _by_content(one, list(as_text[one.name]), warnings)
        for one in wanted
    ]
    table = _read(raw, kinds, sheet, complete)
    table.attrs["warnings"] = tuple(warnings)
    return table


def _column(name: str, heading: str | Column) -> Column:
    return replace(heading, name=name) if isinstance(heading, Column) else Column(name, (heading,))


def _read(raw: bytes, columns: list[Column], sheet: str | None, complete: bool) -> pd.DataFrame:
    if not is_workbook(raw):
        return read_columns(raw, columns, what=_WHAT, complete=complete)
    sheets = sheet_rows(raw)
    if sheet is not None and sheet not in sheets:
        raise BadInput(f"no sheet {sheet!r} in the workbook; it has {', '.join(sheets)}")
    tables = {
        name: [row.as_row() for row in found]
        for name, found in sheets.items()
        if sheet in (None, name)
    }
    fitting = {
        name: start
        for name, table in tables.items()
        if (start := find_header(table, columns)) is not None
    }
    if len(fitting) > 1:
        raise BadInput(
            f"sheets {' and '.join(fitting)} have these headings; say which, e.g. "
            f"sheet={next(iter(fitting))!r}"
        )
    if not fitting:
        wanted = ", ".join(column.headings[0] for column in columns)
        raise BadInput(
            f"no sheet of the workbook ({', '.join(tables)}) has the headings {wanted}; write them "
            "as they are in the file"
        )
    name, start = next(iter(fitting.items()))
    return read_rows(tables[name][start:], columns, what=_WHAT, comma=False)


def _by_content(column: Column, cells: list[str], warnings: list[str]) -> Column:
    filled = [cell for cell in cells if cell]
    odd = [cell for cell in filled if not _is_number(cell)]
    if filled and not odd:
        return replace(column, kind="number", may_be_empty=True)
    if odd and len(odd) < len(filled) / 2:
        warnings.append(
            f"column {column.headings[0]} is text, as {odd[0]!r} is no number; read it as "
            f'Column("{column.name}", ("{column.headings[0]}",), "number") once that is cleared'
        )
    return column


def _is_number(cell: str) -> bool:
    # a leading zero makes a name, and a unit a doubt
    return bool(re.fullmatch(r"[-+]?(?!0\d)[\d.,\u00a0\u202f']*\d(?:[eE][-+]?\d+)?( ?%)?", cell))
