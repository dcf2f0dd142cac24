"""How far a learner is: questions answered, exercises graded, share done per lesson."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stemcell_kit.catalogue import Catalogue, catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.learning.predictions import predictions_of
from stemcell_kit.learning.quizzes import questions_of
from stemcell_kit.model import LearningPath, Lesson
from stemcell_kit.records import Grade, Records, person, records

__all__ = ["LessonProgress", "choose_path", "chosen_path", "course_progress"]

_PATH = "path"


@dataclass(frozen=True)
class LessonProgress:
    """What a learner did in one lesson; ``best`` is the best grading of its exercise so far.

    Predictions and quiz questions are counted together.
    """

    lesson: Lesson
    answered: int
    asked: int
    best: Grade | None = None

    @property
    def share(self) -> float:
        """Share done, 0 to 1: the mean of the questions answered and the exercise score.

        A part that the lesson does not have is left out of the mean.
        """
        parts = []
        if self.asked:
            parts.append(self.answered / self.asked)
        if self.lesson.exercise:
            parts.append(_score_share(self.best))
        return sum(parts) / len(parts) if parts else 0.0


def chosen_path(*, store: Records | None = None) -> LearningPath | None:
    """Return the path that the learner chose; None for the whole course."""
    name = (store or records()).setting(_PATH)
    return next((path for path in catalogue().course.paths if path.id == name), None)


def choose_path(name: str, *, store: Records | None = None) -> None:
    """Remember the path that the learner chooses; an empty name is the whole course.

    Raises
    ------
    BadInput
        There is no such path.
    """
    known = [path.id for path in catalogue().course.paths]
    if name and name not in known:
        raise BadInput(f"no path {name!r}; choose one of {', '.join(known)}")
    (store or records()).save_setting(_PATH, name)


def course_progress(
    *,
    who: str | None = None,
    loaded: Catalogue | None = None,
    content: Path | None = None,
    store: Records | None = None,
) -> tuple[LessonProgress, ...]:
    """Return a learner's progress per lesson, in course order; one's own if nobody is named."""
    store = store or records()
    given = {*store.predictions(who=who), *store.quiz_answers(who=who)}
    best = _best_grades(store, who or person())
    return tuple(
        _lesson_progress(lesson, given, best, content)
        for lesson in (loaded or catalogue()).course.lessons
    )


def _lesson_progress(
    lesson: Lesson, given: Iterable[str], best: dict[str, Grade], content: Path | None
) -> LessonProgress:
    asked = {one.full_id for one in predictions_of(lesson.id, content=content)}
    asked |= {one.full_id for one in questions_of(lesson.id, content=content)}
    return LessonProgress(
        lesson, len(asked.intersection(given)), len(asked), best.get(lesson.exercise)
    )


def _best_grades(store: Records, learner: str) -> dict[str, Grade]:
    best: dict[str, Grade] = {}
    for grade in store.grades(learner=learner):
        if _score_share(grade) >= _score_share(best.get(grade.exercise)):
            best[grade.exercise] = grade
    return best


def _score_share(grade: Grade | None) -> float:
    return grade.points / grade.max_points if grade and grade.max_points else 0.0
