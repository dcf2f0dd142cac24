"""Ethics review: from a project to the review it needs, from a culture log to the age of an embryo."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue, sound_content
from stemcell_kit.errors import BadInput
from stemcell_kit.language import text
from stemcell_kit.model import Text
from stemcell_kit.qc.ethics.embryo_clock import (
    ClockState,
    DayZeroUnknown,
    EmbryoClock,
    embryo_clock,
)
from stemcell_kit.qc.ethics.review_category import ReviewCategory, review_category
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "embryo_age",
    "embryo_ages",
    "ethics_reference",
    "review_project",
    "review_projects",
    "review_rules",
    "ticked_too_low",
]

_ANSWERS = {"yes": True, "no": False}


# --- the category ------------------------------------------------------------------------------


def review_project(**facts: Any) -> ReviewCategory:
    """Return the review that a project needs by the public rules, beside its ISSCR category.

    A fact that is left out is not known, and nothing is assumed for it.
    """
    return review_category(ethics_reference(), **facts)


def review_projects(projects: pd.DataFrame) -> pd.DataFrame:
    """Review a register of projects; columns with the name of a fact are read.

    ``acts`` are parted by semicolons, flags are ``yes`` or ``no``, and an empty cell is not known.
    """
    rows = []
    for row in projects.to_dict("records"):
        found = review_project(**_facts(row))
        rows.append(
            {
                "project": row["project"],
                "verdict": found.verdict,
                "at_least": found.at_least,
                "isscr_2021": found.international,
                "rules": ", ".join(found.rules),
                "ask": ", ".join([*found.open, *found.uncovered]),
                "flags": ", ".join(found.flags),
            }
        )
    return pd.DataFrame(rows).set_index("project")


def review_rules(verdict: str = "") -> pd.DataFrame:
    """Return the rules with what they rest on, those of one verdict or all, strictest first.

    Raises
    ------
    BadInput
        There is no such verdict.
    """
    known = ethics_reference()["verdicts"]
    if verdict and verdict not in known:
        raise BadInput(f"no verdict {verdict!r}; choose one of {', '.join(known)}")
    rows = [
        {
            "rule": rule["id"],
            "verdict": rule["verdict"],
            "speaks_of": text(Text(rule["label"])),
            "rests_on": rule["basis"],
        }
        for rule in ethics_reference()["rule"]
        if verdict in ("", rule["verdict"])
    ]
    return pd.DataFrame(rows)


def ticked_too_low(ticked: Mapping[str, str], verdicts: Mapping[str, str]) -> list[str]:
    """Return the projects whose applicant ticked a lighter review than the verdict.

    An answer that is still missing is no lighter review: nothing could be ticked yet.
    """
    order = [*ethics_reference()["verdicts"], "information missing"]
    return [p for p, box in ticked.items() if order.index(box) < order.index(verdicts[p])]


# --- the embryo clock --------------------------------------------------------------------------


def embryo_age(
    day_zero: str,
    ended: str,
    *,
    frozen: str = "",
    thawed: str = "",
    count_frozen: bool,
    amber_from: float,
) -> EmbryoClock:
    """Return the age of an embryo at the end of its culture; red is beyond the limit in force."""
    return embryo_clock(
        day_zero,
        ended,
        frozen=[(frozen, thawed)] if frozen else [],
        count_frozen=count_frozen,
        amber_from_days=amber_from,
        red_above_days=catalogue().limit("eth-embryo-day").at_most or 0.0,
    )


def embryo_ages(logs: pd.DataFrame, *, amber_from: float) -> pd.DataFrame:
    """Return the age of each embryo in both readings of frozen time, and what they say.

    ``inside`` or ``beyond`` in both readings, ``depends`` on the reading, or ``unknown`` where
    day 0 is not in the log.
    """
    rows = [{"embryo": row.embryo, **_both_readings(row, amber_from)} for row in each_row(logs)]
    return pd.DataFrame(rows).set_index("embryo")


@cache
def ethics_reference() -> dict[str, Any]:
    """Return the rules of review and the elements of a consent form, as read from the content.

    Raises
    ------
    ContentError
        The file is wrong.
    """
    return sound_content("reference/ethics_rules.toml", "ethics")


# --- parts of the above ------------------------------------------------------------------------


def _facts(row: Mapping[Any, Any]) -> dict[str, Any]:
    kinds = {fact["id"]: fact["kind"] for fact in ethics_reference()["fact"]}
    return {name: _fact(kinds[name], name, row) for name in kinds if name in row}


def _fact(kind: str, name: str, row: Mapping[Any, Any]) -> Any:
    cell = "" if pd.isna(row[name]) else str(row[name]).strip()
    if not cell:
        return None
    if kind == "words":
        return [word for part in cell.split(";") if (word := part.strip())]
    if kind == "word":
        return cell
    try:
        return _ANSWERS[cell.lower()] if kind == "flag" else float(cell)
    except (KeyError, ValueError):
        wanted = "yes, no or an empty cell" if kind == "flag" else "a number or an empty cell"
        raise BadInput(
            f"{name} of project {row['project']} is {cell!r}; expected {wanted}."
        ) from None


def _both_readings(row: Any, amber_from: float) -> dict[str, Any]:
    clocks = []
    try:
        for count_frozen in (False, True):
            clocks.append(
                embryo_age(
                    row.day_zero,
                    row.ended,
                    frozen=row.frozen,
                    thawed=row.thawed,
                    count_frozen=count_frozen,
                    amber_from=amber_from,
                )
            )
    except DayZeroUnknown:
        nothing = float("nan")
        return {"days": nothing, "with_frozen": nothing, "state": "", "finding": "unknown"}
    late = {clock.state is ClockState.RED for clock in clocks}
    finding = "depends" if len(late) > 1 else "beyond" if late.pop() else "inside"
    days = {"days": clocks[0].value, "with_frozen": clocks[1].value}
    return {**days, "state": str(clocks[0].state), "finding": finding}
