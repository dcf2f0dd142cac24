"""Figures shared by the neural lessons, and those of the neural stem cell lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, INK, limit_line, new_axes
from stemcell_kit.qc.flow.rare_events import events_for_limit, zero_found_limit

__all__ = ["plot_none_found"]

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


def _percent(limit: Limit) -> float:
    bound = limit.at_most if limit.at_most is not None else limit.below
    assert bound is not None  # the limits of rare cells have an upper bound
    return bound
