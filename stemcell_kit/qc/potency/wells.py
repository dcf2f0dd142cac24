"""Lists of readings as the potency methods accept them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs

__all__ = ["Readings", "dosed_wells", "pairs", "readings", "replicates", "t_quantile"]

Readings = float | Sequence[float]


def readings(values: Sequence[float], what: str, *, at_least: int = 1) -> NDArray[np.float64]:
    """Return *values* as an array of finite numbers.

    Raises
    ------
    BadInput
        There are fewer than *at_least*, or one is no number.
    """
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        raise BadInput(f"{what} is {values!r}; expected a list of numbers.")
    if len(values) < at_least:
        raise BadInput(
            f"{what} holds {len(values)} value(s); expected at least {at_least}. "
            "Add replicates or leave this quantity out."
        )
    return np.array(
        [inputs.number(value, f"{what}, value {place}") for place, value in enumerate(values, 1)]
    )


def replicates(values: Readings, what: str) -> NDArray[np.float64]:
    """Return one reading or the readings of replicate wells as an array of at least one number."""
    if hasattr(values, "__len__") and not isinstance(values, str):
        return readings(cast("Sequence[float]", values), what)
    return np.array([inputs.number(values, what)])


def pairs(
    table: Mapping[str, Sequence[float]], first: str, second: str, *, at_least: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two columns of a table, checked to be of one length.

    Raises
    ------
    BadInput
        A column is missing, the lengths differ, or a value is no number.
    """
    missing = [name for name in (first, second) if name not in table]
    if missing:
        raise BadInput(
            f"the table has {', '.join(map(str, table)) or 'no column'}; expected also "
            f"{', '.join(missing)}. Rename the column or add it."
        )
    x = readings(table[first], first, at_least=at_least)
    y = readings(table[second], second, at_least=at_least)
    if len(x) != len(y):
        raise BadInput(
            f"{first} holds {len(x)} values and {second} {len(y)}; expected one {second} for each "
            f"{first}. Look for a lost well."
        )
    return x, y


def dosed_wells(
    table: Mapping[str, Sequence[float]], *, what: str = "series"
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return natural logarithms of dose (minus infinity for none) and responses of a table.

    Raises
    ------
    BadInput
        ``dose`` or ``response`` is missing or broken, or a dose is negative.
    """
    dose, response = pairs(table, "dose", "response")
    if (dose < 0).any():
        raise BadInput(
            f"a dose of the {what} is {dose.min():g}; expected 0 or more. If these are "
            "logarithms, give the doses themselves."
        )
    logs = np.full(dose.shape, -math.inf)
    logs[dose > 0] = np.log(dose[dose > 0])
    return logs, response


def t_quantile(confidence: float, freedom: float) -> float:
    """Two-sided quantile of Student's t."""
    from scipy import special

    level = inputs.open_share(confidence, "confidence")
    return float(special.stdtrit(freedom, (1 + level) / 2))
