"""Particle tracking of vesicles: from videos and size bins to number and size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.particle_concentration import (
    ParticleConcentration,
    particle_concentration,
    usable_range,
)
from stemcell_kit.qc.vesicles.particle_size import (
    ParticleSize,
    bin_edges,
    particle_size,
    window_share,
)
from stemcell_kit.qc.vesicles.vesicle_yield import label_check
from stemcell_kit.worksheets.rows import each_row, rows_of

__all__ = [
    "particles_and_record",
    "size_histogram",
    "size_window_shares",
    "tracked_particles",
    "tracked_sizes",
    "tracked_videos",
    "tracking_checks",
    "vesicle_size",
]

_Histogram = tuple[list[float], list[float]]


def tracked_videos(tracks: pd.DataFrame, lot: str, *, sample: str = "vesicles") -> pd.DataFrame:
    """Return the videos of one measurement in the form in which ``read`` gives a NanoSight file.

    Returns
    -------
    One row per video: ``video, concentration_per_ml, particles_per_frame, valid_tracks, d50_nm``.
    ``.attrs`` holds ``dilution`` and ``dilution_applied``.
    """
    own = rows_of(rows_of(tracks, "lot", lot), "sample", sample)
    videos = own.groupby("video", sort=False).agg(
        concentration_per_ml=("concentration_per_ml", "sum"),
        particles_per_frame=("particles_per_frame", "first"),
        valid_tracks=("valid_tracks", "first"),
    )
    videos["d50_nm"] = [
        round(_described(part).d50_nm, 1) for _, part in own.groupby("video", sort=False)
    ]
    videos = videos.reset_index()
    # the assay writes what the instrument exports: multiplied by the dilution that was entered
    videos.attrs = {"dilution": float(own["dilution"].iloc[0]), "dilution_applied": True}
    return videos


def tracked_particles(tracks: pd.DataFrame, lot: str) -> ParticleConcentration:
    """Concentration of one lot from its videos, the blank subtracted at its own dilution."""
    videos, blank = (tracked_videos(tracks, lot, sample=one) for one in ("vesicles", "blank"))
    return particle_concentration(
        list(videos["concentration_per_ml"]),
        dilution=videos.attrs["dilution"],
        dilution_applied=videos.attrs["dilution_applied"],
        blank_videos_per_ml=list(blank["concentration_per_ml"]),
        blank_dilution=blank.attrs["dilution"],
        blank_dilution_applied=blank.attrs["dilution_applied"],
    )


def particles_and_record(tracks: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """Hold tracking, batch record and label of each lot side by side.

    Returns
    -------
    One row per lot: ``tracked`` (blank subtracted), ``reported``, ``times_tracked``, ``label``
    (all particles/mL), and ``off_label_percent``, by which what was tracked misses the label.
    """
    rows = []
    for record in each_row(records):
        found = tracked_particles(tracks, record.lot).value
        off = label_check(found, record.label_per_ml, tolerance_percent=_label_tolerance())
        rows.append(
            {
                "lot": record.lot,
                "tracked": float(f"{found:.3g}"),
                "reported": record.reported_per_ml,
                "times_tracked": round(record.reported_per_ml / found, 2),
                "label": record.label_per_ml,
                "off_label_percent": round(off.value, 1),
            }
        )
    return pd.DataFrame(rows).set_index("lot")


def tracking_checks(export: pd.DataFrame) -> pd.DataFrame:
    """Say what a tracking export holds before anybody uses its number.

    Parameters
    ----------
    export
        What ``read`` gives for a NanoSight summary or a ZetaView text, or ``tracked_videos``.

    Returns
    -------
    One row per question: ``found`` and, where a limit is in force, ``usable``.
    """
    if "in_cell_per_ml" in export.columns:
        return _answers(_zetaview(export))
    if "concentration_per_ml" in export.columns and "video" in export.columns:
        return _answers(_nanosight(export))
    raise BadInput(
        f"the table has the columns {', '.join(map(str, export.columns[:6]))}; expected a NanoSight "
        "summary or a ZetaView text. Read the export itself with sk.read."
    )


def size_histogram(
    tracks: pd.DataFrame, lot: str, *, width_nm: float, sample: str = "vesicles"
) -> _Histogram:
    """Return bin edges in nm and the particles/mL in each bin, mean of the videos, by number."""
    own = rows_of(rows_of(tracks, "lot", lot), "sample", sample)
    last = width_nm * np.ceil((own["size_nm"].max() + 0.5) / width_nm)
    edges = np.arange(0, last + width_nm / 2, width_nm)
    held, _ = np.histogram(own["size_nm"], edges, weights=own["concentration_per_ml"])
    return edges.tolist(), (held / own["video"].nunique()).tolist()


def vesicle_size(tracks: pd.DataFrame, lot: str, *, width_nm: float = 5) -> ParticleSize:
    """Describe the size distribution of one lot, by number, in bins of *width_nm*."""
    return particle_size(*size_histogram(tracks, lot, width_nm=width_nm))


def size_window_shares(tracks: pd.DataFrame, *, low_nm: float, high_nm: float) -> dict[str, float]:
    """Return by lot which percentage of the particles lies between two diameters."""
    return {
        lot: round(
            window_share(*size_histogram(tracks, lot, width_nm=1), low_nm=low_nm, high_nm=high_nm),
            1,
        )
        for lot in map(str, tracks["lot"].unique())
    }


def tracked_sizes(tracks: pd.DataFrame, *, width_nm: float = 5) -> pd.DataFrame:
    """Describe the sizes of every lot, by number.

    Returns
    -------
    One row per lot: ``mode_nm`` (middle of the fullest bin), ``d10_nm, d50_nm, d90_nm, mean_nm,
    span`` and ``valid_tracks`` of all videos.
    """
    rows = []
    for lot in map(str, tracks["lot"].unique()):
        size = vesicle_size(tracks, lot, width_nm=width_nm)
        names = ("mode_nm", "d10_nm", "d50_nm", "d90_nm", "mean_nm")
        row: dict[str, object] = {"lot": lot}
        row |= {name: round(getattr(size, name), 1) for name in names}
        videos = tracked_videos(tracks, lot)
        rows.append(
            row | {"span": round(size.span, 2), "valid_tracks": int(videos["valid_tracks"].sum())}
        )
    return pd.DataFrame(rows).set_index("lot")


# --- parts of the above --------------------------------------------------------------------


def _label_tolerance() -> float:
    return catalogue().limit("ev-label-deviation").at_most or 0.0


def _described(video: pd.DataFrame) -> ParticleSize:
    first, last = video["size_nm"].min(), video["size_nm"].max()
    # bins of 1 nm, and an empty one above them, so that one full bin has a neighbour
    centres = np.arange(first, last + 1.5)
    held = np.zeros(len(centres))
    held[(video["size_nm"] - first).round().astype(int)] = video["concentration_per_ml"]
    return particle_size(bin_edges(centres.tolist()), held.tolist())


def _verdict(measured: float, limit_id: str) -> str:
    limit = catalogue().limit(limit_id)
    found = usable_range(
        measured, at_least=limit.at_least or 0, at_most=limit.at_most or 0, unit=limit.unit
    )
    return found.verdict


def _nanosight(export: pd.DataFrame) -> list[tuple[str, str, str]]:
    about, dilution = export.attrs, export.attrs["dilution"]
    applied = bool(about["dilution_applied"])
    mean = float(export["concentration_per_ml"].mean())
    cell = mean / float(dilution) if applied else mean
    frames = float(export["particles_per_frame"].mean())
    videos, least = len(export), catalogue().limit("ev-videos").at_least or 0
    return [
        ("dilution entered", dilution if isinstance(dilution, str) else f"{dilution:g}", ""),
        ("concentration holds the dilution", "yes" if applied else "no", ""),
        ("concentration, mean of the videos", f"{mean:.3g} particles/mL", ""),
        ("in the measuring cell", f"{cell:.3g} particles/mL", _verdict(cell, _IN_CELL)),
        ("particles per frame", f"{frames:.1f}", _verdict(frames, "ev-particles-per-frame")),
        ("videos", f"{videos}", "enough" if videos >= least else f"fewer than {least:g}"),
        ("D50 of the videos", _range(export["d50_nm"], "nm"), ""),
        ("valid tracks per video", _range(export["valid_tracks"], ""), ""),
        *_said(about),
    ]


_IN_CELL = "ev-particles-in-cell"


def _zetaview(export: pd.DataFrame) -> list[tuple[str, str, str]]:
    about = export.attrs
    cell = float(export["in_cell_per_ml"].sum())
    size = particle_size(bin_edges(list(export["size_nm"])), list(export["in_cell_per_ml"]))
    return [
        ("dilution entered", f"{about['dilution']:g}", ""),
        ("concentration holds the dilution", "the head line yes, the histogram no", ""),
        ("concentration of the head line", f"{about['concentration_per_ml']:.3g} particles/mL", ""),
        ("in the measuring cell", f"{cell:.3g} particles/mL", _verdict(cell, _IN_CELL)),
        ("positions used", f"{sum(bool(one['used']) for one in about['positions'])}", ""),
        ("D50", f"{size.d50_nm:.1f} nm", ""),
        ("traces", f"{about['traces']}", ""),
        *_said(about),
    ]


def _said(about: Mapping[Any, Any]) -> list[tuple[str, str, str]]:
    return [("the file says", str(one), "") for one in about.get("warnings", ())]


def _range(values: pd.Series, unit: str) -> str:
    return f"{values.min():g} to {values.max():g} {unit}".strip()


def _answers(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["question", "found", "usable"]).set_index("question")
