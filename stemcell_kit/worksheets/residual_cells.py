"""Cells that should be gone: rare events, transcripts, and what a trial with added cells finds."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.flow.rare_events import RareEvents, rare_events
from stemcell_kit.qc.molecular.relative_quantity import FoldChange, fold_change
from stemcell_kit.qc.sterility.hit_rate import HitRateLimit, hit_rate_limit
from stemcell_kit.worksheets.rows import check_columns, each_row, rows_of

__all__ = ["positive_events", "rare_verdicts", "residual_transcripts", "spike_trial_limit"]

_PPM_PER_PERCENT = 10_000


def positive_events(events: pd.DataFrame, marker: str, *, gate: float) -> pd.DataFrame:
    """Count the stained events of each lot, and those of its control, above one gate.

    Parameters
    ----------
    events
        Live single events: ``lot, tube`` (``control`` or ``stained``) and the channel *marker*.
    gate
        Channel value; an event on it is negative.
    """
    check_columns(events, ["lot", "tube", marker])
    rows = []
    for lot, own in events.groupby("lot", sort=False):
        above = own[marker] > gate
        stained = own["tube"] == "stained"
        rows.append(
            {
                "lot": lot,
                "cells": int(stained.sum()),
                "positive": int((above & stained).sum()),
                "control_positive": int((above & ~stained).sum()),
            }
        )
    return pd.DataFrame(rows).set_index("lot")


def rare_verdicts(counts: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Hold every row of counts against a limit in percent, by its one-sided 95 % bounds.

    Parameters
    ----------
    counts
        Columns ``cells`` and ``positive``; other columns are kept.

    Returns
    -------
    The table with ``found_ppm``, ``at_most_ppm`` (the upper bound), ``verdict`` and
    ``cells_for_none``, the cells that no positive one would have needed.
    """
    check_columns(counts, ["cells", "positive"])
    found = [_rare(row, limit) for row in each_row(counts)]
    return counts.assign(
        found_ppm=[round(one.value) for one in found],
        at_most_ppm=[round(one.interval.high) for one in found],
        verdict=[one.verdict for one in found],
        cells_for_none=[one.events_for_none for one in found],
    )


def residual_transcripts(
    plate: pd.DataFrame, *, calibrator: str = "PSC", reference: str = "GAPDH"
) -> pd.DataFrame:
    """Transcript of stem cell genes in every sample, in percent of undifferentiated cells.

    Parameters
    ----------
    plate
        One row per well, as the kit reads a PCR export: ``sample, target, cq``; wells without a Cq,
        such as the blank, are left out.
    calibrator, reference
        Name of the undifferentiated sample, and of the reference gene in separate wells.

    Returns
    -------
    One row per sample and gene: ``percent`` with its interval ``low`` to ``high``, and ``ddcq``.
    """
    check_columns(plate, ["sample", "target", "cq"])
    read = plate.dropna(subset="cq")
    base = rows_of(read, "sample", calibrator)
    genes = [gene for gene in base["target"].unique() if gene != reference]
    samples = [name for name in read["sample"].unique() if name != calibrator]
    rows = [
        {"sample": sample, "gene": gene, **_transcript(read, (sample, calibrator), gene, reference)}
        for sample in samples
        for gene in genes
    ]
    return pd.DataFrame(rows).set_index(["sample", "gene"])


def spike_trial_limit(trial: pd.DataFrame, *, at_least: float) -> HitRateLimit:
    """Lowest level of a trial with added cells at which enough wells found them, there and above.

    Parameters
    ----------
    trial
        One row per level: ``ppm, wells, hits``; a blank (0 ppm) is left out.
    at_least
        Share of hits asked for, e.g. 23 / 24.
    """
    check_columns(trial, ["ppm", "wells", "hits"])
    levels = trial[trial["ppm"] > 0]
    columns = (list(levels[name]) for name in ("ppm", "hits", "wells"))
    return hit_rate_limit(*columns, at_least=at_least)


def _rare(row: Any, limit: Limit) -> RareEvents:
    percent = limit.at_most if limit.at_most is not None else limit.below
    if percent is None or limit.unit != "%":
        raise BadInput(
            f"the limit {limit.id} is no upper limit in percent; choose one that is, for example "
            "mda-oct34-tra249-percent."
        )
    return rare_events(int(row.positive), int(row.cells), at_most_ppm=percent * _PPM_PER_PERCENT)


def _transcript(
    read: pd.DataFrame, pair: tuple[str, str], gene: str, reference: str
) -> dict[str, float]:
    four = [
        list(rows_of(rows_of(read, "sample", name), "target", target)["cq"])
        for name in pair
        for target in (gene, reference)
    ]
    found: FoldChange = fold_change(four[0], four[1], four[2], four[3], tubes="separate")
    ends = (found.interval.low, found.interval.high) if found.interval else (float("nan"),) * 2
    return {
        "percent": round(found.percent, 3),
        "low": round(100 * ends[0], 3),
        "high": round(100 * ends[1], 3),
        "ddcq": round(found.ddcq, 2),
    }
