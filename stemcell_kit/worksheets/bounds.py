"""Whether a number keeps a limit, for tables that hold many of them."""

from __future__ import annotations

import operator

from stemcell_kit.model import Limit
from stemcell_kit.qc import inputs

__all__ = ["within_limit"]

_KEEPS = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "above": operator.gt,
    "below": operator.lt,
}


def within_limit(limit: Limit, value: float) -> bool:
    """Say whether a number, in the unit of the limit, keeps all its bounds; a grey zone is no pass.

    For one measurement with its unit and a reason in words, use ``assess``.

    Raises
    ------
    BadInput
        The value is not a finite number.
    """
    found = inputs.number(value, limit.quantity)
    bounds = {name: getattr(limit, name) for name in _KEEPS}
    return all(_KEEPS[name](found, bound) for name, bound in bounds.items() if bound is not None)
