"""The short class: one notebook of eight questions with pandas and scipy, and one for a person.

It is cut out of the full class, so its learners, habits and expected scores are the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.class_maker import Course, Learner, release

__all__ = ["shorten"]

NOTEBOOK = "qc_counts"
LEFT_OUT = frozenset(
    [
        "vial-answer",
        "vial-values",
        "vial-release",
        "report-answer",
        "printed-report",
        "days-answer",
        "passage-days",
        "by-lot-answer",
        "by-lot",
        "plot-answer",
        "plot-labels",
        "plot-data",
        "simulate-answer",
        "simulation-repeats",
        "doublings-answer",
        "doublings-values",
        "doubling-time-answer",
        "doubling-time-values",
        "doubling-time-uses-doublings",
        "own-check",
        "control-chart-task",
    ]
)


def shorten(course: Course, learners: Sequence[Learner]) -> tuple[Learner, ...]:
    """Cut a course and its submissions down to eight questions; release it anew.

    Returns
    -------
    The learners with the scores that they must get now.
    """
    for path in course.folder.glob("source/*/*.ipynb"):
        _cut(path)
    for path in course.folder.glob("submitted/*/*/*.ipynb"):
        _cut(path)
    course.gradebook.unlink()
    shutil.rmtree(course.folder / "release")
    release(course)
    return tuple(replace(one, expected=_kept(one)) for one in learners)


def _kept(learner: Learner) -> dict[tuple[str, str], float | None]:
    return {
        (notebook, cell): points
        for (notebook, cell), points in learner.expected.items()
        if notebook == NOTEBOOK and cell not in LEFT_OUT
    }


def _cut(path: Path) -> None:
    if path.stem != NOTEBOOK:
        path.unlink()
        return
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") not in LEFT_OUT
    ]
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
