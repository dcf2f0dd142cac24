"""One plate block of a SoftMax Pro export: the line that describes it, and its reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.plate_text import (
    check_columns,
    clock_seconds,
    is_clock,
    row_letter,
)

__all__ = ["Plate", "plate_line", "plate_reads"]


_MODES = ("Absorbance", "Fluorescence", "Luminescence", "Time Resolved", "Fluor", "Polarization")
# wells of a plate -> its rows and columns
_SIZES = {6: (2, 3), 12: (3, 4), 24: (4, 6), 48: (6, 8), 96: (8, 12), 384: (16, 24)}


@dataclass(frozen=True)
class Plate:
    """The line above a plate: what was read and how many wells, columns and reads there are."""

    name: str
    layout: str
    kinetic: bool
    mode: str
    reduced: bool
    reads: int
    interval_s: float
    wavelength_nm: float
    first_column: int
    columns: int
    first_row: int
    rows: int

    def well(self, row: int, column: int) -> str:
        """Name of a well by its place in the exported part."""
        return f"{row_letter(self.first_row - 1 + row)}{self.first_column + column}"

    @property
    def wells(self) -> list[str]:
        """Names of the wells of the exported part, row by row."""
        return [self.well(r, c) for r in range(self.rows) for c in range(self.columns)]


def plate_line(line: str) -> Plate:
    """Read the line above a plate.

    Raises
    ------
    BadInput
        The line is not whole, or the plate was exported in a way that is not read.
    """
    cells = [cell.strip() for cell in line.split("\t")]
    try:
        reads, waves = int(cells[8]), int(cells[14])
        wavelengths = [int(one) for one in cells[15].split()]
        first_column, columns, all_wells, first_row, rows = (int(one) for one in cells[16:21])
        interval = float(cells[10] or "nan")
    except (IndexError, ValueError):
        raise BadInput(
            f"the line {line[:60]!r} above the plate cannot be read; expected name, format, mode, "
            "wavelengths, columns and rows. Export the file again."
        ) from None
    reduced = cells[6] == "Reduced"
    _check_export(cells, waves, len(wavelengths))
    if cells[4] == "Kinetic":
        _check_runtime(cells[1], (reads, interval), cells[9])
    _check_size(cells[1], (first_row, rows), (first_column, columns), all_wells)
    wavelength = float(wavelengths[0]) if waves == 1 else float("nan")
    kinetic = cells[4] == "Kinetic" and not reduced
    return Plate(
        cells[1], cells[3], kinetic, cells[5], reduced, reads if kinetic else 1, interval,
        wavelength, first_column, columns, first_row, rows,
    )  # fmt: skip


def _check_export(cells: Sequence[str], stated: int, wavelengths: int) -> None:
    known = cells[3] in ("TimeFormat", "PlateFormat") and cells[4] in ("Endpoint", "Kinetic")
    if not cells[1] or cells[7] not in ("TRUE", "FALSE"):
        raise BadInput(f"the line above plate {cells[1]!r} was changed; export the file again.")
    if not cells[5].startswith(_MODES):
        raise BadInput(f"plate {cells[1]} was read as {cells[5]!r}; expected {', '.join(_MODES)}.")
    if not known or cells[6] not in ("Raw", "Reduced"):
        raise BadInput(
            f"plate {cells[1]} is {cells[3]}, {cells[4]}, {cells[6]}; expected TimeFormat or "
            "PlateFormat, Endpoint or Kinetic, Raw or Reduced. Export it in one of these."
        )
    if stated != wavelengths or (stated > 1 and cells[6] == "Raw"):
        raise BadInput(
            f"plate {cells[1]} has {wavelengths} wavelengths, states {stated}; expected one, "
            "or values reduced to one. Export the reduced values, or one wavelength."
        )


def _check_runtime(name: str, reads: tuple[int, float], runtime: str) -> None:
    stated = float(runtime) if runtime.isdigit() else -1.0
    # written in whole seconds, so a read more or less is what rounding explains
    if not abs((reads[0] - 1) * reads[1] - stated) <= reads[1]:
        raise BadInput(
            f"plate {name} states {reads[0]} reads every {reads[1]:g} s in {runtime or 'no'} s; "
            "expected numbers that fit. Export it again."
        )


def _check_size(name: str, rows: tuple[int, int], columns: tuple[int, int], all_wells: int) -> None:
    """Refuse a part (first and number of rows and columns) that no plate of so many wells has."""
    size = _SIZES.get(all_wells, (0, 0))
    for (first, number), there in zip((rows, columns), size, strict=True):
        if first < 1 or number < 1 or first + number - 1 > there:
            raise BadInput(
                f"plate {name} states {number} from number {first} of {there} in a plate of "
                f"{all_wells} wells; expected a part of the plate. Export it again."
            )


_Read = tuple[float, str, Mapping[str, str]]


def plate_reads(plate: Plate, table: Sequence[Sequence[str]]) -> list[_Read]:
    """Time, temperature and the cell of each well of every read; the table holds its headings.

    Raises
    ------
    BadInput
        Headings, lines or reads are not those that the line above the plate states.
    """
    by_line = plate.layout == "TimeFormat"
    reads = list(_time_format(plate, table) if by_line else _plate_format(plate, table))
    _check_reads(plate, [time for time, _, _ in reads])
    return reads


def _time_format(plate: Plate, table: Sequence[Sequence[str]]) -> Iterator[_Read]:
    """Yield time, temperature and cells of each line; one line is one read."""
    headings = list(table[0])
    wells = headings[2:]
    while wells and not wells[-1]:
        wells.pop()
    check_columns(wells, plate.wells, f"plate {plate.name}")
    for row in table[1:]:
        if any(row):
            values = _padded(row[2:], len(wells), f"plate {plate.name}")
            yield _time(plate, row[0]), row[1], dict(zip(wells, values, strict=True))


def _plate_format(plate: Plate, table: Sequence[Sequence[str]]) -> Iterator[_Read]:
    """Yield time, temperature and cells of each read; a read has one line per plate row."""
    numbers = [str(plate.first_column + place) for place in range(plate.columns)]
    check_columns(list(table[0][2:]), numbers, f"plate {plate.name}")
    body = list(table[1:])
    starts = [i for i, row in enumerate(body) if row[0] or (len(row) > 1 and row[1])]
    if not plate.kinetic and len(starts) > 1:
        raise BadInput(
            f"plate {plate.name} has {len(starts)} reads; expected one. Export it again."
        )
    for start, end in pairwise([*(starts or [0]), len(body)]):
        lines = body[start:end]
        while lines and not any(lines[-1]):
            lines.pop()
        if len(lines) != plate.rows:
            raise BadInput(
                f"plate {plate.name} has {len(lines)} lines in a read; expected {plate.rows}, one "
                "for each row. Export it again."
            )
        values: dict[str, str] = {}
        for row, own in enumerate(lines):
            padded = _padded(own[2:], plate.columns, f"plate {plate.name}")
            values |= {plate.well(row, place): cell for place, cell in enumerate(padded)}
        yield _time(plate, lines[0][0]), lines[0][1], values


def _time(plate: Plate, cell: str) -> float:
    if not plate.kinetic:
        return float("nan")
    if not is_clock(cell):
        raise BadInput(
            f"plate {plate.name} has a read at {cell!r}; expected a time such as 0:30. "
            "Export it again."
        )
    return clock_seconds(cell)


def _padded(cells: Sequence[str], width: int, what: str) -> list[str]:
    if any(cells[width:]):
        raise BadInput(f"{what}: a line has values beyond its {width} headings; export it again.")
    return [*cells[:width], *[""] * (width - len(cells))]


def _check_reads(plate: Plate, times: Sequence[float]) -> None:
    if len(times) != plate.reads:
        raise BadInput(
            f"plate {plate.name} states {plate.reads} reads and has {len(times)}; expected all. "
            "It was cut off or stopped: export it again."
        )
    for before, after in pairwise(times):
        # half an interval of drift is the instrument's; more is another unit or a lost read
        if not abs(after - before - plate.interval_s) < plate.interval_s / 2:
            raise BadInput(
                f"plate {plate.name} has a read {after - before:g} s after the one before; "
                f"expected {plate.interval_s:g} s as the file states. Export it again."
            )
