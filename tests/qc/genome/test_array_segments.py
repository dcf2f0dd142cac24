"""Line against donor: what is inherited, what is new, and what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.array_segments import ArrayComparison, above_size, subtract_donor

Row = tuple[str, float, float, float]


def table(*rows: Row) -> dict[str, list[object]]:
    """Segments as the columns of a table."""
    names = ("chromosome", "start_mb", "end_mb", "copies")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def compare(line: list[Row], donor: list[Row], **options: object) -> ArrayComparison:
    """Compare at half reciprocal overlap, in a woman."""
    rules: dict[str, object] = {"overlap": 0.5, "sex": "female"} | options
    return subtract_donor(table(*line), table(*donor), **rules)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "origin"), [(10.99, "inherited"), (11.0, "inherited"), (11.01, "new")]
)
def test_the_overlap_rule_is_reciprocal_and_included(start: float, origin: str) -> None:
    """Two megabases beside two: shared 1.01, 1.00 and 0.99."""
    found = compare([("4", 10, 12, 3)], [("4", start, start + 2, 3)])

    assert found.segments[0].origin == origin


def test_a_small_segment_inside_a_large_one_is_not_the_same() -> None:
    """All of the donor's is shared, but a tenth of the line's: grown, and so new with a note."""
    found = compare([("4", 10, 20, 3)], [("4", 14, 15, 3)])

    assert found.value == 1
    assert found.new[0].overlap == pytest.approx(0.1)
    assert "inherited and grown" in found.notes[0]


def test_a_loss_does_not_explain_a_gain() -> None:
    """The same place with the other sign is a new change, and the donor's is missing."""
    found = compare([("4", 10, 12, 3)], [("4", 10, 12, 1)])

    assert [one.chromosome for one in found.gains] == ["4"]
    assert "check the identity" in found.notes[0]


def test_means_between_whole_copies_are_shares_of_cells() -> None:
    """2.4 is a gain in 40 per cent, 1.7 a loss in 30."""
    found = compare([("12", 0, 133, 2.4), ("18", 60, 70, 1.7)], [])

    assert [one.share for one in found.new] == [pytest.approx(0.4), pytest.approx(0.3)]
    assert (len(found.gains), len(found.losses)) == (1, 1)


def test_sex_chromosomes_are_held_against_the_sex() -> None:
    """Two copies of X are a gain in a man; in a woman they are not listed at all."""
    assert compare([("X", 3, 155, 2)], [], sex="male").gains[0].share == 1
    assert compare([("Y", 3, 26, 1)], [], sex="female").gains[0].share == 1
    with pytest.raises(BadInput, match="the usual number"):
        compare([("X", 3, 155, 2)], [], sex="female")


@pytest.mark.parametrize(("size", "kept"), [(2.99, 1), (3.0, 0), (3.01, 0)])
def test_a_size_limit_is_to_be_exceeded(size: float, kept: int) -> None:
    """A segment of 3 Mb is larger than 2.99, and not than 3."""
    found = compare([("4", 10, 13, 3)], [])

    assert len(above_size(found, larger_than_mb=size)) == kept


def test_a_share_limit_is_included() -> None:
    """A change in half the cells counts from one half on."""
    found = compare([("4", 10, 13, 2.5)], [])

    assert len(above_size(found, larger_than_mb=1, share_at_least=0.5)) == 1
    assert len(above_size(found, larger_than_mb=1, share_at_least=0.51)) == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ([("4", 12, 10, 3)], "expected an end after its start"),
        ([("4", 10, 12, 2)], "the usual number"),
        ([("23", 10, 12, 3)], "expected 1 to 22, X or Y"),
        ([("4", 10, 12, 3), ("4", 11, 13, 3)], "expected each stretch once"),
        ([("4", 10, 12, float("nan"))], "expected a number"),
    ],
)
def test_impossible_segments_are_refused(line: list[Row], reason: str) -> None:
    """The message names the segment."""
    with pytest.raises(BadInput, match=reason):
        compare(line, [])


def test_a_table_without_a_column_is_refused() -> None:
    """Also columns of different length, and an unknown sex."""
    whole = table(("4", 10, 12, 3))
    with pytest.raises(BadInput, match="has no copies"):
        subtract_donor({k: v for k, v in whole.items() if k != "copies"}, whole,
                       overlap=0.5, sex="male")  # fmt: skip
    with pytest.raises(BadInput, match="differ in length"):
        subtract_donor(whole | {"copies": []}, whole, overlap=0.5, sex="male")
    with pytest.raises(BadInput, match="female or male"):
        compare([], [], sex="unknown")


def test_chr_before_the_number_is_the_same_chromosome() -> None:
    """Two programs write the name differently."""
    assert compare([("chr4", 10, 12, 3)], [("4", 10, 12, 3)]).value == 0


@given(
    starts=st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True),
    overlap=st.floats(0.05, 1),
)
@settings(max_examples=50, deadline=None)
def test_a_line_that_is_its_donor_has_nothing_new(starts: list[int], overlap: float) -> None:
    """Whatever the segments and the rule."""
    rows: list[Row] = [("7", float(3 * start), 3 * start + 2.0, 3.0) for start in starts]
    found = compare(rows, rows, overlap=overlap)

    assert (found.value, found.n, found.notes) == (0, len(rows), ())
