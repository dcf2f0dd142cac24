"""What the commands of an exam do, and how they say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stemcell_kit.certification.collection import collect
from stemcell_kit.certification.exam_folder import Exam, new_exam, open_exam
from stemcell_kit.certification.forms import yardstick
from stemcell_kit.certification.marking import (
    graded_score,
    mark,
)
from stemcell_kit.certification.releasing import release
from stemcell_kit.certification.results import decide
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.grade import OWN_WORK
from stemcell_kit.grading.runner import KernelRunner, Runner
from stemcell_kit.grading.sandbox.doctor import sandbox_fault
from stemcell_kit.language import say
from stemcell_kit.paths import content_dir

Data = dict[str, Any]


EXAMPLE = content_dir() / "certification" / "example_blueprint.toml"


def example(out: Path | None) -> str:
    """Return the blueprint that ships as an example, or write it and say where.

    Raises
    ------
    BadInput
        There is such a file already.
    """
    words = EXAMPLE.read_text(encoding="utf-8")
    if out is None:
        return words
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(words)
    except OSError as error:
        raise BadInput(say("exam.example-refused", path=out, reason=error.strerror)) from None
    return say("exam.example-written", path=out) + "\n"


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
def runner_for(exam: Exam) -> Iterator[Runner]:
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
    with runner_for(exam) as runner:
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
