"""CFX exports: the CSV of quantification results, one line per well and dye."""

from __future__ import annotations

import math
import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.pcr_tables import (
    check_cqs,
    mean_warnings,
    opening,
    plain_position,
    without_later_than,
)
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, read_bytes

__all__ = ["UNITS_CFX", "looks_like_cfx", "read_cfx"]

UNITS_CFX = {"cq": "cycles"}

_COLUMNS = (
    Column("position", ("Well",)),
    Column("reporter", ("Fluor",)),
    Column("target", ("Target",)),
    Column("content", ("Content",)),
    Column("sample", ("Sample",)),
    # no run has a thousand cycles, so 24,512 has a decimal comma
    Column("cq", ("Cq",), "number", may_be_empty=True, at_most=999),
    Column("cq_cell", ("Cq",)),
    Column("stated_mean", ("Cq Mean",), "number", optional=True, may_be_empty=True),
    Column("quantity", ("Starting Quantity (SQ)",), "number", may_be_empty=True),
    Column("log_quantity", ("Log Starting Quantity",), "number", may_be_empty=True),
)
_TASKS = {
    "unkn": "unknown",
    "std": "standard",
    "ntc": "no template",
    "nrt": "no reverse transcription",
    "pos ctrl": "positive control",
    "neg ctrl": "negative control",
}
_LOG_ROOM = 0.01


def looks_like_cfx(raw: bytes) -> bool:
    """Say whether the bytes are a table of quantification results of a CFX."""
    start = opening(raw)
    return all(word in start for word in ("Fluor", "Content", "Biological Set Name", "Cq"))


def read_cfx(source: FileSource) -> pd.DataFrame:
    """Read the wells of a CFX run.

    Returns
    -------
    One row per well and dye: ``position`` (A1), ``sample, target, task, content, reporter, cq,
    quantity``; ``task`` is the content in words, ``content`` as written (``Unkn-01``). No Cq and
    no quantity are NaN. ``.attrs["warnings"]`` names stated means that the wells do not give.

    Raises
    ------
    BadInput
        A file without these columns, one that is cut off, a content that is not known, or a
        quantity that its own logarithm contradicts.
    """
    text, later = without_later_than(decode(read_bytes(source)))
    table = read_columns(text.encode("utf-8"), _COLUMNS, what="a CFX result table")
    table["position"] = [plain_position(cell) for cell in table["position"]]
    told = table.attrs.get("warnings", ())
    table.insert(3, "task", [_task(cell) for cell in table["content"]])
    check_cqs(table)
    _check_logs(table)
    _check_filled(table)
    twice = table.duplicated(["position", "reporter"])
    if twice.any():
        row = table[twice].iloc[0]
        raise BadInput(
            f"well {row['position']} has {row['reporter']} twice; expected one line for each well "
            "and dye. Are two runs in one file?"
        )
    means = mean_warnings(table, "stated_mean") if "stated_mean" in table else ()
    order = ["position", "sample", "target", "task", "content", "reporter", "cq", "quantity"]
    table = table[order]
    table.attrs["warnings"] = (*told, *later, *means)
    return table


def _task(content: str) -> str:
    word = re.sub(r"-?\d*$", "", content).strip().casefold()
    if word not in _TASKS:
        raise BadInput(
            f"the content of a well is {content!r}; expected one such as Unkn-01, Std-1 or NTC"
        )
    return _TASKS[word]


def _check_filled(table: pd.DataFrame) -> None:
    """The software leaves none of these empty: a well without signal has NaN."""
    for name, heading in (("reporter", "Fluor"), ("target", "Target"), ("cq_cell", "Cq")):
        empty = table[table[name] == ""]
        if len(empty):
            raise BadInput(
                f"well {empty.iloc[0]['position']} has nothing under {heading}; expected a value, "
                "NaN for no Cq. A heading was moved or cells were cleared: export the run again."
            )


def _check_logs(table: pd.DataFrame) -> None:
    """The file holds each quantity twice; the two must agree."""
    for row in table.to_dict("records"):
        quantity, log = row["quantity"], row["log_quantity"]
        if math.isnan(quantity) and math.isnan(log):
            continue
        # both round to some digits; an empty one beside a number is a lost cell
        agree = quantity > 0 and math.isclose(math.log10(quantity), log, abs_tol=_LOG_ROOM)
        if not agree:
            raise BadInput(
                f"well {row['position']} has the quantity {quantity:g} and its logarithm {log:g}; "
                "expected log10 of the same number. A column or a decimal sign was changed: "
                "export the run again."
            )
