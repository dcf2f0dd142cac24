"""Entries of Cellosaurus in its text form, with two-letter line codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.str_alleles import allele_names, is_marker, marker_name
from stemcell_kit.instruments.text import FileSource, decode, head, read_bytes

__all__ = ["UNITS_CELLOSAURUS", "looks_like_cellosaurus", "read_cellosaurus"]

UNITS_CELLOSAURUS: dict[str, str] = {}

_LINE = re.compile(r"([A-Z]{2})   (\S.*)")
_ACCESSION = re.compile(r"CVCL_[A-Z0-9]{4}")
_STR = re.compile(r"([^:]+): ([^()]*?)(?: \(([^()]+)\))?")


def read_cellosaurus(source: FileSource) -> pd.DataFrame:
    """Read the STR profiles of the entries.

    Returns
    -------
    One row per entry, marker and version: ``accession, name, category, species, sex, problematic,
    marker, alleles`` (text, ``"11,12"``), ``version`` (1 for the first listed) and ``sources``.
    Where sources conflict, a marker has several versions. ``.attrs["without_profile"]`` names the
    entries without STR data.

    Raises
    ------
    BadInput
        A line has no code, an entry is cut off or has no accession, or a cell is no allele.
    """
    text = decode(read_bytes(source))
    found: list[dict[str, object]] = []
    without = []
    for entry in _entries(text):
        markers = [(n, words) for n, code, words in entry if code == "ST"]
        about = _about(entry)
        rows = list(_markers(markers))
        found += [{**about, **row} for row in rows]
        without += [str(about["accession"])] * (not rows)
    if not found:
        raise BadInput("no entry has STR data (lines ST); choose entries with a profile")
    table = pd.DataFrame(found)
    table.attrs["without_profile"] = tuple(without)
    return table


def looks_like_cellosaurus(raw: bytes) -> bool:
    """Say whether the file has an entry that begins with ID and goes on with AC."""
    return re.search(r"^ID   \S.*\nAC   CVCL_", head(raw, 20_000), re.MULTILINE) is not None


def _entries(text: str) -> Iterator[list[tuple[int, str, str]]]:
    entry: list[tuple[int, str, str]] = []
    begun = False
    for n, line in enumerate(text.split("\n"), start=1):
        if line.startswith("ID   "):
            if entry:
                raise BadInput(
                    f"line {n}: an entry begins before // ended the last; a line is lost"
                )
            begun = True
        if not begun or not line.strip():
            continue  # the file's head
        if line.rstrip() == "//":
            yield entry
            entry, begun = [], False
            continue
        form = _LINE.fullmatch(line.rstrip())
        if form is None:
            raise BadInput(
                f"line {n} is {line[:60]!r}; expected two capitals, three spaces and text. The "
                "file is damaged: download the entry again."
            )
        entry.append((n, form[1], form[2]))
    if begun:
        raise BadInput("the last entry has no // at its end; the file looks cut off")


def _about(entry: Sequence[tuple[int, str, str]]) -> dict[str, object]:
    first: dict[str, str] = {}
    for _, code, words in entry:
        first.setdefault(code, words)
    accession = first.get("AC", "")
    if not _ACCESSION.fullmatch(accession):
        raise BadInput(
            f"entry {first.get('ID', '')!r} has the accession {accession!r}; expected e.g. CVCL_A324"
        )
    return {
        "accession": accession,
        "name": first["ID"],
        "category": first.get("CA", ""),
        "species": first.get("OX", "").partition("! ")[2],
        "sex": first.get("SX", ""),
        "problematic": any(w.startswith("Problematic") for _, code, w in entry if code == "CC"),
    }


def _markers(lines: Sequence[tuple[int, str]]) -> Iterator[dict[str, object]]:
    versions: dict[str, list[list[str]]] = {}
    for n, words in lines:
        if words.startswith("Source(s): "):
            continue
        form = _STR.fullmatch(words)
        if form is None or not is_marker(form[1]):
            raise BadInput(
                f"line {n}: {words!r} is no STR line; expected a marker and its alleles, e.g. "
                "D5S818: 11,12 (PubMed=18035408)"
            )
        if not re.fullmatch(r"[^,\s]+(,[^,\s]+)*", form[2]):
            raise BadInput(f"line {n}: found the alleles {form[2]!r}; expected e.g. 11,12")
        marker, alleles = marker_name(form[1]), allele_names(form[2], f"line {n}", form[1])
        seen = versions.setdefault(marker, [])
        if alleles in seen:
            raise BadInput(f"line {n} repeats {words!r}; a line may be doubled")
        seen.append(alleles)
        yield {
            "marker": marker,
            "alleles": ",".join(alleles),
            "version": len(seen),
            "sources": form[3] or "",
        }
