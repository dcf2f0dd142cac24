"""The readers: odd but readable exports are read, wrong ones are refused with a reason."""

from __future__ import annotations

import io
import subprocess
import sys
from array import array
from collections.abc import Callable

import flowio
import pandas as pd
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import (
    read_counter,
    read_fcs,
    read_karyotype_sheet,
    read_nat_run,
    read_passage_log,
    read_quantstudio,
    read_sheet,
    read_str,
)

LONG = """Sample Name\tMarker\tAllele 1\tHeight 1\tAllele 2\tHeight 2
A-M1\tTHO1\t6\t900\t9.3\t870
A-M1\tAmelogenin\tX\t1800\tX\t1800
A-M1\tPenta_D\tOL\t \t \t
"""
PLATE = """* Experiment Type = Comparative C\u0442 (\u0394\u0394C\u0442)
* Instrument Type = QuantStudio

[Results]
Well\tWell Position\tSample Name\tTarget Name\tTask\tReporter\tC\u0442\t
1\tA1\tA-M1\tBCL2L1\tUNKNOWN\tFAM\t24.512\t
2\tA2\tA-M1\tSRY\tUNKNOWN\tFAM\tUndetermined\t

Analysis Type = Singleplex
"""
COUNTER = """Sample ID,Cell count,Viable cells,Total (x10^6) cells/mL,Viable (x10^6) cells/mL,\
Viability (%),Average diameter (μm),Analysis date/time,Analysis by,Dilution
A-M1_1,2200,2100,1.57,1.50,95.45,14.7,3/21/2024 16:56,OP-03,2
A-M1_2,ERROR: bubbles in the flow cell
"""


def tube(events: list[float], names: list[str], **about: str) -> bytes:
    """A small FCS file."""
    stream = io.BytesIO()
    flowio.create_fcs(stream, array("f", events), names, metadata_dict=about)
    return stream.getvalue()


# --- STR -----------------------------------------------------------------------------------


def test_markers_are_spelt_one_way_and_homozygotes_count_once() -> None:
    """THO1 is TH01, X with X is one allele, off-ladder is no call."""
    table = read_str(LONG.encode("utf-8")).set_index("marker")

    assert list(table.index) == ["TH01", "AMEL", "Penta D"]
    assert list(table.loc["TH01", ["allele_1", "allele_2"]]) == ["6", "9.3"]
    assert list(table.loc["AMEL", ["allele_1", "allele_2"]]) == ["X", ""]
    assert table.loc["Penta D", "allele_1"] == ""
    assert table.loc["TH01", "height_2"] == 870


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_an_str_table_is_read_in_any_encoding(encoding: str) -> None:
    """Alleles are text in each of them."""
    table = read_str(LONG.replace("\n", "\r\n").encode(encoding))

    assert table["allele_2"].tolist() == ["9.3", "", ""]


def test_a_wide_table_is_read_with_its_own_markers() -> None:
    """Separators of several kinds; a marker that no kit names stays as written."""
    table = read_str(b'Sample Name,vWa,TH01,Mouse 18-3\nA,"15, 18",6/9.3,10.0\nB,ND,-,12\n')

    assert table["marker"].tolist() == ["vWA", "TH01", "Mouse 18-3"] * 2
    assert table["allele_1"].tolist() == ["15", "6", "10", "", "", "12"]
    assert table["allele_2"].tolist() == ["18", "9.3", "", "", "", ""]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sample Name,TH01\nA,9-Mar\n", "line 2: '9-Mar' is no allele"),
        ("Sample Name,TH01,vWA\nA,6\n", "2 of 3 cells"),
        ("Sample Name,TH01\n", "no sample"),
        ("time,signal\n1,2\n", "no STR table.*time,signal"),
        (LONG + "A-M1", "ends after 1 of 6 cells"),
    ],
)
def test_a_broken_str_table_is_refused(text: str, reason: str) -> None:
    """Spreadsheet damage, cut files and other files."""
    with pytest.raises(BadInput, match=reason):
        read_str(text.encode("utf-8"))


# --- PCR -----------------------------------------------------------------------------------


def test_a_plate_with_a_cyrillic_heading_is_read() -> None:
    """The heading of Cq is written with a Cyrillic letter; undetermined is missing."""
    plate = read_quantstudio(PLATE.encode("utf-8"))

    assert plate["cq"].iloc[0] == 24.512
    assert plate["cq"].isna().tolist() == [False, True]
    assert plate.attrs["head"]["Instrument Type"] == "QuantStudio"


def test_a_plate_with_decimal_commas_in_utf_16_is_read() -> None:
    """A German instrument."""
    plate = read_quantstudio(PLATE.replace("24.512", "24,512").encode("utf-16"))

    assert plate["cq"].iloc[0] == 24.512


def test_a_plate_without_results_is_refused() -> None:
    """The sections that were found are named."""
    with pytest.raises(BadInput, match=r"found \[Sample Setup\] but no \[Results\]"):
        read_quantstudio(PLATE.replace("[Results]", "[Sample Setup]").encode("utf-8"))


def test_a_quantstudio_run_with_internal_control_becomes_one_row_per_well() -> None:
    """Both targets of a well stand side by side."""
    wells = PLATE.replace("BCL2L1", "Myco").replace("2\tA2\tA-M1\tSRY", "1\tA1\tA-M1\tIPC")
    run = read_nat_run(wells.encode("utf-8"))

    assert run["target_cq"].tolist() == [24.512]
    assert run["control_cq"].isna().all()
    with pytest.raises(BadInput, match="no target 'IC'"):
        read_nat_run(wells.encode("utf-8"), internal_control="IC")


# --- counts --------------------------------------------------------------------------------


def test_a_failed_run_of_the_counter_is_named_not_counted() -> None:
    """A sentence in a count cell takes the run out of the table."""
    counts = read_counter(COUNTER.encode("utf-16"))

    assert counts["live_per_ml"].tolist() == [1.5e6]
    assert counts["dead_cells"].tolist() == [100]
    assert counts["measured"].tolist() == ["2024-03-21T16:56"]
    assert counts.attrs["failed"] == ("A-M1_2",)


def test_a_date_that_does_not_exist_asks_for_the_other_order() -> None:
    """Month 21 means that the day comes first."""
    swapped = COUNTER.replace("3/21/2024", "21/3/2024").encode("utf-8")

    with pytest.raises(BadInput, match="day_first=True"):
        read_counter(swapped)
    assert read_counter(swapped, day_first=True)["measured"].tolist() == ["2024-03-21T16:56"]


def test_a_counter_with_decimal_commas_is_read() -> None:
    """Semicolons between the cells, commas in the numbers."""
    text = COUNTER.split("A-M1_2")[0].replace(",", ";").replace(".", ",")

    assert read_counter(text.encode("latin-1", "replace"))["total_per_ml"].tolist() == [1.57e6]


# --- karyotype -----------------------------------------------------------------------------


def test_the_kind_of_a_change_is_read_from_its_first_sign() -> None:
    """Plus is a gain, any dash a loss, anything else structural."""
    sheet = "Lot,Cell,Chromosome count,Sex chromosomes,Abnormalities\n"
    changes = ["+12", "\u22127", "del(6)(q13q21)", ""]
    sheet += "".join(f"A-M1,{n},46,XX,{change}\n" for n, change in enumerate(changes, start=1))

    table = read_karyotype_sheet(sheet.encode("utf-8"))
    assert table["kind"].tolist() == ["gain", "loss", "structural", "normal"]
    assert table["abnormalities"].iloc[1] == "-7"


# --- flow ----------------------------------------------------------------------------------


def test_fcs_events_come_on_the_linear_scale() -> None:
    """Two events of two channels, with the keywords beside them."""
    table = read_fcs(tube([1.5, 2.0, 3.0, 4.0], ["FSC-A", "B525-A"], **{"tube name": "stained"}))

    assert table.to_numpy().tolist() == [[1.5, 2.0], [3.0, 4.0]]
    assert table.attrs["detectors"] == ["FSC-A", "B525-A"]
    assert table.attrs["keywords"]["tube name"] == "stained"


@pytest.mark.parametrize("kept", [4, 100, 300, -4])
def test_a_cut_fcs_file_is_refused(kept: int) -> None:
    """Cut in the header, in the text and in the data."""
    raw = tube([float(n) for n in range(2000)], ["FSC-A", "B525-A"])

    with pytest.raises(BadInput, match="cannot be read for certain"):
        read_fcs(raw[:kept])


# --- all -----------------------------------------------------------------------------------


READERS: list[Callable[[bytes], pd.DataFrame]] = [
    read_counter,
    read_fcs,
    read_karyotype_sheet,
    read_nat_run,
    read_passage_log,
    read_quantstudio,
    read_str,
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xef\xbb\xbf",
        b"time,signal\n1,2\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04x",
        b'"',
    ],
    ids=["empty", "mark only", "other table", "picture", "workbook", "quote"],
)
def test_a_wrong_file_is_refused_by_every_reader(
    reader: Callable[[bytes], pd.DataFrame], raw: bytes
) -> None:
    """No reader returns a table from a file that is not its own."""
    with pytest.raises(BadInput):
        reader(raw)


def test_an_unknown_sheet_is_refused() -> None:
    """The kinds are named."""
    with pytest.raises(BadInput, match="choose one of donors"):
        read_sheet(b"Lot\nA\n", "telomeres")


def test_importing_the_readers_loads_nothing_heavy() -> None:
    """pandas comes with the first reader, not with the package."""
    code = "import sys, stemcell_kit.instruments; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
