"""Cells counted in images: percent positive per lot and marker, and whether two readers agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.neural.image_counts import ImagePercent, cells_needed, image_percent
from stemcell_kit.worksheets.rows import check_columns

__all__ = ["nuclei_to_count", "positive_in_images", "shares_in_fields"]


def shares_in_fields(
    counts: pd.DataFrame, markers: Iterable[str], *, of: str = "nuclei"
) -> pd.DataFrame:
    """Percent of cells with each marker, all fields of a lot together.

    Parameters
    ----------
    counts
        One row per field: ``lot``, the column *of*, and one column of counts per marker.
    of
        The column that stands below the fraction line, e.g. ``nuclei`` or ``TUJ1``.

    Returns
    -------
    One row per lot and marker: ``percent`` with its interval ``low`` to ``high``, and ``counted``.
    """
    wanted = list(markers)
    check_columns(counts, ["lot", of, *wanted])
    rows = [
        {"lot": lot, "marker": marker, **_image_row(_image(own[marker], own[of]))}
        for lot, own in counts.groupby("lot", sort=False)
        for marker in wanted
    ]
    return pd.DataFrame(rows).set_index(["lot", "marker"]).drop(columns="patchy")


def positive_in_images(images: pd.DataFrame) -> pd.DataFrame:
    """Percent positive of each lot and marker over all fields, with the interval that fits.

    Parameters
    ----------
    images
        One row per field: ``lot, marker, nuclei, positive``.

    Returns
    -------
    One row per lot and marker. ``low`` to ``high`` is the interval over fields (Student's t) where
    fields differ by more than chance (``patchy``), else Wilson's on all nuclei.
    """
    check_columns(images, ["lot", "marker", "nuclei", "positive"])
    rows = [
        {"lot": lot, "marker": marker, **_image_row(_image(own["positive"], own["nuclei"]))}
        for (lot, marker), own in images.groupby(["lot", "marker"], sort=False)
    ]
    return pd.DataFrame(rows).set_index(["lot", "marker"])


def nuclei_to_count(percent: float, *, points: float) -> int:
    """Nuclei to count for an interval of *percent* plus or minus *points* percentage points."""
    return cells_needed(percent / 100, half_width=points / 100)


def _image(positive: pd.Series[int], counted: pd.Series[int]) -> ImagePercent:
    fields, nuclei = (
        int(catalogue().limit(name).at_least or 1)
        for name in ("nsc-fields-minimum", "nsc-nuclei-per-field-minimum")
    )
    return image_percent(
        {"positive": list(positive), "nuclei": list(counted)},
        least_fields=fields,
        least_nuclei=nuclei,
    )


def _image_row(found: ImagePercent) -> dict[str, Any]:
    patchy = any("differ by more than chance" in note for note in found.notes)
    interval = found.between_fields if patchy else found.interval
    assert interval is not None  # fields can only differ where there are several
    return {
        "percent": round(found.value, 1),
        "low": round(interval.low, 1),
        "high": round(interval.high, 1),
        "counted": found.n,
        "patchy": patchy,
    }
