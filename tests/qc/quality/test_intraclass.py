"""Intraclass correlation."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.intraclass import FORMS, intraclass

TABLE = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
GOOD = [[10.0, 10.2], [12.1, 12.0], [9.0, 9.3], [14.2, 14.1], [11.0, 10.9]]


def test_the_mean_squares_are_those_of_a_two_way_analysis() -> None:
    """statsmodels gives the same table."""
    rows = [(s, r, v) for s, line in enumerate(TABLE) for r, v in enumerate(line)]
    data = pd.DataFrame(rows, columns=["sample", "reader", "y"])
    squares = anova_lm(ols("y ~ C(sample) + C(reader)", data).fit())["mean_sq"]
    found = intraclass(TABLE, form="ICC(2,1)")

    assert found.between_samples == pytest.approx(squares["C(sample)"])
    assert found.between_readers == pytest.approx(squares["C(reader)"])
    assert found.residual == pytest.approx(squares["Residual"])


def test_the_interval_of_consistency_by_its_f_ratio() -> None:
    """F = 11.24 / 1.02 with 5 and 15 degrees of freedom, divided and multiplied by its quantile."""
    found = intraclass(TABLE, form="ICC(3,1)")
    ratio = found.between_samples / found.residual
    low = ratio / stats.f.ppf(0.975, 5, 15)
    high = ratio * stats.f.ppf(0.975, 15, 5)

    assert found.interval.low == pytest.approx((low - 1) / (low + 3))
    assert found.interval.high == pytest.approx((high - 1) / (high + 3))
    assert (found.n, found.readers, found.form) == (6, 4, "ICC(3,1)")


def test_a_constant_difference_between_readers_is_seen_by_agreement_alone() -> None:
    """One reader two points higher throughout: consistency stays, agreement falls."""
    shifted = [[a, b + 2] for a, b in GOOD]

    same = intraclass(GOOD, form="ICC(3,1)").value
    assert intraclass(shifted, form="ICC(3,1)").value == pytest.approx(same)
    assert intraclass(shifted, form="ICC(2,1)").value < same - 0.2


@pytest.mark.parametrize("model", ["1", "2", "3"])
def test_the_mean_of_readings_is_spearman_brown(model: str) -> None:
    """k r / (1 + (k - 1) r), for the value and for both ends of the interval."""
    one, mean = (intraclass(TABLE, form=f"ICC({model},{k})") for k in ("1", "k"))

    for single, whole in ((one.value, mean.value), (one.interval.low, mean.interval.low),
                          (one.interval.high, mean.interval.high)):  # fmt: skip
        assert whole == pytest.approx(4 * single / (1 + 3 * single))


def test_intervals_of_agreement_hold_the_truth_as_often_as_they_say() -> None:
    """Samples SD 2, readers SD 1, error SD 1: ICC(2,1) is 4/6; about 95 % of 150 studies."""
    rng = np.random.RandomState(8)
    held = 0
    for _ in range(150):
        table = 2 * rng.normal(size=(20, 1)) + rng.normal(size=(1, 8)) + rng.normal(size=(20, 8))
        room = intraclass(table.tolist(), form="ICC(2,1)").interval
        held += room.low <= 4 / 6 <= room.high

    assert 134 <= held <= 149


def test_readers_who_agree_fully_have_one() -> None:
    """No error at all: 1 in every form."""
    table = [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]

    assert all(intraclass(table, form=form).value == 1 for form in FORMS)
    assert intraclass(table, form="ICC(3,1)").interval.low == 1


@given(st.floats(min_value=0.1, max_value=100), st.floats(min_value=-100, max_value=100))
@settings(max_examples=30, deadline=None)
def test_the_unit_does_not_matter(scale: float, shift: float) -> None:
    """Every form is a ratio of variances, inside its interval."""
    other = [[scale * v + shift for v in row] for row in TABLE]
    for form in FORMS:
        found = intraclass(other, form=form)
        assert found.value == pytest.approx(intraclass(TABLE, form=form).value, abs=1e-8)
        assert found.interval.low <= found.value <= found.interval.high


@pytest.mark.parametrize(
    ("table", "form", "message"),
    [
        (TABLE, "ICC", r"expected one of ICC\(1,1\)"),
        ([[1.0, 2.0]], "ICC(1,1)", "1 samples"),
        ([[1.0, 2.0], [1.0]], "ICC(1,1)", "Leave incomplete samples out"),
        ([[1.0, 2.0], [2.0, 1.0]], "ICC(1,1)", "all 2 samples have the same mean"),
        ([[1.0, math.nan], [2.0, 1.0]], "ICC(1,1)", "a reading of sample 1"),
    ],
)
def test_what_tests_no_reader_is_refused(table: list[list[float]], form: str, message: str) -> None:
    """An unnamed form, one sample, gaps, samples that do not differ."""
    with pytest.raises(BadInput, match=message):
        intraclass(table, form=form)
