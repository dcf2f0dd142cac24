"""QuantStudio exports: text with ``[Results]``, a plain table, or a workbook."""

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
from stemcell_kit.instruments.quantstudio_workbook import (
    PLATE_COLUMNS,
    is_pcr_workbook,
    workbook_tables,
)
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, number, read_bytes

__all__ = ["UNITS_QUANTSTUDIO", "looks_like_quantstudio", "read_quantstudio"]

UNITS_QUANTSTUDIO = {"cq": "cycles"}

_COLUMNS = (
    Column("well", ("Well",), "whole"),
    Column("position", ("Well Position",)),
    Column("sample", ("Sample Name", "Sample")),
    Column("target", ("Target Name", "Target")),
    Column("task", ("Task",)),
    Column("reporter", ("Reporter",), optional=True),
    # no run has a thousand cycles, so 24,512 has a decimal comma
    Column("cq", ("CT", "Cq"), "number", may_be_empty=True, at_most=999),
)
_EXTRA = (
    Column("call", ("Call",), optional=True),
    Column("quantity", ("Quantity",), optional=True),
    Column("omit", ("Omit",), "flag", optional=True),
    Column("issues", ("Result Quality Issues", "Quality issue(s)"), optional=True),
    Column("stated_mean", ("Ct Mean", "Cq Mean"), "number", optional=True, may_be_empty=True),
)
# columns that the software adds when a well is doubtful; Y marks it
_FLAGS = [
    "HIGHSD",
    "NOAMP",
    "EXPFAIL",
    "OUTLIERRG",
    "BADROX",
    "NOISE",
    "SPIKE",
    "OFFSCALE",
    "THOLDFAIL",
    "AMPNC",
    "MTP",
]
_SECTION = re.compile(r"^\[([^\]\n]+)\][ \t]*\n", re.MULTILINE)
_HEAD_LINE = re.compile(r"^\*\s*([^=\n]+?)\s*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def looks_like_quantstudio(raw: bytes) -> bool:
    """Say whether the bytes are a QuantStudio text with its head, or a workbook of its software."""
    if is_pcr_workbook(raw):
        return True
    start = opening(raw)
    head = re.match(r"\W*\* ?[A-Z]", start) is not None
    return head and ("* Block Type" in start or "* Experiment" in start or "[Results]" in start)


def read_quantstudio(source: FileSource) -> pd.DataFrame:
    """Read the wells of a real-time PCR run.

    Returns
    -------
    One row per well and target: ``well, position, sample, target, task, cq`` and, where given,
    ``reporter``, ``quantity`` and the software's ``call``; an undetermined Cq is NaN.
    ``.attrs["head"]`` holds the settings of the run, ``.attrs["warnings"]`` what the software
    flagged, wells it left out (``omit``), and means that its own wells do not give.

    Raises
    ------
    BadInput
        A file without results, one that is cut off, or a Cq that cannot be.
    """
    raw = read_bytes(source)
    head, results, calls = _from_workbook(raw) if raw.startswith(b"PK") else _from_text(raw)
    results, later = without_later_than(results)
    _check_cut(results)
    flags = tuple(Column(name, (name,), optional=True) for name in _FLAGS)
    columns = (*_COLUMNS, *_EXTRA, *flags)
    table = read_columns(results.encode("utf-8"), columns, what="a QuantStudio result table")
    table = table[table["target"] != ""].reset_index(drop=True)
    check_cqs(table)
    _check_positions(table, head)
    if calls:
        table["call"] = [
            calls.get(f"{p}/{t}", "")
            for p, t in zip(table["position"], table["target"], strict=True)
        ]
    found = (*table.attrs.get("warnings", ()), *later, *_flagged(table), *_stated(table))
    table = _kept(table)
    table.attrs["head"] = head
    table.attrs["warnings"] = found
    return table


def _from_text(raw: bytes) -> tuple[dict[str, str], str, dict[str, str]]:
    text = decode(raw)
    parts = _SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if sections and "Results" not in sections:
        found = ", ".join(f"[{name}]" for name in sections)
        raise BadInput(f"found {found} but no [Results]; tick Results when you export the run")
    # blocks of settings may follow the results after an empty line
    results = re.split(r"(?<=\n)\n", sections["Results"].lstrip("\n"))[0] if sections else text
    return dict(_HEAD_LINE.findall(parts[0])), results, {}


def _from_workbook(raw: bytes) -> tuple[dict[str, str], str, dict[str, str]]:
    head, table, calls = workbook_tables(raw)
    return head, "".join("\t".join(row) + "\n" for row in table), calls


def _check_cut(results: str) -> None:
    """Refuse a line that ends within the Cq where the headings go on: its digits may be cut."""
    lines = results.split("\n")
    headings = [cell.strip().replace("\u0442", "t").casefold() for cell in lines[0].split("\t")]
    places = [place for place, name in enumerate(headings) if name in ("ct", "cq")]
    if not places or places[0] == len(headings) - 1:
        return
    for offset, line in enumerate(lines[1:], start=2):
        if line.strip() and len(line.split("\t")) <= places[0] + 1:
            raise BadInput(
                f"line {offset} of the results ends within its Cq; the file looks cut off. "
                "Export it again."
            )


def _check_positions(table: pd.DataFrame, head: dict[str, str]) -> None:
    """A file names each well twice, by number and by position; the two must agree."""
    wide = PLATE_COLUMNS.get(head.get("Block Type", "").split("-")[0])
    for row in table.to_dict("records"):
        position = plain_position(row["position"])
        number_of = wide and (ord(position[0]) - ord("A")) * wide + int(position[1:])
        if number_of and number_of != row["well"]:
            raise BadInput(
                f"well {row['well']} is called {position}, which is number {number_of} of a "
                f"{head['Block Type']}; the lines or columns were moved. Export the run again."
            )


def _flagged(table: pd.DataFrame) -> tuple[str, ...]:
    found = []
    for name in (flag for flag in _FLAGS if flag in table):
        wells = table.loc[table[name].str.upper() == "Y", "position"]
        if len(wells):
            found.append(f"{name} set by the software for {_listed(wells)}")
    if "issues" in table:
        for issue, rows in table[table["issues"] != ""].groupby("issues", sort=True):
            found.append(f"{issue} set by the software for {_listed(rows['position'])}")
    if "omit" in table:
        wells = table.loc[table["omit"], "position"]
        if len(wells):
            found.append(f"left out in the software (omit): {_listed(wells)}")
    return tuple(found)


def _listed(wells: pd.Series[str]) -> str:
    names = list(dict.fromkeys(wells))
    shown = ", ".join(names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown


def _stated(table: pd.DataFrame) -> tuple[str, ...]:
    if "stated_mean" not in table:
        return ()
    used = table
    if "omit" in table:
        used = table[~table["omit"]]
    return mean_warnings(used, "stated_mean")


def _kept(table: pd.DataFrame) -> pd.DataFrame:
    """Drop what went into the warnings; keep quantity, call and omit where they say something."""
    hidden = [name for name in (*_FLAGS, "issues", "stated_mean") if name in table]
    table = table.drop(columns=hidden)
    if "omit" in table and not table["omit"].any():
        table = table.drop(columns="omit")
    if "call" in table and not table["call"].any():
        table = table.drop(columns="call")
    if "quantity" in table:
        # the software groups thousands with commas but writes decimal points
        table["quantity"] = [_quantity(cell) for cell in table["quantity"]]
        if table["quantity"].isna().all():
            table = table.drop(columns="quantity")
    return table


def _quantity(cell: str) -> float:
    if "," in cell and not re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+", cell):
        raise BadInput(
            f"the comma in the quantity {cell!r} may be a decimal comma; export with decimal points"
        )
    value = number(cell)
    if not math.isnan(value) and value < 0:
        raise BadInput(f"a quantity is {cell!r}; expected 0 or more")
    return value
