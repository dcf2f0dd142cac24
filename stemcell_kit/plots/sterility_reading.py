"""Figures of the lesson on reading a sterility test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.worksheets.rapid_methods import compare_rapid_method
from stemcell_kit.worksheets.rows import each_row, rows_of
from stemcell_kit.worksheets.sterility_reading import (
    retest_pass_chances,
    sterility_decision_table,
)

__all__ = [
    "plot_detection_times",
    "plot_rapid_differences",
    "plot_retest_chances",
    "plot_sterility_decisions",
    "plot_vessel_readings",
]

# outcome -> letter, colour; the letter tells it where colour does not
_OUTCOMES = {
    "pass": ("pass", "#cfe8dd"),
    "pass with deviation or no result": ("depends", "#fdf3c4"),
    "fail": ("FAIL", "#f3c6ae"),
    "no result": ("no result", "#e8eaed"),
}
_SHORT = {
    "clear": "clear",
    "growth": "growth",
    "turbid, subculture clear": "turbid,\nsubculture\nclear",
    "turbid, subculture growth": "turbid,\nsubculture\ngrowth",
    "none found": "no cause",
    "laboratory cause proven": "lab cause",
}


def plot_vessel_readings(vessels: pd.DataFrame, lot: str) -> Axes:
    """Draw the vessels of one session over the days: clear, cloudy, subculture."""
    own = rows_of(vessels, "lot", lot)
    own = own[own["role"].isin(["test", "negative control"])].sort_values(["role", "vessel"])
    title = f"{lot}: test vessels and negative controls"
    ax = new_axes(title, "day after inoculation", "", height=1.5 + 0.24 * len(own))
    for place, row in enumerate(each_row(own)):
        cloudy = row.turbid_day or row.last_day
        ax.plot([0, cloudy], [place, place], color=COLOURS["sky"], linewidth=5, alpha=0.5)
        ax.plot([cloudy, row.last_day], [place, place], color=INK, linewidth=5, alpha=0.45)
        if row.turbid_day:
            ax.plot(row.turbid_day, place, "s", color=INK, markersize=7)
        if row.subculture != "not made":
            grew = row.subculture == "growth"
            ax.plot(
                row.last_day,
                place,
                "X" if grew else "o",
                color=COLOURS["vermilion" if grew else "green"],
                markersize=9,
                clip_on=False,
            )
    labels = own["vessel"] + np.where(own["role"] == "test", "", " (negative control)")
    ax.set_yticks(range(len(own)), list(labels))
    ax.set_xticks([0, 3, 5, 7, 10, 14, 18])
    ax.set_xlim(0, 19)
    ax.set_ylim(len(own) - 0.4, -2.1)
    _vessel_legend(ax)
    return ax


def plot_sterility_decisions() -> Axes:
    """Draw the outcome of every combination of controls, vessels and cause as a table of words."""
    table = sterility_decision_table()
    sides = _distinct(table, "negative_control", "positive_control")
    heads = _distinct(table, "vessels", "cause")
    ax = new_axes("Every combination has one outcome", "", "", height=4.2, width=8.6)
    for row in each_row(table):
        x = heads.index((row.vessels, row.cause))
        y = sides.index((row.negative_control, row.positive_control))
        word, colour = _OUTCOMES[row.outcome]
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, edgecolor="white", linewidth=2))
        weight = "bold" if word != "no result" else "normal"
        ax.text(x + 0.5, y + 0.5, word, ha="center", va="center", fontsize=8.5, fontweight=weight)
    ax.set_xticks(np.arange(len(heads)) + 0.5, [_SHORT[cause] for _, cause in heads], fontsize=8.5)
    ax.set_yticks(
        np.arange(len(sides)) + 0.5, [f"negative {a}, positive {b}" for a, b in sides], fontsize=8.5
    )
    for place, (vessels, _) in enumerate(heads[::2]):
        ax.text(2 * place + 1, -0.12, _SHORT[vessels], ha="center", va="bottom", fontsize=9)
    ax.set_xlim(0, len(heads))
    ax.set_ylim(len(sides), -1.1)
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    return ax


def plot_retest_chances(units: int, *, repeat_units: int) -> Axes:
    """Draw the chance to pass over the share of contaminated units, with and without a retest."""
    table = retest_pass_chances(units, np.linspace(0.1, 25, 100), repeat_units=repeat_units)
    ax = new_axes(
        f"What a retest without proof gives away ({units} units)",
        "contaminated units in the batch (%)",
        "chance to pass (%)",
    )
    lines = (
        ("small_retest", "vermilion", ":", f"free retest on {repeat_units} units", 8),
        ("free_retest", "orange", "--", f"free retest on {units} units", 8),
        ("one_test", "blue", "-", "one test", -8),
    )
    for name, colour, style, words, shift in lines:
        ax.plot(table["contaminated"], table[name], style, color=COLOURS[colour], linewidth=2)
        middle = table.iloc[len(table) // 4]
        ax.annotate(
            words,
            (float(middle["contaminated"]), float(middle[name])),
            xytext=(shift, shift / 2),
            textcoords="offset points",
            ha="left" if shift > 0 else "right",
            va="bottom" if shift > 0 else "top",
            fontsize=9,
        )
    ax.set_xlim(0, 25)
    ax.set_ylim(0, 103)
    return ax


def plot_rapid_differences(pairs: pd.DataFrame, *, margin_percent: float) -> Axes:
    """Draw the difference of positive rates per spike and together, with 90 % intervals."""
    table = compare_rapid_method(pairs, margin_percent=margin_percent)
    ax = new_axes(
        "Rapid method less culture, same samples",
        "difference of positive rates (percentage points)",
        "spike (CFU)",
        height=2.9,
    )
    for place, row in enumerate(each_row(table.reset_index())):
        last = row.spike_cfu == "all"
        colour = COLOURS["blue"] if last else INK
        ax.plot([row.low, row.high], [place, place], color=colour, linewidth=3 if last else 1.6)
        ax.plot(row.difference, place, "D" if last else "o", color=colour, markersize=8)
        words = f"{row.both + row.neither} of {row.samples} alike"
        ax.text(27, place, words, va="center", fontsize=8.5)
    ax.axvline(0, color=GREY, linewidth=1)
    limit_line(ax, -margin_percent, f"margin −{margin_percent:g}", vertical=True)
    ax.set_yticks(range(len(table)), list(table.index))
    ax.set_xlim(-40, 45)
    ax.set_ylim(len(table) - 0.4, -0.9)
    return ax


def plot_detection_times(times: pd.DataFrame, days: Sequence[float]) -> Axes:
    """Draw the time to detection of each strain beside the ends of incubation in question."""
    ax = new_axes(
        "Time until the signal, from one organism", "days", "", height=1.4 + 0.34 * len(times)
    )
    marks = {"aerobic": "o", "anaerobic": "s", "either": "D"}
    over_lines = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for place, row in enumerate(each_row(times.reset_index())):
        late = row.hours > 24 * min(days)
        colour = COLOURS["vermilion" if late else "blue"]
        ax.plot([0, row.days], [place, place], color=GREY, linewidth=2)
        ax.plot(row.days, place, marks[row.bottle], color=colour, markersize=8)
        words = f"{row.days:g} d, {row.bottle}"
        ax.annotate(
            words,
            (row.days, place),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            bbox=over_lines,
        )
    for day in days:
        ax.axvline(day, color=COLOURS["vermilion"], linestyle="--", linewidth=1.1, zorder=0)
        words = f"day {day:g}"
        ax.text(day, -0.75, words, ha="center", va="bottom", fontsize=8.5, bbox=over_lines)
    ax.set_yticks(range(len(times)), list(times.index))
    ax.set_xlim(0, 16)
    ax.set_ylim(len(times) - 0.4, -1.3)
    return ax


def _distinct(table: pd.DataFrame, first: str, second: str) -> list[tuple[str, str]]:
    """Return the pairs of two columns in the order in which they first stand."""
    return list(dict.fromkeys(zip(table[first], table[second], strict=True)))


def _vessel_legend(ax: Axes) -> None:
    """Name the marks above the rows."""
    marks = (
        (0.4, "s", INK, "first cloudy"),
        (5.3, "o", COLOURS["green"], "subculture clear"),
        (11.3, "X", COLOURS["vermilion"], "subculture grew"),
    )
    for x, mark, colour, words in marks:
        ax.plot(x, -1.45, mark, color=colour, markersize=8)
        ax.text(x + 0.5, -1.45, words, va="center", fontsize=8.5)
