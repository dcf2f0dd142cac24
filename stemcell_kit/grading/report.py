"""What a learner is told about one graded exercise: points, the teaching message, what to reread."""

from __future__ import annotations

import html
import textwrap
from dataclasses import asdict, dataclass
from typing import Any

from stemcell_kit.language import say

__all__ = ["GradeReport", "QuestionResult", "Reading"]

WIDTH = 88
FROM_EXERCISE = "../../../"  # an exercise notebook lies three folders below the course


@dataclass(frozen=True)
class Reading:
    """A lesson section worth reading again."""

    lesson: str
    section: str
    notebook: str


@dataclass(frozen=True)
class QuestionResult:
    """One graded question: its id, the points and why points are missing."""

    question: str
    points: float
    out_of: float
    messages: tuple[str, ...]
    reread: tuple[Reading, ...]
    requirements: tuple[str, ...]

    @property
    def is_full(self) -> bool:
        """Whether every point was earned."""
        return self.points >= self.out_of


@dataclass(frozen=True)
class GradeReport:
    """The result of one exercise for one learner; shows itself as text, HTML or plain data.

    ``notice`` says how it was graded, where the reader should know.
    """

    exercise: str
    learner_id: str
    questions: tuple[QuestionResult, ...]
    untouched: bool = False
    notice: str = ""

    @property
    def points(self) -> float:
        """Points earned."""
        return round(sum(question.points for question in self.questions), 2)

    @property
    def out_of(self) -> float:
        """Points that can be earned."""
        return sum(question.out_of for question in self.questions)

    @property
    def reread(self) -> tuple[Reading, ...]:
        """The sections to read again, each once, in lesson order."""
        missed = (question for question in self.questions if not question.is_full)
        return tuple(dict.fromkeys(reading for question in missed for reading in question.reread))

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data for ``--json`` and the records."""
        totals = {"points": self.points, "out_of": self.out_of}
        return {**asdict(self), **totals}

    def __str__(self) -> str:
        lines = [self._headline(), ""]
        for question in self.questions:
            mark = "+" if question.is_full else ("~" if question.points else "-")
            score = f"{question.points:g}/{question.out_of:g}"
            lines.append(f"  {mark} {question.question:<34} {score:>7}")
            for message in question.messages:
                wrapped = textwrap.wrap(message, WIDTH - 6)
                lines += [f"      {line}" for line in wrapped]
        if self.reread:
            lines += ["", say("grade.reread")]
            lines += [f"  {r.notebook}: {r.section}" for r in self.reread]
        if self.notice:
            lines += ["", *textwrap.wrap(self.notice, WIDTH)]
        return "\n".join(lines)

    __repr__ = __str__

    def _headline(self) -> str:
        if self.untouched:
            return say("grade.untouched", exercise=self.exercise)
        return say(
            "grade.headline",
            exercise=self.exercise,
            points=f"{self.points:g}",
            out_of=f"{self.out_of:g}",
            learner=self.learner_id,
        )

    def _repr_html_(self) -> str:
        rows = "".join(_row(question) for question in self.questions)
        reread = "".join(
            f"<li><a href='{FROM_EXERCISE}{html.escape(r.notebook, quote=True)}'>{html.escape(r.lesson)}</a>: "
            f"{html.escape(r.section)}</li>"
            for r in self.reread
        )
        todo = (
            f"<p><b>{html.escape(say('grade.reread'))}</b></p><ul>{reread}</ul>" if reread else ""
        )
        notice = f"<p><small>{html.escape(self.notice)}</small></p>" if self.notice else ""
        heads = "".join(
            f"<th style='text-align:left'>{html.escape(say(f'grade.{name}'))}</th>"
            for name in ("question", "points", "feedback")
        )
        return (
            f"<div style='max-width:860px'><h3>{html.escape(self._headline())}</h3>"
            f"<table style='width:100%;text-align:left'><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows}</tbody></table>{todo}{notice}</div>"
        )


def _row(question: QuestionResult) -> str:
    mark = "✓" if question.is_full else ("◐" if question.points else "○")
    feedback = "<br>".join(html.escape(message) for message in question.messages)
    return (
        f"<tr><td style='text-align:left;white-space:nowrap'>{mark} {html.escape(question.question)}</td>"
        f"<td style='text-align:right'>{question.points:g} / {question.out_of:g}</td>"
        f"<td style='text-align:left'>{feedback}</td></tr>"
    )
