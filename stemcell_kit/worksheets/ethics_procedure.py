"""A review from the vote to the archive: counted, timed, followed up and filed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Limit
from stemcell_kit.qc import inputs
from stemcell_kit.qc.ethics.review_times import (
    ApprovalCoverage,
    Turnaround,
    approval_coverage,
    turnaround,
)
from stemcell_kit.qc.identity.identifiers import read_iso_date
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "approval_cover",
    "count_votes",
    "destroyed_early",
    "late_reports",
    "open_papers",
    "review_turnaround",
    "ticks_without_record",
    "training_expired",
]

VALID, NO_QUORUM, NO_MAJORITY = "valid", "no quorum", "no majority"


def count_votes(votes: pd.DataFrame) -> pd.DataFrame:
    """Say of each item whether its vote is ``valid``, has ``no quorum`` or ``no majority``.

    Both shares are of all members. Who leaves for the item is not present for it.

    Raises
    ------
    BadInput
        More members present than there are, or more votes than members present for the item.
    """
    return pd.DataFrame([_vote(row) for row in each_row(votes)]).set_index("item")


def review_turnaround(
    reviews: pd.DataFrame, *, as_of: str = "", start: str = "accepted"
) -> Turnaround:
    """Return the median time to a decision and the share decided in time, by the limit in force.

    *start* names the column in which the clock starts; a pending review counts as late once it
    is overdue on *as_of*.
    """
    cases = list(zip(reviews[start], reviews["decided"], strict=True))
    days = catalogue().limit("eth-decision-days").at_most or 0.0
    return turnaround(cases, within_days=days, as_of=as_of)


def approval_cover(periods: pd.DataFrame, project: str) -> ApprovalCoverage:
    """Return the share of a project's days of work that lie inside its approval or its renewal."""
    row = next(each_row(rows_of(periods, "project", project)))
    approvals = [(row.approved_from, row.approved_to), (row.renewed_from, row.renewed_to)]
    return approval_coverage([(row.work_from, row.work_to)], approvals)


def late_reports(reports: pd.DataFrame, *, within_days: float) -> pd.DataFrame:
    """Return the reports that came later than the procedure says, or never, with their days."""
    within = inputs.not_negative(within_days, "within_days")
    days = [_days(row.happened, row.reported) for row in each_row(reports)]
    late = [one is None or one > within for one in days]
    listed = reports[["report", "what"]].reset_index(drop=True)
    return listed.assign(days=pd.Series(days, dtype="Int64"))[late].set_index("report")


def open_papers(checklist: pd.DataFrame, file: pd.DataFrame) -> pd.DataFrame:
    """Hold the index of a file against a checklist: what is missing, undated or not asked for.

    Both tables have ``paper``; the file also has ``dated``. Names are compared without regard to
    capitals and outer blanks.
    """
    wanted = {_plain(paper): paper for paper in checklist["paper"]}
    held = dict(zip(map(_plain, file["paper"]), file["dated"], strict=True))
    rows = [(name, say("ethics.paper-missing")) for key, name in wanted.items() if key not in held]
    rows += [
        (name, say("ethics.paper-undated"))
        for key, name in wanted.items()
        if key in held and not str(held[key]).strip()
    ]
    other = [paper for paper in file["paper"] if _plain(paper) not in wanted]
    rows += [(paper, say("ethics.paper-not-asked")) for paper in other]
    return pd.DataFrame(rows, columns=["paper", "state"]).set_index("paper")


def destroyed_early(archive: pd.DataFrame) -> list[str]:
    """Return the reviews whose file was destroyed before the years of keeping were over."""
    years = int(catalogue().limit("eth-archive-years").at_least or 0)
    gone = [row for row in each_row(archive) if row.destroyed]
    return [
        row.review
        for row in gone
        if read_iso_date(row.destroyed) < _years_later(read_iso_date(row.ended), years)
    ]


def training_expired(records: pd.DataFrame, *, as_of: str) -> list[str]:
    """Return the people whose last training in ethics is longer ago than the limit allows."""
    months = int(catalogue().limit("eth-training-interval-months").at_most or 0)
    today = pd.Timestamp(read_iso_date(as_of))
    return [
        row.person
        for row in each_row(records)
        if pd.Timestamp(read_iso_date(row.trained)) + pd.DateOffset(months=months) < today
    ]


def ticks_without_record(sheet: pd.DataFrame) -> list[str]:
    """Return the clauses that are ticked and have fewer records behind them than the limit."""
    least = catalogue().limit("eth-records-per-clause").at_least or 0
    counts = {
        row.clause: len([r for r in row.records.split(";") if r.strip()]) for row in each_row(sheet)
    }
    return [clause for clause, count in counts.items() if count < least]


def _vote(row: Any) -> dict[str, Any]:
    members, present, left, yes = (
        inputs.count(getattr(row, name), name)
        for name in ("members", "present", "left", "in_favour")
    )
    voting = present - left
    if not yes <= voting <= present <= members:
        raise BadInput(
            f"item {row.item}: {members} members, {present} present, {left} left, {yes} in favour; "
            "expected no more votes than members in the room, and no more of them than members. "
            "Look into the list of attendance."
        )
    shares = {"present_percent": 100 * voting / members, "in_favour_percent": 100 * yes / members}
    quorum = _above(catalogue().limit("eth-quorum-percent"), shares["present_percent"])
    passed = _above(catalogue().limit("eth-approving-votes-percent"), shares["in_favour_percent"])
    finding = VALID if quorum and passed else NO_MAJORITY if quorum else NO_QUORUM
    return {"item": row.item, **shares, "finding": finding}


def _above(limit: Limit, percent: float) -> bool:
    return percent > (limit.above or 0.0)


def _days(happened: str, reported: str) -> int | None:
    if not reported:
        return None
    return (read_iso_date(reported) - read_iso_date(happened)).days


def _plain(name: object) -> str:
    return str(name).strip().casefold()


def _years_later(day: date, years: int) -> date:
    later: date = (pd.Timestamp(day) + pd.DateOffset(years=years)).date()
    return later
