"""Figures on the undifferentiated state: gates, marker panels, intervals against limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.qc.flow.flow_percent import PercentPositive

__all__ = ["plot_gates", "plot_marker_panels", "plot_percents_and_limits"]

_TUBES = {"unstained": (GREY, ":"), "isotype": (COLOURS["orange"], "--"), "stained": (INK, "-")}
_MARKS = ("o", "s", "^", "D")


def plot_gates(events: pd.DataFrame, marker: str, gates: Mapping[str, float]) -> Axes:
    """Draw the three tubes of one lot on one marker, with the gates as named lines."""
    ax = new_axes(
        f"{events['lot'].iloc[0]}: {marker}",
        f"{marker} fluorescence (arbitrary units, log scale)",
        "events, % of tube",
    )
    bins = np.geomspace(20, 60_000, 70)
    for tube, (colour, line) in _TUBES.items():
        values = events.loc[events["tube"] == tube, marker].clip(lower=bins[0], upper=bins[-1])
        height, _ = np.histogram(values, bins=bins)
        share = 100 * height / len(values)
        # what lies below the axis is piled up in the first bin; leave that bar out of the line
        ax.stairs(share[1:], bins[1:], color=colour, linestyle=line, linewidth=1.6)
        peak = 1 + int(share[1:].argmax())
        ax.annotate(
            tube,
            (bins[peak], share[peak]),
            (-3, 4),
            textcoords="offset points",
            ha="center" if tube == "stained" else "right",
            color=INK,
        )
    ax.set_xscale("log")
    ax.set_ylim(0, None)
    ax.set_ylim(0, ax.get_ylim()[1] * 1.25)
    highest = max(gates.values(), default=0.0)
    for name, value in gates.items():
        _gate(ax, value, name, to_the_left=value < highest)
    return ax


def plot_marker_panels(
    panels: Mapping[str, pd.DataFrame], limits: Mapping[str, Limit] | None = None
) -> Axes:
    """Draw percent positive of each marker for several lots, with a limit per marker.

    ``panels`` are marker summaries by lot: markers in rows, ``percent`` a column.
    """
    markers = list(next(iter(panels.values())).index)
    ax = new_axes("Percent positive, four markers", "", "live single cells, %", height=3.8)
    colours = list(COLOURS.values())
    for number, (lot, panel) in enumerate(panels.items()):
        places = np.arange(len(markers)) + 0.24 * (number - (len(panels) - 1) / 2)
        percents = [panel.loc[marker, "percent"] for marker in markers]
        ax.plot(places, percents, _MARKS[number], color=colours[number], markersize=8, label=lot)
        first = number == 0
        for place, percent in zip(places, percents, strict=True):
            ax.annotate(
                f"{percent:.0f}",
                (place, percent),
                (-8 if first else 8, 0),
                textcoords="offset points",
                ha="right" if first else "left",
                va="center",
            )
    for place, marker in enumerate(markers):
        if limits and marker in limits:
            _short_limit(ax, place, limits[marker])
    ax.set_xticks(range(len(markers)), markers)
    ax.set_xlim(-0.6, len(markers) - 0.4)
    ax.set_ylim(-12, 112)
    ax.legend(loc="center", bbox_to_anchor=(0.62, 0.35), frameon=False)
    return ax


def plot_percents_and_limits(found: Mapping[str, PercentPositive], limits: Sequence[float]) -> Axes:
    """Draw percents with their intervals against several limits that laboratories use."""
    ax = new_axes(
        "Three results, and limits that laboratories use", "positive cells, %", "", height=3.2
    )
    names = list(found)
    for row, name in enumerate(names):
        interval = found[name].interval
        ax.plot([interval.low, interval.high], [row, row], color=COLOURS["blue"], linewidth=4)
        ax.plot(found[name].percent, row, "o", color=INK, markersize=6)
        ax.annotate(
            f"n = {found[name].total:,}",
            (found[name].percent, row),
            (0, 8),
            textcoords="offset points",
            ha="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            zorder=5,
        )
    for value in limits:
        limit_line(ax, value, f"{value:g}", vertical=True)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.5, -0.9)
    ax.set_xlim(60, 101)
    return ax


def _gate(ax: Axes, value: float, name: str, *, to_the_left: bool) -> None:
    ax.axvline(value, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
    ax.annotate(
        name,
        (value, 0.98),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-4 if to_the_left else 4, 0),
        textcoords="offset points",
        ha="right" if to_the_left else "left",
        va="top",
        fontsize=8.5,
        color=COLOURS["vermilion"],
    )


def _short_limit(ax: Axes, place: int, limit: Limit) -> None:
    lower, upper = limit.at_least, limit.at_most
    value = lower if lower is not None else upper
    if value is None:
        return
    ax.hlines(value, place - 0.35, place + 0.35, color=COLOURS["vermilion"], linestyle="--")
    words = f"at least {value:g}" if lower is not None else f"at most {value:g}"
    ax.annotate(
        words,
        (place + 0.35, value),
        (0, 3 if lower is None else -3),
        textcoords="offset points",
        ha="right",
        va="bottom" if lower is None else "top",
        fontsize=8.5,
        color=COLOURS["vermilion"],
    )
