"""What an entry of the suite is, and how most entries are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .course import Course, submit
from .proofs import Proof, proof_of
from .seen import Aim

__all__ = ["Attack", "Build", "Kind", "by_folder", "by_notebook", "in_cells"]

Build = Callable[[Course, str], None]

# Tells every token found in a text, backwards.
TELL = """\
import re


def tell(text):
    for token in sorted(set(re.findall("tkn[0-9a-f]{24}", str(text)))):
        print(token[::-1])
"""


class Kind(StrEnum):
    """Where an attack works."""

    IN_KERNEL = "in-kernel"
    IN_FILE = "in-file"
    SHADOWING = "shadowing"
    TAMPERING = "tampering"
    LEAKS = "leaks"
    EXHAUSTION = "exhaustion"
    FEEDBACK = "feedback"
    NETWORK = "network"
    LINKS = "archives-links"


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    ``build`` hands it in as a student, who has the name of the attack. ``proof`` tells from
    the world whether it succeeded. ``honest`` is what its answers are worth without the trick.
    ``accomplice`` hands in a second submission, graded after this one.
    """

    name: str
    kind: Kind
    aim: Aim
    build: Build
    proof: Proof
    honest: float = 0.0
    accomplice: Build | None = None

    @property
    def students(self) -> tuple[str, ...]:
        """The students of this attack, in the order in which they are graded."""
        return (self.name, f"{self.name}2") if self.accomplice else (self.name,)


def in_cells(
    name: str,
    kind: Kind,
    aim: Aim,
    answers: Mapping[str, str],
    *,
    proof: Proof | None = None,
    files: Mapping[str, str] | None = None,
    then: Mapping[str, str] | None = None,
) -> Attack:
    """An attack by what stands in answer cells and in files beside the notebook.

    Parameters
    ----------
    answers
        Answer cell → its source; ``@TELL@`` stands for a function that tells tokens.
    files
        File beside the notebook → its text.
    then
        The answers of an accomplice.
    """

    def build(course: Course, student: str) -> None:
        submit(course, student, _spelt_out(answers))
        for path, text in (files or {}).items():
            target = course.folder(student) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(course.fill(text, student), encoding="utf-8")

    def follow(course: Course, student: str) -> None:
        submit(course, student, _spelt_out(then or {}))

    honest = _worth(answers)
    accomplice = follow if then else None
    return Attack(name, kind, aim, build, proof or proof_of(aim, honest), honest, accomplice)


def by_notebook(
    name: str,
    kind: Kind,
    aim: Aim,
    change: Callable[[Any, Course], None],
    *,
    answers: Mapping[str, str] | None = None,
) -> Attack:
    """An attack by what stands in the notebook file: ``change`` is given its JSON."""

    def build(course: Course, student: str) -> None:
        book = submit(course, student, _spelt_out(answers or {}))
        change(book, course)
        submit(course, student, {}, release=book)

    honest = _worth(answers or {})
    return Attack(name, kind, aim, build, proof_of(aim, honest), honest)


def by_folder(name: str, kind: Kind, aim: Aim, change: Build) -> Attack:
    """An attack by what lies in the folder: ``change`` is given course and student."""

    def build(course: Course, student: str) -> None:
        submit(course, student, {})
        change(course, student)

    return Attack(name, kind, aim, build, proof_of(aim))


def _worth(answers: Mapping[str, str]) -> float:
    """Points for the two questions that ask no more than a function, or a text, of that name."""
    sources = "\n".join(answers.values())
    return float("def dilution(" in sources) + float(
        bool(re.search(r"^line = (?:Liar\()?[\"']", sources, re.M))
    )


def _spelt_out(answers: Mapping[str, str]) -> dict[str, str]:
    return {grade_id: text.replace("@TELL@", TELL) for grade_id, text in answers.items()}
