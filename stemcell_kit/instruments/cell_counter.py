"""The CSV of an imaging cell counter in the shape of a Vi-CELL BLU."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, read_bytes

__all__ = ["COUNTER_COLUMNS", "read_counter"]

_MILLION = 1e6

COUNTER_COLUMNS = (
    Column("sample", ("Sample ID",)),
    Column("total_cells", ("Cell count",), "whole"),
    Column("live_cells", ("Viable cells",), "whole"),
    Column("total_per_ml", ("Total (x10^6) cells/mL",), "number"),
    Column("live_per_ml", ("Viable (x10^6) cells/mL",), "number"),
    Column("viability_percent", ("Viability (%)",), "number"),
    Column("diameter_um", ("Average diameter (µm)",), "number"),
    Column("measured", ("Analysis date/time",)),
    Column("operator", ("Analysis by",)),
    Column("dilution_factor", ("Dilution",), "number"),
)


def read_counter(source: FileSource, *, day_first: bool = False) -> pd.DataFrame:
    """Read a counter export.

    Parameters
    ----------
    day_first
        Whether the instrument writes 21/3/2022 rather than 3/21/2022.

    Returns
    -------
    One row per count: ``sample, total_cells, live_cells, dead_cells, dilution_factor,
    total_per_ml, live_per_ml, viability_percent, diameter_um, measured`` (ISO 8601) and
    ``operator``. Runs that failed on the instrument are named in ``.attrs["failed"]``.

    Raises
    ------
    BadInput
        The file is not such an export, is cut off, or has dates of the other order.
    """
    text, failed = _without_failed_runs(decode(read_bytes(source)))
    table = read_columns(text.encode("utf-8"), COUNTER_COLUMNS, what="a cell-counter export")
    for name in ("total_per_ml", "live_per_ml"):
        table[name] = (table[name] * _MILLION).round()
    table["measured"] = [_iso(words, day_first=day_first) for words in table["measured"]]
    table["dead_cells"] = table["total_cells"] - table["live_cells"]
    table.attrs["failed"] = failed
    names = "sample total_cells live_cells dead_cells dilution_factor total_per_ml live_per_ml"
    return table[[*names.split(), "viability_percent", "diameter_um", "measured", "operator"]]


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
    form = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2})(?::\d{2})?", words)
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
