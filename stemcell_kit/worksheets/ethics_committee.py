"""The ethics committee: who sits at the table, who leaves it, and what stands behind an approval."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Measurement
from stemcell_kit.qc.identity.identifiers import read_iso_date
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "approval_gaps",
    "committee_gaps",
    "line_papers",
    "lines_documented",
    "must_leave",
]

_PAPERS = ("transfer_agreement", "source_consent", "licence")


# --- committee and interests -------------------------------------------------------------------


def committee_gaps(members: pd.DataFrame) -> list[str]:
    """Return what a committee lacks: ``members`` (too few), or a seat that nobody holds."""
    enough = len(members) >= (catalogue().limit("eth-committee-members").at_least or 0)
    seats = each_row(teaching_table("committee_seats"))
    empty = [one.seat for one in seats if one.value not in set(members[one.column])]
    return ([] if enough else ["members"]) + empty


def must_leave(declared: pd.DataFrame) -> pd.DataFrame:
    """Say of each declared interest whether the member leaves for the item, by the house rule.

    Raises
    ------
    BadInput
        A kind of interest that the rule does not know.
    """
    rule = teaching_table("interest_rules")
    known = {*rule["kind"], "none"}
    strange = sorted(set(declared["kind"]) - known)
    if strange:
        raise BadInput(
            f"interest {strange[0]!r}; expected one of {', '.join(sorted(known))}. "
            "What the rule has no word for goes to the chair."
        )
    excluding = set(rule.loc[rule["leaves"] == "yes", "kind"])
    shown = declared[["member", "declared"]].set_index("member")
    return shown.assign(leaves=declared["kind"].isin(excluding).to_numpy())


# --- papers behind an approval -----------------------------------------------------------------


def line_papers(lines: pd.DataFrame) -> pd.DataFrame:
    """Return by line the papers of origin that are missing; ``n/a`` is an answer."""
    rows = [
        {"line": row.line, "missing": ", ".join(p for p in _PAPERS if getattr(row, p) == "")}
        for row in each_row(lines)
    ]
    return pd.DataFrame(rows).set_index("line")


def lines_documented(lines: pd.DataFrame) -> Measurement:
    """Return the share of lines whose papers of origin are complete, in percent."""
    whole = line_papers(lines)["missing"] == ""
    return Measurement("lines_documented_percent", float(100 * whole.mean()), "%", len(whole))


def approval_gaps(files: pd.DataFrame) -> pd.DataFrame:
    """Return by project what an approval lacks: committee, genetic resources, data."""
    rows = [
        {
            "project": row.project,
            "committee": _committee_gap(row),
            "genetic resources": _filing_gap(row),
            "data": _data_gap(row),
        }
        for row in each_row(files)
    ]
    return pd.DataFrame(rows).set_index("project")


# --- parts of the above ------------------------------------------------------------------------


def _committee_gap(row: Any) -> str:
    if "not filed" in row.committee:
        return say("ethics.not-filed")
    return "" if row.agreement else say("ethics.no-agreement")


def _filing_gap(row: Any) -> str:
    if not row.settled:
        return say("ethics.unsettled")
    settled = read_iso_date(row.settled)
    later = [day for day in _days((row.in_force, row.first_export)) if day < settled]
    return say("ethics.settled-late") if later else ""


def _data_gap(row: Any) -> str:
    gaps = {
        "ethics.open-drive": row.raw_genomes == "open drive",
        "ethics.key-with-data": row.code_key == "with the data",
    }
    return ", ".join(say(key) for key, found in gaps.items() if found)


def _days(written: Iterable[str]) -> list[Any]:
    return [read_iso_date(day) for day in written if day]
