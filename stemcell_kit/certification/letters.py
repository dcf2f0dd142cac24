"""The letter to a candidate: the decision and its reasons, the profile by part, and what to reread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from stemcell_kit.catalogue import catalogue
from stemcell_kit.certification.decision import NOT_PASSED, Decision
from stemcell_kit.certification.exam_folder import Exam
from stemcell_kit.certification.question_pool import heading_of, question_pool
from stemcell_kit.language import speaking, text
from stemcell_kit.pages import page_from
from stemcell_kit.trace import sections_serving

__all__ = ["reading_of", "write_letter"]


@dataclass(frozen=True)
class Reading:
    """One section of a lesson that is worth reading again."""

    lesson: str
    section: str


def write_letter(exam: Exam, decision: Decision) -> None:
    """Write ``letters/<sitting>.html`` in the candidate's language; her or his name is in it."""
    person = exam.candidate(decision.sitting.candidate)
    with speaking(person.language):
        page = page_from(
            "exam_letter.html.j2",
            exam=exam,
            person=person,
            decision=decision,
            band=_band(exam, decision),
            parts=list(_profile(exam, decision)),
            missed=[_title(name) for name in decision.critical_missed],
            reading=reading_of(row["id"] for row in decision.questions if _is_short(row)),
            questions=list(_questions(exam, decision)) if exam.practice else [],
            day=_day(exam, decision),
        )
    folder = exam.folder / "letters"
    folder.mkdir(exist_ok=True)
    (folder / f"{decision.sitting.name}.html").write_text(page, encoding="utf-8")


def reading_of(questions: Iterable[str]) -> list[Reading]:
    """Return the sections of the lessons that serve what these questions examine."""
    pool, found = question_pool(), dict[Reading, None]()
    for name in questions:
        question = pool[name]
        for lesson in catalogue().course.lessons:
            if lesson.exercise == question.exercise:
                for section in sections_serving(lesson, question.requirements):
                    found[Reading(text(lesson.title), section)] = None
    return list(found)


def _is_short(row: dict[str, Any]) -> bool:
    return bool(row["points"] < row["max_points"])


def _band(exam: Exam, decision: Decision) -> str:
    if decision.band == NOT_PASSED:
        return ""
    return next(text(one.title) for one in exam.blueprint.bands if one.id == decision.band)


def _profile(exam: Exam, decision: Decision) -> Iterator[dict[str, Any]]:
    for part in exam.blueprint.parts:
        row = decision.topics[part.id]
        percent = round(100 * row["points"] / row["out_of"])
        yield {"title": text(part.title), **row, "percent": percent}


def _questions(exam: Exam, decision: Decision) -> Iterator[dict[str, Any]]:
    """Each question of a form in its order; the letter of an exam keeps to the parts."""
    rows = {row["id"]: row for row in decision.questions}
    for number, question in enumerate(exam.form(decision.sitting).questions, start=1):
        yield {**rows[question.id], "title": f"{number}. {heading_of(question)}"}


def _day(exam: Exam, decision: Decision) -> str:
    """The day of the exam; of practice, the day on which the form was made."""
    if not exam.practice:
        return exam.blueprint.window.opens.date().isoformat()
    return str(exam.logged("released", decision.sitting)[-1]["at"])[:10]


def _title(question: str) -> str:
    """A critical question in words: what it serves, from the catalogue."""
    names = question_pool()[question].requirements
    known = catalogue().requirements
    return text(known[names[0]].statement) if names and names[0] in known else question
