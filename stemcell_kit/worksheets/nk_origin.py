"""Where natural killer cells come from: receipt, feeder and stem cells left, HLA, karyotype."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.qc.flow.rare_events import rare_events
from stemcell_kit.qc.genome.iscn import read_karyotype
from stemcell_kit.worksheets.rows import each_row

__all__ = ["hla_matches", "karyotype_gaps", "nk_input", "rare_cells", "receipt_gaps"]

_PPM_PER_PERCENT = 10_000


def nk_input(receipts: pd.DataFrame) -> pd.DataFrame:
    """Add to each record of receipt the viable NK cells that came in, and what it leaves open.

    ``viable_nk_million`` is nucleated cells times viability times share of NK cells; a number
    that was not recorded gives no result. ``not_recorded`` names the empty columns.
    """
    shares = receipts["viability_percent"] * receipts["nk_percent"] / 1e4
    gaps = receipt_gaps(receipts)
    return receipts.assign(
        viable_nk_million=(receipts["tnc_million"] * shares).round(1),
        not_recorded=[", ".join(gaps[str(lot)]) for lot in receipts["lot"]],
    )


def receipt_gaps(receipts: pd.DataFrame) -> dict[str, list[str]]:
    """Return what each record of receipt does not say: lot -> columns that are empty."""
    empty = receipts.isna() | (receipts == "")
    return {
        str(lot): [str(name) for name in receipts.columns[row]]
        for lot, row in zip(receipts["lot"], empty.to_numpy(), strict=True)
    }


def rare_cells(counts: pd.DataFrame, limit: Limit) -> pd.DataFrame:
    """Hold rare cells against a limit in percent: found, upper 95 % bound, and what is shown.

    Parameters
    ----------
    counts
        One row per sample: its name in the first column, then ``positive`` and ``events``.
    limit
        In percent, with an upper bound.

    Returns
    -------
    ``found`` and ``upper`` in percent (one-sided exact bound), ``verdict``, and
    ``events_for_none``: how many events zero positives would need.
    """
    bound = limit.at_most if limit.at_most is not None else limit.below
    if bound is None:
        raise BadInput(f"the limit {limit.id} has no upper bound; rare cells need one.")
    rows = []
    for name, positive, events in counts[[counts.columns[0], "positive", "events"]].itertuples(
        index=False
    ):
        found = rare_events(int(positive), int(events), at_most_ppm=bound * _PPM_PER_PERCENT)
        row = {counts.columns[0]: name, "positive": positive, "events": events}
        row |= {"found": found.value / _PPM_PER_PERCENT}
        row |= {"upper": round(found.interval.high / _PPM_PER_PERCENT, 4)}
        rows.append({**row, "verdict": found.verdict, "events_for_none": found.events_for_none})
    return pd.DataFrame(rows).set_index(counts.columns[0])


def hla_matches(types: pd.DataFrame) -> pd.DataFrame:
    """Say for each lot whether its HLA-A and HLA-B are those of the donor, or of the recipient.

    Parameters
    ----------
    types
        ``lot`` and, for ``donor, recipient, product``, the columns ``<who> A`` and ``<who> B``,
        two alleles each with a stroke between; their order says nothing.
    """
    rows = []
    for row in types.to_dict("records"):
        own = [_alleles(row[f"product {locus}"]) for locus in "AB"]
        said = {
            f"is the {who}'s": own == [_alleles(row[f"{who} {locus}"]) for locus in "AB"]
            for who in ("donor", "recipient")
        }
        rows.append({"lot": row["lot"], **said})
    return pd.DataFrame(rows).set_index("lot")


def karyotype_gaps(files: pd.DataFrame) -> pd.DataFrame:
    """Say for each file what is wrong with its karyotype; an empty text if nothing is.

    Parameters
    ----------
    files
        ``file``, the ``cells_tested`` (``product``, or a bank) and the ISCN ``karyotype``.

    Returns
    -------
    One row per file: ``cells_tested, karyotype, gap``.
    """
    gaps = [_karyotype_gap(row.cells_tested, row.karyotype) for row in each_row(files)]
    return files[["file", "cells_tested", "karyotype"]].assign(gap=gaps).set_index("file")


def _karyotype_gap(cells_tested: str, karyotype: str) -> str:
    if cells_tested != "product":
        return f"made on {cells_tested}, not on the product"
    clones = read_karyotype(karyotype).clones
    changes = dict.fromkeys(change.text for clone in clones for change in clone.abnormalities)
    return f"abnormal: {', '.join(changes)}" if changes else ""


def _alleles(written: str) -> set[str]:
    return {allele.strip() for allele in written.split("/")}
