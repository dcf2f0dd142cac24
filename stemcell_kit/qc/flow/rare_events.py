"""Rare events: how many cells must be looked at before "none found" means anything.

The claim "below 100 ppm" rests on the upper limit, never on the count alone: zero of 10 000 events
is compatible with 300 ppm.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.flow.flow_percent import events_needed
from stemcell_kit.qc.proportions import wilson
from stemcell_kit.shown import Shown

__all__ = [
    "RareEvents",
    "RareExcess",
    "events_for_limit",
    "rare_events",
    "rare_excess",
    "upper_limit",
    "zero_found_limit",
]

_PPM = 1e6


@dataclass(frozen=True)
class RareEvents(Shown):
    """Rare events held against a limit, all in parts per million (100 ppm is 0.01 %).

    ``verdict`` is ``below the limit`` (shown with the confidence), ``above the limit`` (shown as
    well) or ``not shown``. ``events_for_none`` is what zero positives would have needed.
    """

    positive: int
    total: int
    value: float
    limit_ppm: float
    verdict: str
    events_for_none: int
    interval: Interval
    unit: str = "ppm"
    notes: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """Number of events looked at."""
        return self.total


@dataclass(frozen=True)
class RareExcess(Shown):
    """Positive events above the background of a control, in parts per million."""

    value: float
    background_ppm: float
    interval: Interval
    n: int
    unit: str = "ppm"
    notes: tuple[str, ...] = ()


def zero_found_limit(total: int, *, confidence: float = 0.95) -> float:
    """Share that zero positives among *total* events exclude: ``1 - (1 - C)^(1/n)``."""
    return upper_limit(0, total, confidence=confidence)


def upper_limit(positive: int, total: int, *, confidence: float = 0.95) -> float:
    """One-sided exact (Clopper-Pearson) upper limit of the share of positive events.

    Raises
    ------
    BadInput
        No event, or more positives than events.
    """
    found, looked_at = _counts(positive, total, "sample")
    level = inputs.open_share(confidence, "confidence")
    if found == looked_at:
        return 1.0
    return float(special.betaincinv(found + 1, looked_at - found, level))


def rare_events(
    positive: int, total: int, *, at_most_ppm: float, confidence: float = 0.95
) -> RareEvents:
    """Hold rare positive events against a limit, one-sided on either side.

    Parameters
    ----------
    positive, total
        Events in the gate, and live single cells looked at.
    at_most_ppm
        The limit in cells per million; a limit of 0.01 % is 100.

    Raises
    ------
    BadInput
        Counts or limit cannot be.
    """
    limit = inputs.positive(at_most_ppm, "at_most_ppm")
    upper = _PPM * upper_limit(positive, total, confidence=confidence)
    lower = _PPM * _lower_limit(positive, total, confidence)
    needed = events_for_limit(limit, confidence=confidence)
    notes = []
    if total < needed:
        notes.append(
            f"{total} events cannot show {limit:g} ppm even with no positive one: "
            f"{needed} are needed"
        )
    if positive == 0:
        notes.append(f"none found: report below {upper:.3g} ppm, not 0")
    verdict = "not shown"
    if upper <= limit:
        verdict = "below the limit"
    elif lower > limit:
        verdict = "above the limit"
    interval = Interval(lower, upper, confidence, "exact, each limit one-sided")
    share = _PPM * positive / total
    return RareEvents(positive, total, share, limit, verdict, needed, interval, notes=tuple(notes))


def events_for_limit(limit_ppm: float, *, positives: int = 0, confidence: float = 0.95) -> int:
    """Fewest events whose upper limit is at most *limit_ppm* when *positives* are found.

    With none found it is ``ln(1 - C) / ln(1 - p)``, about 3/p at 95 %.

    Raises
    ------
    BadInput
        The limit is not between 0 and one million.
    """
    share = inputs.positive(limit_ppm, "limit_ppm") / _PPM
    found = inputs.count(positives, "positives")
    if share >= 1:
        raise BadInput(f"the limit is {limit_ppm:g} ppm; expected less than a million, e.g. 100.")
    if found == 0:
        return events_needed(share, confidence=confidence)
    low, high = found, 2 * found + 1
    while upper_limit(found, high, confidence=confidence) > share:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        enough = upper_limit(found, middle, confidence=confidence) <= share
        low, high = (low, middle) if enough else (middle, high)
    return high


def rare_excess(
    positive: int,
    total: int,
    *,
    control_positive: int,
    control_total: int,
    confidence: float = 0.95,
) -> RareExcess:
    """Positive events less those of the control, with an interval for the difference.

    The interval joins the Wilson intervals of both (Newcombe's hybrid score method), so it also
    holds when the control has none; a difference below zero is kept.

    Source
    ------
    Newcombe 1998, Stat Med 17:873, method 10.
    """
    found, looked_at = _counts(positive, total, "sample")
    behind, control = _counts(control_positive, control_total, "control")
    share, background = found / looked_at, behind / control
    own = wilson(found, looked_at, confidence=confidence)
    other = wilson(behind, control, confidence=confidence)
    net = share - background
    down = ((share - own.low) ** 2 + (other.high - background) ** 2) ** 0.5
    up = ((own.high - share) ** 2 + (background - other.low) ** 2) ** 0.5
    ends = _PPM * (net - down), _PPM * (net + up)
    notes = []
    if ends[0] <= 0:
        notes.append("not distinguishable from the control: the interval holds 0")
    if control < looked_at:
        notes.append("fewer control than sample events: the background is the wider of the two")
    interval = Interval(*ends, confidence, "Newcombe hybrid score")
    return RareExcess(_PPM * net, _PPM * background, interval, looked_at, notes=tuple(notes))


def _lower_limit(positive: int, total: int, confidence: float) -> float:
    found, looked_at = _counts(positive, total, "sample")
    if found == 0:
        return 0.0
    return float(special.betaincinv(found, looked_at - found + 1, 1 - confidence))


def _counts(positive: int, total: int, what: str) -> tuple[int, int]:
    looked_at = inputs.count(total, f"number of {what} events")
    found = inputs.count(positive, f"number of positive {what} events")
    if looked_at == 0 or found > looked_at:
        raise BadInput(
            f"{found} positive of {looked_at} {what} events; expected at least one event and no "
            "more positive ones than events. Check gates and file."
        )
    return found, looked_at
