"""NucleoCounter exports: the key;value file of NucleoView (NC-200), and the CSV of NC-View."""

from __future__ import annotations

import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, head, number, read_bytes

__all__ = [
    "UNITS_NC_VIEW",
    "UNITS_NUCLEOVIEW",
    "looks_like_nc_view",
    "looks_like_nucleoview",
    "read_nc_view",
    "read_nucleoview",
]

_PER_ML = dict.fromkeys(("total_per_ml", "live_per_ml", "dead_per_ml"), "cells/mL")
UNITS_NC_VIEW = {
    **_PER_ML, "viability_percent": "%", "diameter_um": "µm", "aggregates_percent": "%",
}  # fmt: skip
UNITS_NUCLEOVIEW = {**UNITS_NC_VIEW, "sample_volume_ul": "µL", "dilution_volume_ul": "µL"}

# Results of a NucleoView file; the keys come with (um) and with [um].
_KEYS = {
    "viability (%)": "viability_percent",
    "live (cells/ml)": "live_per_ml",
    "dead (cells/ml)": "dead_per_ml",
    "total (cells/ml)": "total_per_ml",
    "estimated cell diameter (um)": "diameter_um",
    "(%) of cells in aggregates with five or more cells": "aggregates_percent",
    "sample volume (ul)": "sample_volume_ul",
    "dilution volume (ul)": "dilution_volume_ul",
    "multiplication factor": "multiplication_factor",
}
_MAY_BE_ABSENT = ("live_per_ml", "dead_per_ml", "diameter_um")
_KNOWN = {"image", "operator", "cell diameter standard deviation (um)"}
_END = re.compile(r"//\[[0-9A-Fa-f]{8}\]$")
_NC_VIEW = (
    Column("run", ("NAME",)),
    Column("sample", ("SAMPLE ID",)),
    Column("status", ("STATUS",)),
    Column("total_per_ml", ("TOTAL (cells/ml)",), "number", at_least=0),
    Column("live_per_ml", ("LIVE (cells/ml)",), "number", at_least=0),
    Column("dead_per_ml", ("DEAD (cells/ml)",), "number", at_least=0),
    Column("viability_percent", ("VIABILITY (%)",), "number", at_least=0, at_most=100),
    Column("diameter_um", ("DIAMETER (µm)",), "number", may_be_empty=True, at_least=0),
    Column("aggregates_percent", ("AGGREGATES (%)",), "number", at_least=0, at_most=100),
    Column("debris_index", ("DEBRIS INDEX",), "number", at_least=0),
    Column("dilution_factor", ("DILUTION FACTOR",), "number", at_least=1),
)
# three digits are printed
_ROUNDING, _POINTS = 0.012, 1.0


def looks_like_nucleoview(raw: bytes) -> bool:
    """Say whether a file is meant to be a NucleoView export, by two of its keys."""
    start = head(raw)
    return "\nImage;" in start and "\nViability (%);" in start


def looks_like_nc_view(raw: bytes) -> bool:
    """Say whether a file is meant to be an NC-View export, by its first headings or keys."""
    start = head(raw).lstrip('" ')
    return start.startswith("NAME,SAMPLE ID,TAGS,PROTOCOL") or _is_report(start)


def read_nucleoview(source: FileSource) -> pd.DataFrame:
    """Read the file of one sample on a NucleoCounter NC-200.

    Returns
    -------
    One row: ``sample`` (the image), ``operator``, concentrations per mL, ``viability_percent``,
    ``diameter_um``, ``aggregates_percent``, volumes and ``multiplication_factor``. A result that
    is absent, undetermined or below the range (``<8``) is NaN and named in
    ``.attrs["warnings"]``, as are results that the instrument doubts.

    Raises
    ------
    BadInput
        The file is no such export, is cut off, has an unknown line in place of a result, or its
        concentrations and viability contradict each other.
    """
    text = decode(read_bytes(source))
    # a doubt in brackets may be broken over two lines
    text = re.sub(r"\(([^()\n;]*)\n([^()\n;]*)\)", r"(\1 \2)", text)
    lines = [re.sub(r"[;,\s]+$", "", line) for line in text.split("\n")]
    filled = [line for line in lines if line]
    if not any(line.startswith("Viability (%);") for line in filled):
        raise BadInput(
            f"this is not a NucleoView export: found {filled[0][:60]!r} and no line Viability (%). "
            "Choose the .csv that NucleoView writes next to the image."
        )
    if not _END.fullmatch(filled[-1]):
        raise BadInput(
            f"the last line is {filled[-1][:40]!r}; expected the closing mark //[........]. The "
            "file is cut off: export it again."
        )
    found, unknown = _results(lines)
    row, warnings = _nucleoview_row(found, unknown)
    table = pd.DataFrame([row])
    _check_sums(table)
    table.attrs["warnings"] = tuple(warnings)
    return table


def _results(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the values of the block of results, which ends with the line of the factor."""
    found: dict[str, str] = {}
    unknown: list[str] = []
    # the first line is the title of the protocol
    for line in lines[1:]:
        key, _, value = line.partition(";")
        plain = re.sub(r"\[(\w+)\]", r"(\1)", key.strip()).casefold()
        if plain in _KEYS or plain in _KNOWN:
            if plain in found:
                raise BadInput(f"{key.strip()!r} is there twice; one file has one sample.")
            found[plain] = value.strip()
        elif plain and "multiplication factor" not in found:
            unknown.append(key.strip())
    return found, unknown


def _nucleoview_row(
    found: dict[str, str], unknown: list[str]
) -> tuple[dict[str, object], list[str]]:
    lacking = [key for key in (*_KEYS, "image", "operator") if not found.get(key)]
    required = [key for key in lacking if _KEYS.get(key) not in _MAY_BE_ABSENT]
    if required or (lacking and unknown):
        raise BadInput(
            f"no line {', '.join(lacking)}, but {', '.join(unknown) or 'nothing'} that is not "
            "known. Check that the file is whole and not translated."
        )
    row: dict[str, object] = {"sample": found["image"], "operator": found["operator"]}
    warnings = []
    for key, name in _KEYS.items():
        value, doubt = _result(found.get(key, ""), key)
        row[name] = value
        warnings += [f"{key}: {doubt}"] if doubt else []
    return row, warnings


def _result(cell: str, key: str) -> tuple[float, str]:
    """Return a result as a number, and what the instrument says against it."""
    if not cell:
        return float("nan"), "there is no such line"
    if cell.startswith(("<", ">")):
        return float("nan"), f"{cell} is beyond the range of the instrument"
    form = re.fullmatch(r"([^(]*?)\s*(?:\((.*)\))?", cell)
    digits, doubt = (form[1], form[2] or "") if form else (cell, "")
    try:
        value = number(digits)
    except BadInput as error:
        raise BadInput(f"{key}: {error}") from None
    if math.isnan(value):
        return value, cell
    if value < 0 or ("%" in key and value > 100):
        raise BadInput(f"{key} is {cell!r}, which cannot be; check the decimal sign of the export.")
    return value, doubt


def read_nc_view(source: FileSource, *, complete: bool = False) -> pd.DataFrame:
    """Read the result table of NC-View (NucleoCounter NC-202 and others), or its one-sample report.

    Parameters
    ----------
    complete
        Say that the file is whole although its last line has no line end, as NC-View writes it.

    Returns
    -------
    One row per count: ``run, sample, status``, concentrations per mL of the undiluted sample,
    ``viability_percent, diameter_um, aggregates_percent, debris_index, dilution_factor``. Counts
    whose status is not OK are named in ``.attrs["warnings"]``: the numbers are printed all the
    same.

    Raises
    ------
    BadInput
        The file is no such table, is cut off, or its numbers contradict each other.
    """
    raw = read_bytes(source)
    text = decode(raw)
    if _is_report(text):
        raw = _report_as_table(text)
    table = read_columns(raw, _NC_VIEW, what="an NC-View table", complete=complete)
    _check_sums(table)
    doubted = tuple(
        f"sample {row['sample']}: {row['status'] or 'no status'}"
        for row in table.to_dict("records")
        if str(row["status"]).casefold() != "ok"
    )
    table.attrs["warnings"] += doubted
    return table


def _is_report(text: str) -> bool:
    return text.startswith("Source ID:\t") and "\nSample ID:\t" in text


def _report_as_table(text: str) -> bytes:
    """Write the report of one sample, a key and a tab on each line, as the table has it."""
    lines = [line.partition(":\t") for line in text.split("\n") if line.strip()]
    found = {key.strip().lower(): value.strip() for key, _, value in lines}
    if len(found) < len(lines) or "status" not in found or not text.endswith("\n"):
        raise BadInput(
            "the report has a line twice, or does not end with its status; expected the report of "
            "one sample as NC-View writes it. It may be cut off: export it again."
        )
    found["name"] = found.pop("source id", "")
    found["diameter (µm)"] = found.pop("diameter (um)", "")
    headings = [column.headings[0] for column in _NC_VIEW]
    lacking = [one for one in headings if one.lower() not in found]
    if lacking:
        raise BadInput(f"the report has no line {', '.join(lacking)}; export it again.")
    rows = (headings, [found[one.lower()] for one in headings])
    return "".join("\t".join(row) + "\n" for row in rows).encode("utf-8")


def _check_sums(table: pd.DataFrame) -> None:
    """Compare live and dead with total, and live over total with the viability."""
    for row in table.to_dict("records"):
        total, live, dead = (float(row[f"{what}_per_ml"]) for what in ("total", "live", "dead"))
        gap, percent = abs(live + dead - total), 100 * live / total if total else float("nan")
        apart = abs(percent - float(row["viability_percent"]))
        # a comparison with NaN is false: what is absent contradicts nothing
        if gap > _ROUNDING * max(total, live + dead) or apart > _POINTS:
            raise BadInput(
                f"sample {row['sample']}: {live:.3g} live and {dead:.3g} dead of {total:.3g} "
                f"cells/mL at {row['viability_percent']:g} %; expected live + dead = total and "
                "live / total = viability. A number was edited or misread: look at the instrument."
            )
