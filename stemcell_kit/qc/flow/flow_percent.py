"""Percent positive of a marker in flow cytometry, with background and interval.

Gate singlets and live cells first: the functions count what they are given. A whole population
that moves a little past the gate also raises the percentage; look at the histogram as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import rule_of_three, wilson
from stemcell_kit.shown import Shown

__all__ = [
    "NoEvents",
    "PercentPositive",
    "events_needed",
    "gate_threshold",
    "percent_of_counts",
    "percent_positive",
]


class NoEvents(BadInput):
    """There is no event to count."""


@dataclass(frozen=True)
class PercentPositive(Shown):
    """Events above the gate. ``percent``, ``background``, ``net``, ``corrected`` are in percent.

    ``interval`` belongs to ``percent``. ``background``, ``net`` and ``corrected`` are ``None``
    when no control was measured: the background is then unknown, not zero.
    """

    positive: int
    total: int
    percent: float
    background: float | None
    net: float | None
    corrected: float | None
    interval: Interval
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Percent positive, the background not taken off."""
        return self.percent

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"

    @property
    def n(self) -> int:
        """Number of events."""
        return self.total


def _events(values: ArrayLike, what: str) -> NDArray[np.float64]:
    try:
        events = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise BadInput(
            f"{what} holds something that is no number ({error}); expected channel values. "
            "Choose the column of one channel."
        ) from error
    if events.size == 0:
        raise NoEvents(f"{what} holds no event; expected at least one. Check gates and file.")
    if not np.isfinite(events).all():
        raise BadInput(
            f"{what} holds {int((~np.isfinite(events)).sum())} events that are not numbers; "
            "expected channel values. A log of zero or below does this: use the linear values."
        )
    return events


def gate_threshold(control: ArrayLike, *, percentile: float) -> float:
    """Channel value that leaves ``100 - percentile`` percent of the control above it.

    Parameters
    ----------
    control
        Channel values of the isotype or fluorescence-minus-one control.
    percentile
        Between 50 and 100, both excluded. The 98th to the 99th are in common use.

    Returns
    -------
    Channel value, interpolated linearly between neighbouring events.
    """
    if not 50 < inputs.number(percentile, "percentile") < 100:
        raise BadInput(
            f"percentile is {percentile:g}; expected above 50 and below 100. "
            "Write the 99th percentile as 99, not 0.99."
        )
    return float(np.percentile(_events(control, "the control"), percentile))


def percent_positive(
    sample: ArrayLike,
    threshold: float,
    *,
    control: ArrayLike | None = None,
    confidence: float = 0.95,
) -> PercentPositive:
    """Percent of sample events above the gate; an event exactly on the gate is negative.

    Parameters
    ----------
    sample, control
        Channel values of live single cells on the same scale as *threshold*.

    Raises
    ------
    NoEvents
        Sample or control holds no event.
    """
    gate = inputs.number(threshold, "threshold")
    events = _events(sample, "the sample")
    positive = int((events > gate).sum())
    if control is None:
        return percent_of_counts(positive, events.size, confidence=confidence)
    background = _events(control, "the control")
    return percent_of_counts(
        positive,
        events.size,
        control_positive=int((background > gate).sum()),
        control_total=background.size,
        confidence=confidence,
    )


def percent_of_counts(
    positive: int,
    total: int,
    *,
    control_positive: int | None = None,
    control_total: int | None = None,
    confidence: float = 0.95,
) -> PercentPositive:
    """Percent positive from gated event counts, e.g. those printed by the cytometer.

    ``net = P - B`` and ``corrected = (P - B) / (1 - B)`` with the shares P of the sample and
    B of the control. A control above the sample gives a negative net: it is kept, with a note,
    because cutting it to zero would hide a wrong control and bias every mean.
    """
    share = _share(positive, total, "sample")
    positive, total = int(positive), int(total)
    interval = inputs.in_percent(wilson(positive, total, confidence=confidence))
    notes = [_zero_note(total, confidence)] if positive == 0 else []
    if control_positive is None and control_total is None:
        notes.append("no control measured: the background is unknown, not zero")
        return PercentPositive(
            positive, total, 100 * share, None, None, None, interval, tuple(notes)
        )
    background = _share(control_positive, control_total, "control")
    net, corrected = _less_background(share, background, notes)
    percents = (100 * share, 100 * background, 100 * net, 100 * corrected)
    return PercentPositive(positive, total, *percents, interval, tuple(notes))


def _share(positive: int | None, total: int | None, what: str) -> float:
    events = inputs.count(total, f"number of {what} events")
    if events == 0:
        raise NoEvents(f"the {what} holds no event; expected at least one. Check gates and file.")
    above = inputs.count(positive, f"number of positive {what} events")
    if above > events:
        raise BadInput(f"{above} positive of {events} {what} events; expected at most all of them.")
    return above / events


def _less_background(share: float, background: float, notes: list[str]) -> tuple[float, float]:
    if background == 1:
        raise BadInput(
            "every control event lies above the gate; expected a gate near the top of the control. "
            "Set the gate on the control again: nothing can be told from this one."
        )
    net = share - background
    if net < 0:
        notes.append(
            "the control is above the sample: net is negative and kept; check control, staining "
            "and compensation, and report as not distinguishable from background"
        )
    return net, net / (1 - background)


def _zero_note(total: int, confidence: float) -> str:
    upper = 100 * rule_of_three(total, confidence=confidence)
    return f"0 positive of {total} events: below {upper:.3g} % (one-sided {confidence:g}), not 0 %"


def events_needed(fraction: float, *, confidence: float = 0.95) -> int:
    """Events to acquire to see at least one positive cell at a true share *fraction*.

    ``ln(1 - confidence) / ln(1 - fraction)``, rounded up; about 3/fraction at 95 %.
    """
    share = inputs.share(fraction, "fraction of positive cells")
    level = inputs.open_share(confidence, "confidence")
    if share == 1:
        return 1
    return max(1, math.ceil(math.log1p(-level) / math.log1p(-share) - 1e-9))
