"""Figures of the counting and growth lesson."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes, new_grid
from stemcell_kit.worksheets.counting import (
    control_flags,
    control_limits,
    counting_study,
    dilution_check,
    level_deviations,
)
from stemcell_kit.worksheets.growth import growth_by_passage, vial_yields

__all__ = [
    "plot_control_chart",
    "plot_dilution_check",
    "plot_dilution_lines",
    "plot_doubling_times",
    "plot_level_deviations",
    "plot_recovery_along_fill",
    "plot_vial_balance",
]

# colour and mark together, so that a series is not known by colour alone
_SERIES = (("vermilion", "o"), ("blue", "s"), ("green", "^"), ("purple", "D"), ("sky", "v"))


def plot_vial_balance(balance: pd.DataFrame) -> Axes:
    """Draw the percentages of one vial as bars, each with the cells that it is a share of."""
    ax = new_axes("One vial, five percentages", "percent", "", height=2.9)
    places = [float(row) for row in range(len(balance))]
    last = len(balance) - 1
    colours = [COLOURS["sky"]] * last + [COLOURS["vermilion"]]
    ax.barh(places, balance["percent"], color=colours, height=0.62)
    for place, percent, whole in zip(places, balance["percent"], balance["of"], strict=True):
        ax.text(1.5, place, f"of {whole}", va="center", fontsize=8.5)
        ax.text(percent + 1, place, f"{percent:.1f} %", va="center", fontweight="bold")
    ax.set_yticks(places, list(balance["quantity"]))
    ax.set_xlim(0, 100)
    ax.invert_yaxis()
    return ax


def plot_recovery_along_fill(vials: pd.DataFrame, lots: Sequence[str]) -> Axes:
    """Draw viable recovery of each lot over the order in which its vials were filled."""
    ax = new_axes(
        "Viable recovery in the order of filling",
        "position in the fill (% of the vials)",
        "viable cells recovered (%)",
    )
    ax.axhline(100, color=INK, linestyle="--", linewidth=1)
    ax.text(99, 102, "as many as were frozen", ha="right", fontsize=8.5)
    yields = vial_yields(vials)
    filled = vials.groupby("lot")["vials_filled"].first()
    for lot, (colour, mark) in zip(lots, _SERIES, strict=False):
        own = yields[yields["lot"] == lot]
        place = 100 * own["vial"] / filled[lot]
        ax.plot(
            place,
            own["viable_recovery"],
            color=COLOURS[colour],
            marker=mark,
            linewidth=1.8,
            clip_on=False,
        )
        _tell_at_end(ax, float(own["viable_recovery"].iloc[-1]), lot, COLOURS[colour])
    ax.set_xlim(0, 100)
    ax.set_ylim(0, None)
    return ax


def plot_dilution_check(export: pd.DataFrame) -> Axes:
    """Draw the exported concentration of each count over the cells it rests on."""
    ax = new_axes(
        "Cells counted and cells reported",
        "live cells counted × dilution factor",
        "reported live cells (10⁶ per mL)",
    )
    seen = export["live_cells"] * export["dilution_factor"]
    reported = export["live_per_ml"] / 1e6
    usual = dilution_check(export)["per_cell"].median()
    reach = np.array([0, 1.05 * seen.max()])
    ax.plot(reach, reach * usual / 1e6, color=GREY, linewidth=1)
    odd = (reported * 1e6 / seen / usual - 1).abs() > _VISIBLY_OFF
    ax.plot(seen[~odd], reported[~odd], "o", color=COLOURS["blue"], alpha=0.7)
    ax.plot(seen[odd], reported[odd], "X", color=COLOURS["vermilion"], markersize=9)
    owner = "lot" if "lot" in export.columns else "sample"
    for name, own in export[odd].groupby(owner):
        counted = float((own["live_cells"] * own["dilution_factor"]).mean())
        _tell(ax, str(name), (counted, float(own["live_per_ml"].max()) / 1e6), COLOURS["vermilion"])
    ax.annotate(
        f"{usual:.0f} cells/mL for one counted cell",
        (reach[1] * 0.3, reach[1] * 0.3 * usual / 1e6),
        xytext=(12, -8),
        textcoords="offset points",
        va="top",
        fontsize=8.5,
    )
    ax.set_xlim(0, reach[1])
    ax.set_ylim(0, 1.12 * reported.max())
    return ax


# a tenth of the usual factor is drawn as off the line; it decides nothing
_VISIBLY_OFF = 0.1


def plot_dilution_lines(series: pd.DataFrame) -> list[Axes]:
    """Draw concentration over dilution fraction, one panel per counter, with its line."""
    counters = list(series["counter"].unique())
    axes = new_grid(
        len(counters),
        [f"counter {name}" for name in counters],
        "dilution fraction",
        "cells found (10⁶ per mL)",
        height=3.3,
    )
    for ax, counter in zip(axes, counters, strict=True):
        study = counting_study(series, counter)
        own = series[series["counter"] == counter]
        ax.plot([0, 1.05], [0, 1.05 * study.constant / 1e6], color=INK, linewidth=1)
        ax.plot(own["fraction"], own["concentration"] / 1e6, "o", color=COLOURS["blue"], alpha=0.5)
        ax.text(0.05, 0.92, f"R² = {study.r_squared:.4f}", transform=ax.transAxes)
        ax.set_xlim(0, 1.05)
    axes[0].set_ylim(0, 1.15)
    return axes


def plot_level_deviations(series: pd.DataFrame) -> list[Axes]:
    """Draw how far each dilution level lies from proportion, one panel per counter."""
    counters = list(series["counter"].unique())
    axes = new_grid(
        len(counters),
        [f"counter {name}" for name in counters],
        "dilution fraction",
        "deviation from proportion (%)",
        height=3.3,
    )
    for ax, counter in zip(axes, counters, strict=True):
        levels = level_deviations(series, counter)
        ax.axhline(0, color=INK, linewidth=1)
        ax.vlines(levels["fraction"], 0, levels["deviation"], color=GREY, linewidth=2)
        ax.plot(levels["fraction"], levels["deviation"], "o", color=COLOURS["vermilion"])
        for fraction, deviation in zip(levels["fraction"], levels["deviation"], strict=True):
            ax.annotate(
                f"{deviation:+.1f}",
                (fraction, deviation),
                xytext=(0, 8 if deviation > 0 else -8),
                textcoords="offset points",
                ha="center",
                va="bottom" if deviation > 0 else "top",
                fontsize=8.5,
            )
        ax.set_xlim(0, 1.12)
        index = counting_study(series, counter).value
        ax.text(0.97, 0.92, f"index {index:.2f}", transform=ax.transAxes, ha="right")
    axes[0].margins(y=0.28)
    return axes


def plot_doubling_times(
    log: pd.DataFrame, lines: Sequence[str], *, attachment: float = 1.0
) -> Axes:
    """Draw the doubling time of every passage of some lines; filled marks were banked."""
    ax = new_axes("Doubling time, passage by passage", "passage number", "doubling time (h)")
    growth = growth_by_passage(log, attachment=attachment)
    for side, (line, (colour, mark)) in enumerate(zip(lines, _SERIES, strict=False)):
        own = growth[growth["line"] == line]
        x, y = own["passage"], own["doubling_time_h"]
        ax.plot(x, y, color=COLOURS[colour], marker=mark, markerfacecolor="white", linewidth=1.6)
        banked = own["banked_lot"] != ""
        ax.plot(x[banked], y[banked], mark, color=COLOURS[colour], markersize=8)
        for passage, hours, lot in own.loc[
            banked, ["passage", "doubling_time_h", "banked_lot"]
        ].values:
            point, words = (passage, hours), str(lot).removeprefix(f"{line}-")
            _tell(ax, words, point, COLOURS[colour], below=side % 2 == 1)
        _tell_at_end(ax, float(y.iloc[-1]), line, COLOURS[colour], x=float(x.iloc[-1]))
    ax.set_ylim(0, 1.12 * growth.loc[growth["line"].isin(lines), "doubling_time_h"].max())
    return ax


def plot_control_chart(runs: pd.DataFrame, *, baseline: int) -> list[Axes]:
    """Draw the control values of each level in SDs from the mean of the first *baseline* runs."""
    limits = control_limits(runs, baseline=baseline).set_index("level")
    axes = new_grid(
        len(limits),
        [f"control {level}" for level in limits.index],
        "run",
        "distance from the mean (SD)",
        width=9.0,
    )
    flags = control_flags(runs, baseline=baseline)
    rejected = flags[flags["severity"] == "reject"]
    for ax, level in zip(axes, limits.index, strict=True):
        own = runs[runs["level"] == level]
        sds = (own["value"] - limits.loc[level, "mean"]) / limits.loc[level, "sd"]
        for line, style in ((0, "-"), (2, ":"), (-2, ":"), (3, "--"), (-3, "--")):
            ax.axhline(line, color=GREY, linestyle=style, linewidth=1)
        ax.axvspan(0, baseline + 0.5, color="#e8eaed", zorder=0)
        ax.text(1, 4.6, f"baseline: {baseline} runs", fontsize=8.5, va="top")
        out = own["run"].isin(rejected.loc[rejected["level"] == level, "run"])
        ax.plot(own["run"], sds, color=INK, linewidth=0.8)
        ax.plot(own["run"][~out], sds[~out], "o", color=COLOURS["blue"], markersize=5)
        ax.plot(own["run"][out], sds[out], "X", color=COLOURS["vermilion"], markersize=8)
        ax.set_xlim(0, runs["run"].max() + 1)
    axes[0].set_ylim(-4.8, 4.8)
    axes[0].set_yticks(range(-4, 5))
    return axes


def _tell(
    ax: Axes, words: str, point: tuple[float, float], colour: str, *, below: bool = False
) -> None:
    ax.annotate(
        words,
        point,
        xytext=(0, -8 if below else 8),
        textcoords="offset points",
        ha="center",
        va="top" if below else "bottom",
        fontsize=8.5,
        color=colour,
    )


def _tell_at_end(
    ax: Axes, value: float, words: str, colour: str, *, x: float | None = None
) -> None:
    ax.annotate(
        words,
        (1.0, value) if x is None else (x, value),
        xycoords=ax.get_yaxis_transform() if x is None else "data",
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        fontsize=8.5,
        color=colour,
        annotation_clip=False,
    )
