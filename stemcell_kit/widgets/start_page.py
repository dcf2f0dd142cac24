"""The course map: what to do first, the lessons, how far the learner is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import anywidget
import traitlets

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import KitError
from stemcell_kit.language import current, say, text
from stemcell_kit.learning.progress import (
    LessonProgress,
    choose_path,
    chosen_path,
    course_progress,
)
from stemcell_kit.model import SOURCE_LANGUAGE, LearningPath, Lesson
from stemcell_kit.paths import course_dir
from stemcell_kit.widgets.page_parts import page_script

__all__ = ["StartPage", "start_page"]

_LABELS = ("first", "open-lesson", "open-exercise", "choose-path", "whole", "no-kernel")


def start_page() -> StartPage:
    """Show the map of the course with the learner's progress."""
    return StartPage()


class StartPage(anywidget.AnyWidget):
    """The course map in the notebook."""

    _esm = page_script("start_page", "nodes", "courier")
    _css = Path(__file__).parent / "start_page.css"

    title = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    paths: traitlets.List[Any] = traitlets.List().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self) -> None:
        super().__init__(
            title=text(catalogue().course.title),
            words={key: say(f"start.{key}") for key in _LABELS},
            paths=_paths(),
            state=_state(),
        )
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def __repr__(self) -> str:
        return f"{self.title} ({len(self.state['lessons'])})"

    def receive(self, message: Mapping[str, Any]) -> None:
        """Remember the path that the page sends and show the lessons of it."""
        try:
            choose_path(message["path"])
        except KitError as refusal:
            self.send({"serial": message["serial"], "ok": False, "message": str(refusal)})
            return
        self.state = _state()
        self.send({"serial": message["serial"], "ok": True})


def _paths() -> list[dict[str, Any]]:
    """Return the groups of paths that can be chosen: by role, by product."""
    return [
        {
            "label": say(f"start.by-{kind}"),
            "paths": [
                {"id": path.id, "title": text(path.title)}
                for path in catalogue().course.paths
                if path.kind == kind
            ],
        }
        for kind in ("role", "product")
    ]


def _state() -> dict[str, Any]:
    path = chosen_path()
    numbered = [(n, p) for n, p in enumerate(course_progress(), 1) if _on_path(p, path)]
    progress = [p for _, p in numbered]
    done = sum(p.share == 1 for p in progress)
    return {
        "path": path.id if path else "",
        "about": text(path.summary) if path else say("start.whole-about"),
        "first": _advice(progress),
        "overall": say("start.all", done=done, total=len(progress), time=_time(progress)),
        "lessons": [_card(number, p) for number, p in numbered],
    }


def _on_path(progress: LessonProgress, path: LearningPath | None) -> bool:
    return path is None or progress.lesson.id in path.lessons


def _time(progress: Sequence[LessonProgress]) -> str:
    """Say how long these lessons take together, with their exercises."""
    minutes = sum(p.lesson.minutes + p.lesson.exercise_minutes for p in progress)
    return say("start.hours", hours=f"{minutes / 60:.0f}")


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
        "minutes": _minutes(lesson),
        "href": _lesson_link(lesson.notebook),
        "exercise": _exercise_link(lesson.exercise) if lesson.exercise else "",
        "percent": percent,
        "progress": say("start.progress", percent=percent),
        "facts": facts,
    }


def _minutes(lesson: Lesson) -> str:
    if not lesson.exercise_minutes:
        return say("start.minutes", minutes=lesson.minutes)
    return say("start.minutes-both", minutes=lesson.minutes, exercise=lesson.exercise_minutes)


def _lesson_link(notebook: str) -> str:
    # the start page lies in the same folder as the lessons of its language
    return f"{PurePosixPath(notebook).name.removesuffix('.ipynb')}.ipynb"


def _exercise_link(exercise: str) -> str:
    # an exercise that is not translated yet is done in the language in which it was written
    own = course_dir() / "exercises" / current() / exercise
    language = current() if own.is_dir() else SOURCE_LANGUAGE
    return f"../../exercises/{language}/{exercise}/{exercise}.ipynb"
