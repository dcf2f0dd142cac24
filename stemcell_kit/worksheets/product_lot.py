"""Release of one product lot, step by step: from its papers to what they show and leave open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read_table
from stemcell_kit.instruments.text import FileSource
from stemcell_kit.model import Limit
from stemcell_kit.qc.quality.stability_trend import StabilityTrend, stability_trend
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.bounds import within_limit
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "certificate_gaps",
    "check_order",
    "lots_inside",
    "paper_gaps",
    "read_lot_dates",
    "screening_gaps",
    "storage_life",
    "trace_lot",
]

_DATES = ("rule", "earlier", "earlier_at", "later", "later_at")
_HOURS = 24


# --- dates ------------------------------------------------------------------------------------


def read_lot_dates(source: FileSource) -> pd.DataFrame:
    """Read your own pairs of dates from a table with the headings of ``lot_dates``.

    The headings are ``rule, earlier, earlier_at, later, later_at``; dates are ISO 8601.
    """
    return read_table(source, columns={name: name for name in _DATES})


def check_order(dates: pd.DataFrame) -> pd.DataFrame:
    """Say of each pair whether what had to come first did; the same moment is still in order.

    Returns
    -------
    By rule ``days`` from the first event to the second (negative: the wrong way round), and
    ``in_order``.

    Raises
    ------
    BadInput
        A date is missing, or is no ISO 8601 date or date with time.
    """
    rows = []
    for row in each_row(dates):
        passed = _moment(row.later_at, row.rule) - _moment(row.earlier_at, row.rule)
        days = passed.total_seconds() / 3600 / _HOURS
        rows.append({"rule": row.rule, "days": round(days, 4), "in_order": days >= 0})
    return pd.DataFrame(rows).set_index("rule")


# --- papers and donor -------------------------------------------------------------------------


def paper_gaps(asked: pd.DataFrame, written: pd.DataFrame) -> pd.DataFrame:
    """Return by paper how many fields are asked for, and those that are empty or not there.

    Parameters
    ----------
    asked
        One row per field: ``paper, field``.
    written
        One row per field: ``paper, field, written``; empty text is no answer.
    """
    filled = written[written["written"].astype(str).str.strip() != ""]
    there = set(zip(filled["paper"], filled["field"], strict=True))
    rows = []
    for paper, own in asked.groupby("paper", sort=False):
        missing = [name for name in own["field"] if (paper, name) not in there]
        rows.append({"paper": paper, "fields": len(own), "missing": ", ".join(missing)})
    return pd.DataFrame(rows).set_index("paper")


def screening_gaps(screen: pd.DataFrame) -> pd.DataFrame:
    """Return the agents whose screen leaves something open, and what.

    The agents of the table ``donor_screen_rule`` need a negative by serology and by nucleic acid
    test; any other agent one negative and no positive, or a reason in the file.
    """
    both_ways = set(teaching_table("donor_screen_rule")["agent"])
    rows = [
        {"agent": row.agent, "open": _open_screen(row, row.agent in both_ways)}
        for row in each_row(screen)
    ]
    found = pd.DataFrame(rows).set_index("agent")
    return found[found["open"] != ""]


# --- traceability -----------------------------------------------------------------------------


def trace_lot(links: pd.DataFrame, lot: str) -> pd.DataFrame:
    """Follow a lot back to its donor and on to all who hold it, link by link.

    Returns
    -------
    ``way`` (back or on), ``parent``, ``child``, ``record`` and ``shown``: false where no record
    proves the link.

    Raises
    ------
    BadInput
        The lot is in no link.
    """
    if lot not in set(links["parent"]) | set(links["child"]):
        raise BadInput(f"no link names {lot!r}; look up how the lot is written in the records")
    back = _reached(links, lot, at="child", go="parent")
    ahead = _reached(links, lot, at="parent", go="child")
    rows = [{"way": "back", **_link(row)} for row in each_row(links) if row.child in back]
    rows += [{"way": "on", **_link(row)} for row in each_row(links) if row.parent in ahead]
    return pd.DataFrame(rows, columns=["way", "parent", "child", "record", "shown"])


# --- tests, lot, stability --------------------------------------------------------------------


def certificate_gaps(tests: pd.DataFrame, lot: str) -> pd.DataFrame:
    """Hold each line of a certificate against its record, as far as columns can.

    Parameters
    ----------
    tests
        One row per test: ``test, lot_tested, compared_with, counted, count_limit, sees_from,
        limit``; empty or NaN where a column does not apply. ``count_limit`` is the id of a limit.

    Returns
    -------
    By test ``open``: what does not hold. An empty cell says that these questions found nothing,
    not that the test is right.
    """
    rows = [{"test": row.test, "open": "; ".join(_open_test(row, lot))} for row in each_row(tests)]
    return pd.DataFrame(rows).set_index("test")


def lots_inside(units: pd.DataFrame) -> pd.DataFrame:
    """Return the lots that really are under one number: one per bank, run and day of filling."""
    own = units.groupby(["bank", "run", "made"], sort=False)
    return own.agg(bags=("bags", "; ".join), tested=("tested", "any")).reset_index()


def storage_life(
    stability: pd.DataFrame, lot: str, limit: Limit, *, longest: float
) -> StabilityTrend:
    """Return how many months a lot is sure to keep its viability, by the one-sided 95 % bound.

    Raises
    ------
    BadInput
        The lot is not in the table, or the limit is no lower bound in percent.
    """
    if limit.at_least is None or limit.unit != "%":
        raise BadInput(f"the limit {limit.id} is {limit.bound}; expected a lower bound in %")
    own = rows_of(stability, "lot", lot)
    return stability_trend(
        list(own["months"]),
        list(own["viability_percent"]),
        limit=limit.at_least,
        side="lower",
        longest=longest,
    )


# --- parts of the above -----------------------------------------------------------------------


def _moment(written: Any, rule: str) -> pd.Timestamp:
    read = pd.to_datetime(str(written), format="ISO8601", errors="coerce")
    if pd.isna(read):
        raise BadInput(
            f"{rule}: {written!r} is no date; expected ISO 8601, e.g. 2026-02-20 or "
            "2026-02-20T15:10. A date that is missing proves no order."
        )
    return pd.Timestamp(read)


def _open_screen(row: Any, both_ways: bool) -> str:
    results = {"serology": row.antibody_or_antigen, "nucleic acid test": row.nucleic_acid}
    missing = [name for name, result in results.items() if not result]
    if both_ways:
        positive = [name for name, result in results.items() if result == "positive"]
        words = [f"no {name}" for name in missing] + [f"positive by {name}" for name in positive]
        return ", ".join(words)
    if row.reason or ("negative" in results.values() and "positive" not in results.values()):
        return ""
    return "not tested" if len(missing) == len(results) else "positive, no reason"


def _reached(links: pd.DataFrame, start: str, *, at: str, go: str) -> set[str]:
    """Return the start and everything linked to it in one direction."""
    reached, grown = {start}, 0
    while grown != len(reached):
        grown = len(reached)
        reached |= set(links.loc[links[at].isin(reached), go])
    return reached


def _link(row: Any) -> dict[str, object]:
    return {
        "parent": row.parent,
        "child": row.child,
        "record": row.record,
        "shown": row.record != "",
    }


def _open_test(row: Any, lot: str) -> Iterable[str]:
    if row.lot_tested != lot:
        yield f"made on {row.lot_tested}"
    if row.compared_with == "itself":
        yield "compared with itself"
    if row.count_limit and not within_limit(catalogue().limit(row.count_limit), row.counted):
        least = catalogue().limit(row.count_limit).at_least
        yield f"{row.counted:g} counted, {least:g} needed"
    if row.sees_from > row.limit:
        yield f"sees from {row.sees_from:g}, limit {row.limit:g}"
