"""The batch result of CLASTR, the STR search of Cellosaurus: CSV with every field quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.str_alleles import allele_names, is_marker, marker_name
from stemcell_kit.instruments.table import ends_well
from stemcell_kit.instruments.text import FileSource, Row, decode, head, number, read_bytes, rows

__all__ = ["UNITS_CLASTR", "looks_like_clastr", "read_clastr"]

UNITS_CLASTR = {"score_percent": "%"}

_FIRST = ("Accession", "Name", "Score")
_PROBLEM = re.compile(r"\s*\(problematic cell line\)", re.IGNORECASE)
_VERSION = re.compile(r"\s*\(?\b(best|worst)\)?$", re.IGNORECASE)
_HIGHEST = 100.0


def read_clastr(source: FileSource) -> pd.DataFrame:
    """Read the hits of one search.

    Returns
    -------
    One row per profile, the query first: ``accession, name, version`` (``Best`` or ``Worst`` where
    sources conflict), ``problematic, markers, score_percent`` and one column per marker with the
    alleles as text, ``"12,13"``. The query has no accession, markers or score (NaN).
    ``.attrs["settings"]`` is the description of the run.

    Raises
    ------
    BadInput
        The file is no such result, is cut off, or a cell is no allele.
    """
    text = decode(read_bytes(source))
    table = list(rows(text, ","))
    if not table or not _is_header(table[0]):
        first = text.strip().split("\n")[0][:100]
        raise BadInput(
            f"this is no CLASTR result: it begins with {first!r}. Expected Accession, Name, Nº "
            "Markers, Score and the markers; choose CSV when you export the search."
        )
    if not ends_well(text):
        raise BadInput(
            "the last line ends inside a field; the file looks cut off. Export it again."
        )
    header, body = table[0], table[1:]
    if not body:
        raise BadInput("the CLASTR result has headings but no profile; export it again")
    places = _places(header)
    found = pd.DataFrame([_profile(row, header, places) for row in body])
    if found["score_percent"].notna().sum() != len(found) - 1:
        raise BadInput("expected one query, the first profile, and a score for each other one")
    found.attrs["settings"] = header.cells[-1].removeprefix("#Description:").strip()
    return found


def looks_like_clastr(raw: bytes) -> bool:
    """Say whether the first line has the headings of a search result."""
    table = list(rows(head(raw).split("\n")[0], ","))
    return bool(table) and _is_header(table[0])


def _is_header(row: Row) -> bool:
    return set(_FIRST) <= set(row.cells) and any(c.startswith("#Description") for c in row.cells)


def _places(header: Row) -> tuple[int, int, int, int, Sequence[int]]:
    cells = header.cells
    counts = [n for n, cell in enumerate(cells) if re.fullmatch(r"\S{0,3}\s*Markers", cell)]
    if len(counts) != 1:
        raise BadInput("no column Nº Markers; a heading may be damaged. Export the search again.")
    named = {*counts, *(cells.index(name) for name in _FIRST), len(cells) - 1}
    markers = [n for n in range(len(cells)) if n not in named]
    strange = [cells[n] for n in markers if not is_marker(cells[n])]
    if strange:
        raise BadInput(
            f"{', '.join(map(repr, strange))} is no marker; a heading may be damaged. Export again."
        )
    accession, name, score = (cells.index(one) for one in _FIRST)
    return accession, name, score, counts[0], markers


def _profile(
    row: Row, header: Row, places: tuple[int, int, int, int, Sequence[int]]
) -> dict[str, object]:
    accession, name, score, count, markers = places
    if len(row.cells) < len(header.cells) - 1:
        raise BadInput(
            f"line {row.line} has {len(row.cells)} of {len(header.cells) - 1} cells; the file looks "
            "cut off. Export it again."
        )
    words = row.cells[name]
    plain = _PROBLEM.sub("", words)
    version = _VERSION.search(plain)
    return {
        "accession": "" if row.cells[accession] == "NA" else _accession(row, accession),
        "name": _VERSION.sub("", plain).strip(),
        "version": version[1].capitalize() if version else "",
        "problematic": plain != words,
        "markers": number(row.cells[count]),
        "score_percent": _score(row, score),
        **{
            marker_name(header.cells[place]): ",".join(
                allele_names(row.cells[place], f"line {row.line}", header.cells[place])
            )
            for place in markers
        },
    }


def _accession(row: Row, place: int) -> str:
    found = row.cells[place]
    plain = re.fullmatch(r"(CVCL_[A-Z0-9]{4})\s*(?:\(?(?:best|worst)\)?)?", found, re.IGNORECASE)
    if plain is None:
        raise BadInput(f"line {row.line}: {found!r} is no accession; expected e.g. CVCL_A324")
    return plain[1]


def _score(row: Row, place: int) -> float:
    cell = row.cells[place]
    score = number(cell)
    if score == score and not (cell.endswith("%") and 0 <= score <= _HIGHEST):
        raise BadInput(f"line {row.line}: score {cell!r}; expected 0 to 100 with %, e.g. 69.23%")
    return score
