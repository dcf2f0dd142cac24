"""Figures of the identity lesson: profiles side by side, peaks, pairs, a trial and a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from stemcell_kit.language import say
from stemcell_kit.model import Limit
from stemcell_kit.plots.style import COLOURS, GREY, INK, limit_line, new_axes
from stemcell_kit.qc.identity.str_match import (
    NoSharedLocus,
    StrMatch,
    StrProfile,
    compare,
    loci_with_extra_alleles,
)
from stemcell_kit.worksheets.identity import peaks_at, str_profile, str_samples
from stemcell_kit.worksheets.public_lines import unrelated_pairs

__all__ = [
    "plot_mixture_trial",
    "plot_str_match",
    "plot_str_matrix",
    "plot_str_peaks",
    "plot_unrelated_pairs",
]

SHARED, FOREIGN = COLOURS["blue"], COLOURS["vermilion"]


def plot_str_match(table: pd.DataFrame, sample: str, reference: str) -> Axes:
    """Draw two profiles one above the other; filled alleles are in both, framed ones are not."""
    mine, theirs = str_profile(table, sample), str_profile(table, reference)
    match = compare(mine, theirs)
    title = say(
        "identity.match-title",
        sample=sample,
        reference=reference,
        shared=match.shared,
        loci=len(match.loci),
        tanabe=f"{match.tanabe:.1f}",
    )
    ax = new_axes(title, "", "", width=9.4, height=2.9)
    loci = [locus for locus in mine if locus in theirs]
    for column, locus in enumerate(loci):
        for top, own, other in ((0.0, mine, theirs), (2.3, theirs, mine)):
            _alleles_column(ax, column, top, own[locus], other[locus])
    ax.set_xlim(-0.5, len(loci) - 0.5)
    ax.set_ylim(4.45, -0.4)
    ax.set_xticks(range(len(loci)), loci, rotation=45, ha="right", rotation_mode="anchor")
    ax.set_yticks([0.9, 3.2], [sample, reference])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.axhline(2.05, color=GREY, linewidth=0.8)
    _two_keys(ax, say("identity.shared-allele"), say("identity.only-here"), hatch=False)
    return ax


def plot_str_peaks(table: pd.DataFrame, sample: str, reference: str) -> Axes:
    """Draw every called peak as a bar with its allele; hatched ones the reference does not have."""
    peaks = peaks_at(table, sample, reference)
    match = compare(str_profile(table, sample), str_profile(table, reference))
    title = say("identity.peaks-title", sample=sample, reference=reference, **_rounded(match))
    ax = new_axes(title, "", say("identity.peak-height"), width=10.4, height=4.2)
    places: list[float] = []
    centres: dict[str, float] = {}
    start = 0.0
    for marker, group in peaks.groupby("marker", sort=False):
        spots = [start + n for n in range(len(group))]
        places += spots
        centres[str(marker)] = (spots[0] + spots[-1]) / 2
        start = spots[-1] + 2.2
    known = peaks["in_reference"].tolist()
    bars = ax.bar(
        places, peaks["height"], width=0.86, color=[SHARED if k else "white" for k in known]
    )
    for bar, mine in zip(bars, known, strict=True):
        bar.set(edgecolor=SHARED if mine else FOREIGN, hatch="" if mine else "/////")
    ax.bar_label(bars, peaks["allele"].tolist(), fontsize=7, padding=3, rotation=90)
    ax.set_xticks(
        list(centres.values()), list(centres), rotation=45, ha="right", rotation_mode="anchor"
    )
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-1.2, places[-1] + 1.2)
    ax.set_ylim(0, peaks["height"].max() * 1.18)
    words = {"reference": reference}
    _two_keys(
        ax, say("identity.reference-allele", **words), say("identity.foreign-allele", **words)
    )
    return ax


def plot_unrelated_pairs(*panels: Sequence[str]) -> Axes:
    """Draw the Tanabe scores of unrelated public lines, one row of dots per panel of loci."""
    scores = [unrelated_pairs(panel) for panel in panels]
    title = say("identity.panels-title", pairs=len(scores[0]))
    ax = new_axes(title, say("identity.tanabe-axis"), "", height=1.1 + 0.85 * len(panels))
    for row, found in enumerate(scores):
        heights = _stacked(found["tanabe"].tolist())
        ax.plot(found["tanabe"], [row - h for h in heights], "o", color=SHARED, markersize=4)
        best = found.sort_values("tanabe").iloc[-1]
        words = {"score": f"{best['tanabe']:.1f}", "first": best["first"], "second": best["second"]}
        ax.annotate(
            say("identity.highest", **words),
            (best["tanabe"], row),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    ax.set_yticks(range(len(panels)), [say("identity.panel", loci=len(p)) for p in panels])
    ax.set_xlim(0, 100)
    ax.set_ylim(len(panels) - 0.55, -0.45)
    return ax


def plot_mixture_trial(table: pd.DataFrame, shares: Sequence[float], limit: Limit) -> Axes:
    """Draw how many loci show more than two alleles in mixtures of known share.

    Parameters
    ----------
    shares
        Percent of the second line, in the order of the samples.
    limit
        Most such loci before a mixture is suspected.
    """
    mixtures = str_samples(table[table["role"] == "lot"])
    counts = [len(loci_with_extra_alleles(str_profile(table, name))) for name in mixtures]
    words = [say(f"identity.trial-{name}") for name in ("title", "x", "y")]
    ax = new_axes(*words, height=3.4)
    ax.vlines(shares, 0, counts, color=SHARED, linewidth=1.4)
    ax.plot(shares, counts, "o", color=SHARED, markersize=7, clip_on=False, zorder=3)
    for share, count in zip(shares, counts, strict=True):
        ax.annotate(
            str(count), (share, count), xytext=(0, 7), textcoords="offset points", ha="center"
        )
    ax.set_xticks(list(shares), [f"{share:g}" for share in shares])
    ax.set_xlim(0, max(shares) * 1.38)  # leaves the limit its own room for words
    ax.set_ylim(0, max(counts) + 3)
    if limit.at_most is not None:
        limit_line(ax, limit.at_most, say("identity.trial-limit", value=f"{limit.at_most:g}"))
    return ax


def plot_str_matrix(table: pd.DataFrame) -> Axes:
    """Draw the Tanabe score of every sample with every other; dark is alike.

    A pair that shares no typed locus, such as a ladder or a blank, shows a dash.
    """
    names = str_samples(table)
    profiles = {name: str_profile(table, name) for name in names}
    scores = [[_tanabe_or_nan(profiles[a], profiles[b]) for b in names] for a in names]
    side = max(5.2, 0.36 * len(names) + 1.8)
    ax = new_axes(say("identity.matrix-title"), "", "", width=side + 0.6, height=side)
    ax.imshow(scores, cmap="Blues", vmin=0, vmax=110, aspect="equal")
    for y, row in enumerate(scores):
        for x, score in enumerate(row):
            if score == score:
                words, colour = f"{score:.0f}", "white" if score > 65 else INK
            else:
                words, colour = "–", GREY
            ax.text(x, y, words, ha="center", va="center", fontsize=6.5, color=colour)
    ticks = range(len(names))
    ax.set_xticks(ticks, list(names), rotation=90, fontsize=8)
    ax.set_yticks(ticks, list(names), fontsize=8)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def _tanabe_or_nan(one: StrProfile, other: StrProfile) -> float:
    try:
        return compare(one, other).tanabe
    except NoSharedLocus:
        return float("nan")


def _alleles_column(
    ax: Axes, column: int, top: float, alleles: frozenset[str], others: frozenset[str]
) -> None:
    for place, allele in enumerate(sorted(alleles, key=_as_size)[:4]):
        shared = allele in others
        low = top + 0.94 * place
        ax.add_patch(
            Rectangle(
                (column - 0.42, low),
                0.84,
                0.8,
                facecolor=SHARED if shared else "white",
                edgecolor=SHARED if shared else FOREIGN,
                linewidth=1.2,
            )
        )
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8}
        ax.text(column, low + 0.42, allele, color="white" if shared else INK, **style)


def _two_keys(ax: Axes, same: str, other: str, *, hatch: bool = True) -> None:
    """Name the two kinds of allele above the axes, where no data lies."""
    keys = [
        Patch(facecolor=SHARED, edgecolor=SHARED, label=same),
        Patch(facecolor="white", edgecolor=FOREIGN, hatch="/////" if hatch else "", label=other),
    ]
    ax.legend(
        handles=keys,
        loc="lower right",
        bbox_to_anchor=(1.0, 0.985),
        ncols=2,
        fontsize=8.5,
        frameon=False,
        borderaxespad=0,
        handlelength=1.4,
    )


def _stacked(
    values: Sequence[float], *, bin_width: float = 1.4, step: float = 0.075
) -> list[float]:
    """Return heights that lay dots of one bin beside each other, none hidden."""
    seen: dict[int, int] = {}
    heights = []
    for value in values:
        place = round(value / bin_width)
        rank = seen.get(place, 0)
        seen[place] = rank + 1
        heights.append((rank + 1) // 2 * step * (1 if rank % 2 else -1))
    return heights


def _rounded(match: StrMatch) -> Mapping[str, str]:
    names = ("tanabe", "masters_query", "masters_reference")
    return {name: f"{getattr(match, name):.1f}" for name in names}


def _as_size(allele: str) -> tuple[float, str]:
    return (0.0, allele) if allele.isalpha() else (float(allele), allele)
