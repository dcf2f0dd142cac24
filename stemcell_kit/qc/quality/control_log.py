"""Is a control log fit to be judged: targets that follow the lot, no silent gaps.

A rule can be obeyed by moving the target. A log in which a target or an SD changes within one
control lot has been adjusted to its own results and says nothing until the reason is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["ControlLog", "check_control_log"]


@dataclass(frozen=True)
class ControlLog(Shown):
    """What the log has against it (``value`` counts it), and where lots change (0-based)."""

    changed_targets: tuple[str, ...]
    missing_runs: tuple[int, ...]
    repeated: tuple[str, ...]
    new_lots: tuple[int, ...]
    n: int

    @property
    def value(self) -> int:
        """Number of findings."""
        return len(self.changed_targets) + len(self.missing_runs) + len(self.repeated)

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return "findings"


def check_control_log(
    runs: Sequence[int],
    levels: Sequence[str],
    lots: Sequence[str],
    targets: Sequence[float],
    sds: Sequence[float],
) -> ControlLog:
    """Look through a control log before any rule is applied to it.

    Parameters
    ----------
    runs
        Number of the run of each value, counted up without gaps.
    levels, lots
        Level of the control and lot of its material.
    targets, sds
        Assigned target and SD that the value is judged by.

    Returns
    -------
    A target or SD that changes within one lot and level, runs that are missing, and a level that
    is there twice in one run. A new lot with a new target is as it should be: ``new_lots`` says
    where, because rules over several points start anew there.

    Raises
    ------
    BadInput
        Columns of unequal length, an empty log, an SD that is not above 0, or runs that go back.

    Source
    ------
    Common practice of internal quality control: targets belong to a lot of control material.
    """
    sizes = {len(column) for column in (runs, levels, lots, targets, sds)}
    if len(sizes) != 1 or not len(runs):
        raise BadInput(
            f"the columns have {sorted(sizes)} entries; expected one run, level, lot, target and "
            "SD for each value of the log."
        )
    numbers = [inputs.count(run, "number of the run") for run in runs]
    if numbers != sorted(numbers):
        raise BadInput("the runs go back in number; expected the order of measurement. Sort them.")
    given = [
        (inputs.number(t, "target"), inputs.positive(s, "SD of the control"))
        for t, s in zip(targets, sds, strict=True)
    ]
    return ControlLog(
        changed_targets=_changed(numbers, levels, lots, given),
        missing_runs=tuple(sorted(set(range(numbers[0], numbers[-1])) - set(numbers))),
        repeated=_repeated(numbers, levels),
        new_lots=_new_lots(levels, lots),
        n=len(numbers),
    )


def _changed(
    runs: Sequence[int],
    levels: Sequence[str],
    lots: Sequence[str],
    given: Sequence[tuple[float, float]],
) -> tuple[str, ...]:
    in_force: dict[tuple[str, str], tuple[float, float]] = {}
    found = []
    for run, level, lot, pair in zip(runs, levels, lots, given, strict=True):
        before = in_force.get((level, lot), pair)
        if before != pair:
            found.append(
                f"run {run}, {level}, lot {lot}: target and SD {before[0]:g}, {before[1]:g} "
                f"became {pair[0]:g}, {pair[1]:g} without a new lot"
            )
        in_force[level, lot] = pair
    return tuple(found)


def _repeated(runs: Sequence[int], levels: Sequence[str]) -> tuple[str, ...]:
    seen: set[tuple[int, str]] = set()
    found = []
    for pair in zip(runs, levels, strict=True):
        if pair in seen:
            found.append(f"run {pair[0]} has the level {pair[1]} more than once")
        seen.add(pair)
    return tuple(dict.fromkeys(found))


def _new_lots(levels: Sequence[str], lots: Sequence[str]) -> tuple[int, ...]:
    latest: dict[str, str] = {}
    found = []
    for place, (level, lot) in enumerate(zip(levels, lots, strict=True)):
        if latest.get(level, lot) != lot:
            found.append(place)
        latest[level] = lot
    return tuple(found)
