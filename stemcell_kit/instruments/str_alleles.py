"""Spellings of STR markers, and alleles as text."""

from __future__ import annotations

import datetime as dt
import re

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import number

__all__ = ["MARKERS", "allele_names", "is_marker", "marker_name", "not_a_name", "peak_height"]

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
_MORE = "D1S1656 D2S441 D6S1043 D10S1248 D12S391 D22S1045 DXS101 DYS391 F13A01 F13B FESFPS LPL SE33"
_MOUSE = re.compile(r"(?:mouse)?(?:str)?(?:\d{1,2}|x)-\d{1,2}")
_SPELLINGS = {"am": "AMEL", "amelogenin": "AMEL", "tho1": "TH01", "csf1p0": "CSF1PO"}
_SPELLINGS |= {
    re.sub(r"[\s_]", "", marker).casefold(): marker
    for marker in (*MARKERS, *_MORE.split(), "Penta C")
}
_NO_CALL = {"", "-", "nd", "ol", "?", "na", "n/a"}
_ALLELE = re.compile(r"\d{1,2}(\.\d)?|[XY]")
_REPEATS = re.compile(r"\d{1,2}(\.\d)?")
_SEX = re.compile("[XY]")
# the odd bases of a microvariant; as whole repeats no marker of a kit has so few
_DECIMALS = {"1", "2", "3"}


def marker_name(written: str) -> str:
    """Return the usual spelling of a marker; one that no kit names stays as written."""
    return _SPELLINGS.get(re.sub(r"[\s_]", "", written).casefold(), written)


def is_marker(written: str) -> bool:
    """Say whether a human or mouse kit has a marker of this name."""
    plain = re.sub(r"[\s_]", "", written).casefold()
    return plain in _SPELLINGS or _MOUSE.fullmatch(plain) is not None


def allele_names(cell: str, where: str, marker: str) -> list[str]:
    """Return the alleles of a cell as names, each once; none for no call.

    Raises
    ------
    BadInput
        A word of the cell is no allele of this marker, or the cell has a decimal comma.
    """
    found: list[str] = []
    form = _SEX if marker_name(marker) == "AMEL" else _REPEATS if is_marker(marker) else _ALLELE
    for word in re.split(r"[,;/\s]+", cell.strip()):
        if word.casefold() in _NO_CALL:
            continue
        # a spreadsheet turns the name 10 into the number 10.0
        allele = word.upper().removesuffix(".0")
        if not form.fullmatch(allele):
            raise BadInput(
                f"{where}: {word!r} is no allele of {marker}; expected a name such as 12 or 9.3, "
                "or X and Y for amelogenin. A spreadsheet may have changed it: export from the genotyping software again."
            )
        if found and allele in _DECIMALS and found[-1] not in _DECIMALS:
            raise BadInput(
                f"{where}: {cell!r} may be {found[-1]}.{allele} with a decimal comma; export the "
                "alleles with decimal points."
            )
        found.append(allele)
    return list(dict.fromkeys(found))


def not_a_name(value: object, where: str, *, numbers: bool) -> None:
    """Refuse an allele that a workbook holds as a date or as a number with decimals.

    *numbers* says that each cell holds one allele, so that 9.3 can only be 9.3.
    """
    if isinstance(value, (dt.date, dt.time)):
        raise BadInput(
            f"cell {where} holds the date {value}; a spreadsheet has turned an allele such as 9.3 "
            "into it. Export from the genotyping software again, as text."
        )
    if isinstance(value, float) and not value.is_integer() and not numbers:
        raise BadInput(
            f"cell {where} holds the number {value!r}; it may be the allele {value!r}, or two "
            "alleles with a decimal comma between. Export alleles as text, or say numbers=True if "
            "each cell holds one allele."
        )


def peak_height(cell: str, where: str, decimal: str) -> float:
    """Return a height in RFU; NaN if there is none.

    Raises
    ------
    BadInput
        The cell is no number, or its comma could mean two things.
    """
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", cell):
        raise BadInput(
            f"{where}: height {cell!r} may have a decimal comma or a separator of thousands; "
            "export without separators of thousands."
        )
    return number(cell, decimal=decimal)
