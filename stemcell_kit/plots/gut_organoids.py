"""Figures on intestinal organoids: growth, marker folds, swelling."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes, new_grid
from stemcell_kit.qc.organoids.organoid_size import equivalent_diameter

__all__ = ["plot_marker_folds", "plot_organoid_growth", "plot_swelling"]

_MARKS = (("blue", "o"), ("vermilion", "s"), ("green", "^"), ("purple", "D"), ("orange", "v"))
_TREATED = {"forskolin": ("vermilion", "s", "-"), "vehicle": ("blue", "o", "--")}


def plot_organoid_growth(outlines: pd.DataFrame) -> list[Axes]:
    """Draw every outline as a diameter over the days, one panel per lot, with the medians joined."""
    lots = list(outlines["lot"].unique())
    axes = new_grid(len(lots), lots, "day", "diameter (µm)", width=2.4 * len(lots), height=3.2)
    for ax, lot in zip(axes, lots, strict=True):
        own = outlines[outlines["lot"] == lot]
        diameter = own["area_um2"].map(equivalent_diameter)
        ax.plot(own["day"], diameter, "o", color=COLOURS["sky"], markersize=4, alpha=0.5)
        medians = diameter.groupby(own["day"]).median()
        ax.plot(medians.index, medians, "D-", color=INK, markersize=5, linewidth=1.4)
        for day in (medians.index[0], medians.index[-1]):
            ax.annotate(f"{medians[day]:.0f}", (day, medians[day]), xytext=(9, -2),
                        textcoords="offset points", va="top", fontsize=8.5)  # fmt: skip
        ax.set_xticks(list(medians.index))
        ax.set_xlim(0, max(medians.index) + 1.4)
    axes[0].set_ylim(0, None)
    return axes


def plot_marker_folds(folds: pd.DataFrame, *, at_least: float) -> Axes:
    """Draw the fold of each gene on differentiation, with its interval, one row per line and gene.

    Open marks stand for runs whose reference gene moved; an arrow for an upper limit. The grey
    band is less than *at_least* fold in either direction.
    """
    ax = new_axes("Differentiated against expanding", "fold (log scale)", "",
                  height=1.3 + 0.3 * len(folds))  # fmt: skip
    ax.axvspan(1 / at_least, at_least, color=GREY, alpha=0.2, linewidth=0)
    ax.axvline(1, color=GREY, linewidth=1)
    looks = dict(zip(folds.index.get_level_values("line").unique(), _MARKS, strict=False))
    names = []
    for row, found in enumerate(folds.reset_index().to_dict("records")):
        line, gene = str(found["line"]), str(found["gene"])
        colour, mark = looks[line]
        low = found["fold"] / 4 if found["below"] else found["low"]
        ax.plot([low, found["high"]], [row, row], color=COLOURS[colour], linewidth=1.6)
        face = COLOURS[colour] if found["usable"] else "white"
        ax.plot(found["fold"], row, marker="<" if found["below"] else mark,
                color=COLOURS[colour], markerfacecolor=face, markersize=8)  # fmt: skip
        shown = f"<{found['high']:.2g}" if found["below"] else f"{found['fold']:.2g}"
        ax.annotate(
            shown, (1.01, row), xycoords=ax.get_yaxis_transform(), va="center", fontsize=8.5
        )
        names.append(f"{line}  {gene}" + ("" if found["usable"] else " (reference moved)"))
    ax.set_xscale("log")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    return ax


def plot_swelling(wells: pd.DataFrame) -> list[Axes]:
    """Draw the area of every well in percent of its start, one panel per lot."""
    lots = list(wells["lot"].unique())
    axes = new_grid(
        len(lots), lots, "minutes", "area (% of the start)", width=2.4 * len(lots), height=3.2
    )
    for ax, lot in zip(axes, lots, strict=True):
        own = wells[wells["lot"] == lot].sort_values("minutes")
        for treatment, (colour, mark, line) in _TREATED.items():
            for number, (_, well) in enumerate(own[own["treatment"] == treatment].groupby("well")):
                percent = 100 * well["area_um2"] / well["area_um2"].iloc[0]
                ax.plot(well["minutes"], percent, line, marker=mark, color=COLOURS[colour],
                        markersize=3.5, linewidth=1.1, label="" if number else treatment)  # fmt: skip
        ax.axhline(100, color=GREY, linewidth=1)
        ax.set_xticks(np.unique(own["minutes"])[::2])
    axes[0].legend(fontsize=8.5, loc="upper left", frameon=False, handletextpad=0.3)
    return axes
