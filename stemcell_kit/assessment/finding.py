"""A measurement held against a limit."""

from __future__ import annotations

import math
import operator

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Finding, Limit, Measurement, Outcome
from stemcell_kit.shown import words

__all__ = ["assess", "bound_words"]

_MEETS = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


def assess(limit: Limit, measurement: Measurement | None, *, by: str = "value") -> Finding:
    """Hold a measurement against a limit.

    Parameters
    ----------
    limit
        ``at_least`` and ``at_most`` include their value, ``above`` and ``below`` do not.
        From the bound to ``grey`` the outcome is inconclusive. A ``grey`` on the passing side
        of the bound passes itself; one on the failing side does not fail yet.
    measurement
        In the unit of the limit; None when nothing was measured.
    by
        ``value``, or ``interval``: pass only if the whole confidence interval passes, fail only
        if the whole interval fails.

    Raises
    ------
    BadInput
        Another unit, no number, no interval to judge by, or another ``by``.
    """
    if measurement is None:
        return Finding(limit, Outcome.NOT_TESTED, None, say("finding.not-tested"))
    _check(limit, measurement)
    if by == "value":
        outcome = _outcome(limit, measurement.value)
        shown = words(measurement.value)
    elif by == "interval":
        low, high = _ends(measurement)
        outcome = _outcome_of_interval(limit, low, high)
        shown = say("finding.interval", low=words(low), high=words(high))
    else:
        raise BadInput(f"by={by!r} is not offered; choose 'value' or 'interval'")
    facts = {"found": f"{shown} {limit.unit}".strip(), "bound": bound_words(limit)}
    return Finding(limit, outcome, measurement, say(f"finding.{outcome.name.lower()}", **facts))


def bound_words(limit: Limit) -> str:
    """The bound in the reader's language, e.g. ``at least 90 %``."""
    parts = [say(f"finding.{name}", value=f"{value:g}") for name, value in _bounds(limit).items()]
    return f"{say('finding.and').join(parts)} {limit.unit}".strip()


def _check(limit: Limit, measurement: Measurement) -> None:
    if measurement.unit != limit.unit:
        raise BadInput(
            f"{measurement.quantity} is given in {measurement.unit or 'no unit'!r}; the limit "
            f"{limit.id} is in {limit.unit or 'no unit'!r}. Convert the measurement first."
        )
    if not math.isfinite(measurement.value):
        raise BadInput(
            f"{measurement.quantity} is {measurement.value}, which is no measurement; "
            "pass None when nothing was measured"
        )


def _ends(measurement: Measurement) -> tuple[float, float]:
    if measurement.interval is None:
        raise BadInput(
            f"{measurement.quantity} has no confidence interval to judge by; "
            "give the measurement one or judge by='value'"
        )
    return measurement.interval.low, measurement.interval.high


def _outcome(limit: Limit, value: float) -> Outcome:
    bounds = _bounds(limit)
    passes = _passes(limit, value)
    grey = limit.grey
    if grey is not None:
        # with two bounds the grey zone lies at the nearer one
        distance = {abs(bound - grey): bound for bound in bounds.values()}
        bound = distance[min(distance)]
        between = min(bound, grey) <= value <= max(bound, grey)
        if between and passes == _passes(limit, grey) and not (passes and value == grey):
            return Outcome.INCONCLUSIVE
    return Outcome.PASS if passes else Outcome.FAIL


def _outcome_of_interval(limit: Limit, low: float, high: float) -> Outcome:
    bounds = _bounds(limit).values()
    # an interval that reaches over a whole window fails at both ends and still holds the window
    over_the_window = len(bounds) > 1 and low <= min(bounds) and high >= max(bounds)
    ends = {_outcome(limit, low), _outcome(limit, high)}
    return ends.pop() if len(ends) == 1 and not over_the_window else Outcome.INCONCLUSIVE


def _passes(limit: Limit, value: float) -> bool:
    return all(_MEETS[name](value, bound) for name, bound in _bounds(limit).items())


def _bounds(limit: Limit) -> dict[str, float]:
    named = {name: getattr(limit, name) for name in _MEETS}
    return {name: bound for name, bound in named.items() if bound is not None}
