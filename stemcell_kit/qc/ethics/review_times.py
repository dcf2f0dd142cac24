"""Times of ethics review: how long decisions take, and whether work stayed inside approvals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import clopper_pearson
from stemcell_kit.shown import Shown

__all__ = ["ApprovalCoverage", "Turnaround", "approval_coverage", "turnaround"]


@dataclass(frozen=True)
class Turnaround(Shown):
    """Median calendar days from acceptance to decision, and percent decided in time.

    ``n`` counts the cases that the percent rests on; ``pending`` those not decided.
    """

    value: float
    within_percent: float
    interval: Interval
    n: int
    pending: int
    notes: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "days"


@dataclass(frozen=True)
class ApprovalCoverage(Shown):
    """Days of work inside a valid approval in percent of all days of work (``n``)."""

    value: float
    uncovered_days: int
    first_uncovered: str
    n: int

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "%"

    @property
    def complete(self) -> bool:
        """Whether no day of work lies outside an approval."""
        return self.uncovered_days == 0


def turnaround(
    cases: Sequence[Sequence[str]], *, within_days: float, as_of: str = ""
) -> Turnaround:
    """Time from acceptance to decision.

    Parameters
    ----------
    cases
        Pairs of acceptance and decision, ISO dates; an empty decision is pending.
    within_days
        Calendar days in which a decision is due, included.
    as_of
        Date of the report; needed if a case is pending. A pending case counts as late once it
        is overdue, and is left out of the percent before.

    Raises
    ------
    BadInput
        No decided case, a decision before its acceptance, or a pending case without *as_of*.
    """
    due = inputs.not_negative(within_days, "within_days")
    decided = [_span(accepted, end) for accepted, end in cases if end.strip()]
    waiting = [accepted for accepted, end in cases if not end.strip()]
    if not decided:
        raise BadInput("no case is decided; expected at least one with both dates.")
    if waiting and not as_of:
        raise BadInput(f"{len(waiting)} cases are pending; give as_of, the date of the report.")
    overdue = sum(_span(accepted, as_of) > due for accepted in waiting)
    in_time, n = sum(days <= due for days in decided), len(decided) + overdue
    exact = inputs.in_percent(clopper_pearson(in_time, n))
    notes = ["calendar days"]
    if waiting:
        notes.append(f"{len(waiting)} pending, {overdue} of them overdue and counted as late")
    percent = 100 * in_time / n
    return Turnaround(float(median(decided)), percent, exact, n, len(waiting), tuple(notes))


def approval_coverage(
    work: Sequence[Sequence[str]], approvals: Sequence[Sequence[str]]
) -> ApprovalCoverage:
    """Share of the days of work that lie inside a valid approval.

    Parameters
    ----------
    work, approvals
        Pairs of first and last day, both included, ISO dates. Overlaps count once.

    Raises
    ------
    BadInput
        No work, or a last day before its first.
    """
    worked = _days_of(work)
    if not worked:
        raise BadInput("no day of work given; expected at least one first and last day.")
    bare = sorted(worked - _days_of(approvals))
    first = dt.date.fromordinal(bare[0]).isoformat() if bare else ""
    percent = 100 * (len(worked) - len(bare)) / len(worked)
    return ApprovalCoverage(percent, len(bare), first, len(worked))


def _span(first: str, last: str) -> int:
    days = (_date(last) - _date(first)).days
    if days < 0:
        raise BadInput(f"{last} lies before {first}; expected it later. Check the two dates.")
    return days


def _days_of(spans: Sequence[Sequence[str]]) -> set[int]:
    found: set[int] = set()
    for first, last in spans:
        start = _date(first).toordinal()
        found |= set(range(start, start + _span(first, last) + 1))
    return found


def _date(words: str) -> dt.date:
    try:
        return dt.date.fromisoformat(words)
    except ValueError:
        raise BadInput(f"{words!r} is no date; expected ISO 8601, e.g. 2025-03-01.") from None
