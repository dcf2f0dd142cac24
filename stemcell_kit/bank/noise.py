"""Randomness that is the same on every machine, and the noise of each assay.

The stream of ``numpy.random.RandomState`` is frozen by numpy's compatibility policy. Each room
(assay, lot, tube) has its own stream, so no assay depends on another or on the order of calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.random import RandomState

from stemcell_kit.bank.dictionary import assay_content

__all__ = ["between", "noise", "pick", "stream", "whole_between"]

_T = TypeVar("_T")


def stream(seed: int, *rooms: str) -> RandomState:
    """Return the random stream of one room, e.g. ``stream(7, "flow", "SKTi001-A-M1")``."""
    digest = hashlib.sha256("/".join([str(seed), *rooms]).encode("utf-8")).digest()
    return RandomState(np.frombuffer(digest, dtype="<u4").astype(np.uint32))


def pick(rng: RandomState, options: Sequence[_T]) -> _T:
    """Draw one of *options*; built on ``random_sample``, whose stream has no platform integers."""
    return options[int(rng.random_sample() * len(options))]


def between(rng: RandomState, bounds: Sequence[float]) -> float:
    """Draw a number between two bounds."""
    low, high = bounds
    return float(low + (high - low) * rng.random_sample())


def whole_between(rng: RandomState, bounds: Sequence[int]) -> int:
    """Draw a whole number between two bounds, both included."""
    low, high = bounds
    return pick(rng, range(low, high + 1))


@cache
def noise(assay: str) -> dict[str, Any]:
    """Return the settings and noise of *assay* from ``content/reference/assays``."""
    return next(dict(row["value"]) for row in assay_content()["noise"] if row["id"] == assay)
