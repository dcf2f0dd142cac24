"""Multirule quality control: a rule set as data, applied to control values in their order.

Four settings change verdicts and none has a default: the rules, whether a value exactly on a
limit counts, whether a rule looks within one level or across levels, and within one run or
across runs. A warning asks for a look; only a rejection stops the run.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["MultiruleResult", "RuleFlag", "multirule"]

# A value on the limit must not be pushed over it by the last binary digit.
_ON_THE_LIMIT = 1e-9
_WHOLE_RUN = 1_000_000
_SEVERITIES = ("warning", "reject")
_KEYS = {"name", "points", "of", "beyond_sd", "opposite", "within_run", "across_levels"}
_KEYS |= {"severity", "suggests"}


@dataclass(frozen=True)
class RuleFlag(Shown):
    """A rule that the value at ``index`` (0-based) completes; ``run`` is the label of its run."""

    index: int
    rule: str
    severity: str
    suggests: str
    run: Hashable


@dataclass(frozen=True)
class MultiruleResult(Shown):
    """All flags in order; ``value`` is the number of rejected runs among ``n`` control values."""

    flags: tuple[RuleFlag, ...]
    rejected_runs: tuple[Hashable, ...]
    warned_runs: tuple[Hashable, ...]
    n: int
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> int:
        """Number of rejected runs."""
        return len(self.rejected_runs)

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "runs"

    @property
    def completed(self) -> tuple[str, ...]:
        """Flags as words such as ``5: 2-2s``, counting values from 1."""
        return tuple(f"{flag.index + 1}: {flag.rule}" for flag in self.flags)


@dataclass(frozen=True)
class _Rule:
    name: str
    points: int
    of: int
    beyond_sd: float
    opposite: bool
    within_run: bool
    across_levels: bool
    severity: str
    suggests: str


def multirule(
    values: Sequence[float],
    mean: float | Sequence[float],
    sd: float | Sequence[float],
    *,
    rules: Iterable[Mapping[Any, Any]],
    inclusive: bool,
    runs: Sequence[Hashable] | None = None,
    levels: Sequence[Hashable] | None = None,
) -> MultiruleResult:
    """Apply a rule set to control values in the order they were measured.

    Parameters
    ----------
    values
        Control values; leave out a missing run and note it in the log.
    mean, sd
        Assigned or estimated; one for all or one per value (levels, lots).
    rules
        Each with ``name``, ``points`` that must lie beyond ``beyond_sd`` SD, and where needed
        ``of`` (among so many latest values; default: as many as ``points``, or
        the whole run for a rule within a run), ``opposite`` (two
        values on opposite sides), ``within_run``, ``across_levels`` (default: one level),
        ``severity`` (``warning`` or ``reject``) and ``suggests``.
    inclusive
        Whether a value exactly on a limit lies beyond it. The mean itself has no side.
    runs, levels
        One label per value; without runs each value is a run of its own.

    Raises
    ------
    BadInput
        A rule cannot be read, an SD is not above 0, labels do not fit the values, or a rule
        needs runs or levels that were not given.

    Source
    ------
    Westgard, Barry, Hunt & Groth 1981, Clin Chem 27:493 (multirule).
    """
    read = [_read(rule) for rule in rules]
    scores = _scores(values, mean, sd)
    _check_labels(read, len(scores), runs, levels)
    run_of = list(runs) if runs is not None else list(range(len(scores)))
    level_of = list(levels) if levels is not None else [None] * len(scores)
    flags = tuple(
        RuleFlag(index, rule.name, rule.severity, rule.suggests, run_of[index])
        for index in range(len(scores))
        for rule in read
        if _completed(rule, index, scores, (run_of, level_of), inclusive)
    )
    rejected = _runs(flags, "reject")
    warned = tuple(run for run in _runs(flags, "warning") if run not in rejected)
    notes = (f"a value on a limit {'is' if inclusive else 'is not'} beyond it",)
    return MultiruleResult(flags, rejected, warned, len(scores), notes)


def _completed(
    rule: _Rule,
    index: int,
    scores: Sequence[float],
    labels: tuple[Sequence[Hashable], Sequence[Hashable]],
    inclusive: bool,
) -> bool:
    run_of, level_of = labels
    seen = (
        scores[place]
        for place in range(index, -1, -1)
        if (rule.across_levels or level_of[place] == level_of[index])
        and (not rule.within_run or run_of[place] == run_of[index])
    )
    sides = [_side(score, rule.beyond_sd, inclusive) for score in islice(seen, rule.of)]
    now = sides[0]
    if rule.opposite:
        return now != 0 and -now in sides
    return now != 0 and sides.count(now) >= rule.points


def _side(score: float, limit: float, inclusive: bool) -> int:
    """1 beyond the upper limit, -1 beyond the lower one, 0 between them."""
    room = -_ON_THE_LIMIT if inclusive and limit > 0 else _ON_THE_LIMIT
    if abs(score) <= limit + room:
        return 0
    return 1 if score > 0 else -1


def _runs(flags: Sequence[RuleFlag], severity: str) -> tuple[Hashable, ...]:
    return tuple(dict.fromkeys(flag.run for flag in flags if flag.severity == severity))


def _read(rule: Mapping[Any, Any]) -> _Rule:
    unknown, lacking = set(rule) - _KEYS, {"name", "points", "beyond_sd"} - set(rule)
    name = rule.get("name", "?")
    if unknown or lacking:
        raise BadInput(
            f"rule {name!r} has the keys {', '.join(sorted(rule))}; expected name, points and "
            f"beyond_sd, and otherwise only {', '.join(sorted(_KEYS))}."
        )
    points = inputs.count(rule["points"], f"points of rule {name}")
    of = inputs.count(rule.get("of", points), f"'of' of rule {name}")
    severity = rule.get("severity", "reject")
    if not 1 <= points <= of or severity not in _SEVERITIES or (rule.get("opposite") and of < 2):
        raise BadInput(
            f"rule {name!r} asks for {points} of {of} values as {severity!r}; expected at least 1 "
            "point, no more points than values (2 or more for opposite sides), and the severity "
            "warning or reject."
        )
    opposite, within_run, across_levels = (
        bool(rule.get(key, False)) for key in ("opposite", "within_run", "across_levels")
    )
    beyond = inputs.not_negative(rule["beyond_sd"], f"beyond_sd of rule {name}")
    suggests = str(rule.get("suggests", "either"))
    if "of" not in rule and within_run:
        # a run has as many values as it has levels: look at all of them
        of = max(of, _WHOLE_RUN)
    return _Rule(name, points, of, beyond, opposite, within_run, across_levels, severity, suggests)


def _scores(
    values: Sequence[float], mean: float | Sequence[float], sd: float | Sequence[float]
) -> list[float]:
    given = [inputs.number(one, f"control value {i}") for i, one in enumerate(values, 1)]
    if not given:
        raise BadInput("no control value given; expected at least one.")
    means, sds = (_each(one, len(given), what) for one, what in ((mean, "mean"), (sd, "SD")))
    checked = [inputs.positive(one, "SD of the control") for one in sds]
    return [(v - m) / s for v, m, s in zip(given, means, checked, strict=True)]


def _each(given: float | Sequence[float], size: int, what: str) -> list[float]:
    listed = list(given) if isinstance(given, Iterable) else [given] * size
    if len(listed) != size:
        raise BadInput(f"{what} has {len(listed)} entries for {size} values; expected one each.")
    return [inputs.number(one, what) for one in listed]


def _check_labels(
    rules: Sequence[_Rule],
    size: int,
    runs: Sequence[Hashable] | None,
    levels: Sequence[Hashable] | None,
) -> None:
    for what, labels in (("runs", runs), ("levels", levels)):
        if labels is not None and len(labels) != size:
            raise BadInput(f"{what} has {len(labels)} labels for {size} values; expected one each.")
    if runs is None and (needing := [rule.name for rule in rules if rule.within_run]):
        raise BadInput(
            f"rule {', '.join(needing)} looks within one run, but the runs were not given; "
            "expected a run label for each value, else the rule can never fire."
        )
