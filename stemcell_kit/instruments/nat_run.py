"""A nucleic-acid amplification run for mycoplasma, from a sheet or from QuantStudio."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.quantstudio import read_quantstudio
from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.instruments.table import read_columns
from stemcell_kit.instruments.text import FileSource, decode, read_bytes

__all__ = ["read_nat_run"]


def read_nat_run(source: FileSource, *, internal_control: str = "IPC") -> pd.DataFrame:
    """Read a run with both channels of each well on one row.

    Parameters
    ----------
    internal_control
        Name of the internal control among the targets of a QuantStudio export.

    Returns
    -------
    ``run, well, sample, role, target_cq, control_cq``; an undetermined Cq is NaN.

    Raises
    ------
    BadInput
        The file is not such a run, or has no internal control.
    """
    raw = read_bytes(source)
    # a workbook is never the plain sheet
    if not raw.startswith(b"PK") and "[Results]" not in decode(raw):
        return read_columns(raw, SHEETS["mycoplasma"], what="a mycoplasma run")
    wells = read_quantstudio(raw)
    control = wells["target"] == internal_control
    if not control.any() or control.all():
        found = ", ".join(sorted(set(wells["target"])))
        raise BadInput(
            f"no target {internal_control!r} beside another one; found {found}. "
            "Name your internal control in internal_control=..."
        )
    target = wells.loc[~control, ["position", "sample", "task", "cq"]]
    table = target.merge(wells.loc[control, ["position", "cq"]], on="position")
    table.columns = pd.Index(["well", "sample", "role", "target_cq", "control_cq"])
    table["run"] = wells.attrs["head"].get("Experiment Name", "")
    return table[["run", "well", "sample", "role", "target_cq", "control_cq"]]
