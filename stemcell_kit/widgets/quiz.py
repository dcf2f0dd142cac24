"""A quiz question in the notebook, marked option by option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from stemcell_kit.errors import KitError
from stemcell_kit.language import say, text
from stemcell_kit.learning.quizzes import Kind, Question, answered, question, submit
from stemcell_kit.widgets.page_parts import page_script

__all__ = ["QuizWidget", "quiz"]

_LABELS = ("commit", "again", "no-kernel", "pick", "up", "down")


def quiz(full_id: str) -> QuizWidget:
    """Ask the learner a quiz question, e.g. ``quiz("ethics-review/which-category")``."""
    return QuizWidget(question(full_id))


class QuizWidget(anywidget.AnyWidget):
    """One quiz question; what is right leaves Python only after an answer."""

    _esm = page_script("quiz", "nodes", "courier")
    _css = Path(__file__).parent / "question.css"

    words = traitlets.Dict().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[Any] = traitlets.List().tag(sync=True)
    partners: traitlets.List[Any] = traitlets.List().tag(sync=True)
    verdict = traitlets.Dict().tag(sync=True)

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        before = answered(asked)
        label = {"label": say(f"quiz.{asked.kind}")}
        super().__init__(
            words=label | {key: say(f"quiz.{key}") for key in _LABELS},
            kind=str(asked.kind),
            question=text(asked.question),
            options=[text(option.text) for option in asked.shown],
            partners=[text(partner) for partner in asked.partners],
            verdict={} if before is None else _verdict(asked, before),
        )
        self.on_msg(lambda _widget, message, _buffers: self.receive(message))

    def __repr__(self) -> str:
        return f"{say('quiz.name')}: {self.question}"

    def receive(self, message: Mapping[str, Any]) -> None:
        """Remember the answer that the page sends and show what is right about it."""
        try:
            submit(self.asked, message["answer"])
        except KitError:
            incomplete = say(f"quiz.incomplete-{self.asked.kind}")
            self.send({"serial": message["serial"], "ok": False, "message": incomplete})
            return
        self.verdict = _verdict(self.asked, message["answer"])
        self.send({"serial": message["serial"], "ok": True})


def _verdict(asked: Question, answer: Sequence[int]) -> dict[str, Any]:
    marks = asked.marks(answer)
    right, total = sum(marks), len(marks)
    key = "right" if right == total else "partly"
    return {
        "answer": list(answer),
        "marks": list(marks),
        "whole": right == total,
        "headline": say(f"quiz.{key}", right=right, total=total),
        "solutions": [_solution(asked, place) for place in range(total)],
        "feedback": [text(option.feedback) for option in asked.shown],
    }


def _solution(asked: Question, place: int) -> str:
    """Say what is right about the option shown at this place, before its feedback."""
    option = asked.shown[place]
    if asked.kind is Kind.MATCH:
        return say("quiz.belongs", partner=text(asked.partners[asked.solution[place]]))
    if asked.kind is Kind.ORDER:
        return say("quiz.place", place=asked.solution.index(place) + 1)
    return say("quiz.true" if option.right else "quiz.false")
