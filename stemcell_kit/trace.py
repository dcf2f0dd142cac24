"""The trace matrix: requirement, lesson section, dataset, checklist item, question, commitment.

Cells name what they serve in their metadata: ``{"stemcell_kit": {"requirements": [...]}}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stemcell_kit.catalogue import catalogue
from stemcell_kit.model import SOURCE_LANGUAGE, Lesson
from stemcell_kit.paths import course_dir

__all__ = [
    "Trace",
    "TraceRow",
    "notebook_requirements",
    "sections_serving",
    "trace",
]

_DATASET = re.compile(r"load_dataset\(\s*[\"']([a-z0-9_]+)[\"']")


@dataclass(frozen=True)
class TraceRow:
    """One requirement and everything in the course that serves it."""

    requirement: str
    severity: str
    sections: tuple[str, ...]
    datasets: tuple[str, ...]
    checklist: str
    questions: tuple[str, ...]
    commitments: tuple[str, ...]


@dataclass(frozen=True)
class Trace:
    """The matrix of one standard, and the cells that name a requirement nobody knows."""

    standard: str
    rows: tuple[TraceRow, ...]
    unknown: tuple[str, ...]

    @property
    def without_lesson(self) -> tuple[str, ...]:
        """Requirements that no lesson section serves."""
        return tuple(row.requirement for row in self.rows if not row.sections)

    @property
    def without_question(self) -> tuple[str, ...]:
        """Requirements that no graded question serves."""
        return tuple(row.requirement for row in self.rows if not row.questions)


def trace(standard_id: str) -> Trace:
    """Build the matrix of one standard from the catalogue and the notebooks of the course."""
    standard = catalogue().standard(standard_id)
    sections, datasets, questions = _served()
    rows = tuple(
        TraceRow(
            requirement=requirement.full_id,
            severity=str(requirement.severity),
            sections=tuple(sections.get(duty, ())),
            datasets=tuple(datasets.get(duty, ())),
            checklist=str(standard.topic(requirement.topic).title),
            questions=tuple(questions.get(duty, ())),
            commitments=requirement.commitments,
        )
        for requirement in standard.requirements
        if (duty := requirement.answered_as)
    )
    known = set(catalogue().requirements)
    named = {**sections, **questions}
    unknown = tuple(
        f"{name} ({', '.join(places)})" for name, places in named.items() if name not in known
    )
    return Trace(standard_id, rows, unknown)


def sections_serving(lesson: Lesson, requirements: Iterable[str]) -> tuple[str, ...]:
    """Return the section titles of a lesson that serve any of these requirements, in order."""
    wanted = set(_duties(requirements))
    sections = _sections(_lesson_path(lesson))
    return tuple(
        title for title, section in sections.items() if wanted & set(_duties(section.requirements))
    )


def notebook_requirements(notebook: Any) -> dict[str, tuple[str, ...]]:
    """Return what each graded cell of an exercise serves, by grade id."""
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: tuple(_named(cell))
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade")
    }


@dataclass
class _Section:
    requirements: list[str]
    datasets: list[str]


def _duties(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names under which these statements are answered; an unknown one stays."""
    answered = _answered_as()
    return tuple(dict.fromkeys(answered.get(name, name) for name in names))


@cache
def _answered_as() -> dict[str, str]:
    return {name: one.answered_as for name, one in catalogue().requirements.items()}


def _served() -> tuple[Mapping[str, list[str]], Mapping[str, list[str]], Mapping[str, list[str]]]:
    sections: dict[str, list[str]] = {}
    datasets: dict[str, list[str]] = {}
    questions: dict[str, list[str]] = {}
    for lesson in catalogue().course.lessons:
        for title, section in _sections(_lesson_path(lesson)).items():
            for name in _duties(section.requirements):
                sections.setdefault(name, []).append(f"{lesson.id}: {title}")
                datasets.setdefault(name, []).extend(
                    d for d in section.datasets if d not in datasets.get(name, [])
                )
        path = course_dir() / "solutions" / SOURCE_LANGUAGE / lesson.exercise
        for grade_id, names in _questions(path / f"{lesson.exercise}.ipynb").items():
            for name in _duties(names):
                questions.setdefault(name, []).append(f"{lesson.exercise}: {grade_id}")
    return sections, datasets, questions


def _lesson_path(lesson: Lesson) -> Path:
    return course_dir() / "notebooks" / SOURCE_LANGUAGE / f"{lesson.notebook}.ipynb"


@cache
def _sections(path: Path) -> dict[str, _Section]:
    """Read a lesson as its level-two sections with what each serves and loads."""
    found: dict[str, _Section] = {}
    title = ""
    for cell in _cells(path):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            heads = re.findall(r"^#{1,2} +(.+)$", source, re.MULTILINE)
            title = heads[-1].strip() if heads else title
        section = found.setdefault(title, _Section([], []))
        section.requirements += _named(cell)
        section.datasets += _DATASET.findall(source) if cell["cell_type"] == "code" else []
    return found


@cache
def _questions(path: Path) -> dict[str, tuple[str, ...]]:
    return notebook_requirements({"cells": _cells(path)})


def _cells(path: Path) -> list[Any]:
    if not path.is_file():
        return []
    return list(json.loads(path.read_text(encoding="utf-8"))["cells"])


def _named(cell: Any) -> list[str]:
    return list(cell["metadata"].get("stemcell_kit", {}).get("requirements", []))
