"""Cells counted in images: percent positive per lot and marker, and whether two readers agree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.qc.neural.image_counts import (
    ImagePercent,
    cells_needed,
    image_percent,
    referee,
)
from stemcell_kit.qc.quality.bland_altman import bland_altman
from stemcell_kit.qc.quality.intraclass import intraclass
from stemcell_kit.worksheets.rows import check_columns, each_row

__all__ = [
    "nuclei_to_count",
    "positive_in_images",
    "reader_agreement",
    "reader_percents",
    "referee_table",
    "shares_in_fields",
]


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


def referee_table(flow: pd.DataFrame, *images: pd.DataFrame) -> pd.DataFrame:
    """Hold flow cytometry against the image count of the same lots, marker by marker.

    Parameters
    ----------
    flow
        ``lot, marker, flow``, in percent.
    images
        One or more tables of fields, as for ``positive_in_images``, that hold these lots.

    Returns
    -------
    In the order of *flow*: ``flow``, ``image``, their ``difference``, and ``report``: within the
    limit ``nsc-referee-difference-points`` the flow result, beyond it the image count.
    """
    check_columns(flow, ["lot", "marker", "flow"])
    counted = positive_in_images(pd.concat(images))["percent"]
    tolerance = catalogue().limit("nsc-referee-difference-points").at_most or 0.0
    rows = []
    for row in each_row(flow):
        image = float(counted[row.lot, row.marker])
        decided = referee(row.flow, image, tolerance_points=tolerance)
        rows.append(
            {
                "lot": row.lot,
                "marker": row.marker,
                "flow": row.flow,
                "image": image,
                "difference": round(row.flow - image, 1),
                "report": decided.value,
                "decided by": decided.quantity.removeprefix("positive_by_"),
            }
        )
    return pd.DataFrame(rows).set_index(["lot", "marker"])


def reader_percents(readings: pd.DataFrame, readers: Iterable[str]) -> pd.DataFrame:
    """Percent positive of each field by each reader: ``field`` and one column per reader."""
    wanted = list(readers)
    check_columns(readings, ["field", "nuclei", *wanted])
    percents = {name: 100 * readings[name] / readings["nuclei"] for name in wanted}
    return pd.DataFrame(percents).set_axis(readings["field"])


def reader_agreement(readings: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """Put what is usually said of two readers beside what they differ by.

    Returns
    -------
    ``correlation``; ``ICC(3,1)``, which forgives a constant difference; ``ICC(2,1)``, which does
    not; ``bias`` (second minus first) and the limits of agreement (1.96 SD) in percentage points.
    """
    percents = reader_percents(readings, [first, second])
    pairs = percents.to_numpy().tolist()
    apart = bland_altman(list(percents[second]), list(percents[first]), multiplier=1.96)
    consistent, absolute = (intraclass(pairs, form=form).value for form in ("ICC(3,1)", "ICC(2,1)"))
    found = {
        "correlation": float(percents[first].corr(percents[second])),
        "ICC(3,1), consistency": consistent,
        "ICC(2,1), absolute agreement": absolute,
        "bias, points": apart.value,
        "limits of agreement, low": apart.low,
        "limits of agreement, high": apart.high,
    }
    return pd.DataFrame({"value": {name: round(value, 2) for name, value in found.items()}})


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
