"""How many containers, and how much of each, a sampling table takes for a sterility test."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["Quantity", "TooFewContainers", "containers_to_test", "quantity_per_medium"]


class TooFewContainers(BadInput):
    """The batch holds fewer containers than the rule takes."""


@dataclass(frozen=True)
class Quantity(Shown):
    """What one container gives to one medium; ``containers`` fill both media once."""

    value: float
    unit: str
    containers: int
    notes: tuple[str, ...] = ()


def containers_to_test(batch: int, rule: Sequence[Mapping[str, float]]) -> int:
    """Containers that a rule takes from a batch.

    Parameters
    ----------
    rule
        Rows in the order of batch size: ``up_to`` (left out in the last row), then ``containers``
        or ``percent`` with ``at_least`` or ``at_most``; a part of a container counts as one.

    Raises
    ------
    TooFewContainers
        The batch is smaller than what the rule takes.
    BadInput
        No row of the rule is for this batch size.
    """
    size = inputs.count(batch, "batch")
    row = _row(size, rule, "containers")
    taken = math.ceil(_amount(size, row, "containers"))
    if taken > size:
        raise TooFewContainers(
            f"the batch holds {size} containers and the rule takes {taken}. Define what is tested "
            "instead (last wash, sentinel vial, in-process pool) and justify it."
        )
    return taken


def quantity_per_medium(volume_ml: float, rule: Sequence[Mapping[str, float]]) -> Quantity:
    """Volume that one container of *volume_ml* gives to each medium, by a rule table.

    Two media take twice this volume; a container that holds less must be combined with others.

    Parameters
    ----------
    rule
        Rows in the order of volume: ``below`` or ``up_to`` (left out in the last row), then
        ``quantity`` or ``percent`` with ``at_least`` or ``at_most``, in millilitres.
    """
    volume = inputs.positive(volume_ml, "volume_ml")
    amount = _amount(volume, _row(volume, rule, "mL"), "quantity")
    value = float(amount)
    containers = math.ceil(2 * amount / Fraction(str(volume)))
    if containers == 1:
        return Quantity(value, "mL", 1)
    note = f"two media take {2 * value:g} mL of a {volume:g} mL container: combine {containers}"
    return Quantity(value, "mL", containers, (note,))


def _row(size: float, rule: Sequence[Mapping[str, float]], unit: str) -> Mapping[str, float]:
    for row in rule:
        if size < row.get("below", math.inf) and size <= row.get("up_to", math.inf):
            return row
    raise BadInput(f"no row of the rule is for {size:g} {unit}; end it with a row without limit.")


def _amount(size: float, row: Mapping[str, float], fixed: str) -> Fraction:
    if fixed in row:
        return Fraction(str(row[fixed]))
    if "percent" not in row:
        raise BadInput(f"row {dict(row)} of the rule gives neither {fixed} nor percent.")
    amount = Fraction(str(size)) * Fraction(str(row["percent"])) / 100
    amount = max(amount, Fraction(str(row.get("at_least", 0))))
    return min(amount, Fraction(str(row["at_most"]))) if "at_most" in row else amount
