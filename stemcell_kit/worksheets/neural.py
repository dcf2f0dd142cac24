"""Neural products: from rare events, plates and partitions to results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.cells.growth import population_doublings
from stemcell_kit.qc.flow.rare_events import RareEvents, rare_events
from stemcell_kit.qc.molecular.digital_pcr import DigitalCopyNumber, digital_copy_number
from stemcell_kit.qc.molecular.relative_quantity import FoldChange, fold_change, fold_of_ddcq
from stemcell_kit.worksheets.rows import check_columns, each_row, rows_of

__all__ = [
    "digital_copies",
    "passage_doublings",
    "positive_events",
    "rare_verdicts",
    "region_percents",
    "residual_transcripts",
]

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


def region_percents(delta_cq: pd.DataFrame, references: Mapping[str, str]) -> pd.DataFrame:
    """Express each gene in percent of the sample that stands for its region.

    Parameters
    ----------
    delta_cq
        ``sample`` and a column of delta Cq per gene, all over one reference gene.
    references
        Gene → name of the sample that is 100 % for it.
    """
    table = delta_cq.set_index("sample")
    check_columns(table, list(references))
    percents = {
        gene: [
            100 * fold_of_ddcq(float(cycles - rows_of(delta_cq, "sample", name)[gene].iloc[0]))
            for cycles in table[gene]
        ]
        for gene, name in references.items()
    }
    return pd.DataFrame(percents, index=table.index).round(1)


def digital_copies(
    partitions: pd.DataFrame, target: str, *, reference: str, by_well: bool = False
) -> pd.DataFrame:
    """Copies per cell of each sample by digital PCR, its wells taken together.

    Parameters
    ----------
    partitions
        One row per well and target, as the kit reads such an export:
        ``sample, well, target, total, positives``.
    target, reference
        The locus in question, and a locus with two copies.
    by_well
        One row per well instead: wells of one sample should agree.

    Returns
    -------
    ``copies`` with its interval ``low`` to ``high``, and ``partitions`` of the target.
    """
    check_columns(partitions, ["sample", "well", "target", "total", "positives"])
    groups = ["sample", "well"] if by_well else "sample"
    rows = {
        key: _copies_row(_copies(own, target, reference))
        for key, own in partitions.groupby(groups, sort=False)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(groups)


def passage_doublings(log: pd.DataFrame, counts: Iterable[str]) -> pd.DataFrame:
    """Cumulative doublings of one culture, by each way of counting its harvest.

    Parameters
    ----------
    log
        One row per passage: ``passage, seeded`` and a column of viable cells harvested for each of
        *counts*.
    """
    wanted = list(counts)
    check_columns(log, ["passage", "seeded", *wanted])
    made = {
        name: [population_doublings(row.seeded, getattr(row, name)).value for row in each_row(log)]
        for name in wanted
    }
    return pd.DataFrame(made).cumsum().round(1).set_axis(log["passage"])


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


def _copies(own: pd.DataFrame, target: str, reference: str) -> DigitalCopyNumber:
    counted = own.groupby("target")[["total", "positives"]].sum()
    missing = [name for name in (target, reference) if name not in counted.index]
    if missing:
        raise BadInput(
            f"no partitions of {', '.join(missing)}; this sample has {', '.join(counted.index)}. "
            "Check the names of target and reference."
        )
    totals, positives = (counted[column].astype(int) for column in ("total", "positives"))
    return digital_copy_number(
        target_negative=totals[target] - positives[target],
        target_total=totals[target],
        reference_negative=totals[reference] - positives[reference],
        reference_total=totals[reference],
    )


def _copies_row(found: DigitalCopyNumber) -> dict[str, float]:
    return {
        "copies": round(found.copies, 3),
        "low": round(found.interval.low, 3),
        "high": round(found.interval.high, 3),
        "partitions": found.n,
    }
