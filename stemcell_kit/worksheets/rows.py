"""Walking a table row by row, picking the rows of one lot or vial, and checking its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput

__all__ = ["check_columns", "each_row", "rounded", "rows_of"]

SHOWN = 6


def check_columns(table: pd.DataFrame, wanted: Iterable[str]) -> None:
    """Refuse a table that lacks a column, and say which columns it has."""
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise BadInput(
            f"the table has no column {', '.join(map(repr, missing))}; it has "
            f"{', '.join(map(str, table.columns))}. Name the columns so and try again."
        )


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """Give the rows one by one, their columns as attributes."""
    yield from table.itertuples(index=False)


def rows_of(table: pd.DataFrame, column: str, name: object) -> pd.DataFrame:
    """Return the rows in which *column* holds *name*; a name that is not there is refused."""
    own = table[table[column] == name]
    if own.empty:
        names = list(map(str, table[column].unique()))
        known = ", ".join(names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
        raise BadInput(f"the table has no {column} {name!r}; it has {known}")
    return own


def rounded(numbers: Mapping[str, float], places: int) -> dict[str, float]:
    """Return the numbers of a row, each rounded to so many places."""
    return {name: round(value, places) for name, value in numbers.items()}
