"""Checks that teach: what a test cell of an exercise says to the learner."""

from __future__ import annotations

import math
from collections.abc import Collection
from numbers import Real

from stemcell_kit.errors import KitError

__all__ = ["NotYet", "award", "close_to", "expect", "is_number", "is_text", "same_items"]

Check = tuple[object, str]


class NotYet(KitError):
    """The answer is not right yet; the message says where to look."""


def expect(condition: object, message: str) -> None:
    """Stop the test cell with *message* unless *condition* holds.

    Raises
    ------
    NotYet
        With the message, shown to the learner without a traceback.
    """
    if not condition:
        raise NotYet(message)


def award(points: float, *checks: Check) -> float:
    """Return the share of *points* earned by the checks that hold; all weigh the same.

    The message of each check that does not hold is printed. As the last line of a
    test cell the returned number is the partial credit that nbgrader records.

    Parameters
    ----------
    points
        What the question is worth.
    checks
        Pairs of a condition and the message that teaches when it fails.
    """
    missed = [message for condition, message in checks if not condition]
    for message in missed:
        print(f"- {message}")
    return round(points * (len(checks) - len(missed)) / len(checks), 2)


def close_to(answer: object, expected: float, *, within: float) -> bool:
    """Tell whether *answer* is a number no further than *within* from *expected*.

    Anything that is not one number (the dots of an untouched cell, text, a list) is not close.
    """
    if not is_number(answer):
        return False
    return abs(float(answer) - expected) <= within + 1e-12  # type: ignore[arg-type]


def is_number(answer: object) -> bool:
    """Tell whether *answer* is one finite number; the dots of an untouched cell are not."""
    if isinstance(answer, bool) or not isinstance(answer, Real):
        return False
    return math.isfinite(answer)


def is_text(answer: object, options: Collection[str] = ()) -> bool:
    """Tell whether *answer* is text, and one of *options* where some are given."""
    return isinstance(answer, str) and (not options or answer in options)


def same_items(answer: object, expected: object) -> bool:
    """Tell whether *answer* is a list, tuple or set with just the expected items, in any order."""
    if not isinstance(answer, (list, tuple, set, frozenset)):
        return False
    return set(map(str, answer)) == set(map(str, expected))  # type: ignore[call-overload]
