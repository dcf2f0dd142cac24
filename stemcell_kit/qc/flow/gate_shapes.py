"""Which points lie in a gate, with one rule for those on its edge.

The rules of Gating-ML 2.0: a range and a rectangle hold their lower limit and not their upper
one, a value at a divider belongs to the side above it, and polygons and ellipses hold their edge.
So two ranges that meet share no event and lose none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flowutils import gating
from numpy.typing import ArrayLike, NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["in_ellipse", "in_polygon", "in_rectangle", "matrix", "quadrant_of", "within"]

Points = NDArray[np.float64]
Inside = NDArray[np.bool_]


def in_rectangle(points: ArrayLike, low: Sequence[float], high: Sequence[float]) -> Inside:
    """Say for each point whether ``low <= value < high`` in every dimension.

    Parameters
    ----------
    points
        One row a point, one column a dimension.
    low, high
        One limit a dimension; ``-inf`` and ``inf`` leave a side open.

    Raises
    ------
    BadInput
        A limit is missing, or the lower one is not below the upper one.
    """
    placed = _points(points, len(low))
    inside = np.ones(len(placed), dtype=bool)
    for column, (below, above) in enumerate(zip(low, high, strict=True)):
        inside &= within(placed[:, column], below, above)
    return inside


def within(values: Points, low: float, high: float) -> Inside:
    """Say for each value of one dimension whether ``low <= value < high``."""
    if not low < high:
        raise BadInput(f"the gate runs from {low:g} to {high:g}; expected low below high.")
    if low == -np.inf:
        return np.asarray(values < high)
    return np.asarray(values >= low) if high == np.inf else (values >= low) & (values < high)


def in_polygon(points: ArrayLike, vertices: Sequence[Sequence[float]]) -> Inside:
    """Say for each point whether it is in a polygon or on its edge (even-odd where edges cross).

    Raises
    ------
    BadInput
        Fewer than three corners, or a polygon without area.
    """
    placed = _points(points, 2)
    corners = matrix(vertices, 2, "the polygon")
    if len(corners) < 3:
        raise BadInput(f"the polygon has {len(corners)} corners; expected at least 3.")
    if np.linalg.matrix_rank(corners - corners[0]) < 2:
        raise BadInput("the corners lie on one line; expected a polygon with an area.")
    inside = np.asarray(gating.points_in_polygon(corners, np.ascontiguousarray(placed)))
    # FlowUtils leaves part of the edge out; only what is outside and in the box can be on it
    left_out = np.flatnonzero(~inside)
    x, y = placed[left_out, 0], placed[left_out, 1]
    (left, bottom), (right, top) = corners.min(axis=0), corners.max(axis=0)
    near = left_out[(x >= left) & (x <= right) & (y >= bottom) & (y <= top)]
    inside[near] = _on_edge(placed[near], corners)
    return inside


def in_ellipse(
    points: ArrayLike,
    mean: Sequence[float],
    covariance: Sequence[Sequence[float]],
    distance_square: float,
) -> Inside:
    """Say for each point whether ``(x - mean)' C^-1 (x - mean) <= distance_square``.

    Raises
    ------
    BadInput
        The covariance matrix is not symmetric and positive definite.
    """
    placed = _points(points, len(mean))
    spread = matrix(covariance, len(mean), "the covariance matrix")
    if len(spread) != len(mean) or not np.allclose(spread, spread.T):
        raise BadInput("the covariance matrix of the ellipse must be square and symmetric.")
    if np.linalg.eigvalsh(spread).min() <= 0:
        raise BadInput("the ellipse has no width in one direction; check its covariance matrix.")
    limit = inputs.positive(distance_square, "distance_square")
    finite = np.isfinite(placed).all(axis=1)
    inside = np.zeros(len(placed), dtype=bool)
    inside[finite] = gating.points_in_ellipsoid(spread, np.array(mean), limit, placed[finite])
    return inside


def quadrant_of(points: ArrayLike, dividers: Sequence[Sequence[float]]) -> NDArray[np.intp]:
    """Number of the region of each point in each dimension, from 0 below the first divider.

    Parameters
    ----------
    points
        One row a point, one column a dimension.
    dividers
        The rising dividers of each dimension; a value at a divider is above it.
    """
    placed = _points(points, len(dividers))
    for values in dividers:
        if any(not lower < upper for lower, upper in pairwise(values)):
            raise BadInput(f"the dividers {list(values)} do not rise; write them in order.")
    regions = [
        np.searchsorted(np.asarray(values, dtype=float), placed[:, column], side="right")
        for column, values in enumerate(dividers)
    ]
    return np.column_stack(regions)


def matrix(rows: Sequence[Sequence[float]], width: int, what: str) -> Points:
    """Return rows of numbers, *width* in each, as an array."""
    if any(len(row) != width for row in rows):
        raise BadInput(
            f"{what} has {', '.join(str(len(row)) for row in rows)} numbers in its rows; expected "
            f"{width} in each. The gate file looks damaged."
        )
    cells = [[inputs.number(cell, f"a number of {what}") for cell in row] for row in rows]
    return np.array(cells, dtype=float).reshape(len(rows), width)


def _points(points: ArrayLike, dimensions: int) -> Points:
    placed = np.asarray(points, dtype=float)
    if placed.ndim != 2 or placed.shape[1] != dimensions:
        raise BadInput(
            f"the points have shape {placed.shape}; expected one row an event and "
            f"{dimensions} columns, one a dimension of the gate."
        )
    if np.isnan(placed).any():
        raise BadInput("some values are no numbers; expected channel values. Read the file again.")
    return placed


def _on_edge(points: Points, corners: Points) -> Inside:
    """Say which points lie on an edge, to the rounding of a double."""
    on_edge = np.zeros(len(points), dtype=bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along, off = end - start, points - start
        room = 1e-12 * max(np.abs(corners).max() ** 2, 1e-300)
        straight = np.abs(along[0] * off[:, 1] - along[1] * off[:, 0]) <= room
        if straight.any():
            place = off[straight] @ along
            on_edge[straight] |= (place >= -room) & (place <= along @ along + room)
    return on_edge
