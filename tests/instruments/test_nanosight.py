"""NanoSight summaries are read whole, or refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.nanosight import (
    looks_like_nanosight,
    read_nanosight,
    read_nanosight_sizes,
)
from tests.instruments.samples.vesicles import nanosight, zetaview

GOOD = nanosight().decode("latin-1")


def changed(text: str, start: str, edit: Callable[[list[str]], list[str]]) -> bytes:
    """The file with the cells of the first line that starts so edited."""
    lines = text.split("\r\n")
    place = next(n for n, line in enumerate(lines) if line.startswith(start))
    lines[place] = ",".join(edit(lines[place].split(",")))
    return "\r\n".join(lines).encode("latin-1")


def without_dilution() -> bytes:
    """The same measurement with no dilution recorded, as NTA 3.2 says it."""
    edited = changed(GOOD, "Dilution factor", lambda c: [c[0], *["Not recorded"] * 5, "", ""])
    return edited


def test_the_videos_are_rows_and_the_average_is_none() -> None:
    """Five videos, and what the head says in attrs."""
    table = read_nanosight(GOOD.encode())

    assert list(table["video"]) == [f"EV-2401_vesicles_{n:02d}" for n in range(5)]
    assert table.attrs["dilution"] == 500
    assert table.attrs["dilution_applied"] is True
    assert table.attrs["weighting"] == "Number"
    assert table.attrs["warnings"] == ()


def test_a_dilution_that_was_not_recorded_was_not_applied() -> None:
    """The trap of the export: without a recorded factor the numbers are those in the cell."""
    table = read_nanosight(without_dilution())

    assert table.attrs["dilution"] == "Not recorded"
    assert table.attrs["dilution_applied"] is False
    assert "in the cell" in table.attrs["warnings"][0]


def test_the_histogram_adds_up_to_the_concentration() -> None:
    """Bins of 1 nm from 0.5; their sum is what the results print with three digits."""
    sizes = read_nanosight_sizes(GOOD.encode())
    videos = read_nanosight(GOOD.encode()).set_index("video")["concentration_per_ml"]

    assert sizes["size_nm"].min() == 0.5
    assert sizes["size_nm"].max() == 999.5
    total = sizes.groupby("video")["concentration_per_ml"].sum()
    assert (total / videos - 1).abs().max() < 0.006


def test_vibration_and_a_changed_camera_level_are_told() -> None:
    """What the instrument noted reaches the reader."""
    shaken = changed(GOOD, "Vibration detected", lambda c: [c[0], "Minor vibration", *c[2:]])
    camera = changed(GOOD, "Camera Level", lambda c: [c[0], "14", *c[2:]])

    assert "EV-2401_vesicles_00 Minor vibration" in read_nanosight(shaken).attrs["warnings"][0]
    assert "camera level" in read_nanosight(camera).attrs["warnings"][0]


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (GOOD[: len(GOOD) // 2].encode(), "cut off"),
        (GOOD[:-700].encode(), "cut off"),
        (GOOD.replace(".", ",").encode(), "cells for 5 videos|decimal comma|Average"),
        (changed(GOOD, "Concentration (P", lambda c: [c[0], "9e12", *c[2:]]), "videos average"),
        (changed(GOOD, "100.5,", lambda c: [c[0], "9e12", *c[2:]]), "adds up to"),
        (GOOD.replace("\r\n100.5,", "\r\n#100.5,").encode(), "line"),
        (changed(GOOD, "Dilution factor", lambda c: [c[0], "10", *c[2:]]), "dilutions"),
        (changed(GOOD, "[Results]", lambda c: [c[0], "Average", *c[1:-2]]), "Average"),
        (changed(GOOD, "D50", lambda c: [c[0], "-", *c[2:]]), "expected a number"),
        (GOOD.replace("\r\nD50,", "\r\nDX,").encode(), "no line 'D50'"),
        (zetaview(), "not a NanoSight summary"),
    ],
)
def test_a_damaged_summary_is_refused(damaged: bytes, reason: str) -> None:
    """Cut, moved and changed numbers are found by what the file says twice."""
    with pytest.raises(BadInput, match=reason):
        read_nanosight(damaged)


def test_another_separator_with_decimal_commas_is_read_alike() -> None:
    """A summary saved again under a German locale: semicolons and decimal commas."""
    german = GOOD.replace(",", ";").replace(".", ",").replace("Build 3,4,003", "Build 3.4.003")

    assert read_nanosight(german.encode()).equals(read_nanosight(GOOD.encode()))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    """The same table from other encodings, and still recognised."""
    raw = GOOD.encode(encoding)

    assert looks_like_nanosight(raw)
    assert read_nanosight(raw).equals(read_nanosight(GOOD.encode()))


def test_only_a_summary_looks_like_one() -> None:
    """Other text and compressed bytes do not."""
    assert not looks_like_nanosight(zetaview())
    assert not looks_like_nanosight(gzip.compress(b"NTA", mtime=0))
