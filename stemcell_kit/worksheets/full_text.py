"""A table whose cells hold sentences, shown whole and wrapped instead of cut off."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass, field

import pandas as pd

from stemcell_kit.shown import words

__all__ = ["FullText", "in_full"]

_WIDTH = 96
_SHORT = 20  # a cell of up to so many characters, such as a code or a date, stays on one line
_STYLE = "text-align:left; vertical-align:top; max-width:34em; white-space:"


@dataclass(frozen=True)
class FullText:
    """A table to read: nothing is cut, long texts wrap."""

    table: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        """Give each row as a paragraph, its first cell in front."""
        return "\n".join(
            textwrap.fill("  ".join(cells), _WIDTH, subsequent_indent="    ")
            for cells in self._cells()
        )

    def _repr_html_(self) -> str:
        heads = "".join(_cell("th", str(name)) for name in self.table.columns)
        rows = "".join(
            f"<tr>{''.join(_cell('td', cell) for cell in cells)}</tr>" for cells in self._cells()
        )
        return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def _cells(self) -> list[list[str]]:
        return [[words(cell) for cell in row] for row in self.table.itertuples(index=False)]


def in_full(table: pd.DataFrame, *columns: str) -> FullText:
    """Show a table with its texts whole, limited to *columns* where some are named.

    A named index becomes the first column.
    """
    whole = table.reset_index() if table.index.name else table
    return FullText(whole[list(columns)] if columns else whole)


def _cell(tag: str, text: str) -> str:
    space = "nowrap" if len(text) <= _SHORT else "normal"
    return f"<{tag} style='{_STYLE}{space}'>{html.escape(text)}</{tag}>"
