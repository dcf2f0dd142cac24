"""The small tables of the lessons: cited, or constructed and labelled so.

They live in ``content/reference/*_tables.toml``; names are unique over all files.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import text
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["teaching_table"]


def teaching_table(name: str) -> pd.DataFrame:
    """Return a small table, e.g. ``teaching_table("marker_panels")``.

    ``.attrs`` holds ``about``, ``nature`` (cited or constructed) and ``sources``.

    Raises
    ------
    BadInput
        There is no table of that name.
    """
    tables = _tables()
    if name not in tables:
        raise BadInput(f"no table {name!r}; choose one of {', '.join(tables)}")
    row = tables[name]
    table = pd.DataFrame(row["rows"], columns=[column["id"] for column in row["column"]])
    table.attrs = {
        "about": text(Text(row["about"])),
        "nature": row["nature"],
        "sources": tuple(row["sources"]),
    }
    return table


@cache
def _tables() -> dict[str, dict[str, Any]]:
    problems: list[Problem] = []
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((content_dir() / "reference").glob("*_tables.toml")):
        name = f"reference/{path.name}"
        for row in read_content(content_dir(), name, "tables", problems).get("table", []):
            if row["id"] in found:
                problems.append(Problem(name, "table", f"{row['id']!r} twice", "each id once"))
            found[row["id"]] = row
    if problems:
        raise ContentError(problems)
    return found
