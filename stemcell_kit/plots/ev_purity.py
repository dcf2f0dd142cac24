"""Figures of the lesson on purity and release of vesicles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes, new_grid
from stemcell_kit.worksheets.ev_purity import purity_by_lot, purity_classes, reporter_responses
from stemcell_kit.worksheets.ev_release import vesicle_shelf_life

__all__ = ["plot_purity", "plot_reporter", "plot_vesicle_stability"]

_SMALL = 8.5
_SERIES = (("blue", "o"), ("vermilion", "s"), ("green", "^"), ("purple", "D"))
# the axis, wide enough for the classes and the lots
_REACH = (4e8, 2e11)


def plot_purity(tracks: pd.DataFrame, plate: pd.DataFrame) -> Axes:
    """Draw particles per microgram of every lot over the classes; white lies between classes.

    The bar at each lot is what the interval of its protein leaves open.
    """
    ax = new_axes("Particles per microgram of protein", "particles per µg", "", height=3.2)
    found = purity_by_lot(tracks, plate)
    ax.set_xscale("log")
    ax.set_xlim(*_REACH)
    for one in purity_classes():
        _class_band(ax, one)
    for place, ((_, row), (colour, mark)) in enumerate(
        zip(found.iterrows(), _SERIES, strict=False)
    ):
        high = row["high"] if pd.notna(row["high"]) else _REACH[1]
        ax.plot([row["low"], high], [place] * 2, color=COLOURS[colour], linewidth=2)
        ax.plot(row["particles_per_ug"], place, mark, color=COLOURS[colour], markersize=8)
    ax.set_yticks(range(len(found)), [str(lot) for lot in found.index])
    ax.set_ylim(len(found) - 0.5, -1.1)
    return ax


def plot_reporter(wells: pd.DataFrame) -> list[Axes]:
    """Draw the reporter signal of each lot, in percent of its controls, one panel per dose."""
    found = reporter_responses(wells)
    titles = [f"dose: {dose}" for dose in found.columns]
    axes = new_grid(len(titles), titles, "", "signal left (% of vehicle)", height=3.2)
    for ax, dose in zip(axes, found.columns, strict=True):
        places = range(len(found))
        low = found[dose].min()
        shades = [
            COLOURS["vermilion" if one > 1.5 * low else "sky"] for one in found[dose].to_list()
        ]
        ax.bar(places, found[dose], color=shades, width=0.6)
        for place, percent in zip(places, found[dose], strict=True):
            ax.annotate(
                f"{percent:.0f}",
                (place, percent),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                fontsize=_SMALL,
            )
        ax.set_xticks(list(places), [str(lot) for lot in found.index], fontsize=_SMALL)
        ax.axhline(100, color=INK, linestyle="--", linewidth=1)
    axes[0].annotate("vehicle", (-0.4, 101), fontsize=_SMALL, va="bottom")
    axes[0].set_ylim(0, 115)
    return axes


def plot_vesicle_stability(
    series: pd.DataFrame, storages: Sequence[str], *, lowest_percent: float, longest: float
) -> Axes:
    """Draw the content of a lot over months of storage, with its line and how long it holds."""
    ax = new_axes("Content of one lot in storage", "months", "particles (% of the label)")
    for storage, (colour, mark) in zip(storages, _SERIES, strict=False):
        own = series[series["storage"] == storage]
        found = vesicle_shelf_life(series, storage, lowest_percent=lowest_percent, longest=longest)
        words = f"{storage}: holds for {found.value:.1f} months"
        if not found.reached:
            words = f"{storage}: holds for the {longest:g} months asked for"
        ax.plot(own["months"], own["percent_of_label"], mark, color=COLOURS[colour], label=words)
        ends = [0.0, float(own["months"].max())]
        ax.plot(ends, [found.intercept + found.slope * one for one in ends], color=COLOURS[colour])
        if found.reached:
            ax.plot([found.value] * 2, [60, lowest_percent], ":", color=COLOURS[colour])
    limit_line(ax, lowest_percent, f"{lowest_percent:g} % of the label")
    ax.set_xlim(-0.5, longest + 1)
    ax.set_ylim(60, 110)
    ax.legend(loc="upper right", fontsize=_SMALL, frameon=False)
    return ax


def _class_band(ax: Axes, one: Mapping[str, str | float]) -> None:
    """Shade one class and name it at the top."""
    low = float(one.get("above", one.get("at_least", _REACH[0])))
    high = float(one.get("below", one.get("at_most", _REACH[1])))
    ax.axvspan(low, high, color=GREY, alpha=0.22, linewidth=0)
    ax.text(math.sqrt(low * high), -0.75, str(one["name"]), ha="center", va="center")
