"""Do the QC methods still give the published values, on this computer, with these libraries?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from numbers import Real
from typing import Any

from stemcell_kit.methods import Method, ReferenceValue

__all__ = ["Agreement", "recompute", "recompute_all"]


@dataclass(frozen=True)
class Agreement:
    """One number of a source beside ours.

    ``agrees`` holds within the stated tolerance. A value that is known to differ (``why``) is
    ``as_stated`` when ours is what the reference file says it is.
    """

    method: str
    value: str
    quantity: str
    published: float | str | bool
    found: float | str | bool
    agrees: bool
    as_stated: bool
    origin: str
    source: str


def recompute(method: Method, value: ReferenceValue) -> tuple[Agreement, ...]:
    """Make the call of a reference value and compare every number that its source gives.

    A call that fails is a result too: the error stands where the number should be.
    """
    module, _, name = f"{method.id}.{value.function}".rpartition(".")
    home = import_module(f"stemcell_kit.qc.{method.family}.{module.rpartition('.')[2]}")
    try:
        result = getattr(home, name)(**value.given)
    except Exception as error:
        result = _Failed(error)
    return tuple(_agreement(method, value, quantity, result) for quantity in value.expected)


@dataclass(frozen=True)
class _Failed:
    """What a call gave instead of a result."""

    error: Exception


def recompute_all(methods: Iterable[Method]) -> Iterator[Agreement]:
    """Recompute the reference values of these methods."""
    for method in methods:
        for value in method.values:
            yield from recompute(method, value)


def _agreement(method: Method, value: ReferenceValue, quantity: str, result: Any) -> Agreement:
    found = _plain(_at(result, quantity))
    published = value.expected[quantity]
    agrees = _close(found, published, value)
    stated = published if value.found is None else value.found.get(quantity, published)
    return Agreement(
        method=method.id,
        value=value.id,
        quantity=quantity,
        published=published,
        found=found,
        agrees=agrees,
        as_stated=_close(found, stated, value) and agrees is (stated == published),
        origin=value.origin,
        source=value.source,
    )


def _at(result: Any, path: str) -> Any:
    """Follow a path such as ``interval.low`` or ``rows.0.ratio`` into a result."""
    if isinstance(result, _Failed):
        return f"{type(result.error).__name__}: {result.error}"
    if path == "result":
        return result
    for step in path.split("."):
        if isinstance(result, Mapping):
            result = result[step]
        elif step.lstrip("-").isdigit():
            result = result[int(step)]
        else:
            result = getattr(result, step)
    return result


def _plain(found: Any) -> float | str | bool:
    if hasattr(found, "item"):
        found = found.item()
    if isinstance(found, bool):
        return found
    return float(found) if isinstance(found, Real) else str(found)


def _close(found: float | str | bool, expected: float | str | bool, value: ReferenceValue) -> bool:
    if isinstance(found, (bool, str)) or isinstance(expected, (bool, str)):
        return type(found) is type(expected) and found == expected
    # a source's last digit may be rounded either way; the sum guards the limit itself
    room = max(value.within, value.within_percent / 100 * abs(expected)) + 1e-12 * abs(expected)
    return math.isclose(found, expected, rel_tol=0.0, abs_tol=room)
