"""The decision: pass mark, critical questions and bands of the blueprint, applied to the scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stemcell_kit.certification.blueprint import Blueprint
from stemcell_kit.certification.difficulty import expected_share
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.forms import Sitting, is_critical
from stemcell_kit.certification.marking import graded_score
from stemcell_kit.certification.question_pool import question_pool

__all__ = ["NOT_PASSED", "Decision", "decide_one"]

NOT_PASSED = "not-passed"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Decision:
    """What was decided about one sitting, and why.

    ``percent`` is after a deduction for lateness; ``critical_missed`` are the critical questions
    that were not right; ``band`` is ``not-passed`` or the id of a band of the blueprint.
    """

    sitting: Sitting
    form: str
    questions: tuple[dict[str, Any], ...]
    percent: float
    passed: bool
    band: str
    critical_missed: tuple[str, ...]
    late_minutes: int
    answers_sha256: str

    @property
    def points(self) -> float:
        """Points of all questions, overrides included."""
        return round(sum(row["points"] for row in self.questions), 2)

    @property
    def out_of(self) -> float:
        """The points that the form is worth."""
        return float(sum(row["max_points"] for row in self.questions))

    @property
    def topics(self) -> dict[str, dict[str, float]]:
        """Points by part of the blueprint."""
        found: dict[str, dict[str, float]] = {}
        for row in self.questions:
            one = found.setdefault(row["topic"], {"points": 0.0, "out_of": 0.0})
            one["points"] = round(one["points"] + row["points"], 2)
            one["out_of"] += row["max_points"]
        return found


def decide_one(exam: Exam, sitting: Sitting) -> Decision:
    """Apply the blueprint to one sitting as it was graded and overridden."""
    score, plan = graded_score(exam, sitting), exam.blueprint
    changed = _overrides(exam, sitting)
    rows = tuple(_question(plan, row, changed) for row in score["questions"])
    missed = tuple(row["id"] for row in rows if row["critical"] and not _is_right(plan, row))
    collected = _collected(exam, sitting)
    share = sum(row["points"] for row in rows) / sum(row["max_points"] for row in rows)
    late = collected["late_minutes"]
    percent = max(0.0, 100 * share - (plan.late.deduct_percent if late else 0))
    passed = percent + _ROUNDING >= plan.pass_mark_percent and not missed
    return Decision(
        sitting=sitting,
        form=score["form"],
        questions=rows,
        percent=round(percent, 2),
        passed=passed,
        band=_band(plan, percent) if passed else NOT_PASSED,
        critical_missed=missed,
        late_minutes=late,
        answers_sha256=collected["answers_sha256"],
    )


def _question(
    plan: Blueprint, row: Mapping[str, Any], changed: Mapping[str, float]
) -> dict[str, Any]:
    question = question_pool()[row["id"]]
    part = plan.part_of(question)
    topics = next(one.topics for one in plan.parts if one.id == part)
    first = next(r for r in question.requirements if r.rpartition("-")[0] in topics)
    return {
        "id": row["id"],
        "topic": part,
        "standard": first.partition("/")[0],
        "points": changed.get(row["id"], row["points"]),
        "max_points": row["max_points"],
        "critical": is_critical(plan, question),
        "difficulty": expected_share(question, plan.measured),
    }


def _is_right(plan: Blueprint, row: Mapping[str, Any]) -> bool:
    wanted = row["max_points"] * plan.critical_share_percent / 100
    return bool(row["points"] + _ROUNDING >= wanted)


def _band(plan: Blueprint, percent: float) -> str:
    reached = [one for one in plan.bands if percent + _ROUNDING >= one.from_percent]
    return max(reached, key=lambda one: one.from_percent).id


def _overrides(exam: Exam, sitting: Sitting) -> dict[str, float]:
    """Question id -> the points that a human set last."""
    return {
        entry["details"]["question"]: entry["details"]["points"]
        for entry in exam.logged("overridden", sitting)
    }


def _collected(exam: Exam, sitting: Sitting) -> dict[str, Any]:
    """What the log says about the submission that was graded."""
    last: dict[str, Any] = exam.logged("collected", sitting)[-1]["details"]
    return last
