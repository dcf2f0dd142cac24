"""Mycoplasma by NAT, step by step: what reaches the reaction, what hits prove, what a shift costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.qc.molecular.template_copies import (
    TemplateCopies,
    inhibition,
    probability_of_detection,
    template_copies,
)
from stemcell_kit.qc.sterility.hit_rate import hits_prove_at_least
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "control_shifts",
    "copies_reached",
    "nat_hit_rates",
    "protocol_copies",
    "template_copies",
]

_RULE_REPLICATES = 24  # the rule counts positive replicates out of so many


def protocol_copies(
    protocols: pd.DataFrame, protocol: str, *, per_ml: float, copies_per_unit: float = 1
) -> TemplateCopies:
    """Return the copies that one reaction of a protocol holds, for so much in each mL of sample.

    Raises
    ------
    BadInput
        There is no protocol of that name.
    """
    for row in each_row(protocols):
        if row.protocol == protocol:
            return _copies(row, per_ml, copies_per_unit)
    known = ", ".join(protocols["protocol"])
    raise BadInput(f"no protocol {protocol!r} in the table; choose one of {known}")


def copies_reached(
    protocols: pd.DataFrame, *, cfu_per_ml: float, copies_per_cfu: Iterable[float]
) -> pd.DataFrame:
    """Return how many copies one reaction holds, for material of several copies per colony unit.

    Returns
    -------
    By protocol and ratio: ``copies`` and the chance in percent that one reaction, or one of two,
    holds any.
    """
    rows = []
    for row in each_row(protocols):
        for ratio in copies_per_cfu:
            copies = _copies(row, cfu_per_ml, ratio).copies
            chance = {
                name: round(100 * probability_of_detection(copies, replicates=wells), 1)
                for name, wells in (("one_well_percent", 1), ("two_wells_percent", 2))
            }
            known = {"protocol": row.protocol, "copies_per_cfu": f"{ratio:g}"}
            rows.append({**known, "copies": f"{copies:.4g}", **chance})
    return pd.DataFrame(rows).set_index(["protocol", "copies_per_cfu"])


def nat_hit_rates(study: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Hold the hits at each level against the rule in force, and say what rate they prove.

    Parameters
    ----------
    study
        One row per level: ``gc_per_ml, hits, replicates``.

    Returns
    -------
    By level ``hits``, whether the share meets the rule, and the detection rate in percent that
    so many hits prove (one-sided exact limit).
    """
    rule = (catalogue().limit("ste-nat-hits").at_least or 0) / _RULE_REPLICATES
    rows = [
        {
            "gc_per_ml": row.gc_per_ml,
            "hits": f"{row.hits} of {row.replicates}",
            "meets_rule": row.hits / row.replicates >= rule,
            "proves_percent": round(
                100 * hits_prove_at_least(row.hits, row.replicates, confidence=confidence), 1
            ),
        }
        for row in each_row(study)
    ]
    return pd.DataFrame(rows).set_index("gc_per_ml")


def control_shifts(run: pd.DataFrame, *, allowed_shift: float) -> pd.DataFrame:
    """Return how late the internal control of each sample comes, and the fold that this stands for.

    The reference is the mean of the negative controls, which were extracted like the samples. A
    control that never came has no shift and counts as inhibited.

    Raises
    ------
    BadInput
        No negative control shows an internal control.
    """
    reference = run.loc[run["role"] == "negative control", "control_cq"].mean()
    if pd.isna(reference):
        raise BadInput(
            "no negative control of the run shows an internal control; expected one to compare "
            "with. Without it nobody knows when the control should come: repeat the run."
        )
    samples = run[run["role"] == "sample"].groupby("sample", sort=False)["control_cq"]
    rows = [
        {"sample": name, **_shift(latest, float(reference), allowed_shift)}
        for name, latest in samples.max().items()
    ]
    return pd.DataFrame(rows).set_index("sample")


# --- parts of the above -----------------------------------------------------------------------


def _copies(row: Any, per_ml: float, copies_per_unit: float) -> TemplateCopies:
    return template_copies(
        per_ml,
        sample_ml=row.sample_ml,
        recovery=row.recovery,
        template_ul=row.template_ul,
        elution_ul=row.elution_ul,
        copies_per_unit=copies_per_unit,
    )


def _shift(control_cq: float, reference: float, allowed: float) -> dict[str, object]:
    if pd.isna(control_cq):
        return {"shift_cycles": "", "fold": "", "inhibited": True}
    found = inhibition(control_cq, reference, allowed_shift=allowed)
    shown = {"shift_cycles": f"{found.shift:.1f}", "fold": f"{found.fold:.3g}"}
    return {**shown, "inhibited": found.inhibited}
