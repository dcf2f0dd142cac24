"""Figures of the lesson on sampling for a sterility test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes
from stemcell_kit.qc.sterility.detection_limit import DetectionLimit
from stemcell_kit.qc.sterility.low_numbers import chance_in_fraction
from stemcell_kit.worksheets.rows import each_row
from stemcell_kit.worksheets.sterility_sampling import fill_parts_sampled, vials_with_growth

__all__ = [
    "plot_bag_sample",
    "plot_fill_sample",
    "plot_hit_rates",
    "plot_vials_with_growth",
]

_SERIES = (("vermilion", "-"), ("blue", "--"), ("green", "-."), ("purple", ":"))


def plot_vials_with_growth(sessions: pd.DataFrame) -> Axes:
    """Draw every tested vial of each lot; a cross with its day is growth, a ring stayed clear."""
    vials = vials_with_growth(sessions)
    lots = list(vials["lot"].unique())
    ax = new_axes("Vials tested", "vial", "", width=5.2, height=0.9 + 0.24 * len(lots))
    row = vials["lot"].map({lot: place for place, lot in enumerate(lots)})
    grew = vials["grew"]
    ax.plot(vials["vial"][~grew], row[~grew], "o", color=GREY, markerfacecolor="white")
    ax.plot(vials["vial"][grew], row[grew], "X", color=COLOURS["vermilion"], markersize=9)
    for vial, place, day in zip(vials["vial"][grew], row[grew], vials["day"][grew], strict=True):
        ax.annotate(
            f"day {day}", (vial, place), xytext=(8, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=COLOURS["vermilion"],
        )  # fmt: skip
    ax.set_xticks(sorted(vials["vial"].unique()))
    ax.set_yticks(range(len(lots)), lots)
    ax.set_ylim(len(lots) - 0.4, -0.6)
    ax.set_xlim(0.6, vials["vial"].max() + 0.7)
    ax.tick_params(length=0)
    return ax


def plot_fill_sample(
    parts: pd.DataFrame, samples: Mapping[str, Sequence[int]], filled: int
) -> Axes:
    """Draw a fill from first to last vial with its parts, and where each sample was taken."""
    ax = new_axes(
        "Where the sample was taken", "vial in the order of filling", "",
        height=1.5 + 0.55 * len(samples),
    )  # fmt: skip
    for part in each_row(parts):
        ax.axvspan(part.first - 0.5, part.last + 0.5, color="#e8eaed", zorder=0)
        middle = (part.first + part.last) / 2
        ax.annotate(
            str(part.part), (middle, 1), xycoords=ax.get_xaxis_transform(), xytext=(0, -2),
            textcoords="offset points", ha="center", va="top", fontsize=8.5,
        )  # fmt: skip
    for row, vials in enumerate(samples.values()):
        colour, mark = ((COLOURS["vermilion"], "X"), (COLOURS["blue"], "o"))[row % 2]
        ax.plot(list(vials), [row] * len(vials), mark, color=colour, markersize=7)
        missed = int((fill_parts_sampled(parts, vials)["sampled"] == 0).sum())
        words = f"{missed} part{'s' * (missed != 1)} missed"
        _name_at_end(ax, row, words, colour)
    ax.set_yticks(range(len(samples)), list(samples))
    ax.set_ylim(len(samples) - 0.5, -0.9)
    ax.set_xlim(0, filled + 1)
    ax.tick_params(axis="y", length=0)
    return ax


def plot_bag_sample(organisms: Sequence[int]) -> Axes:
    """Draw the chance to find so many organisms of a bag over the share of it that is tested."""
    ax = new_axes(
        "What a part of the bag finds", "part of the bag tested (%)", "chance to find one (%)"
    )
    parts = np.logspace(-3, 0, 200)
    for number, (colour, style) in zip(organisms, _SERIES, strict=False):
        chances = [100 * chance_in_fraction(number, part) for part in parts]
        ax.plot(100 * parts, chances, style, color=COLOURS[colour], linewidth=2)
        at = 1 - 0.5 ** (1 / number)
        ax.annotate(
            f"{number} in the bag", (100 * at, 50), xytext=(5, -2), textcoords="offset points",
            fontsize=8.5, color=COLOURS[colour], va="top",
        )  # fmt: skip
    ax.axhline(95, color=GREY, linewidth=1)
    ax.annotate(
        "95 %", (0.1, 95), xytext=(3, -3), textcoords="offset points", va="top", fontsize=8.5
    )
    ax.set_xscale("log")
    ax.set_xticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
    ax.set_xlim(0.1, 100)
    ax.set_ylim(0, 102)
    return ax


def plot_hit_rates(levels: pd.DataFrame, limit: DetectionLimit) -> Axes:
    """Draw the share detected at each level with the fitted curve and the limit that it gives."""
    from scipy.special import ndtr

    ax = new_axes("Detected at each level", "organisms added (CFU/mL)", "replicates detected (%)")
    doses = levels["concentration"].astype(float)
    curve = np.logspace(np.log10(doses.min() / 2), np.log10(doses.max() * 1.5), 200)
    fitted = 100 * ndtr(limit.fit.intercept + limit.fit.slope * np.log10(curve))
    ax.plot(curve, fitted, color=COLOURS["blue"], linewidth=2)
    ax.plot(doses, 100 * levels["positives"] / levels["replicates"], "o", color=INK)
    for dose, hits, n in zip(doses, levels["positives"], levels["replicates"], strict=True):
        ax.annotate(
            f"{hits}/{n}", (dose, 100 * hits / n), xytext=(7, -7), textcoords="offset points",
            va="top", fontsize=8.5,
        )  # fmt: skip
    low, high = limit.interval.low, limit.interval.high
    ax.axvspan(low, high, color="#e8eaed", zorder=0)
    ax.axvline(limit.value, color=COLOURS["vermilion"], linestyle="--", linewidth=1.2)
    ax.annotate(
        f"95 % detected at {limit.value:.1f}\n({low:.1f} to {high:.1f})", (limit.value, 4),
        xytext=(5, 0), textcoords="offset points", fontsize=8.5, color=COLOURS["vermilion"],
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xticks(list(doses), [f"{dose:g}" for dose in doses])
    ax.minorticks_off()
    ax.set_ylim(0, 106)
    return ax


def _name_at_end(ax: Axes, value: float, words: str, colour: str) -> None:
    ax.annotate(
        words, (1.0, value), xycoords=ax.get_yaxis_transform(), xytext=(6, 0),
        textcoords="offset points", va="center", fontsize=8.5, color=colour,
        annotation_clip=False,
    )  # fmt: skip
