"""What the command ``stemcell-kit grade`` does, and how it says it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from stemcell_kit.language import say

__all__ = ["class_text", "doctor_data", "doctor_text", "grade_class", "grade_own"]

Progress = Callable[[int, int], None]


def grade_own(notebook: Path, source: Path | None) -> Any:
    """Grade one's own exercise and remember the score."""
    from stemcell_kit.grading.grade import exercise_path, grade_notebook, remember

    path = notebook if notebook.suffix == ".ipynb" else exercise_path(notebook.name)
    report = grade_notebook(path, source=source)
    remember(report)
    return report


def grade_class(
    *, course: Path, assignment: str, reports: tuple[Path, ...], **options: Any
) -> dict[str, Any]:
    """Grade a class with a progress bar on standard error; return the report of the run."""
    from stemcell_kit.grading.course import grade_course
    from stemcell_kit.grading.run_report import check_name

    for path in reports:
        check_name(path)
    with _bar() as progress:
        report = grade_course(course, assignment, progress=progress, **options)
    for path in reports:
        report.save(path)
    failed = sorted(name for name, one in report.submissions.items() if one.failed)
    return {**report.as_data(), "failed": failed, "reports": [str(path) for path in reports]}


@contextmanager
def _bar() -> Iterator[Progress]:
    """A progress bar with rate and time left; silent where nobody watches."""
    begun = time.monotonic()
    with click.progressbar(
        length=1,
        label=say("grade.class-label"),
        file=sys.stderr,
        show_pos=True,
        item_show_func=lambda rate: rate and say("grade.class-rate", rate=rate),
    ) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            rate = done / max(time.monotonic() - begun, 0.001)
            bar.update(done - bar.pos, f"{rate:.1f}")

        yield progress


def class_text(data: dict[str, Any]) -> str:
    """Write a run for a person: a line per submission, then what needs attention."""
    lines = []
    for name, one in sorted(data["submissions"].items()):
        scores = [score for book in one["notebooks"] for score in book["scores"].values()]
        points = sum(points or 0 for points, _ in scores)
        lines.append(f"  {name:<30} {points:>6g} / {sum(most for _, most in scores):g}")
        lines += [f"      {reason}" for reason in one["refused"].values()]
        lines += [
            f"      {say('grade.class-ended', notebook=book['notebook'], why=book['ended'])}"
            for book in one["notebooks"]
            if book["ended"]
        ]
        if one["failed"]:
            lines.append(f"      {say('grade.class-failed')}")
    lines += ["", *data["warnings"]]
    lines.append(
        say(
            "grade.class-done",
            graded=sum(bool(one["notebooks"]) for one in data["submissions"].values()),
            kept=len(data["kept"]),
            seconds=f"{data['seconds']:.0f}",
            sandbox=data["sandbox"] or "-",
        )
    )
    return "\n".join([*lines, *data["reports"]])


def doctor_data() -> dict[str, Any]:
    """Return what this computer allows, layer by layer."""
    from dataclasses import asdict

    from stemcell_kit.grading.sandbox.doctor import examine, sandbox_fault

    return {"sandbox": sandbox_fault() is None, "checks": [asdict(one) for one in examine()]}


def doctor_text(data: dict[str, Any]) -> str:
    """Write what this computer allows for a person."""
    lines = [
        f"  {'+' if one['passed'] else '-'} {one['name']:<20} {one['found']}"
        for one in data["checks"]
    ]
    verdict = "doctor.sandbox" if data["sandbox"] else "doctor.no-sandbox"
    return "\n".join([*lines, "", say(verdict)])
