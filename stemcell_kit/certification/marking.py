"""Marking: the stored submission, graded by the engine against the source of its own form."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.certification.collection import notebook_names, stored_digest
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting
from stemcell_kit.certification.seals import canonical
from stemcell_kit.errors import BadInput
from stemcell_kit.grading.grade import grade_notebook
from stemcell_kit.grading.runner import Runner

__all__ = [
    "Regraded",
    "check_stored",
    "collected_sittings",
    "graded_score",
    "mark",
    "override",
    "regrade",
]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Regraded:
    """An appeal: whether the stored submission got the same score again, bit for bit."""

    sitting: Sitting
    same: bool
    before: dict[str, Any]
    after: dict[str, Any]


def mark(exam: Exam, runner: Runner, *, by: str, progress: Progress | None = None) -> list[Sitting]:
    """Grade every collected submission that has no score yet, and log each score."""
    waiting = [one for one in collected_sittings(exam) if not _score_path(exam, one).exists()]
    for number, (sitting, score) in enumerate(_scores(exam, runner, waiting), start=1):
        path = _score_path(exam, sitting)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(canonical(score))
        _log_score(exam, "graded", sitting, score, by=by)
        if progress:
            progress(number, len(waiting))
    return waiting


def regrade(
    exam: Exam, runner: Runner, sittings: Sequence[Sitting], *, by: str, reason: str
) -> list[Regraded]:
    """Grade stored submissions again, compare with the scores they have, and log the outcome.

    The score stays as it is; a human decides what follows from a difference.
    """
    found = []
    for sitting, after in _scores(exam, runner, sittings):
        before = graded_score(exam, sitting)
        same = canonical(before) == canonical(after)
        details = {"reason": reason, "same": same, "before_points": _points(before)}
        _log_score(exam, "appealed", sitting, after, by=by, **details)
        found.append(Regraded(sitting, same, before, after))
    return found


def override(exam: Exam, candidate: str, question: str, points: float, **why: str) -> None:
    """Set the points of one question by hand; the log shows who did it and why.

    Parameters
    ----------
    why
        ``reason`` and ``by``, neither of them empty.
    """
    sitting = next((s for s in collected_sittings(exam) if s.candidate == candidate), None)
    if sitting is None or not _score_path(exam, sitting).exists():
        raise BadInput(f"{candidate} has no score yet; grade the exam first")
    rows = {row["id"]: row for row in graded_score(exam, sitting)["questions"]}
    if question not in rows:
        raise BadInput(f"{candidate} was not asked {question!r}, but {', '.join(rows)}")
    most = rows[question]["max_points"]
    if not 0 <= points <= most:
        raise BadInput(f"{points:g} points for {question}; expected 0 to {most:g}")
    if not all(why.get(name, "").strip() for name in ("reason", "by")):
        raise BadInput("an override needs a reason and a name (--reason, --by)")
    details = {"attempt": sitting.attempt, "question": question, "points": float(points)}
    details |= {"reason": why["reason"], "graded_points": rows[question]["points"]}
    exam.log.append("overridden", candidate, by=why["by"], **details)


def collected_sittings(exam: Exam) -> list[Sitting]:
    """Return the sittings with a stored submission, the last one of each candidate.

    Who has got a further form and has not handed it in keeps the attempt before.
    """
    stored = [one for one in exam.released() if exam.place("collected", one).is_dir()]
    return list({one.candidate: one for one in stored}.values())


def graded_score(exam: Exam, sitting: Sitting) -> dict[str, Any]:
    """Return the score of a sitting as it was graded.

    Raises
    ------
    BadInput
        There is none, or the file is not the one that the log speaks of.
    """
    import json

    path = _score_path(exam, sitting)
    if not path.is_file():
        raise BadInput(f"{sitting.name} has no score yet; grade the exam first")
    content = path.read_bytes()
    logged = [entry["details"]["score_sha256"] for entry in exam.logged("graded", sitting)]
    if hashlib.sha256(content).hexdigest() not in logged:
        raise BadInput(f"{path} was changed after it was graded; regrade it and restore the file")
    score: dict[str, Any] = json.loads(content)
    return score


def check_stored(exam: Exam, sitting: Sitting) -> None:
    """Check that a stored submission is the one that was collected.

    Raises
    ------
    BadInput
        A file of it was changed, removed or added since.
    """
    logged = [entry["details"]["stored_sha256"] for entry in exam.logged("collected", sitting)]
    place = exam.place("collected", sitting)
    if not logged or stored_digest(place) != logged[-1]:
        raise BadInput(f"{place} was changed after it was collected; restore it from your backup")


def _score_path(exam: Exam, sitting: Sitting) -> Path:
    return exam.place("graded", sitting).with_name(f"{sitting.name}.json")


def _scores(
    exam: Exam, runner: Runner, sittings: Sequence[Sitting]
) -> Iterator[tuple[Sitting, dict[str, Any]]]:
    """Grade some sittings, as many side by side as there are processors, and give each when it is done.

    What was graded before an interruption is kept.
    """
    for one in sittings:
        check_stored(exam, one)  # it reads the log, which grows while others are graded
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(lambda one: (one, _score(exam, runner, one)), sittings)


def _score(exam: Exam, runner: Runner, sitting: Sitting) -> dict[str, Any]:
    """Grade one sitting; a notebook that was not handed in earns nothing."""
    questions = []
    sources, stored = exam.place("source", sitting), exam.place("collected", sitting)
    for name in notebook_names(exam, sitting):
        path, source = stored / f"{name}.ipynb", sources / f"{name}.ipynb"
        there = path.is_file()
        # without hers, the release is graded: every answer is missing in it
        given = path if there else exam.place("release", sitting) / f"{name}.ipynb"
        files = {f"{name}.json": (sources / f"{name}.json").read_bytes()}
        report = grade_notebook(given, source=source, runner=runner, files=files)
        exercise = name.split("-", 2)[2]
        questions += [
            {
                "id": f"{exercise}/{one.question}",
                "points": one.points if there else 0.0,
                "max_points": one.out_of,
            }
            for one in report.questions
        ]
    return {
        "sitting": sitting.name,
        "form": exam.secret.form_id(*sitting.words),
        "questions": questions,
    }


def _points(score: dict[str, Any]) -> float:
    return float(sum(row["points"] for row in score["questions"]))


def _log_score(
    exam: Exam, event: str, sitting: Sitting, score: dict[str, Any], **details: Any
) -> None:
    exam.log.append(
        event,
        sitting.candidate,
        by=details.pop("by"),
        attempt=sitting.attempt,
        points=_points(score),
        score_sha256=hashlib.sha256(canonical(score)).hexdigest(),
        **details,
    )
