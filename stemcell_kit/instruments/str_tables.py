"""STR genotypes: the long table of GeneMapper, or one row per sample with a column per marker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.str_alleles import (
    MARKERS,
    allele_names,
    is_marker,
    marker_name,
    not_a_name,
    peak_height,
)
from stemcell_kit.instruments.table import end_warnings, ends_well
from stemcell_kit.instruments.text import FileSource, Row, decode, head, read_bytes, rows
from stemcell_kit.instruments.workbook import SheetRow, is_workbook, sheet_rows

__all__ = ["MARKERS", "UNITS_STR", "looks_like_str", "read_str"]

UNITS_STR = {f"height_{place}": "RFU" for place in range(1, 5)}

_SAMPLE = ("samplename", "sample", "samplefile", "sampleid")
_ABOUT = {"role", "donor", "comment", "comments", *_SAMPLE}
_HEAD_LINES = 200
_PLACES = 4


@dataclass(frozen=True)
class _Table:
    """A table with its header first; ``typed`` holds the same rows of a workbook."""

    rows: Sequence[Row]
    decimal: str
    typed: Sequence[SheetRow] = ()

    @property
    def headings(self) -> list[str]:
        return [_plain(cell) for cell in self.rows[0].cells]


def read_str(source: FileSource, *, numbers: bool = False, complete: bool = False) -> pd.DataFrame:
    """Read STR genotypes from text or a workbook; alleles stay text, as 9.3 is a name.

    Parameters
    ----------
    numbers
        Accept alleles such as 9.3 that a workbook holds as numbers; each cell has one allele.
    complete
        Say that the file is whole although its last line has no line end.

    Returns
    -------
    One row per sample and marker: ``sample, marker, allele_1 .. allele_4, height_1 ..
    height_4`` (RFU; NaN if not in the file). A homozygote has one allele; no call has none.

    Raises
    ------
    BadInput
        The file is no STR table, is cut off, or a cell is no allele.
    """
    raw = read_bytes(source)
    table = _workbook_table(raw) if is_workbook(raw) else _text_table(decode(raw))
    warnings: tuple[str, ...] = ()
    if len(table.rows) > 1 and not (complete or table.typed or ends_well(decode(raw))):
        warnings = end_warnings(table.rows[0], table.rows[-1])
    peaks = _long if _is_long(table.headings) else _wide
    found = _frame(list(peaks(table, numbers)))
    found.attrs["warnings"] = (*_doubts(found), *warnings)
    return found


def looks_like_str(raw: bytes) -> bool:
    """Say whether the file has the headings of an STR table, two of them markers if it is wide."""
    try:
        table = _workbook_table(raw) if is_workbook(raw) else _text_table(head(raw))
    except BadInput:
        return False
    return _is_long(table.headings) or sum(map(is_marker, table.rows[0].cells)) > 1


def _text_table(text: str) -> _Table:
    for separator in ("\t", ";", ","):
        found = list(rows(text, separator))
        for start, row in enumerate(found[:_HEAD_LINES]):
            if _is_header(row):
                return _Table(found[start:], "," if separator != "," else ".")
    raise _no_table(text.strip().split("\n")[0][:100])


def _workbook_table(raw: bytes) -> _Table:
    sheets = sheet_rows(raw)
    for found in sheets.values():
        for start, row in enumerate(found[:_HEAD_LINES]):
            if _is_header(row.as_row()):
                return _Table([one.as_row() for one in found[start:]], ".", found[start:])
    raise _no_table(", ".join(sheets))


def _no_table(first: str) -> BadInput:
    return BadInput(
        f"this is no STR table: it begins with {first!r}. Expected headings Sample Name, Marker, "
        "Allele 1 (long), or Sample Name and the markers (wide); export the genotypes again."
    )


def _is_header(row: Row) -> bool:
    headings = [_plain(cell) for cell in row.cells]
    if not any(name in headings for name in _SAMPLE):
        return False
    return _is_long(headings) or any(map(is_marker, row.cells))


def _is_long(headings: Sequence[str]) -> bool:
    return "marker" in headings and "allele1" in headings


def _plain(words: str) -> str:
    return re.sub(r"[\s_]", "", words).casefold()


def _sample_place(headings: list[str]) -> int:
    return next(headings.index(name) for name in _SAMPLE if name in headings)


def _long(table: _Table, numbers: bool) -> Iterator[dict[str, object]]:
    headings = table.headings
    sample, marker = _sample_place(headings), headings.index("marker")
    places = _allele_places(headings)
    # some exports leave out the unused last alleles of a line
    needed = max(sample, marker, places[0][0]) + 1
    if any(is_marker(row.cells[sample]) for row in table.rows[1:] if len(row.cells) > sample):
        raise BadInput("the sample column holds markers; check whether two headings are exchanged")
    for place, row in enumerate(table.rows[1:], start=1):
        if len(row.cells) < needed:
            raise BadInput(f"line {row.line} ends early; the file looks cut off. Export it again.")
        if table.typed:
            _check_types(table.typed[place], [allele for allele, _ in places], numbers)
        peaks = _line_peaks(row, row.cells[marker], places, table.decimal)
        yield _peaks(row.cells[sample], row.cells[marker], peaks)


def _allele_places(headings: list[str]) -> list[tuple[int, int | None]]:
    """Return where each allele and its height stand; a heading that is missing is refused."""
    numbers = {
        kind: {int(h[len(kind) :]) for h in headings if re.fullmatch(rf"{kind}\d+", h)}
        for kind in ("allele", "height")
    }
    alleles, heights = numbers["allele"], numbers["height"]
    if alleles != set(range(1, len(alleles) + 1)) or (heights and heights != alleles):
        raise BadInput(
            f"found columns for alleles {sorted(alleles)} and heights {sorted(heights)}; expected "
            "the same numbers from 1 on. A heading may be damaged: export the genotypes again."
        )
    return [
        (headings.index(f"allele{n}"), headings.index(f"height{n}") if heights else None)
        for n in sorted(alleles)
    ]


def _line_peaks(
    row: Row, marker: str, places: Sequence[tuple[int, int | None]], decimal: str
) -> dict[str, float]:
    peaks: dict[str, float] = {}
    ended = False
    for allele_place, height_place in places:
        written = _at(row, allele_place).strip()
        height = peak_height(_at(row, height_place), f"line {row.line}", decimal)
        if (written and ended) or (not written and height == height):
            raise BadInput(
                f"line {row.line}: an allele is missing before a later allele or its height; a "
                "cell is lost or moved. Export the genotypes again."
            )
        ended = not written
        found = allele_names(written, f"line {row.line}", marker)
        peaks |= {allele: height for allele in found if allele not in peaks}
    return peaks


def _at(row: Row, place: int | None) -> str:
    return "" if place is None or place >= len(row.cells) else row.cells[place]


def _check_types(row: SheetRow, places: Sequence[int], numbers: bool) -> None:
    for place in places:
        if place < len(row.values):
            not_a_name(row.values[place], row.where(place), numbers=numbers)


def _wide(table: _Table, numbers: bool) -> Iterator[dict[str, object]]:
    names, headings = table.rows[0].cells, table.headings
    sample = _sample_place(headings)
    markers = [(n, name) for n, name in enumerate(names) if name and headings[n] not in _ABOUT]
    for line, row in enumerate(table.rows[1:], start=1):
        if len(row.cells) <= max(markers[-1][0], sample) or any(row.cells[len(names) :]):
            raise BadInput(
                f"line {row.line} has {len(row.cells)} of {len(names)} cells; the file looks cut "
                "off, or a comma between alleles has split a cell. Export it again."
            )
        if table.typed:
            _check_types(table.typed[line], [place for place, _ in markers], numbers)
        for place, name in markers:
            found = allele_names(row.cells[place], f"line {row.line}", name)
            yield _peaks(row.cells[sample], name, dict.fromkeys(found, float("nan")))


def _peaks(sample: str, marker: str, peaks: dict[str, float]) -> dict[str, object]:
    row: dict[str, object] = {"sample": sample, "marker": marker_name(marker)}
    alleles = list(peaks)
    for place in range(max(_PLACES, len(alleles))):
        there = place < len(alleles)
        row[f"allele_{place + 1}"] = alleles[place] if there else ""
        row[f"height_{place + 1}"] = peaks[alleles[place]] if there else float("nan")
    return row


def _doubts(table: pd.DataFrame) -> Iterator[str]:
    heights = table.filter(like="height_")
    alleles = table.filter(like="allele_").to_numpy() != ""
    if heights.notna().any(axis=None) and (alleles & heights.isna().to_numpy()).any():
        yield "some alleles have no height; they may have been added by hand"
    for marker in table["marker"].unique():
        if not is_marker(marker):
            yield f"no kit names the marker {marker!r}; check its spelling"
    twice = table.loc[table.duplicated(["sample", "marker"]), ["sample", "marker"]]
    for sample, marker in twice.drop_duplicates().itertuples(index=False):
        yield f"{sample} has marker {marker} more than once; keep one run of it"


def _frame(found: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(found)
    if table.empty:
        raise BadInput("the STR table has headings but no sample; export the genotypes again")
    if (table["sample"].str.strip() == "").any() or (table["marker"] == "").any():
        raise BadInput("a line has no sample name or no marker; fill it in before you read it")
    alleles = sorted(name for name in table.columns if name.startswith("allele_"))
    heights = sorted(name for name in table.columns if name.startswith("height_"))
    table[alleles] = table[alleles].fillna("")
    return table[["sample", "marker", *alleles, *heights]]
