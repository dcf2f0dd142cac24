"""Figures shared by the neural lessons, and those of the neural stem cell lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.qc.flow.rare_events import events_for_limit, zero_found_limit
from stemcell_kit.worksheets.neural_images import (
    positive_in_images,
    reader_agreement,
    reader_percents,
    referee_table,
)

__all__ = [
    "plot_cumulative_doublings",
    "plot_digital_copies",
    "plot_flow_and_images",
    "plot_none_found",
    "plot_rare_positives",
    "plot_two_readers",
]

_PPM_PER_PERCENT = 10_000


def plot_none_found(limits: Sequence[Limit], seen: Mapping[str, int] | None = None) -> Axes:
    """Draw what finding none excludes, over the cells looked at, with limits and some samples.

    Parameters
    ----------
    limits
        Upper limits in percent; the cells that each needs are told beside it.
    seen
        Name of a sample → cells looked at, none of them positive.
    """
    bounds = [_percent(limit) * _PPM_PER_PERCENT for limit in limits]
    needed = [events_for_limit(bound) for bound in bounds]
    shown = [*needed, *(seen or {}).values()]
    counts = np.geomspace(0.4 * min(shown), 4 * max(shown), 200)
    ax = new_axes(
        "None found: what is excluded",
        "cells looked at, none of them positive (log scale)",
        "upper limit, ppm (log scale)",
    )
    excluded = [1e6 * zero_found_limit(int(count)) for count in counts]
    ax.plot(counts, excluded, color=INK, linewidth=1.6)
    ax.set_xscale("log")
    ax.set_yscale("log")
    for bound, cells in zip(bounds, needed, strict=True):
        limit_line(ax, bound, f"{bound / _PPM_PER_PERCENT:g} %: {cells:,} cells")
    for (name, cells), mark in zip((seen or {}).items(), "osD^", strict=False):
        at = 1e6 * zero_found_limit(cells)
        ax.plot(cells, at, mark, color=COLOURS["blue"], markersize=8)
        words = f"{name}: 0 of {cells:,}"
        ax.annotate(words, (cells, at), xytext=(8, 5), textcoords="offset points", fontsize=8.5)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, place: f"{value:,.0f}")
    return ax


def plot_flow_and_images(flow: pd.DataFrame, *images: pd.DataFrame) -> Axes:
    """Draw flow result and image count of every lot and marker; what is reported is filled."""
    found = referee_table(flow, *images)
    counted = positive_in_images(pd.concat(images))
    ax = new_axes("Two methods, one number to report", "positive cells, %", "", height=3.9)
    for row, (lot, marker) in enumerate(found.index):
        own, image = found.loc[(lot, marker)], counted.loc[(lot, marker)]
        by_image = own["decided by"] == "image"
        ax.hlines(row, image["low"], image["high"], color=COLOURS["blue"], linewidth=2.5)
        for value, mark, colour, reported in (
            (own["image"], "o", "blue", by_image),
            (own["flow"], "s", "orange", not by_image),
        ):
            face = COLOURS[colour] if reported else "white"
            ax.plot(value, row, mark, color=COLOURS[colour], markerfacecolor=face, markersize=8)
    ax.plot([], [], "o", color=COLOURS["blue"], markerfacecolor="white", label="image count")
    ax.plot([], [], "s", color=COLOURS["orange"], markerfacecolor="white", label="flow cytometry")
    ax.plot([], [], "o", color=GREY, label="filled: reported")
    ax.set_yticks(range(len(found)), [f"{lot}  {marker}" for lot, marker in found.index])
    ax.set_ylim(len(found) - 0.5, -0.6)
    ax.legend(loc="lower left", frameon=False)
    return ax


def plot_two_readers(readings: pd.DataFrame, first: str, second: str) -> Axes:
    """Draw the difference of two readers over their mean, with bias and limits of agreement."""
    percents = reader_percents(readings, [first, second])
    found = reader_agreement(readings, first, second)["value"]
    ax = new_axes(
        f"{second} minus {first}",
        "mean of both readers (% positive)",
        "difference (percentage points)",
    )
    apart = percents[second] - percents[first]
    ax.plot(percents.mean(axis=1), apart, "o", color=COLOURS["blue"], alpha=0.8)
    ax.axhline(0, color=INK, linewidth=0.8)
    for name, words in (
        ("bias, points", "bias"),
        ("limits of agreement, low", "lower limit of agreement"),
        ("limits of agreement, high", "upper limit of agreement"),
    ):
        limit_line(ax, float(found[name]), f"{words} {found[name]:+.1f}")
    ax.set_ylim(min(-1.0, float(apart.min()) - 1), float(apart.max()) + 2)
    return ax


def plot_rare_positives(
    events: pd.DataFrame, marker: str, lot: str, gates: Mapping[str, float]
) -> Axes:
    """Draw every event of one lot above the lowest gate, control and stained tube, log counts.

    *events* are live single events; *gates* is name → channel value.
    """
    own = events[events["lot"] == lot]
    ax = new_axes(f"{lot}: {marker}", f"{marker} fluorescence (log scale)", "events (log scale)")
    bins = np.geomspace(50, 40_000, 60)
    tubes = {"control": (GREY, "--", 1.4), "stained": (INK, "-", 1.8)}
    for tube, (colour, line, width) in tubes.items():
        values = own.loc[own["tube"] == tube, marker]
        height, _ = np.histogram(values[values > bins[0]], bins=bins)
        name = f"{tube}, {len(values):,} events"
        ax.stairs(height, bins, color=colour, linestyle=line, linewidth=width, label=name)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(0.7, None)
    for name, value in gates.items():
        limit_line(ax, value, name, vertical=True)
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.88), frameon=False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda value, place: f"{value:,.0f}")
    return ax


def plot_digital_copies(copies: pd.DataFrame, *, normal: float = 2.0) -> Axes:
    """Draw copies per cell of each sample with its interval, and the normal number as a line.

    *copies* are those of ``digital_copies``.
    """
    names = [" ".join(key) if isinstance(key, tuple) else str(key) for key in copies.index]
    ax = new_axes("Copies per cell by digital PCR", "copies", "", height=1.3 + 0.45 * len(names))
    rows = range(len(names))
    ax.axvline(normal, color=GREY, linestyle="--", linewidth=1.2)
    ax.hlines(rows, copies["low"], copies["high"], color=COLOURS["blue"], linewidth=3)
    ax.plot(copies["copies"], rows, "o", color=INK, markersize=6)
    for row, value in zip(rows, copies["copies"], strict=True):
        ax.annotate(
            f"{value:.2f}",
            (value, row),
            (0, 7),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    ax.set_yticks(list(rows), names)
    ax.set_ylim(len(names) - 0.5, -0.7)
    return ax


def plot_cumulative_doublings(doublings: pd.DataFrame) -> Axes:
    """Draw cumulative doublings over passages, one line for each way of counting."""
    ax = new_axes("One culture, two counts", "passage", "cumulative doublings", height=3.3)
    styles = (("vermilion", "s", "--"), ("blue", "o", "-"))
    for name, (colour, mark, line) in zip(doublings.columns, styles, strict=False):
        own = doublings[name]
        ax.plot(own.index, own, line, marker=mark, color=COLOURS[colour], linewidth=1.6)
        ax.annotate(
            f"{name}: {own.iloc[-1]:.1f}",
            (own.index[-1], own.iloc[-1]),
            (8, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_xlim(doublings.index[0] - 0.3, doublings.index[-1] + 1.8)
    ax.set_xticks(list(doublings.index))
    return ax


def _percent(limit: Limit) -> float:
    bound = limit.at_most if limit.at_most is not None else limit.below
    assert bound is not None  # the limits of rare cells have an upper bound
    return bound
