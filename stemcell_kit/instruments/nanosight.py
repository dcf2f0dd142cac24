"""NanoSight ``ExperimentSummary`` CSV of NTA 3.2 and 3.4: the videos and their size histogram."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.nanosight_summary import (
    TITLE,
    Summary,
    figure,
    parse_summary,
    row_of,
    video_cells,
)
from stemcell_kit.instruments.text import FileSource, decode

__all__ = ["UNITS_NANOSIGHT", "looks_like_nanosight", "read_nanosight", "read_nanosight_sizes"]

UNITS_NANOSIGHT = {
    "concentration_per_ml": "particles/mL",
    "particles_per_frame": "particles/frame",
    "temperature_c": "degC",
    "mean_nm": "nm",
    "mode_nm": "nm",
    "sd_nm": "nm",
    "d10_nm": "nm",
    "d50_nm": "nm",
    "d90_nm": "nm",
    "size_nm": "nm",
}

_DILUTION = "Dilution factor (concentrations adjusted for this factor)"
# section, line, column: what a video is described by
_LINES = (
    ("Conditions", "Temperature/C", "temperature_c"),
    ("Conditions", "Camera Level", "camera_level"),
    ("Settings", "Detection Threshold", "detection_threshold"),
    ("Results", "Concentration (Particles / ml)", "concentration_per_ml"),
    ("Results", "Particles per frame", "particles_per_frame"),
    ("Results", "Completed tracks", "completed_tracks"),
    ("Size Data", "Mean", "mean_nm"),
    ("Size Data", "Mode", "mode_nm"),
    ("Size Data", "SD", "sd_nm"),
    ("Size Data", "D10", "d10_nm"),
    ("Size Data", "D50", "d50_nm"),
    ("Size Data", "D90", "d90_nm"),
    ("Size Data", "Valid Tracks", "valid_tracks"),
)
_AVERAGED = ("concentration_per_ml", "particles_per_frame", "mean_nm", "d50_nm")
_CHECKS = ("Concentration Warnings", "Information")
_QUIET = {"", "OK", "No"}
# what three printed digits of a concentration may be off
_PRINTED = 0.006


def looks_like_nanosight(raw: bytes) -> bool:
    """Say whether the file is meant to be an NTA experiment summary."""
    try:
        return decode(raw[:400]).lstrip().lstrip('"').startswith(TITLE)
    except BadInput:
        return False


def read_nanosight(source: FileSource) -> pd.DataFrame:
    """Read the videos of one NTA measurement, one row each.

    Returns
    -------
    ``video, concentration_per_ml, particles_per_frame, completed_tracks, valid_tracks, mean_nm,
    mode_nm, sd_nm, d10_nm, d50_nm, d90_nm, temperature_c, camera_level, detection_threshold``.
    The averages of the file are checked and are no rows. ``.attrs`` holds ``dilution`` (a number,
    or ``"Not recorded"``), ``dilution_applied`` (the concentrations are already multiplied by
    it), ``software``, ``sample``, ``captured``, ``weighting`` and ``warnings``.

    Raises
    ------
    BadInput
        Another file, one that is cut off, or one whose numbers contradict each other.
    """
    return _checked(parse_summary(source))[0]


def read_nanosight_sizes(source: FileSource) -> pd.DataFrame:
    """Read the size histogram of each video: ``video, size_nm, concentration_per_ml``.

    ``size_nm`` is the middle of the bin and the concentration that inside the bin. The checks and
    ``.attrs`` are those of :func:`read_nanosight`.

    Raises
    ------
    BadInput
        Another file, one that is cut off, or one whose numbers contradict each other.
    """
    videos, sizes, contents = _checked(parse_summary(source))
    table = pd.DataFrame(
        {
            "video": [video for video in videos["video"] for _ in sizes],
            "size_nm": sizes * len(videos),
            "concentration_per_ml": [one for column in contents for one in column],
        }
    )
    table.attrs.update(videos.attrs)
    return table


def _checked(summary: Summary) -> tuple[pd.DataFrame, list[float], list[list[float]]]:
    """Return the table of videos, the sizes, and the histogram of each video."""
    table = pd.DataFrame({"video": summary.videos})
    for section, line, column in _LINES:
        table[column] = _numbers(summary, section, line)
    _check_averages(summary, table)
    sizes, contents = _histogram(summary)
    _check_histogram(table, contents)
    order = ["video", "concentration_per_ml", "particles_per_frame", "completed_tracks"]
    order += ["valid_tracks", *(c for c in table.columns if c.endswith("_nm"))]
    table = table[[*order, "temperature_c", "camera_level", "detection_threshold"]]
    table.attrs.update(_about(summary))
    return table, sizes, contents


def _numbers(summary: Summary, section: str, line: str) -> list[float]:
    row = row_of(summary, section, line)
    cells = video_cells(summary, row)
    return [figure(cell, row.line, line, summary.decimal) for cell in cells]


def _histogram(summary: Summary) -> tuple[list[float], list[list[float]]]:
    sizes: list[float] = []
    contents: list[list[float]] = [[] for _ in summary.videos]
    for row in summary.bins:
        cells = video_cells(summary, row)
        sizes.append(figure(row.cells[0], row.line, "Bin centre", summary.decimal))
        for column, cell in zip(contents, cells, strict=True):
            column.append(figure(cell, row.line, "concentration of a bin", summary.decimal))
    steps = {round(late - early, 6) for early, late in pairwise(sizes)}
    if len(steps) != 1 or min(steps) <= 0:
        raise BadInput(
            f"the bins of the histogram are {sorted(steps)[:3]} nm apart; expected one step. "
            "A line is missing: export the summary again."
        )
    return sizes, contents


def _check_averages(summary: Summary, table: pd.DataFrame) -> None:
    for section, line, column in _LINES:
        if column not in _AVERAGED:
            continue
        row = row_of(summary, section, line)
        stated = figure(row.cells[len(summary.videos) + 1], row.line, line, summary.decimal)
        mean = float(table[column].mean())
        if abs(mean - stated) > max(_PRINTED * stated, 0.06):
            raise BadInput(
                f"line {row.line}, {line}: the videos average {mean:.4g} and the file says "
                f"{stated:.4g}. A number was changed or a column moved: use the original export."
            )


def _check_histogram(table: pd.DataFrame, contents: list[list[float]]) -> None:
    stated = table["concentration_per_ml"]
    for video, column, total in zip(table["video"], contents, stated, strict=True):
        if abs(sum(column) - total) > _PRINTED * total:
            raise BadInput(
                f"the histogram of {video} adds up to {sum(column):.4g} particles/mL and its "
                f"concentration is {total:.4g}; expected the same. Lines are missing or changed."
            )


def _about(summary: Summary) -> dict[str, object]:
    row = row_of(summary, "Results", _DILUTION)
    cells = video_cells(summary, row)
    details = {
        name: summary.sections["Experiment Details"][line].cells[1]
        for name, line in (
            ("software", "Software Version"),
            ("sample", "Sample Description"),
            ("captured", "Time Captured"),
        )
        if line in summary.sections["Experiment Details"]
    }
    if len(set(cells)) != 1:
        raise BadInput(
            f"line {row.line}: the videos have dilutions {', '.join(sorted(set(cells)))}; expected "
            "one. Export each dilution by itself."
        )
    recorded = cells[0] != "Not recorded"
    dilution = figure(cells[0], row.line, "Dilution factor", summary.decimal) if recorded else ""
    return {
        **details,
        "weighting": row_of(summary, "Size Data", "Weighting").cells[1],
        "dilution": dilution if recorded else "Not recorded",
        "dilution_applied": recorded,
        "warnings": tuple(_warnings(summary, recorded)),
    }


def _warnings(summary: Summary, recorded: bool) -> list[str]:
    found = []
    if not recorded:
        found.append("no dilution was recorded: the concentrations are those in the cell")
    for section in _CHECKS:
        for line, row in summary.sections[section].items():
            said = zip(summary.videos, row.cells[1:], strict=False)
            odd = [f"{video} {cell}" for video, cell in said if cell not in _QUIET]
            if odd and line != "Vibration correction applied":
                found.append(f"{line}: {'; '.join(odd)}")
    levels = set(row_of(summary, "Conditions", "Camera Level").cells[1 : len(summary.videos) + 1])
    if len(levels) > 1:
        found.append(f"the camera level differs between videos ({', '.join(sorted(levels))})")
    return found
