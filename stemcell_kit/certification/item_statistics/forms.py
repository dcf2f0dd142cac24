"""Whether the forms are equally hard: as planned, and as candidates found them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, stdev

from stemcell_kit.certification.item_statistics.measured import Measured, Reason
from stemcell_kit.certification.item_statistics.results import Sitting
from stemcell_kit.certification.item_statistics.rules import Rules
from stemcell_kit.language import say
from stemcell_kit.qc.quality.equivalence import Group, equivalence
from stemcell_kit.shown import Shown

__all__ = ["Comparison", "FormStatistics", "form_statistics"]

_NAMES = ("difference", "low", "high", "p", "equivalent")


@dataclass(frozen=True)
class Comparison:
    """One group of candidates held against another: percent of points, and the test's numbers.

    ``measured["equivalent"]`` is 1 where the difference is shown to lie within the tolerance.
    """

    name: str
    n: int
    mean: float
    others: int
    other_mean: float
    measured: Measured


@dataclass(frozen=True)
class FormStatistics(Shown):
    """The forms of an examination, in percent of the points.

    ``expected_low`` and ``expected_high`` are the scores that the plan leads to expect of the
    easiest and hardest form. ``observed_low`` and ``observed_high`` are the same from the
    difficulties that the questions turned out to have: they tell forms apart without the luck of
    who sat them. ``halves`` compares candidates with the easier half of the forms, by plan, with the others;
    it speaks where every candidate has a form of his own. ``each`` compares a form with all
    others, where enough candidates had it; ``single`` is how many forms had fewer.
    """

    forms: int
    expected_low: float
    expected_high: float
    observed_low: float
    observed_high: float
    observed_mean: float
    halves: Comparison | None
    each: tuple[Comparison, ...]
    single: int
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def expected_range(self) -> float:
        """Range of the expected scores of the forms, in percent of the points."""
        return self.expected_high - self.expected_low

    @property
    def observed_distance(self) -> float:
        """Largest distance of a form from the mean form, by observed difficulties, in percent."""
        return max(self.observed_high - self.observed_mean, self.observed_mean - self.observed_low)

    def shown(self) -> dict[str, str]:
        """Return how many there are and how alike they are, by plan and as found."""
        plan = {"low": self.expected_low, "high": self.expected_high}
        found = {"low": self.observed_low, "high": self.observed_high}
        rows = {
            say("item-statistics.forms"): str(self.forms),
            say("item-statistics.by-plan"): say("item-statistics.from-to", **plan),
            say("item-statistics.by-find"): say("item-statistics.from-to", **found),
        }
        compared = [*([self.halves] if self.halves else []), *self.each]
        for one in compared:
            name = say("item-statistics.halves") if one.name == "halves" else one.name
            rows[name] = say(
                "item-statistics.shown-difference",
                difference=one.measured.words("difference", 1),
                low=one.measured.words("low", 1),
                high=one.measured.words("high", 1),
            )
        return rows


def form_statistics(sittings: Sequence[Sitting], rules: Rules) -> FormStatistics:
    """Return how the forms compare."""
    by_form: dict[str, list[Sitting]] = defaultdict(list)
    for one in sittings:
        by_form[one.form].append(one)
    judged = {k: v for k, v in by_form.items() if len(v) >= rules.per_form}
    expected = [one.expected_percent for one in sittings]
    observed = _observed(sittings)
    halves = _halves(sittings, rules)
    each = [
        _comparison(name, own, [one for one in sittings if one.form != name], rules)
        for name, own in sorted(judged.items())
        if len(own) < len(sittings)
    ]
    return FormStatistics(
        len(by_form), min(expected), max(expected), min(observed), max(observed),
        fmean(observed), halves, tuple(each),
        len(by_form) - len(judged), {} if halves else {"halves": Reason.SAME_EXPECTED},
    )  # fmt: skip


def _observed(sittings: Sequence[Sitting]) -> list[float]:
    """Percent that each form would give to all candidates together, by observed difficulties."""
    shares: dict[str, list[float]] = defaultdict(list)
    for answer in (answer for one in sittings for answer in one.answers):
        shares[answer.id].append(answer.share)
    difficulty = {name: fmean(found) for name, found in shares.items()}
    return [
        100 * sum(difficulty[a.id] * a.max_points for a in one.answers) / one.out_of
        for one in sittings
    ]


def _halves(sittings: Sequence[Sitting], rules: Rules) -> Comparison | None:
    """Easier forms against harder ones, by plan; none where all are planned equally hard."""
    middle = median(one.expected_percent for one in sittings)
    easier = [one for one in sittings if one.expected_percent > middle + 1e-9]
    harder = [one for one in sittings if one.expected_percent <= middle + 1e-9]
    return _comparison("halves", easier, harder, rules) if easier else None


def _comparison(
    name: str, own: Sequence[Sitting], others: Sequence[Sitting], rules: Rules
) -> Comparison:
    measured = Measured()
    first, second = ([one.percent for one in group] for group in (own, others))

    def compute() -> dict[str, float]:
        found = equivalence(_group(first), _group(second), tolerance=rules.group_tolerance_percent)
        interval = (found.interval.low, found.interval.high)
        return dict(
            zip(_NAMES, (found.value, *interval, found.p, float(found.equivalent)), strict=True)
        )

    enough = min(len(own), len(others)) >= rules.per_form
    if enough:
        measured.measure(_NAMES, compute, Reason.NO_SPREAD)
    else:
        measured.leave_out(_NAMES, Reason.FEW)
    return Comparison(name, len(own), fmean(first), len(others), fmean(second), measured)


def _group(percents: Sequence[float]) -> Group:
    return Group(len(percents), fmean(percents), stdev(percents))
