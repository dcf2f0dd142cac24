"""Flow cytometry of the undifferentiated state: unstained, isotype and stained tubes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import RandomState
from numpy.typing import NDArray

from stemcell_kit.bank.dictionary import columns
from stemcell_kit.bank.noise import between, noise, stream
from stemcell_kit.bank.truth import Lot, Truth

__all__ = ["flow", "tube_events"]

Events = dict[str, NDArray[Any]]


def flow(truth: Truth, lots: Sequence[Lot]) -> pd.DataFrame:
    """Acquire the three tubes of each lot; linear scale, rounded to 0.1."""
    tubes = [tube_events(truth, lot, tube) for lot in lots for tube in noise("flow")["events"]]
    return pd.concat(tubes, ignore_index=True)


def tube_events(truth: Truth, lot: Lot, tube: str) -> pd.DataFrame:
    """Acquire one tube of one lot.

    Live cells are undifferentiated or not; dead cells take up the dye and bind antibody; a
    doublet has twice the area of its height; debris is small.
    """
    setting = noise("flow")
    culture = stream(truth.seed, "flow", lot.id)
    dead, left = between(culture, setting["dead"]), between(culture, setting["differentiated"])
    # what the fault adds comes on top of what a good culture has
    left += (1 - left) * lot.share("differentiation")
    rng = stream(truth.seed, "flow", lot.id, tube)
    n = setting["events"][tube]
    is_dead, is_left, is_doublet, is_debris = (
        rng.random_sample(n) < share
        for share in (dead, left, setting["doublets"], setting["debris"])
    )
    events = _scatter(rng, is_doublet, is_debris)
    events["Viability"] = _viability(rng, is_dead, stained=tube != "unstained")
    for channel in setting["channels"]:
        level = _fluorescence(rng, channel, tube, is_left)
        sticky = np.where(is_dead & (tube != "unstained"), setting["dead_stickiness"], 1.0)
        small = np.where(is_debris, 0.1, 1.0)
        events[channel] = level * sticky * small * (1 + is_doublet) + _background(rng, n)
    table = pd.DataFrame({"lot": lot.id, "tube": tube, **events}, columns=list(columns("flow")))
    return table.round(1)


def _log_normal(rng: RandomState, level: Sequence[float], n: int) -> NDArray[Any]:
    median, sigma = level
    return np.asarray(median * np.exp(sigma * rng.normal(size=n)))


def _background(rng: RandomState, n: int) -> NDArray[Any]:
    return np.asarray(rng.normal(0, noise("flow")["background_sd"], n))


def _scatter(rng: RandomState, is_doublet: NDArray[Any], is_debris: NDArray[Any]) -> Events:
    setting, n = noise("flow"), len(is_doublet)
    height = np.where(
        is_debris,
        _log_normal(rng, setting["debris_forward"], n),
        _log_normal(rng, setting["forward"], n),
    )
    side = np.where(
        is_debris,
        _log_normal(rng, setting["debris_side"], n),
        _log_normal(rng, setting["side"], n),
    )
    area = height * (1 + 0.9 * is_doublet) * (1 + 0.03 * rng.normal(size=n))
    return {"FSC-A": area, "FSC-H": height, "SSC-A": side * (1 + 0.8 * is_doublet)}


def _viability(rng: RandomState, is_dead: NDArray[Any], *, stained: bool) -> NDArray[Any]:
    setting, n = noise("flow"), len(is_dead)
    dead = _log_normal(rng, setting["viability_dead" if stained else "viability_live"], n)
    live = _log_normal(rng, setting["viability_live"], n)
    return np.asarray(np.where(is_dead, dead, live) + _background(rng, n))


def _fluorescence(rng: RandomState, channel: str, tube: str, is_left: NDArray[Any]) -> NDArray[Any]:
    setting, n = noise("flow"), len(is_left)
    if tube != "stained":
        return _log_normal(rng, setting[f"{tube}_level"], n)
    stayed = _log_normal(rng, setting["undifferentiated"][channel], n)
    left = _log_normal(rng, setting["left_state"][channel], n)
    return np.asarray(np.where(is_left, left, stayed))
