"""A kinetic endotoxin run out of the group tables of a SoftMax Pro export."""

from __future__ import annotations

import math

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.softmax import read_softmax
from stemcell_kit.instruments.softmax_groups import group_numbers
from stemcell_kit.instruments.text import FileSource

__all__ = ["ENDOTOXIN_GROUPS", "read_endotoxin_run"]

# group -> role of its wells
ENDOTOXIN_GROUPS = {
    "Standards": "standard",
    "Blank": "blank",
    "Unknowns": "sample",
    "Spiked": "spiked",
}
_DOSE, _ONSET, _DILUTION = "Conc EU/mL", "OnsetTime s", "Dilution"


def read_endotoxin_run(source: FileSource) -> pd.DataFrame:
    """Read a run with one row per well, as :func:`endotoxin_run` takes it.

    Returns
    -------
    ``well, sample, role, eu_per_ml, dilution, onset_s``; a well without reaction has NaN as
    ``onset_s``, and only standards have ``eu_per_ml``.

    Raises
    ------
    BadInput
        A group of the run or a column of it is missing, or a well is in two groups.
    """
    groups = read_softmax(source).attrs["groups"]
    missing = [name for name in ENDOTOXIN_GROUPS if name not in groups]
    if missing:
        raise BadInput(
            f"no group {', '.join(missing)} in the export; expected {', '.join(ENDOTOXIN_GROUPS)}. "
            "Tick all groups of the run when you export it."
        )
    parts = [_part(groups[name], role) for name, role in ENDOTOXIN_GROUPS.items()]
    table = pd.concat(parts, ignore_index=True)
    doubled = table["well"][table["well"].duplicated()]
    if len(doubled):
        raise BadInput(f"well {doubled.iloc[0]} is in two groups; expected one. Correct the plate.")
    return table


def _part(group: pd.DataFrame, role: str) -> pd.DataFrame:
    wanted = {"standard": [_DOSE], "blank": []}.get(role, [_DILUTION])
    lacking = [name for name in ("Sample", "Wells", _ONSET, *wanted) if name not in group]
    if lacking:
        raise BadInput(f"the group of the {role} wells has no column {', '.join(lacking)}.")
    filled = group.copy()
    for name in wanted:
        # the software writes what belongs to a sample on the first of its wells only
        filled[name] = filled[name].mask(filled[name] == "").groupby(filled["Sample"]).ffill()
        if filled[name].isna().any():
            raise BadInput(f"a {role} well has no {name}; expected one for each sample.")
    nan = [math.nan] * len(group)
    return pd.DataFrame(
        {
            "well": group["Wells"],
            "sample": group["Sample"],
            "role": role,
            "eu_per_ml": group_numbers(filled, _DOSE) if role == "standard" else nan,
            "dilution": group_numbers(filled, _DILUTION) if _DILUTION in wanted else nan,
            "onset_s": group_numbers(group, _ONSET),
        }
    )
