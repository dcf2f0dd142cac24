"""The figure of the mycoplasma lesson: the chance that a reaction holds a copy at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, limit_line, new_axes
from stemcell_kit.qc.molecular.template_copies import probability_of_detection
from stemcell_kit.worksheets.mycoplasma import protocol_copies

__all__ = ["plot_nat_detection"]

# colour and dash together, so that a line is not known by colour alone
_SERIES = (("blue", "-"), ("vermilion", "--"), ("green", "-."), ("purple", ":"))
_HALF = 0.693  # copies at which half of the reactions hold one


def plot_nat_detection(protocols: pd.DataFrame, limit: Limit) -> Axes:
    """Draw, for each way into the reaction, the chance of at least one copy over copies per mL.

    It is the ceiling of any assay: a reaction without a copy shows nothing.
    """
    ax = new_axes(
        "Does a reaction hold a copy?",
        "mycoplasma in the sample (genome copies per mL)",
        "reactions with a copy (%)",
    )
    per_ml = np.logspace(0, 4, 161)
    for name, (colour, dash) in zip(protocols["protocol"], _SERIES, strict=False):
        copies = [protocol_copies(protocols, name, per_ml=float(one)).copies for one in per_ml]
        chances = [100 * probability_of_detection(one) for one in copies]
        ax.plot(per_ml, chances, dash, color=COLOURS[colour], linewidth=1.8)
        half = per_ml[0] * _HALF / copies[0]
        ax.annotate(
            name, (half, 50), xytext=(6, -3), textcoords="offset points", fontsize=9,
            color=COLOURS[colour], va="top",
        )  # fmt: skip
    ax.axhline(95, color=GREY, linewidth=1, linestyle=":")
    ax.annotate("95 %", (1, 95), xytext=(2, 3), textcoords="offset points", fontsize=8.5)
    limit_line(ax, limit.below or 0, f"below {limit.below:g} {limit.unit}", vertical=True)
    ax.set_xscale("log")
    ax.set_xlim(1, 1e4)
    ax.set_xticks([1, 10, 100, 1000, 10000], ["1", "10", "100", "1,000", "10,000"])
    ax.set_ylim(0, 112)
    ax.set_yticks(range(0, 101, 25))
    return ax
