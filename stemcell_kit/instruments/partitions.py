"""What a table of counted partitions says about itself: saturation, and volumes that differ."""

from __future__ import annotations

import math

import pandas as pd

__all__ = ["partition_warnings"]

_VOLUME_ROOM = 0.2


def partition_warnings(table: pd.DataFrame) -> tuple[str, ...]:
    """Name wells that are saturated, or whose concentration does not follow from their counts.

    Parameters
    ----------
    table
        ``place`` (well in words), ``total``, ``positives``, ``concentration_per_ul``. Lambda over
        concentration is the volume of a partition, which is one number for all wells of a plate.
    """
    found, volumes = [], {}
    for row in table.to_dict("records"):
        place, positives, printed = row["place"], row["positives"], row["concentration_per_ul"]
        if positives == row["total"]:
            found.append(f"{place}: every partition is positive, so its concentration has no limit")
        elif (positives == 0) != (printed == 0):
            found.append(f"{place}: {printed:g} copies/µL printed with {positives:g} positives")
        elif positives:
            volumes[place] = -math.log1p(-positives / row["total"]) / printed
    middle = float(pd.Series(volumes, dtype=float).median()) if volumes else 0.0
    found += [
        f"{place}: the concentration does not follow from the counts as in the other wells; "
        "another dilution, or a cell that was changed"
        for place, volume in volumes.items()
        if not math.isclose(volume, middle, rel_tol=_VOLUME_ROOM)
    ]
    return tuple(found)
