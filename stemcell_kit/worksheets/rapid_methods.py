"""A rapid method beside the culture test: same samples, and how long the slowest organism takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from stemcell_kit.qc.sterility.low_numbers import empty_share
from stemcell_kit.qc.sterility.mpn_ratio import MpnRatio, mpn_ratio
from stemcell_kit.qc.sterility.paired_difference import paired_difference
from stemcell_kit.qc.sterility.time_to_detection import missed_share, time_to_detection
from stemcell_kit.worksheets.pairs import paired_counts
from stemcell_kit.worksheets.rows import each_row

__all__ = [
    "compare_rapid_method",
    "detection_times",
    "empty_inocula",
    "rapid_mpn_ratio",
    "strains_missed",
]


def compare_rapid_method(pairs: pd.DataFrame, *, margin_percent: float) -> pd.DataFrame:
    """Compare positive rates on the same spiked samples, per spike and together.

    Blanks (a spike of 0) are left out: they tell about false signals, not about detection.

    Returns
    -------
    One row per spike and one for all: ``spike_cfu, samples, both, rapid_only, culture_only,
    neither, difference, low, high`` (percentage points with Tango's 90 % interval) and
    ``non_inferior``, whether ``low`` lies above minus the margin.
    """
    spiked = pairs[pairs["spike_cfu"] > 0]
    groups: list[tuple[str, pd.DataFrame]] = [
        (f"{spike:g}", own) for spike, own in spiked.groupby("spike_cfu")
    ]
    rows = [_compared(name, own, margin_percent) for name, own in [*groups, ("all", spiked)]]
    return pd.DataFrame(rows).set_index("spike_cfu")


def rapid_mpn_ratio(pairs: pd.DataFrame, *, least_ratio: float) -> MpnRatio:
    """Compare the two methods by their most probable numbers over all spikes.

    Each spiked sample counts as one tube of its spike, so the ratio tells which share of the
    organisms that culture finds the rapid method finds too.

    Parameters
    ----------
    least_ratio
        Smallest ratio that is still accepted, set before the study.
    """
    rapid, culture = (_tubes(pairs, name) for name in ("rapid_detected", "culture_grew"))
    return mpn_ratio(rapid, culture, least_ratio=least_ratio)


def detection_times(
    strains: pd.DataFrame, *, inoculum_cfu: float, detected_cfu: float
) -> pd.DataFrame:
    """Return the time to detection of each strain from its growth data, the longest first.

    Returns
    -------
    One row per strain: ``bottle, hours, days``.
    """
    times = [
        time_to_detection(
            inoculum_cfu, detected_cfu, generation_h=row.generation_h, lag_h=row.lag_h
        )
        for row in each_row(strains)
    ]
    table = strains[["strain", "bottle"]].set_index("strain")
    table["hours"] = [round(hours, 1) for hours in times]
    table["days"] = [round(hours / 24, 1) for hours in times]
    return table.sort_values("hours", ascending=False)


def strains_missed(times: pd.DataFrame, days: Sequence[float]) -> pd.DataFrame:
    """Return which strains show only after the incubation has ended, for each number of days."""
    rows = []
    for end in days:
        late = times.index[times["hours"] > 24 * end]
        share = missed_share(list(times["hours"]), incubated_h=24 * end)
        rows.append((end, len(late), round(100 * share, 1), ", ".join(late)))
    return pd.DataFrame(rows, columns=["days", "missed", "percent", "strains"]).set_index("days")


def empty_inocula(mean_cfu: Sequence[float]) -> pd.DataFrame:
    """Return the share of inocula that hold no organism at all, in per cent."""
    rows = [(mean, round(100 * empty_share(mean), 3)) for mean in mean_cfu]
    return pd.DataFrame(rows, columns=["mean_cfu", "empty_percent"]).set_index("mean_cfu")


def _tubes(pairs: pd.DataFrame, method: str) -> dict[str, list[float]]:
    spiked = pairs[pairs["spike_cfu"] > 0]
    found = spiked.groupby("spike_cfu")[method].agg(["sum", "size"]).reset_index()
    return {
        "volumes_ml": found["spike_cfu"].tolist(),
        "tubes": found["size"].tolist(),
        "positives": found["sum"].tolist(),
    }


def _compared(name: str, own: pd.DataFrame, margin_percent: float) -> dict[str, Any]:
    counts = paired_counts(own, alternative="rapid_detected", reference="culture_grew")
    found = paired_difference(**counts, margin=margin_percent / 100)
    return {
        "spike_cfu": name,
        "samples": len(own),
        "both": counts["both"],
        "rapid_only": counts["alternative_only"],
        "culture_only": counts["reference_only"],
        "neither": counts["neither"],
        "difference": round(100 * found.value, 1),
        "low": round(100 * found.interval.low, 1),
        "high": round(100 * found.interval.high, 1),
        "non_inferior": found.non_inferior,
    }
