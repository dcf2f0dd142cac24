"""Quiz questions: one or several options, an order, or pairs; marked per option, remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from stemcell_kit.errors import BadInput
from stemcell_kit.learning.quiz_content import Option, options_of, quiz_rows
from stemcell_kit.model import Text
from stemcell_kit.records import Records, records

__all__ = ["Kind", "Question", "answered", "question", "questions_of", "submit"]


class Kind(StrEnum):
    """What a question asks for."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    ORDER = "order"
    MATCH = "match"


@dataclass(frozen=True)
class Question:
    """A question with its options in the right order.

    An answer is a list of places, as the learner sees the options: the chosen ones (``single``,
    ``multiple``), all of them in order (``order``), or for each option the place of its partner
    (``match``). Places count in :attr:`shown` and :attr:`partners`.
    """

    lesson: str
    id: str
    kind: Kind
    question: Text
    options: tuple[Option, ...]

    @property
    def full_id(self) -> str:
        """The id across lessons, e.g. ``ethics-review/which-category``."""
        return f"{self.lesson}/{self.id}"

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options as the learner sees them; an order is mixed up, always in the same way."""
        if self.kind is not Kind.ORDER:
            return self.options
        return tuple(self.options[place] for place in self._mixed(len(self.options)))

    @property
    def partners(self) -> tuple[Text, ...]:
        """What the options of a match can be paired with, each once, mixed up."""
        found = list(dict.fromkeys(option.partner for option in self.options if option.partner))
        return tuple(found[place] for place in self._mixed(len(found)))

    @property
    def solution(self) -> tuple[int, ...]:
        """The right answer."""
        if self.kind is Kind.ORDER:
            return tuple(self.shown.index(option) for option in self.options)
        if self.kind is Kind.MATCH:
            return tuple(self.partners.index(o.partner) for o in self.options if o.partner)
        return tuple(place for place, option in enumerate(self.options) if option.right)

    def marks(self, answer: Sequence[int]) -> tuple[bool, ...]:
        """Tell for each shown option whether the answer is right about it.

        In an order an option is right where it stands at its own place.

        Raises
        ------
        BadInput
            The answer has not the form that this kind of question asks for.
        """
        self._check(answer)
        if self.kind is Kind.MATCH:
            return tuple(a == b for a, b in zip(answer, self.solution, strict=True))
        if self.kind is Kind.ORDER:
            return tuple(
                answer.index(place) == self.solution.index(place) for place in range(len(answer))
            )
        return tuple((place in answer) == o.right for place, o in enumerate(self.options))

    def _check(self, answer: Sequence[int]) -> None:
        whole = all(isinstance(place, int) and not isinstance(place, bool) for place in answer)
        count = len(self.options)
        fits = {
            Kind.SINGLE: len(answer) == 1 and set(answer) <= set(range(count)),
            Kind.MULTIPLE: len(set(answer)) == len(answer) and set(answer) <= set(range(count)),
            Kind.ORDER: sorted(answer) == list(range(count)),
            Kind.MATCH: len(answer) == count and set(answer) <= set(range(len(self.partners))),
        }
        if not whole or not fits[self.kind]:
            raise BadInput(
                f"{self.full_id} is answered by {_FORMS[self.kind]}, not by {list(answer)}"
            )

    def _mixed(self, count: int) -> list[int]:
        places = sorted(
            range(count),
            key=lambda place: hashlib.sha256(f"{self.full_id}/{place}".encode()).digest(),
        )
        # a mixture that is already right would give the answer away
        return places if places != list(range(count)) else places[::-1]


_FORMS = {
    Kind.SINGLE: "the place of one option",
    Kind.MULTIPLE: "the places of the chosen options",
    Kind.ORDER: "the places of all options, each once",
    Kind.MATCH: "the place of a partner for every option",
}


def question(full_id: str, *, content: Path | None = None) -> Question:
    """Return a quiz question by ``lesson/question-id``.

    Raises
    ------
    BadInput
        The lesson has no question of that id.
    ContentError
        The quiz file is wrong.
    """
    lesson, _, name = full_id.partition("/")
    known = {found.id: found for found in questions_of(lesson, content=content)}
    if name not in known:
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise BadInput(f"the lesson {lesson!r} has no quiz question {name!r}; {has}")
    return known[name]


def questions_of(lesson: str, *, content: Path | None = None) -> tuple[Question, ...]:
    """Return the quiz questions of a lesson in order; none where it has no quiz file."""
    return tuple(
        Question(lesson, row["id"], Kind(row["kind"]), Text(row["question"]), options_of(row))
        for row in quiz_rows(lesson, "question", content=content)
    )


def submit(
    asked: Question, answer: Sequence[int], *, store: Records | None = None
) -> tuple[bool, ...]:
    """Remember an answer, the last one stands, and return its marks.

    Raises
    ------
    BadInput
        The answer has not the form that this kind of question asks for.
    """
    marks = asked.marks(answer)
    (store or records()).save_quiz_answer(
        asked.full_id, list(answer), share=sum(marks) / len(marks)
    )
    return marks


def answered(asked: Question, *, store: Records | None = None) -> tuple[int, ...] | None:
    """Return the answer given earlier; None before any, or where the question has changed since."""
    given = (store or records()).quiz_answers().get(asked.full_id)
    if given is None:
        return None
    try:
        asked.marks(given)
    except BadInput:
        return None
    return tuple(given)
