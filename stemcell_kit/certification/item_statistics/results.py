"""The results of an examination, read and checked before anything is computed from them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.model import Text
from stemcell_kit.paths import content_dir

__all__ = ["Answer", "ExamResults", "Sitting", "read_results", "results_of"]

_SHOWN = 5
# Totals are written with two decimals.
_ROUNDING = 0.0051


@dataclass(frozen=True)
class Answer:
    """What one candidate earned in one question; ``expected`` is the planned share of points."""

    id: str
    topic: str
    standard: str
    points: float
    max_points: float
    critical: bool
    expected: float

    @property
    def share(self) -> float:
        """The share of the question's points, 0 to 1."""
        return self.points / self.max_points


@dataclass(frozen=True)
class Sitting:
    """One candidate's attempt at one form.

    ``decided_percent`` is what was held against the pass mark: less than ``percent`` where points
    were taken off for lateness. ``missed_critical`` says that a question that must be right is not.
    """

    candidate: str
    form: str
    attempt: int
    points: float
    out_of: float
    decided_percent: float
    passed: bool
    missed_critical: bool
    answers: tuple[Answer, ...]

    @property
    def percent(self) -> float:
        """Percent of the form's points."""
        return 100 * self.points / self.out_of

    @property
    def expected_percent(self) -> float:
        """Percent that the form's planned difficulties lead to expect."""
        return 100 * sum(a.expected * a.max_points for a in self.answers) / self.out_of


@dataclass(frozen=True)
class ExamResults:
    """An examination's first sittings, one for each candidate.

    ``repeats`` is how many later attempts were left out: they are not independent of the first.
    """

    exam: str
    practice: bool
    title: Text
    blueprint_sha256: str
    pass_mark_percent: float
    sittings: tuple[Sitting, ...]
    repeats: int


def read_results(path: Path) -> ExamResults:
    """Read the results file of an examination.

    Raises
    ------
    BadInput
        The file cannot be read, is of another kind, or contradicts itself.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(say("exam-results.unreadable", path=path, reason=error.strerror)) from None
    except ValueError as error:
        raise BadInput(say("exam-results.unreadable", path=path, reason=error)) from None
    return results_of(data)


def results_of(data: Mapping[str, Any]) -> ExamResults:
    """Return results given as plain data.

    Raises
    ------
    BadInput
        They are of another kind or contradict themselves; the first faults are named.
    """
    faults = list(_schema_faults(data)) or list(_contradictions(data))
    if faults:
        shown = "\n  ".join(faults[:_SHOWN])
        raise BadInput(say("exam-results.refused", count=len(faults), faults=shown))
    sittings = sorted((_sitting(row) for row in data["candidates"]), key=_order)
    first = {one.candidate: one for one in reversed(sittings)}
    return ExamResults(
        data["exam"],
        data["practice"],
        Text(data["blueprint"]["title"]),
        data["blueprint"]["sha256"],
        float(data["pass_mark_percent"]),
        tuple(sorted(first.values(), key=_order)),
        len(sittings) - len(first),
    )


def _order(sitting: Sitting) -> tuple[str, int]:
    return sitting.candidate, sitting.attempt


def _schema_faults(data: Mapping[str, Any]) -> Iterator[str]:
    from jsonschema import Draft202012Validator

    path = content_dir() / "schemas" / "exam_results.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    for fault in Draft202012Validator(schema).iter_errors(data):
        yield f"{fault.json_path}: {fault.message}"


def _contradictions(data: Mapping[str, Any]) -> Iterator[str]:
    """What the schema cannot see: sums that do not add up, and things that are there twice."""
    seen: set[tuple[str, int]] = set()
    for row in data["candidates"]:
        who = f"{row['candidate']}, {row['attempt']}"
        questions = row["questions"]
        if (row["candidate"], row["attempt"]) in seen:
            yield say("exam-results.twice", who=who)
        seen.add((row["candidate"], row["attempt"]))
        if len({one["id"] for one in questions}) < len(questions):
            yield say("exam-results.question-twice", who=who)
        for key, total in (("points", row["points"]), ("max_points", row["out_of"])):
            found = math.fsum(one[key] for one in questions)
            if not math.isclose(found, total, abs_tol=_ROUNDING):
                yield say("exam-results.sum", who=who, total=total, found=found)
        if any(one["points"] > one["max_points"] + 1e-9 for one in questions):
            yield say("exam-results.too-many", who=who)


def _sitting(row: Mapping[str, Any]) -> Sitting:
    answers = tuple(
        Answer(
            one["id"], one["topic"], one["standard"], float(one["points"]),
            float(one["max_points"]), one["critical"], float(one["difficulty"]),
        )
        for one in row["questions"]
    )  # fmt: skip
    return Sitting(
        row["candidate"], row["form"], row["attempt"], float(row["points"]),
        float(row["out_of"]), float(row["percent"]), row["passed"], _missed(row, answers), answers,
    )  # fmt: skip


def _missed(row: Mapping[str, Any], answers: tuple[Answer, ...]) -> bool:
    """What the decision says about critical questions; without it, they must be fully right."""
    if "critical_missed" in row:
        return bool(row["critical_missed"])
    return any(a.critical and a.points < a.max_points - 1e-9 for a in answers)
