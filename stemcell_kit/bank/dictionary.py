"""The data dictionary: what each column of each assay means and in which unit it is."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import text
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["about_assay", "assay_content", "columns", "describe"]


@cache
def assay_content() -> dict[str, Any]:
    """Return ``content/reference/assays.toml``, checked.

    Raises
    ------
    ContentError
        With every problem of the file.
    """
    problems: list[Problem] = []
    data = read_content(content_dir(), "reference/assays.toml", "assays", problems)
    if problems:
        raise ContentError(problems)
    return data


def columns(assay: str) -> tuple[str, ...]:
    """Return the column names of *assay* in their order."""
    return tuple(column["name"] for column in _assay(assay)["columns"])


def about_assay(assay: str) -> str:
    """Say in the language in force what *assay* is."""
    return text(Text(_assay(assay)["about"]))


def describe(assay: str) -> pd.DataFrame:
    """Return the columns of *assay* with unit and meaning, in the language in force."""
    rows = [
        {
            "column": column["name"],
            "unit": column.get("unit", ""),
            "meaning": text(Text(column["meaning"])),
        }
        for column in _assay(assay)["columns"]
    ]
    return pd.DataFrame(rows)


def _assay(assay: str) -> dict[str, Any]:
    known = {row["id"]: row for row in assay_content()["assay"]}
    if assay not in known:
        raise BadInput(f"no assay {assay!r}; choose one of {', '.join(known)}")
    return dict(known[assay])
