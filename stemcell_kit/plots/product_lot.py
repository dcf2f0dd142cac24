"""Figures of the lesson on releasing one lot: what came first, and how long a lot keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.worksheets.product_lot import check_order, storage_life
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = ["plot_lot_order", "plot_storage_life"]

_SERIES = (("vermilion", "o", "-"), ("blue", "s", "--"), ("green", "^", "-."))


def plot_lot_order(dates: pd.DataFrame) -> Axes:
    """Draw each pair of dates by the days between them; a cross stands on the wrong side of zero."""
    found = check_order(dates)
    height = 1.7 + 0.36 * len(found)
    ax = new_axes("What had to come first", "days before what had to wait", "", height=height)
    ax.axvspan(-400, 0, color=GREY, alpha=0.18, linewidth=0)
    for place, row in enumerate(each_row(found)):
        colour, mark = (COLOURS["green"], "o") if row.in_order else (COLOURS["vermilion"], "X")
        ax.plot([0, row.days], [place, place], color=colour, linewidth=1.4)
        ax.plot([row.days], [place], mark, color=colour, markersize=8)
        ax.annotate(
            _length(row.days), (row.days, place), xytext=(9 if row.days >= 0 else -9, 0),
            textcoords="offset points", va="center", fontsize=8.5,
            ha="left" if row.days >= 0 else "right",
        )  # fmt: skip
    ax.axvline(0, color=INK, linewidth=1)
    # hours and years stand in one figure
    ax.set_xscale("symlog", linthresh=1, linscale=0.7)
    ax.set_xlim(-400, 4000)
    ax.set_xticks([-100, -10, -1, 0, 1, 10, 100, 1000])
    ax.set_xticks([], minor=True)
    ax.xaxis.set_major_formatter("{x:g}")
    for x, words, side in ((-0.25, "too late", "right"), (0.25, "in order", "left")):
        ax.annotate(words, (x, -0.85), ha=side, va="center", fontsize=9, color=INK)
    ax.set_yticks(range(len(found)), list(found.index))
    ax.set_ylim(len(found) - 0.5, -1.3)
    ax.tick_params(axis="y", length=0)
    return ax


def plot_storage_life(
    stability: pd.DataFrame, lots: Sequence[str], limit: Limit, *, expiry_months: float
) -> Axes:
    """Draw the viability of lots over months in storage, their lines, the limit and the expiry."""
    ax = new_axes("What storage leaves", "months in storage", "viability after thaw (%)")
    reach = np.array([0.0, expiry_months])
    for lot, (colour, mark, dash) in zip(lots, _SERIES, strict=False):
        own = rows_of(stability, "lot", lot)
        trend = storage_life(stability, lot, limit, longest=expiry_months)
        line = trend.intercept + trend.slope * reach
        ax.plot(own["months"], own["viability_percent"], mark, color=COLOURS[colour], alpha=0.8)
        ax.plot(reach, line, dash, color=COLOURS[colour], linewidth=1.4)
        ax.annotate(
            lot, (reach[1], line[1]), xytext=(6, 0), textcoords="offset points", fontsize=9,
            color=COLOURS[colour], va="center",
        )  # fmt: skip
    limit_line(ax, limit.at_least or 0, limit.bound)
    ax.axvline(expiry_months, color=INK, linestyle=":", linewidth=1.2)
    ax.annotate(
        "expiry on the label", (expiry_months, 0.62), xycoords=ax.get_xaxis_transform(),
        xytext=(-4, 0), textcoords="offset points", ha="right", fontsize=8.5,
    )  # fmt: skip
    ax.set_xlim(-0.5, 1.28 * expiry_months)
    ax.set_xticks(range(0, int(expiry_months) + 1, 6))
    return ax


def _length(days: float) -> str:
    if abs(days) < 1:
        return f"{abs(days) * 24:.1f} h"
    return f"{abs(days):.0f} days"
