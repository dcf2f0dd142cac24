"""Endotoxin, step by step: whose limit, which dilution, and whether a low number may be believed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.endotoxin.endotoxin_limit import (
    check_dilution_scheme,
    dose_per_kg,
    endotoxin_limit,
    maximum_valid_dilution,
    pooled_valid_dilution,
)
from stemcell_kit.qc.endotoxin.endotoxin_run import EndotoxinRun, endotoxin_run
from stemcell_kit.qc.endotoxin.kinetic_curve import KineticCurve, kinetic_curve
from stemcell_kit.qc.endotoxin.spike_recovery import (
    NonInterfering,
    lowest_non_interfering_dilution,
)
from stemcell_kit.worksheets.bounds import within_limit
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "check_standard_dilutions",
    "curve_fits",
    "curve_of_plate",
    "endotoxin_limits",
    "endotoxin_results",
    "kinetic_run",
    "maximum_valid_dilution",
    "pooled_valid_dilution",
    "routine_dilution",
]

# route of administration -> limit of the dose per kilogram and hour
_DOSE = {"vein": "ste-endotoxin-dose", "spinal canal": "ste-endotoxin-dose-intrathecal"}


# --- limit and dilution -----------------------------------------------------------------------


def endotoxin_limits(products: pd.DataFrame, *, lowest_standard: float) -> pd.DataFrame:
    """Derive the limit of each product from its dose, and how far its sample may be diluted.

    Parameters
    ----------
    products
        One row per product: ``product, route`` (vein or spinal canal), ``volume_ml`` given within
        one hour, ``weight_kg``.
    lowest_standard
        EU/mL of the lowest standard, or label sensitivity of a gel-clot lysate.

    Returns
    -------
    By product: K, M, limit in EU/mL and maximum valid dilution.

    Raises
    ------
    BadInput
        A route has no limit of the dose.
    """
    rows = []
    for row in each_row(products):
        k = _dose_limit(row.route).at_most or 0
        m = dose_per_kg(row.volume_ml, weight_kg=row.weight_kg)
        limit = endotoxin_limit(k_eu_per_kg=k, dose_per_kg=m).value
        mvd = maximum_valid_dilution(limit, sensitivity_eu_per_ml=lowest_standard).value
        rows.append(
            {
                "product": row.product,
                "K_eu_per_kg": k,
                "M_ml_per_kg": float(f"{m:.4g}"),
                "limit_eu_per_ml": float(f"{limit:.4g}"),
                "mvd": float(f"{mvd:.4g}"),
            }
        )
    return pd.DataFrame(rows).set_index("product")


def check_standard_dilutions(
    start_eu_per_ml: float, steps: Sequence[Sequence[float]]
) -> pd.DataFrame:
    """Follow a dilution of the standard, step by step, and say which steps are too large."""
    largest = catalogue().limit("ste-dilution-step-fold").at_most or 0
    scheme = check_dilution_scheme(start_eu_per_ml, steps, largest_fold=largest)
    return pd.DataFrame(
        {
            "step": range(1, len(scheme.folds) + 1),
            "fold": scheme.folds,
            "eu_per_ml": [float(f"{one:.4g}") for one in scheme.concentrations],
            "too_large": [i in scheme.too_large for i in range(1, len(scheme.folds) + 1)],
        }
    ).set_index("step")


def routine_dilution(tried: pd.DataFrame, *, maximum_valid_dilution: float) -> NonInterfering:
    """Return the lowest dilution from which on nothing interferes, by recovery and acidity.

    Parameters
    ----------
    tried
        One row per dilution: ``dilution, recovery_percent, ph`` of the mixture with lysate.

    Raises
    ------
    BadInput
        No dilution up to the maximum valid one is free of interference.
    """
    acidity = catalogue().limit("ste-endotoxin-ph")
    recovery = catalogue().limit("endotoxin-spike-recovery-percent")
    # outside the acidity that the lysate stands, a recovery proves nothing, whatever its number
    found = [
        row.recovery_percent if within_limit(acidity, row.ph) else math.inf
        for row in each_row(tried)
    ]
    return lowest_non_interfering_dilution(
        list(tried["dilution"]),
        found,
        recovery_at_least=recovery.at_least or 0,
        recovery_at_most=recovery.at_most or 0,
        maximum_valid_dilution=maximum_valid_dilution,
    )


# --- the kinetic run --------------------------------------------------------------------------


def kinetic_run(
    wells: pd.DataFrame, limit: Limit, *, spike: float, laboratory_error: bool = False
) -> EndotoxinRun:
    """Evaluate a kinetic run by the limits in force; *limit* is that of the product in EU/mL.

    Raises
    ------
    BadInput
        The limit has no upper bound in EU/mL.
    """
    most = limit.at_most if limit.at_most is not None else limit.below
    if most is None or limit.unit != "EU/mL":
        raise BadInput(
            f"the limit {limit.id} is {limit.bound}; expected an upper bound in EU/mL. Derive one "
            "from dose and route."
        )
    recovery = catalogue().limit("endotoxin-spike-recovery-percent")
    return endotoxin_run(
        _columns(wells),
        spike_eu_per_ml=spike,
        limit_eu_per_ml=most,
        r_at_least=catalogue().limit("ste-curve-correlation").at_least or 0,
        recovery_at_least=recovery.at_least or 0,
        recovery_at_most=recovery.at_most or 0,
        laboratory_error=laboratory_error,
    )


def endotoxin_results(wells: pd.DataFrame, limit: Limit, *, spike: float) -> pd.DataFrame:
    """Return by sample what a report may state, the recovery of the spike, and the outcome."""
    run = kinetic_run(wells, limit, spike=spike)
    rows = [
        {
            "sample": one.sample,
            "reported": one.reported,
            "recovery_percent": round(one.recovery.value),
            "outcome": str(one.outcome),
        }
        for one in run.samples
    ]
    return pd.DataFrame(rows).set_index("sample")


def curve_of_plate(wells: pd.DataFrame) -> KineticCurve:
    """Fit the straight line through the standard wells of a plate.

    Raises
    ------
    BadInput
        The plate has no standards, or they make no falling line.
    """
    return kinetic_curve(_columns(rows_of(wells, "role", "standard")))


def curve_fits(wells: pd.DataFrame) -> pd.DataFrame:
    """Compare the straight line through the standards with a polynomial through their means.

    A polynomial with as many terms as there are levels goes through all of them, whatever they are.
    """
    own = wells[wells["role"] == "standard"]
    means = own.groupby("eu_per_ml")["onset_s"].mean()
    x, y = np.log10(means.index.to_numpy(dtype=float)), np.log10(means.to_numpy())
    bent = np.polyval(np.polyfit(x, y, len(x) - 1), x)
    size = {
        "straight line": abs(curve_of_plate(wells).r),
        "polynomial": abs(float(np.corrcoef(bent, y)[0, 1])),
    }
    rows = [
        {"fit": name, "terms": terms, "size_of_r": round(size[name], 4)}
        for name, terms in (("straight line", 2), ("polynomial", len(x)))
    ]
    return pd.DataFrame(rows).set_index("fit")


def _dose_limit(route: str) -> Limit:
    if route not in _DOSE:
        raise BadInput(
            f"route {route!r}; expected one of {', '.join(_DOSE)}. For another route find its "
            "threshold dose first."
        )
    return catalogue().limit(_DOSE[route])


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): list(column) for name, column in table.items()}
