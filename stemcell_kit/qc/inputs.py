"""What the QC methods accept as a number, a count or a share.

Each function returns the value it was given, as a plain number, or says what is wrong with it.
"""

from __future__ import annotations

import math
from numbers import Real

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval

__all__ = [
    "count",
    "in_percent",
    "not_negative",
    "number",
    "open_share",
    "positive",
    "share",
]


def number(value: object, what: str) -> float:
    """Return *value* as a finite number; text, blanks, NaN and infinity are refused."""
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise BadInput(
            f"{what} is {value!r}; expected a number. "
            "Look for an empty cell or a word in the export, and leave that record out."
        )
    return float(value)


def positive(value: object, what: str) -> float:
    """Return *value* as a number above zero."""
    given = number(value, what)
    if given <= 0:
        raise BadInput(f"{what} is {given:g}; expected more than 0. Check the record and its unit.")
    return given


def not_negative(value: object, what: str) -> float:
    """Return *value* as a number of at least zero."""
    given = number(value, what)
    if given < 0:
        raise BadInput(f"{what} is {given:g}; expected 0 or more. Check for a swapped subtraction.")
    return given


def count(value: object, what: str) -> int:
    """Return *value* as a whole number of at least zero."""
    given = not_negative(value, what)
    if given != int(given):
        raise BadInput(
            f"{what} is {given:g}; expected a whole number. "
            "Give the cells, events or partitions counted, not a mean, a share or a concentration."
        )
    return int(given)


def share(value: object, what: str) -> float:
    """Return *value* as a share above 0 and up to 1."""
    given = number(value, what)
    if not 0 < given <= 1:
        raise BadInput(
            f"{what} is {given:g}; expected a share above 0 and up to 1. Write 60 % as 0.60."
        )
    return given


def open_share(value: object, what: str) -> float:
    """Return *value* as a share between 0 and 1, both excluded."""
    given = share(value, what)
    if given == 1:
        raise BadInput(f"{what} is 1; expected less than 1, since certainty needs infinite data.")
    return given


def in_percent(interval: Interval) -> Interval:
    """Return an interval of shares as an interval of percentages."""
    return Interval(100 * interval.low, 100 * interval.high, interval.confidence, interval.method)
