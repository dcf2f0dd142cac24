"""What the commands of an exam do, and how they say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stemcell_kit.certification.audit_log import faults_of
from stemcell_kit.certification.collection import collect
from stemcell_kit.certification.exam_folder import Exam, new_exam, open_exam
from stemcell_kit.certification.forms import yardstick
from stemcell_kit.certification.marking import (
    collected_sittings,
    graded_score,
    mark,
    override,
    regrade,
)
from stemcell_kit.certification.practice import new_practice, practice_again
from stemcell_kit.certification.releasing import rebuilt, release
from stemcell_kit.certification.results import decide
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.grade import OWN_WORK
from stemcell_kit.grading.runner import KernelRunner, Runner
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.language import say
from stemcell_kit.paths import content_dir

Data = dict[str, Any]


def example_blueprint() -> str:
    """Return the blueprint that ships as an example."""
    path = content_dir() / "certification" / "example_blueprint.toml"
    return path.read_text(encoding="utf-8")


def made(blueprint: Path, folder: Path, roster: Path) -> Data:
    """Make an exam."""
    exam = new_exam(blueprint, folder, roster)
    shared = yardstick(exam.blueprint)
    return {
        "exam": exam.id,
        "folder": str(exam.folder),
        "candidates": len(exam.roster),
        "expected_percent": round(100 * shared.expected, 1),
        "tolerance_percent": round(100 * exam.blueprint.tolerance, 2),
        "criticals": shared.criticals,
        "head": exam.log.head,
    }


def made_text(data: Data) -> str:
    """Write what was made for a person."""
    return say("exam.made", **data)


def released(
    folder: Path, candidates: tuple[str, ...], *, by: str, new_attempt: bool
) -> list[Data]:
    """Release forms; without candidates to all who have none yet."""
    exam = open_exam(folder)
    if new_attempt and not candidates:
        raise BadInput("name the candidates who get a new attempt")
    codes = candidates or [code for code in exam.roster if code not in exam.sittings()]
    forms = [release(exam, code, by=by, new_attempt=new_attempt) for code in codes]
    return [
        {
            "candidate": form.sitting.candidate,
            "form": form.id,
            "questions": len(form.questions),
            "points": form.points,
            "folder": str(exam.place("release", form.sitting)),
        }
        for form in forms
    ]


def released_text(data: list[Data]) -> str:
    """Write the forms that were released for a person."""
    lines = [f"  {row['candidate']:<12} {row['form']}  {row['folder']}" for row in data]
    return "\n".join([*lines, say("exam.released", count=len(data))])


def collected(folder: Path, received: str, by: str) -> list[Data]:
    """Take in what was handed in."""
    exam = open_exam(folder)
    found = collect(exam, by=by, received=_moment(received))
    return [
        {
            "candidate": one.sitting.candidate,
            "attempt": one.sitting.attempt,
            "accepted": one.accepted,
            "reason": one.reason,
            "words": one.words,
            "late_minutes": one.late_minutes,
            "notes": list(one.notes),
        }
        for one in found
    ]


def _moment(words: str) -> datetime:
    if not words:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as error:
        raise BadInput(f"{words!r} is no moment; write e.g. 2026-10-12T11:02+08:00") from error
    if moment.tzinfo is None:
        raise BadInput(f"{words!r} has no time zone; write e.g. {words}+08:00")
    return moment


def collected_text(data: list[Data]) -> str:
    """Write what was taken in and what was refused for a person."""
    lines = []
    for row in data:
        late = say("exam.late", minutes=row["late_minutes"]) if row["late_minutes"] else ""
        state = say("exam.taken") if row["accepted"] else say(f"exam.state-{row['reason']}")
        lines.append(f"  {row['candidate']:<12} {state} {late}".rstrip())
        lines += [f"      {words}" for words in [row["words"], *row["notes"]] if words]
    return "\n".join(lines) or say("exam.nothing-new")


@contextmanager
def _runner(exam: Exam) -> Iterator[Runner]:
    """Who runs the candidates' cells: the engine; a kernel only for one's own practice."""
    from stemcell_kit.grading.engine import Engine

    fault = sandbox_fault()
    if fault and not exam.practice:
        raise BadInput(f"an exam is graded in a sandbox only, and there is none here: {fault}")
    if fault:
        yield KernelRunner()
        return
    with Engine(OWN_WORK) as engine:
        yield engine


def graded(folder: Path, by: str) -> list[Data]:
    """Grade what is waiting."""
    exam = open_exam(folder)
    with _runner(exam) as runner:
        sittings = mark(exam, runner, by=by)
    return [_points(exam, one) for one in sittings]


def _points(exam: Exam, sitting: Any) -> Data:
    questions = graded_score(exam, sitting)["questions"]
    points = sum(row["points"] for row in questions)
    out_of = sum(row["max_points"] for row in questions)
    return {"candidate": sitting.candidate, "points": points, "out_of": out_of}


def graded_text(data: list[Data]) -> str:
    """Write the scores for a person."""
    lines = [f"  {r['candidate']:<12} {r['points']:>6g} / {r['out_of']:g}" for r in data]
    return "\n".join(lines) or say("exam.nothing-new")


def overridden(folder: Path, candidate: str, question: str, points: float, **why: str) -> str:
    """Set points by hand."""
    override(open_exam(folder), candidate, question, points, **why)
    return say("exam.overridden", candidate=candidate, question=question, points=f"{points:g}")


def decided(folder: Path, by: str) -> Data:
    """Decide about all who have a score."""
    exam = open_exam(folder)
    rows = [
        {
            "candidate": one.sitting.candidate,
            "percent": one.percent,
            "passed": one.passed,
            "band": one.band,
            "critical_missed": list(one.critical_missed),
        }
        for one in decide(exam, by=by)
    ]
    results = str(exam.folder / "results.json")
    return {
        "practice": exam.practice,
        "candidates": rows,
        "results": results,
        "head": exam.log.head,
    }


def decided_text(data: Data) -> str:
    """Write the decisions for a person."""
    lines = [
        f"  {row['candidate']:<12} {row['percent']:>6g} %  {row['band']}"
        + "".join(f"\n      {name}" for name in row["critical_missed"])
        for row in data["candidates"]
    ]
    lines += [say("exam.letter-practice")] if data["practice"] else []
    return "\n".join([*lines, say("exam.decided", results=data["results"], head=data["head"])])


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
    with _runner(exam) as runner:
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
    """Check the log, and that forms and scores are those that it tells of."""
    exam = open_exam(folder)
    faults = [str(fault) for fault in faults_of(exam.log.entries(), head)]
    if not faults:
        faults += [
            say("exam.other-form", sitting=one.name)
            for one in exam.sittings().values()
            if not rebuilt(exam, one)
        ]
        for sitting in collected_sittings(exam):
            if any(exam.log.of("graded", sitting.candidate)):
                faults += _changed_score(exam, sitting)
    return {"entries": len(exam.log.entries()), "faults": faults, "head": exam.log.head}


def _changed_score(exam: Exam, sitting: Any) -> list[str]:
    try:
        graded_score(exam, sitting)
    except BadInput as error:
        return [str(error)]
    return []


def checked_text(data: Data) -> str:
    """Write what a check found for a person."""
    key = "exam.log-broken" if data["faults"] else "exam.log-holds"
    return "\n".join([*(f"  {fault}" for fault in data["faults"]), say(key, **data)])


def practised(blueprint: Path, folder: Path, name: str) -> str:
    """Make a practice exam or give another form of it."""
    exam = (
        practice_again(open_exam(folder))
        if folder.exists()
        else new_practice(blueprint, folder, name)
    )
    (sitting,) = exam.sittings().values()
    return say("exam.practice-made", work=exam.handed_in(sitting), folder=folder)
