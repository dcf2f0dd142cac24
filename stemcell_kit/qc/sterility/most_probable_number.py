"""Most probable number: organisms per millilitre from growth in dilution tubes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy import optimize, special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["MostProbableNumber", "Tubes", "most_probable_number", "read_tubes"]

METHODS = ("observed information", "expected information", "likelihood ratio")


@dataclass(frozen=True)
class Tubes:
    """One dilution level: positive tubes, tubes, and millilitres of sample in each."""

    positive: int
    n: int
    volume_ml: float


@dataclass(frozen=True)
class MostProbableNumber(Shown):
    """Organisms per millilitre with its interval; ``n`` is the number of tubes.

    ``se_log10`` is the standard error of log10 of the number and ``thomas`` the older shortcut;
    both are left out when all tubes agree. Then the interval is one-sided.
    """

    value: float
    unit: str
    n: int
    interval: Interval
    se_log10: float | None = None
    thomas: float | None = None
    notes: tuple[str, ...] = ()


def most_probable_number(
    positives: Sequence[int],
    tubes: Sequence[int],
    volumes_ml: Sequence[float],
    *,
    interval_method: str = "observed information",
    confidence: float = 0.95,
) -> MostProbableNumber:
    """Concentration under which the tubes that grew are most probable.

    Parameters
    ----------
    positives, tubes, volumes_ml
        One entry per dilution level: tubes that grew, tubes inoculated (numbers may differ from
        level to level), millilitres of undiluted sample in each tube.
    interval_method
        ``observed information`` (Jarvis), ``expected information`` or ``likelihood ratio``
        (Ridout); the three differ visibly, so say which one you report.
    confidence
        Two-sided; one-sided when no tube or every tube grew.

    Returns
    -------
    Number per mL. 0 when no tube grew, with an upper limit; infinite when every tube grew, with
    a lower limit.

    Raises
    ------
    BadInput
        Levels of unequal length, more positive tubes than tubes, or an unknown interval method.

    Source
    ------
    Jarvis et al. 2010, J Appl Microbiol 109:1660; Ridout 1994, Biometrics 50:289;
    FDA Bacteriological Analytical Manual, Appendix 2.
    """
    levels = read_tubes(positives, tubes, volumes_ml)
    level = inputs.open_share(confidence, "confidence")
    if interval_method not in METHODS:
        raise BadInput(f"interval_method is {interval_method!r}; expected {', '.join(METHODS)}.")
    n = sum(one.n for one in levels)
    if not any(one.positive for one in levels):
        return _none_positive(levels, n, level)
    if all(one.positive == one.n for one in levels):
        return _all_positive(levels, n, level)
    value = _root(lambda at: _score(levels, at), _lowest(levels))
    se = _standard_error(levels, value, expected=interval_method == "expected information")
    interval = _interval(levels, value, se, interval_method, level)
    shortcut = sum(one.positive for one in levels) / math.sqrt(
        sum((one.n - one.positive) * one.volume_ml for one in levels) * _tested_ml(levels)
    )
    return MostProbableNumber(value, "per mL", n, interval, se / math.log(10), shortcut)


def read_tubes(
    positives: Sequence[int], tubes: Sequence[int], volumes_ml: Sequence[float]
) -> tuple[Tubes, ...]:
    """Return the levels of a dilution series, checked."""
    if not len(positives) == len(tubes) == len(volumes_ml) or not tubes:
        raise BadInput(
            f"found {len(positives)} numbers of positive tubes, {len(tubes)} of tubes and "
            f"{len(volumes_ml)} volumes; expected one of each for every dilution level."
        )
    levels = []
    for grew, n, volume in zip(positives, tubes, volumes_ml, strict=True):
        one = Tubes(
            inputs.count(grew, "positive tubes"),
            inputs.count(n, "tubes of a level"),
            inputs.positive(volume, "volume of a tube"),
        )
        if one.n == 0 or one.positive > one.n:
            raise BadInput(
                f"{one.positive} of {one.n} tubes positive at {one.volume_ml:g} mL; expected at "
                "least 1 tube and no more positive than inoculated. Check the order of the lists."
            )
        levels.append(one)
    return tuple(levels)


# --- estimate ------------------------------------------------------------------------------


def _tested_ml(levels: Sequence[Tubes]) -> float:
    return math.fsum(one.n * one.volume_ml for one in levels)


def _lowest(levels: Sequence[Tubes]) -> float:
    """A bound that the estimate is never below: each positive tube held one organism."""
    return sum(one.positive for one in levels) / _tested_ml(levels)


def _score(levels: Sequence[Tubes], at: float) -> float:
    grown = math.fsum(
        one.positive * one.volume_ml / -math.expm1(-at * one.volume_ml) for one in levels
    )
    return grown - _tested_ml(levels)


def _root(falling: Callable[[float], float], low: float) -> float:
    """Return where a function that falls from *low* on meets zero."""
    high = low
    while falling(high) > 0:
        low, high = high, 2 * high
    if low == high:
        return low
    return float(optimize.brentq(falling, low, high, xtol=1e-14 * low, rtol=1e-13))


def _none_positive(levels: Sequence[Tubes], n: int, confidence: float) -> MostProbableNumber:
    high = -math.log1p(-confidence) / _tested_ml(levels)
    interval = Interval(0.0, high, confidence, "exact one-sided")
    notes = ("no tube grew: report below the upper limit, not zero",)
    return MostProbableNumber(0.0, "per mL", n, interval, notes=notes)


def _all_positive(levels: Sequence[Tubes], n: int, confidence: float) -> MostProbableNumber:
    def surplus(log_at: float) -> float:
        grew = math.fsum(
            one.n * math.log(-math.expm1(-math.exp(log_at) * one.volume_ml)) for one in levels
        )
        return grew - math.log1p(-confidence)

    middle = -math.log(max(one.volume_ml for one in levels))
    low, high = middle, middle
    while surplus(low) > 0:
        low -= 1
    while surplus(high) < 0:
        high += 1
    at = math.exp(low if low == high else optimize.brentq(surplus, low, high, xtol=1e-12))
    interval = Interval(at, math.inf, confidence, "exact one-sided")
    notes = ("every tube grew: report above the lower limit and dilute further",)
    return MostProbableNumber(math.inf, "per mL", n, interval, notes=notes)


# --- interval ------------------------------------------------------------------------------


def _standard_error(levels: Sequence[Tubes], at: float, *, expected: bool) -> float:
    """Standard error of the natural logarithm of the estimate."""
    information = math.fsum(_information(one, at, expected=expected) for one in levels)
    return 1 / (at * math.sqrt(information))


def _information(one: Tubes, at: float, *, expected: bool) -> float:
    empty, grown = math.exp(-at * one.volume_ml), -math.expm1(-at * one.volume_ml)
    seen = one.n * grown if expected else one.positive
    return seen * one.volume_ml**2 * empty / grown**2


def _interval(
    levels: Sequence[Tubes], value: float, se: float, method: str, confidence: float
) -> Interval:
    z = float(special.ndtri((1 + confidence) / 2))
    if method != "likelihood ratio":
        ends = value * math.exp(-z * se), value * math.exp(z * se)
        return Interval(*ends, confidence, f"{method}, normal on the logarithm")
    least = _log_likelihood(levels, value) - z * z / 2

    def surplus(log_at: float) -> float:
        return _log_likelihood(levels, math.exp(log_at)) - least

    centre = math.log(value)
    log_ends = []
    for step in (-1.0, 1.0):
        end = centre + step
        while surplus(end) > 0:
            end += step
        low, high = min(centre, end), max(centre, end)
        log_ends.append(float(optimize.brentq(surplus, low, high, xtol=1e-12)))
    return Interval(math.exp(log_ends[0]), math.exp(log_ends[1]), confidence, method)


def _log_likelihood(levels: Sequence[Tubes], at: float) -> float:
    """Logarithm of the likelihood without its constant."""
    return math.fsum(
        (one.positive * math.log(-math.expm1(-at * one.volume_ml)) if one.positive else 0.0)
        - (one.n - one.positive) * at * one.volume_ml
        for one in levels
    )
