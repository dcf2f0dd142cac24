"""Area under a dose response, which needs no curve and exists where an IC50 does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stemcell_kit.errors import BadInput
from stemcell_kit.model import Measurement
from stemcell_kit.qc import inputs
from stemcell_kit.qc.potency.wells import dosed_wells

__all__ = ["response_area"]


def response_area(
    doses: Sequence[float], responses: Sequence[float], *, full: float = 100.0
) -> Measurement:
    """Normalised area under the response over log10 of dose, needing no curve.

    Replicates are averaged, the dose zero is left out, the trapezoids are divided by the range of
    log10 dose and by *full*, the response of the control. 1 means no effect; the area above is
    1 minus the value. It depends on the doses chosen: compare only equal series.

    Raises
    ------
    BadInput
        Fewer than two doses above zero.
    """
    x, y = dosed_wells({"dose": doses, "response": responses})
    at = np.unique(x[np.isfinite(x)])
    if len(at) < 2:
        raise BadInput(
            f"{len(at)} dose above zero; expected at least 2 for an area. Check the dose column."
        )
    means = np.array([y[x == dose].mean() for dose in at])
    area = float(np.sum(np.diff(at) * (means[1:] + means[:-1]) / 2) / (at[-1] - at[0]))
    notes = ("trapezoids over log10 dose; holds for this series of doses only",)
    value = area / inputs.positive(full, "full")
    return Measurement("normalised_area", value, "", len(y), None, notes)
