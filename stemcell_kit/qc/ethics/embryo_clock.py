"""Embryo clock: days in culture since fertilisation or nuclear transfer.

Whether frozen time counts is a rule of the place; the caller says so. Models made from stem
cells have no fertilisation and no such clock: give the equivalent stage instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["ClockState", "DayZeroUnknown", "EmbryoClock", "embryo_clock"]


class DayZeroUnknown(BadInput):
    """Without day 0 there is no age."""


class ClockState(StrEnum):
    """Green: no limit near; amber: stop is near; red: beyond the limit."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class EmbryoClock(Shown):
    """Age in days by the rule in force, and by the clock that never stops."""

    value: float
    state: ClockState
    frozen_days: float
    days_with_frozen_time: float
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "days"


def embryo_clock(
    day_zero: str,
    stopped: str,
    *,
    frozen: Sequence[Sequence[str]] = (),
    count_frozen: bool,
    amber_from_days: float,
    red_above_days: float,
) -> EmbryoClock:
    """Age of an embryo in culture.

    Parameters
    ----------
    day_zero
        Date and time of fertilisation or nuclear transfer, ISO 8601.
    stopped
        Date and time of the end of culture, or of now.
    frozen
        Pairs of freezing and thawing, in order.
    count_frozen
        Whether frozen time counts (the conservative reading).
    amber_from_days, red_above_days
        Amber from the first on; red only beyond the second.

    Raises
    ------
    DayZeroUnknown
        Day 0 is empty.
    BadInput
        Times that run backwards or overlap, or with and without time zone mixed.
    """
    if not day_zero.strip():
        raise DayZeroUnknown(
            "day 0 is not known; expected date and time of fertilisation or nuclear transfer. "
            "Information is missing: do not go on with the culture until it is found."
        )
    times = [_time(day_zero), *(_time(one) for pair in frozen for one in _pair(pair))]
    times.append(_time(stopped))
    _check_order(times)
    still = [b - a for a, b in zip(times[1:-1:2], times[2:-1:2], strict=True)]
    elapsed, paused = times[-1] - times[0], sum(still, dt.timedelta())
    age = elapsed if count_frozen else elapsed - paused
    amber = dt.timedelta(days=inputs.positive(amber_from_days, "amber_from_days"))
    red = dt.timedelta(days=inputs.positive(red_above_days, "red_above_days"))
    state = ClockState.RED if age > red else ClockState.AMBER if age >= amber else ClockState.GREEN
    rule = "frozen time counts" if count_frozen else "frozen time does not count"
    return EmbryoClock(_days(age), state, _days(paused), _days(elapsed), (rule,))


def _pair(pair: Sequence[str]) -> Sequence[str]:
    if len(pair) != 2:
        raise BadInput(f"frozen interval {list(pair)!r}; expected freezing and thawing.")
    return pair


def _time(words: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(words)
    except ValueError:
        raise BadInput(
            f"{words!r} is no date and time; expected ISO 8601, e.g. 2025-03-01 09:00."
        ) from None


def _check_order(times: Sequence[dt.datetime]) -> None:
    if len({time.tzinfo is None for time in times}) > 1:
        raise BadInput("some times have a time zone and some not; expected the same for all.")
    for before, after in pairwise(times):
        if after < before:
            raise BadInput(
                f"{after.isoformat(' ')} comes after {before.isoformat(' ')} in the record but is "
                "earlier; expected day 0, freezing and thawing in order, and the end last. "
                "Check the dates."
            )


def _days(span: dt.timedelta) -> float:
    return span / dt.timedelta(days=1)
