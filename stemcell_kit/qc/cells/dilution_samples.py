"""The samples of a dilution series: checked observations, grouped by fraction and sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stemcell_kit.errors import BadInput

__all__ = [
    "NotADilutionSeries",
    "StudyDesign",
    "design_notes",
    "observations",
    "samples_of",
    "with_fraction",
]

_NEEDED = ("target_dilution_fraction", "cell_conc")
_SAMPLE_COLUMNS = ("random_sample_number", "replicate_sample")


class NotADilutionSeries(BadInput):
    """The table cannot be read as one method's dilution series."""


@dataclass(frozen=True)
class StudyDesign:
    """Smallest design that is not warned about; the defaults are those of the COMET software."""

    fractions: int = 4
    samples: int = 3
    observations: int = 3


def observations(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows with a concentration, checked, and notes on those left out."""
    missing = [c for c in _NEEDED if c not in table.columns]
    sample = next((c for c in _SAMPLE_COLUMNS if c in table.columns), None)
    if missing or sample is None:
        wanted = missing + ([] if sample else [" or ".join(_SAMPLE_COLUMNS)])
        raise NotADilutionSeries(
            f"the table has no column {', '.join(wanted)}; expected one row per observation. "
            "Replicate observations of one sample share its sample number."
        )
    if "counting_method" in table.columns and table["counting_method"].nunique() > 1:
        raise NotADilutionSeries("several counting methods in one table; expected one. Split it.")
    empty = table["cell_conc"].isna()
    rows = table.loc[~empty].rename(columns={sample: "sample"})
    notes = [f"{int(empty.sum())} rows without concentration left out"] if empty.any() else []
    _check_numbers(rows)
    return rows, notes


def _check_numbers(rows: pd.DataFrame) -> None:
    level = pd.to_numeric(rows["target_dilution_fraction"], errors="coerce")
    if not level.between(0, 1, inclusive="right").all():
        raise NotADilutionSeries(
            "a target_dilution_fraction is not above 0 and up to 1; write 50 % as 0.5, and leave "
            "the blank (fraction 0) out: it cannot show proportion."
        )
    concentration = pd.to_numeric(rows["cell_conc"], errors="coerce")
    # Written so that a missing number fails as well.
    if not concentration.between(0, np.inf, inclusive="left").all():
        raise NotADilutionSeries("a cell_conc is negative or no number; expected cells/mL.")
    if level.nunique() < 2 or rows["sample"].isna().any() or not (concentration > 0).any():
        raise NotADilutionSeries(
            f"{level.nunique()} dilution fractions with counts; expected at least 2, each row with "
            "a sample number, and cells in some of them. Proportion needs a series."
        )


def with_fraction(rows: pd.DataFrame, fraction: str) -> tuple[pd.DataFrame, str]:
    """Return the rows with their fraction as x, and which fraction that is."""
    if fraction not in {"auto", "measured", "target"}:
        raise BadInput(f"fraction is {fraction!r}; expected auto, measured or target.")
    measured = rows.get("measured_dilution_fraction", pd.Series(np.nan, index=rows.index))
    measured = pd.to_numeric(measured, errors="coerce")
    used = fraction
    if fraction == "auto":
        used = "measured" if measured.notna().all() else "target"
    if used == "measured" and not measured.between(0, np.inf, inclusive="neither").all():
        raise NotADilutionSeries(
            "a measured_dilution_fraction is missing or not above 0; expected one in every row. "
            'Complete it, or assess with fraction="target".'
        )
    x = measured if used == "measured" else rows["target_dilution_fraction"]
    return rows.assign(x=x.astype(float), cell_conc=rows["cell_conc"].astype(float)), used


def samples_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per sample: level, sample, x, y, n observations and their SD."""
    level = rows["target_dilution_fraction"].astype(float).rename("level")
    grouped = rows.groupby([level, "sample"], sort=True)
    samples = grouped.agg(
        x=("x", "mean"),
        y=("cell_conc", "mean"),
        n=("cell_conc", "size"),
        sd=("cell_conc", "std"),
    )
    if len(samples) < 3:
        raise NotADilutionSeries(f"{len(samples)} samples; expected at least 3.")
    return samples.reset_index()


def design_notes(samples: pd.DataFrame, design: StudyDesign) -> list[str]:
    """Return what the study has too few of."""
    per_level = int(samples.groupby("level").size().min())
    found = (
        ("dilution fractions", samples["level"].nunique(), design.fractions),
        ("replicate samples per fraction", per_level, design.samples),
        ("observations per sample", int(samples["n"].min()), design.observations),
    )
    return [f"{n} {what}, fewer than {least}" for what, n, least in found if n < least]
