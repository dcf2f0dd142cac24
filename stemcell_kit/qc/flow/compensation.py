"""Compensation of spillover: taking off what each dye leaves in the detectors of the others.

A spillover matrix has one row a dye and one column a detector: the share of the dye's own signal
that the detector sees. Compensation changes the values, so it belongs before every fluorescence
gate and is done once: done twice it takes off too much and leaves the pairs slanting below zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from flowutils import compensate as flowutils_compensate
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "NotInvertible",
    "Spillover",
    "compensate",
    "residual_spillover",
    "single_stain_spillover",
    "spillover",
    "uncompensate",
]

# above it the solution carries no digit of the measurement any more
_CONDITION = 1e8


class NotInvertible(BadInput):
    """Two dyes have the same spectrum in these detectors, so nothing can tell them apart."""


@dataclass(frozen=True)
class Spillover(Shown):
    """A checked spillover matrix: ``rows[i][j]`` is what detector j sees of the dye of row i.

    ``dyes`` names the compensated channels, row by row; usually they are called as the detectors.
    """

    detectors: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]
    dyes: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def array(self) -> NDArray[np.float64]:
        """Return the rows as an array."""
        return np.array(self.rows)


def spillover(
    rows: Sequence[Sequence[float]],
    detectors: Sequence[str],
    *,
    dyes: Sequence[str] | None = None,
) -> Spillover:
    """Check a spillover matrix; a row is brought to 1 in the detector of its own dye.

    Raises
    ------
    NotInvertible
        The dyes cannot be told apart.
    BadInput
        The matrix is not square, holds something that is no number, or a dye has no own signal.
    """
    matrix = _square(rows, detectors, dyes)
    own = np.diag(matrix).copy()
    if (own <= 0).any():
        place = int(np.argmax(own <= 0))
        raise BadInput(
            f"the dye of {detectors[place]} has {own[place]:g} in its own detector; expected 1 (or "
            "100 %). Rows are dyes and columns are detectors: check whether they were exchanged."
        )
    notes = ["rows divided by their own signal to make it 1"] if (own != 1).any() else []
    matrix = matrix / own[:, None]
    if np.linalg.cond(matrix) > _CONDITION:
        raise NotInvertible(
            "the spillover matrix cannot be inverted: two dyes look the same in these detectors. "
            "Choose another pair of dyes or measure the single stains again."
        )
    return Spillover(
        tuple(detectors),
        tuple(tuple(float(cell) for cell in row) for row in matrix),
        tuple(dyes or detectors),
        tuple(notes + _doubts(matrix, detectors)),
    )


def compensate(
    events: pd.DataFrame | Mapping[str, Sequence[float]],
    matrix: Spillover | Mapping[str, Any],
) -> pd.DataFrame:
    """Take the spillover off the events; other channels stay as they are.

    Parameters
    ----------
    events
        One row an event, one column a channel, linear values.
    matrix
        A ``Spillover``, or plain ``{"detectors": [...], "rows": [[...]]}``.

    Returns
    -------
    The events with compensated columns. ``.attrs["compensated"]`` names them; events that were
    compensated before are compensated again as asked, with a sentence in ``.attrs["warnings"]``.

    Raises
    ------
    BadInput
        A detector of the matrix is not in the events.
    """
    return _changed(events, matrix, undo=False)


def uncompensate(
    events: pd.DataFrame | Mapping[str, Sequence[float]],
    matrix: Spillover | Mapping[str, Any],
) -> pd.DataFrame:
    """Put the spillover back on compensated events: the exact inverse of ``compensate``."""
    return _changed(events, matrix, undo=True)


def single_stain_spillover(
    stains: Mapping[str, pd.DataFrame | Mapping[str, Sequence[float]]],
    unstained: pd.DataFrame | Mapping[str, Sequence[float]],
    *,
    percentile: float,
) -> Spillover:
    """Spillover matrix from single-stained controls, by medians.

    ``(median positive - median unstained)`` in each detector over the same in the own detector.
    Positive are the events above the *percentile* of the unstained control in the own detector.

    Parameters
    ----------
    stains
        Detector -> events of the control with only its dye.
    unstained
        Events without any dye, of the same cells or beads.
    percentile
        Between 50 and 100, both excluded.

    Raises
    ------
    BadInput
        A control has no positive event, or a detector is missing.
    """
    detectors = list(stains)
    rows = [
        _slopes(_columns(stained, detectors), _columns(unstained, detectors), place, percentile)
        for place, stained in enumerate(stains.values())
    ]
    return spillover(rows, detectors)


def residual_spillover(
    stains: Mapping[str, pd.DataFrame | Mapping[str, Sequence[float]]],
    unstained: pd.DataFrame | Mapping[str, Sequence[float]],
    *,
    percentile: float,
    at_most: float,
) -> tuple[tuple[str, str, float], ...]:
    """Pairs that compensated single stains still show: (dye, detector, share left), worst first.

    A positive share is left over (not or too little compensated), a negative one is taken off
    too much, as by a second compensation. Shares up to *at_most* either way are fine.
    """
    limit = inputs.not_negative(at_most, "at_most")
    found = single_stain_spillover(stains, unstained, percentile=percentile)
    pairs = [
        (dye, detector, found.rows[i][j])
        for i, dye in enumerate(found.dyes)
        for j, detector in enumerate(found.detectors)
        if i != j and abs(found.rows[i][j]) > limit
    ]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))


def _square(
    rows: Sequence[Sequence[float]], detectors: Sequence[str], dyes: Sequence[str] | None
) -> NDArray[np.float64]:
    names = list(detectors)
    if not names or len(set(names)) != len(names):
        raise BadInput(
            f"the detectors are {', '.join(names) or 'none'}; expected each once. Name every column."
        )
    size = len(names)
    if len(rows) != size or any(len(row) != size for row in rows) or len(dyes or names) != size:
        raise BadInput(
            f"found {len(rows)} rows for {size} detectors; expected a square matrix with one row a "
            "dye and one column a detector. Fluorescence only: leave scatter and time out."
        )
    return np.array(
        [
            [inputs.number(cell, f"spillover of row {i + 1} into {names[j]}") for j, cell in line]
            for i, line in enumerate(map(enumerate, rows))
        ]
    )


def _doubts(matrix: NDArray[np.float64], detectors: Sequence[str]) -> list[str]:
    off = matrix - np.eye(len(matrix))
    said = []
    if not off.any():
        said.append("no spillover at all: the file was compensated already, or never measured")
    for (i, j), share in np.ndenumerate(off):
        pair = f"{detectors[i]} into {detectors[j]}"
        if share > 1:
            said.append(f"{pair} is {share:.3g}, above 1: brighter beside its own detector")
        elif share < 0:
            said.append(f"{pair} is {share:.3g}, below 0: light cannot be negative")
    return said


def _changed(
    events: pd.DataFrame | Mapping[str, Sequence[float]],
    matrix: Spillover | Mapping[str, Any],
    *,
    undo: bool,
) -> pd.DataFrame:
    one = matrix if isinstance(matrix, Spillover) else spillover(**matrix)
    table = events if isinstance(events, pd.DataFrame) else pd.DataFrame(dict(events), dtype=float)
    seen, written = (one.dyes, one.detectors) if undo else (one.detectors, one.dyes)
    values = _columns(table, seen)
    change = flowutils_compensate.inverse_compensate if undo else flowutils_compensate.compensate
    changed = pd.DataFrame(change(values, one.array()), columns=list(written), index=table.index)
    kept = table.drop(columns=list(seen))
    names = [dict(zip(seen, written, strict=True)).get(name, name) for name in table.columns]
    result = pd.concat([kept, changed], axis=1)[names]
    result.attrs = {**table.attrs, "compensated": () if undo else tuple(written)}
    twice = set(table.attrs.get("compensated", ())) & set(seen)
    if twice and not undo:
        said = f"{', '.join(sorted(twice))} were compensated before; this is the second time"
        result.attrs["warnings"] = (*table.attrs.get("warnings", ()), said)
    return result


def _columns(
    events: pd.DataFrame | Mapping[str, Sequence[float]], names: Sequence[str]
) -> NDArray[np.float64]:
    missing = [name for name in names if name not in events]
    if missing:
        raise BadInput(
            f"the events have no channel {', '.join(missing)}; found {', '.join(map(str, events))}. "
            "Name the detectors of the matrix as the file names its channels."
        )
    return np.column_stack([np.asarray(events[name], dtype=float) for name in names])


def _slopes(
    stained: NDArray[np.float64],
    unstained: NDArray[np.float64],
    own: int,
    percentile: float,
) -> list[float]:
    if not 50 < inputs.number(percentile, "percentile") < 100:
        raise BadInput(f"percentile is {percentile:g}; expected above 50 and below 100, e.g. 99.")
    if not len(stained) or not len(unstained):
        raise BadInput("a control holds no event; expected stained and unstained events.")
    gate = np.percentile(unstained[:, own], percentile)
    positive = stained[stained[:, own] > gate]
    if not len(positive):
        raise BadInput(
            f"the single stain of column {own + 1} has no event above the unstained control; "
            "expected a bright population. Check that the dye was added and the tube is the right one."
        )
    rise = np.median(positive, axis=0) - np.median(unstained, axis=0)
    return [float(value) for value in rise / rise[own]]
