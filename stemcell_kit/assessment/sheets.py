"""Rows and titles of a workbook; no word that somebody wrote becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from stemcell_kit.assessment.visible import visible
from stemcell_kit.language import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["append_row", "sheet_title"]

_LONGEST_CELL = 32_767
_LONGEST_TITLE = 31


def append_row(sheet: Worksheet, values: Iterable[Any], *, bold: bool = False) -> None:
    """Add a row of wrapped cells; text that begins like a formula stays text."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, _inert(value))
        if isinstance(value, str):
            # what begins like a formula stays text, also when somebody edits the cell later
            cell.data_type = "s"
            cell.quotePrefix = True
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.append(cell)
    sheet.append(cells)


def _inert(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    shown = visible(value)
    if len(shown) <= _LONGEST_CELL:
        return shown
    note = say("report.cut")
    return shown[: _LONGEST_CELL - len(note)] + note


def sheet_title(words: str, taken: Sequence[str]) -> str:
    """Return a sheet title that spreadsheet programs allow and that no other sheet has."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", words).strip(" '")[:_LONGEST_TITLE] or "-"
    number, title = 1, plain
    while title.casefold() in {name.casefold() for name in taken}:
        number += 1
        title = f"{plain[: _LONGEST_TITLE - 4]} ({number})"
    return title
