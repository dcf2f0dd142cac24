"""The CSV of an imaging cell counter in the shape of a Vi-CELL BLU."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, head, read_bytes

__all__ = ["COUNTER_COLUMNS", "UNITS_VICELL", "looks_like_vicell", "read_counter"]

_MILLION = 1e6
_MONTHS = 12

COUNTER_COLUMNS = (
    Column("sample", ("Sample ID",)),
    Column("total_cells", ("Cell count",), "whole", at_least=0),
    Column("live_cells", ("Viable cells",), "whole", at_least=0),
    Column("total_per_ml", ("Total (x10^6) cells/mL",), "number", at_least=0),
    Column("live_per_ml", ("Viable (x10^6) cells/mL",), "number", at_least=0),
    Column("viability_percent", ("Viability (%)",), "number", at_least=0, at_most=100),
    Column("diameter_um", ("Average diameter (µm)",), "number", at_least=0),
    Column("measured", ("Analysis date/time",)),
    Column("operator", ("Analysis by",)),
    Column("dilution_factor", ("Dilution",), "number", at_least=1),
)
UNITS_VICELL = {
    "total_per_ml": "cells/mL",
    "live_per_ml": "cells/mL",
    "viability_percent": "%",
    "diameter_um": "µm",
}
# the export rounds viability to hundredths and concentrations to two decimals
_VIABILITY_ROOM = 0.051
_CONCENTRATION_ROOM = 0.0101
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::\d{2})?")


def read_counter(
    source: FileSource, *, day_first: bool = False, complete: bool = False
) -> pd.DataFrame:
    """Read a counter export.

    Parameters
    ----------
    day_first
        Whether the instrument writes 21/3/2022 rather than 3/21/2022.
    complete
        Say that the file is whole although its last line has no line end.

    Returns
    -------
    One row per count: ``sample, total_cells, live_cells, dead_cells, dilution_factor,
    total_per_ml, live_per_ml, viability_percent, diameter_um, measured`` (ISO 8601) and
    ``operator``. Runs that failed on the instrument are named in ``.attrs["failed"]``.

    Raises
    ------
    BadInput
        The file is not such an export, is cut off, contradicts itself, or has dates of the other
        order.
    """
    text, failed = _without_failed_runs(decode(read_bytes(source)))
    table = read_columns(
        text.encode("utf-8"), COUNTER_COLUMNS, what="a cell-counter export", complete=complete
    )
    _check_sums(table)
    warnings = (*table.attrs["warnings"], *_date_doubts(list(table["measured"])))
    for name in ("total_per_ml", "live_per_ml"):
        table[name] = (table[name] * _MILLION).round()
    table["measured"] = [_iso(words, day_first=day_first) for words in table["measured"]]
    table["dead_cells"] = table["total_cells"] - table["live_cells"]
    table.attrs |= {"failed": failed, "warnings": warnings}
    names = "sample total_cells live_cells dead_cells dilution_factor total_per_ml live_per_ml"
    return table[[*names.split(), "viability_percent", "diameter_um", "measured", "operator"]]


def looks_like_vicell(raw: bytes) -> bool:
    """Say whether the first line has the headings of such an export."""
    first = head(raw).strip("\n").split("\n")[0]
    return all(words in first for words in ("Sample ID", "Viable cells", "(x10^6) cells/mL"))


def _check_sums(table: pd.DataFrame) -> None:
    """Check what the export says twice: viability and the two concentrations."""
    for row in table.to_dict("records"):
        total, live = row["total_cells"], row["live_cells"]
        viability = 100 * live / total if total else row["viability_percent"]
        per_cell = row["total_per_ml"] / total if total else 0.0
        room = _CONCENTRATION_ROOM * (1 + live / total if total else 1)
        if (
            live > total
            or abs(viability - row["viability_percent"]) > _VIABILITY_ROOM
            or abs(per_cell * live - row["live_per_ml"]) > room
        ):
            raise BadInput(
                f"{row['sample']}: {live} viable of {total} cells do not fit "
                f"{row['viability_percent']:g} % viability and {row['live_per_ml']:g} of "
                f"{row['total_per_ml']:g} million cells/mL. "
                "Check whether columns were moved or a cell was changed by hand."
            )


def _date_doubts(dates: list[str]) -> tuple[str, ...]:
    parts = [form for form in map(_SLASHED.fullmatch, dates) if form]
    if parts and all(int(form[1]) <= _MONTHS and int(form[2]) <= _MONTHS for form in parts):
        return ("the dates could have day or month first; say day_first=True or False",)
    return ()


def _without_failed_runs(text: str) -> tuple[str, tuple[str, ...]]:
    """Take out the lines in which the instrument wrote an error instead of a count."""
    kept, failed = [], []
    for line in text.split("\n"):
        sample, separator, rest = line.partition("," if "," in line else ";")
        if separator and re.match(r'"?\s*error', rest, re.IGNORECASE):
            failed.append(sample.strip('" '))
        else:
            kept.append(line)
    return "\n".join(kept), tuple(failed)


def _iso(words: str, *, day_first: bool) -> str:
    form = _SLASHED.fullmatch(words)
    if form is None and not _ISO.match(words):
        raise BadInput(
            f"{words!r} is no date with a time; expected e.g. 3/21/2022 16:56. Check whether "
            "columns were moved, or a spreadsheet has changed the dates."
        )
    if form is None:
        return words
    first, second, year, hour, minute = map(int, form.groups())
    day, month = (first, second) if day_first else (second, first)
    try:
        return dt.datetime(year, month, day, hour, minute).isoformat(timespec="minutes")
    except ValueError:
        raise BadInput(
            f"date {words!r} does not exist with the month {'second' if day_first else 'first'}; "
            f"read the file with day_first={not day_first}"
        ) from None
