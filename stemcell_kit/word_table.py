"""A table of sentences: shown in full, wrapped and left-aligned, where pandas would cut them."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

__all__ = ["WordTable"]


class WordTable(pd.DataFrame):
    """A DataFrame whose cells hold sentences; as data it is like any other."""

    @property
    def _constructor(self) -> Any:
        return WordTable

    def _repr_html_(self) -> str:
        left = "style='text-align:left;vertical-align:top;white-space:normal'"
        head = "".join(
            f"<th {left}>{html.escape(str(name).replace('_', ' '))}</th>" for name in self.columns
        )
        body = "".join(
            "<tr>"
            + "".join(f"<td {left}>{html.escape(_words(cell))}</td>" for cell in row)
            + "</tr>"
            for row in self.itertuples(index=False)
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _words(cell: object) -> str:
    if isinstance(cell, float):
        return "" if pd.isna(cell) else f"{cell:g}"
    return str(cell)
