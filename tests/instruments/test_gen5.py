"""Gen5 text: kinetic reads and results in the form of the plate, and nothing from a damaged file."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.gen5 import looks_like_gen5, read_gen5
from tests.instruments.samples.endotoxin import SAMPLES, gen5_text


def read(text: str) -> pd.DataFrame:
    return read_gen5(text.encode("utf-8"))


def test_kinetic_reads_have_time_temperature_and_layout() -> None:
    """Seconds from the clock; sample and nominal concentration from the layout."""
    table = read(gen5_text())
    row = table.query("quantity == '600' and well == 'B2'").iloc[1]

    assert (row["time_s"], row["temperature_c"], row["value"]) == (622.0, 37.0, 0.24)
    assert (row["plate"], row["sample"], row["nominal"]) == ("Plate 1", "STD2", 20.5)
    assert (table["quantity"] == "600").sum() == 18


def test_censored_results_are_no_numbers() -> None:
    """Above, below and not found are told apart, and each is in the warnings."""
    table = read(gen5_text()).query("quantity == '[Concentration]'").set_index("well")

    assert table.loc["A2", ["relation", "bound"]].tolist() == [">", 40.0]
    assert table.loc["A3", ["relation", "bound"]].tolist() == ["<", 0.0]
    assert table.loc["B2", "relation"] == "?"
    assert table.loc[["A2", "A3", "B2"], "value"].isna().all()
    assert table.loc["A1", "value"] == 27.131
    assert len(read(gen5_text()).attrs["warnings"]) == 3


def test_a_time_among_the_results_is_in_seconds() -> None:
    """And its name says so."""
    results = [
        "A\t10:10:22\t?????\t0:18:22\tLagtime [600]",
        "B\t0:00:30\t0:01:00\t0:02:00\tLagtime [600]",
    ]
    table = read(gen5_text(results=results)).query("quantity == 'Lagtime [600] (s)'")

    assert table["value"].tolist()[0] == 36622.0
    assert table["value"].isna().sum() == 1


def test_padding_of_a_stopped_run_is_left_out_and_told() -> None:
    """Lines at 0:00:00 without values are no reads."""
    table = read(gen5_text(padding=4))

    assert (table["quantity"] == "600").sum() == 18
    assert "3 of 7 reads" in table.attrs["warnings"][-1]


def test_the_curve_and_the_head_come_along() -> None:
    """As text, exactly as exported."""
    attrs = read(gen5_text()).attrs

    assert attrs["curves"]["Curve"]["Curve Formula"] == "Y=A*X+B"
    assert attrs["head"]["Software Version"] == "3.12.08"


@pytest.mark.parametrize("sign", ["\u00b0", "\u221e", "\ufffd", ""])
def test_the_degree_sign_may_be_anything(sign: str) -> None:
    """It changes with the encoding; the vendor even destroys it."""
    text = gen5_text().replace("\u00b0", sign)

    assert looks_like_gen5(text.encode("utf-8"))
    assert_frame_equal(read(text), read(gen5_text()))


def test_a_decimal_comma_is_read_where_it_can_be_nothing_else() -> None:
    """37,0 separates no thousands."""
    assert_frame_equal(read(gen5_text().replace(".", ",")), read(gen5_text()))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("\tA1\tA2", "\tA1\tA1", "a well twice or out of order"),
        ("\tA1\tA2", "\tA2\tA1", "out of order"),
        ("T\u00b0 600", "T\u00b0 #00", "expected T and the title"),
        ("\n600\n", "\n420\n", "under the title '420'"),
        ("Plate Number", "Plate", "no line Plate Number"),
        ("Layout\n", "Lay\n", "no line Layout"),
        ("\tA1\tA2", "\tXX\tA2", "'XX'; expected wells"),
        ("Time\t", "Tme\t", "no headings begin with Time"),
        ("0:10:22\t", "0:00:02\t", "rising times"),
        ("0:10:22\t37.0\t0.200", "0:10:22\t37.0", "has 5 of 6 values"),
        ("0:10:22\t", "0:10:99\t", "no time"),
        ("\t37.0\t0.200\t0.210\t0.220\t0.230\t0.240\t0.250", "\t" * 7, "has 0 of 6 values"),
        ("\tMax V [600]\n\t27", "\n\t27", "name at the end"),
        ("B\t32.5", "C\t32.5", "row 'C' where 'B' was expected"),
        ("\t1\t2\t3\nA\t31", "\t1\t3\t2\nA\t31", "found the heading '3', expected '2'"),
        (
            "B\t32.521\t34.040\t2.5\tMax V [600]",
            "B\t32.521\t34.040\t2.5\tMin V [600]",
            "as in row A",
        ),
        ("Software Version", "Software", "no line Software Version"),
    ],
)
def test_a_damaged_file_is_refused(old: str, new: str, reason: str) -> None:
    """The message names the line or what was expected."""
    text = gen5_text()
    assert old in text
    with pytest.raises(BadInput, match=reason):
        read(text.replace(old, new))


def test_more_reads_than_stated_are_refused() -> None:
    """Fewer can be a stopped run; more cannot be."""
    with pytest.raises(BadInput, match="states 2 reads and has 3"):
        read(gen5_text().replace("3 Reads", "2 Reads"))


def test_a_cut_file_gives_nothing_or_only_whole_lines() -> None:
    """Each cut raises, or what is read was in the whole file."""
    raw = SAMPLES["gen5"]()
    whole = {tuple(map(str, row)) for row in read_gen5(raw).itertuples(index=False)}
    for cut in range(1, len(raw), 7):
        try:
            table = read_gen5(raw[:cut])
        except BadInput:
            continue
        assert {tuple(map(str, row)) for row in table.itertuples(index=False)} <= whole
