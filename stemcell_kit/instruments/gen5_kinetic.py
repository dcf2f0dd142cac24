"""The kinetic table of a Gen5 export: one line for each read, one column for each well."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.plate_text import clock_seconds, is_clock, is_well, well_order

__all__ = ["kinetic_lines"]


def kinetic_lines(lines: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return headings and reads of the kinetic table; nothing if there is none.

    The second heading becomes the name of the read, without the sign for the temperature.

    Raises
    ------
    BadInput
        The headings were changed, there are two tables, or a line is not whole.
    """
    starts = [i for i, cells in enumerate(lines) if cells[0] == "Time" and len(cells) > 2]
    if len(starts) > 1:
        raise BadInput(f"{len(starts)} kinetic tables; export one wavelength and plate in a file.")
    if not starts:
        _check_none(lines)
        return []
    headings = lines[starts[0]]
    _check_wells(headings[2:])
    label = _label([cells for cells in lines[: starts[0]] if any(cells)], headings[1])
    found: list[Sequence[str]] = [["Time", label, *headings[2:]]]
    for place, cells in enumerate(lines[starts[0] + 1 :], starts[0] + 2):
        if not any(cells):
            break
        if not is_clock(cells[0]):
            raise BadInput(f"line {place} begins with {cells[0]!r}, not a time; export it again.")
        # 0:00:00 without values fills up a run that was stopped early
        if any(cells[2:]) or clock_seconds(cells[0]):
            _check_full(cells, len(headings), place)
            found.append(cells)
    return found


def _label(above: Sequence[Sequence[str]], heading: str) -> str:
    """Return the name of the read, which stands alone above the table and in its heading."""
    label = above[-1][0] if above else ""
    # T, a degree sign that may be spoilt, and the name
    if not label or not heading.startswith("T") or not heading.endswith(f" {label}"):
        raise BadInput(
            f"the temperature heading is {heading!r} under the title {label!r}; expected T and "
            "the title. One of them was changed: export it again."
        )
    return label


def _check_none(lines: Sequence[Sequence[str]]) -> None:
    """Refuse a file in which something of a kinetic table is left, but not its headings."""
    timed = [i for i, cells in enumerate(lines) if len(cells) > 2 and is_clock(cells[0])]
    moved = any("Time" in cells[1:] and sum(map(is_well, cells)) > 1 for cells in lines)
    if timed or moved:
        where = f"line {timed[0] + 1} has a time" if timed else "Time stands among the wells"
        raise BadInput(
            f"{where}, and no headings begin with Time; they were changed. Export it again."
        )


def _check_wells(wells: Sequence[str]) -> None:
    strange = [well for well in wells if not is_well(well)]
    # the software writes row by row; another order means that headings were moved
    moved = (
        any(well_order(a) >= well_order(b) for a, b in pairwise(wells)) if not strange else False
    )
    if strange or moved or not wells:
        what = repr(strange[0]) if strange else "a well twice or out of order"
        raise BadInput(
            f"the headings of the kinetic table hold {what}; expected wells A1, A2 and so on "
            "after Time and temperature. Export it again."
        )


def _check_full(cells: Sequence[str], width: int, line: int) -> None:
    if len(cells) != width or not all(cells[2:]):
        raise BadInput(
            f"line {line} has {sum(map(bool, cells[2:]))} of {width - 2} values; expected one for "
            "each well. It was cut off or has one value split: export it again."
        )
