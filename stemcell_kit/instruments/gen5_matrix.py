"""The plate form of a Gen5 export: several lines for each row of wells, named at their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.plate_text import check_columns, row_letter

__all__ = ["Matrix", "read_matrix"]


@dataclass(frozen=True)
class Matrix:
    """What each line is called -> well -> cell, as text."""

    cells: Mapping[str, Mapping[str, str]]


def read_matrix(lines: Sequence[Sequence[str]], title: str) -> Matrix:
    """Read the lines under a title, headings first.

    Raises
    ------
    BadInput
        Headings are not 1, 2, 3 and so on, a line has no name, rows come out of order, or the
        rows do not all have the same lines.
    """
    if not lines:
        raise BadInput(f"{title} has no lines; expected the plate. Export it again.")
    headings = [*lines[0][1:]]
    while headings and not headings[-1]:
        headings.pop()
    check_columns(headings, [str(i) for i in range(1, len(headings) + 1)], title)
    rows: list[dict[str, list[str]]] = []
    for line in lines[1:]:
        if line[0]:
            _check_letter(line[0], len(rows), title)
            rows.append({})
        name, values = _named(line, len(headings), title)
        if not rows or name in rows[-1]:
            raise BadInput(f"{title}: the line {name!r} belongs to no row or stands twice.")
        rows[-1][name] = values
    _check_same(rows, title)
    return Matrix({name: _wells([row[name] for row in rows]) for name in rows[0]})


def _wells(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    return {
        f"{row_letter(r)}{column}": cell
        for r, row in enumerate(rows)
        for column, cell in enumerate(row, 1)
    }


def _check_letter(letter: str, place: int, title: str) -> None:
    if letter != row_letter(place):
        raise BadInput(
            f"{title}: row {letter!r} where {row_letter(place)!r} was expected; export it again."
        )


def _named(line: Sequence[str], width: int, title: str) -> tuple[str, list[str]]:
    if len(line) != width + 2 or not line[-1]:
        raise BadInput(
            f"{title}: a line has {len(line) - 1} cells, expected {width} and a name at the end. "
            "It was cut off or has one value split: export it again."
        )
    return line[-1], list(line[1:-1])


def _check_same(rows: Sequence[Mapping[str, object]], title: str) -> None:
    if not rows:
        raise BadInput(f"{title} has headings and no rows; export it again.")
    for place, row in enumerate(rows):
        if list(row) != list(rows[0]):
            raise BadInput(
                f"{title}: row {row_letter(place)} has {', '.join(row)}; expected "
                f"{', '.join(rows[0])} as in row A. Export it again."
            )
