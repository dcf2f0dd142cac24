"""Figures of the genomic stability lesson."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes
from stemcell_kit.qc.genome.mosaicism import detection_probability, excluded_fraction
from stemcell_kit.worksheets.genome import copy_number_of

__all__ = ["plot_copy_number", "plot_detection", "plot_metaphases"]

_FILL = {"normal": "#e8eaed", "gain": COLOURS["vermilion"], "loss": COLOURS["blue"]}


def plot_metaphases(cells: pd.DataFrame) -> Axes:
    """Draw the metaphases of each lot as a row of boxes; an abnormal cell carries its change."""
    lots = list(dict.fromkeys(cells["lot"]))
    ax = new_axes(
        "Metaphases, cell by cell", "metaphase", "", width=7.6, height=0.9 + 0.55 * len(lots)
    )
    for row, lot in enumerate(lots):
        for cell in cells[cells["lot"] == lot].itertuples():
            ax.add_patch(
                Rectangle((cell.cell - 0.45, row - 0.36), 0.9, 0.72, color=_FILL[cell.kind])
            )
            if cell.kind != "normal":
                words = str(cell.abnormalities)
                ax.text(cell.cell, row, words, ha="center", va="center", color="white", fontsize=8)
    ax.set_xlim(0.3, cells["cell"].max() + 0.7)
    ax.set_ylim(len(lots) - 0.5, -0.5)
    ax.set_yticks(range(len(lots)), lots)
    ax.set_xticks([1, *range(5, int(cells["cell"].max()) + 1, 5)])
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


def plot_detection(metaphases: int, *, confidence: float = 0.95) -> Axes:
    """Draw how likely so many cells are to show 1, 2 or 3 abnormal ones, by true share."""
    ax = new_axes(
        f"What {metaphases} metaphases show",
        "abnormal cells in the culture (%)",
        "probability (%)",
        height=4.2,
    )
    shares = np.linspace(0, 0.4, 201)
    rules = {
        1: ("any abnormal cell", "blue"),
        2: ("two: a clone with a gain", "vermilion"),
        3: ("three: a clone with a loss", "green"),
    }
    level = 100 * confidence
    ax.axhline(level, color=GREY, linewidth=1, linestyle=":")
    ax.annotate(f"{level:g} %", (0.4, level), va="bottom", fontsize=8.5)
    for cells, (words, name) in rules.items():
        seen = [100 * detection_probability(metaphases, p, at_least=cells) for p in shares]
        ax.plot(100 * shares, seen, color=COLOURS[name], linewidth=2)
        share = 100 * excluded_fraction(metaphases, confidence=confidence, at_least=cells)
        ax.plot([share, share], [0, level], color=COLOURS[name], linewidth=0.9)
        ax.plot(share, level, "o", color=COLOURS[name])
        ax.text(share + 0.3, 2, f"{words}, {share:.1f} %", rotation=90, va="bottom",
                fontsize=8.5, color=COLOURS[name])  # fmt: skip
    ax.set_xlim(0, 40)
    ax.set_ylim(0, 104)
    return ax


def plot_copy_number(
    wells: pd.DataFrame, target: str, band: Limit, *, lots: Iterable[str] | None = None
) -> Axes:
    """Draw copies per cell of each lot with its interval over the band of a diploid sample."""
    chosen = list(lots) if lots is not None else [lot for lot in wells["lot"].unique() if lot]
    place = wells.loc[wells["target"] == target, "locus"].iloc[0]
    ax = new_axes(
        f"{target} ({place})",
        "copies per cell",
        "",
        height=1.3 + 0.22 * len(chosen),
    )
    low, high = band.at_least or 0.0, band.at_most or 0.0
    ax.axvspan(low, high, color="#e8eaed", zorder=0)
    ax.annotate("diploid band", ((low + high) / 2, 1), xycoords=ax.get_xaxis_transform(),
                ha="center", va="bottom", fontsize=8.5, color=INK)  # fmt: skip
    for row, lot in enumerate(chosen):
        found = copy_number_of(wells, lot, target)
        inside = low <= found.copies <= high
        colour, marker = (INK, "o") if inside else (COLOURS["vermilion"], "D")
        if found.interval:
            ax.plot([found.interval.low, found.interval.high], [row, row], color=colour)
        ax.plot(found.copies, row, marker, color=colour)
        if not inside:
            ax.annotate(f"{found.copies:.2f}", (found.copies, row), xytext=(0, 5),
                        textcoords="offset points", ha="center", fontsize=8.5, color=colour)  # fmt: skip
    ax.set_yticks(range(len(chosen)), chosen)
    ax.set_ylim(len(chosen) - 0.4, -0.8)
    ax.set_xlim(0.5, 4)
    ax.tick_params(axis="y", length=0)
    return ax
