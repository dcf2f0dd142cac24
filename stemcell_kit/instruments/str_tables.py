"""STR genotypes: the long table of GeneMapper, or one row per sample with a column per marker."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, Row, decode, number, read_bytes, rows

__all__ = ["MARKERS", "read_str"]

MARKERS = (
    "AMEL",
    "D5S818",
    "D13S317",
    "D7S820",
    "D16S539",
    "vWA",
    "TH01",
    "TPOX",
    "CSF1PO",
    "D8S1179",
    "D3S1358",
    "D18S51",
    "D21S11",
    "FGA",
    "Penta D",
    "Penta E",
    "D2S1338",
    "D19S433",
)

_SPELLINGS = {"am": "AMEL", "amelogenin": "AMEL", "tho1": "TH01", "csf1p0": "CSF1PO"}
_SPELLINGS |= {re.sub(r"[\s_]", "", marker).casefold(): marker for marker in MARKERS}
_SAMPLE = ("samplename", "sample", "samplefile", "sampleid")
_NO_CALL = {"", "-", "nd", "ol", "?", "na", "n/a"}
_ALLELE = re.compile(r"\d{1,2}(\.\d)?|[XY]")
_PLACES = 4


def read_str(source: FileSource) -> pd.DataFrame:
    """Read STR genotypes; alleles stay text, as 9.3 is a name.

    Returns
    -------
    One row per sample and marker: ``sample, marker, allele_1 .. allele_4, height_1 ..
    height_4`` (RFU; NaN if not in the file). A homozygote has one allele; no call has none.

    Raises
    ------
    BadInput
        The file is no STR table, or a cell is no allele.
    """
    text = decode(read_bytes(source))
    for separator in ("\t", ";", ","):
        table = list(rows(text, separator))
        for start, row in enumerate(table):
            headings = [_plain(cell) for cell in row.cells]
            if not any(name in headings for name in _SAMPLE):
                continue
            if "marker" in headings and "allele1" in headings:
                return _frame(_long(headings, table[start + 1 :], "," if separator != "," else "."))
            if any(heading in _SPELLINGS for heading in headings):
                return _frame(_wide(row.cells, table[start + 1 :]))
    first = text.strip().split("\n")[0][:100]
    raise BadInput(
        f"this is no STR table: it begins with {first!r}. Expected headings Sample Name, Marker, "
        "Allele 1 (long), or Sample Name and the markers (wide); export the genotypes again."
    )


def _plain(words: str) -> str:
    return re.sub(r"[\s_]", "", words).casefold()


def _sample_place(headings: list[str]) -> int:
    return next(headings.index(name) for name in _SAMPLE if name in headings)


def _long(headings: list[str], body: list[Row], decimal: str) -> Iterator[dict[str, object]]:
    sample, marker = _sample_place(headings), headings.index("marker")
    # some exports leave out the unused last alleles of a line
    needed = max(sample, marker, headings.index("allele1")) + 1
    for row in body:
        if len(row.cells) < needed:
            raise BadInput(f"line {row.line} ends early; the file looks cut off. Export it again.")
        peaks: dict[str, float] = {}
        for place in range(1, len(headings)):
            if f"allele{place}" not in headings:
                break
            found = _alleles(_at(row, headings, f"allele{place}"), row.line)
            height = number(_at(row, headings, f"height{place}"), decimal=decimal)
            peaks |= {allele: height for allele in found if allele not in peaks}
        yield _peaks(row.cells[sample], row.cells[marker], peaks)


def _at(row: Row, headings: list[str], heading: str) -> str:
    if heading not in headings or headings.index(heading) >= len(row.cells):
        return ""
    return row.cells[headings.index(heading)]


def _wide(names: tuple[str, ...], body: list[Row]) -> Iterator[dict[str, object]]:
    headings = [_plain(name) for name in names]
    sample = _sample_place(headings)
    about = {"role", "donor", "comment", "comments", *_SAMPLE}
    markers = [(n, name) for n, name in enumerate(names) if name and headings[n] not in about]
    for row in body:
        if len(row.cells) <= markers[-1][0]:
            raise BadInput(
                f"line {row.line} has {len(row.cells)} of {len(names)} cells; the file looks cut "
                "off. Export it again."
            )
        for place, name in markers:
            found = dict.fromkeys(_alleles(row.cells[place], row.line), float("nan"))
            yield _peaks(row.cells[sample], name, found)


def _alleles(cell: str, line: int) -> list[str]:
    found = []
    for word in re.split(r"[,;/\s]+", cell.strip()):
        if word.casefold() in _NO_CALL:
            continue
        # a spreadsheet turns the name 10 into the number 10.0
        allele = word.upper().removesuffix(".0")
        if not _ALLELE.fullmatch(allele):
            raise BadInput(
                f"line {line}: {word!r} is no allele; expected a name such as 12, 9.3, X or Y. "
                "A spreadsheet may have changed it: export from the genotyping software again."
            )
        found.append(allele)
    return list(dict.fromkeys(found))


def _peaks(sample: str, marker: str, peaks: dict[str, float]) -> dict[str, object]:
    row: dict[str, object] = {"sample": sample, "marker": _SPELLINGS.get(_plain(marker), marker)}
    alleles = list(peaks)
    for place in range(max(_PLACES, len(alleles))):
        there = place < len(alleles)
        row[f"allele_{place + 1}"] = alleles[place] if there else ""
        row[f"height_{place + 1}"] = peaks[alleles[place]] if there else float("nan")
    return row


def _frame(found: Iterator[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(list(found))
    if table.empty:
        raise BadInput("the STR table has headings but no sample; export the genotypes again")
    alleles = sorted(name for name in table.columns if name.startswith("allele_"))
    heights = sorted(name for name in table.columns if name.startswith("height_"))
    table[alleles] = table[alleles].fillna("")
    return table[["sample", "marker", *alleles, *heights]]
