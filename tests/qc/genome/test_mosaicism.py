"""Metaphase numbers and mosaic levels, against every tabulated value."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.genome.mosaicism import (
    detection_probability,
    excluded_fraction,
    is_clone,
    metaphases_needed,
    observed_fraction,
)

SEEN_ONCE = {
    10: (0.0956, 0.1829, 0.4013, 0.6513, 0.8031, 0.8926, 0.9718),
    20: (0.1821, 0.3324, 0.6415, 0.8784, 0.9612, 0.9885, 0.9992),
    30: (0.2603, 0.4545, 0.7854, 0.9576, 0.9924, 0.9988, 1.000),
    50: (0.3950, 0.6358, 0.9231, 0.9948, 0.9997, 1.000, 1.000),
    100: (0.6340, 0.8674, 0.9941, 1.000, 1.000, 1.000, 1.000),
}
SEEN_TWICE = {
    20: (0.0599, 0.2642, 0.6083, 0.8244, 0.9308, 0.9924),
    30: (0.1205, 0.4465, 0.8163, 0.9520, 0.9895, 0.9997),
    50: (0.2642, 0.7206, 0.9662, 0.9971, 0.9998, 1.000),
    100: (0.5967, 0.9629, 0.9997, 1.000, 1.000, 1.000),
}
SEEN_THRICE = {
    20: (0.0755, 0.3231, 0.5951, 0.7939, 0.9645),
    30: (0.1878, 0.5886, 0.8486, 0.9558, 0.9979),
}
EXCLUDED = {
    10: (20.57, 25.89, 36.90),
    20: (10.87, 13.91, 20.57),
    30: (7.39, 9.50, 14.23),
    50: (4.50, 5.82, 8.80),
    100: (2.28, 2.95, 4.50),
}


@pytest.mark.parametrize(
    ("at_least", "percents", "table"),
    [
        (1, (1, 2, 5, 10, 15, 20, 30), SEEN_ONCE),
        (2, (2, 5, 10, 15, 20, 30), SEEN_TWICE),
        (3, (5, 10, 15, 20, 30), SEEN_THRICE),
    ],
)
def test_the_probability_of_seeing_a_mosaic_follows_the_table(
    at_least: int, percents: tuple[int, ...], table: dict[int, tuple[float, ...]]
) -> None:
    """Four decimals, for one, two and three abnormal cells."""
    for n, row in table.items():
        found = [round(detection_probability(n, p / 100, at_least=at_least), 4) for p in percents]
        # the table prints 1.000 for 0.9999 and above
        assert found == pytest.approx(row, abs=6e-5)


@pytest.mark.parametrize(("n", "percents"), EXCLUDED.items())
def test_normal_cells_exclude_the_tabulated_level(n: int, percents: tuple[float, ...]) -> None:
    """At 90, 95 and 99 % confidence, in percent."""
    found = [round(100 * excluded_fraction(n, confidence=c), 2) for c in (0.90, 0.95, 0.99)]
    assert found == list(percents)


@pytest.mark.parametrize(
    ("n", "gain", "loss"),
    [(20, 21.61, 28.26), (30, 14.86, 19.53), (50, 9.14, 12.06), (100, 4.66, 6.16)],
)
def test_a_clone_needs_a_higher_level_to_be_seen(n: int, gain: float, loss: float) -> None:
    """Two cells for a gain, three for a loss, with 95 % confidence."""
    assert round(100 * excluded_fraction(n, at_least=2), 2) == gain
    assert round(100 * excluded_fraction(n, at_least=3), 2) == loss


@pytest.mark.parametrize(("percent", "n"), [(10, 29), (20, 14), (30, 9)])
def test_metaphase_numbers_agree_with_the_published_ones(percent: int, n: int) -> None:
    """Richkind & Risch 1990: 29, 14 and 9 independent colonies at 95 %."""
    assert metaphases_needed(percent / 100) == n


@pytest.mark.parametrize(("confidence", "n"), [(0.90, 45), (0.95, 59), (0.99, 90)])
def test_five_percent_needs_many_cells(confidence: float, n: int) -> None:
    """45, 59 and 90 cells."""
    assert metaphases_needed(0.05, confidence=confidence) == n


@pytest.mark.parametrize(
    ("n", "rounded_up"), [(20, (11, 14, 21)), (30, (8, 10, 15)), (50, (5, 6, 9))]
)
def test_hooks_table_is_the_formula_rounded_up(n: int, rounded_up: tuple[int, ...]) -> None:
    """Hook 1977, whole percent at 90, 95 and 99 %."""
    found = [math.ceil(100 * excluded_fraction(n, confidence=c)) for c in (0.90, 0.95, 0.99)]
    assert found == list(rounded_up)


def test_rare_residual_cells_need_thousands_of_events() -> None:
    """0.1 % needs 2,995 and 0.01 % needs 29,956 cells at 95 %."""
    assert metaphases_needed(0.001) == 2995
    assert metaphases_needed(0.0001) == 29956


@given(st.floats(0.005, 1.0), st.sampled_from([0.9, 0.95, 0.99]), st.integers(1, 3))
def test_one_cell_fewer_would_not_be_enough(fraction: float, confidence: float, k: int) -> None:
    """The number returned is the smallest that reaches the confidence."""
    n = metaphases_needed(fraction, confidence=confidence, at_least=k)
    assert n >= k
    assert detection_probability(n, fraction, at_least=k) >= confidence
    if n > 1:
        assert detection_probability(n - 1, fraction, at_least=k) < confidence


@given(st.integers(3, 300), st.integers(1, 3))
def test_the_excluded_level_is_found_with_just_that_confidence(n: int, k: int) -> None:
    """excluded_fraction inverts detection_probability."""
    level = excluded_fraction(n, at_least=k)
    assert 0 < level < 1
    assert detection_probability(n, level, at_least=k) == pytest.approx(0.95, abs=1e-6)


@pytest.mark.parametrize("kind", ["gain", "structural", "marker"])
def test_a_gain_is_a_clone_from_its_number_of_cells_on(kind: str) -> None:
    """Below, at and above two cells."""
    found = [is_clone(cells, kind=kind, gain_cells=2, loss_cells=3) for cells in (1, 2, 3)]
    assert found == [False, True, True]


def test_a_loss_is_a_clone_from_its_own_number_on() -> None:
    """Below, at and above three cells."""
    found = [is_clone(cells, kind="loss", gain_cells=2, loss_cells=3) for cells in (2, 3, 4)]
    assert found == [False, True, True]


def test_what_cannot_be_is_refused() -> None:
    """No cells, no fraction, percent instead of share, fewer cells than asked, unknown kind."""
    with pytest.raises(BadInput, match="1 or more"):
        excluded_fraction(0)
    with pytest.raises(BadInput, match="No number of cells"):
        metaphases_needed(0)
    with pytest.raises(BadInput, match=r"0\.10 for 10 %"):
        detection_probability(20, 10)
    with pytest.raises(BadInput, match="never show 3"):
        excluded_fraction(2, at_least=3)
    with pytest.raises(BadInput, match="expected one of"):
        is_clone(2, kind="trisomy", gain_cells=2, loss_cells=3)


def test_an_observed_share_carries_its_two_sided_interval() -> None:
    """None of 20 has a higher two-sided limit than the one-sided one."""
    found = observed_fraction(0, 20)

    assert (found.value, found.n, found.unit) == (0, 20, "share")
    assert found.interval is not None
    assert found.interval.high > excluded_fraction(20)
    with pytest.raises(BadInput, match="not a share"):
        observed_fraction(21, 20)
