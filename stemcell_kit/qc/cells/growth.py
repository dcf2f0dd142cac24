"""Growth: population doublings, doubling time and cumulative doublings.

The formulas are elementary: with ``N0`` cells seeded, ``Nt`` harvested and ``t`` hours between,
doublings are ``log2(Nt / N0)``, the growth rate is ``ln(Nt / N0) / t`` and the doubling time is
``t * ln 2 / ln(Nt / N0)``. Count viable cells on both days; a mean over the lag phase or over a
confluent culture is not the rate of the growth phase.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = [
    "CumulativeGrowth",
    "NoGrowth",
    "Passage",
    "cumulative_doublings",
    "doubling_time_h",
    "doublings_of_split",
    "fold_increase",
    "growth_rate_per_h",
    "population_doublings",
    "rate_of_doubling_time",
]


class NoGrowth(BadInput):
    """The harvest does not exceed the cells that attached."""


@dataclass(frozen=True)
class Passage:
    """One passage as logged: viable cells seeded, viable cells harvested, hours between."""

    seeded: float
    harvested: float
    hours: float
    attachment: float = 1.0


@dataclass(frozen=True)
class CumulativeGrowth(Shown):
    """Growth over several passages; ``doublings`` and ``doubling_times`` follow the passages."""

    doublings: tuple[Measurement, ...]
    doubling_times: tuple[Measurement, ...]
    total: Measurement
    hours: float
    overall_doubling_time: Measurement
    notes: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """Cumulative population doublings."""
        return self.total.value

    @property
    def unit(self) -> str:
        """Unit of ``value``."""
        return self.total.unit

    @property
    def n(self) -> int:
        """Number of passages."""
        return len(self.doublings)


def _fold(seeded: float, harvested: float, attachment: float) -> float:
    attached = inputs.positive(seeded, "number of cells seeded")
    attached *= inputs.share(attachment, "attachment")
    reached = inputs.not_negative(harvested, "number of cells harvested")
    if reached <= attached:
        raise NoGrowth(
            f"{reached:g} cells harvested from {attached:g} attached; expected more than were "
            "seeded. The culture did not grow: report 'no growth', not a doubling time, "
            "and check viability, attachment and whether both counts use the same unit."
        )
    return reached / attached


def _notes(attachment: float) -> tuple[str, ...]:
    if attachment == 1:
        return ("every seeded cell is taken as attached; loss at seeding hides some doublings",)
    return (f"attachment {100 * attachment:g} % of the cells seeded",)


def population_doublings(
    seeded: float, harvested: float, *, attachment: float = 1.0
) -> Measurement:
    """How often the attached population doubled.

    Parameters
    ----------
    seeded, harvested
        Viable cells, in the same unit.
    attachment
        Share of the seeded cells that attached, above 0 and up to 1.

    Raises
    ------
    NoGrowth
        The harvest does not exceed the attached cells.
    """
    fold = _fold(seeded, harvested, attachment)
    notes = _notes(attachment)
    return Measurement("population_doublings", math.log2(fold), "doublings", notes=notes)


def growth_rate_per_h(
    seeded: float, harvested: float, hours: float, *, attachment: float = 1.0
) -> Measurement:
    """Specific growth rate per hour; raises NoGrowth where the culture did not grow."""
    time = inputs.positive(hours, "time in culture in hours")
    rate = math.log(_fold(seeded, harvested, attachment)) / time
    return Measurement("growth_rate", rate, "1/h", notes=_notes(attachment))


def doubling_time_h(
    seeded: float, harvested: float, hours: float, *, attachment: float = 1.0
) -> Measurement:
    """Mean hours per doubling; raises NoGrowth where the culture did not grow."""
    rate = growth_rate_per_h(seeded, harvested, hours, attachment=attachment)
    return Measurement("doubling_time", math.log(2) / rate.value, "h", notes=rate.notes)


def doublings_of_split(ratio: float) -> Measurement:
    """Doublings per passage of a 1:*ratio* split that grows back to equal confluence."""
    if inputs.number(ratio, "split ratio") <= 1:
        raise BadInput(
            f"split ratio is {ratio:g}; expected more than 1. For a 1:6 split write 6, not 1/6."
        )
    notes = ("approximate: assumes the same confluence and full attachment at every passage",)
    return Measurement("population_doublings", math.log2(ratio), "doublings", notes=notes)


def rate_of_doubling_time(hours: float) -> Measurement:
    """Growth rate per hour of a culture that doubles in *hours*."""
    rate = math.log(2) / inputs.positive(hours, "doubling time in hours")
    return Measurement("growth_rate", rate, "1/h")


def fold_increase(doubling_time: float, hours: float) -> Measurement:
    """Fold increase expected after *hours* (zero or more) at a doubling time in hours."""
    time = inputs.not_negative(hours, "time in culture in hours")
    fold = 2 ** (time / inputs.positive(doubling_time, "doubling time in hours"))
    return Measurement("fold_increase", fold, "fold")


def cumulative_doublings(
    passages: Iterable[Passage | Mapping[str, float]],
) -> CumulativeGrowth:
    """Add up doublings over passages.

    The overall doubling time is total hours over total doublings; it is not the mean of the
    doubling times, because long and short passages weigh differently.

    Raises
    ------
    BadInput, NoGrowth
        There is no passage, or one cannot be computed; its place in the list is named.
    """
    logged = tuple(p if isinstance(p, Passage) else Passage(**p) for p in passages)
    if not logged:
        raise BadInput("no passage given; expected at least one with seeded, harvested and hours.")
    doublings, times = zip(*(_passage_growth(p, i) for i, p in enumerate(logged, 1)), strict=True)
    total, hours = sum(d.value for d in doublings), float(sum(p.hours for p in logged))
    n = len(logged)
    return CumulativeGrowth(
        doublings,
        times,
        Measurement("cumulative_doublings", total, "doublings", n=n),
        hours,
        Measurement("doubling_time", hours / total, "h", n=n),
        ("overall doubling time is total hours over total doublings, not the mean of passages",),
    )


def _passage_growth(passage: Passage, position: int) -> tuple[Measurement, Measurement]:
    cells, attachment = (passage.seeded, passage.harvested), passage.attachment
    try:
        return (
            population_doublings(*cells, attachment=attachment),
            doubling_time_h(*cells, passage.hours, attachment=attachment),
        )
    except BadInput as error:
        raise type(error)(f"passage {position} of the list: {error}") from None
