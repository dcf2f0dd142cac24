"""SoftMax Pro text exports: blocks of notes, plates and group tables.

The first line states the number of blocks and each block ends with ``~End``, so a file that was
cut off is found out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.plate_text import decimal_sign, plain_number
from stemcell_kit.instruments.softmax_groups import group_table, group_warnings
from stemcell_kit.instruments.softmax_plate import plate_line, plate_reads
from stemcell_kit.instruments.text import FileSource, decode, head, read_bytes

__all__ = ["UNITS_SOFTMAX", "looks_like_softmax", "read_softmax"]

UNITS_SOFTMAX = {"time_s": "s", "temperature_c": "°C", "wavelength_nm": "nm"}

_HEAD = re.compile(r"##BLOCKS=\s*(\d+)\s*")
_OVER = ("OVRFLW", "#SAT", "#Sat")
_COLUMNS = "plate mode time_s temperature_c wavelength_nm well value".split()  # noqa: SIM905


def looks_like_softmax(raw: bytes) -> bool:
    """Say whether a file is meant to be a SoftMax Pro text export."""
    return head(raw).lstrip().startswith("##BLOCKS")


def read_softmax(source: FileSource) -> pd.DataFrame:
    """Read the wells of all plates of an export.

    Returns
    -------
    ``plate, mode, time_s, temperature_c, wavelength_nm, well, value``: one row per well and read.
    ``time_s`` is NaN where the plate was read once or reduced to one value (``mode`` says so),
    ``value`` where the signal ran over.
    ``.attrs["groups"]`` maps each group to its table, all cells as text;
    ``.attrs["warnings"]`` tells of flagged wells, ``.attrs["wells_not_read"]`` of empty ones.

    Raises
    ------
    BadInput
        The blocks are not those stated, a block is cut off, or a plate is not the size stated.
    """
    blocks = _blocks(decode(read_bytes(source)))
    plates = [block for block in blocks if block[0].startswith("Plate:")]
    if not plates:
        raise BadInput("this SoftMax Pro file has no plate; tick the plate when you export it")
    rows: list[tuple[object, ...]] = []
    empty: list[str] = []
    for block in plates:
        found, unread = _plate_rows(block)
        rows += found
        empty += unread
    names = [block for block in blocks if block[0].startswith("Group:")]
    groups = dict(group_table(block) for block in names)
    if len(groups) < len(names):
        raise BadInput("two groups of this SoftMax Pro file have the same name; rename one")
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table.attrs["groups"] = groups
    table.attrs["wells_not_read"] = tuple(empty)
    over = [f"well {well}: the signal ran over" for well in table["well"][table["value"].isna()]]
    told = (*over, *group_warnings(groups), *_disagreements(table, groups))
    table.attrs["warnings"] = tuple(dict.fromkeys(told))
    return table


def _blocks(text: str) -> list[list[str]]:
    """Return the lines of each block, without its end."""
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    form = _HEAD.match(lines[start].strip())
    if form is None:
        raise BadInput(
            f"this is not a SoftMax Pro text export: found {lines[start][:40]!r}, expected "
            "##BLOCKS= and a number. Export as text, not as .pda or .sda."
        )
    blocks: list[list[str]] = []
    block: list[str] = []
    for line in lines[start + 1 :]:
        if line.strip() == "~End":
            blocks.append(block)
            block = []
        elif block or line.strip():
            block.append(line)
    if len(blocks) != int(form[1]) or (block and not block[0].startswith("Original Filename")):
        raise BadInput(
            f"the file states {form[1]} blocks and {len(blocks)} are whole; expected all. It was "
            "cut off or put together by hand: export it again."
        )
    return blocks


def _plate_rows(block: Sequence[str]) -> tuple[list[tuple[object, ...]], list[str]]:
    plate = plate_line(block[0])
    cells = [line.split("\t") for line in block[1:]]
    if not cells:
        raise BadInput(f"plate {plate.name} has no headings and no values; export it again")
    table = [[cell.strip() for cell in row] for row in cells]
    decimal = decimal_sign(cell for row in table[1:] for cell in row)
    rows: list[tuple[object, ...]] = []
    filled: set[str] = set()
    mode = f"{plate.mode}, {'reduced' if plate.reduced else 'raw'}"
    for time, temperature, values in plate_reads(plate, table):
        degrees = plain_number(temperature, decimal) if temperature else float("nan")
        for well, cell in values.items():
            if cell:
                value = _value(cell, decimal, f"plate {plate.name}, well {well}")
                place = (plate.name, mode, time, degrees, plate.wavelength_nm)
                rows.append((*place, well, value))
                filled.add(well)
    return rows, [f"{plate.name} {well}" for well in plate.wells if well not in filled]


def _value(cell: str, decimal: str, where: str) -> float:
    if cell in _OVER:
        return float("nan")
    try:
        return plain_number(cell, decimal)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None


def _disagreements(table: pd.DataFrame, groups: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Tell where a group table shows another value for a well than the only plate."""
    if table["plate"].nunique() != 1 or not table["time_s"].isna().all():
        return
    values = dict(zip(table["well"], table["value"], strict=True))
    for name, group in groups.items():
        column = next((one for one in ("Value", "Values") if one in group), None)
        wells = next((one for one in ("Wells", "Well") if one in group), None)
        if column is None or wells is None:
            continue
        for well, cell in zip(group[wells], group[column], strict=True):
            digits = len(cell.partition(".")[2])
            if well in values and cell and re.fullmatch(r"-?\d+(\.\d+)?", cell):
                room = 0.51 * 10**-digits
                if abs(float(cell) - values[well]) > room:
                    yield f"group {name}, well {well}: {cell}, but the plate has {values[well]:g}"
