"""The results of vesicle lots: tracking summaries and plain sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.vesicles import SHEETS

__all__ = ["files", "nanosight_csv"]

_BINS = 1000
_PERCENTILES = np.arange(101)
_SIZE_LINES = ("Mean", "Mode", "SD", "D10", "D50", "D90")


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the chosen vesicle lots."""
    lots = [one.id for one in bank.products if one.kind == "ev" and one.id in chosen]
    if not lots:
        return
    for sheet, columns in SHEETS.items():
        yield f"{sheet}.csv", sheet_csv(bank.table(sheet, lots), columns).encode("utf-8")
    tracked = bank.table("ev_size", lots)
    for (lot, sample), table in tracked.groupby(["lot", "sample"], sort=False):
        name = f"nanosight/{lot}_{sample}_ExperimentSummary.csv"
        yield name, nanosight_csv(table).encode("latin-1")


def nanosight_csv(table: pd.DataFrame) -> str:
    """Return the NTA 3.4 experiment summary of one measurement, ragged rows and all."""
    videos = list(dict.fromkeys(table["video"]))
    first = {str(video): rows.iloc[0] for video, rows in table.groupby("video", sort=False)}
    contents = _contents(table, videos)
    lines = [*_head(table, videos), *_results(table, videos, first, contents)]
    lines += [*_checks(videos), *_sizes(videos, first, contents), *_graph(contents)]
    # the instrument's computer ends lines its own way
    return "\r\n".join(lines) + "\r\n"


def _contents(table: pd.DataFrame, videos: Sequence[str]) -> np.ndarray:
    """Concentration per bin and video, bins of 1 nm from 0."""
    contents = np.zeros((_BINS, len(videos)))
    for place, video in enumerate(videos):
        rows = table[table["video"] == video]
        bins = np.floor(rows["size_nm"].to_numpy()).astype(int)
        contents[bins, place] = rows["concentration_per_ml"].to_numpy()
    return contents


def _head(table: pd.DataFrame, videos: Sequence[str]) -> list[str]:
    one = table.iloc[0]
    year, month, day = one["captured"].split("-")
    name = f"{one['lot']}_{one['sample']}"
    same = {
        "Temperature/C": "22.000",
        "Viscosity/cP": "0.952941",
        "Camera Type": "sCMOS",
        "Laser Type": "Blue488",
        "Camera Level": "11",
        "Frame rate/fps": "24.982500",
        "Syringe Pump Speed/AU": "50",
    }
    settings = {"Detection Threshold": "5", "Max Jump Mode": "Auto", "Blur": "Auto"}
    return [
        "NTA Experiment Summary File,",
        "Created with NTA 3.4 Build 3.4.003,",
        ",",
        "[Experiment Details],,",
        "Software Version,NTA 3.4 Build 3.4.003,",
        f"Experiment Name,{name}.nano,",
        "Operator Name,,",
        f"Time Captured,10:00:00  {day}/{month}/{year},",
        f"Sample Description,{name},",
        "Pre-treatment,,",
        "Diluent,PBS,",
        "Remarks,,",
        ",,",
        _line("Filename:", videos),
        _line("Processed", ["Yes"] * len(videos)),
        "",
        "[Conditions]" + "," * (len(videos) + 1),
        *(_line(key, [value] * len(videos)) for key, value in same.items()),
        "," * (len(videos) + 1),
        "[Settings]" + "," * (len(videos) + 1),
        *(_line(key, [value] * len(videos)) for key, value in settings.items()),
        "Total frames analysed," + "499," * len(videos),
        "",
    ]


def _results(
    table: pd.DataFrame, videos: Sequence[str], first: dict[str, pd.Series], contents: np.ndarray
) -> list[str]:
    dilution = [f"{table['dilution'].iloc[0]:.2e}"] * len(videos)
    frames = np.array([first[video]["particles_per_frame"] for video in videos])
    completed = noise("ev_size")["completed_per_valid"]
    tracks = [str(round(completed * first[video]["valid_tracks"])) for video in videos]
    return [
        "[Results]" + "," * (len(videos) + 1) + "Average,Standard Error,",
        _line("Dilution factor (concentrations adjusted for this factor)", dilution) + ",,",
        _averaged("Concentration (Particles / ml)", contents.sum(axis=0), ".2e"),
        _averaged("Particles per frame", frames, ".1f"),
        _line("Completed tracks", tracks) + ",,",
        "",
    ]


def _checks(videos: Sequence[str]) -> list[str]:
    good, none = ["OK"] * len(videos), ["No"] * len(videos)
    return [
        "[Concentration Warnings]",
        _line("Validity of concentration measurement", good),
        _line("Particles per frame", good),
        _line("Noise level", none),
        "",
        "[Information]",
        _line("Completed Tracks", good),
        _line("Vibration detected", none),
        _line("Errors (1)", [""] * len(videos)),
        "",
    ]


def _sizes(videos: Sequence[str], first: dict[str, pd.Series], contents: np.ndarray) -> list[str]:
    described = np.array([_described(column) for column in contents.T]).T
    tracks = [f"{first[video]['valid_tracks']:.1f}" for video in videos]
    return [
        "[Data Included],",
        "Size distribution - Number weighting - With Percentiles,",
        ",",
        "[Size Data],,",
        "Analysis Method,FTLA,",
        "Weighting,Number,",
        _line("Filename", videos) + "Average,Standard Error,",
        *(_averaged(n, row, ".1f") for n, row in zip(_SIZE_LINES, described, strict=True)),
        _line("Valid Tracks", tracks) + ",,",
    ]


def _described(content: np.ndarray) -> list[float]:
    middles = np.arange(_BINS) + 0.5
    mean = (middles * content).sum() / content.sum()
    spread = np.sqrt((content * (middles - mean) ** 2).sum() / content.sum())
    return [mean, middles[content.argmax()], spread, *_percentiles(content)[[10, 50, 90]]]


def _percentiles(content: np.ndarray) -> np.ndarray:
    """Bin centre that reaches each percentile, the instrument's own convention."""
    below = content.cumsum() / content.sum()
    wanted = np.minimum(_PERCENTILES / 100, below[-1])
    return np.searchsorted(below, wanted) + 0.5


def _graph(contents: np.ndarray) -> list[str]:
    count = contents.shape[1]
    lines = ["Graph Data,"]
    heading = ["Concentration (particles / ml)"] * count
    lines.append(_line("Bin centre (nm)", heading) + "Concentration average,Standard Error,")
    errors = contents.std(axis=1, ddof=1) / np.sqrt(count)
    body = np.rint(np.column_stack([contents, contents.mean(axis=1), errors])).astype(np.int64)
    lines += [f"{n}.5,{','.join(map(str, row))}," for n, row in enumerate(body.tolist())]
    lines += ["", _line("Percentile", ["Size (nm)"] * count)]
    percentiles = np.array([_percentiles(column) for column in contents.T]).T
    lines += [_line(str(n), [f"{one:.1f}" for one in row]) for n, row in enumerate(percentiles)]
    return [*lines, "," * (count + 1)]


def _averaged(name: str, values: np.ndarray, form: str) -> str:
    """One line with a cell per video, their mean, and its standard error."""
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else 0.0
    return _line(name, [format(one, form) for one in [*values, values.mean(), error]])


def _line(name: str, cells: Sequence[str]) -> str:
    return ",".join([name, *cells]) + ","
