"""The layout of a NanoSight summary: sections, one cell per video, then averages."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, Row, decode, number, read_bytes, rows

__all__ = ["TITLE", "Summary", "figure", "parse_summary", "row_of", "video_cells"]

TITLE = "NTA Experiment Summary File"
_SECTIONS = {
    "Experiment Details",
    "Conditions",
    "Settings",
    "Results",
    "Concentration Warnings",
    "Information",
    "Size Data",
    "Percentiles",
}
_SEPARATORS = (",", ";", "\t")
# most cells of a histogram; the careful reading of all others takes ten times as long
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Summary:
    """The parsed file: videos, lines by section, histogram."""

    videos: tuple[str, ...]
    sections: Mapping[str, Mapping[str, Row]]
    bins: tuple[Row, ...]
    decimal: str


def parse_summary(source: FileSource) -> Summary:
    """Split the file into sections and the histogram; averages must stand behind the videos.

    Raises
    ------
    BadInput
        Another file, or one that is cut off or whose columns were moved.
    """
    text = decode(read_bytes(source))
    if not text.lstrip().lstrip('"').startswith(TITLE):
        raise BadInput(
            f"this is not a NanoSight summary: it starts with {text[:40]!r}; expected {TITLE!r}. "
            "Export the experiment summary, not the report or the single videos."
        )
    # a summary saved again by a spreadsheet may have other separators
    title = text.lstrip().split("\n")[0]
    separator = next((one for one in _SEPARATORS if one in title), ",")
    sections: dict[str, dict[str, Row]] = {"": {}}
    bins: list[Row] = []
    current, in_graph = sections[""], False
    for row in rows(text, separator):
        head = row.cells[0]
        if head.startswith("[") and head.endswith("]"):
            current = sections.setdefault(head[1:-1], {})
            current["[]"] = row
        elif head == "Bin centre (nm)":
            in_graph, current[head] = True, row
        elif head == "Percentile":
            in_graph, current = False, sections.setdefault("Percentiles", {})
        elif in_graph:
            bins.append(row)
        elif head:
            current.setdefault(head, row)
    return _whole(sections, tuple(bins), separator)


def _whole(
    sections: Mapping[str, Mapping[str, Row]], bins: tuple[Row, ...], separator: str
) -> Summary:
    missing = sorted(_SECTIONS - sections.keys())
    if missing or not bins or "100" not in sections["Percentiles"]:
        raise BadInput(
            f"the summary has no {' and no '.join(missing) or 'last percentile'}; the file looks "
            "cut off. Export it again with size data and percentiles."
        )
    named = sections["Experiment Details"].get("Filename:")
    videos = tuple(cell for cell in named.cells[1:] if cell) if named else ()
    if not videos or len(set(videos)) != len(videos):
        raise BadInput("found no line 'Filename:' with one name per video; export it again")
    decimal = "," if separator != "," else "."
    summary = Summary(videos, sections, bins, decimal)
    place = len(videos) + 1
    for section, line in (("Results", "[]"), ("Size Data", "Filename")):
        row = row_of(summary, section, line)
        if len(row.cells) <= place or row.cells[place] != "Average":
            raise BadInput(
                f"line {row.line}: expected the heading Average behind {len(videos)} videos. "
                "Columns were moved or removed: use the export as the instrument wrote it."
            )
    sized = row_of(summary, "Size Data", "Filename").cells[1:place]
    if sized != videos:
        raise BadInput(f"the size data name the videos {', '.join(sized)}; expected {videos}")
    return summary


def row_of(summary: Summary, section: str, line: str) -> Row:
    """Return one line of a section, or say that it is missing."""
    found = summary.sections.get(section, {}).get(line)
    if found is None:
        raise BadInput(
            f"the summary has no line {line!r} under [{section}]; it is cut off, or of a version "
            "that the kit does not know. Export it again with NTA 3.2 or 3.4."
        )
    return found


def video_cells(summary: Summary, row: Row) -> Sequence[str]:
    """Return the cells of the videos, or say that the line has too few or too many."""
    cells = row.cells[1 : len(summary.videos) + 1]
    spare = row.cells[len(summary.videos) + 3 :]
    if len(cells) < len(summary.videos) or any(spare):
        raise BadInput(
            f"line {row.line} has {len(row.cells)} cells for {len(summary.videos)} videos; a "
            "decimal comma splits numbers in a comma-separated file, or the file is cut off."
        )
    return cells


def figure(cell: str, line: int, what: str, decimal: str) -> float:
    """Return the number of a cell, 0 or more, or say what it is instead."""
    if _PLAIN.fullmatch(cell):
        return float(cell)
    try:
        # 3.2 prints 1.43e+09 as 1430000000; a comma can only be a decimal comma here
        value = number(cell, decimal=decimal if "," in cell else ".")
    except BadInput as error:
        raise BadInput(f"line {line}, {what}: {error}") from None
    if math.isnan(value) or value < 0:
        raise BadInput(f"line {line}, {what}: found {cell!r}, expected a number of 0 or more")
    return value
