"""Two methods on the same samples, counted in four corners."""

from __future__ import annotations

import pandas as pd

from stemcell_kit.errors import BadInput

__all__ = ["paired_counts"]


def paired_counts(pairs: pd.DataFrame, *, alternative: str, reference: str) -> dict[str, int]:
    """Count samples that both methods, one of them, or neither found, as ``mcnemar`` takes them.

    Parameters
    ----------
    pairs
        One row per sample.
    alternative, reference
        The columns of the two methods: found or not, true or false (or 1 and 0).

    Raises
    ------
    BadInput
        A cell that is neither.
    """
    for name in (alternative, reference):
        odd = [value for value in pairs[name] if value not in (True, False)]
        if odd:
            raise BadInput(f"{name} holds {odd[0]!r}; expected true or false, or 1 or 0.")
    new, old = pairs[alternative].astype(bool), pairs[reference].astype(bool)
    return {
        "both": int((new & old).sum()),
        "alternative_only": int((new & ~old).sum()),
        "reference_only": int((~new & old).sum()),
        "neither": int((~new & ~old).sum()),
    }
