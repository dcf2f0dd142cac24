"""Figures on tumour organoids: allele fractions, a drug plate, dose curves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from stemcell_kit.plots.style import COLOURS, GREY, INK, new_axes, new_grid
from stemcell_kit.qc.potency.logistic import NoFit
from stemcell_kit.worksheets.organoid_plates import dose_curve, dose_percents
from stemcell_kit.worksheets.tumour_organoids import variant_fractions

__all__ = ["plot_allele_fractions", "plot_dose_curves", "plot_organoid_plate"]

_ROWS, _COLUMNS = "ABCDEFGH", 12
# share of the axis that a gene name takes
_LABEL_WIDTH = 0.07
_LETTERS = {"vehicle": "V", "kill": "K"}
_SERIES = (("blue", "o", "-"), ("vermilion", "s", "--"), ("green", "^", ":"))


def plot_allele_fractions(calls: pd.DataFrame) -> Axes:
    """Draw the allele fraction of every variant, one row per sample; drivers carry their name.

    *calls* are those of the bank or of a VCF; a variant that is not called is an open mark.
    """
    found = variant_fractions(calls)
    sample = found["sample"] if "lot" not in found else found["lot"] + " " + found["sample"]
    names = list(dict.fromkeys(sample))
    ax = new_axes(
        "Allele fractions", "reads with the variant / all reads", "", height=1.2 + 0.44 * len(names)
    )
    ax.axvline(0.5, color=GREY, linestyle="--", linewidth=1)
    for row, name in enumerate(names):
        _row_of_fractions(ax, row, found[sample == name])
    ax.text(
        0.5, -0.75, "heterozygous, all cells", ha="center", fontsize=8.5, backgroundcolor="white"
    )
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -1.05)
    ax.set_xlim(-0.02, 1.02)
    return ax


def plot_organoid_plate(wells: pd.DataFrame) -> Axes:
    """Draw the treated plate as it lay in the reader, in thousands of light units.

    V marks vehicle wells and K kill wells; the frame separates the edge of the plate.
    """
    treated = wells[wells["role"] != "day 0"]
    ax = new_axes(f"Plate {treated['plate'].iloc[0]}", "column", "row", width=8.4, height=3.9)
    signal = treated["signal_rlu"] / 1000
    grid = np.full((len(_ROWS), _COLUMNS), np.nan)
    for well, value in zip(treated["well"], signal, strict=True):
        grid[_ROWS.index(well[0]), int(well[1:]) - 1] = value
    ax.imshow(grid, cmap="Greys", vmin=0, vmax=1.6 * signal.max(), aspect="auto")
    for well, role, value in zip(treated["well"], treated["role"], signal, strict=True):
        place = (int(well[1:]) - 1, _ROWS.index(well[0]))
        ax.text(*place, f"{_LETTERS.get(role, '')} {value:.0f}".strip(), ha="center", va="center",
                fontsize=8.5, color=INK, fontweight="bold" if role in _LETTERS else "normal")  # fmt: skip
    frame = {"fill": False, "edgecolor": COLOURS["vermilion"], "linestyle": "--", "linewidth": 1.4}
    ax.add_patch(_rectangle((0.5, 0.5), _COLUMNS - 2, len(_ROWS) - 2, frame))
    ax.set_xticks(range(_COLUMNS), [str(n) for n in range(1, _COLUMNS + 1)])
    ax.set_yticks(range(len(_ROWS)), list(_ROWS))
    return ax


def plot_dose_curves(
    wells: pd.DataFrame, *, least_span: float, least_covered_percent: float
) -> list[Axes]:
    """Draw the wells of each lot and compound, and a curve only where they support one."""
    rules: dict[str, Any] = {
        "least_span": least_span,
        "least_covered_percent": least_covered_percent,
    }
    dosed = wells[wells["role"] == "dose"]
    lots, compounds = list(dosed["lot"].unique()), list(dosed["compound"].unique())
    axes = new_grid(
        len(lots), lots, "dose (µM)", "percent of the vehicle control", width=2.55 * len(lots),
        height=3.2,
    )  # fmt: skip
    for ax, lot in zip(axes, lots, strict=True):
        ax.axhline(50, color=GREY, linestyle="--", linewidth=1)
        for compound, look in zip(compounds, _SERIES, strict=False):
            _series(ax, wells, (lot, compound), look, rules)
        ax.set_xscale("log")
        ax.set_ylim(0, 135)
    axes[0].legend(
        fontsize=8.5, loc="lower left", frameon=False, handletextpad=0.2, borderaxespad=0.1
    )
    return axes


# --- parts of the above --------------------------------------------------------------------


def _row_of_fractions(ax: Axes, row: int, own: pd.DataFrame) -> None:
    gene = own["gene"].fillna("") if "gene" in own else pd.Series("", index=own.index)
    for chosen, mark, colour, size in (
        (gene == "", "o", COLOURS["sky"], 30),
        (gene != "", "D", COLOURS["vermilion"], 44),
    ):
        for called in (True, False):
            part = own[chosen & (own["called"] == called)]
            face = colour if called else "white"
            ax.scatter(part["vaf"], [row] * len(part), marker=mark, s=size, c=face,
                       edgecolor=INK, linewidth=0.6, zorder=3)  # fmt: skip
    for names, vaf in _close_together(own.loc[gene != "", "vaf"], gene[gene != ""]):
        ax.annotate(names, (vaf, row), xytext=(0, 6), textcoords="offset points", ha="center",
                    fontsize=8)  # fmt: skip


def _close_together(vafs: pd.Series[float], genes: pd.Series[str]) -> list[tuple[str, float]]:
    """Write the names of marks that touch as one label over their middle."""
    groups: list[list[tuple[float, str]]] = []
    for vaf, name in sorted(zip(vafs, genes, strict=True)):
        if groups and vaf - groups[-1][-1][0] < _LABEL_WIDTH:
            groups[-1].append((vaf, name))
        else:
            groups.append([(vaf, name)])
    return [
        (", ".join(name for _, name in own), sum(vaf for vaf, _ in own) / len(own))
        for own in groups
    ]


def _series(
    ax: Axes,
    wells: pd.DataFrame,
    names: tuple[str, str],
    look: tuple[str, str, str],
    rules: dict[str, Any],
) -> None:
    colour, mark, line = look
    own = dose_percents(wells, *names)
    doses = own["concentration_um"]
    ax.plot(doses, own["percent"], mark, color=COLOURS[colour], markersize=4, alpha=0.75,
            label=names[1])  # fmt: skip
    try:
        curve = dose_curve(wells, *names, **rules).curve
    except NoFit:
        return
    x = np.geomspace(doses.min(), doses.max(), 80)
    ax.plot(x, [curve.at(float(np.log(one))) for one in x], line, color=COLOURS[colour])


def _rectangle(corner: tuple[float, float], width: float, height: float, look: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, **look)
