"""Control charts: Levey-Jennings limits and Westgard rules.

Four settings change verdicts and are therefore arguments: which rules, whether values share a
run, whether rules look within one level, and what a value exactly on a limit counts as (here:
never beyond). A warning is not a rejection.

Source: the multirule procedure of Westgard as published; names are N-Ks (N in a row beyond K SD
on one side), Nx (N in a row on one side of the mean) and R-Ks (range of one run).
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "WESTGARD_RULES",
    "ChartLimits",
    "Flag",
    "FlatControl",
    "UnknownRule",
    "false_alarm_percent",
    "levey_jennings",
    "westgard",
]

WESTGARD_RULES = ("1-2s", "1-3s", "2-2s", "R-4s", "4-1s", "10x")
# A value on the limit must not be pushed over it by the last binary digit.
_ON_THE_LIMIT = 1e-9


class FlatControl(BadInput):
    """Control values without spread give no limits."""


class UnknownRule(BadInput):
    """A rule name that cannot be read."""


@dataclass(frozen=True)
class ChartLimits(Shown):
    """Mean and SD of in-control runs; ``line(2)`` is mean + 2 SD, ``line(-3)`` mean - 3 SD."""

    mean: float
    sd: float
    n: int
    notes: tuple[str, ...] = ()

    def line(self, sds: float) -> float:
        """Value of the line *sds* standard deviations from the mean."""
        return self.mean + sds * self.sd


@dataclass(frozen=True)
class Flag:
    """A rule completed at ``index`` (0-based); ``severity`` is ``warning`` or ``reject``.

    ``suggests`` is ``random``, ``systematic`` or ``either``: where to look first.
    """

    index: int
    rule: str
    severity: str
    suggests: str


@dataclass(frozen=True)
class _Rule:
    """Either *points* in a row beyond *sds* on one side, or a range of *sds* in one run."""

    name: str
    points: int
    sds: float
    of_one_run: bool = False

    @property
    def suggests(self) -> str:
        if self.of_one_run:
            return "random"
        if self.points > 1:
            return "systematic"
        return "random" if self.sds >= 3 else "either"


def _read_rule(name: str) -> _Rule:
    if found := re.fullmatch(r"([1-9]\d*)-(\d+(?:\.\d+)?)s", name):
        return _Rule(name, int(found[1]), float(found[2]))
    if found := re.fullmatch(r"([1-9]\d*)x", name):
        return _Rule(name, int(found[1]), 0.0)
    if found := re.fullmatch(r"R-(\d+(?:\.\d+)?)s", name):
        return _Rule(name, 2, float(found[1]), of_one_run=True)
    known = ", ".join(WESTGARD_RULES)
    raise UnknownRule(f"rule {name!r} is not known; expected names such as {known}, 3-1s or 8x.")


def levey_jennings(values: Iterable[float], *, advised: int = 20) -> ChartLimits:
    """Mean and overall SD (n - 1) of in-control runs.

    Use runs of one level and one reagent lot, without the run that is to be judged. With fewer
    than *advised* runs (20 is in common use) the limits come with a note.

    Raises
    ------
    FlatControl
        All values are equal.
    """
    runs = [inputs.number(v, f"control value {i}") for i, v in enumerate(values, 1)]
    if len(runs) < 2:
        raise BadInput(f"{len(runs)} control value; expected at least 2, better {advised}.")
    sd = stdev(runs)
    if min(runs) == max(runs):
        raise FlatControl(
            f"all {len(runs)} control values are {runs[0]:g}; expected some spread. "
            "Look for rounding or a copied column before drawing limits."
        )
    notes = (f"{len(runs)} runs, fewer than {advised}: the limits are provisional",)
    return ChartLimits(fmean(runs), sd, len(runs), notes if len(runs) < advised else ())


def westgard(
    values: Sequence[float],
    mean: float | Sequence[float],
    sd: float | Sequence[float],
    *,
    rules: Sequence[str] = WESTGARD_RULES,
    runs: Sequence[Hashable] | None = None,
    levels: Sequence[Hashable] | None = None,
    warnings: Sequence[str] = ("1-2s",),
) -> tuple[Flag, ...]:
    """Flag control values in the order they were measured.

    Parameters
    ----------
    values
        Control values without gaps; leave out a missing run and note it in the log.
    mean, sd
        Assigned or estimated; one for all values or one per value (several levels, new lot).
    runs
        Label of the run of each value. R-4s compares values of one run only, so it never
        fires without labels.
    levels
        Label of the control level of each value; rules over several points then look within
        one level. Without it they look across all values.
    warnings
        Rules that warn; the others reject.

    Returns
    -------
    Flags sorted by index, then in the order of *rules*; a rule is flagged at each value that
    completes it.

    Raises
    ------
    FlatControl
        An SD is zero.
    UnknownRule
        A rule name cannot be read.
    """
    read = [_read_rule(name) for name in rules]
    scores = _scores(values, mean, sd)
    run_of = _labels(runs, len(scores), "runs", list(range(len(scores))))
    level_of = _labels(levels, len(scores), "levels", [None] * len(scores))
    flags = []
    for index in range(len(scores)):
        within_level = [z for z, lv in zip(scores, level_of, strict=True) if lv == level_of[index]]
        place = sum(lv == level_of[index] for lv in level_of[: index + 1])
        mates = [z for z, run in zip(scores[:index], run_of, strict=False) if run == run_of[index]]
        for rule in read:
            if _completed(rule, within_level[:place], mates):
                severity = "warning" if rule.name in warnings else "reject"
                flags.append(Flag(index, rule.name, severity, rule.suggests))
    return tuple(flags)


def _completed(rule: _Rule, history: list[float], mates: list[float]) -> bool:
    """Whether the last value of *history* completes *rule*."""
    if rule.of_one_run:
        half, now = rule.sds / 2 + _ON_THE_LIMIT, history[-1]
        return any((now > half and z < -half) or (now < -half and z > half) for z in mates)
    last = history[-rule.points :]
    limit = rule.sds + _ON_THE_LIMIT
    if len(last) < rule.points:
        return False
    return all(z > limit for z in last) or all(z < -limit for z in last)


def _scores(
    values: Sequence[float], mean: float | Sequence[float], sd: float | Sequence[float]
) -> list[float]:
    given = [inputs.number(v, f"control value {i}") for i, v in enumerate(values, 1)]
    if not given:
        raise BadInput("no control value given; expected at least one.")
    means, sds = _per_value(mean, len(given), "mean"), _per_value(sd, len(given), "SD")
    if min(sds) <= 0:
        raise FlatControl(
            f"the SD is {min(sds):g}; expected more than 0. Limits need control runs with spread."
        )
    return [(v - m) / s for v, m, s in zip(given, means, sds, strict=True)]


def _per_value(given: float | Sequence[float], size: int, what: str) -> list[float]:
    if isinstance(given, Iterable):
        listed = [inputs.number(v, what) for v in given]
        _labels(listed, size, what, [])
        return listed
    return [inputs.number(given, what)] * size


def _labels(
    given: Sequence[Hashable] | None, size: int, what: str, default: Sequence[Hashable]
) -> Sequence[Hashable]:
    if given is None:
        return default
    if len(given) != size:
        raise BadInput(f"{what} has {len(given)} entries for {size} values; expected one for each.")
    return list(given)


def false_alarm_percent(rule: str, *, chances: int = 1) -> Measurement:
    """How often an in-control, normally distributed method breaks *rule*, in percent.

    For rules over one point, *chances* is the number of independent controls or runs. For the
    others the value is per point with enough history, or per run of two controls for R-Ks.
    """
    read = _read_rule(rule)
    times = inputs.count(chances, "chances")
    if times < 1 or (times > 1 and read.points > 1):
        raise BadInput(
            f"chances is {times} for {rule}; expected 1, or more for a rule over one point: "
            "overlapping series of a longer rule are not independent. Simulate those."
        )
    beyond = read.sds / 2 if read.of_one_run else read.sds
    once = 2 * (math.erfc(beyond / math.sqrt(2)) / 2) ** read.points
    percent = 100 * (1 - (1 - once) ** times)
    return Measurement("false_alarm_rate", percent, "%", n=times, notes=("normal, in control",))
