"""Midbrain dopaminergic lots: from an HPLC run, a plate, recordings and animals to results."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.qc.neural.evoked_release import evoked_release
from stemcell_kit.qc.neural.firing import firing
from stemcell_kit.qc.neural.rotation import net_rotation, rotation_recovery
from stemcell_kit.qc.potency.amount_per_cells import moles_per_million
from stemcell_kit.qc.potency.calibration import (
    CalibrationLine,
    calibration_line,
    line_concentration,
)
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "DOPAMINE_G_PER_MOL",
    "DOPAMINE_SALT_G_PER_MOL",
    "dopamine_lots",
    "firing_by_neuron",
    "hplc_line",
    "hplc_read_back",
    "hplc_reading",
    "rotation_by_animal",
]

DOPAMINE_G_PER_MOL = 153.18
DOPAMINE_SALT_G_PER_MOL = 189.64  # the hydrochloride, which is what the bottle usually holds
_SAMPLES = ("basal", "potassium", "calcium-free")
_LEAST_INTERVALS = 3  # as in qc.neural.firing: fewer make no rate


def hplc_line(run: pd.DataFrame, *, weights: str = "1/x") -> CalibrationLine:
    """Fit the line through the standards of one run.

    Parameters
    ----------
    run
        Injections of one lot: ``role, nominal_ng_per_ml, area``.
    weights
        ``1``, ``1/x`` or ``1/x2``.

    Raises
    ------
    BadInput
        The table holds the runs of several lots, or no standard.
    """
    standards = _injections(run, "standard")
    return calibration_line(
        list(standards["nominal_ng_per_ml"]), list(standards["area"]), weights=weights
    )


def hplc_read_back(run: pd.DataFrame) -> pd.DataFrame:
    """Percent of its nominal value that each standard reads back, by three weightings of the line.

    One row per standard, the mean of its injections.
    """
    nominal = list(_injections(run, "standard")["nominal_ng_per_ml"])
    read = {
        f"weight {weights}": hplc_line(run, weights=weights).recovery_percent
        for weights in ("1", "1/x", "1/x2")
    }
    table = pd.DataFrame({"standard (ng/mL)": nominal, **read})
    return table.groupby("standard (ng/mL)").mean().round(1)


def hplc_reading(run: pd.DataFrame, role: str) -> float:
    """Concentration in ng/mL of the blank, spike or sample of one run, as injected.

    A blank below the lowest standard reads 0: it is not taken off.

    Raises
    ------
    BadInput
        No injection of that role, or a reading above the highest standard.
    """
    standards = _injections(run, "standard")
    found = line_concentration(
        list(_injections(run, role)["area"]),
        concentrations=list(standards["nominal_ng_per_ml"]),
        signals=list(standards["area"]),
        weights="1/x",
    )
    return 0.0 if found.below and role == "blank" else float(found.value)


def dopamine_lots(runs: pd.DataFrame) -> pd.DataFrame:
    """Spike recovery, amounts and release of every lot.

    Returns
    -------
    One row per lot. ``recovery`` in percent of the spike; ``basal``, ``potassium`` and
    ``calcium-free`` in pmol per million cells, as read; ``fold`` and ``calcium_part`` (share of the
    evoked release that needs calcium); ``potassium_corrected`` for the recovery.
    """
    rows = {str(lot): _dopamine(rows_of(runs, "lot", lot)) for lot in runs["lot"].unique()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lot")


def firing_by_neuron(neurons: pd.DataFrame) -> pd.DataFrame:
    """Rate and regularity of every neuron that was patched, the silent ones too.

    Parameters
    ----------
    neurons
        One row per neuron: ``cell`` and its intervals in seconds, 0 where there is none.
    """
    rows = {}
    for neuron in neurons.set_index("cell").itertuples():
        gaps = [float(gap) for gap in neuron[1:] if gap > 0]
        rows[str(neuron[0])] = _fired(gaps)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("cell")


def rotation_by_animal(animals: pd.DataFrame) -> pd.DataFrame:
    """Net turns per minute before and after grafting, entry into the study, and recovery.

    ``enters`` follows the limit ``mda-rotation-inclusion-turns``: ``yes`` above it, ``grey zone``
    down to its grey bound, else ``no``. ``recovery`` is in percent.
    """
    rows = [_rotation(animal) for animal in each_row(animals)]
    return pd.DataFrame(rows).set_index("animal")


def _dopamine(run: pd.DataFrame) -> dict[str, float]:
    spiked = float(_injections(run, "spike")["nominal_ng_per_ml"].iloc[0])
    recovery = hplc_reading(run, "spike") / spiked
    basal, evoked, free = (_per_million(run, role) for role in _SAMPLES)
    release = evoked_release(basal, evoked, calcium_free=free)
    found = {"recovery": 100 * recovery, "basal": basal, "potassium": evoked, "calcium-free": free}
    found |= {"fold": release.fold, "calcium_part": release.calcium_dependent_fraction}
    found["potassium_corrected"] = evoked / recovery
    return {
        name: round(value, 2 if name in ("fold", "calcium_part") else 1)
        for name, value in found.items()
    }


def _per_million(run: pd.DataFrame, role: str) -> float:
    sample = _injections(run, role).iloc[0]
    amount = moles_per_million(
        hplc_reading(run, role),
        volume_ml=float(sample["volume_ml"]),
        cells=float(sample["cells"]),
        molar_mass_g_per_mol=DOPAMINE_G_PER_MOL,
        dilution=float(sample["dilution"]),
        blank_ng_per_ml=hplc_reading(run, "blank"),
    )
    return amount.value


def _injections(run: pd.DataFrame, role: str) -> pd.DataFrame:
    lots = run["lot"].unique()
    if len(lots) != 1:
        raise BadInput(
            f"the table holds the runs of {len(lots)} lots; expected one run. Choose a lot first, "
            "for example runs[runs['lot'] == 'MDA-2401']."
        )
    return rows_of(run, "role", role)


def _fired(gaps: list[float]) -> dict[str, Any]:
    if len(gaps) < _LEAST_INTERVALS:
        return {"rate_hz": 0.0, "cv": "", "in_range": "silent"}
    found, bounds = firing(gaps), catalogue().limit("mda-pacemaking-rate-hz")
    low, high = bounds.at_least or 0.0, bounds.at_most or float("inf")
    inside = low <= found.rate_hz <= high
    return {
        "rate_hz": round(found.rate_hz, 2),
        "cv": round(found.cv, 2),
        "in_range": "yes" if inside else "no",
    }


def _rotation(animal: Any) -> dict[str, Any]:
    before = net_rotation(animal.ipsi_before, animal.contra_before, minutes=animal.minutes).value
    after = net_rotation(animal.ipsi_after, animal.contra_after, minutes=animal.minutes).value
    entry = catalogue().limit("mda-rotation-inclusion-turns")
    enters = "yes" if before > (entry.above or 0) else "no"
    if enters == "no" and before >= (entry.grey or float("inf")):
        enters = "grey zone"
    return {
        "animal": animal.animal,
        "graft": animal.graft,
        "weeks": animal.weeks,
        "before": round(before, 2),
        "after": round(after, 2),
        "enters": enters,
        "recovery": round(rotation_recovery(before, after).value, 1),
    }
