"""The examination as a whole: reliability, error of a score, how much hangs on the pass mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from stemcell_kit.certification.item_statistics.measured import Measured, Reason
from stemcell_kit.certification.item_statistics.results import ExamResults, Sitting
from stemcell_kit.certification.item_statistics.rules import Rules
from stemcell_kit.language import say
from stemcell_kit.qc.quality.decision_consistency import decision_consistency, pass_mark_shift
from stemcell_kit.qc.quality.reliability import reliability
from stemcell_kit.qc.quality.score_components import score_components
from stemcell_kit.shown import Shown

__all__ = ["WholeStatistics", "whole_statistics"]

_ALPHA = ("alpha", "alpha_low", "alpha_high", "alpha_sem_percent")
_COMPONENTS = ("phi", "relative", "sem_percent", "candidates", "items", "residual")


@dataclass(frozen=True)
class WholeStatistics(Shown):
    """What holds for all candidates together.

    ``complete`` says that all got the same questions: then ``measured`` holds alpha with its
    interval; otherwise the variance components speak for the forms. ``coefficient`` names alpha
    or KR-20, ``shifts`` is points that the pass mark moves -> candidates who change sides.
    ``equal_weights`` says whether all questions give the same points; the components are those
    of shares, so without it they hold for an unweighted score.
    """

    n: int
    passed: int
    missed_by_critical: int
    mean: float
    complete: bool
    equal_weights: bool
    coefficient: str
    measured: Measured
    shifts: Mapping[float, int]

    @property
    def spread(self) -> dict[str, float]:
        """Percent of the spread of an answer by source; empty where it is not computed."""
        names = ("candidates", "items", "residual")
        found = {name: self.measured.values.get(name, 0.0) for name in names}
        total = sum(found.values())
        return {name: 100 * value / total for name, value in found.items()} if total else {}

    def shown(self) -> dict[str, str]:
        """Return reliability, error, spread and how sure a decision is."""
        used, error = ("alpha", "alpha_sem_percent") if self.complete else ("phi", "sem_percent")
        name = self.coefficient or "alpha" if self.complete else say("item-statistics.phi")
        spread = say("item-statistics.components", **self.spread) if self.spread else ""
        moved = [
            f"{say('item-statistics.points', points=by)}: {count}"
            for by, count in self.shifts.items()
        ]
        return {
            name: self.measured.words(used),
            say("item-statistics.relative"): self.measured.words("relative"),
            say("item-statistics.sem"): self.measured.words(error, 1, " %"),
            say("item-statistics.shown-spread"): spread,
            say("item-statistics.shown-consistency"): self.measured.words("consistency"),
            say("item-statistics.changed"): "; ".join(moved),
        }


def whole_statistics(results: ExamResults, rules: Rules) -> WholeStatistics:
    """Return the statistics of the examination as a whole."""
    sittings = results.sittings
    measured = Measured()
    percents = [one.percent for one in sittings]
    reason = Reason.FEW if len(sittings) < 3 else Reason.NO_SPREAD
    if len(sittings) > 1 and max(percents) > min(percents):
        measured.values["sd"] = stdev(percents)
    else:
        measured.leave_out(("sd",), reason)
    complete = len({frozenset(a.id for a in one.answers) for one in sittings}) == 1
    coefficient = _alpha(sittings, measured, complete, rules.confidence)
    _components(sittings, measured)
    _consistency(results, measured, complete)
    return WholeStatistics(
        len(sittings), sum(one.passed for one in sittings),
        sum(_above(one, results) and one.missed_critical for one in sittings), fmean(percents),
        complete, len({a.max_points for one in sittings for a in one.answers}) == 1, coefficient,
        measured, _shifts(results, rules),
    )  # fmt: skip


def _alpha(sittings: Sequence[Sitting], measured: Measured, complete: bool, level: float) -> str:
    """Enter alpha where all got the same questions, and return its name."""
    if not complete:
        measured.leave_out(_ALPHA, Reason.INCOMPLETE)
        return ""
    names = sorted(answer.id for answer in sittings[0].answers)
    points = [{a.id: a.points for a in one.answers} for one in sittings]
    name = ""

    def compute() -> dict[str, float]:
        nonlocal name
        found = reliability([[row[i] for i in names] for row in points], confidence=level)
        name = found.coefficient
        sem = 100 * found.sem / fmean(one.out_of for one in sittings)
        return dict(
            zip(_ALPHA, (found.value, found.interval.low, found.interval.high, sem), strict=True)
        )

    measured.measure(_ALPHA, compute, Reason.FEW if len(sittings) < 3 else Reason.NO_SPREAD)
    return name


def _components(sittings: Sequence[Sitting], measured: Measured) -> None:
    def compute() -> dict[str, float]:
        found = score_components(
            [one.candidate for one in sittings for _ in one.answers],
            [answer.id for one in sittings for answer in one.answers],
            [answer.share for one in sittings for answer in one.answers],
        )
        values = (found.value, found.relative, 100 * found.sem)
        spread = (found.candidates, found.items, found.residual)
        return dict(zip(_COMPONENTS, (*values, *spread), strict=True))

    measured.measure(_COMPONENTS, compute, Reason.NO_LINKS)


def _consistency(results: ExamResults, measured: Measured, complete: bool) -> None:
    """Enter the consistency of the score rule, by alpha where there is one, else by Phi."""
    names = ("consistency", "kappa")
    used = "alpha" if complete else "phi"
    if used not in measured or "sd" not in measured or measured[used] < 0:
        measured.leave_out(names, Reason.NO_RELIABILITY)
        return
    mean = fmean(one.percent for one in results.sittings)
    z = (results.pass_mark_percent - mean) / measured["sd"]

    def compute() -> dict[str, float]:
        found = decision_consistency(standardised_mark=z, reliability=measured[used])
        return {"consistency": found.value, "kappa": found.kappa}

    measured.measure(names, compute, Reason.ONE_SIDE)


def _above(sitting: Sitting, results: ExamResults) -> bool:
    return sitting.decided_percent >= results.pass_mark_percent - 1e-9


def _shifts(results: ExamResults, rules: Rules) -> dict[float, int]:
    """Points -> candidates who change; a missed critical question is missed at any pass mark."""
    margins = [
        (one.decided_percent - results.pass_mark_percent) / 100 * one.out_of
        for one in results.sittings
        if not one.missed_critical
    ]
    return {by: pass_mark_shift(margins, by=by) for by in rules.shifts}
