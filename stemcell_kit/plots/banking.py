"""Figures of the banking lesson: a mycoplasma run, recovery along the fill, a journey."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.worksheets.banking import fill_order

__all__ = ["plot_fill_order", "plot_nat_run", "plot_transit"]

# the lane right of the last cycle, where a signal that never came is drawn
_NO_SIGNAL = 46.0
# percent points between two names, so that they do not touch
_NAME_HEIGHT = 7.0
_SHADES = ("vermilion", "blue", "green", "purple", "orange", "sky")


def plot_nat_run(run: pd.DataFrame, *samples: str, cutoff_cq: float) -> Axes:
    """Draw the mycoplasma target and the internal control of some samples, one row each."""
    ax = new_axes(say("banking.nat-title"), say("banking.cq"), "", height=1.5 + 0.5 * len(samples))
    ax.axvspan(_NO_SIGNAL - 2, _NO_SIGNAL + 2, color=GREY, alpha=0.18, linewidth=0)
    for row, sample in enumerate(samples):
        own = _chosen(run, "sample", sample)
        for column, shift, marker, shade in (
            ("target_cq", 0.14, "o", "vermilion"),
            ("control_cq", -0.14, "s", "blue"),
        ):
            cycles = own[column].fillna(_NO_SIGNAL)
            seen = own[column].notna().to_numpy()
            for shown, face in ((seen, COLOURS[shade]), (~seen, "white")):
                x = cycles.to_numpy()[shown]
                ax.scatter(
                    x, [row + shift] * len(x), marker=marker, s=52, c=face, edgecolor=COLOURS[shade]
                )
    _name_signals(ax, len(samples))
    limit_line(ax, cutoff_cq, say("banking.nat-cutoff", cutoff=cutoff_cq), vertical=True)
    ax.set_yticks(range(len(samples)), samples)
    ax.set_ylim(len(samples) - 0.5, -1.35)
    ax.set_xlim(18, _NO_SIGNAL + 2)
    ax.set_xticks(range(20, 41, 5))
    return ax


def plot_fill_order(vials: pd.DataFrame, *lots: str) -> Axes:
    """Draw the viable recovery of thawed vials on their place in the fill, one line per lot."""
    ax = new_axes(say("banking.fill-title"), say("banking.vial"), say("banking.recovery"))
    fits = fill_order(vials)
    ends: dict[str, tuple[float, float]] = {}
    for lot, shade, marker in zip(lots, _SHADES, "osD^vP", strict=False):
        own = _chosen(vials, "lot", lot)
        recovery = 100 * own["viable_recovered"] / own["viable_frozen"]
        last = int(own["vials_filled"].iloc[0])
        fitted: Any = [fits.at[lot, f"{end}_percent"] for end in ("first", "last")]
        ax.scatter(own["vial"], recovery, color=COLOURS[shade], marker=marker, s=36, zorder=3)
        ax.plot([1, last], fitted, color=COLOURS[shade], linewidth=1.2)
        ends[lot] = (last, float(fitted[1]))
    _name_ends(ax, ends)
    ax.set_ylim(0, 105)
    return ax


def _name_ends(ax: Axes, ends: dict[str, tuple[float, float]]) -> None:
    """Name lines in a column on the right, apart from one another, each led to its end."""
    right = max(x for x, _ in ends.values())
    free = 105.0
    shades = dict(zip(ends, _SHADES, strict=False))
    for lot, (x, y) in sorted(ends.items(), key=lambda item: -item[1][1]):
        height = min(y, free - _NAME_HEIGHT)
        free = height
        ax.plot([x, 1.06 * right], [y, height], color=GREY, linewidth=0.7, linestyle=":")
        colour = COLOURS[shades[lot]]
        _name(ax, lot, (1.07 * right, height), colour, offset=(2, 0), ha="left", va="center")
    ax.set_xlim(0, 1.28 * right)


def plot_transit(log: pd.DataFrame, *consignments: str, limit_c: float) -> Axes:
    """Draw the temperature of some journeys; hours without a recorded holder are marked."""
    ax = new_axes(say("banking.transit-title"), say("banking.hours"), say("banking.temperature"))
    limit_line(ax, limit_c, say("banking.warmest-allowed", limit=limit_c))
    for name, shade, style in zip(consignments, _SHADES, ("-", "--", ":"), strict=False):
        own = _chosen(log, "consignment", name)
        ax.plot(own["hour"], own["temperature_c"], style, color=COLOURS[shade], linewidth=1.6)
        end = (own["hour"].iloc[-1], own["temperature_c"].iloc[-1])
        # the first name above its line, the next below, so that lines that meet keep their names
        above = name == consignments[0]
        _name(
            ax,
            name,
            end,
            COLOURS[shade],
            offset=(0, 8 if above else -8),
            ha="right",
            va="bottom" if above else "top",
        )
        _mark_unrecorded(ax, own[own["holder"] == ""])
    ax.margins(x=0.02)
    ax.set_ylim(-212, -60)
    return ax


def _mark_unrecorded(ax: Axes, gap: pd.DataFrame) -> None:
    if gap.empty:
        return
    start, end = gap["hour"].iloc[0], gap["hour"].iloc[-1]
    ax.axvspan(start, end, color=GREY, alpha=0.22, linewidth=0)
    middle = ((start + end) / 2, 0.97)
    ax.annotate(
        say("banking.nobody"),
        middle,
        xycoords=ax.get_xaxis_transform(),
        ha="center",
        va="top",
        fontsize=8.5,
    )


def _name_signals(ax: Axes, rows: int) -> None:
    """Name the two marks above the first row and the lane of missing signals."""
    for key, marker, shade, x in (
        ("target", "o", "vermilion", 19.0),
        ("internal", "s", "blue", 27.0),
    ):
        ax.scatter([x], [-0.9], marker=marker, s=52, c=COLOURS[shade], edgecolor=COLOURS[shade])
        ax.annotate(say(f"banking.{key}"), (x + 0.6, -0.9), va="center", fontsize=9, color=INK)
    ax.annotate(say("banking.no-signal"), (_NO_SIGNAL, -0.9), ha="center", va="center", fontsize=9)


def _name(
    ax: Axes, text: str, end: tuple[Any, Any], colour: str, *, offset: tuple[int, int], **place: Any
) -> None:
    ax.annotate(
        text, end, xytext=offset, textcoords="offset points", fontsize=9, color=colour, **place
    )


def _chosen(table: pd.DataFrame, column: str, wanted: str) -> pd.DataFrame:
    own = table[table[column] == wanted]
    if own.empty:
        raise BadInput(f"no {column} {wanted!r} in the table; check the spelling of the id")
    return own
