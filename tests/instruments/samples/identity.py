"""STR tables, search results and traces, and the counter's export."""

from __future__ import annotations

from collections.abc import Callable

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.abif_writer import abif_bytes
from stemcell_kit.bank.exports.banking import counter_csv, genemapper_text

__all__ = ["CELLOSAURUS", "CLASTR", "SAMPLES"]

LOT = "SKTi001-A-M1"

CLASTR = """\
"Accession","Name","Nº Markers","Score","Amel","CSF1PO","D5S818","TH01","vWA",\
"#Description: Cellosaurus release 29, Tanabe, non-empty, filter 60%"
"NA","Query","NA","NA","X","10","11","5","15,18",""
"CVCL_A324","201B7","4","100.00%","X","10","11","5","15,18",""
"CVCL_0238","Chang Liver Best (Problematic cell line)","4","66.67%","X","9,10","11,12","7","16,18",""
"CVCL_0238","Chang Liver Worst (Problematic cell line)","4","61.54%","X","10","12","7","16,17,18",""
"""

CELLOSAURUS = """\
----------------------------------------------------------------------------
        An excerpt of CELLOSAURUS, CC BY 4.0
----------------------------------------------------------------------------

ID   201B7
AC   CVCL_A324
CC   Population: Caucasian.
ST   Source(s): PubMed=18035408
ST   Amelogenin: X
ST   CSF1PO: 10
ST   D5S818: 11
ST   D7S820: 9,10
ST   TH01: 5
OX   NCBI_TaxID=9606; ! Homo sapiens (Human)
SX   Female
CA   Induced pluripotent stem cell
//
ID   Chang Liver
AC   CVCL_0238
CC   Problematic cell line: Contaminated. Shown to be a HeLa derivative.
ST   Source(s): CLS; ECACC
ST   Amelogenin: X
ST   D5S818: 11,12 (ECACC)
ST   D5S818: 12 (CLS)
ST   TH01: 7
OX   NCBI_TaxID=9606; ! Homo sapiens (Human)
SX   Female
CA   Cancer cell line
//
"""


def genemapper() -> bytes:
    """One lot and its donor at 18 markers."""
    return genemapper_text(build(7).table("str", [LOT])).encode("utf-8")


def counter() -> bytes:
    """Three counts of each of four lots."""
    lots = [LOT, "SKTi001-A-W1", "SKTi003-A-M1", "SKTi003-A-W1"]
    return counter_csv(build(7).table("counts", lots)).encode("utf-8")


def traces() -> bytes:
    """Thirty scans of two dyes."""
    return abif_bytes(
        {
            ("DATA", 1): [(place * 37) % 500 for place in range(30)],
            ("DATA", 2): [(place * 91) % 700 for place in range(30)],
            ("DyeN", 1): "6-FAM",
            ("DyeN", 2): "LIZ",
            ("SpNm", 1): LOT,
            ("StdF", 1): "SIZES-500",
            ("RUND", 1): (2024, 3, 1),
        }
    )


SAMPLES: dict[str, Callable[[], bytes]] = {
    "str": genemapper,
    "vicell": counter,
    "clastr": lambda: CLASTR.encode("utf-8"),
    "cellosaurus": lambda: CELLOSAURUS.encode("utf-8"),
    "abif": traces,
}
