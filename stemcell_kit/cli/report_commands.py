"""What the command line does with reports of self-assessments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from stemcell_kit.assessment import Checklist, write_report
from stemcell_kit.assessment.comparison import Comparison
from stemcell_kit.assessment.dashboard import dashboard
from stemcell_kit.assessment.report_data import figures
from stemcell_kit.assessment.reports import write_sites_report
from stemcell_kit.assessment.sites import sites_data
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

__all__ = [
    "dashboard_text",
    "figures_of",
    "figures_text",
    "write",
    "write_dashboard",
    "written_text",
]


def figures_of(standard: str, assessments: Sequence[str]) -> dict[str, Any]:
    """Return the figures of one assessment, or of several side by side."""
    names = assessments or ("default",)
    return sites_data([Checklist(standard, assessment=name) for name in names])


def figures_text(data: dict[str, Any]) -> str:
    """Return one line per assessment, then what all of them lack when there are several."""
    lines = []
    for site in data["sites"]:
        shown = {name: "–" if v is None else v for name, v in site["figures"].items()}
        title = site["laboratory"] or site["assessment"]
        lines.append(say("report.site-line", title=title, **shown))
    if len(data["sites"]) > 1 and data["open_everywhere"]:
        lines += ["", say("report.open-everywhere")]
        lines += [f"  {one['id']}  {one['statement']}" for one in data["open_everywhere"]]
    return "\n".join(lines)


def write(
    standard: str,
    file: Path,
    *,
    assessments: Sequence[str],
    since: str | None,
    against: str | None,
) -> dict[str, Any]:
    """Write one report, of one assessment or of several side by side, and return what it says.

    Raises
    ------
    BadInput
        No such standard, a day that is none, too many things to compare with, or a file of
        another kind or in a place that cannot be written.
    """
    checklists = [Checklist(standard, assessment=name) for name in assessments or ("default",)]
    if len(checklists) > 1:
        if since or against:
            raise BadInput(say("sites.no-comparison"))
        return {"file": str(write_sites_report(checklists, file)), **sites_data(checklists)}
    (checklist,) = checklists
    path = write_report(checklist, file, comparison=_comparison(checklist, since, against))
    return {"file": str(path), "figures": figures(checklist.score())}


def write_dashboard(file: Path, assessment: str) -> dict[str, Any]:
    """Write the page over all standards.

    Raises
    ------
    BadInput
        The file cannot be written there.
    """
    page = dashboard(assessment=assessment).page
    try:
        file.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(say("checklist.report-refused", path=file, reason=error.strerror)) from None
    return {"file": str(file)}


def dashboard_text(data: dict[str, Any]) -> str:
    """Say where the page is."""
    return say("dashboard.written", path=data["file"])


def written_text(data: dict[str, Any]) -> str:
    """Say where the report is, with its figures."""
    if "sites" in data:
        return say("sites.written", path=data["file"], count=len(data["sites"]))
    shown = {name: "–" if v is None else v for name, v in data["figures"].items()}
    return say("report.site-line", title=data["file"], **shown)


def _comparison(checklist: Checklist, since: str | None, against: str | None) -> Comparison | None:
    if since and against:
        raise BadInput(say("report.two-comparisons"))
    if since:
        return checklist.compared_with(moment=_end_of(since), label=since)
    if against:
        return checklist.compared_with(assessment=against, label=against)
    return None


def _end_of(day: str) -> datetime:
    """Return the end of a day as this computer's clock has it."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise BadInput(say("checklist.due-refused", found=day)) from None
    return datetime.combine(found + timedelta(days=1), time()).astimezone(UTC)
