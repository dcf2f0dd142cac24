"""The sheets of a workbook (.xlsx) with the cells as they are stored."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import Row

__all__ = ["SheetRow", "is_workbook", "sheet_rows", "words"]

_XLSX = b"PK\x03\x04"


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: its number and the values of its cells."""

    line: int
    values: tuple[object, ...]

    def where(self, place: int) -> str:
        """Name a cell as the spreadsheet does, e.g. ``C4``."""
        from openpyxl.utils import get_column_letter

        return f"{get_column_letter(place + 1)}{self.line}"

    def as_row(self) -> Row:
        """Return the row as text, as a text export would have it."""
        return Row(self.line, tuple(words(value) for value in self.values))


def is_workbook(raw: bytes) -> bool:
    """Say whether a file is zipped as an .xlsx workbook is."""
    return raw.startswith(_XLSX)


def sheet_rows(raw: bytes) -> dict[str, list[SheetRow]]:
    """Return the filled rows of every sheet of a workbook.

    Raises
    ------
    BadInput
        The file is no workbook, is damaged, or has formulas without their results.
    """
    found = _values(raw, results=True)
    formulas = _values(raw, results=False)
    for name, table in formulas.items():
        results = {row.line: row for row in found[name]}
        for row in table:
            for place, value in enumerate(row.values):
                if _is_formula(value) and results[row.line].values[place] is None:
                    raise BadInput(
                        f"cell {row.where(place)} of sheet {name!r} has a formula without its "
                        "result. Open the workbook, save it again, or paste values."
                    )
    return {
        name: [row for row in table if any(words(value) for value in row.values)]
        for name, table in found.items()
    }


def words(value: object) -> str:
    """Write a cell's value as a text export would."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value).strip()


def _is_formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _values(raw: bytes, *, results: bool) -> dict[str, list[SheetRow]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # styles and extensions that the library does not know change no value
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(raw), data_only=results)
            return {
                sheet.title: [
                    SheetRow(number, tuple(values))
                    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
                ]
                for sheet in book.worksheets
            }
    except Exception as error:  # the library lets the errors of its parts through
        raise BadInput(
            f"this is no readable workbook ({error}); it may be damaged or cut off. Save it again "
            "as .xlsx, or export the table as .csv."
        ) from None
