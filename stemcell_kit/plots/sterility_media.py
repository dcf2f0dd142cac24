"""Figures of the lesson on media and suitability of a sterility test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.qc.sterility.growth_promotion import over_inoculum
from stemcell_kit.worksheets.rows import each_row, rows_of
from stemcell_kit.worksheets.sterility_media import media_recovery

__all__ = ["plot_growth_days", "plot_inoculum", "plot_media_recovery", "plot_session_vessels"]

_ROLES = ("test", "suitability", "positive control", "negative control")
_SERIES = (("vermilion", "o"), ("blue", "s"), ("green", "^"), ("purple", "D"))


def plot_session_vessels(sessions: pd.DataFrame, lots: Sequence[str]) -> Axes:
    """Draw the vessels of some sessions by role; a filled mark with its day turned turbid."""
    first = rows_of(sessions, "lot", lots[0])
    order = [vessel for role in _ROLES for vessel in first.loc[first["role"] == role, "vessel"]]
    place = {vessel: number for number, vessel in enumerate(order)}
    ax = new_axes("Vessels of a session", "", "", width=9.2, height=1.5 + 0.5 * len(lots))
    for row, lot in enumerate(lots):
        for vessel in each_row(rows_of(sessions, "lot", lot)):
            _draw_vessel(ax, vessel, (place[vessel.vessel], row))
    start = 0
    for role in _ROLES:
        wide = int((first["role"] == role).sum())
        ax.axvline(start - 0.5, color=GREY, linewidth=0.8)
        ax.text(start - 0.4, -0.62, _named(role), fontsize=8.5, va="bottom")
        start += wide
    ax.set_xticks(range(len(order)), order, rotation=90, fontsize=8.5)
    ax.set_yticks(range(len(lots)), list(lots))
    ax.set_xlim(-0.6, len(order) - 0.4)
    ax.set_ylim(len(lots) - 0.5, -0.95)
    ax.tick_params(length=0)
    return ax


def plot_media_recovery(plates: pd.DataFrame, limit: Limit) -> Axes:
    """Draw the count ratio of every organism on every new lot, with interval and limits."""
    found = media_recovery(plates, limit)
    lots = list(found["medium_lot"].unique())
    organisms = list(found["organism"].unique())
    ax = new_axes(
        "New medium against the approved one", "colonies, new over approved", "",
        height=1.2 + 0.3 * len(organisms) * len(lots) / 2,
    )  # fmt: skip
    ax.axvspan(limit.at_least or 0, limit.at_most or 0, color="#e8eaed", zorder=0)
    for side, lot in enumerate(lots):
        colour, mark = _SERIES[side % len(_SERIES)]
        own = found[found["medium_lot"] == lot]
        rows = [
            organisms.index(name) + 0.22 * (side - (len(lots) - 1) / 2) for name in own["organism"]
        ]
        ax.hlines(rows, own["low"], own["high"], color=COLOURS[colour], linewidth=1.4)
        ax.plot(own["ratio"], rows, mark, color=COLOURS[colour], label=lot)
    ax.axvline(1, color=INK, linewidth=0.8)
    ax.set_xscale("log", base=2)
    ax.set_xticks([0.25, 0.5, 1, 2], ["0.25", "0.5", "1", "2"])
    ax.set_yticks(range(len(organisms)), organisms)
    ax.invert_yaxis()
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8.5)
    return ax


def plot_inoculum(means: Sequence[float], limit: Limit) -> Axes:
    """Draw how many organisms an inoculum really holds, for some planned means."""
    from scipy.stats import poisson

    ax = new_axes("What is in an inoculum", "organisms dispensed (CFU)", "share of the inocula (%)")
    most = int(limit.at_most or 0)
    counts = np.arange(0, int(max(means) + 5 * max(means) ** 0.5) + 1)
    for mean, (colour, mark) in zip(means, _SERIES, strict=False):
        chances = 100 * poisson.pmf(counts, mean)
        ax.plot(counts, chances, mark, color=COLOURS[colour], markersize=3.5)
        over = 100 * over_inoculum(mean, limit=most)
        right = mean == max(means)
        at = round(mean + (1 if right else -1) * mean**0.5)
        ax.annotate(
            f"mean {mean:g}\n{over:.0f} % above {most}", (at, float(chances[at])),
            xytext=(8 if right else -8, 6), textcoords="offset points",
            ha="left" if right else "right", va="bottom", fontsize=8.5, color=COLOURS[colour],
        )  # fmt: skip
    limit_line(ax, most + 0.5, f"limit {most}", vertical=True)
    ax.set_xlim(max(0, min(means) - 5 * min(means) ** 0.5), counts[-1])
    ax.margins(y=0.25)
    ax.set_ylim(0, None)
    return ax


def plot_growth_days(pairs: pd.DataFrame, limit: Limit) -> Axes:
    """Draw the day of growth of each strain without product and beside it."""
    ax = new_axes(
        "Growth without product and beside it", "first day with growth", "",
        height=1.3 + 0.32 * len(pairs),
    )  # fmt: skip
    for row, pair in enumerate(each_row(pairs)):
        ax.plot([pair.control_day, pair.product_day], [row, row], color=GREY, linewidth=2, zorder=1)
        ax.plot(pair.product_day, row, "X", color=COLOURS["vermilion"], markersize=9)
        ax.plot(pair.control_day, row, "o", color=COLOURS["blue"], markersize=12, fillstyle="none")
    ax.plot([], [], "o", color=COLOURS["blue"], fillstyle="none", label="without product")
    ax.plot([], [], "X", color=COLOURS["vermilion"], label="beside the product")
    limit_line(ax, limit.at_most or 0, f"day {limit.at_most:g}", vertical=True)
    ax.set_yticks(range(len(pairs)), [f"{p.organism} ({p.medium})" for p in each_row(pairs)])
    ax.set_xlim(0, pairs["product_day"].max() + 1)
    ax.set_ylim(len(pairs) - 0.4, -0.8)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right", fontsize=8.5)
    return ax


def _draw_vessel(ax: Axes, one: Any, point: tuple[float, float]) -> None:
    """Draw one vessel: turbid with its day, turbid by cells alone, or clear."""
    if not one.turbid_day:
        ax.plot(*point, "o", color=GREY, markerfacecolor="white", markersize=13)
        return
    by_cells = one.subculture == "clear"
    colour = COLOURS["sky"] if by_cells else COLOURS["vermilion"]
    ax.plot(*point, "s" if by_cells else "o", color=colour, markersize=14)
    ax.text(*point, f"{one.turbid_day}", ha="center", va="center", fontsize=8.5, color="white")


def _named(role: str) -> str:
    return {
        "test": "test: product, nothing added",
        "suitability": "suitability: product + strain",
        "positive control": "positive",
        "negative control": "negative",
    }[role]
