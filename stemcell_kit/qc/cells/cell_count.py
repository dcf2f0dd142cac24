"""Counting cells: chamber concentration, viability, counting error, recovery and yield."""

from __future__ import annotations

import math
from collections.abc import Iterable

from scipy import special

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.proportions import wilson

__all__ = [
    "NothingCounted",
    "cells_to_count",
    "chamber_cells_per_ml",
    "count_cv",
    "dilution_factor",
    "dilutions_applied",
    "overall_yield",
    "plating_efficiency",
    "pooled_viability",
    "total_recovery",
    "viability",
    "viable_cells",
    "viable_recovery",
]


class NothingCounted(BadInput):
    """No cell was counted, so there is nothing to divide by."""


def _poisson(counted: int, confidence: float) -> Interval:
    alpha = 1 - inputs.open_share(confidence, "confidence")
    low = special.gammaincinv(counted, alpha / 2) if counted else 0.0
    high = special.gammaincinv(counted + 1, 1 - alpha / 2)
    return Interval(float(low), float(high), confidence, "exact Poisson")


def chamber_cells_per_ml(
    counts: Iterable[int],
    *,
    dilution: float,
    square_volume_ml: float = 1e-4,
    confidence: float = 0.95,
) -> Measurement:
    """Concentration of the undiluted suspension from a counting chamber.

    Parameters
    ----------
    counts
        Cells in each counted square; every square that was looked at, also the empty ones.
    dilution
        Dilution factor, 1 or more: one part of cells and one part of dye is 2.
    square_volume_ml
        Volume over one square; 1e-4 mL is one large square (1 mm², 0.1 mm deep).

    Returns
    -------
    cells/mL; ``n`` is the number of cells counted. The interval covers the counting error
    alone (exact Poisson), not pipetting, clumping or filling of the chamber.
    """
    squares = [inputs.count(c, f"count of square {i}") for i, c in enumerate(counts, 1)]
    if not squares:
        raise NothingCounted("no square given; expected the count of at least one square.")
    if inputs.number(dilution, "dilution factor") < 1:
        raise BadInput(
            f"dilution factor is {dilution:g}; expected 1 or more. Equal parts of cells and dye "
            "are a factor of 2, not 0.5."
        )
    volume = inputs.positive(square_volume_ml, "volume of a square in mL")
    counted = sum(squares)
    scale = dilution / (volume * len(squares))
    error = _poisson(counted, confidence)
    interval = Interval(error.low * scale, error.high * scale, confidence, error.method)
    notes = (f"{counted} cells in {len(squares)} squares; interval: counting error only",)
    return Measurement("cell_concentration", counted * scale, "cells/mL", counted, interval, notes)


def viability(live: int, dead: int, *, confidence: float = 0.95) -> Measurement:
    """Share of live cells among the cells counted, in percent, with its Wilson interval.

    Give counts pooled over squares or images; a mean of percentages weighs a poor square
    like a rich one. Debris is not a dead cell.

    Raises
    ------
    NothingCounted
        Live and dead are both zero.
    """
    alive = inputs.count(live, "number of live cells")
    total = alive + inputs.count(dead, "number of dead cells")
    if total == 0:
        raise NothingCounted(
            "0 live and 0 dead cells; expected at least one cell. Viability of an empty field is "
            "unknown, not 0 %: mix, refill the chamber and count again."
        )
    interval = inputs.in_percent(wilson(alive, total, confidence=confidence))
    return Measurement("viability", 100 * alive / total, "%", total, interval)


def pooled_viability(
    live: Iterable[int], dead: Iterable[int], *, confidence: float = 0.95
) -> Measurement:
    """Viability of all squares or images together, in percent.

    The counts are added first. The mean of the percentages is given in the notes for comparison:
    it weighs a nearly empty field like a full one.

    Raises
    ------
    NothingCounted
        No cell in any field.
    BadInput
        Live and dead counts do not belong to the same fields.
    """
    alive, died = ([inputs.count(n, "cells of a field") for n in side] for side in (live, dead))
    if len(alive) != len(died):
        raise BadInput(
            f"{len(alive)} live and {len(died)} dead counts; expected one of each field."
        )
    whole = viability(sum(alive), sum(died), confidence=confidence)
    shares = [100 * a / (a + d) for a, d in zip(alive, died, strict=True) if a + d]
    notes = (f"mean of the percentages of {len(shares)} fields: {sum(shares) / len(shares):.4g} %",)
    return Measurement("viability", whole.value, "%", whole.n, whole.interval, notes)


def dilution_factor(sample_volume: float, added_volume: float) -> float:
    """Factor by which a sample is thinner after diluent or dye was added; equal parts give 2."""
    taken = inputs.positive(sample_volume, "volume of the sample")
    return (taken + inputs.not_negative(added_volume, "volume added")) / taken


def dilutions_applied(
    counted: int,
    volume_ml: float,
    *,
    dilution: float,
    reported_per_ml: float,
    within_percent: float,
) -> int:
    """How often the dilution is in a reported concentration: 1 is right, 0 and 2 are the traps.

    Parameters
    ----------
    counted, volume_ml
        Cells counted and the volume they were in, as they lay in the chamber.
    dilution
        Dilution factor of that suspension, above 1: a factor of 1 cannot be told.
    reported_per_ml
        Concentration of the undiluted suspension as reported.
    within_percent
        Rounding that is allowed for.

    Raises
    ------
    BadInput
        The report fits none of the three, or the factor is too near 1 to tell them apart.
    """
    cells = inputs.count(counted, "number of cells counted")
    if cells == 0:
        raise NothingCounted("0 cells counted; expected at least 1 to compare with the report.")
    factor, reported = (
        inputs.positive(dilution, "dilution"),
        inputs.positive(reported_per_ml, "report"),
    )
    room = inputs.positive(within_percent, "tolerance in percent") / 100
    plain = cells / inputs.positive(volume_ml, "counted volume in mL")
    fits = [n for n in (0, 1, 2) if abs(reported / (plain * factor**n) - 1) <= room]
    if len(fits) != 1:
        raise BadInput(
            f"{reported:.4g} cells/mL reported for {plain:.4g} in the chamber and a factor of "
            f"{factor:g}; that fits {len(fits)} of: without, once, twice. Check the volume, the "
            "factor and the unit of the report."
        )
    return fits[0]


def count_cv(n: int) -> Measurement:
    """Smallest possible CV of a count of *n* cells, in percent: Poisson, 100/√n."""
    counted = inputs.count(n, "number of cells counted")
    if counted == 0:
        raise NothingCounted("0 cells counted; expected at least 1. Count more volume.")
    notes = ("lower bound: clumps and pipetting add to it",)
    return Measurement("count_cv", 100 / math.sqrt(counted), "%", counted, notes=notes)


def cells_to_count(cv_percent: float) -> int:
    """Cells to count so that the Poisson CV is at most *cv_percent*, e.g. 100 for 10 %."""
    wanted = (100 / inputs.positive(cv_percent, "wanted CV in percent")) ** 2
    # The tolerance keeps 10 % at 100 cells where the division is a hair above it.
    return max(1, math.ceil(wanted - 1e-9 * wanted))


def viable_cells(total: float, viability_percent: float) -> float:
    """Viable cells among *total* cells at a viability of 0 to 100 percent."""
    percent = inputs.not_negative(viability_percent, "viability in percent")
    if percent > 100:
        raise BadInput(f"viability is {percent:g} %; expected 0 to 100. Divide live by all cells.")
    return inputs.not_negative(total, "number of cells") * percent / 100


def _percent_of(quantity: str, part: float, whole: float, names: tuple[str, str]) -> Measurement:
    kept = inputs.not_negative(part, f"number of {names[0]}")
    base = inputs.positive(whole, f"number of {names[1]}")
    notes = [f"{names[0]} per {names[1]}"]
    if kept > base:
        notes.append("above 100 %: counting error, growth since, or two different denominators")
    return Measurement(quantity, 100 * kept / base, "%", notes=tuple(notes))


def total_recovery(total_recovered: float, total_frozen: float) -> Measurement:
    """Cells found after thaw per cells frozen, dead ones included, in percent."""
    names = ("total cells recovered", "total cells frozen")
    return _percent_of("total_recovery", total_recovered, total_frozen, names)


def viable_recovery(viable_recovered: float, viable_frozen: float) -> Measurement:
    """Viable cells found after thaw per viable cells frozen, in percent. It is not viability."""
    names = ("viable cells recovered", "viable cells frozen")
    return _percent_of("viable_recovery", viable_recovered, viable_frozen, names)


def plating_efficiency(attached: float, viable_plated: float) -> Measurement:
    """Cells attached per viable cells plated, in percent."""
    names = ("cells attached", "viable cells plated")
    return _percent_of("plating_efficiency", attached, viable_plated, names)


def overall_yield(attached: float, viable_frozen: float) -> Measurement:
    """Cells attached per viable cells frozen, in percent: what the vial really gave."""
    names = ("cells attached", "viable cells frozen")
    return _percent_of("overall_yield", attached, viable_frozen, names)
