"""The figure of the declaration lesson: what each commitment stands on."""

from __future__ import annotations

from matplotlib.axes import Axes

from stemcell_kit.assessment.laboratory import Laboratory
from stemcell_kit.language import say
from stemcell_kit.plots.style import COLOURS, INK, new_axes
from stemcell_kit.worksheets.rows import each_row

__all__ = ["plot_commitments"]


def plot_commitments(laboratory: Laboratory) -> Axes:
    """Draw for each commitment the share of its statements that is held, with the counts.

    A commitment to which nothing applies has no bar and says so.
    """
    table = laboratory.commitments()
    ax = new_axes(
        say("commitments.title"), say("commitments.share"), "", height=0.8 + 0.27 * len(table)
    )
    applicable = table["held"] + table["open"]
    shares = (100 * table["held"] / applicable.where(applicable > 0)).fillna(0)
    ax.barh(range(len(table)), [100] * len(table), color="white", edgecolor=INK, linewidth=0.6)
    ax.barh(range(len(table)), shares, color=COLOURS["blue"])
    rows = list(each_row(table))
    for place, row in enumerate(rows):
        words = f"{row.held} / {row.held + row.open}" if applicable[place] else "–"
        ax.text(102, place, words, va="center", fontsize=9)
    marks = [f"{row.commitment} ●" if row.core else row.commitment for row in rows]
    ax.set_yticks(range(len(table)), marks)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, 118)
    ax.set_xticks(range(0, 101, 25))
    return ax
