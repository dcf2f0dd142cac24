"""What the commands of an exam do after the scores: overrides, appeals, the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.credential.results import read_results
from stemcell_kit.certification.exam_folder import Exam, open_exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.integrity import is_graded
from stemcell_kit.certification.marking import (
    check_stored,
    collected_sittings,
    graded_score,
    override,
    regrade,
)
from stemcell_kit.certification.releasing import rebuilt
from stemcell_kit.certification.results import check_results
from stemcell_kit.cli.exam_commands import runner_for
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say

Data = dict[str, Any]


def overridden(folder: Path, candidate: str, question: str, points: float, **why: str) -> str:
    """Set points by hand."""
    override(open_exam(folder), candidate, question, points, **why)
    return say("exam.overridden", candidate=candidate, question=question, points=f"{points:g}")


def appealed(
    folder: Path, candidates: tuple[str, ...], *, everybody: bool, by: str, reason: str
) -> list[Data]:
    """Regrade stored submissions."""
    exam = open_exam(folder)
    stored = {one.candidate: one for one in collected_sittings(exam)}
    codes = list(stored) if everybody else list(candidates)
    unknown = [code for code in codes if code not in stored]
    if unknown or not codes:
        raise BadInput(f"no stored submission of {', '.join(unknown) or 'nobody'}; name candidates")
    with runner_for(exam) as runner:
        found = regrade(exam, runner, [stored[code] for code in codes], by=by, reason=reason)
    return [{"candidate": one.sitting.candidate, "same": one.same} for one in found]


def appealed_text(data: list[Data]) -> str:
    """Write the outcome of appeals for a person."""
    words = {True: say("exam.same"), False: say("exam.differs")}
    return "\n".join(f"  {row['candidate']:<12} {words[row['same']]}" for row in data)


def log_entries(folder: Path) -> list[Data]:
    """Return the entries of the log."""
    return open_exam(folder).log.entries()


def log_text(data: list[Data]) -> str:
    """Write the log for a person, with its head."""
    lines = [
        f"  {row['number']:>5}  {row['at']}  {row['event']:<10} {row['candidate']:<12} {row['by']}"
        for row in data
    ]
    return "\n".join([*lines, say("exam.head-of-log", head=data[-1]["sha256"] if data else "-")])


def checked(folder: Path, head: str) -> Data:
    """Check the log, and that forms, scores and results are those that it tells of."""
    exam = open_exam(folder)
    faults = [str(fault) for fault in faults_of(exam.log.entries(), head)]
    if not faults:
        faults += [
            say("exam.other-form", sitting=one.name)
            for one in exam.sittings().values()
            if not rebuilt(exam, one)
        ]
        for sitting in collected_sittings(exam):
            faults += _changed_files(exam, sitting)
    if not faults:
        faults += _changed_results(exam)
    return {"entries": len(exam.log.entries()), "faults": faults, "head": exam.log.head}


def _changed_results(exam: Exam) -> list[str]:
    """What ``results.json``, once there is one, says otherwise than scores and log."""
    path = exam.folder / "results.json"
    waiting = any(not is_graded(exam, one) for one in collected_sittings(exam))
    if waiting or not path.exists():
        return []
    try:
        check_results(exam, read_results(path).data)
    except BadInput as error:
        return [str(error)]
    return []


def _changed_files(exam: Exam, sitting: Sitting) -> list[str]:
    """What is no longer as the log tells it: the stored submission, or its score."""
    checks: list[Callable[[Exam, Sitting], object]] = [check_stored]
    if is_graded(exam, sitting):
        checks.append(graded_score)
    found = []
    for check in checks:
        try:
            check(exam, sitting)
        except BadInput as error:
            found.append(str(error))
    return found


def checked_text(data: Data) -> str:
    """Write what a check found for a person."""
    key = "exam.log-broken" if data["faults"] else "exam.log-holds"
    return "\n".join([*(f"  {fault}" for fault in data["faults"]), say(key, **data)])
