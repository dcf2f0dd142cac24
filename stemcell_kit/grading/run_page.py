"""The report of a grading run as one HTML page for A4, without script or anything from outside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from stemcell_kit.grading.intake.notes import shown
from stemcell_kit.grading.run_report import RunReport, SubmissionRecord, grader
from stemcell_kit.language import say
from stemcell_kit.pages import page_from

if TYPE_CHECKING:
    from stemcell_kit.grading.run_report import NotebookRecord

__all__ = ["run_page"]

ENDS = ("gone", "judge", "memory", "time")


def run_page(report: RunReport) -> str:
    """Return the report as one HTML page; every word that a learner chose is escaped."""
    return page_from(
        "run_report.html.j2",
        filters={"points": _points, "duration": _duration},
        shown=shown,
        **_contents(report),
    )


def _contents(report: RunReport) -> dict[str, Any]:
    records = sorted(report.submissions.values(), key=lambda record: record.student)
    states: dict[str, list[SubmissionRecord]] = defaultdict(list)
    for record in records:
        states[_state(record)].append(record)
    ended = [(r.student, n) for r in records for n in r.notebooks if n.ended]
    return {
        "report": report,
        "records": records,
        "begun": _local_time(report.begun),
        "states": states,
        "state": _state,
        "partly": [record for record in states["graded"] if record.refused],
        "refusals": [(r.student, *what) for r in records for what in r.refused.items()],
        "ended": [(student, notebook, _why(notebook)) for student, notebook in ended],
        "ended_learners": {student for student, _ in ended},
        "in_kernel": _in_kernel(records),
        "by_hand": any(record.by_hand for record in records),
        "alike": _alike(records),
        "grader": grader(),
    }


def _state(record: SubmissionRecord) -> str:
    """``graded``, ``refused``, ``failed``, or ``open`` where the run was stopped."""
    if record.failed:
        return "failed"
    if not record.accepted:
        return "refused"
    return "graded" if len(record.notebooks) == len(record.accepted) else "open"


def _why(notebook: NotebookRecord) -> str:
    return say(f"run.ended-{notebook.ended if notebook.ended in ENDS else 'otherwise'}")


def _in_kernel(records: Iterable[SubmissionRecord]) -> dict[str, list[str]]:
    """Notebook -> the tests that ran in the learners' own processes."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for notebook in (notebook for record in records for notebook in record.notebooks):
        if notebook.in_kernel:
            found[notebook.notebook] |= dict.fromkeys(notebook.in_kernel)
    return {notebook: list(tests) for notebook, tests in found.items()}


def _alike(records: Iterable[SubmissionRecord]) -> list[list[str]]:
    """Learners who handed in the same files, byte for byte."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.accepted:
            found[record.digest].append(record.student)
    return [students for students in found.values() if len(students) > 1]


def _local_time(begun: str) -> str:
    """The time on the clock of the grading machine, with its distance from UTC."""
    then = datetime.fromisoformat(begun).astimezone()
    offset = then.strftime("%z")
    return f"{then:%Y-%m-%d %H:%M} UTC{offset[:3]}:{offset[3:5]}"


def _points(points: float) -> str:
    return f"{round(points, 2):.15g}"


def _duration(seconds: float) -> str:
    if seconds < 10:
        return say("run.seconds", s=f"{seconds:.1f}")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return say("run.hours", h=hours, min=minutes)
    return say("run.minutes", min=minutes, s=rest) if minutes else say("run.seconds", s=rest)
