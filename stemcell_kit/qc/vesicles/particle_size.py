"""Percentiles, mean and mode of a particle size histogram, weighted by number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "ParticleSize",
    "bin_edges",
    "particle_size",
    "size_window",
    "window_share",
]

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class ParticleSize(Shown):
    """A size distribution in nanometres; ``value`` is the median, ``n`` what the bins add up to."""

    d10_nm: float
    d50_nm: float
    d90_nm: float
    mean_nm: float
    sd_nm: float
    mode_bin_nm: tuple[float, float]
    n: float
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Median diameter."""
        return self.d50_nm

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "nm"

    @property
    def mode_nm(self) -> float:
        """Middle of the fullest bin."""
        return sum(self.mode_bin_nm) / 2

    @property
    def span(self) -> float:
        """Width of the distribution, (D90 - D10) / D50."""
        return (self.d90_nm - self.d10_nm) / self.d50_nm


def particle_size(
    edges_nm: Sequence[float], particles: Sequence[float], *, weighting: str = "number"
) -> ParticleSize:
    """Describe a histogram: D10, D50 and D90 by linear interpolation inside the bin.

    Parameters
    ----------
    edges_nm
        k + 1 rising bin edges of k bins. From bin centres: :func:`bin_edges`.
    particles
        k counts or concentrations per bin, not per nanometre.
    weighting
        What the histogram counts. Only ``number`` is accepted.

    Returns
    -------
    Diameters in nm. Mean and SD take every particle to sit in the middle of its bin. Percentile
    conventions differ between instruments: expect agreement within one bin.

    Raises
    ------
    BadInput
        No rising edges, a negative or missing count, no particle at all, or another weighting.

    Source
    ------
    Percentiles of grouped data; MISEV2018 asks for a size distribution by number.
    """
    _number_weighted(weighting)
    edges, counts = _histogram(edges_nm, particles)
    middles = (edges[:-1] + edges[1:]) / 2
    total = float(counts.sum())
    mean = float((middles * counts).sum() / total)
    fullest = int(counts.argmax())
    return ParticleSize(
        d10_nm=_percentile(edges, counts, 0.1),
        d50_nm=_percentile(edges, counts, 0.5),
        d90_nm=_percentile(edges, counts, 0.9),
        mean_nm=mean,
        sd_nm=math.sqrt(float((counts * (middles - mean) ** 2).sum() / total)),
        mode_bin_nm=(float(edges[fullest]), float(edges[fullest + 1])),
        n=total,
        notes=tuple(_notes(counts, fullest)),
    )


def window_share(
    edges_nm: Sequence[float],
    particles: Sequence[float],
    *,
    low_nm: float,
    high_nm: float,
    weighting: str = "number",
) -> float:
    """Share of the particles between two diameters; bins that are cut count in proportion.

    Returns
    -------
    Percent, 0 to 100.

    Raises
    ------
    BadInput
        The window is empty or upside down, or the histogram is none.
    """
    _number_weighted(weighting)
    low, high = size_window(low_nm, high_nm)
    edges, counts = _histogram(edges_nm, particles)
    below = np.concatenate([[0.0], counts.cumsum()]) / counts.sum()
    start, end = np.interp([low, high], edges, below)
    return float(100 * (end - start))


def bin_edges(centres_nm: Sequence[float]) -> tuple[float, ...]:
    """Return the edges of evenly spaced bins from their centres.

    Raises
    ------
    BadInput
        Fewer than two centres, or uneven steps (a line of the histogram is missing).
    """
    centres = np.array([inputs.number(centre, "a bin centre") for centre in centres_nm])
    steps = np.diff(centres)
    if centres.size < 2 or (steps <= 0).any():
        raise BadInput("expected two or more rising bin centres; sort the histogram by size first")
    if not np.allclose(steps, steps[0], rtol=1e-6):
        raise BadInput(
            f"the bins are {steps.min():g} to {steps.max():g} nm wide; expected one width. "
            "Look for a missing line, or give the edges themselves."
        )
    half = float(steps[0]) / 2
    return (float(centres[0]) - half, *(float(centre) + half for centre in centres))


def size_window(low_nm: float, high_nm: float) -> tuple[float, float]:
    """Return both ends of a window of diameters, lower first.

    Raises
    ------
    BadInput
        The window is empty or upside down.
    """
    low, high = inputs.not_negative(low_nm, "low_nm"), inputs.number(high_nm, "high_nm")
    if high <= low:
        raise BadInput(
            f"the window runs from {low:g} to {high:g} nm; expected low below high. "
            "Give both ends in nanometres."
        )
    return low, high


def _number_weighted(weighting: str) -> None:
    if weighting != "number":
        raise BadInput(
            f"the histogram is weighted by {weighting}; expected number. Volume weighting counts a "
            "200 nm particle as eight of 100 nm: export the distribution by number."
        )


def _histogram(edges_nm: Sequence[float], particles: Sequence[float]) -> tuple[_Array, _Array]:
    edges = np.array([inputs.not_negative(edge, "a bin edge") for edge in edges_nm])
    counts = np.array([inputs.not_negative(one, "the content of a bin") for one in particles])
    if edges.size != counts.size + 1 or counts.size == 0:
        raise BadInput(
            f"found {edges.size} bin edges for {counts.size} bins; expected one edge more than "
            "bins. Bin centres are turned into edges by bin_edges."
        )
    if (np.diff(edges) <= 0).any():
        raise BadInput("the bin edges do not rise; sort the histogram by size")
    if counts.sum() == 0:
        raise BadInput("no bin holds a particle; expected some. Check blank, focus and dilution.")
    return edges, counts


def _percentile(edges: _Array, counts: _Array, share: float) -> float:
    below = counts.cumsum() / counts.sum()
    # empty bins hold no percentile: the first bin that reaches the share does
    place = int(np.searchsorted(below, share))
    inside = counts[place] / counts.sum()
    fraction = (share - (below[place] - inside)) / inside
    return float(edges[place] + fraction * (edges[place + 1] - edges[place]))


def _notes(counts: _Array, fullest: int) -> list[str]:
    notes = ["number weighting; percentiles are linear inside the bin"]
    if (counts == counts[fullest]).sum() > 1:
        notes.append("several bins are equally full; the mode is the smallest of them")
    if counts[-1] > 0:
        notes.append("the last bin is not empty: larger particles may lie outside the histogram")
    return notes
