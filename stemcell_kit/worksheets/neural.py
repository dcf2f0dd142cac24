"""Neural products: region, copies per cell, doublings, and endotoxin for a route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.cells.growth import population_doublings
from stemcell_kit.qc.endotoxin.endotoxin_limit import endotoxin_limit
from stemcell_kit.qc.molecular.digital_pcr import DigitalCopyNumber, digital_copy_number
from stemcell_kit.qc.molecular.relative_quantity import fold_of_ddcq
from stemcell_kit.worksheets.rows import check_columns, each_row, rows_of

__all__ = [
    "digital_copies",
    "endotoxin_limit_of_dose",
    "passage_doublings",
    "region_percents",
]


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


def endotoxin_limit_of_dose(limit: Limit, *, volume_ml: float, weight_kg: float) -> Measurement:
    """Endotoxin limit in EU/mL of a volume given within one hour, from a dose per kilogram.

    Parameters
    ----------
    limit
        Upper limit in EU/kg/h for the route, e.g. ``com-endotoxin-dose-intrathecal``.
    """
    if limit.at_most is None or limit.unit != "EU/kg/h":
        raise BadInput(
            f"the limit {limit.id} is in {limit.unit}; expected EU/kg/h, for example "
            "com-endotoxin-dose-intrathecal."
        )
    per_kg = inputs.positive(volume_ml, "volume_ml") / inputs.positive(weight_kg, "weight_kg")
    return endotoxin_limit(k_eu_per_kg=limit.at_most, dose_per_kg=per_kg)


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
