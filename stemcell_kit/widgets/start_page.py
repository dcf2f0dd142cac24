"""The course map: what to do first, the lessons, how far the learner is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import anywidget
import traitlets

from stemcell_kit.catalogue import catalogue
from stemcell_kit.language import current, say, text
from stemcell_kit.learning.progress import LessonProgress, course_progress
from stemcell_kit.widgets.page_parts import page_script

__all__ = ["StartPage", "start_page"]

_LABELS = ("first", "open-lesson", "open-exercise")


def start_page() -> StartPage:
    """Show the map of the course with the learner's progress."""
    return StartPage()


class StartPage(anywidget.AnyWidget):
    """The course map in the notebook."""

    _esm = page_script("start_page", "nodes")
    _css = Path(__file__).parent / "start_page.css"

    title = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(
            title=text(catalogue().course.title),
            words={key: say(f"start.{key}") for key in _LABELS},
            state=_state(),
        )

    def __repr__(self) -> str:
        return f"{self.title} ({len(self.state['lessons'])})"


def _state() -> dict[str, Any]:
    progress = [p for p in course_progress() if p.lesson.notebook != catalogue().course.start]
    done = sum(p.share == 1 for p in progress)
    return {
        "first": _advice(progress),
        "overall": say("start.all", done=done, total=len(progress)),
        "lessons": [_card(number, p) for number, p in enumerate(progress, 1)],
    }


def _advice(progress: Sequence[LessonProgress]) -> dict[str, str]:
    upcoming = next((p for p in progress if p.share < 1), None)
    if upcoming is None:
        return {"text": say("start.finished"), "href": ""}
    begun = any(p.share for p in progress)
    key = "continue" if begun else "begin"
    lesson = upcoming.lesson
    words = say(f"start.{key}", lesson=text(lesson.title))
    return {"text": words, "href": _lesson_link(lesson.notebook)}


def _card(number: int, progress: LessonProgress) -> dict[str, Any]:
    lesson, best = progress.lesson, progress.best
    counts = {"answered": progress.answered, "total": progress.asked}
    facts = [say("start.questions", **counts)] if progress.asked else []
    if best:
        scored = {"points": f"{best.points:g}", "max_points": f"{best.max_points:g}"}
        facts.append(say("start.exercise", **scored))
    elif lesson.exercise:
        facts.append(say("start.exercise-open"))
    percent = int(100 * progress.share)
    return {
        "number": say("start.lesson-number", number=number),
        "title": text(lesson.title),
        "summary": text(lesson.summary),
        "minutes": say("start.minutes", minutes=lesson.minutes),
        "href": _lesson_link(lesson.notebook),
        "exercise": _exercise_link(lesson.exercise) if lesson.exercise else "",
        "percent": percent,
        "progress": say("start.progress", percent=percent),
        "facts": facts,
    }


def _lesson_link(notebook: str) -> str:
    # the start page lies in the same folder as the lessons of its language
    return f"{PurePosixPath(notebook).name.removesuffix('.ipynb')}.ipynb"


def _exercise_link(exercise: str) -> str:
    return f"../../exercises/{current()}/{exercise}/{exercise}.ipynb"
