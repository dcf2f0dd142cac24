"""A case as a file: its tables and numbers, and nothing of what is planted in it.

An examiner hands out such files, so that whoever works on a case cannot ask it for the answers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stemcell_kit.errors import BadInput
from stemcell_kit.learning.cases import Case, look_up

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HandedOut", "hand_out", "handed_out"]

FORMAT, VERSION = "stemcell-kit-case", 1


@dataclass(frozen=True)
class HandedOut:
    """A case that was handed out: ``case["table"]`` is a table, ``case.number("name")`` a number.

    ``lots`` are the lots under test.
    """

    exercise: str
    lots: tuple[str, ...]
    numbers: Mapping[str, float] = field(repr=False)
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    def __getitem__(self, table: str) -> pd.DataFrame:
        """Return a table of the case."""
        return look_up(self.tables, table, "table").copy()

    def number(self, name: str) -> float:
        """Return a number of the case, e.g. how many cells were frozen."""
        return look_up(self.numbers, name, "number")


def hand_out(case: Case, *, tables: Collection[str], numbers: Collection[str]) -> str:
    """Return the words of a file that holds these tables and numbers of a case."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "exercise": case.exercise,
            "lots": case.lots,
            "numbers": {name: case.number(name) for name in numbers},
            "tables": {name: _columns(case[name]) for name in tables},
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def handed_out(path: str | Path) -> HandedOut:
    """Read a case that was handed out as a file, e.g. ``part-1-identity.json`` of an exam.

    Raises
    ------
    BadInput
        The file is missing, or is no case of this kit.
    """
    file = Path(path)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if (data["format"], data["version"]) != (FORMAT, VERSION):
            raise ValueError(f"{data['format']} {data['version']}")
        tables = {name: _table(columns) for name, columns in data["tables"].items()}
        return HandedOut(data["exercise"], tuple(data["lots"]), data["numbers"], tables)
    except FileNotFoundError:
        raise BadInput(
            f"no case at {file}; keep the file that came with this notebook in the same folder"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"{file} is no case that was handed out ({error}); expected {FORMAT} {VERSION}. "
            "Take the file that came with this notebook."
        ) from error


def _columns(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the columns of a table as plain data; what is missing is null."""
    return {
        str(name): {
            "type": str(column.dtype),
            "values": column.astype(object).where(column.notna(), None).tolist(),
        }
        for name, column in table.items()
    }


def _table(columns: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    series = {name: pd.Series(one["values"], dtype=one["type"]) for name, one in columns.items()}
    return pd.DataFrame(series)
