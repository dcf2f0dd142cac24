"""The scales on which flow cytometry is drawn and gated: linear, log, arcsinh, logicle, hyperlog.

All are those of Gating-ML 2.0: a value at the top ``t`` of the linear scale lies at 1. Logicle is
the usual biexponential scale. A gate drawn on one scale is another gate on another scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flowutils import transforms
from numpy.typing import ArrayLike, NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.shown import Shown

__all__ = ["OffScale", "Scale", "from_scale", "scale", "to_scale"]

Values = NDArray[np.float64]
KINDS = ("linear", "log", "asinh", "logicle", "hyperlog")


class OffScale(BadInput):
    """A value has no place on the scale."""


@dataclass(frozen=True)
class Scale(Shown):
    """A scale with its parameters: top ``t``, ``m`` decades, ``w`` linear and ``a`` negative ones.

    ``linear`` uses ``t`` and ``a`` (in channel units), ``log`` uses ``t`` and ``m``, ``asinh``
    uses ``t``, ``m`` and ``a``, and ``logicle`` and ``hyperlog`` use all four.
    """

    kind: str
    t: float
    m: float = 0.0
    w: float = 0.0
    a: float = 0.0

    def apply(self, values: ArrayLike) -> Values:
        """Return the place of each value; a value at or below 0 on a log scale is at -infinity."""
        return _FORWARD[self.kind](np.asarray(values, dtype=float), self)

    def inverse(self, places: ArrayLike) -> Values:
        """Return the linear value at each place."""
        return _INVERSE[self.kind](np.asarray(places, dtype=float), self)


def scale(kind: str, *, t: float, m: float = 0.0, w: float = 0.0, a: float = 0.0) -> Scale:
    """Return a scale after checking its parameters.

    Raises
    ------
    BadInput
        An unknown kind, or parameters that the definition of the scale excludes.

    Source
    ------
    Gating-ML 2.0; Parks et al. 2006 and Moore & Parks 2012 for logicle; Bagwell 2005 for hyperlog.
    """
    if kind not in KINDS:
        raise BadInput(f"no scale {kind!r}; choose one of {', '.join(KINDS)}")
    inputs.positive(t, "t, the top of the scale")
    if kind == "linear":
        if not 0 <= inputs.number(a, "a") <= t:
            raise BadInput(f"a is {a:g} on a linear scale to {t:g}; expected 0 to {t:g}.")
    else:
        inputs.positive(m, "m, the number of decades")
        inputs.not_negative(w, "w, the linear decades")
    if kind in ("logicle", "hyperlog"):
        if 2 * w > m or not -w <= a <= m - 2 * w or (kind == "hyperlog" and w == 0):
            raise BadInput(
                f"w = {w:g} and a = {a:g} with m = {m:g} decades; expected w at most half of m, and "
                "a from -w to m - 2w. Usual are m = 4.5, w = 0.5, a = 0."
            )
    elif kind == "asinh" and not 0 <= a <= m:
        raise BadInput(f"a is {a:g} on an arcsinh scale of {m:g} decades; expected 0 to {m:g}.")
    return Scale(kind, float(t), float(m), float(w), float(a))


def to_scale(
    values: ArrayLike, kind: str, *, t: float, m: float = 0.0, w: float = 0.0, a: float = 0.0
) -> Values:
    """Place of linear values on a scale.

    Raises
    ------
    OffScale
        A value at or below 0 on a log scale, or something that is no number.
    """
    given = _numbers(values)
    if kind == "log" and (given <= 0).any():
        raise OffScale(
            f"{int((given <= 0).sum())} of {given.size} values are 0 or below, which no log scale "
            "shows; they would vanish from the picture. Use asinh or logicle."
        )
    return scale(kind, t=t, m=m, w=w, a=a).apply(given)


def from_scale(
    places: ArrayLike, kind: str, *, t: float, m: float = 0.0, w: float = 0.0, a: float = 0.0
) -> Values:
    """Linear value at places of a scale; the inverse of ``to_scale``."""
    return scale(kind, t=t, m=m, w=w, a=a).inverse(_numbers(places))


def _numbers(values: ArrayLike) -> Values:
    given = np.atleast_1d(np.asarray(values, dtype=float))
    if not np.isfinite(given).all():
        raise OffScale(
            f"{int((~np.isfinite(given)).sum())} values are no numbers; expected channel values. "
            "Look for a log that was taken before."
        )
    return given


def _linear(values: Values, one: Scale) -> Values:
    return (values + one.a) / (one.t + one.a)


def _linear_inverse(places: Values, one: Scale) -> Values:
    return places * (one.t + one.a) - one.a


def _log(values: Values, one: Scale) -> Values:
    placed = np.full(values.shape, -np.inf)
    np.log10(values, out=placed, where=values > 0)
    return (placed - np.log10(one.t)) / one.m + 1


def _log_inverse(places: Values, one: Scale) -> Values:
    return np.asarray(transforms.log_inverse(places, None, one.t, one.m))


def _asinh(values: Values, one: Scale) -> Values:
    return np.asarray(transforms.asinh(values, None, one.t, one.m, one.a))


def _asinh_inverse(places: Values, one: Scale) -> Values:
    return np.asarray(transforms.asinh_inverse(places, None, one.t, one.m, one.a))


def _flat(change: Callable[..., Values]) -> Callable[[Values, Scale], Values]:
    """Let a FlowUtils scale, which takes one channel, take values of any shape."""

    def changed(values: Values, one: Scale) -> Values:
        flat = np.ascontiguousarray(values, dtype=float).ravel()
        done = change(flat, None, t=one.t, m=one.m, w=one.w, a=one.a)
        return np.asarray(done, dtype=float).reshape(values.shape)

    return changed


_FORWARD: dict[str, Callable[[Values, Scale], Values]] = {
    "linear": _linear,
    "log": _log,
    "asinh": _asinh,
    "logicle": _flat(transforms.logicle),
    "hyperlog": _flat(transforms.hyperlog),
}
_INVERSE: dict[str, Callable[[Values, Scale], Values]] = {
    "linear": _linear_inverse,
    "log": _log_inverse,
    "asinh": _asinh_inverse,
    "logicle": _flat(transforms.logicle_inverse),
    "hyperlog": _flat(transforms.hyperlog_inverse),
}
