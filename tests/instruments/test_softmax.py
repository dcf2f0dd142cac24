"""SoftMax Pro text: wells, groups and flags, and nothing from a damaged file."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.softmax import looks_like_softmax, read_softmax
from stemcell_kit.instruments.softmax_groups import group_numbers
from tests.instruments.samples.endotoxin import SAMPLES, kinetic_text

ENDPOINT = "\n".join(
    [
        "##BLOCKS= 2",
        "Plate:\tP1\t1.3\tTimeFormat\tEndpoint\tAbsorbance\tReduced\tFALSE\t1\t\t\t\t\t\t2\t450 650 "
        "\t1\t2\t96\t1\t2\t",
        "\t\tA1\tA2\tB1\tB2",
        "\t\t1.8566\t0.2026\t-0.0001\t0.5137",
        "~End",
        "Group: Samples",
        "Sample\tWells\tValue\tR\tResult",
        "01\tA1\t1.857\tR\tRange?",
        " \tA2\t0.203\t\t5.292",
        "",
        "Group Column\tFormula Name",
        "~End",
        "",
    ]
)


def read(text: str) -> pd.DataFrame:
    return read_softmax(text.encode("utf-8"))


def test_a_kinetic_plate_has_one_row_for_each_well_and_read() -> None:
    """Times in seconds, wells by row and column, the unread well left out and named."""
    table = read(kinetic_text())

    assert len(table) == 3 * 5
    assert sorted(set(table["time_s"])) == [0, 30, 60]
    value = table.query("well == 'B3' and time_s == 60")["value"]
    assert value.tolist() == [0.0926]
    assert table.attrs["wells_not_read"] == ("Plate1 A1",)
    assert set(table["mode"]) == {"Absorbance, raw"}


def test_an_endpoint_plate_has_no_time() -> None:
    """One value a well, negative ones kept; two wavelengths reduced to one value have none."""
    table = read(ENDPOINT)

    assert table["value"].tolist() == [1.8566, 0.2026, -0.0001, 0.5137]
    assert table["time_s"].isna().all() and table["wavelength_nm"].isna().all()


def test_groups_keep_their_cells_and_flags_become_warnings() -> None:
    """The sample name goes down, R and Range? are told and never read as numbers."""
    table = read(ENDPOINT)
    group = table.attrs["groups"]["Samples"]

    assert group["Sample"].tolist() == ["01", "01"]
    result = group_numbers(group, "Result")
    assert math.isnan(result[0]) and result[1] == 5.292
    assert table.attrs["warnings"] == (
        "group Samples, well A1: marked R, outside the standards",
        "group Samples, well A1: Range? in Result, no value could be found",
    )


def test_a_signal_that_ran_over_is_no_number() -> None:
    """The well stays, without a value, and is told."""
    table = read(kinetic_text().replace("0.0926", "OVRFLW"))

    assert table["value"].isna().sum() == 1
    assert table.attrs["warnings"] == ("well B3: the signal ran over",)


def test_a_group_that_disagrees_with_its_plate_is_told() -> None:
    """The value in the table is the plate's; within the rounding of the group nothing is said."""
    table = read(ENDPOINT.replace("\t0.203\t", "\t0.303\t"))

    assert "group Samples, well A2: 0.303, but the plate has 0.2026" in table.attrs["warnings"]


def test_a_decimal_comma_is_read_where_it_can_be_nothing_else() -> None:
    """Temperatures with two decimals and leading zeros tell."""
    assert_frame_equal(read(kinetic_text().replace(".", ",")), read(kinetic_text()))


def test_a_comma_that_could_separate_thousands_is_refused() -> None:
    """1,857 alone may be one or a thousand."""
    text = ENDPOINT.replace("1.8566\t0.2026\t-0.0001\t0.5137", "1,857\t2,026\t3,001\t5,137")
    with pytest.raises(BadInput, match="may be a decimal comma or separate thousands"):
        read(text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_do_not_matter(encoding: str, end: str) -> None:
    """Every way that the software writes gives the same table."""
    raw = kinetic_text().replace("\n", end).encode(encoding)

    assert looks_like_softmax(raw)
    assert_frame_equal(read_softmax(raw), read(kinetic_text()))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (kinetic_text(blocks=2), "states 2 blocks and 1 are whole"),
        (kinetic_text(stated=4), "states 4 reads and has 3"),
        (kinetic_text(interval=60), "30 s after the one before; expected 60 s"),
        (
            kinetic_text().replace("\t1\t2\t3\n", "\t1\t3\t2\n"),
            "found the heading '3', expected '2'",
        ),
        (kinetic_text().replace("0.0815", "0.08x15"), "well B2: '0.08x15' is not a number"),
        (kinetic_text().replace("0:30", "half"), "at 'half'"),
        (kinetic_text().replace("\t96\t1\t2\n", "\t96\t2\t1\n"), "2 lines in a read; expected 1"),
        (kinetic_text().replace("\t3\t60\t30", "\t3\t120\t30"), "3 reads every 30 s in 120 s"),
        (kinetic_text().replace("\tFALSE\t", "\t\t"), "was changed"),
        (kinetic_text().replace("\t96\t", "\t95\t"), "a plate of 95 wells"),
        (kinetic_text().replace("\t1\t3\t96", "\t11\t3\t96"), "3 from number 11 of 12"),
        (kinetic_text().replace("\tAbsorbance\t", "\t60\t"), "read as '60'"),
        (kinetic_text().replace("\tRaw\t", "\tCooked\t"), "Raw or Reduced"),
        (kinetic_text().replace("\t405\t", "\t405 650\t"), "has 2 wavelengths, states 1"),
        (ENDPOINT.replace("\tB2\n", "\tB1\n"), "found the heading 'B1', expected 'B2'"),
        (ENDPOINT.replace("\tReduced\t", "\tRaw\t"), "2 wavelengths"),
        (ENDPOINT.replace("Group: S", "Grou: S").replace("Plate:", "Note:"), "has no plate"),
        ("Group: Samples\n~End\n", "expected ##BLOCKS="),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(text: str, reason: str) -> None:
    """The message says what was found and what the file itself had stated."""
    with pytest.raises(BadInput, match=reason):
        read(text)


def test_a_cut_file_gives_nothing() -> None:
    """Wherever it is cut before its last end mark, it is refused."""
    raw = SAMPLES["softmax"]()
    last = raw.rindex(b"~End")
    for cut in range(1, last + 4, 37):
        with pytest.raises(BadInput):
            read_softmax(raw[:cut])


def test_only_its_own_text_looks_like_softmax() -> None:
    """A workbook and another text do not."""
    assert looks_like_softmax(SAMPLES["softmax"]())
    assert not looks_like_softmax(b"PK\x03\x04##BLOCKS= 1")
    assert not looks_like_softmax(SAMPLES["gen5"]())
