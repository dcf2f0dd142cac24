"""The passage log of each line, from its seed stock to its working bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, pick, stream, whole_between
from stemcell_kit.bank.truth import Line, Lot, Truth

__all__ = ["passage_log"]


def passage_log(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Return the log of every line that one of *lots* belongs to.

    Cells attach, then double; passages between two banks share the days between them. Under
    mycoplasma the passages that lead to the lot double more slowly.
    """
    rows = [
        row
        for name in dict.fromkeys(lot.line for lot in lots)
        for row in _line_log(truth, truth.lines[name])
    ]
    return pd.DataFrame(rows, columns=columns("passage_log"))


def _line_log(truth: Truth, line: Line) -> list[dict[str, object]]:
    banked = [lot for lot in truth.lots.values() if lot.line == line.name]
    rows: list[dict[str, object]] = []
    for earlier, lot in zip([None, *banked[:-1]], banked, strict=True):
        first = lot.passage if earlier is None else earlier.passage + 1
        passages = range(first, lot.passage + 1)
        ends = _harvest_days(earlier, lot, len(passages))
        for passage, (start, end) in zip(passages, ends, strict=True):
            rng = stream(truth.seed, "passage", line.name, str(passage))
            row = _passage(rng, line, lot, start, end)
            banked_lot = lot.id if passage == lot.passage else ""
            rows.append({"line": line.name, "passage": passage, **row, "banked_lot": banked_lot})
    return rows


def _harvest_days(earlier: Lot | None, lot: Lot, passages: int) -> list[tuple[dt.date, dt.date]]:
    """Divide the days between two banks among the passages, three or four days each."""
    end = dt.date.fromisoformat(lot.frozen)
    if earlier is None:
        return [(end - dt.timedelta(days=4), end)]
    start = dt.date.fromisoformat(earlier.frozen)
    days = (end - start).days
    marks = [start + dt.timedelta(days=round(days * n / passages)) for n in range(passages + 1)]
    return list(pairwise(marks))


def _passage(
    rng: RandomState, line: Line, lot: Lot, start: dt.date, end: dt.date
) -> dict[str, object]:
    setting = noise("growth")
    # seeded after noon and harvested before noon, so that passages never overlap
    hours = (end - start).days * 24 - round(2 * between(rng, setting["hours_short"])) / 2
    seeded_at = dt.datetime.combine(start, dt.time(13, 10 * whole_between(rng, (0, 5))))
    slower = setting["mycoplasma_slows"] if lot.share("mycoplasma") else 1.0
    doubling = line.doubling_time_h * slower * (1 + setting["doubling_cv"] * rng.normal())
    seeded = round(between(rng, setting["seeded_cells"]), -3)
    attached = between(rng, setting["attachment"])
    harvested = round(seeded * attached * 2 ** (hours / doubling), -3)
    full = setting["cells_at_confluence"]
    confluence = min(95, max(25, 5 * round(20 * harvested / full)))
    return {
        "seeded_at": seeded_at.isoformat(timespec="minutes"),
        "harvested_at": (seeded_at + dt.timedelta(hours=hours)).isoformat(timespec="minutes"),
        "hours": float(hours),
        "cells_seeded": int(seeded),
        "cells_harvested": int(harvested),
        "viability_percent": round(100 * between(rng, setting["harvest_viability"]), 1),
        "split_ratio": f"1:{max(2, round(harvested / seeded))}",
        "confluence_percent": confluence,
        "operator": pick(rng, noise("truth")["operators"]),
    }
