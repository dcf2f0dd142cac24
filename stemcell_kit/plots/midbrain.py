"""Figures of the midbrain lesson: markers together, transcripts, dopamine, calcium."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, INK, limit_line, new_axes, new_grid
from stemcell_kit.qc.neural.calcium_signal import calcium_trace
from stemcell_kit.worksheets.midbrain import dopamine_lots
from stemcell_kit.worksheets.neural_images import shares_in_fields

__all__ = [
    "plot_calcium_baselines",
    "plot_dopamine_lots",
    "plot_markers_together",
    "plot_residual_transcripts",
]

# colour and mark together, so that a series is not known by colour alone
_SERIES = (("blue", "o"), ("orange", "s"), ("green", "^"), ("purple", "D"))
_SAMPLES = ("basal", "potassium", "calcium-free")


def plot_markers_together(
    fields: pd.DataFrame, markers: Iterable[str], limit: Limit | None = None
) -> Axes:
    """Draw the percent of nuclei with each marker, or set of markers, per lot with its interval."""
    wanted = list(markers)
    found = shares_in_fields(fields, wanted)
    lots = list(fields["lot"].unique())
    ax = new_axes("Markers alone and together", "", "nuclei, %", height=3.9)
    for number, (marker, (colour, mark)) in enumerate(zip(wanted, _SERIES, strict=False)):
        own = found.loc[[(lot, marker) for lot in lots]]
        places = np.arange(len(lots)) + 0.2 * (number - (len(wanted) - 1) / 2)
        _with_interval(ax, places, own, COLOURS[colour], mark, marker)
    bound = None if limit is None else limit.above if limit.above is not None else limit.at_least
    if bound is not None:
        ax.axhline(bound, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
        words = f"above {bound:g} %, published comparator"
        ax.text(-0.45, bound - 0.8, words, va="top", fontsize=8.5, color=COLOURS["vermilion"])
    ax.set_xticks(range(len(lots)), lots)
    ax.set_xlim(-0.5, len(lots) - 0.2)
    ax.set_ylim(min(40.0, float(found["low"].min()) - 5), 100)
    ax.legend(loc="lower left", frameon=False)
    return ax


def plot_residual_transcripts(transcripts: pd.DataFrame, limit: Limit) -> Axes:
    """Draw stem cell transcripts in percent of the undifferentiated line, log scale, with a limit.

    *transcripts* are those of ``residual_transcripts``.
    """
    table = transcripts.reset_index()
    samples, genes = list(table["sample"].unique()), list(table["gene"].unique())
    ax = new_axes(
        "Stem cell transcripts left in the lot", "% of the undifferentiated line (log scale)", ""
    )
    for number, (gene, (colour, mark)) in enumerate(zip(genes, _SERIES, strict=False)):
        own = table[table["gene"] == gene]
        rows = [
            samples.index(name) + 0.18 * (number - (len(genes) - 1) / 2) for name in own["sample"]
        ]
        ax.hlines(rows, own["low"], own["high"], color=COLOURS[colour], linewidth=2.5)
        ax.plot(own["percent"], rows, mark, color=COLOURS[colour], markersize=7, label=gene)
    bound = limit.below if limit.below is not None else limit.at_most
    if bound is not None:
        limit_line(ax, bound, f"below {bound:g} %", vertical=True)
    ax.set_xscale("log")
    ax.set_xlim(0.3 * table["low"].min(), 3 * max(table["high"].max(), bound or 0))
    ax.set_yticks(range(len(samples)), samples)
    ax.set_ylim(len(samples) - 0.4, -0.75)
    ax.xaxis.set_major_formatter(lambda value, place: f"{value:g}")
    ax.legend(loc="upper right", frameon=False)
    return ax


def plot_dopamine_lots(runs: pd.DataFrame) -> list[Axes]:
    """Draw the dopamine of every lot as read, and divided by the recovery of its spike."""
    lots = dopamine_lots(runs)
    axes = new_grid(
        2,
        ["As read", "Divided by the recovery of the spike"],
        "",
        "dopamine (pmol per million cells)",
        width=8.6,
        height=3.9,
    )
    places = np.arange(len(lots))
    whole = pd.Series(1.0, index=lots.index)
    for ax, divisor in zip(axes, (whole, lots["recovery"] / 100), strict=True):
        for sample, (colour, mark) in zip(_SAMPLES, _SERIES, strict=False):
            amounts = lots[sample] / divisor
            ax.plot(places, amounts, mark, color=COLOURS[colour], markersize=8, label=sample)
        ax.set_xticks(places, list(lots.index))
        ax.set_xlim(-0.5, len(lots) - 0.5)
    axes[0].set_ylim(0, 1.28 * (lots["potassium"] / lots["recovery"] * 100).max())
    for place, recovery in zip(places, lots["recovery"], strict=True):
        axes[1].annotate(
            f"{recovery:.0f} %",
            (place, 0.97),
            xycoords=axes[1].get_xaxis_transform(),
            ha="center",
            va="top",
            color=INK if recovery > lots["recovery"].median() / 2 else COLOURS["vermilion"],
            fontweight="bold",
        )
    axes[0].legend(loc="upper left", ncols=3, frameon=False, columnspacing=0.8, handletextpad=0.2)
    return axes


def plot_calcium_baselines(
    trace: pd.DataFrame, windows: Iterable[int], *, percentile: float
) -> Axes:
    """Draw the relative change of one trace, once for each window of the baseline."""
    ax = new_axes("One neuron, two rules for the baseline", "frame", "dF/F0", height=3.3)
    for window, (colour, _), line in zip(windows, _SERIES, ("-", "--"), strict=False):
        found = calcium_trace(
            list(trace["fluorescence"]), percentile=percentile, window_frames=window
        )
        name = "one baseline for all frames" if found.notes else f"window of {window} frames"
        ax.plot(
            trace["frame"], found.changes, line, color=COLOURS[colour], linewidth=1.5, label=name
        )
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.legend(loc="upper right", frameon=False)
    return ax


def _with_interval(
    ax: Axes, places: np.ndarray, own: pd.DataFrame, colour: str, mark: str, label: str
) -> None:
    ax.vlines(places, own["low"], own["high"], color=colour, linewidth=2.5)
    ax.plot(places, own["percent"], mark, color=colour, markersize=7, label=label)
    for place, percent in zip(places, own["percent"], strict=True):
        ax.annotate(
            f"{percent:.0f}",
            (place, percent),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
