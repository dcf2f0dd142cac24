"""Origin and consent: from files of origin to what they show and what they leave open."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Limit, Measurement
from stemcell_kit.qc.identity import identifiers
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "check_dates",
    "cold_hours",
    "consent_gaps",
    "date_order",
    "date_readings",
    "dated_consent",
    "derivation_gaps",
    "descendants",
    "donor_fields",
    "early_releases",
    "find_identifiers",
    "hours_apart",
    "open_origin_files",
    "reception_routes",
    "seed_stocks",
    "silent_documents",
    "where_held",
]

IN_ORDER, NOT_IN_ORDER, NOT_SHOWN = "in order", "not in order", "not shown"
_DOCUMENTS = ("catalogue", "agreement", "information_sheet")
_VIRUSES = ("hiv", "hbv", "hcv")


# --- dates -----------------------------------------------------------------------------------


def date_readings(written: str) -> tuple[str, ...]:
    """Return the days, as ISO 8601 dates, that a date can mean: one, several, or none."""
    if identifiers.is_iso_date(written):
        return (identifiers.read_iso_date(written).isoformat(),)
    found = re.fullmatch(r"\s*(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})\s*", written)
    if not found:
        return ()
    first, second, year = (int(part) for part in found.groups())
    days = (_day(year, month, day) for month, day in ((second, first), (first, second)))
    return tuple(sorted({day for day in days if day}))


def check_dates(written: Iterable[str]) -> pd.DataFrame:
    """Say of each date as written whether it is an ISO 8601 date, and the days it can mean."""
    rows = [
        {"written": w, "iso": identifiers.is_iso_date(w), "can mean": ", ".join(date_readings(w))}
        for w in written
    ]
    return pd.DataFrame(rows).set_index("written")


def date_order(dates: pd.DataFrame) -> pd.DataFrame:
    """Say of each line whether approval, consent and collection stand in this order.

    ``not shown`` means that a reference is missing or a date is not one day: the record
    proves neither the order nor its breach.
    """
    rows = [{"line": row.line, **_order(row)} for row in each_row(dates)]
    return pd.DataFrame(rows).set_index("line")


def dated_consent(dates: pd.DataFrame) -> Measurement:
    """Return the share of lines whose record shows the three dates in order, in percent."""
    shown = date_order(dates)["finding"] == IN_ORDER
    return Measurement("lines_with_dated_consent", float(100 * shown.mean()), "%", len(shown))


# --- consent, restrictions, withdrawal ---------------------------------------------------------


def consent_gaps(items: pd.DataFrame) -> pd.DataFrame:
    """Return by donor the items met, the restriction recorded, and the items left open.

    An item is met when the form covers it or a restriction was recorded in its place.
    """
    rows = []
    for donor, own in items.groupby("donor", sort=False):
        missing = own[~own["present"]]
        still_open = missing[missing["restriction"] == ""]
        rows.append(
            {
                "donor": donor,
                "form": own["form"].iloc[0],
                "met": len(own) - len(still_open),
                "restriction": "; ".join(r for r in missing["restriction"] if r),
                "open": "; ".join(still_open["item"]),
            }
        )
    return pd.DataFrame(rows).set_index("donor")


def silent_documents(restrictions: pd.DataFrame) -> pd.DataFrame:
    """Return the restrictions that are not worded alike in all three documents."""
    same = restrictions[list(_DOCUMENTS)].nunique(axis=1) == 1
    return restrictions[~same].reset_index(drop=True)


def descendants(labels: pd.DataFrame, donor: str) -> list[str]:
    """Return the lots made from a donor's material, lots grown from lots included.

    Raises
    ------
    BadInput
        No lot is registered for the donor.
    """
    own = set(labels.loc[labels["donor"] == donor, "lot"])
    if not own:
        known = ", ".join(dict.fromkeys(labels["donor"]))
        raise BadInput(f"no lot of donor {donor!r}; the table has {known}")
    grown = 0
    while grown != len(own):
        grown = len(own)
        own |= set(labels.loc[labels["parent_lot"].isin(own), "lot"])
    return [lot for lot in labels["lot"] if lot in own]


def where_held(
    lots: Iterable[str], boxes: pd.DataFrame, consignments: pd.DataFrame
) -> pd.DataFrame:
    """Return by lot the tanks its vials stand in and the codes of all who received cells."""
    rows = []
    for lot in lots:
        sent = consignments[consignments["lot"] == lot]
        people = {*sent["recipient"], *sent["passed_on_to"]} - {""}
        tanks = sorted(set(boxes.loc[boxes["lot"] == lot, "tank"]))
        row = {"lot": lot, "tanks": ", ".join(tanks), "recipients": ", ".join(sorted(people))}
        rows.append(row)
    return pd.DataFrame(rows).set_index("lot")


# --- donor, reception, quarantine ---------------------------------------------------------------


def donor_fields(donors: pd.DataFrame) -> Measurement:
    """Return the share of donor fields that are filled; 'unknown' is an answer, empty is none."""
    filled = donors.to_numpy() != ""
    return Measurement("donor_fields_filled", float(100 * filled.mean()), "%", int(filled.size))


def find_identifiers(labels: Iterable[str]) -> pd.DataFrame:
    """Search labels for what gives a person away; nothing found is no proof."""
    patterns = teaching_table("identifier_patterns")
    pairs = list(zip(patterns["kind"], patterns["pattern"], strict=True))
    rows = [
        {"label": label, "found": ", ".join(kind for kind, form in pairs if re.search(form, label))}
        for label in labels
    ]
    return pd.DataFrame(rows).set_index("label")


def hours_apart(start: str, end: str) -> float:
    """Return the hours between two instants of ISO 8601, each with its offset."""
    passed = identifiers.read_iso_instant(end) - identifiers.read_iso_instant(start)
    return passed.total_seconds() / 3600


def cold_hours(excised_at: str, processed_at: str) -> float:
    """Return the hours from excision to processing, one decimal; nan where nobody noted the first."""
    return round(hours_apart(excised_at, processed_at), 1) if excised_at else math.nan


def reception_routes(received: pd.DataFrame) -> pd.DataFrame:
    """Return by sample the transit time, the decision on arrival and the route after the screen.

    Arrival: ``accept``, ``decide`` (longer than validated) or ``incomplete`` (no temperature).
    Route: ``ordinary``, ``containment`` (a virus found) or ``hold`` (a virus not tested).
    """
    rows = []
    for row in each_row(received):
        hours = hours_apart(row.collected_at, row.received_at)
        arrival = "decide" if hours > row.validated_h else "accept"
        arrival = "incomplete" if pd.isna(row.temperature_c) else arrival
        found = {"transit_h": round(hours, 1), "validated_h": row.validated_h}
        rows.append({"sample": row.sample, **found, "arrival": arrival, "route": _route(row)})
    return pd.DataFrame(rows).set_index("sample")


def early_releases(log: pd.DataFrame) -> pd.DataFrame:
    """Return the cultures that left quarantine before their last result, with the days missing."""
    rows = []
    for row in each_row(log):
        results = (row.mycoplasma_result, row.sterility_result)
        last = max(identifiers.read_iso_date(result) for result in results)
        missing = (last - identifiers.read_iso_date(row.left)).days
        if missing > 0:
            left = {"left": row.left, "last_result": last.isoformat(), "days_missing": missing}
            rows.append({"line": row.line, **left})
    return pd.DataFrame(rows, columns=["line", "left", "last_result", "days_missing"])


# --- derivation ---------------------------------------------------------------------------------


def derivation_gaps(records: pd.DataFrame, established: Limit) -> pd.DataFrame:
    """Return by line the empty fields, the colonies picked, and a listing before *established*."""
    least = established.at_least or 0
    rows = [
        {
            "line": row.line,
            "empty": ", ".join(name for name in records.columns if getattr(row, name) == ""),
            "colonies": row.colony.count("+") + 1,
            "listed_at": row.listed_at,
            "listed_early": identifiers.read_passage_label(row.listed_at).total < least,
        }
        for row in each_row(records)
    ]
    return pd.DataFrame(rows).set_index("line")


def seed_stocks(register: pd.DataFrame, early: Limit) -> pd.DataFrame:
    """Return by seed stock its passage on the label and in the log, and whether the log is early.

    The log decides: a label is a copy.
    """
    rows = []
    for row in each_row(register[register["parent_lot"] == ""]):
        label, log = (
            identifiers.read_passage_label(p).total for p in (row.passage_label, row.passage_log)
        )
        same = {"label": label, "log": log, "agree": label == log}
        rows.append({"lot": row.lot, **same, "early": log <= (early.at_most or 0)})
    return pd.DataFrame(rows).set_index("lot")


def open_origin_files(files: pd.DataFrame) -> pd.DataFrame:
    """Say of each embryonic or mouse line what its file of origin leaves open."""
    short = set(teaching_table("short_strain_names")["name"])
    rows = []
    for row in each_row(files):
        gaps = [name for name in files.columns if getattr(row, name) == ""]
        gaps += ["substrain"] if row.strain in short else []
        rows.append({"line": row.line, "kind": row.kind, "open": ", ".join(gaps)})
    return pd.DataFrame(rows).set_index("line")


# --- parts of the above -------------------------------------------------------------------------


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _order(row: Any) -> dict[str, str]:
    written = {name: getattr(row, name) for name in ("approved", "consented", "collected")}
    for name in ("approval", "consent"):
        if not getattr(row, name):
            return {"finding": NOT_SHOWN, "why": say(f"origin.no-{name}")}
    unread = [name for name, value in written.items() if not identifiers.is_iso_date(value)]
    if unread:
        return {"finding": NOT_SHOWN, "why": say("origin.unread", what=written[unread[0]])}
    approved, consented, collected = map(identifiers.read_iso_date, written.values())
    if approved > consented:
        return {"finding": NOT_IN_ORDER, "why": say("origin.late-approval")}
    if consented > collected:
        return {"finding": NOT_IN_ORDER, "why": say("origin.early-collection")}
    return {"finding": IN_ORDER, "why": ""}


def _route(row: Any) -> str:
    results = {getattr(row, virus) for virus in _VIRUSES}
    if "positive" in results:
        return "containment"
    return "ordinary" if results == {"negative"} else "hold"
