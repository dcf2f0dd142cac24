"""Figures of the endotoxin lesson: limits side by side, and a kinetic run with its spikes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.qc.endotoxin.kinetic_curve import KineticCurve
from stemcell_kit.worksheets.endotoxin import curve_of_plate
from stemcell_kit.worksheets.rows import rows_of

__all__ = ["plot_endotoxin_curve", "plot_endotoxin_limits"]

_SERIES = (("vermilion", "D"), ("green", "^"), ("purple", "s"), ("orange", "v"))


def plot_endotoxin_limits(
    derived: pd.DataFrame, published: Mapping[str, Limit], *, found_eu_per_ml: float
) -> Axes:
    """Draw limits from doses and limits published for other products, with one result across."""
    names = [*derived.index, *published]
    printed = [one.below if one.at_most is None else one.at_most for one in published.values()]
    bounds = [*derived["limit_eu_per_ml"], *printed]
    ax = new_axes(
        "One result, many limits", "endotoxin (EU/mL)", "", width=8.4, height=1.5 + 0.3 * len(names)
    )
    for row, (name, bound) in enumerate(zip(names, bounds, strict=True)):
        own = name in derived.index
        colour, mark = (COLOURS["blue"], "o") if own else (GREY, "D")
        ax.plot([0.1, bound], [row, row], color=colour, linewidth=1.2)
        ax.plot([bound], [row], mark, color=colour, markersize=7)
        ax.annotate(
            f"{bound:g}", (bound, row), xytext=(7, 0), textcoords="offset points", va="center",
            fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=5,
        )  # fmt: skip
    limit_line(ax, found_eu_per_ml, f"found: {found_eu_per_ml:g} EU/mL", vertical=True)
    ax.axhline(len(derived) - 0.5, color=INK, linewidth=0.6)
    for place, words in (
        (-0.75, "from dose and route"),
        (len(derived) - 0.28, "published, each for one product"),
    ):
        ax.annotate(words, (190, place), ha="right", va="center", fontsize=8.5, color=INK)
    ax.set_xscale("log")
    ax.set_xlim(0.1, 200)
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -1.2)
    ax.tick_params(axis="y", length=0)
    return ax


def plot_endotoxin_curve(wells: pd.DataFrame, *samples: str, spike: float) -> Axes:
    """Draw the standards with their line, the blank, and where the spike of some samples is found.

    A hollow mark is a spiked sample; without interference it stands at the spike.
    """
    ax = new_axes("Standards, blank and spikes", "endotoxin in the well (EU/mL)", "onset time (s)")
    standards = rows_of(wells, "role", "standard")
    curve = curve_of_plate(wells)
    ax.plot(standards["eu_per_ml"], standards["onset_s"], "o", color=COLOURS["blue"], markersize=5)
    reach = np.array([curve.lowest_eu_per_ml / 6, curve.highest_eu_per_ml])
    ax.plot(reach, 10 ** (curve.intercept + curve.slope * np.log10(reach)), color=COLOURS["blue"])
    blank = wells.loc[wells["role"] == "blank", "onset_s"].dropna()
    if len(blank):
        ax.axhline(blank.min(), color=GREY, linewidth=1, linestyle=":")
        ax.annotate(
            "blank", (curve.highest_eu_per_ml, blank.min()), xytext=(0, 3),
            textcoords="offset points", ha="right", fontsize=8.5,
        )  # fmt: skip
    for name, (colour, mark) in zip(samples, _SERIES, strict=False):
        _draw_spiked(ax, rows_of(wells, "sample", name), curve, (COLOURS[colour], mark))
    ax.axvline(spike, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
    ax.annotate(
        f"spike {spike:g}", (spike, 0.03), xycoords=ax.get_xaxis_transform(), xytext=(4, 0),
        textcoords="offset points", fontsize=8.5, color=COLOURS["vermilion"],
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_yticks([600, 1000, 2000, 4000], ["600", "1,000", "2,000", "4,000"])
    ax.set_yticks([], minor=True)
    ax.set_xticks([0.001, 0.01, 0.1, 1, 10], ["0.001", "0.01", "0.1", "1", "10"])
    if samples:
        ax.legend(loc="upper right", fontsize=8.5, bbox_to_anchor=(1.0, 0.9))
    return ax


def _draw_spiked(ax: Axes, own: pd.DataFrame, curve: KineticCurve, look: tuple[str, str]) -> None:
    """Draw the spiked wells of one sample where the line of the standards reads them."""
    colour, mark = look
    onset = list(own.loc[own["role"] == "spiked", "onset_s"].dropna())
    ax.plot(
        [curve.eu_per_ml(one) for one in onset], onset, mark, markerfacecolor="white",
        markeredgecolor=colour, markeredgewidth=1.6, markersize=8, linestyle="",
        label=f"{own['sample'].iloc[0]}, spiked",
    )  # fmt: skip
