"""The data dictionary: what each column of each assay means and in which unit it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import text
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["about_assay", "assay_content", "columns", "describe", "reference_content"]


@cache
def assay_content() -> dict[str, Any]:
    """Return the files of ``content/reference/assays`` as one, checked.

    Raises
    ------
    ContentError
        With every problem of the files.
    """
    return reference_content("assays", ("assay", "noise"))


def reference_content(folder: str, tables: Sequence[str]) -> dict[str, Any]:
    """Return the tables of all files of one folder of ``content/reference``, checked.

    Raises
    ------
    ContentError
        With every problem of the files.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {name: [] for name in tables}
    for path in sorted((content_dir() / "reference" / folder).glob("*.toml")):
        data = read_content(content_dir(), f"reference/{folder}/{path.name}", folder, problems)
        for name in tables:
            found[name] += data.get(name, [])
    if problems:
        raise ContentError(problems)
    return found


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
