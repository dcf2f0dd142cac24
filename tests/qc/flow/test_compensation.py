"""Compensation of spillover."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import RandomState

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import compensation
from stemcell_kit.qc.flow.compensation import NotInvertible

TWO = {"detectors": ["A", "B"], "rows": [[1.0, 0.1], [0.02, 1.0]]}


def test_compensation_is_the_inverse_matrix() -> None:
    """The same as multiplying by the inverse, written by hand; other channels stay."""
    events = pd.DataFrame({"A": [1000.0, 500.0], "FSC-A": [7.0, 8.0], "B": [100.0, 900.0]})
    done = compensation.compensate(events, TWO)
    by_hand = events[["A", "B"]].to_numpy() @ np.linalg.inv(np.array(TWO["rows"]))

    assert list(done) == ["A", "FSC-A", "B"]
    assert np.allclose(done[["A", "B"]], by_hand)
    assert done["FSC-A"].tolist() == [7.0, 8.0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e5, 1e6), st.floats(-1e5, 1e6)), min_size=1, max_size=5),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
)
def test_compensation_can_be_undone(
    values: list[tuple[float, float]], first: float, second: float
) -> None:
    """Undoing gives the measured values again, whatever the matrix."""
    events = pd.DataFrame(values, columns=["A", "B"])
    matrix = compensation.spillover([[1, first], [second, 1]], ["A", "B"])
    again = compensation.uncompensate(compensation.compensate(events, matrix), matrix)

    assert np.allclose(again, events, rtol=1e-9, atol=1e-4)


def test_a_second_compensation_is_said() -> None:
    """It is done as asked, too much is taken off, and a warning names the channels."""
    events = pd.DataFrame({"A": [1000.0], "B": [100.0]})
    once = compensation.compensate(events, TWO)
    twice = compensation.compensate(once, TWO)

    assert "warnings" not in once.attrs
    assert twice["B"].iloc[0] == pytest.approx(-100, rel=0.01)
    assert twice.attrs["warnings"] == ("A, B were compensated before; this is the second time",)


def test_a_row_in_percent_is_brought_to_one() -> None:
    """A matrix in percent is the same matrix."""
    matrix = compensation.spillover([[100, 10], [2, 100]], ["A", "B"])

    assert matrix.rows == ((1.0, 0.1), (0.02, 1.0))
    assert "own signal" in matrix.notes[0]


def test_the_compensated_channels_may_have_other_names() -> None:
    """Detectors go in, dyes come out, in the same places."""
    done = compensation.compensate({"A": [1000], "B": [100]}, {**TWO, "dyes": ["FITC", "PE"]})

    assert list(done) == ["FITC", "PE"]
    assert done.attrs["compensated"] == ("FITC", "PE")


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([[1, 0], [0, 1]], "no spillover at all"),
        ([[1, 1.5], [0.1, 1]], "above 1"),
        ([[1, -0.1], [0.1, 1]], "below 0"),
    ],
)
def test_an_odd_matrix_is_used_with_a_note(rows: list[list[float]], note: str) -> None:
    """Identity, more light beside the detector than in it, negative light."""
    assert any(note in said for said in compensation.spillover(rows, ["A", "B"]).notes)


@pytest.mark.parametrize(
    ("rows", "detectors", "reason"),
    [
        ([[1, 0.1]], ["A", "B"], "square matrix"),
        ([[1, 0.1, 0], [0, 1, 0]], ["A", "B"], "square matrix"),
        ([[1, 0.1], [0.1, 1]], ["A", "A"], "each once"),
        ([], [], "each once"),
        ([[0, 1], [1, 0]], ["A", "B"], "rows are dyes|Rows are dyes"),
        ([[1, float("nan")], [0.1, 1]], ["A", "B"], "spillover of row 1 into B"),
    ],
)
def test_a_matrix_that_cannot_be_is_refused(
    rows: list[list[float]], detectors: list[str], reason: str
) -> None:
    """Not square, a detector twice, no own signal, no number."""
    with pytest.raises(BadInput, match=reason):
        compensation.spillover(rows, detectors)


def test_two_dyes_of_one_spectrum_cannot_be_told_apart() -> None:
    """The matrix has no inverse."""
    with pytest.raises(NotInvertible, match="two dyes look the same"):
        compensation.spillover([[1, 0.5], [2, 1]], ["A", "B"])


def test_a_detector_that_is_not_there_is_named() -> None:
    """The message says what the file has."""
    with pytest.raises(BadInput, match="no channel B; found A, C"):
        compensation.compensate({"A": [1.0], "C": [1.0]}, TWO)


def _single(rng: RandomState, place: int, matrix: np.ndarray) -> pd.DataFrame:
    light = np.zeros((2000, 2))
    light[:1200, place] = 10_000
    return pd.DataFrame(light @ matrix + rng.normal(100, 20, light.shape), columns=["A", "B"])


def test_single_stains_give_the_matrix_and_the_check_of_it() -> None:
    """Medians recover 10 % and 2 %; after compensation nothing above 1 % is left."""
    rng, true = RandomState(1), np.array(TWO["rows"])
    stains = {name: _single(rng, place, true) for place, name in enumerate("AB")}
    unstained = pd.DataFrame(rng.normal(100, 20, (2000, 2)), columns=["A", "B"])
    found = compensation.single_stain_spillover(stains, unstained, percentile=99.5)

    assert np.allclose(found.array(), true, atol=0.002)
    clean = {name: compensation.compensate(one, found) for name, one in stains.items()}
    rest = compensation.compensate(unstained, found)
    twice = {name: compensation.compensate(one, found) for name, one in clean.items()}
    again = compensation.compensate(rest, found)

    def left(
        controls: dict[str, pd.DataFrame], blank: pd.DataFrame
    ) -> tuple[tuple[str, str, float], ...]:
        return compensation.residual_spillover(controls, blank, percentile=99.5, at_most=0.01)

    assert left(clean, rest) == ()
    assert left(stains, unstained)[0] == ("A", "B", pytest.approx(0.1, abs=0.002))
    # compensated twice, the pair slants below zero
    assert left(twice, again)[0] == ("A", "B", pytest.approx(-0.1, abs=0.002))


def test_a_single_stain_without_the_dye_is_refused() -> None:
    """A tube that was never stained has no bright event."""
    with pytest.raises(BadInput, match="no event above the unstained"):
        compensation.single_stain_spillover(
            {"A": {"A": [1.0, 2.0]}}, {"A": [5.0, 6.0]}, percentile=99
        )
    with pytest.raises(BadInput, match="holds no event"):
        compensation.single_stain_spillover({"A": {"A": []}}, {"A": [5.0]}, percentile=99)
    with pytest.raises(BadInput, match=r"e\.g\. 99"):
        compensation.single_stain_spillover({"A": {"A": [9.0]}}, {"A": [5.0]}, percentile=0.99)
