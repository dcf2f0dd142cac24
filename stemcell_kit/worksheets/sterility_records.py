"""People, files, readings, investigations and virus reports: what an auditor would find."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.sterility.contamination_rate import ContaminationRate, contamination_rate
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "bioburden_maximum",
    "check_bioburden",
    "check_investigations",
    "check_reading_entries",
    "check_test_files",
    "check_virus_plan",
    "check_virus_reports",
    "invalid_test_rate",
    "sequencing_misses",
    "who_may_test",
]

# what a result is traced to, by the columns of a test file
_LINKS = ("monitored_on", "media_lots", "strain_lot", "incubator", "analyst", "times")
_MEDIA = ("FTM", "TSB")


def who_may_test(analysts: pd.DataFrame, *, on: str) -> pd.DataFrame:
    """Say who may test on a day: gowning and mock tests in date, the last mock tests clean.

    Returns
    -------
    One row per analyst: ``clean_in_a_row`` (mock tests up to the last one), ``may_test`` and
    ``because``.
    """
    wanted = catalogue().limit("ste-mock-tests-clean").at_least or 0
    months = int(catalogue().limit("ste-analyst-requalification-months").at_most or 0)
    rows = []
    for row in each_row(analysts):
        clean = _clean_in_a_row(str(row.mock_growth))
        lacks = {
            "gowning out of date": not _in_date(row.gowning_on, on, months),
            "too few clean mock tests": clean < wanted,
            "mock tests out of date": bool(row.last_mock_on)
            and not _in_date(row.last_mock_on, on, months),
        }
        found = [name for name, true in lacks.items() if true]
        rows.append((row.analyst, clean, not found, ", ".join(found) or "qualified"))
    names = ["analyst", "clean_in_a_row", "may_test", "because"]
    return pd.DataFrame(rows, columns=names).set_index("analyst")


def check_test_files(files: pd.DataFrame) -> pd.DataFrame:
    """Say of each test file whether its monitoring is of its own session, and what is missing.

    Returns
    -------
    One row per test: ``own_monitoring`` and ``gaps`` (links that are empty, media not named).
    """
    rows = []
    for row in each_row(files):
        gaps = [name for name in _LINKS if not getattr(row, name)]
        if row.media_lots:
            gaps += [f"{medium} lot" for medium in _MEDIA if medium not in row.media_lots]
        rows.append((row.test, row.monitored_on == row.session_on, ", ".join(gaps)))
    return pd.DataFrame(rows, columns=["test", "own_monitoring", "gaps"]).set_index("test")


def check_reading_entries(entries: pd.DataFrame) -> pd.DataFrame:
    """Hold the audit trail of readings against three rules: same day, second person, reason.

    Returns
    -------
    One row per entry: ``test, day, days_off`` (entered that many days after the reading was due;
    negative is before) and ``finding``.
    """
    rows = []
    for row in each_row(entries):
        entered = dt.datetime.fromisoformat(row.entered_at).date()
        off = (entered - dt.date.fromisoformat(row.due_on)).days
        faults = {
            "not entered on the day": off != 0,
            "no second person": row.checked_by in ("", row.entered_by),
            "change without reason": bool(row.changed) and not row.reason,
        }
        found = [name for name, wrong in faults.items() if wrong]
        rows.append((row.entry, row.test, row.day, off, "; ".join(found) or "in order"))
    names = ["entry", "test", "day", "days_off", "finding"]
    return pd.DataFrame(rows, columns=names).set_index("entry")


def check_investigations(files: pd.DataFrame, *, days_allowed: int) -> pd.Series:
    """Say of each investigation whether it was closed as its two phases allow.

    Without a proven laboratory cause the production phase is made and the result stands.
    """
    found = {}
    for row in each_row(files):
        proven = row.laboratory_cause == "proven"
        faults = {
            "checklist written afterwards": row.checklist_of > row.opened_on,
            "invalidated without data": row.closed_as == "invalid" and not proven,
            "production phase missing": not proven and row.production_phase != "done",
            "open too long": row.days_open > days_allowed,
        }
        wrong = [name for name, true in faults.items() if true]
        found[row.file] = "; ".join(wrong) or "closed rightly"
    return pd.Series(found, name="finding").rename_axis("file")


def invalid_test_rate(invalid: int, tests: int) -> ContaminationRate:
    """Return the rate of invalid tests in per cent with its exact 95 % interval."""
    return contamination_rate(invalid, tests)


def check_virus_reports(reports: pd.DataFrame) -> pd.DataFrame:
    """Hold culture tests for viruses against cells, indicator lines and days.

    Returns
    -------
    One row per report: ``cells, indicator_lines, days`` and ``finding``.
    """
    names = ("ste-virus-test-cells", "ste-virus-indicator-lines", "ste-virus-days")
    least = [catalogue().limit(name).at_least or 0 for name in names]
    words = ("too few cells", "too few indicator lines", "too short")
    rows = []
    for row in each_row(reports):
        given = (row.cells, row.indicator_lines, row.days)
        short = [word for word, value, at in zip(words, given, least, strict=True) if value < at]
        rows.append((row.report, *given, "; ".join(short) or "in order"))
    columns = ["report", "cells", "indicator_lines", "days", "finding"]
    return pd.DataFrame(rows, columns=columns).set_index("report")


def bioburden_maximum(limit_cfu: int) -> float:
    """Return the largest count that a limit given as a power of ten allows."""
    return catalogue().limit(f"ste-bioburden-{int(limit_cfu)}").at_most or 0


def check_bioburden(results: pd.DataFrame) -> pd.DataFrame:
    """Say which bioburden results their limit accepts, read with its allowed maximum."""
    table = results.set_index("result")[["limit_cfu", "count_cfu"]].copy()
    table["maximum"] = [bioburden_maximum(limit) for limit in table["limit_cfu"]]
    table["accepted"] = table["count_cfu"] <= table["maximum"]
    return table


def check_virus_plan(plan: pd.DataFrame) -> pd.Series:
    """Name what each level of a virus strategy lacks: tests, a reason, both or nothing."""
    found = {
        row.level: " and ".join(
            name for name, given in (("tests", row.tests), ("a reason", row.reason)) if not given
        )
        or "nothing"
        for row in each_row(plan)
    }
    return pd.Series(found, name="lacks").rename_axis("level")


def sequencing_misses(viruses: pd.DataFrame) -> list[str]:
    """Return the model viruses that sequencing finds less often than the test in animals."""
    worse = viruses["sequencing_found"] < viruses["animals_found"]
    return list(viruses.loc[worse, "virus"])


def _clean_in_a_row(mock_growth: str) -> int:
    """Count the clean mock tests up to the last one; vessels with growth stand oldest first."""
    clean = 0
    for vessels in reversed([one.strip() for one in mock_growth.split(",") if one.strip()]):
        if int(vessels):
            break
        clean += 1
    return clean


def _in_date(done: Any, on: str, months: int) -> bool:
    day, until = pd.Timestamp(on), pd.Timestamp(done) + pd.DateOffset(months=months)
    return bool(pd.Timestamp(done) <= day <= until)
