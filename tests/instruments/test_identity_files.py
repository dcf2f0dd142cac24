"""STR workbooks, search results, Cellosaurus entries and traces; and the one door for all files."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import (
    Column,
    read,
    read_abif,
    read_cellosaurus,
    read_clastr,
    read_counter,
    read_str,
    read_table,
)
from tests.instruments.samples.identity import CELLOSAURUS, CLASTR, SAMPLES, counter, traces


def workbook(*rows: list[Any], title: str = "Genotypes") -> bytes:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


LONG = ["Sample Name", "Marker", "Allele 1", "Height 1", "Allele 2", "Height 2"]
WIDE = ["Sample Name", "TH01", "vWA", "AMEL"]

# --- STR -----------------------------------------------------------------------------------


def test_a_genemapper_workbook_is_read() -> None:
    """Whole numbers are names; spaces around them are not."""
    raw = workbook(LONG, ["A", " vWA", 15, 900, 18, 870.5], ["A", "AMEL", " X", 1800, " ", " "])
    table = read_str(raw).set_index("marker")

    assert list(table.loc["vWA", ["allele_1", "allele_2", "height_2"]]) == ["15", "18", 870.5]
    assert list(table.loc["AMEL", ["allele_1", "allele_2"]]) == ["X", ""]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (dt.datetime(2024, 3, 9), "cell B2 holds the date 2024-03-09"),
        (9.3, "cell B2 holds the number 9.3"),
    ],
)
def test_an_allele_that_a_spreadsheet_changed_is_refused_by_its_cell(
    cell: object, reason: str
) -> None:
    """9.3 may have been "9,3": nine and three, or nine and a bit."""
    with pytest.raises(BadInput, match=reason):
        read_str(workbook(WIDE, ["A", cell, "15, 18", "X"]))


def test_one_allele_per_cell_may_be_a_number_if_you_say_so() -> None:
    """The long table of the genotyping software; a date stays refused."""
    raw = workbook(LONG, ["A", "TH01", 6, 900, 9.3, 870])
    with pytest.raises(BadInput, match="cell E2"):
        read_str(raw)
    assert read_str(raw, numbers=True)["allele_2"].tolist() == ["9.3"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_damaged_workbook_is_refused(share: float) -> None:
    """Cut off, or with zeros inside: never read in part."""
    raw = workbook(WIDE, ["A", "6", "15, 18", "X"])
    place = int(share * len(raw))
    with pytest.raises(BadInput, match="damaged or cut off"):
        read_str(raw[:place])
    with pytest.raises(BadInput, match="damaged or cut off"):
        read_str(raw[: place - 20] + bytes(20) + raw[place:])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sample Name,TH01,vWA\nA,X,15\n", "'X' is no allele of TH01"),
        ("Sample Name,AMEL,vWA\nA,12,15\n", "'12' is no allele of AMEL"),
        ('Sample Name,TH01,vWA\nA,"6,9,3","15"\n', "may be 9.3 with a decimal comma"),
        ("Sample Name,TH01,vWA\nA,6,1", "looks cut off"),
        ("Sample Name\tMarker\tAllele 1\tAllele 3\nA\tTH01\t6\t7\n", r"alleles \[1, 3\]"),
        ("Sample Name\tMarker\tAllele 1\tHeight 1\tAllele 2\nA\tTH01\t6\t7\t8\n", "heights"),
        ("Marker\tSample Name\tAllele 1\nA\tTH01\t6\n", "sample column holds markers"),
        ("\t".join(LONG) + "\nA\tTH01\t\t900\t9.3\t870\n", "an allele is missing"),
        ("\t".join(LONG) + "\nA\tTH01\t6\t1,635\t9.3\t870\n", "separator of thousands"),
    ],
)
def test_an_str_table_that_contradicts_itself_is_refused(text: str, reason: str) -> None:
    """Moved, damaged and cut tables."""
    with pytest.raises(BadInput, match=reason):
        read_str(text.encode("utf-8"))


def test_doubts_about_an_str_table_are_said() -> None:
    """A marker of no kit, a marker twice, an allele without a height."""
    text = "\t".join(LONG) + "\nA\tTHO2\t6\t900\t9.3\t\nA\tTHO2\t6\t900\t9.3\t800\n"
    warnings = read_str(text.encode("utf-8")).attrs["warnings"]

    assert any("no kit names the marker 'THO2'" in words for words in warnings)
    assert any("more than once" in words for words in warnings)
    assert any("no height" in words for words in warnings)


# --- search results and entries ------------------------------------------------------------


def test_a_search_result_is_read() -> None:
    """The query first; conflicts as versions; bad lines marked."""
    hits = read_clastr(CLASTR.encode("utf-8"))

    assert hits["name"].tolist() == ["Query", "201B7", "Chang Liver", "Chang Liver"]
    assert hits["version"].tolist() == ["", "", "Best", "Worst"]
    assert hits["problematic"].tolist() == [False, False, True, True]
    assert hits["score_percent"].tolist()[1:] == [100.0, 66.67, 61.54]
    assert hits.loc[2, "D5S818"] == "11,12"
    assert "release 29" in hits.attrs["settings"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("66.67%", "166.67%", "expected 0 to 100 with %"),
        ("66.67%", "66.67", "expected 0 to 100 with %"),
        ("CVCL_A324", "A324", "no accession"),
        ('"TH01"', '"TX01"', "'TX01' is no marker"),
        ("Nº Markers", "Number", "no column Nº Markers"),
        ('"NA","Query","NA","NA"', '"NA","Query","NA","90%"', "expected one query"),
        ("Accession", "Code", "no CLASTR result"),
    ],
)
def test_a_damaged_search_result_is_refused(old: str, new: str, reason: str) -> None:
    """Scores, accessions and headings are checked."""
    with pytest.raises(BadInput, match=reason):
        read_clastr(CLASTR.replace(old, new).encode("utf-8"))


def test_entries_of_cellosaurus_are_read() -> None:
    """Line codes, sources, and two versions of one marker where sources conflict."""
    table = read_cellosaurus(CELLOSAURUS.encode("utf-8"))
    chang = table[table["accession"] == "CVCL_0238"]

    assert chang["problematic"].all()
    assert chang.loc[chang["marker"] == "D5S818", ["alleles", "version", "sources"]].to_numpy(
    ).tolist() == [["11,12", 1, "ECACC"], ["12", 2, "CLS"]]  # fmt: skip
    assert set(table.loc[table["accession"] == "CVCL_A324", "sex"]) == {"Female"}
    assert table["species"].unique().tolist() == ["Homo sapiens (Human)"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("//\nID   Chang", "ID   Chang", "before // ended"),
        ("CA   Cancer cell line\n//\n", "CA   Cancer cell line\n", "has no // at its end"),
        ("AC   CVCL_0238", "AC   CVCL-0238", "expected e.g. CVCL_A324"),
        ("ST   TH01: 7", "ST   TH01 7", "no STR line"),
        ("ST   TH01: 7", "ST   TH01: 7,,8", "found the alleles"),
        ("ST   TH01: 7", "ST  TH01: 7", "two capitals, three spaces"),
        ("ST   D7S820: 9,10\n", "ST   D7S820: 9,10\nST   D7S820: 9,10\n", "may be doubled"),
    ],
)
def test_a_damaged_entry_is_refused(old: str, new: str, reason: str) -> None:
    """Lost ends, lost codes, doubled lines."""
    with pytest.raises(BadInput, match=reason):
        read_cellosaurus(CELLOSAURUS.replace(old, new).encode("utf-8"))


def test_entries_without_a_profile_are_named() -> None:
    """They are no rows, and not forgotten."""
    more = CELLOSAURUS + "ID   H9\nAC   CVCL_9773\nCA   Embryonic stem cell\n//\n"
    assert read_cellosaurus(more.encode("utf-8")).attrs["without_profile"] == ("CVCL_9773",)


# --- traces and counts ---------------------------------------------------------------------


def test_traces_keep_their_dyes_sample_and_size_standard() -> None:
    """One column a dye, one row a scan."""
    table = read_abif(traces())

    assert table.columns.tolist() == ["scan", "6-FAM", "LIZ"]
    assert table["6-FAM"].tolist()[:3] == [0, 37, 74]
    assert table.attrs["sample"] == "SKTi001-A-M1"
    assert (table.attrs["size_standard"], table.attrs["date"]) == ("SIZES-500", "2024-03-01")


def test_traces_that_are_cut_or_something_else_are_refused() -> None:
    """The directory tells how long the file must be."""
    with pytest.raises(BadInput, match="cut off or damaged"):
        read_abif(traces()[:-40])
    with pytest.raises(BadInput, match="no ABIF file"):
        read_abif(b"FCS3.1")


def test_a_counter_export_that_contradicts_itself_is_refused() -> None:
    """Live cells of another count do not fit the viability."""
    text = counter().decode("utf-8")
    first = text.split("\n")[1].split(",")
    with pytest.raises(BadInput, match="do not fit"):
        read_counter(text.replace(f",{first[2]},", f",{int(first[2]) - 50},", 1).encode("utf-8"))
    with pytest.raises(BadInput, match="no date with a time"):
        read_counter(text.replace(first[7], "Tuesday", 1).encode("utf-8"))


def test_dates_that_could_be_two_days_are_doubted() -> None:
    """No date above the twelfth: the order is not known."""
    head = counter().decode("utf-8").split("\n")
    row = head[1].split(",")
    row[7] = "3/4/2024 16:56"
    table = read_counter(f"{head[0]}\n{','.join(row)}\n".encode())
    assert any("day or month first" in words for words in table.attrs["warnings"])


# --- one door ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_is_recognised_by_its_content(name: str) -> None:
    """Format, units and provenance come with the table."""
    table = read(SAMPLES[name]())
    assert table.attrs["format"] == name
    assert len(table.attrs["provenance"]["sha256"]) == 64


def test_a_plain_sheet_is_recognised_by_its_headings() -> None:
    """The sheet's own units come with it."""
    table = read(b"Donor,Sex,Age (years),Consent,Consent date\nD-014,female,41,C-014,2023-01-02\n")

    assert (table.attrs["format"], table.attrs["sheet"]) == ("sheet", "donors")
    assert table.attrs["units"] == {"age": "years"}


def test_an_unknown_file_says_how_to_read_it() -> None:
    """With the headings of one's own."""
    with pytest.raises(BadInput, match="read it with read_table"):
        read(b"a,b\n1,2\n")
    with pytest.raises(BadInput, match="no format 'fsc'"):
        read(b"FCS3.1", format="fsc")


# --- any other table -----------------------------------------------------------------------

OWN = "Lot no.;Cp;Note\n007;24,51;a\n008;25,02;\n"


def test_a_table_of_ones_own_is_read() -> None:
    """A leading zero makes a name, a decimal comma a number."""
    table = read_table(OWN.encode("latin-1"), {"lot": "Lot no.", "cq": "Cp", "note": "Note"})

    assert table["lot"].tolist() == ["007", "008"]
    assert table["cq"].tolist() == [24.51, 25.02]
    assert table["note"].tolist() == ["a", ""]


def test_a_workbook_of_ones_own_is_read() -> None:
    """Numbers as stored, dates as ISO 8601, below a head of any length."""
    raw = workbook(["Report"], [], ["Lot", "Frozen", "Cq"], ["A", dt.date(2024, 3, 1), 24.5])
    table = read_table(raw, {"lot": "Lot", "frozen": "Frozen", "cq": "Cq"})

    assert table.to_dict("records") == [{"lot": "A", "frozen": "2024-03-01", "cq": 24.5}]


def test_a_column_with_limits_guards_them() -> None:
    """Kind, unit and range can be said."""
    share = Column("viable", ("Viable (%)",), "number", at_least=0, at_most=100)
    assert read_table(b"Viable (%)\n100\n0\n", {"viable": share})["viable"].tolist() == [100, 0]
    with pytest.raises(
        BadInput, match=r"line 2, Viable.*cannot be; expected at least 0 and at most"
    ):
        read_table(b"Viable (%)\n100.1\n", {"viable": share})
    day = Column("day", ("Day",), "whole", at_least=1)
    with pytest.raises(BadInput, match=r"expected at least 1\. Check"):
        read_table(b"Day\n0\n", {"day": day})
    with pytest.raises(BadInput, match="no column Viable"):
        read_table(b"Viable (cells)\n100\n", {"viable": share})


def test_a_comma_that_may_mark_thousands_is_read_only_if_something_tells() -> None:
    """Three digits behind each comma: a limit or another number decides, else it is refused."""
    cq = Column("cq", ("Cq",), "number", at_least=0, at_most=60)
    assert read_table(b"Cq\n24,512\n", {"cq": cq})["cq"].tolist() == [24.512]
    size = Column("size", ("Size",), "number")
    assert read_table(b"Size\n1,234\n2,5\n", {"size": size})["size"].tolist() == [1.234, 2.5]
    with pytest.raises(BadInput, match="separator of thousands"):
        read_table(b"Size\n1,234\n2,500\n", {"size": size})
    with pytest.raises(BadInput, match="comma"):
        read_table(b"Size\n1.5\n2,5\n", {"size": size})


def test_a_number_column_with_one_word_is_text_and_says_so() -> None:
    """Nothing is dropped, nothing is guessed."""
    table = read_table(b"Cq\n24.5\n25.0\n26.1\n>40\n", {"cq": "Cq"})
    assert table["cq"].tolist() == ["24.5", "25.0", "26.1", ">40"]
    assert any("'>40' is no number" in words for words in table.attrs["warnings"])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Cq,Cq\n1,2\n", "both headed 'Cq' and differ"),
        (b"Size\n14 nm\n15 um\n", "bring them to one unit"),
        (b"Cq\n1,234\n", "separator of thousands|under 1 headings"),
        (b"Cq\n24.", "looks cut off"),
        (b"Cq\n24\x0012\n", "no text has"),
    ],
)
def test_what_may_mean_two_things_is_refused(raw: bytes, reason: str) -> None:
    """Two columns of one name, two units, a comma, a lost end, a zero byte."""
    column = raw.split(b"\n")[0].split(b",")[0].decode()
    with pytest.raises(BadInput, match=reason):
        read_table(raw, {"value": Column("value", (column,), "number")})


def test_a_file_that_is_whole_without_a_line_end_can_be_said_to_be() -> None:
    """``complete=True``."""
    assert read_table(b"Cq\n24.1", {"cq": "Cq"}, complete=True)["cq"].tolist() == [24.1]


def test_a_formula_without_its_result_is_refused() -> None:
    """An unsaved workbook would read as empty."""
    raw = workbook(["Lot", "Cq"], ["A", "=1+1"])
    with pytest.raises(BadInput, match=r"cell B2 .*formula without its result"):
        read_table(raw, {"lot": "Lot", "cq": "Cq"})


def test_two_sheets_with_the_headings_must_be_told_apart() -> None:
    """The sheet is named, or refused."""
    book = openpyxl.Workbook()
    for title, value in (("one", 1), ("two", 2)):
        sheet = book.create_sheet(title)
        sheet.append(["Cq"])
        sheet.append([value])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(BadInput, match="sheets one and two"):
        read_table(stream.getvalue(), {"cq": "Cq"})
    assert read_table(stream.getvalue(), {"cq": "Cq"}, sheet="two")["cq"].tolist() == [2]
    with pytest.raises(BadInput, match="no sheet 'three'"):
        read_table(stream.getvalue(), {"cq": "Cq"}, sheet="three")


# --- encodings -----------------------------------------------------------------------------


def test_chinese_text_in_gbk_is_read() -> None:
    """Two characters in a row are Chinese; one alone could be two Western letters."""
    assert read_table("批号,Cq\n干细胞,24.5\n".encode("gbk"), {"lot": "批号"})["lot"][0] == "干细胞"
    with pytest.raises(BadInput, match="Save the file as UTF-8"):
        read_table("Lot,Sex\nA,男\n".encode("gbk"), {"lot": "Lot"})
    assert read_table("Lot\nMüller\n".encode("latin-1"), {"lot": "Lot"})["lot"][0] == "Müller"
