"""The figure of the origin lesson: three dates of each line."""

from __future__ import annotations

from datetime import date

import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.language import say
from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes
from stemcell_kit.worksheets.origin import date_readings

__all__ = ["plot_date_order"]

_STEPS = {
    "approved": ("s", "blue"),
    "consented": ("o", "green"),
    "collected": ("D", "vermilion"),
}


def plot_date_order(dates: pd.DataFrame) -> Axes:
    """Draw approval, consent and collection in days from consent, one line per row.

    Each day that a written date can mean gets a hollow mark when there is more than one.
    """
    height = 1.6 + 0.42 * len(dates)
    ax = new_axes(say("origin.title"), say("origin.days"), "", height=height)
    for place, row in enumerate(dates.itertuples(index=False)):
        consented = date.fromisoformat(str(row.consented))
        for step, (marker, shade) in _STEPS.items():
            if step == "consented" and not row.consent:
                ax.annotate(say("origin.no-reference"), (2, place - 0.3), fontsize=8.5, color=INK)
            days = [
                (date.fromisoformat(day) - consented).days
                for day in date_readings(str(getattr(row, step)))
            ]
            sure = len(days) == 1 and not (step == "consented" and not row.consent)
            face = COLOURS[shade] if sure else "white"
            ys = [place] * len(days)
            ax.scatter(days, ys, marker=marker, s=58, c=face, edgecolor=COLOURS[shade], zorder=3)
    ax.axvline(0, color=GREY, linewidth=1, ymax=0.86)
    # the days around the consent decide, so they get half of the width
    ax.set_xscale("symlog", linthresh=30)
    ax.set_xticks([-100, -30, -10, 0, 10, 30, 100, 300])
    ax.set_xticks([], minor=True)
    ax.xaxis.set_major_formatter("{x:g}")
    for step, x in zip(_STEPS, (0.06, 0.36, 0.66), strict=True):
        marker, shade = _STEPS[step]
        at = ax.transAxes
        ax.scatter([x], [0.94], marker=marker, s=58, c=COLOURS[shade], transform=at)
        name = say(f"origin.{step}")
        ax.annotate(name, (x + 0.02, 0.94), xycoords=at, va="center", fontsize=9)
    ax.set_yticks(range(len(dates)), list(dates["line"]))
    ax.set_ylim(len(dates) - 0.4, -1.5)
    return ax
