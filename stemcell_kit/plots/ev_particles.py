"""Figures of the lesson on particles and markers of vesicles."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.worksheets.ev_particles import blot_percents, step_results
from stemcell_kit.worksheets.ev_tracking import particles_and_record, size_histogram, vesicle_size

__all__ = [
    "plot_blot_percents",
    "plot_dilution_window",
    "plot_particle_sizes",
    "plot_purification",
    "plot_tracked_and_reported",
]

# colour and mark together, so that a series is not known by colour alone
_SERIES = (("blue", "o"), ("vermilion", "s"), ("green", "^"), ("purple", "D"))
_DASHES = ("-", "--", ":", "-.")
_SMALL = 8.5
# where the zero of a percentage would be on a logarithmic scale
_LOWEST_PERCENT = 0.3


def plot_purification(steps: pd.DataFrame) -> Axes:
    """Draw each batch as a path: what is left of the harvest, and particles per microgram."""
    ax = new_axes(
        "From harvest to product",
        "particles left of the harvest (%)",
        "particles per µg protein",
        height=4.2,
    )
    ax.set_yscale("log")
    found = step_results(steps)
    for (batch, own), (colour, mark) in zip(
        found.groupby("batch", sort=False), _SERIES, strict=False
    ):
        left, purity = list(own["of_harvest_percent"]), list(own["particles_per_ug"])
        ax.plot(left, purity, marker=mark, color=COLOURS[colour], linewidth=1.6, label=batch)
        for place, name in enumerate(own["step"]):
            # steps that only clear lie on one another at the start and need no name each
            if purity[place] > 2 * purity[0]:
                _name(ax, str(name), (left[place], purity[place]), last=place == len(own) - 1)
    ax.annotate("harvest, spins, filter", (96, 2.4e7), va="top", ha="center", fontsize=_SMALL)
    ax.legend(loc="upper left", fontsize=_SMALL, frameon=False)
    ax.set_xlim(112, 0)
    ax.set_ylim(1e7, 2e11)
    return ax


def plot_tracked_and_reported(tracks: pd.DataFrame, records: pd.DataFrame) -> Axes:
    """Draw by lot what the tracking gives, what the record says and what the label promises."""
    ax = new_axes("One vial, three numbers", "particles per mL", "", height=2.9)
    found = particles_and_record(tracks, records)
    places = range(len(found))
    ax.plot(found["label"], places, "|", color=INK, markersize=16, label="label")
    ax.plot(found["tracked"], places, "o", color=COLOURS["blue"], markersize=9, label="tracked")
    ax.plot(found["reported"], places, "X", color=COLOURS["vermilion"], label="batch record")
    for place, (reported, times) in enumerate(
        zip(found["reported"], found["times_tracked"], strict=True)
    ):
        if round(times) != 1:
            ax.annotate(
                f"{times:.0f} times what was tracked",
                (reported, place),
                xytext=(-12, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=_SMALL,
            )
    ax.set_xscale("log")
    ax.set_xlim(5e10, 5e14)
    ax.set_yticks(list(places), list(found.index))
    ax.set_ylim(len(found) - 0.5, -0.6)
    ax.legend(loc="upper right", fontsize=_SMALL, frameon=False)
    return ax


def plot_dilution_window(dilutions: pd.DataFrame, per_frame: Limit) -> Axes:
    """Draw what one vial seems to hold over the particles per frame at which it was tracked."""
    ax = new_axes(
        "One vial at nine dilutions",
        "particles per frame",
        "vial, particles per mL (10¹¹)",
    )
    ax.set_xscale("log")
    low, high = per_frame.at_least or 1, per_frame.at_most or 1
    ax.axvspan(low, high, color=COLOURS["sky"], alpha=0.2, linewidth=0)
    frames, vial = dilutions["particles_per_frame"], dilutions["vial_per_ml"] / 1e11
    ax.plot(frames, vial, "o-", color=COLOURS["blue"], markerfacecolor="white")
    for factor, frame, found in zip(dilutions["dilution"], frames, vial, strict=True):
        _above(ax, f"1:{factor}", (frame, found), aside=frame < low)
    ax.text((low * high) ** 0.5, 0.3, f"{low:g} to {high:g}", ha="center", fontsize=_SMALL)
    ax.set_ylim(0, 1.15 * vial.max())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    return ax


def plot_particle_sizes(tracks: pd.DataFrame, lots: Sequence[str], *, width_nm: float = 5) -> Axes:
    """Draw the size distributions of some lots, by number, with D50 and D90."""
    ax = new_axes(
        "Size distribution by number", "diameter (nm)", f"particles per {width_nm:g} nm (%)"
    )
    for place, (lot, (colour, mark)) in enumerate(zip(lots, _SERIES, strict=False)):
        edges, held = size_histogram(tracks, lot, width_nm=width_nm)
        percents = [100 * one / sum(held) for one in held]
        ax.stairs(percents, edges, color=COLOURS[colour], linestyle=_DASHES[place], linewidth=1.6)
        size = vesicle_size(tracks, lot, width_nm=width_nm)
        height = -0.06 * (place + 1) * max(percents)
        ax.plot([size.d10_nm, size.d90_nm], [height] * 2, color=COLOURS[colour], linewidth=1.6)
        ax.plot(size.d50_nm, height, mark, color=COLOURS[colour])
        words = f"{lot}: D10 {size.d10_nm:.0f}, D50 {size.d50_nm:.0f}, D90 {size.d90_nm:.0f} nm"
        ax.plot([], [], mark, linestyle=_DASHES[place], color=COLOURS[colour], label=words)
    ax.axhline(0, color=INK, linewidth=0.8)
    ax.set_xlim(0, 400)
    ax.legend(loc="upper right", fontsize=_SMALL, frameon=False)
    return ax


def plot_blot_percents(blots: pd.DataFrame, lots: Sequence[str], limit: Limit) -> Axes:
    """Draw each band in percent of the parent cells, per microgram, with the limit of depletion."""
    ax = new_axes("Bands per µg protein", "", "percent of the parent cells", height=3.8)
    found = blot_percents(blots)
    markers = list(dict.fromkeys(found["marker"]))
    for place, (lot, (colour, mark)) in enumerate(zip(lots, _SERIES, strict=False)):
        own = found[found["lot"] == lot].set_index("marker")["percent_of_lysate"]
        shift = 0.22 * (place - (len(lots) - 1) / 2)
        heights = [max(float(own[marker]), _LOWEST_PERCENT) for marker in markers]
        where = [number + shift for number in range(len(markers))]
        ax.plot(where, heights, mark, color=COLOURS[colour], markersize=8, label=lot)
    ax.set_yscale("log")
    ax.axhline(100, color=GREY, linewidth=1)
    ax.annotate("as in the cells", (0.01, 105), xycoords=("axes fraction", "data"), fontsize=_SMALL)
    limit_line(ax, limit.below or 0, f"depleted below {limit.below:g} %")
    ax.set_xticks(range(len(markers)), markers)
    ax.set_ylim(_LOWEST_PERCENT, 2000)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.legend(loc="upper right", fontsize=_SMALL, frameon=False)
    return ax


def _name(ax: Axes, words: str, point: tuple[float, float], *, last: bool) -> None:
    ax.annotate(
        words,
        point,
        xytext=(8, -4) if last else (-6, 8),
        textcoords="offset points",
        ha="left" if last else "right",
        va="top" if last else "bottom",
        fontsize=_SMALL,
    )


def _above(ax: Axes, words: str, point: tuple[float, float], *, aside: bool) -> None:
    ax.annotate(
        words,
        point,
        xytext=(4, 6),
        textcoords="offset points",
        ha="left" if aside else "center",
        fontsize=_SMALL,
    )
