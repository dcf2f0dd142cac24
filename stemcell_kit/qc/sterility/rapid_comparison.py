"""A rapid method against the culture test on the same samples: McNemar's test."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = ["McNemar", "NoDiscordantPair", "mcnemar", "replicates_per_method"]


class NoDiscordantPair(BadInput):
    """Both methods agree on every sample, so there is nothing to test."""


@dataclass(frozen=True)
class McNemar(Shown):
    """Discordant pairs compared; ``value`` is their ratio b / c, ``n`` all pairs.

    A large p does not show that the methods are equivalent: see ``paired_difference``.
    """

    value: float
    n: int
    interval: Interval
    chi2: float
    p: float
    yates_chi2: float
    yates_p: float
    exact_p: float
    mid_p: float
    notes: tuple[str, ...] = ()


def mcnemar(
    *, both: int, alternative_only: int, reference_only: int, neither: int, confidence: float = 0.95
) -> McNemar:
    """Compare two methods on paired samples by the pairs on which they differ.

    Parameters
    ----------
    both, alternative_only, reference_only, neither
        Pairs positive by both methods (a), by one of them (b, c), by none (d).

    Returns
    -------
    Ratio b / c with its exact interval, and chi-square, Yates, exact and mid-p tests, two-sided.

    Raises
    ------
    NoDiscordantPair
        b and c are 0.

    Source
    ------
    McNemar 1947, Psychometrika 12:153; Fagerland et al. 2013, BMC Med Res Methodol 13:91
    (mid-p recommended over the exact conditional test).
    """
    a, b, c, d = read_pairs(both, alternative_only, reference_only, neither)
    pairs, n = b + c, a + b + c + d
    if pairs == 0:
        raise NoDiscordantPair(
            f"0 discordant pairs of {n}: the methods never differ and there is no test. Report "
            "that, and judge by the interval of the paired difference."
        )
    chi2, yates = (b - c) ** 2 / pairs, max(0, abs(b - c) - 1) ** 2 / pairs
    fewer = min(b, c)
    exact = min(1.0, 2 * float(special.bdtr(fewer, pairs, 0.5)))
    mid = 2 * float(special.bdtr(fewer, pairs, 0.5)) - math.comb(pairs, fewer) / 2**pairs
    share = clopper_pearson(b, pairs, confidence=confidence)
    return McNemar(
        value=b / c if c else math.inf,
        n=n,
        interval=Interval(_odds(share.low), _odds(share.high), confidence, "exact, given b + c"),
        chi2=chi2,
        p=float(special.chdtrc(1, chi2)),
        yates_chi2=yates,
        yates_p=float(special.chdtrc(1, yates)),
        exact_p=exact,
        mid_p=min(1.0, mid),
        notes=_weak(pairs, confidence),
    )


def replicates_per_method(
    alternative: float, reference: float, *, margin: float, alpha: float, power: float
) -> int:
    """Replicates of each method to show non-inferiority of positive rates by a *margin*.

    ``(z_alpha + z_power)^2 (p1 q1 + p2 q2) / (p1 - p2 + margin)^2``, rounded up; one-sided.

    Raises
    ------
    BadInput
        The alternative is assumed to be worse by the margin or more.
    """
    first, second = inputs.share(alternative, "alternative"), inputs.share(reference, "reference")
    room = first - second + inputs.open_share(margin, "margin")
    if room <= 0:
        raise BadInput(
            f"a rate of {first:g} is not above {second:g} less the margin {margin:g}; no number of "
            "replicates shows non-inferiority. Check the margin."
        )
    z = special.ndtri(1 - inputs.open_share(alpha, "alpha"))
    z += special.ndtri(inputs.open_share(power, "power"))
    spread = first * (1 - first) + second * (1 - second)
    return math.ceil(float(z) ** 2 * spread / room**2)


def read_pairs(both: int, alternative_only: int, reference_only: int, neither: int) -> list[int]:
    """Return the four numbers of pairs, checked."""
    pairs = [
        inputs.count(both, "both"),
        inputs.count(alternative_only, "alternative_only"),
        inputs.count(reference_only, "reference_only"),
        inputs.count(neither, "neither"),
    ]
    if not sum(pairs):
        raise BadInput("all four numbers of pairs are 0; expected at least 1 sample.")
    return pairs


def _odds(share: float) -> float:
    return math.inf if share == 1 else share / (1 - share)


def _weak(pairs: int, confidence: float) -> tuple[str, ...]:
    """Say when so few discordant pairs can never differ significantly in the exact test."""
    smallest = 2 / 2**pairs
    if smallest <= 1 - confidence:
        return ()
    return (
        f"with {pairs} discordant pairs the exact p is never below {smallest:.3g}: too few to tell",
    )
