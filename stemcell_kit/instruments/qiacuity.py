"""QIAcuity exports: the CSV of a digital PCR plate, one line per well and target."""

from __future__ import annotations

import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.partitions import partition_warnings
from stemcell_kit.instruments.pcr_tables import opening, plain_position
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, read_bytes

__all__ = ["UNITS_QIACUITY", "looks_like_qiacuity", "read_qiacuity"]

UNITS_QIACUITY = {"concentration_per_ul": "copies/µL", "ci_percent": "%"}

_COLUMNS = (
    Column("well", ("",)),
    Column("sample", ("Sample/NTC/Control",)),
    Column("type", ("Type",), optional=True),
    Column("reaction_mix", ("Reaction Mix",)),
    Column("target", ("Target",)),
    Column("control_type", ("Control type",), optional=True),
    Column("concentration_per_ul", ("Conc.", "Concentration"), "number", may_be_empty=True),
    Column("ci_percent", ("CI",), "number", may_be_empty=True),
    Column("total", ("Partitions (valid)",), "whole"),
    Column("positives", ("Partitions (positive)",), "whole"),
    Column("negatives", ("Partitions (negative)",), "whole"),
    Column("threshold", ("Threshold",), "number", optional=True, may_be_empty=True),
)
_UNIT = re.compile(r"Conc(?:entration|\.)\s*[(\[]([^)\]]*)[)\]]")
_NO_TEMPLATE = ("non template control", "ntc")


def looks_like_qiacuity(raw: bytes) -> bool:
    """Say whether the bytes are a plate of a QIAcuity."""
    start = opening(raw)
    return "Sample/NTC/Control" in start and "Partitions (valid)" in start


def read_qiacuity(source: FileSource) -> pd.DataFrame:
    """Read the wells of a digital PCR plate.

    Returns
    -------
    One row per well and target: ``well, sample, reaction_mix, target, concentration_per_ul,
    ci_percent, total, positives, negatives`` and where given ``type, control_type, threshold``.
    The interval is the software's half width in percent of the value; without a positive
    partition it is NaN. ``total`` counts valid partitions.

    Raises
    ------
    BadInput
        A file without these columns or one that is cut off, another unit, or counts that do not
        add up.
    """
    # some versions write the unit with a replacement character where the micro sign was lost
    raw = read_bytes(source).replace(b"copies/\xef\xbf\xbdL", "copies/µL".encode())
    text = decode(raw)
    _check_unit(text)
    # the mean of replicates has an interval of its own under the same heading
    named = re.sub(r'(Mean conc[^,]*,"?)CI', r"\1Mean CI", text)
    table = read_columns(named.encode("utf-8"), _COLUMNS, what="a QIAcuity plate")
    table["well"] = [plain_position(cell) for cell in table["well"]]
    _check_counts(table)
    told = table.attrs.get("warnings", ())
    told += partition_warnings(table.assign(place=table["well"] + " " + table["target"]))
    table.attrs["warnings"] = (*told, *_templates(table))
    return table


def _check_unit(text: str) -> None:
    found = _UNIT.search(text)
    # the micro sign is lost in some encodings, so any character may stand for it
    if found is None or not re.fullmatch(r"copies/.L", found[1]):
        unit = found[1] if found else "none"
        raise BadInput(
            f"the unit of the concentration is {unit!r}; expected copies/µL. "
            "Choose it in the software, or check whether this is a QIAcuity plate."
        )


def _check_counts(table: pd.DataFrame) -> None:
    for row in table.to_dict("records"):
        counts = row["total"], row["positives"], row["negatives"]
        if min(counts) < 0 or counts[1] + counts[2] != counts[0] or counts[0] == 0:
            raise BadInput(
                f"well {row['well']} has {counts[1]} positive and {counts[2]} negative of "
                f"{counts[0]} valid partitions; expected that they add up. A column was exchanged "
                "or a cell changed: export the plate again."
            )
        printed = row["concentration_per_ul"]
        if math.isnan(printed) and counts[2]:
            raise BadInput(
                f"well {row['well']} has no concentration; expected one, or 0 without a positive "
                "partition. Export the plate again."
            )
        if printed < 0:
            raise BadInput(f"well {row['well']} has {printed:g} copies/µL; expected 0 or more.")


def _templates(table: pd.DataFrame) -> tuple[str, ...]:
    """Name no-template wells with a positive partition."""
    kinds = [name for name in ("type", "control_type", "sample") if name in table]
    found = []
    for row in table.to_dict("records"):
        is_control = any(str(row[kind]).casefold() in _NO_TEMPLATE for kind in kinds)
        if is_control and row["positives"]:
            found.append(
                f"{row['well']} {row['target']}: {row['positives']} positive partitions without "
                "template; look for contamination"
            )
    return tuple(found)
