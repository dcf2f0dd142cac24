"""The sheets of potency in the styles of other laboratories, and damaged."""

from __future__ import annotations

import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.potency import files
from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read_sheet

LOTS = ["NK-2402", "CRC-2402", "MDA-2402", "NSC-2402"]
GOOD = {name.removesuffix(".csv"): raw for name, raw in files(build(11), LOTS)}


@pytest.mark.parametrize("sheet", GOOD)
def test_encoding_line_ends_and_separator_do_not_matter(sheet: str) -> None:
    """UTF-16, Windows line ends, tabs: the same table."""
    text = GOOD[sheet].decode("utf-8")
    other = text.replace(",", "\t").replace("\n", "\r\n").encode("utf-16")

    assert_frame_equal(read_sheet(other, sheet), read_sheet(GOOD[sheet], sheet))


@pytest.mark.parametrize("sheet", GOOD)
def test_decimal_commas_are_read_as_such(sheet: str) -> None:
    """A German spreadsheet: semicolons between cells, commas in numbers."""
    text = GOOD[sheet].decode("utf-8").replace(",", ";").replace(".", ",")

    assert_frame_equal(read_sheet(text.encode(), sheet), read_sheet(GOOD[sheet], sheet))


@pytest.mark.parametrize("sheet", GOOD)
def test_columns_are_found_by_heading_and_not_by_place(sheet: str) -> None:
    """The order of columns does not matter."""
    lines = [line.split(",")[::-1] for line in GOOD[sheet].decode().splitlines()]
    turned = "\n".join(",".join(line) for line in lines) + "\n"

    assert_frame_equal(read_sheet(turned.encode(), sheet), read_sheet(GOOD[sheet], sheet))


@pytest.mark.parametrize("sheet", GOOD)
def test_a_missing_column_is_named(sheet: str) -> None:
    """The last heading is needed."""
    head, _, body = GOOD[sheet].decode().partition("\n")
    last = head.split(",")[-1]
    damaged = f"{head.removesuffix(last)}Something\n{body}"

    with pytest.raises(BadInput, match=r"but no column "):
        read_sheet(damaged.encode(), sheet)


@pytest.mark.parametrize("sheet", GOOD)
def test_a_file_cut_off_is_refused(sheet: str) -> None:
    """Ten bytes are missing at the end."""
    with pytest.raises(BadInput, match="cut off"):
        read_sheet(GOOD[sheet][:-10], sheet)


def test_a_word_in_place_of_a_signal_is_refused_with_its_line() -> None:
    """An overflow of the reader is no number."""
    lines = GOOD["nk_killing"].decode().splitlines()
    lines[4] = ",".join([*lines[4].split(",")[:-1], "OVRFLW"])

    with pytest.raises(BadInput, match=r"line 5, Signal \(RFU\)"):
        read_sheet(("\n".join(lines) + "\n").encode(), "nk_killing")


def test_only_samples_may_lack_a_nominal_concentration() -> None:
    """An empty nominal value is NaN, never 0."""
    run = read_sheet(GOOD["mda_dopamine"], "mda_dopamine")

    known = run["role"].isin(["standard", "spike"])
    assert run.loc[known, "nominal_ng_per_ml"].gt(0).all()
    assert run.loc[~known, "nominal_ng_per_ml"].isna().all()
