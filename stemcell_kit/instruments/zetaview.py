"""ZetaView text export: head lines, measured positions and the size histogram."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, number, read_bytes

__all__ = ["UNITS_ZETAVIEW", "looks_like_zetaview", "read_zetaview"]

UNITS_ZETAVIEW = {
    "size_nm": "nm",
    "tracks": "tracks",
    "in_cell_per_ml": "particles/mL",
    "volume_nm3": "nm3",
    "area_nm2": "nm2",
}

_COLUMNS = (
    Column("size_nm", ("Size / nm",), "number"),
    Column("tracks", ("Number",), "number"),
    Column("in_cell_per_ml", ("Concentration / cm-3", "Concentration / cm^-3"), "number"),
    Column("volume_nm3", ("Volume / nm^3", "Volume"), "number", optional=True),
    Column("area_nm2", ("Area / nm^2", "Area"), "number", optional=True),
)
_NEEDED = ("Original Concentration", "Dilution", "Number of Traces")
_GRAPH = re.compile(r"^\"?Size ?/ ?nm\b")
_REASON = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_FIGURE = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?", re.ASCII)
_SENTINEL = re.compile(r"-1(?:[.,]0*)?")
# the head prints two or three digits
_PRINTED = 0.06


def looks_like_zetaview(raw: bytes) -> bool:
    """Say whether the file is meant to be a ZetaView text export."""
    try:
        start = decode(raw[:6000])
    except BadInput:
        return False
    return start.lstrip().startswith("ZetaView") or "Original Concentration" in start


def read_zetaview(source: FileSource, *, total_within: float = _PRINTED) -> pd.DataFrame:
    """Read the size histogram of one measurement.

    Parameters
    ----------
    total_within
        Share by which the histogram, times the dilution, may miss the concentration of the head.
        The usual value covers the digits printed; widen it knowingly for software that smooths.

    Returns
    -------
    One row per size: ``size_nm, tracks, in_cell_per_ml`` and ``volume_nm3, area_nm2`` where given.
    ``in_cell_per_ml`` is what the export holds: particles per millilitre in the measuring cell,
    *without* the dilution. ``.attrs`` holds ``concentration_per_ml`` (of the head line, dilution
    included), ``dilution``, ``dilution_applied`` (False, for the rows), ``traces``, ``positions``
    (``position``, ``used`` and ``reason`` of each), ``head`` and ``warnings``.

    Raises
    ------
    BadInput
        Another file, one without the closing ``-1`` line, or a histogram that does not add up to
        the concentration of the head.
    """
    lines = decode(read_bytes(source)).split("\n")
    start, end = _graph_lines(lines)
    _check_cells(lines, start, end)
    # empty lines keep the line numbers of messages right
    graph = "\n" * start + "\n".join(lines[start:end])
    table = read_columns(graph.encode("utf-8"), _COLUMNS, what="a ZetaView size histogram")
    _check_sizes(table)
    decimal = "," if re.search(r"\d,\d", lines[start + 1]) else "."
    about = _about(_head(lines[:start]), lines[:start], decimal)
    _check_total(table, about, total_within)
    table.attrs.update(about)
    table.attrs["warnings"] = tuple(_warnings(table, about))
    return table


def _graph_lines(lines: list[str]) -> tuple[int, int]:
    """Return where the histogram starts and where its closing line is."""
    start = next((place for place, line in enumerate(lines) if _GRAPH.match(line)), None)
    if start is None:
        raise BadInput(
            "found no line that starts with 'Size / nm'; expected the histogram of a ZetaView "
            "text export. Export the measurement as text, with its size distribution."
        )
    end = next((n for n in range(start, len(lines)) if _is_sentinel(lines[n])), None)
    if end is None:
        raise BadInput(
            f"the histogram from line {start + 1} has no closing -1 line; the file looks cut off. "
            "Export it again."
        )
    return start, end


def _is_sentinel(line: str) -> bool:
    return bool(_SENTINEL.fullmatch(line.split("\t")[0].strip()))


def _check_cells(lines: list[str], start: int, end: int) -> None:
    for place in range(start + 1, end):
        for cell in map(str.strip, lines[place].split("\t")):
            # a unit behind a number would be read over; here it can only be damage
            if cell and not _FIGURE.fullmatch(cell):
                raise BadInput(
                    f"line {place + 1} of the histogram holds {cell!r}; expected numbers only. "
                    "The file is damaged: export it again."
                )


def _head(lines: list[str]) -> dict[str, str]:
    head: dict[str, str] = {}
    for line in lines:
        key, found, value = line.partition(":")
        if found and "\t" not in key:
            # some versions end a key with two colons
            head.setdefault(key.strip(' "'), value.lstrip(":").strip(' \t"'))
    missing = [name for name in _NEEDED if name not in head]
    if missing:
        raise BadInput(
            f"the head has no line {', '.join(missing)}; expected the head of a ZetaView export. "
            "Export the measurement again, with its results."
        )
    return head


def _about(head: Mapping[str, str], lines: list[str], decimal: str) -> dict[str, object]:
    stated, dilution, traces = (_figure(head, name, decimal) for name in _NEEDED)
    if dilution < 1:
        raise BadInput(f"Dilution is {dilution:g}; expected 1 or more. Correct the record first.")
    return {
        "head": dict(head),
        "concentration_per_ml": stated,
        "dilution": dilution,
        "dilution_applied": False,
        "traces": int(traces),
        "positions": tuple(_positions(lines)),
    }


def _figure(head: Mapping[str, str], name: str, decimal: str) -> float:
    try:
        value = number(head[name], decimal=decimal)
    except BadInput as error:
        raise BadInput(f"head line {name}: {error}") from None
    if not value > 0:
        raise BadInput(
            f"head line {name} is {head[name]!r}; expected a number above 0. "
            "A failed measurement has none: measure again."
        )
    return value


def _positions(lines: list[str]) -> list[dict[str, object]]:
    start = next((n for n, line in enumerate(lines) if line.startswith("Position\t")), None)
    found: list[dict[str, object]] = []
    for line in lines[start + 1 :] if start is not None else []:
        cells = [cell.strip() for cell in line.split("\t")]
        if not cells[0].isdigit():
            break
        reason = next((cell for cell in cells[1:] if _REASON.fullmatch(cell)), "")
        found.append({"position": int(cells[0]), "used": not reason, "reason": reason})
    return found


def _check_sizes(table: pd.DataFrame) -> None:
    if not table["size_nm"].is_monotonic_increasing or (table < 0).any(axis=None):
        raise BadInput(
            "the sizes do not rise, or a value is below 0; expected one histogram. "
            "The columns were moved or lines are mixed up: export again."
        )
    if table["tracks"].sum() == 0:
        raise BadInput("the histogram is empty; the measurement failed. Measure again.")


def _check_total(table: pd.DataFrame, about: Mapping[str, object], within: float) -> None:
    total, stated = table["in_cell_per_ml"].sum(), float(str(about["concentration_per_ml"]))
    dilution = float(str(about["dilution"]))
    if abs(total * dilution - stated) <= within * stated:
        return
    raise BadInput(
        f"the histogram adds up to {total:.3g} per mL in the cell, times the dilution of "
        f"{dilution:g} that is {total * dilution:.3g}, and the head says {stated:.3g}; expected the "
        "same. The dilution was changed after the measurement, or lines are missing: check both. "
        "Software that smooths the histogram needs a wider total_within."
    )


def _warnings(table: pd.DataFrame, about: Mapping[str, object]) -> list[str]:
    found = ["the histogram does not include the dilution; the concentration of the head does"]
    positions = about["positions"]
    assert isinstance(positions, tuple)
    removed = [f"{one['position']} ({one['reason']})" for one in positions if not one["used"]]
    if removed:
        found.append(f"positions {', '.join(removed)} of {len(positions)} were not used")
    if not positions:
        found.append("the export lists no positions: removed ones cannot be seen")
    if table["tracks"].iloc[-1] > 0:
        found.append("tracks at the upper end of the size axis: a failed position, or aggregates")
    return found
