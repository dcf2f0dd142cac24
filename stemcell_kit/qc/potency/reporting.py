"""How a concentration goes into a report: within the standards, else censored or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Interval, Measurement
from stemcell_kit.qc import inputs

__all__ = ["AboveTopStandard", "Concentration", "reported"]


class AboveTopStandard(BadInput):
    """A result above the highest standard would be extrapolated."""


@dataclass(frozen=True)
class Concentration(Measurement):
    """A concentration read from a calibration; ``reported`` is how it goes into a report.

    With ``below`` the value is the lower limit of quantification, and the true one is below it.
    """

    reported: str = ""
    below: bool = False


def reported(
    found: float,
    *,
    standards: Sequence[float],
    lloq: float | None,
    dilution: float,
    unit: str,
    n: int,
    interval: Interval | None = None,
) -> Concentration:
    """Turn a reading into a result: within the standards, times dilution, else censored.

    Raises
    ------
    AboveTopStandard
        *found* is above the highest standard.
    """
    times = inputs.positive(dilution, "dilution")
    lowest = min(one for one in standards if one > 0)
    limit = lowest if lloq is None else inputs.positive(lloq, "lloq")
    if limit < lowest:
        raise BadInput(
            f"lloq is {limit:g} and the lowest standard {lowest:g}; expected a limit that the "
            "standards reach. Add a standard there."
        )
    if found > max(standards) * (1 + 1e-9):
        read = f"{found:.4g} {unit}".strip()
        raise AboveTopStandard(
            f"the sample reads {read}; expected at most the highest standard, {max(standards):g}. "
            "Dilute the sample and measure again."
        )
    if found < limit:
        words = f"<{limit * times:g} {unit}".strip()
        notes = ("below the lower limit of quantification: report as below it, not as 0",)
        return Concentration("concentration", limit * times, unit, n, None, notes, words, True)
    if interval is not None:
        low, high = interval.low * times, interval.high * times
        interval = Interval(low, high, interval.confidence, interval.method)
    words = f"{found * times:.4g} {unit}".strip()
    return Concentration("concentration", found * times, unit, n, interval, (), words)
