"""What the texts of plate readers share: wells, clock times, and the decimal sign of a whole file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from string import ascii_uppercase

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import number

__all__ = [
    "check_columns",
    "clock_seconds",
    "decimal_sign",
    "is_clock",
    "is_well",
    "plain_number",
    "row_letter",
    "well_order",
]

_ROWS = [*ascii_uppercase, *(f"A{letter}" for letter in ascii_uppercase)]
_WELL = re.compile(r"(?:[A-Z]|A[A-F])(?:[1-9]|[1-3]\d|4[0-8])")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_PLAIN = re.compile(r"[-+]?(?:\d[\d.,]*|\.\d+)(?:[eE][-+]?\d+)?")
# what no thousands separator can be: a leading zero, or other than three digits behind
_DECIMAL_COMMA = re.compile(r"[-+]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?:[eE][-+]?\d+)?")


def is_well(cell: str) -> bool:
    """Say whether a cell is the name of a well, such as ``H12``."""
    return _WELL.fullmatch(cell) is not None


def well_order(well: str) -> tuple[int, int]:
    """Return row and column of a well, counted from 0 and 1, to sort row by row."""
    letters = well.rstrip("0123456789")
    return _ROWS.index(letters), int(well.removeprefix(letters))


def row_letter(place: int) -> str:
    """Return the letter of a row counted from 0: A to Z, then AA."""
    return _ROWS[place]


def is_clock(cell: str) -> bool:
    """Say whether a cell is a clock time such as ``0:04:22`` or ``4:30``."""
    return _CLOCK.fullmatch(cell) is not None


def clock_seconds(cell: str) -> float:
    """Seconds of a clock time: hours, minutes and seconds, or minutes and seconds.

    Raises
    ------
    BadInput
        It is none, or has more than 59 seconds, or more than 59 minutes beside hours.
    """
    form = _CLOCK.fullmatch(cell)
    if form is None:
        raise BadInput(f"{cell!r} is no time; expected one such as 0:04:30. Export it again.")
    hours, minutes, seconds = int(form[1] or 0), int(form[2]), int(form[3])
    if seconds > 59 or (form[1] and minutes > 59):
        raise BadInput(f"{cell!r} is no time: more than 59 minutes or seconds. Export it again.")
    return float(3600 * hours + 60 * minutes + seconds)


def decimal_sign(cells: Iterable[str]) -> str:
    """Return the decimal sign of a file from all its numbers.

    A comma is the sign if no number has a point and one of them has a comma that separates no
    thousands.

    Raises
    ------
    BadInput
        There are commas, and nothing tells what they mean.
    """
    numbers = [cell for cell in cells if re.match(r"[<>]?\s*[-+]?[\d.,]", cell)]
    commas = [cell for cell in numbers if "," in cell]
    if not commas:
        return "."
    points = any("." in cell for cell in numbers)
    if points or not any(_DECIMAL_COMMA.fullmatch(cell.lstrip("<> ")) for cell in commas):
        raise BadInput(
            f"the comma in {commas[0]!r} may be a decimal comma or separate thousands; expected "
            "decimal points. Export with decimal points."
        )
    return ","


def plain_number(cell: str, decimal: str) -> float:
    """Read the number of a well; unlike elsewhere nothing may be glued to it.

    Raises
    ------
    BadInput
        The cell holds anything but a number; an empty one is NaN.
    """
    if cell and not _PLAIN.fullmatch(cell):
        raise BadInput(f"{cell!r} is not a number; expected one such as 0.125. Export it again.")
    return number(cell, decimal=decimal)


def check_columns(headings: Sequence[str], expected: Sequence[str], what: str) -> None:
    """Refuse headings that are not exactly those expected, in their order.

    Raises
    ------
    BadInput
        The first difference is named.
    """
    for place, wanted in enumerate(expected):
        found = headings[place] if place < len(headings) else ""
        if found != wanted:
            raise BadInput(
                f"{what}: found the heading {found!r}, expected {wanted!r}. The columns were "
                "changed or cut off; export the file again."
            )
    if any(headings[len(expected) :]):
        raise BadInput(f"{what}: more headings than the {len(expected)} expected; export it again.")
