"""The papers of tumour organoids: specimen log, success rate, and the file of a line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from stemcell_kit.model import Limit
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.origin import cold_hours
from stemcell_kit.worksheets.rows import each_row

__all__ = ["establishment_rates", "specimen_gaps", "tumour_line_gaps"]


# --- specimen ------------------------------------------------------------------------------


def specimen_gaps(specimens: pd.DataFrame, *, cold: Limit, transport: Limit) -> pd.DataFrame:
    """Return by specimen the hours until processing, the outcome, and what its papers leave open.

    Parameters
    ----------
    cold, transport
        Limits on the hours from excision to processing and on the temperature on the way.
    """
    points = list(teaching_table("crc_consent_points")["point"])
    rows = []
    for row in each_row(specimens):
        hours = cold_hours(row.excised_at, row.processed_at)
        found = [*_paper_gaps(row, points), *_way_gaps(row, hours, cold, transport)]
        facts = {"hours": hours, "tumour_cells_percent": row.tumour_cells_percent}
        rows.append({"specimen": row.specimen, **facts, "outcome": row.outcome})
        rows[-1]["open"] = "; ".join(found)
    return pd.DataFrame(rows).set_index("specimen")


def establishment_rates(specimens: pd.DataFrame) -> pd.DataFrame:
    """Return the share of specimens that became a line, by what one divides by.

    Returns
    -------
    One row per denominator: lines, specimens, percent and its 95 % interval.
    """
    outcome = specimens["outcome"]
    lines = int((outcome == "line").sum())
    whole = {
        "all received": len(outcome),
        "set up in culture": int((outcome != "not set up").sum()),
        "set up, contaminated left out": int((~outcome.isin(["not set up", "contaminated"])).sum()),
    }
    rows = []
    for name, n in whole.items():
        span = wilson(lines, n)
        percent = {"percent": round(100 * lines / n, 1), "low": round(100 * span.low, 1)}
        counts = {"divided by": name, "lines": lines, "specimens": n}
        rows.append({**counts, **percent, "high": round(100 * span.high, 1)})
    return pd.DataFrame(rows).set_index("divided by")


# --- the file of a line --------------------------------------------------------------------


def tumour_line_gaps(files: pd.DataFrame, *, stable: Limit, tested: Limit) -> pd.DataFrame:
    """List by line what its file leaves open before it is banked, tested or passed on.

    A line that leaves nothing open is not in the list.

    Parameters
    ----------
    stable, tested
        Limits on the passages with stable growth and on the passage of a drug test.
    """
    rows = [
        {"line": row.line, "open": gap}
        for row in each_row(files)
        for gap in _file_gaps(row, stable, tested)
    ]
    return pd.DataFrame(rows, columns=["line", "open"]).set_index("line")


# --- parts of the above --------------------------------------------------------------------


def _paper_gaps(row: Any, points: Sequence[str]) -> Iterator[str]:
    missing = [point for point in points if point not in row.consent.split(", ")]
    if missing:
        yield f"consent lacks {', '.join(missing)}"
    if row.pathology != "signed":
        yield f"pathology {row.pathology}"
    if not row.viruses_reported or row.viruses_reported >= row.processed_at[:10]:
        yield f"virus report {row.viruses_reported or 'missing'}, processed {row.processed_at[:10]}"


def _way_gaps(row: Any, hours: float, cold: Limit, transport: Limit) -> Iterator[str]:
    if math.isnan(hours):
        yield "time of excision missing"
    elif hours > (cold.at_most or 0):
        yield f"{hours:g} h until processing"
    low, high = transport.at_least or 0, transport.at_most or 0
    if not low <= row.temperature_c <= high:
        yield f"{row.temperature_c:g} °C on the way"


def _file_gaps(row: Any, stable: Limit, tested: Limit) -> Iterator[str]:
    if row.stable_passages < (stable.at_least or 0):
        yield f"{row.stable_passages} stable passages"
    if row.lots_tested != "signed":
        yield f"test of matrix and factor lots {row.lots_tested}"
    if not row.antibiotics_stopped or row.antibiotics_stopped >= row.microbes_sampled:
        yield "microbes sampled with antibiotics"
    if row.passage_at_test > (tested.at_most or 0) and row.late_variants == "not compared":
        yield f"tested at passage {row.passage_at_test}, late variants not compared"
    if row.regrowth != "shown":
        yield f"growth after thaw {row.regrowth}"
    if row.second_stock == "none":
        yield "no second stock"
    if row.claims_tumour_in_mice and not row.xenograft_report:
        yield "claims a tumour in mice without a report"
