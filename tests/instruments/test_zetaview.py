"""ZetaView exports: the histogram is not diluted back, the head line is."""

from __future__ import annotations

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.zetaview import looks_like_zetaview, read_zetaview
from tests.instruments.samples.vesicles import nanosight, zetaview, zetaview_text

GOOD = zetaview_text()


def test_the_rows_are_in_the_cell_and_the_head_in_the_sample() -> None:
    """Times the dilution, the histogram gives the concentration of the head."""
    table = read_zetaview(zetaview())

    assert len(table) == 30
    assert table.attrs["dilution"] == 1000
    assert table.attrs["dilution_applied"] is False
    total = table["in_cell_per_ml"].sum() * 1000
    assert total == pytest.approx(table.attrs["concentration_per_ml"], rel=0.06)
    assert "does not include the dilution" in table.attrs["warnings"][0]


def test_removed_positions_keep_their_reason() -> None:
    """Eleven positions, two not used."""
    table = read_zetaview(zetaview())
    removed = {one["position"]: one["reason"] for one in table.attrs["positions"] if one["reason"]}

    assert len(table.attrs["positions"]) == 11
    assert removed == {4: "MAX_DRIFT", 9: "GRUBBS_CONCENTRATION"}
    assert "4 (MAX_DRIFT)" in table.attrs["warnings"][1]


def test_the_sentinel_is_no_row_and_ends_the_table() -> None:
    """What follows the -1 line does not count."""
    table = read_zetaview((GOOD + "305.0\t9\t9\t9\t9\n").encode("latin-1"))

    assert table["size_nm"].tolist() == [15.0 + 10 * n for n in range(30)]


@pytest.mark.parametrize(("miss", "refused"), [(1.02, False), (1.12, True)])
def test_a_total_may_miss_by_what_is_printed_and_more_only_when_asked(
    miss: float, refused: bool
) -> None:
    """Two digits of the head explain a few per cent; 12 % is read only with a wider limit."""
    total = read_zetaview(zetaview())["in_cell_per_ml"].sum() * 1000
    raw = zetaview_text(stated=total * miss).encode("latin-1")

    assert len(read_zetaview(raw, total_within=0.2)) == 30
    if refused:
        with pytest.raises(BadInput, match="wider total_within"):
            read_zetaview(raw)
    else:
        assert len(read_zetaview(raw)) == 30


def test_tracks_at_the_upper_end_of_the_axis_are_told() -> None:
    """A failed position fills the last bin."""
    last = "305.0\t0.0\t0.0000E+00"
    assert last in GOOD
    table = read_zetaview(GOOD.replace(last, "305.0\t7.0\t0.0000E+00").encode("latin-1"))

    assert "upper end" in table.attrs["warnings"][-1]


def test_decimal_commas_are_read_alike() -> None:
    """A tab-separated file may have them."""
    comma = GOOD.replace(".", ",").encode("latin-1")

    assert read_zetaview(comma).equals(read_zetaview(zetaview()))


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (GOOD[: GOOD.index("\n-1.0")], "no closing -1 line"),
        (GOOD[: GOOD.index("Size / nm")], "Size / nm"),
        (GOOD.replace("\n115.0\t", "\n-115.0\t"), "do not rise"),
        (GOOD.replace("Dilution::\t1000", "Dilution::\t500"), "adds up to"),
        (GOOD.replace("Dilution::\t1000", "Dilution::\t0.001"), "1 or more"),
        (GOOD.replace("Original Concentration", "Original"), "no line Original Concentration"),
        (zetaview_text(dilution=1000, stated=1e7), "adds up to"),
        (GOOD.replace("Concentration / cm-3", "Conc"), "Concentration / cm-3"),
        (GOOD.replace("Number of Traces:\t", "Number of Traces:\tNaN "), "Number of Traces"),
    ],
)
def test_a_damaged_export_is_refused(damaged: str, reason: str) -> None:
    """Each says what is wrong."""
    with pytest.raises(BadInput, match=reason):
        read_zetaview(damaged.encode("latin-1"))


def test_only_a_zetaview_export_looks_like_one() -> None:
    """The NTA summary of the other maker does not."""
    assert looks_like_zetaview(zetaview())
    assert looks_like_zetaview(GOOD.encode("utf-16"))
    assert not looks_like_zetaview(nanosight())
