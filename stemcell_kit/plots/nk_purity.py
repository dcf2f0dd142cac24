"""Figures on the purity of natural killer cells: two colours, T cells per kilogram, rare cells."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, INK, limit_line, new_axes, new_grid
from stemcell_kit.qc.flow.compensation import Spillover, compensate
from stemcell_kit.qc.flow.rare_events import zero_found_limit
from stemcell_kit.worksheets.nk_purity import cd3_cd56_divider, nk_gate_counts, nk_tube
from stemcell_kit.worksheets.rows import each_row

__all__ = ["plot_cd3_cd56", "plot_events_for_limit", "plot_t_cell_doses", "plot_two_colours"]

# how the axes are drawn; decides nothing
_LINEAR_WIDTH = 150.0
_SHOWN_EVENTS = 6000
_TICKS = {0: "0", 1_000: "10³", 10_000: "10⁴", 100_000: "10⁵"}
_EVENT_TICKS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000)
_PERCENT_TICKS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1)
_DOSE_TICKS = (20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)


def plot_cd3_cd56(events: pd.DataFrame, lot: str, matrices: Mapping[str, Spillover]) -> list[Axes]:
    """Draw live cells of one lot, CD3 against CD56, once for each matrix, with gates and percents.

    Percents are of the live single cells, as the gates of the laboratory count them.
    """
    axes = _panels(list(matrices), "CD3", "CD56")
    tube = nk_tube(events, lot)
    split = cd3_cd56_divider()
    gates = {"NK": "NK-cells", "NKT": "NKT-cells", "T": "T-cells", "other": "other-cells"}
    for ax, matrix in zip(axes, matrices.values(), strict=True):
        counted = nk_gate_counts(events, lot, matrix)
        live = compensate(tube, matrix)[counted.members["live"]]
        _cloud(ax, live["CD3"], live["CD56"], split)
        percents = {k: counted.percent(gate, of="live").value for k, gate in gates.items()}
        _corners(ax, [f"{name}\n{percent:.1f} %" for name, percent in percents.items()])
    axes[0].figure.suptitle(f"{lot}: live single cells", x=0.01, ha="left", fontsize=10)
    return axes


def plot_two_colours(tube: pd.DataFrame, x: str, y: str, *, divider: float) -> list[Axes]:
    """Draw two channels of one tube as measured and, if the file has a matrix, compensated by it.

    Percents are of all events of the tube, split at *divider* (channel units) on both axes.

    Raises
    ------
    BadInput
        A channel is not in the tube.
    """
    missing = [name for name in (x, y) if name not in tube]
    if missing:
        raise BadInput(
            f"the tube has no channel {', '.join(missing)}; it has {', '.join(map(str, tube))}. "
            "Write the names as your file does."
        )
    shown = {"as measured": tube}
    if "spillover" in tube.attrs:
        shown["compensated by the file"] = compensate(tube, tube.attrs["spillover"])
    axes = _panels(list(shown), x, y)
    for ax, values in zip(axes, shown.values(), strict=True):
        _cloud(ax, values[x], values[y], divider)
        high_x, high_y = values[x] >= divider, values[y] >= divider
        shares = [~high_x & high_y, high_x & high_y, high_x & ~high_y, ~high_x & ~high_y]
        _corners(ax, [f"{100 * share.mean():.1f} %" for share in shares])
    return axes


def plot_t_cell_doses(doses: pd.DataFrame, limit: Limit) -> Axes:
    """Draw T cells per kilogram of each dose with its interval; the share is written beside it."""
    ax = new_axes("T cells in the dose", "T cells per kg (log scale)", "", height=2.9)
    for row, dose in enumerate(each_row(doses)):
        good = dose.below_limit
        colour, mark = (COLOURS["blue"], "o") if good else (COLOURS["vermilion"], "X")
        ax.plot([dose.low, dose.high], [row, row], color=colour, linewidth=3, alpha=0.5)
        ax.plot(dose.t_per_kg, row, mark, color=colour, markersize=9)
        ax.annotate(
            f"{dose.t_percent:.2f} % T cells",
            (dose.t_per_kg, row),
            (0, 8),
            textcoords="offset points",
            ha="center",
            va="bottom",
        )
    ax.set_xscale("log")
    ax.set_xlim(_DOSE_TICKS[0], 1.5 * _DOSE_TICKS[-1])
    ax.set_xticks(_DOSE_TICKS, [f"{tick:,}" for tick in _DOSE_TICKS])
    ax.set_xticks([], minor=True)
    ax.set_yticks(range(len(doses)), list(doses.index))
    ax.set_ylim(len(doses) - 0.5, -0.9)
    if limit.below is not None:
        limit_line(ax, limit.below, f"below {limit.below:,.0f}", vertical=True)
    return ax


def plot_events_for_limit(counts: pd.DataFrame, limit: Limit) -> Axes:
    """Draw what so many events can exclude, and where each sample stands against the limit.

    *counts* is the result of ``rare_cells``: ``events, found, upper, verdict`` by sample.
    """
    bound = limit.at_most if limit.at_most is not None else limit.below
    ax = new_axes(
        "What so many events can show", "events looked at (log scale)", "upper 95 % bound, %"
    )
    events = np.geomspace(counts["events"].min() / 2, counts["events"].max() * 2, 80)
    none = [100 * zero_found_limit(int(n)) for n in events]
    ax.plot(events, none, color=INK, linewidth=1.2)
    ax.annotate(
        "none found",
        (events[6], none[6]),
        (6, 4),
        textcoords="offset points",
        fontsize=8.5,
    )
    together = counts.assign(sample=counts.index).groupby(
        ["events", "upper", "positive", "verdict"]
    )
    for point in each_row(together["sample"].agg(", ".join).reset_index()):
        good = point.verdict == "below the limit"
        colour, mark = (COLOURS["blue"], "o") if good else (COLOURS["vermilion"], "X")
        ax.plot(point.events, point.upper, mark, color=colour, markersize=9)
        ax.annotate(
            f"{point.sample}: {point.positive} found",
            (point.events, point.upper),
            (8, 7),
            textcoords="offset points",
            fontsize=8.5,
        )
    ax.set_xscale("log")
    ax.set_xlim(events[0], events[-1] * 2.5)
    ax.set_yscale("log")
    for axis, ticks in ((ax.xaxis, _EVENT_TICKS), (ax.yaxis, _PERCENT_TICKS)):
        low, high = axis.get_view_interval()
        inside = [tick for tick in ticks if low <= tick <= high]
        axis.set_ticks(inside, [f"{tick:,}" for tick in inside])
        axis.set_ticks([], minor=True)
    if bound is not None:
        limit_line(ax, bound, f"limit {bound:g} %")
    return ax


def _panels(titles: list[str], x: str, y: str) -> list[Axes]:
    width = 7.6 if len(titles) > 1 else 4.2
    axes = new_grid(len(titles), titles, f"{x} (arcsinh scale)", y, width=width, height=3.9)
    return axes


def _cloud(ax: Axes, x: ArrayLike, y: ArrayLike, split: float) -> None:
    across, up = (_thinned(values) for values in (x, y))
    ax.plot(across, up, ".", color=COLOURS["blue"], markersize=2, alpha=0.25, rasterized=True)
    ax.axvline(split, color=INK, linewidth=1, linestyle="--")
    ax.axhline(split, color=INK, linewidth=1, linestyle="--")
    ax.set_xscale("asinh", linear_width=_LINEAR_WIDTH)
    ax.set_yscale("asinh", linear_width=_LINEAR_WIDTH)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks(list(_TICKS), list(_TICKS.values()))
        axis.set_ticks([], minor=True)


def _thinned(values: ArrayLike) -> NDArray[np.float64]:
    all_values = np.asarray(values, dtype=float)
    return all_values[:: max(1, len(all_values) // _SHOWN_EVENTS)]


def _corners(ax: Axes, words: list[str]) -> None:
    """Write into the quadrants, from the upper left one clockwise."""
    places = [(0.03, 0.98), (0.97, 0.98), (0.97, 0.02), (0.03, 0.02)]
    for (across, up), said in zip(places, words, strict=True):
        ax.text(
            across,
            up,
            said,
            transform=ax.transAxes,
            ha="left" if across < 0.5 else "right",
            va="top" if up > 0.5 else "bottom",
            fontsize=9,
            fontweight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )
