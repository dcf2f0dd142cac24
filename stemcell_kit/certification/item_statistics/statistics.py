"""The statistics of an examination, put together, with the warnings that they ask for."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import correlation, median
from typing import Any

from stemcell_kit.certification.item_statistics.forms import FormStatistics, form_statistics
from stemcell_kit.certification.item_statistics.measured import Measured, Reason
from stemcell_kit.certification.item_statistics.questions import (
    QuestionStatistics,
    question_statistics,
)
from stemcell_kit.certification.item_statistics.results import ExamResults
from stemcell_kit.certification.item_statistics.rules import Rules, rules
from stemcell_kit.certification.item_statistics.whole import WholeStatistics, whole_statistics
from stemcell_kit.errors import BadInput
from stemcell_kit.language import say
from stemcell_kit.shown import Shown

__all__ = ["ItemStatistics", "item_statistics"]


@dataclass(frozen=True)
class ItemStatistics(Shown):
    """All statistics of an examination.

    ``planned`` holds how the observed difficulties follow the planned ones: ``correlation``,
    ``largest`` (deviation, a share of points) and ``rms``, over questions that enough candidates
    got; ``largest_question`` is which one. ``warnings`` are keys of messages.
    """

    results: ExamResults
    rules: Rules
    questions: tuple[QuestionStatistics, ...]
    whole: WholeStatistics
    forms: FormStatistics
    planned: Measured
    largest_question: str
    warnings: tuple[str, ...]

    @property
    def remarked(self) -> tuple[QuestionStatistics, ...]:
        """Questions that ask for a look."""
        return tuple(one for one in self.questions if set(one.remarks) - {"few"})

    @property
    def found_difficulties(self) -> dict[str, float]:
        """Question id -> share of the points, of those questions that enough candidates got."""
        known = [one for one in self.questions if one.n >= self.rules.per_question]
        return {one.id: round(one.difficulty, 3) for one in known}

    def shown(self) -> dict[str, str]:
        """Return the main numbers, or why there are none."""
        measured = self.whole.measured
        used, error = (
            ("alpha", "alpha_sem_percent") if self.whole.complete else ("phi", "sem_percent")
        )
        return {
            say("item-statistics.candidates"): str(self.whole.n),
            say("item-statistics.mean"): f"{self.whole.mean:.1f} %",
            say("item-statistics.passed"): str(self.whole.passed),
            say("item-statistics.reliability"): measured.words(used),
            say("item-statistics.sem"): measured.words(error, 1, " %"),
            say("item-statistics.shown-planned"): self.planned.words("correlation"),
            say("item-statistics.shown-remarked"): str(len(self.remarked)),
        }

    def as_data(self) -> dict[str, Any]:
        """Return the statistics as plain data, without the results that they were made from."""
        return {
            "format": "stemcell-kit-item-statistics",
            "version": 1,
            "exam": self.results.exam,
            "practice": self.results.practice,
            "blueprint_sha256": self.results.blueprint_sha256,
            "candidates": self.whole.n,
            "repeats_left_out": self.results.repeats,
            "pass_mark_percent": self.results.pass_mark_percent,
            "whole": asdict(self.whole),
            "planned": asdict(self.planned) | {"largest_question": self.largest_question},
            "forms": asdict(self.forms),
            "questions": [asdict(one) for one in self.questions],
            "warnings": list(self.warnings),
        }


def item_statistics(results: ExamResults) -> ItemStatistics:
    """Return the statistics of an examination.

    Raises
    ------
    BadInput
        Nobody sat it.
    """
    if not results.sittings:
        raise BadInput(say("exam-results.nobody"))
    rule = rules()
    questions = question_statistics(results.sittings, rule)
    whole = whole_statistics(results, rule)
    forms = form_statistics(results.sittings, rule)
    judged = [one for one in questions if one.n >= rule.per_question]
    worst = max(judged, key=lambda one: abs(one.difficulty - one.expected), default=None)
    return ItemStatistics(
        results, rule, questions, whole, forms, _planned(judged), worst.id if worst else "",
        (*_warnings(results, whole, rule), *_form_warnings(forms, questions, rule)),
    )  # fmt: skip


def _planned(questions: Sequence[QuestionStatistics]) -> Measured:
    """How the observed difficulties follow the planned ones."""
    measured = Measured()
    if not questions:
        measured.leave_out(("correlation", "largest", "rms"), Reason.FEW)
        return measured
    found = [one.difficulty for one in questions]
    plan = [one.expected for one in questions]
    gaps = [a - b for a, b in zip(found, plan, strict=True)]
    measured.values["largest"] = max(map(abs, gaps))
    measured.values["rms"] = math.sqrt(math.fsum(gap**2 for gap in gaps) / len(gaps))
    if len(questions) > 2 and min(max(plan) - min(plan), max(found) - min(found)) > 1e-9:
        measured.values["correlation"] = correlation(plan, found)
    else:
        measured.leave_out(("correlation",), Reason.FEW if len(questions) < 3 else Reason.NO_SPREAD)
    return measured


def _warnings(results: ExamResults, whole: WholeStatistics, rules: Rules) -> Iterator[str]:
    if whole.n < rules.unstable_below:
        yield "unstable"
    elif whole.n < rules.rough_below:
        yield "rough"
    if results.practice:
        yield "practice"
    used = "alpha" if whole.complete else "phi"
    if used in whole.measured and whole.measured[used] < rules.reliability:
        yield "unreliable"
    if not whole.equal_weights:
        yield "weights"


def _form_warnings(
    forms: FormStatistics, questions: Sequence[QuestionStatistics], rules: Rules
) -> Iterator[str]:
    if forms.expected_range > rules.expected_range_percent:
        yield "range"
    # difficulties found from a few answers would call any form uneven
    many = median(one.n for one in questions) >= rules.per_question
    if many and forms.observed_distance > rules.tolerance_percent:
        yield "uneven"
    compared = [*forms.each, *([forms.halves] if forms.halves else [])]
    if any(one.measured.values.get("equivalent") == 0 for one in compared):
        yield "not-equivalent"
