"""The text report of a Vi-CELL XR: one sample, with the cells of each image."""

from __future__ import annotations

import datetime as dt
import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, decode, head, number, read_bytes

__all__ = ["UNITS_VICELL_XR", "looks_like_vicell_xr", "read_vicell_xr"]

UNITS_VICELL_XR = {
    "total_per_ml": "cells/mL",
    "live_per_ml": "cells/mL",
    "viability_percent": "%",
    "diameter_um": "µm",
    "probe_volume_ml": "mL",
}

_LINE = re.compile(r"^([^:\n]+?) : ?(.*?)[ \t]*$", re.MULTILINE)
_MILLION, _MILLIONTH = 1e6, 1e-6
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# printed with three digits: half of the last one, generously
_ROUNDING = 0.01


def looks_like_vicell_xr(raw: bytes) -> bool:
    """Say whether a file is meant to be such a report: its first words are the instrument."""
    return head(raw).lstrip().startswith("Vi-CELL XR")


def read_vicell_xr(source: FileSource) -> pd.DataFrame:
    """Read the report of one sample.

    Returns
    -------
    One row: ``sample, total_cells, live_cells, dead_cells, dilution_factor, internal_dilution,
    probe_volume_ml, images, total_per_ml, live_per_ml, viability_percent, diameter_um`` and
    ``measured`` (ISO 8601). ``.attrs["cells_per_image"]`` and ``.attrs["live_per_image"]`` hold
    the counts of the images in order: with them the scatter can be set against Poisson.

    Raises
    ------
    BadInput
        The file is no such report, is cut off, or contradicts itself: sums over images, live
        and dead cells, viability, or the concentration from cells, dilution and probe volume.
    """
    text = decode(read_bytes(source))
    if not text.lstrip().startswith("Vi-CELL XR"):
        raise BadInput(
            f"this is not a Vi-CELL XR report: it begins with {text.lstrip()[:40]!r}; expected "
            "'Vi-CELL XR' and its version. Choose the text report (.txt) of the run."
        )
    found: dict[str, str] = {}
    for key, value in _LINE.findall(text):
        if found.setdefault(key.strip(), value) != value:
            raise BadInput(
                f"{key.strip()!r} is there twice and differs; one report has one sample."
            )
    cells = tuple(_whole(one, "CountData") for one in _get(found, "CountData").split(","))
    live = tuple(
        _whole(one, "ViableCellsData") for one in _get(found, "ViableCellsData").split(",")
    )
    row = _row(found)
    _check_counts(row, cells, live)
    _check_concentrations(row)
    table = pd.DataFrame([row])
    table.attrs.update({"cells_per_image": cells, "live_per_image": live, "warnings": ()})
    return table


def _row(found: dict[str, str]) -> dict[str, object]:
    def read(key: str) -> float:
        return _number(_get(found, key), key)

    return {
        "sample": _get(found, "Sample ID"),
        "total_cells": _whole(_get(found, "Total cells"), "Total cells"),
        "live_cells": _whole(_get(found, "Viable cells"), "Viable cells"),
        "dead_cells": _whole(_get(found, "Nonviable cells"), "Nonviable cells"),
        "dilution_factor": read("Dilution"),
        "internal_dilution": read("Internal Dilution"),
        "probe_volume_ml": read("Probe volume (ml x 10^-6)") * _MILLIONTH,
        "images": _whole(_get(found, "Images"), "Images"),
        "total_per_ml": round(read("Total cells / ml (x 10^6)") * _MILLION),
        "live_per_ml": round(read("Total viable cells / ml (x 10^6)") * _MILLION),
        "viability_percent": read("Viability (%)"),
        "diameter_um": read("Average diameter (microns)"),
        "measured": _iso(_get(found, "RunDate")),
    }


def _get(found: dict[str, str], key: str) -> str:
    if not found.get(key):
        raise BadInput(
            f"the report has no {key!r}; expected it with a value. The file is cut off or of "
            "another version: export the full text report again."
        )
    return found[key]


def _number(cell: str, key: str) -> float:
    try:
        value = number(cell)
    except BadInput as error:
        raise BadInput(f"{key}: {error}") from None
    if not math.isfinite(value) or value < 0:
        raise BadInput(
            f"{key} is {cell!r}; expected a number of 0 or more. Count the sample again."
        )
    return value


def _whole(cell: str, key: str) -> int:
    if not re.fullmatch(r"\s*\d+\s*", cell):
        raise BadInput(f"{key} has {cell!r}; expected whole numbers of cells. Export it again.")
    return int(cell)


def _check_counts(row: dict[str, object], cells: tuple[int, ...], live: tuple[int, ...]) -> None:
    stated = (row["total_cells"], row["live_cells"], row["images"], row["images"])
    found = (sum(cells), sum(live), len(cells), len(live))
    if stated != found or any(a > b for a, b in zip(live, cells, strict=True)):
        raise BadInput(
            f"the images add up to {found[0]} cells, {found[1]} of them viable, in {found[2]} and "
            f"{found[3]} images; the report states {stated[0]}, {stated[1]} and {stated[2]}. The "
            "file is cut off or was edited: export it again."
        )
    total, alive, dead = (int(str(row[f"{what}_cells"])) for what in ("total", "live", "dead"))
    if alive + dead != total:
        raise BadInput(f"{alive} viable and {dead} nonviable cells are not {total}; export again.")


def _check_concentrations(row: dict[str, object]) -> None:
    value = {key: float(str(one)) for key, one in row.items() if key not in ("sample", "measured")}
    if not value["total_cells"] or not value["probe_volume_ml"]:
        raise BadInput("the report counts no cell or has no probe volume; count the sample again.")
    share = 100 * value["live_cells"] / value["total_cells"]
    if abs(share - value["viability_percent"]) > 0.1:
        raise BadInput(
            f"viability is stated as {value['viability_percent']:g} % and is {share:.1f} % by the "
            "counts; the file was edited or is damaged. Export it again."
        )
    factor = value["dilution_factor"] * value["internal_dilution"] / value["probe_volume_ml"]
    for what in ("total", "live"):
        due = value[f"{what}_cells"] / value["images"] * factor
        if abs(value[f"{what}_per_ml"] - due) > _ROUNDING * due + _MILLION * 0.006:
            raise BadInput(
                f"{value[f'{what}_per_ml']:.3g} {what} cells/mL stated, {due:.3g} by cells per "
                "image, dilution and probe volume. Was the dilution changed after the run?"
            )


def _iso(words: str) -> str:
    form = re.fullmatch(
        r"(\d{1,2}) ([A-Za-z]{3}) (\d{4}) +(\d{1,2}):(\d{2}):(\d{2})(?: (AM|PM))?", words.strip()
    )
    try:
        if form is None:
            raise ValueError
        day, month, year, hour, minute, second, half = form.groups()
        hours = int(hour) % 12 + (12 if half == "PM" else 0) if half else int(hour)
        place = _MONTHS.index(month.casefold()) + 1
        moment = dt.datetime(int(year), place, int(day), hours, int(minute), int(second))
    except ValueError:
        raise BadInput(
            f"RunDate is {words!r}; expected a date such as 29 Sep 2023  5:21:32 AM."
        ) from None
    return moment.isoformat()
