"""Named worked datasets: a table of a virtual bank, described by its data dictionary."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from stemcell_kit.catalogue import read_content
from stemcell_kit.errors import BadInput, ContentError, Problem
from stemcell_kit.language import text
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

if TYPE_CHECKING:
    import pandas as pd

    from stemcell_kit.bank import Bank

__all__ = ["dataset_bank", "dataset_names", "describe_dataset", "load_dataset"]


def dataset_names() -> tuple[str, ...]:
    """Return the names of all worked datasets."""
    return tuple(_content()["dataset"])


def load_dataset(name: str) -> pd.DataFrame:
    """Return a worked dataset; change it as you like, the next call gives a fresh one.

    ``describe_dataset(name)`` tells what its columns mean.

    Raises
    ------
    BadInput
        There is no dataset of that name.
    """
    row = _dataset(name)
    return dataset_bank(row["bank"]).table(row["assay"], row.get("lots"))


def describe_dataset(name: str) -> pd.DataFrame:
    """Return the columns of a dataset with unit and meaning; ``.attrs["about"]`` says what it is.

    Raises
    ------
    BadInput
        There is no dataset of that name.
    """
    from stemcell_kit.bank import describe

    row = _dataset(name)
    table = describe(row["assay"])
    table.attrs["about"] = text(Text(row["about"]))
    return table


@cache
def dataset_bank(bank: str) -> Bank:
    """Return the virtual bank behind worked datasets, e.g. ``dataset_bank("worked")``.

    Raises
    ------
    BadInput
        There is no bank of that name.
    """
    from stemcell_kit.bank import Fault, build

    banks = _content()["bank"]
    if bank not in banks:
        raise BadInput(f"no worked bank {bank!r}; choose one of {', '.join(banks)}")
    planted = [
        Fault(row["fault"], row.get("lot"), row.get("fraction")) for row in banks[bank]["faults"]
    ]
    return build(banks[bank]["seed"], planted)


def _dataset(name: str) -> Mapping[str, Any]:
    datasets: Mapping[str, Mapping[str, Any]] = _content()["dataset"]
    if name not in datasets:
        near = difflib.get_close_matches(name, datasets, n=3) or list(datasets)
        raise BadInput(f"no dataset {name!r}; choose one of {', '.join(near)}")
    return datasets[name]


@cache
def _content() -> dict[str, dict[str, Any]]:
    """Read all files of ``content/datasets``: banks and datasets by id."""
    problems: list[Problem] = []
    found: dict[str, dict[str, Any]] = {"bank": {}, "dataset": {}}
    for path in sorted((content_dir() / "datasets").glob("*.toml")):
        file = f"datasets/{path.name}"
        data = read_content(content_dir(), file, "datasets", problems)
        for kind, rows in found.items():
            for row in data.get(kind, []):
                if row.get("id") in rows:
                    problems.append(Problem(file, kind, f"{row['id']!r} twice", "each id once"))
                rows[row.get("id")] = row
    if problems:
        raise ContentError(problems)
    return found
