"""Can a plate tell effect from no effect: Z', its robust form, signal to background and to noise.

Standard deviations are those of a sample (n - 1): the population form flatters a plate. A
negative Z' is a legal result and means that the controls overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from stemcell_kit.errors import BadInput
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.wells import readings
from stemcell_kit.shown import Shown

__all__ = [
    "PlateQuality",
    "edge_effect",
    "plate_quality",
    "signal_to_background",
    "signal_to_noise",
]

_LEAST_WELLS = 3
# The median absolute deviation of normal values times this is their standard deviation.
_MAD_TO_SD = 1.4826

Wells = Mapping[str, float] | list[float]


@dataclass(frozen=True)
class PlateQuality(Shown):
    """Quality of the two controls of a plate; ``value`` is Z'.

    ``lost`` names the control wells that hold no number and were left out.
    """

    value: float
    robust: float
    high_mean: float
    high_sd: float
    low_mean: float
    low_sd: float
    n: int
    lost: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def plate_quality(high: Wells, low: Wells) -> PlateQuality:
    """Z' = 1 - 3 (SD high + SD low) / abs(mean high - mean low), and its robust form.

    Parameters
    ----------
    high, low
        Control wells with the full and with the lowest signal: a list, or well -> reading. An
        empty or NaN reading is a lost well: it is left out and named.

    Returns
    -------
    ``robust`` uses medians and 1.4826 times the median absolute deviation. Both hold for raw,
    blank-subtracted and normalised signals alike.

    Raises
    ------
    BadInput
        Fewer than three wells of a control are left, or the means or medians are equal.

    Source
    ------
    IUPAC Gold Book 14204; Zhang, Chung & Oldenburg 1999, J Biomol Screen 4:67.
    """
    top, lost_high = _readable(high, "high")
    bottom, lost_low = _readable(low, "low")
    gap = float(top.mean() - bottom.mean())
    if gap == 0:
        raise BadInput(
            f"both controls have the mean {top.mean():g}; expected them apart. Check the plate map."
        )
    sd_high, sd_low = float(top.std(ddof=1)), float(bottom.std(ddof=1))
    lost = (*lost_high, *lost_low)
    notes: tuple[str, ...] = (f"{len(lost)} control wells lost",) if lost else ()
    if gap < 0:
        notes += ("the high control is below the low one: a falling signal, or exchanged groups",)
    return PlateQuality(
        value=1 - 3 * (sd_high + sd_low) / abs(gap),
        robust=_robust(top, bottom),
        high_mean=float(top.mean()),
        high_sd=sd_high,
        low_mean=float(bottom.mean()),
        low_sd=sd_low,
        n=len(top) + len(bottom),
        lost=lost,
        notes=notes,
    )


def signal_to_background(high: Wells, low: Wells) -> float:
    """Mean of the high over the mean of the low control; needs raw signals.

    Raises
    ------
    BadInput
        The background is not above zero: it was subtracted already.
    """
    top, bottom = _readable(high, "high")[0], _readable(low, "low")[0]
    return float(top.mean()) / _divisor(float(bottom.mean()), "mean of the low control")


def signal_to_noise(high: Wells, low: Wells) -> float:
    """Difference of the means over the standard deviation (n - 1) of the low control.

    Raises
    ------
    BadInput
        The low wells do not differ: they were rounded, or cut off at zero.
    """
    top, bottom = _readable(high, "high")[0], _readable(low, "low")[0]
    noise = _divisor(float(bottom.std(ddof=1)), "spread of the low control")
    return float(top.mean() - bottom.mean()) / noise


def edge_effect(wells: Mapping[str, float], *, rows: int = 8, columns: int = 12) -> float:
    """How much edge wells of one control read above or below inner wells, in percent.

    Z' tells that controls scatter; this tells whether the place on the plate is the reason.

    Parameters
    ----------
    wells
        Well name (``A1``) -> reading, of wells that should be alike.
    rows, columns
        Format of the plate; the outermost rows and columns are its edge.

    Raises
    ------
    BadInput
        A name is no well of the plate, or there are no edge or no inner wells to compare.
    """
    read, _ = _readable(wells, "control")
    names = [name for name, value in wells.items() if _is_number(value)]
    edge = np.array([_on_edge(name, rows, columns) for name in names])
    if edge.all() or not edge.any():
        raise BadInput(
            f"{int(edge.sum())} of {len(names)} wells are on the edge; expected some on the edge "
            "and some inside. Put controls in both places."
        )
    inner = float(read[~edge].mean())
    return 100 * (float(read[edge].mean()) / _divisor(inner, "mean of the inner wells") - 1)


def _readable(wells: Wells, what: str) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    named = (
        dict(wells)
        if isinstance(wells, Mapping)
        else {f"{what} well {place}": value for place, value in enumerate(wells, 1)}
    )
    lost = tuple(name for name, value in named.items() if not _is_number(value))
    kept = [value for name, value in named.items() if name not in lost]
    return readings(kept, f"the {what} control", at_least=_LEAST_WELLS), lost


def _is_number(value: object) -> bool:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return False
    if not isinstance(value, Real):
        raise BadInput(f"a control well holds {value!r}; expected a number or an empty cell.")
    return True


def _robust(high: NDArray[np.float64], low: NDArray[np.float64]) -> float:
    spread = sum(_MAD_TO_SD * np.median(np.abs(one - np.median(one))) for one in (high, low))
    return 1 - 3 * float(spread) / _positive_gap(float(abs(np.median(high) - np.median(low))))


def _positive_gap(gap: float) -> float:
    if gap == 0:
        raise BadInput(
            "both controls have the same median; expected them apart. Check the plate map."
        )
    return gap


def _divisor(value: float, what: str) -> float:
    if value <= 0:
        raise BadInput(
            f"the {what} is {value:.3g}; expected more than 0. Give raw signals, before any blank "
            "is subtracted or values are rounded."
        )
    return value


def _on_edge(well: str, rows: int, columns: int) -> bool:
    row, column = ord(well[:1].upper() or "?") - ord("A"), well[1:]
    if not (0 <= row < rows and column.isdecimal() and 1 <= int(column) <= columns):
        raise BadInput(
            f"{well!r} is no well of a plate of {rows} x {columns}; expected a name such as A1."
        )
    return row in (0, rows - 1) or int(column) in (1, inputs.count(columns, "columns"))
