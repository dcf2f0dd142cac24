"""Gen5 text exports: kinetic reads line by line, results in the form of the plate.

Not every line of such a file closes what it opens, so completeness is checked where it can be:
no line may be short, every row of the plate has the same results, and the last line is finished.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.gen5_kinetic import kinetic_lines
from stemcell_kit.instruments.gen5_matrix import Matrix, read_matrix
from stemcell_kit.instruments.plate_text import (
    clock_seconds,
    decimal_sign,
    is_clock,
    plain_number,
)
from stemcell_kit.instruments.text import FileSource, decode, head, read_bytes

__all__ = ["UNITS_GEN5", "looks_like_gen5", "read_gen5"]

UNITS_GEN5 = {"time_s": "s", "temperature_c": "°C"}

_COLUMNS = "plate quantity time_s temperature_c well sample nominal value relation bound".split()  # noqa: SIM905
_FAILED = ("?????", "OVRFLW", "****", "ERROR")
_LOST_DEGREE = "T\ufffd".encode()
_NAN = float("nan")
_READS = re.compile(r"(\d+) Reads")


def looks_like_gen5(raw: bytes) -> bool:
    """Say whether a file is meant to be a Gen5 text export."""
    start = head(_mended(raw))
    return "Software Version" in start and "Experiment File Path" in start


def read_gen5(source: FileSource) -> pd.DataFrame:
    """Read the wells of a plate: kinetic reads and results.

    Returns
    -------
    ``plate, quantity, time_s, temperature_c, well, sample, nominal, value, relation, bound``.
    A kinetic read has a time; a result has NaN there and its name as ``quantity``; a time among
    the results is in seconds and its name says so. A censored value (``>40``) is no number: its
    ``relation`` is ``<`` or ``>`` and ``bound`` the limit; ``?`` is a value that the software did
    not find. ``sample`` and ``nominal`` come from the layout.
    ``.attrs["head"]`` holds the head lines, ``.attrs["curves"]`` the fitted curves and
    ``.attrs["warnings"]`` what is censored, missing or stopped early.

    Raises
    ------
    BadInput
        There is neither a kinetic table nor results, a line is cut off, or rows of the plate
        have different results.
    """
    lines = _lines(decode(_mended(read_bytes(source))))
    about = _head(lines)
    layout, results = _section(lines, "Layout"), _section(lines, "Results")
    kinetic = kinetic_lines(lines)
    if layout is None and any(cells[-1] == "Well ID" for cells in lines):
        raise BadInput("wells are named and no line Layout stands above them; export it again.")
    if not kinetic and results is None:
        raise BadInput(
            "this Gen5 file has neither a kinetic table nor results; expected one of them. "
            "Add them to the export of the plate."
        )
    decimal = decimal_sign(_numbers(kinetic, results))
    warnings: list[str] = []
    rows = [*_reads(kinetic, decimal), *_results(results, decimal, warnings)]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["plate"] = about["Plate Number"]
    _label(table, layout)
    warnings += _stopped(lines, kinetic)
    table.attrs |= {"head": about, "curves": _curves(lines), "warnings": tuple(warnings)}
    return table


def _mended(raw: bytes) -> bytes:
    """Take out the degree sign of the temperature heading where the vendor has destroyed it."""
    return raw.replace(_LOST_DEGREE, b"T")


def _lines(text: str) -> list[list[str]]:
    if not text.endswith("\n"):
        raise BadInput(
            "the last line of the file is not finished; it was cut off. Export it again."
        )
    return [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")]


def _head(lines: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the head lines up to the description of the procedure."""
    found: dict[str, str] = {}
    for cells in lines:
        if cells[0] in ("Procedure Details", "Layout", "Results", "Time"):
            break
        if cells[0]:
            found[cells[0].rstrip(":")] = cells[1] if len(cells) > 1 else ""
    for wanted in ("Software Version", "Plate Number"):
        if wanted not in found:
            raise BadInput(
                f"this Gen5 text has no line {wanted} above the results; expected the head lines. "
                "Export with them."
            )
    return found


def _section(lines: Sequence[Sequence[str]], title: str) -> Matrix | None:
    """Return the plate form under a title."""
    starts = [i for i, cells in enumerate(lines) if cells[0] == title and not any(cells[1:])]
    if len(starts) > 1:
        raise BadInput(f"{title} stands {len(starts)} times; export one plate in a file.")
    if not starts:
        return None
    body = []
    for cells in lines[starts[0] + 1 :]:
        if not any(cells):
            break
        body.append(cells)
    return read_matrix(body, title)


def _numbers(kinetic: Sequence[Sequence[str]], results: Matrix | None) -> Iterator[str]:
    for cells in kinetic[1:]:
        yield from cells[1:]
    if results is not None:
        yield from (cell for values in results.cells.values() for cell in values.values())


def _reads(kinetic: Sequence[Sequence[str]], decimal: str) -> Iterator[tuple[object, ...]]:
    if not kinetic:
        return
    headings = kinetic[0]
    quantity = headings[1]
    before = -1.0
    for cells in kinetic[1:]:
        time = clock_seconds(cells[0])
        if time <= before:
            raise BadInput(
                f"the read at {cells[0]} is not after the one before; expected rising times. "
                "Export the plate again."
            )
        before = time
        degrees = plain_number(cells[1], decimal)
        for well, cell in zip(headings[2:], cells[2:], strict=True):
            yield "", quantity, time, degrees, well, "", _NAN, *_value(cell, decimal)


def _results(
    results: Matrix | None, decimal: str, warnings: list[str]
) -> Iterator[tuple[object, ...]]:
    if results is None:
        return
    for name, cells in results.cells.items():
        quantity = f"{name} (s)" if any(map(is_clock, cells.values())) else name
        for well, cell in cells.items():
            if not cell:
                continue
            read = _value(cell, decimal)
            if read[1]:
                warnings.append(f"well {well}: {quantity} is {cell}, not a number to average")
            yield "", quantity, _NAN, _NAN, well, "", _NAN, *read


def _value(cell: str, decimal: str) -> tuple[float, str, float]:
    """Value, relation and bound of a cell: ``>40`` has no value, ``>`` and 40."""
    if cell in _FAILED:
        return _NAN, "?", _NAN
    if is_clock(cell):
        return clock_seconds(cell), "", _NAN
    if cell[0] in "<>":
        return _NAN, cell[0], plain_number(cell[1:], decimal)
    return plain_number(cell, decimal), "", _NAN


def _label(table: pd.DataFrame, layout: Matrix | None) -> None:
    """Write sample and nominal concentration or dilution of each well into the table."""
    if layout is None:
        return
    names: Mapping[str, str] = layout.cells.get("Well ID", {})
    doses = layout.cells.get("Conc/Dil", {})
    decimal = decimal_sign(doses.values())
    read = {well: plain_number(cell, decimal) for well, cell in doses.items()}
    table["sample"] = [names.get(well, "") for well in table["well"]]
    table["nominal"] = [read.get(well, float("nan")) for well in table["well"]]


def _stopped(lines: Sequence[Sequence[str]], kinetic: Sequence[Sequence[str]]) -> Iterator[str]:
    stated = next((m for cells in lines for m in map(_READS.search, cells) if m), None)
    if stated is None or not kinetic:
        return
    done = len(kinetic) - 1
    if done > int(stated[1]):
        raise BadInput(f"the file states {stated[1]} reads and has {done}; export it again.")
    if done < int(stated[1]):
        yield f"{done} of {stated[1]} reads: stopped early, or only part of them was exported"


def _curves(lines: Sequence[Sequence[str]]) -> dict[str, dict[str, str]]:
    """Return name -> formula and parameters of each fitted curve, as text."""
    curves: dict[str, dict[str, str]] = {}
    for place, cells in enumerate(lines):
        if cells[0] == "Curve Name":
            for row in lines[place + 1 :]:
                if not any(row):
                    break
                curves[row[0]] = dict(zip(cells[1:], row[1:], strict=False))
    return curves
