"""The score of a self-assessment, never one number alone.

The share of what was answered says nothing about what was not, so it travels with the coverage,
with the critical items that are open, and with the share of the risk that is shown to be covered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from stemcell_kit.assessment.risk import weight
from stemcell_kit.language import say
from stemcell_kit.model import Requirement, Severity
from stemcell_kit.records import Answer

__all__ = ["BEST", "Answered", "Score", "is_open_critical", "score_of"]

BEST = 3  # the top of the scale: recorded, trended and reviewed
MET_AT = 2  # done and recorded: less than this leaves a critical item open


class Answered(Protocol):
    """A requirement with its answer."""

    @property
    def requirement(self) -> Requirement: ...

    @property
    def answer(self) -> Answer: ...


@dataclass(frozen=True)
class Score:
    """Conformance of a set of checklist items.

    ``points`` of ``possible`` count the answered, applicable items only; ``answered`` of ``total``
    is the coverage and counts items that do not apply as answered. ``risk_shown`` of
    ``risk_total`` weighs every applicable item by its risk; what is unanswered is not shown.
    """

    points: int
    possible: int
    answered: int
    not_applicable: int
    total: int
    open_criticals: int
    risk_shown: float
    risk_total: float

    @property
    def risk_percent(self) -> int | None:
        """Share of the weighed risk that is shown to be covered; None if nothing applies."""
        return _share(self.risk_shown, self.risk_total) if self.risk_total else None

    @property
    def percent(self) -> int | None:
        """Share of the possible points in percent; None while nothing can be scored."""
        return _share(self.points, self.possible) if self.possible else None

    @property
    def coverage_percent(self) -> int:
        """Share of the items that were answered, in percent."""
        return _share(self.answered, self.total)

    def __str__(self) -> str:
        percent = say("report.no-score") if self.percent is None else f"{self.percent} %"
        return say(
            "report.score-line",
            percent=percent,
            answered=self.answered,
            total=self.total,
            coverage=self.coverage_percent,
            criticals=self.open_criticals,
            risk=say("report.no-score") if self.risk_percent is None else f"{self.risk_percent} %",
        )


def score_of(items: Iterable[Answered]) -> Score:
    """Score a set of items. An unanswered item is never counted as met."""
    items = list(items)
    scores = [item.answer.score for item in items if not item.answer.not_applicable]
    given = [score for score in scores if score is not None]
    weights = [_weight(item) for item in items if not item.answer.not_applicable]
    not_applicable = len(items) - len(scores)
    return Score(
        points=sum(given),
        possible=BEST * len(given),
        answered=len(given) + not_applicable,
        not_applicable=not_applicable,
        total=len(items),
        open_criticals=sum(is_open_critical(item) for item in items),
        risk_shown=sum(w * (s or 0) for w, s in zip(weights, scores, strict=True)) / BEST,
        risk_total=sum(weights),
    )


def is_open_critical(item: Answered) -> bool:
    """Whether a critical item applies and is not yet done and recorded."""
    answer = item.answer
    if item.requirement.severity is not Severity.CRITICAL or answer.not_applicable:
        return False
    return answer.score is None or answer.score < MET_AT


def _weight(item: Answered) -> float:
    return weight(item.requirement.severity, item.answer)


def _share(part: float, whole: float) -> int:
    # rounded down, so that 100 % means all of it; a sum of weights may lack its last digit
    return int(100 * part / whole + 1e-9) if whole else 0
