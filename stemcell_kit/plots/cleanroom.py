"""Figures of the lesson on clean rooms and records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes, new_grid
from stemcell_kit.worksheets.cleanroom import (
    check_room_plates,
    compare_count_rules,
    judge_particle_reports,
    particle_limit,
)
from stemcell_kit.worksheets.rows import each_row, rows_of
from stemcell_kit.worksheets.sterility_records import check_reading_entries

__all__ = [
    "plot_count_rules",
    "plot_particle_reports",
    "plot_reading_entries",
    "plot_room_plates",
]

_KINDS = {"settle": "settle plate", "air": "active air", "contact": "contact", "glove": "gloves"}
# table -> colour, span above and below the row, place and name in the legend
_LIMITS = {
    "particles_cn_gmp": ("vermilion", (-0.38, -0.03), 0.02, "above: China 2010"),
    "particles_eu_5um": ("blue", (0.03, 0.38), 0.34, "below: EU 2022, monitoring"),
    "vendor_particles": ("purple", (-0.38, 0.38), 0.8, "full: vendor"),
}


def plot_room_plates(environment: pd.DataFrame, room: str) -> list[Axes]:
    """Draw the plates of one room over its sessions, one panel per kind, each with its limit."""
    own = check_room_plates(rows_of(environment, "room", room))
    kinds = [kind for kind in _KINDS if kind in set(own["kind"])]
    grade = own["grade"].iloc[0]
    titles = [_KINDS[kind] for kind in kinds]
    axes = new_grid(
        len(kinds), titles, "session", f"{room} (grade {grade}): CFU", width=8.6, height=3.0
    )
    for ax, kind in zip(axes, kinds, strict=True):
        plates = own[own["kind"] == kind].reset_index(drop=True)
        at, unit = float(plates["at_most"].iloc[0]), str(plates["unit"].iloc[0])
        ax.axhline(at, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
        words = f"{at:g} {unit}" if at else "no growth"
        ax.text(0.5, at + 0.4, words, fontsize=8.5, color=COLOURS["vermilion"], va="bottom")
        beyond = plates["beyond"]
        ax.plot(plates.index[~beyond] + 1, plates["value"][~beyond], "o", color=COLOURS["blue"])
        ax.plot(
            plates.index[beyond] + 1,
            plates["value"][beyond],
            "X",
            color=COLOURS["vermilion"],
            markersize=8,
        )
        ax.set_xlim(0, len(plates) + 1)
    axes[0].set_ylim(-0.6, None)
    return axes


def plot_particle_reports(reports: pd.DataFrame) -> Axes:
    """Draw particles per m³ of each report beside the limits of three tables.

    A hollow mark means that the sample was too small for the strictest limit.
    """
    judged = judge_particle_reports(reports).reset_index()
    ax = new_axes(
        "Particles counted, and what three tables allow",
        "particles per m³ (logarithmic; none is drawn at the left edge)",
        "",
        height=1.7 + 0.4 * len(judged),
    )
    for place, row in enumerate(each_row(judged)):
        x = max(row.per_m3, 1)
        face = "white" if row.china == "not shown" else INK
        ax.plot(x, place, "o", color=INK, markerfacecolor=face, markersize=8, zorder=3)
        for table, (colour, span, _, _) in _LIMITS.items():
            limit = particle_limit(row, table)
            ax.plot([limit, limit], [place + end for end in span], color=COLOURS[colour], lw=3)
    ax.set_xscale("log")
    ax.set_xlim(0.8, 8000)
    labels = [
        f"{row.report}: {row.grade} {row.state}, {row.size_um:g} µm, {row.volume_l:g} L"
        for row in each_row(judged)
    ]
    ax.set_yticks(range(len(judged)), labels, fontsize=8.5)
    ax.set_ylim(len(judged) - 0.4, -1.3)
    for colour, _, x, name in _LIMITS.values():
        ax.plot([x, x], [0.93, 0.98], color=COLOURS[colour], transform=ax.transAxes, lw=3)
        ax.text(x + 0.015, 0.955, name, transform=ax.transAxes, va="center", fontsize=8.5)
    return ax


def plot_count_rules(counts: Sequence[int], rules: Sequence[str]) -> Axes:
    """Draw how often each count occurs, and the action level of some rules."""
    levels = compare_count_rules(counts).loc[list(rules), "action"]
    ax = new_axes(
        f"Counts of {len(counts)} plates, and action levels", "colonies on a plate", "plates"
    )
    values, plates = np.unique(list(counts), return_counts=True)
    ax.bar(values, plates, color=COLOURS["sky"], width=0.7)
    top = float(plates.max())
    for place, (rule, level) in enumerate(levels.items()):
        height = top * (0.92 - 0.17 * place)
        ax.vlines(level, 0, height, color=INK, linestyle="--", linewidth=1.2)
        ax.text(level + 0.2, height, f"{rule}: {level:g}", va="top", fontsize=9)
    ax.set_xlim(-0.8, max(float(values.max()), float(levels.max())) + 5)
    return ax


def plot_reading_entries(entries: pd.DataFrame) -> Axes:
    """Draw the day on which each reading was entered over the day on which it was made."""
    checked = check_reading_entries(entries)
    ax = new_axes("When the readings were written", "day of the reading", "day of the entry")
    reach = [0, float(checked["day"].max()) + 2]
    ax.plot(reach, reach, color=GREY, linewidth=1)
    ax.text(reach[1], reach[1], "written on the day", ha="right", va="bottom", fontsize=8.5)
    marks = (("o", "blue"), ("X", "vermilion"), ("s", "green"), ("D", "purple"))
    for place, ((test, own), (mark, colour)) in enumerate(
        zip(checked.groupby("test"), marks, strict=False)
    ):
        ax.plot(
            own["day"] + 0.3 * (place - 1),
            own["day"] + own["days_off"],
            mark,
            color=COLOURS[colour],
            markersize=9,
            label=str(test),
        )
    ax.legend(loc="lower right", title="test", frameon=False)
    ax.set_xticks(sorted(checked["day"].unique()))
    ax.set_xlim(0, reach[1])
    ax.set_ylim(0, reach[1] + 1)
    return ax
