"""Figures on killing by natural killer cells: curves, plates, dose ladder, hold time."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, limit_line, new_axes
from stemcell_kit.worksheets.nk_potency import killing_curve

__all__ = ["plot_dose_ladder", "plot_hold_study", "plot_killing", "plot_plate_release"]

_SERIES = (("blue", "o"), ("green", "^"), ("vermilion", "X"), ("purple", "s"))


def plot_killing(wells: pd.DataFrame, lots: Sequence[str], limit: Limit | None = None) -> Axes:
    """Draw specific lysis over the ratio with the interval of the replicate wells.

    *limit* is drawn as a line if it is given; it belongs to one ratio only, as its label says.
    """
    ax = new_axes("Killing of K562", "effectors for one target (log scale)", "specific lysis, %")
    curve = killing_curve(wells)
    ends = []
    for lot, (colour, mark) in zip(lots, _SERIES, strict=False):
        own = curve[curve["lot"] == lot].sort_values("ratio")
        shade = COLOURS[colour]
        ax.vlines(own["ratio"], own["low"], own["high"], color=shade, alpha=0.5, linewidth=2)
        ax.plot(own["ratio"], own["lysis"], marker=mark, color=shade, linewidth=1.6)
        ends.append((float(own["lysis"].iloc[-1]), lot, shade))
    ax.set_xscale("log")
    ratios = sorted(curve["ratio"].unique())
    ax.set_xticks(ratios, [f"{ratio:g}" for ratio in ratios])
    ax.set_xticks([], minor=True)
    _name_at_end(ax, ends, ratios[-1])
    ax.set_ylim(0, None)
    if limit is not None and limit.above is not None:
        ax.plot(ratios[-1], limit.above, "_", color=COLOURS["vermilion"], markersize=22)
        ax.annotate(
            f"limit: above {limit.above:g} % at {ratios[-1]:g}:1",
            (ratios[-1], limit.above),
            (-14, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8.5,
            color=COLOURS["vermilion"],
        )
    return ax


def plot_plate_release(plates: pd.DataFrame, limit: Limit) -> Axes:
    """Draw spontaneous release of each plate in percent of maximum, with Z' written beside it."""
    ax = new_axes("Controls of each plate", "spontaneous release, % of maximum", "", height=2.8)
    for row, (_, plate) in enumerate(plates.iterrows()):
        good = plate["verdict"] == "valid"
        colour, mark = (COLOURS["blue"], "o") if good else (COLOURS["vermilion"], "X")
        ax.plot([0, plate["percent"]], [row, row], color=GREY, linewidth=2)
        ax.plot(plate["percent"], row, mark, color=colour, markersize=9)
        ax.annotate(
            f"{plate['percent']:.1f} %, {plate['verdict']}; Z' {plate['z_prime']:.2f}",
            (plate["percent"], row),
            (0, 8),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    ax.set_yticks(range(len(plates)), [str(lot) for lot in plates.index])
    ax.set_ylim(len(plates) - 0.5, -0.9)
    ax.set_xlim(0, max(60.0, float(plates["percent"].max()) + 22))
    for value, name in ((limit.below, "warn"), (limit.grey, "invalid")):
        if value is not None:
            _short_line(ax, value, f"{name} from {value:g}", to_the_left=value == limit.below)
    return ax


def plot_dose_ladder(ladder: pd.DataFrame) -> Axes:
    """Draw what each bag holds: nucleated cells, viable cells, viable NK cells, in millions."""
    ax = new_axes("What a bag holds", "million cells", "", height=3.4)
    steps = {"nucleated": GREY, "viable": COLOURS["sky"], "viable_nk": COLOURS["green"]}
    for place, (_, bag) in enumerate(ladder.iterrows()):
        for step, (name, colour) in enumerate(steps.items()):
            row = place * (len(steps) + 1) + step
            ax.barh(row, bag[name], color=colour, height=0.8)
            ax.text(bag[name] + 15, row, f"{bag[name]:,.0f}", va="center", fontsize=8.5)
            ax.text(12, row, name.replace("_nk", " NK"), va="center", fontsize=8.5)
    middles = [place * (len(steps) + 1) + 1 for place in range(len(ladder))]
    ax.set_yticks(middles, [str(lot) for lot in ladder.index])
    ax.invert_yaxis()
    return ax


def plot_hold_study(study: pd.DataFrame, viability_limit: Limit, lysis_limit: Limit) -> Axes:
    """Draw viability and lysis over the hours of a hold study, each with its own limit."""
    ax = new_axes("Hold study", "hours after formulation", "percent", height=3.4)
    for (name, colour, mark), limit in zip(
        (("viability", "blue", "o"), ("lysis", "vermilion", "s")),
        (viability_limit, lysis_limit),
        strict=True,
    ):
        shade = COLOURS[colour]
        ax.plot(study["hours"], study[name], marker=mark, color=shade, linewidth=1.6)
        ax.annotate(
            "viability" if name == "viability" else "lysis at 20:1",
            (study["hours"].iloc[1], study[name].iloc[1]),
            (0, 8),
            textcoords="offset points",
            color=shade,
        )
        bound = limit.at_least if limit.at_least is not None else limit.above
        if bound is not None:
            words = "at least" if limit.at_least is not None else "above"
            ax.axhline(bound, color=shade, linestyle="--", linewidth=1)
            ax.text(0, bound + 1.5, f"{name} {words} {bound:g} %", fontsize=8.5, color=shade)
    ax.set_ylim(0, 104)
    return ax


def _name_at_end(ax: Axes, ends: list[tuple[float, str, str]], x: float) -> None:
    """Write the lots beside the ends of their curves, pushed apart so that none covers another."""
    room, last = 5.5, float("inf")
    for value, lot, colour in sorted(ends, reverse=True):
        height = min(value, last - room)
        ax.annotate(
            lot,
            (x, height),
            (10, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=colour,
            annotation_clip=False,
        )
        last = height


def _short_line(ax: Axes, value: float, words: str, *, to_the_left: bool) -> None:
    if not to_the_left:
        limit_line(ax, value, words, vertical=True)
        return
    ax.axvline(value, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
    ax.annotate(
        words,
        (value, 0.98),
        xycoords=ax.get_xaxis_transform(),
        xytext=(-4, -2),
        textcoords="offset points",
        ha="right",
        va="top",
        fontsize=8.5,
        color=COLOURS["vermilion"],
    )
