"""Few organisms in a volume: how often a sample holds none of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "TwoMedia",
    "all_positive_chance",
    "chance_at_mean",
    "chance_in_fraction",
    "chance_in_sample",
    "chance_in_two_media",
    "empty_share",
    "organisms_needed",
    "volume_needed",
]

_ROUNDING = 1e-12


@dataclass(frozen=True)
class TwoMedia(Shown):
    """Chance of detection of an organism that grows in one medium only, and in either."""

    first_only: float
    second_only: float
    either: float


def chance_at_mean(mean_cfu: float) -> float:
    """Chance that a sample with a mean of *mean_cfu* organisms holds at least one.

    ``1 - exp(-m)``, the Poisson law: organisms are spread at random, none in clumps.
    """
    return -math.expm1(-inputs.not_negative(mean_cfu, "mean_cfu"))


def empty_share(mean_cfu: float) -> float:
    """Share of inocula of a mean of *mean_cfu* organisms that hold none: ``exp(-m)``."""
    return math.exp(-inputs.not_negative(mean_cfu, "mean_cfu"))


def all_positive_chance(mean_cfu: float, replicates: int) -> float:
    """Chance that every one of so many *replicates* receives at least one organism.

    At a mean of 1 CFU ten of ten grow in 1 % of trials: a missing one is no method failure.
    """
    tried = inputs.count(replicates, "replicates")
    if tried == 0:
        raise BadInput("replicates is 0; expected at least 1 inoculum.")
    return chance_at_mean(mean_cfu) ** tried


def chance_in_sample(cfu_per_ml: float, volume_ml: float, *, recovery: float = 1.0) -> float:
    """Chance that a sample of *volume_ml* finds organisms of a concentration.

    ``1 - exp(-c V r)``; *recovery* r is the share of organisms that reach the medium alive.

    Raises
    ------
    BadInput
        A concentration below 0, no volume, or a recovery that is no share.
    """
    volume = inputs.positive(volume_ml, "volume_ml")
    found = inputs.share(recovery, "recovery")
    return chance_at_mean(inputs.not_negative(cfu_per_ml, "cfu_per_ml") * volume * found)


def volume_needed(cfu_per_ml: float, *, confidence: float, recovery: float = 1.0) -> float:
    """Volume in mL that holds at least one organism with *confidence*: ``-ln(1 - g) / (c r)``."""
    wanted = inputs.open_share(confidence, "confidence")
    found = inputs.positive(cfu_per_ml, "cfu_per_ml") * inputs.share(recovery, "recovery")
    return -math.log1p(-wanted) / found


def chance_in_fraction(organisms: int, fraction: float) -> float:
    """Chance that a *fraction* of a product holds at least one of a fixed number of organisms.

    ``1 - (1 - f)^k``. For very few organisms in the whole product this is exact where the
    Poisson form is not: one organism and half the product give 50 %, not 39 %.
    """
    number = inputs.count(organisms, "organisms")
    part = inputs.share(fraction, "fraction")
    if part == 1:
        return float(number > 0)
    return -math.expm1(number * math.log1p(-part))


def organisms_needed(fraction: float, *, confidence: float) -> int:
    """Organisms that the whole product must hold for a *fraction* of it to find one."""
    wanted = inputs.open_share(confidence, "confidence")
    part = inputs.share(fraction, "fraction")
    if part == 1:
        return 1
    exact = math.log1p(-wanted) / math.log1p(-part)
    return max(1, math.ceil(exact * (1 - _ROUNDING)))


def chance_in_two_media(cfu_per_ml: float, *, first_ml: float, second_ml: float) -> TwoMedia:
    """Chances when a sample is divided between two media.

    A strict anaerobe grows in one of them only: its sample is that medium's volume alone.
    """
    return TwoMedia(
        chance_in_sample(cfu_per_ml, first_ml),
        chance_in_sample(cfu_per_ml, second_ml),
        chance_in_sample(cfu_per_ml, first_ml + second_ml),
    )
