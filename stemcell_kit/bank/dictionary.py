"""The data dictionary: what each column of each assay means and in which unit it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import say, text
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

if TYPE_CHECKING:
    import pandera.pandas as pandera

__all__ = [
    "about_assay",
    "assay_content",
    "columns",
    "describe",
    "reference_content",
    "schema",
    "validate",
]


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
    """Return the columns of *assay* with unit, meaning and allowed values, in the language in force."""
    rows = [
        {
            "column": column["name"],
            "unit": column.get("unit", ""),
            "meaning": text(Text(column["meaning"])),
            "allowed": _in_words(column),
        }
        for column in _assay(assay)["columns"]
    ]
    return pd.DataFrame(rows)


def schema(assay: str) -> pandera.DataFrameSchema:
    """Return what the data dictionary says of *assay*, for pandera to check.

    Every column must be there; a column's kind, words and limits are checked where the dictionary
    gives them. The text of each check holds the column's meaning.
    """
    # pandera takes a second to load
    import pandera.pandas as pandera

    found = {column["name"]: _schema_column(column) for column in _assay(assay)["columns"]}
    return pandera.DataFrameSchema(found, strict=True, name=assay)


def validate(table: pd.DataFrame, assay: str) -> pd.DataFrame:
    """Return *table* if it is as the data dictionary says of *assay*.

    Raises
    ------
    BadInput
        With every column that is missing, unknown or holds a wrong value, and what it means.
    """
    import pandera.errors

    try:
        return schema(assay).validate(table, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases.drop_duplicates(["column", "check"])
        found = [_failure(assay, case) for case in cases.to_dict("records")]
    raise BadInput(f"this is no table of {assay!r}: " + "; ".join(found))


def _failure(assay: str, case: dict[Any, Any]) -> str:
    if case["check"] == "column_in_dataframe":
        return f"no column {case['failure_case']}; expected {', '.join(columns(assay))}"
    if case["check"] == "column_in_schema":
        return f"column {case['failure_case']} is not one of {', '.join(columns(assay))}"
    return f"found {case['failure_case']!r}, expected {case['check']}"


def _schema_column(column: dict[str, Any]) -> pandera.Column:
    import pandera.pandas as pandera

    kind = column.get("kind")
    if kind is None:
        return pandera.Column(nullable=True)
    rule = f"{column['name']} ({text(Text(column['meaning']))}): {_in_words(column)}"
    check = pandera.Check(lambda cell: _fits(cell, column), element_wise=True, error=rule)
    # a missing cell is judged by the same rule
    check.ignore_na = False
    return pandera.Column(checks=check, nullable=True)


def _in_words(column: dict[str, Any]) -> str:
    """Say in the language in force what a cell of a column may hold; empty where nothing is said."""
    if "kind" not in column:
        return ""
    parts = [say(f"dictionary.{column['kind']}")]
    if "values" in column:
        parts.append(say("dictionary.one-of", values=", ".join(column["values"])))
    parts += [
        say(f"dictionary.{bound}", value=f"{column[bound]:g}")
        for bound in ("at_least", "at_most")
        if bound in column
    ]
    parts += [say("dictionary.empty")] if column.get("may_be_empty") else []
    return ", ".join(parts)


def _fits(cell: Any, column: dict[str, Any]) -> bool:
    kind = column["kind"]
    if pd.isna(cell) or (kind == "text" and cell == ""):
        return bool(column.get("may_be_empty", False))
    if kind == "text":
        return isinstance(cell, str) and cell in column.get("values", [cell])
    if kind == "flag":
        return pd.api.types.is_bool(cell)
    if pd.api.types.is_bool(cell) or not pd.api.types.is_number(cell):
        return False
    value: Any = cell
    if not math.isfinite(value):
        return False
    whole = kind == "number" or value == int(value)
    return bool(whole and column.get("at_least", value) <= value <= column.get("at_most", value))


def _assay(assay: str) -> dict[str, Any]:
    known = {row["id"]: row for row in assay_content()["assay"]}
    if assay not in known:
        raise BadInput(f"no assay {assay!r}; choose one of {', '.join(known)}")
    return dict(known[assay])
