"""QuantStudio exports: the text with ``[Results]``, or a table with the same headings."""

from __future__ import annotations

import re

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.table import Column, read_columns
from stemcell_kit.instruments.text import FileSource, decode, read_bytes

__all__ = ["read_quantstudio"]

_COLUMNS = (
    Column("well", ("Well",), "whole"),
    Column("position", ("Well Position",)),
    Column("sample", ("Sample Name", "Sample")),
    Column("target", ("Target Name", "Target")),
    Column("task", ("Task",)),
    Column("reporter", ("Reporter",), optional=True),
    Column("cq", ("CT", "Cq"), "number", may_be_empty=True),
)
_SECTION = re.compile(r"^\[([^\]\n]+)\][ \t]*\n", re.MULTILINE)
_HEAD_LINE = re.compile(r"^\*\s*([^=\n]+?)\s*=[ \t]*(.*?)[ \t]*$", re.MULTILINE)


def read_quantstudio(source: FileSource) -> pd.DataFrame:
    """Read the wells of a real-time PCR run.

    Returns
    -------
    One row per well and target: ``well, position, sample, target, task, cq`` and ``reporter``
    where given; an undetermined Cq is NaN. ``.attrs["head"]`` holds the ``* key = value`` lines.

    Raises
    ------
    BadInput
        A workbook, a file without results, or one that is cut off.
    """
    text = decode(read_bytes(source))
    parts = _SECTION.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if sections and "Results" not in sections:
        found = ", ".join(f"[{name}]" for name in sections)
        raise BadInput(f"found {found} but no [Results]; tick Results when you export the run")
    # blocks of settings may follow the results after an empty line
    results = sections["Results"].strip("\n").split("\n\n")[0] if sections else text
    table = read_columns(results.encode("utf-8"), _COLUMNS, what="a QuantStudio result table")
    table = table[table["target"] != ""].reset_index(drop=True)
    table.attrs["head"] = dict(_HEAD_LINE.findall(parts[0]))
    return table
