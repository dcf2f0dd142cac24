"""Purity, potency and final tests of vesicle lots: from plates and reports to results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.endotoxin.spike_recovery import spike_recovery
from stemcell_kit.qc.molecular.relative_quantity import fold_of_ddcq
from stemcell_kit.qc.potency.calibration import calibration_line, line_concentration
from stemcell_kit.qc.potency.relative_response import percent_of_controls
from stemcell_kit.qc.potency.reporting import Concentration
from stemcell_kit.qc.vesicles.vesicle_purity import VesiclePurity, vesicle_purity
from stemcell_kit.qc.vesicles.vesicle_yield import (
    label_check,
    particle_dose,
    step_recovery,
    vesicle_yield,
)
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.ev_tracking import tracked_particles
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "detergent_losses",
    "final_tests",
    "lot_protein",
    "lot_yields",
    "protected_cargo",
    "protein_by_lot",
    "purity_by_lot",
    "purity_classes",
    "ratio_readings",
    "reporter_responses",
]


# --- protein and purity --------------------------------------------------------------------


def purity_classes() -> list[dict[str, str | float]]:
    """Return the classes of particles per microgram, as ``vesicle_purity`` takes them.

    The table has one row per limit, so a class with two ends has two rows.
    """
    table = teaching_table("vesicle_purity_classes")
    return [
        {"name": str(name), **dict(zip(own["test"], own["particles_per_ug"], strict=True))}
        for name, own in table.groupby("name", sort=False)
    ]


def lot_protein(plate: pd.DataFrame, lot: str) -> Concentration:
    """Protein of one lot in µg/mL: the least diluted wells that lie within the standards.

    Raises
    ------
    AboveTopStandard
        Even the most diluted wells read above the highest standard.
    """
    own = rows_of(plate, "lot", lot)
    standards = own[own["role"] == "standard"]
    points: dict[str, Any] = {
        "concentrations": list(standards["standard_ug_per_ml"]),
        "signals": list(standards["absorbance_562"]),
    }
    samples = own[own["role"] == "sample"]
    dilution = _usable_dilution(samples, points)
    wells = samples[samples["dilution"] == dilution]["absorbance_562"]
    return line_concentration(list(wells), **points, dilution=dilution, unit="µg/mL")


def protein_by_lot(plate: pd.DataFrame) -> pd.DataFrame:
    """Read the protein of every lot from its own plate, with the interval of the reading.

    Returns
    -------
    One row per lot: ``protein_ug_per_ml, low, high`` (95 %), ``reported`` in words.
    """
    rows = []
    for lot in map(str, plate["lot"].unique()):
        found = lot_protein(plate, lot)
        span = found.interval
        rows.append(
            {
                "lot": lot,
                "protein_ug_per_ml": round(found.value, 2),
                "low": None if span is None else round(span.low, 2),
                "high": None if span is None else round(span.high, 2),
                "reported": found.reported,
            }
        )
    return pd.DataFrame(rows).set_index("lot")


def purity_by_lot(tracks: pd.DataFrame, plate: pd.DataFrame) -> pd.DataFrame:
    """Particles per microgram of every lot, blank subtracted, with its class.

    Returns
    -------
    One row per lot: ``particles_per_ml, protein_ug_per_ml, particles_per_ug``, ``low`` and
    ``high`` (from the interval of the protein), ``purity``.
    """
    rows = []
    for lot in map(str, tracks["lot"].unique()):
        particles, protein = tracked_particles(tracks, lot).value, lot_protein(plate, lot)
        found = _purity(particles, protein.value)
        span = protein.interval
        rows.append(
            {
                "lot": lot,
                "particles_per_ml": float(f"{particles:.3g}"),
                "protein_ug_per_ml": round(protein.value, 2),
                "particles_per_ug": float(f"{found.value:.3g}"),
                "low": None if span is None else float(f"{particles / span.high:.2g}"),
                # protein that may be nothing leaves the ratio open above
                "high": None
                if span is None or span.low <= 0
                else float(f"{particles / span.low:.2g}"),
                "purity": found.purity,
            }
        )
    return pd.DataFrame(rows).set_index("lot")


def ratio_readings(reports: pd.DataFrame) -> pd.DataFrame:
    """Hold the ratio that a report prints against the one that its own numbers support.

    Returns
    -------
    One row per report: ``as_printed`` and ``printed_class`` (no blank, no limit of the protein
    assay), ``ratio`` with ``=`` or ``>`` and ``purity`` (blanks subtracted, protein below its
    limit of quantification read as below it).
    """
    rows = []
    for row in each_row(reports):
        printed = _purity(row.particles_per_ml, row.protein_ug_per_ml)
        own = row.particles_per_ml - row.blank_per_ml
        protein = row.protein_ug_per_ml - row.blank_ug_per_ml
        found = _purity(own, protein, lloq=row.lloq_ug_per_ml)
        rows.append(
            {
                "report": row.report,
                "as_printed": float(f"{printed.value:.3g}"),
                "printed_class": printed.purity,
                "sign": found.qualifier,
                "ratio": float(f"{found.value:.3g}"),
                "purity": found.purity,
            }
        )
    return pd.DataFrame(rows).set_index("report")


def detergent_losses(lysis: pd.DataFrame) -> pd.DataFrame:
    """Tell which percentage of the particles the detergent takes away.

    What the detergent alone shows is taken off the count after lysis. Where it shows half of
    the count before lysis or more, nothing is told: ``lost_percent`` is missing.

    Returns
    -------
    One row per sample: ``lost_percent``, ``control`` in words.
    """
    rows = []
    for row in each_row(lysis):
        blind = 2 * row.detergent_per_ml >= row.before_per_ml
        left = max(row.after_per_ml - row.detergent_per_ml, 0.0)
        rows.append(
            {
                "sample": row.sample,
                "lost_percent": None if blind else round(100 - 100 * left / row.before_per_ml, 1),
                "control": "the detergent itself is counted" if blind else "usable",
            }
        )
    return pd.DataFrame(rows).set_index("sample")


# --- potency and cargo ---------------------------------------------------------------------


def reporter_responses(wells: pd.DataFrame) -> pd.DataFrame:
    """Reporter signal of each lot, in percent between unstimulated (0) and vehicle (100).

    Returns
    -------
    One row per lot, one column per kind of dose.
    """
    columns: dict[str, dict[str, float]] = {}
    for dose, own in wells.groupby("dose", sort=False):
        signals = {str(name): list(part) for name, part in own.groupby("sample")["signal"]}
        vehicle, blank = signals.pop("vehicle"), signals.pop("unstimulated")
        columns[str(dose)] = {
            lot: round(percent_of_controls(signal, vehicle=vehicle, blank=blank), 1)
            for lot, signal in signals.items()
        }
    return pd.DataFrame(columns).rename_axis("lot")


def protected_cargo(cargo: pd.DataFrame) -> pd.DataFrame:
    """Tell which percentage of an RNA the nuclease spares, with and without the membrane.

    Returns
    -------
    One row per RNA: ``after_nuclease_percent`` and ``after_both_percent`` of the untreated.
    """
    found = cargo.set_index("rna")
    return pd.DataFrame(
        {
            f"after_{name}_percent": [
                round(100 * fold_of_ddcq(float(late - early)), 1)
                for early, late in zip(found["untreated_cq"], found[f"{name}_cq"], strict=True)
            ]
            for name in ("nuclease", "both")
        },
        index=found.index,
    )


# --- final tests and yield -----------------------------------------------------------------


def final_tests(fills: pd.DataFrame) -> pd.DataFrame:
    """Read the tests of each fill: endotoxin with its spike, the filter, the label.

    Returns
    -------
    One row per fill: ``sterility, endotoxin_eu_per_ml, spike_percent, filter_percent`` (particles
    that came through), ``off_label_percent`` (content after the filter against the label).
    """
    rows = []
    for row in each_row(fills):
        spike = spike_recovery(
            spiked_eu_per_ml=row.spiked_eu_per_ml,
            unspiked_eu_per_ml=row.endotoxin_eu_per_ml,
            spike_eu_per_ml=row.spike_eu_per_ml,
            # the readings given are within the curve
            lowest_standard_eu_per_ml=min(row.endotoxin_eu_per_ml, row.spike_eu_per_ml),
        )
        before = particle_dose(row.before_per_ml, row.before_ml)
        after = particle_dose(row.after_per_ml, row.after_ml)
        label = label_check(row.after_per_ml, row.label_per_ml, tolerance_percent=_tolerance())
        rows.append(
            {
                "fill": row.fill,
                "sterility": row.sterility,
                "endotoxin_eu_per_ml": row.endotoxin_eu_per_ml,
                "spike_percent": round(spike.value, 1),
                "filter_percent": round(step_recovery(before, after), 1),
                "off_label_percent": round(label.value, 1),
            }
        )
    return pd.DataFrame(rows).set_index("fill")


def lot_yields(tracks: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Particles of every lot per producer cell, from the tracking and the batch record.

    Returns
    -------
    One row per lot: ``particles`` (total), ``cells``, ``per_cell``, ``per_cell_per_24h``.
    """
    rows = []
    for record in each_row(records):
        total = particle_dose(tracked_particles(tracks, record.lot).value, record.volume_ml)
        found = vesicle_yield(total, record.cells, hours=record.hours)
        rows.append(
            {
                "lot": record.lot,
                "particles": float(f"{total:.3g}"),
                "cells": record.cells,
                "per_cell": round(found.value),
                "per_cell_per_24h": round(found.per_cell_per_24h),
            }
        )
    return pd.DataFrame(rows).set_index("lot")


# --- parts of the above --------------------------------------------------------------------


def _usable_dilution(samples: pd.DataFrame, points: Mapping[str, Any]) -> float:
    """Return the lowest dilution that reads within the standards, else the highest there is."""
    line = calibration_line(**points)
    read = samples.groupby("dilution")["absorbance_562"].mean().sort_index()
    found = (read - line.intercept) / line.slope
    inside = found[found <= max(line.standards)]
    return float(inside.index[0] if len(inside) else found.index[-1])


def _purity(particles: float, protein: float, *, lloq: float | None = None) -> VesiclePurity:
    return vesicle_purity(particles, protein, classes=purity_classes(), lloq_ug_per_ml=lloq)


def _tolerance() -> float:
    return catalogue().limit("ev-label-deviation").at_most or 0.0
