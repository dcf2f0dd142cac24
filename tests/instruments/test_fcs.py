"""FCS files of all three versions: what is stored, what it means, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.fcs import looks_like_fcs, read_fcs

HEADER = 58


def fcs(data: bytes, channels: list[dict[str, Any]], **keywords: Any) -> bytes:
    """One FCS file around *data*; keywords starting with ``head_`` change the header."""
    version = keywords.pop("version", "FCS3.0")
    shift = {name: keywords.pop(f"head_{name}", 0) for name in ("start", "stop")}
    later, mark = keywords.pop("text_stop_shift", 0), keywords.pop("mark", "|")
    about = {"$MODE": "L", "$DATATYPE": "I", "$BYTEORD": "4,3,2,1", "$NEXTDATA": "0"}
    about |= {"$PAR": len(channels), "$BEGINANALYSIS": 0, "$ENDANALYSIS": 0}
    for number, one in enumerate(channels, 1):
        usual = {"B": 16, "E": "0,0", "R": 1024, "N": f"CH{number}"}
        about |= {f"$P{number}{key}": value for key, value in {**usual, **one}.items()}
    about |= {f"${key.upper()}": value for key, value in keywords.items()}
    start = HEADER + 2000
    if version != "FCS2.0":
        about |= {"$BEGINDATA": start, "$ENDDATA": start + len(data) - 1 + later}
    pairs = {key: value for key, value in about.items() if value is not None}
    text = mark + mark.join(f"{key}{mark}{value}" for key, value in pairs.items()) + mark
    ends = (HEADER, HEADER + len(text) - 1, start + shift["start"])
    ends += (start + len(data) - 1 + shift["stop"] + later, 0, 0)
    header = f"{version:<10}" + "".join(f"{end:>8}" for end in ends)
    return (header + text).encode().ljust(start) + data


def whole(values: Any, kind: str = ">u2") -> bytes:
    """Whole numbers as bytes."""
    return np.array(values, dtype=kind).tobytes()


@pytest.mark.parametrize("version", ["FCS2.0", "FCS3.0", "FCS3.1"])
def test_log_channels_are_read_on_their_scale(version: str) -> None:
    """Four decades over 1024 channels: 0, 256, 512 and 768 are 1, 10, 100 and 1000."""
    raw = fcs(whole([0, 256, 512, 768]), [{"E": "4,1"}], version=version, tot=4)

    assert read_fcs(raw)["CH1"].tolist() == pytest.approx([1, 10, 100, 1000])
    assert read_fcs(raw, values="channel")["CH1"].tolist() == [0, 256, 512, 768]
    assert read_fcs(raw).attrs["version"] == version[3:]


@pytest.mark.parametrize(
    ("amplified", "first"), [("4,1", 1), ("4,0", 1), ("4,0.1", 0.1), ("0,0", 0)]
)
def test_an_offset_of_zero_means_one(amplified: str, first: float) -> None:
    """``4,0`` is an old slip for ``4,1``; ``0,0`` is linear."""
    raw = fcs(whole([0, 512]), [{"E": amplified}], tot=2)
    assert read_fcs(raw)["CH1"].iloc[0] == pytest.approx(first)


def test_gain_is_taken_off_linear_channels_but_not_time() -> None:
    """80 channels at gain 8 are 10; time goes in steps, whatever its gain."""
    raw = fcs(
        whole([[80, 100], [160, 200]]),
        [{"G": 8}, {"N": "Time", "G": 0.01}],
        tot=2,
        timestep=0.01,
    )
    table = read_fcs(raw)

    assert table["CH1"].tolist() == [10, 20]
    assert table["Time"].tolist() == [1, 2]


def test_bits_above_the_range_are_masked() -> None:
    """A range of 1024 keeps ten bits; 1000 counts up to the next power of two; 65536 keeps all."""
    raw = fcs(whole([[0xFC01] * 3, [0x07FF] * 3]), [{"R": 1024}, {"R": 1000}, {"R": 65536}], tot=2)
    assert read_fcs(raw).to_numpy().tolist() == [[1, 1, 0xFC01], [1023, 1023, 0x7FF]]


@pytest.mark.parametrize(
    ("order", "kind", "bits"),
    [
        ("1,2,3,4", "<u2", 16),
        ("2,1", ">u2", 16),
        ("1,2", "<u4", 32),
        ("4,3,2,1", ">u4", 32),
        ("1,2,3,4", "u1", 8),
    ],
)
def test_integers_of_any_width_and_order_are_read(order: str, kind: str, bits: int) -> None:
    """8, 16 and 32 bits, both byte orders."""
    raw = fcs(
        whole([[1, 2], [200, 4]], kind),
        [{"B": bits, "R": 256}] * 1 + [{"B": bits, "R": 256, "N": "CH2"}],
        tot=2,
        byteord=order,
    )
    assert read_fcs(raw).to_numpy().tolist() == [[1, 2], [200, 4]]


def test_channels_of_different_widths_are_read() -> None:
    """An eight-bit channel between two of sixteen bits."""
    data = b"".join(
        whole([a]) + whole([b], "u1") + whole([c]) for a, b, c in [(1, 2, 3), (900, 5, 6)]
    )
    raw = fcs(data, [{}, {"B": 8, "R": 256}, {}], tot=2)
    assert read_fcs(raw).to_numpy().tolist() == [[1, 2, 3], [900, 5, 6]]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 1023), st.integers(0, 1023), st.integers(0, 2**24 - 1)),
        min_size=1,
        max_size=20,
    )
)
def test_packed_channels_are_read_bit_by_bit(events: list[tuple[int, int, int]]) -> None:
    """Ten, ten and twenty-four bits without a gap, highest bit first, filled up at the end."""
    bits = "".join(f"{a:010b}{b:010b}{c:024b}" for a, b, c in events)
    bits += "0" * (-len(bits) % 8)
    data = bytes(int(bits[place : place + 8], 2) for place in range(0, len(bits), 8))
    raw = fcs(data, [{"B": 10}, {"B": 10}, {"B": 24, "R": 2**24}], tot=len(events))

    assert read_fcs(raw).to_numpy().tolist() == [list(map(float, event)) for event in events]


def test_packed_channels_without_an_order_of_bits_are_refused() -> None:
    """Little-endian packed bits could be read in two ways."""
    raw = fcs(b"\x01\x02\x03\x04\x05", [{"B": 10}] * 1, tot=4, byteord="1,2,3,4")
    with pytest.raises(BadInput, match="10 bits are packed in little-endian order"):
        read_fcs(raw)


@pytest.mark.parametrize(("kind", "bits"), [("F", 32), ("D", 64)])
def test_floating_point_is_read_as_it_is(kind: str, bits: int) -> None:
    """Single and double, negative values too."""
    data = np.array([[1.5, -2.0], [3.25, 1e6]], dtype=f">f{bits // 8}").tobytes()
    raw = fcs(data, [{"B": bits}, {"B": bits}], tot=2, datatype=kind)
    assert read_fcs(raw).to_numpy().tolist() == [[1.5, -2.0], [3.25, 1e6]]


def test_amplification_of_floating_point_is_not_applied_but_said() -> None:
    """Floating point is linear by definition; the keyword is a slip."""
    data = np.array([512.0], dtype=">f4").tobytes()
    table = read_fcs(fcs(data, [{"B": 32, "E": "4,1"}], tot=1, datatype="F"))
    assert table["CH1"].tolist() == [512.0]
    assert "linear by definition" in table.attrs["warnings"][0]


def test_events_that_are_no_numbers_are_said() -> None:
    """NaN in the file stays NaN, with a warning."""
    data = np.array([np.nan, 1.0], dtype=">f4").tobytes()
    table = read_fcs(fcs(data, [{"B": 32}], tot=2, datatype="F"))
    assert table["CH1"].isna().tolist() == [True, False]
    assert "1 events hold something that is no number" in table.attrs["warnings"][0]


def test_the_spillover_keyword_names_the_columns() -> None:
    """Row is the dye, column the detector; by stain or by detector, as the columns are."""
    channels = [{"N": "FSC-A"}, {"N": "B525-A", "S": "CD16"}, {"N": "Y585-A", "S": "CD56"}]
    raw = fcs(whole([[1, 2, 3]]), channels, tot=1, spillover="2,B525-A,Y585-A,1,0.1,0.02,1")

    assert list(read_fcs(raw)) == ["FSC-A", "CD16", "CD56"]
    rows = [[1.0, 0.1], [0.02, 1.0]]
    assert read_fcs(raw).attrs["spillover"] == {"detectors": ["CD16", "CD56"], "rows": rows}
    by_detector = read_fcs(raw, names="detector")
    assert list(by_detector) == ["FSC-A", "B525-A", "Y585-A"]
    assert by_detector.attrs["spillover"]["detectors"] == ["B525-A", "Y585-A"]


@pytest.mark.parametrize("keyword", ["SPILLOVER", "SPILL", "COMP"])
@pytest.mark.parametrize(
    "matrix", ["2,CH1,CH2,1,0.1", "2,CH1,CH9,1,0,0,1", "x", "2,CH1,CH2,1,0,0,nan"]
)
def test_a_broken_matrix_is_left_out_and_said(keyword: str, matrix: str) -> None:
    """Too few numbers, an unknown detector, words, no number."""
    table = read_fcs(fcs(whole([[1, 2]]), [{}, {}], tot=1, **{keyword: matrix}))
    assert "spillover" not in table.attrs
    assert f"${keyword}" in table.attrs["warnings"][0]


def test_plate_positions_of_index_sorting_are_kept_beside() -> None:
    """The keyword does not disturb the events."""
    raw = fcs(whole([1, 2]), [{}], tot=2, **{"INDEX SORTING LOCATIONS_1": "0,1;0,2;"})
    table = read_fcs(raw)
    assert len(table) == 2
    assert table.attrs["keywords"]["index sorting locations_1"] == "0,1;0,2;"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"tot": 3}, "says 3 events, which are 6 bytes, but the offsets leave 4"),
        ({"tot": 1}, "says 1 events, which are 2 bytes, but the offsets leave 4"),
        ({"tot": 0}, "no event"),
        ({"tot": None}, "keyword 'tot' is missing"),
        ({"tot": 2, "head_start": 2}, "discrepancy in the DATA start"),
        ({"tot": 2, "head_stop": 7}, "discrepancy in the DATA end"),
        ({"tot": 2, "mode": "C"}, "histogram"),
        ({"tot": 2, "datatype": "A"}, "expected I, F or D"),
        ({"tot": 2, "byteord": "3,4,1,2"}, "BYTEORD is '3,4,1,2'"),
        ({"tot": 2, "par": 2}, "keyword|described"),
        ({"tot": 2, "p1b": "*"}, "cannot be read for certain"),
        ({"tot": 2, "p1b": 24, "datatype": "F"}, "P1B is 24"),
        ({"tot": 2, "p1e": "4"}, "cannot be read for certain"),
        ({"tot": 2, "nextdata": 5000}, "multiple data sets"),
        ({"tot": 2, "version": "FCS4.0"}, "version 4.0"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(changed: dict[str, Any], reason: str) -> None:
    """Counts, offsets, kinds of data: the message says which."""
    with pytest.raises(BadInput, match=reason):
        read_fcs(fcs(whole([1, 2]), [{}], **changed))


def test_a_last_byte_stated_one_too_far_is_read_and_said() -> None:
    """A common slip; the number of events decides what is meant."""
    table = read_fcs(fcs(whole([1, 2]), [{}], tot=2, text_stop_shift=1) + b"\x00")
    assert table["CH1"].tolist() == [1, 2]
    assert "one too far" in table.attrs["warnings"][0]


@pytest.mark.parametrize("mark", [*"|/*!^+?([{\\", "\x0c", "\x1e"])
def test_any_delimiter_is_read(mark: str) -> None:
    """The standard leaves it to the writer; doubled, it stands for itself."""
    raw = fcs(whole([1, 2]), [{}], tot=2, mark=mark, src=f"A{mark}{mark}B")
    table = read_fcs(raw)
    assert table["CH1"].tolist() == [1, 2]
    assert len(table.attrs["keywords"]["src"]) == 3


def test_a_second_segment_of_keywords_is_said() -> None:
    """It is not read, and the matrix may be in it."""
    table = read_fcs(fcs(whole([1, 2]), [{}], tot=2, beginstext=900))
    assert "second segment of keywords" in table.attrs["warnings"][0]


def test_two_channels_of_one_name_are_refused() -> None:
    """No column could be asked for."""
    with pytest.raises(BadInput, match="two channels have one name"):
        read_fcs(fcs(whole([[1, 2]]), [{"N": "A"}, {"N": "A"}], tot=1))


@pytest.mark.parametrize(("option", "given_"), [("values", "raw"), ("names", "marker")])
def test_an_unknown_option_is_refused(option: str, given_: str) -> None:
    """The message names the two that exist."""
    with pytest.raises(BadInput, match=f"{option} is '{given_}'; choose"):
        read_fcs(b"FCS", **{option: given_})


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2100))
def test_a_file_cut_anywhere_is_refused(kept: int) -> None:
    """No cut leaves a file that is read with fewer events."""
    raw = fcs(whole(range(100, 125)), [{}], tot=25)
    if kept < len(raw):
        with pytest.raises(BadInput):
            read_fcs(raw[:kept])


def test_the_format_is_told_by_its_first_bytes() -> None:
    """The version follows the letters."""
    assert looks_like_fcs(fcs(whole([1]), [{}], tot=1))
    assert not looks_like_fcs(b"FCSalyzer export;1;2")
    assert not looks_like_fcs(b"<Workspace")


def test_a_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    """The file itself or its content."""
    path = tmp_path / "one.fcs"
    path.write_bytes(fcs(whole([7]), [{}], tot=1))
    assert read_fcs(path)["CH1"].tolist() == [7]
