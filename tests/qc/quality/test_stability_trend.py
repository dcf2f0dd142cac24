"""Trend in storage, shelf life and poolability."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.formula.api import ols

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.stability_trend import (
    Poolability,
    StabilityTrend,
    poolability,
    stability_trend,
)

MONTHS = [0.0, 3, 6, 9, 12, 18, 24]
FALLING = [92.0, 91.5, 91.0, 89.5, 89.6, 87.9, 86.5]


def trend(values: list[float] = FALLING, limit: float = 85.0, **options: object) -> StabilityTrend:
    """The trend against a lower limit."""
    given = {"side": "lower", "longest": 60.0, **options}
    return stability_trend(MONTHS, values, limit=limit, **given)  # type: ignore[arg-type]


def test_the_shelf_life_is_where_the_bound_of_statsmodels_meets_the_limit() -> None:
    """At the time found, the lower end of the two-sided 90 % interval of the mean is the limit."""
    found = trend()
    fit = ols("y ~ x", pd.DataFrame({"x": MONTHS, "y": FALLING})).fit()
    mean = fit.get_prediction(pd.DataFrame({"x": [found.value]})).summary_frame(alpha=0.10)

    assert float(mean["mean_ci_lower"].iloc[0]) == pytest.approx(85.0, abs=1e-6)
    assert found.slope == pytest.approx(fit.params["x"])
    assert found.residual_sd == pytest.approx(math.sqrt(fit.scale))
    assert found.reached and found.changes


def test_the_bound_gives_less_time_than_the_line() -> None:
    """What is sure is shorter than what is likely, and more confidence shorter still."""
    assert trend().value < trend().line_meets_limit
    assert trend(confidence=0.99).value < trend().value


def test_a_time_beyond_the_data_is_called_extrapolated() -> None:
    """With a limit of 80 % the time lies beyond month 24; with 88 % before it."""
    assert any("extrapolated" in note for note in trend(limit=80.0).notes)
    assert trend(limit=88.0).notes == ()


def test_a_lot_that_keeps_is_claimed_no_longer_than_asked() -> None:
    """The bound is still inside at 30 months: 30 is the answer, not infinity."""
    found = trend([92.0, 91.8, 92.1, 91.9, 92.0, 92.2, 91.9], longest=30.0)

    assert (found.value, found.reached) == (30.0, False)
    assert not found.changes
    assert any("stays inside the limit" in note for note in found.notes)


def test_an_upper_limit_is_the_mirror_image() -> None:
    """A rising impurity against 15 lasts as long as its mirror against 85."""
    rising = [100 - v for v in FALLING]

    assert trend(rising, 15.0, side="upper").value == pytest.approx(trend().value)


@given(st.floats(min_value=0.1, max_value=10), st.floats(min_value=-50, max_value=50))
@settings(max_examples=30, deadline=None)
def test_the_unit_of_the_property_does_not_change_the_time(scale: float, shift: float) -> None:
    """Property and limit in another unit: the months are the same."""
    found = trend([scale * v + shift for v in FALLING], scale * 85 + shift)

    assert found.value == pytest.approx(trend().value, rel=1e-6)


@pytest.mark.parametrize(
    ("months", "values", "options", "message"),
    [
        ([0, 3], [92, 91], {}, "2 times and 2 values"),
        ([0, 0, 0], [92, 91, 90], {}, "all tests are of month 0"),
        ([0, 3, 6], [92, 91, 90], {}, "exactly on a line"),
        ([0, 3, 6], [84, 83.5, 82.8], {}, "misses the limit 85 at month 0"),
        ([0, 3, -6], [92, 91, 91], {}, "month of test 3"),
        ([0, 3, 6], [92, 91, 90.2], {"side": "below"}, "expected lower or upper"),
    ],
)
def test_what_gives_no_time_is_refused(
    months: list[float], values: list[float], options: dict[str, str], message: str
) -> None:
    """Too few, one time, no scatter, already outside, negative time, no side."""
    given = {"limit": 85.0, "side": "lower", "longest": 60.0, **options}
    with pytest.raises(BadInput, match=message):
        stability_trend(months, values, **given)  # type: ignore[arg-type]


# --- several lots --------------------------------------------------------------------------

TIMES = [0.0, 3, 6, 9, 12]
NOISE = [0.2, -0.2, 0.1, -0.3, 0.2]


def lots(*lines: tuple[float, float]) -> Poolability:
    """Lots by start and slope, each with the same scatter in another order."""
    values, names = [], []
    for place, (start, slope) in enumerate(lines):
        scatter = NOISE[place:] + NOISE[:place]
        values += [start + slope * t + e for t, e in zip(TIMES, scatter, strict=True)]
        names += [f"lot {place}"] * len(TIMES)
    return poolability(TIMES * len(lines), values, names, level=0.25)


def test_alike_lots_share_a_line_and_others_do_not() -> None:
    """Equal lines, other starts, other slopes: three answers."""
    assert lots((92, -0.2), (92, -0.2), (92, -0.2)).value == "common line"
    assert lots((92, -0.2), (90, -0.2), (94, -0.2)).value == "common slope"
    assert lots((92, -0.2), (92, -0.5), (92, -0.9)).value == "separate lines"


def test_the_level_decides_as_it_says() -> None:
    """Just below and above the p value of the slopes."""
    values = [92.0, 91.5, 91.0, 89.9, 89.6, 92.0, 91.2, 90.4, 89.0, 88.6]
    names = ["A"] * 5 + ["B"] * 5
    p = poolability(TIMES * 2, values, names, level=0.25).slopes_p

    assert poolability(TIMES * 2, values, names, level=p * 0.999).value != "separate lines"
    assert poolability(TIMES * 2, values, names, level=p * 1.001).value == "separate lines"


def test_the_f_test_of_two_slopes_is_the_t_test_squared() -> None:
    """Two lots: statsmodels' t of the interaction, squared."""
    values = [92.0, 91.5, 91.0, 89.9, 89.6, 92.0, 91.2, 90.4, 89.0, 88.6]
    names = ["A"] * 5 + ["B"] * 5
    fit = ols("y ~ x * C(lot)", pd.DataFrame({"x": TIMES * 2, "y": values, "lot": names})).fit()
    found = poolability(TIMES * 2, values, names, level=0.25)

    assert found.slopes_f == pytest.approx(fit.tvalues["x:C(lot)[T.B]"] ** 2)
    assert found.slopes_p == pytest.approx(float(stats.f.sf(found.slopes_f, 1, 6)))


@pytest.mark.parametrize(
    ("months", "values", "names", "message"),
    [
        ([0, 3, 6], [1, 2, 2], ["A", "A", "A"], "at least two lots"),
        ([0, 3, 6], [1, 2, 2], ["A", "A", "B"], "lot B was tested at one time only"),
        ([0, 3, 0, 3], [1, 2, 2, 3], ["A", "A", "B", "B"], "more than two per lot"),
        ([0, 3, 6], [1, 2, 2], ["A", "B"], "2 lots for 3 tests"),
        ([0, 3, 6] * 2, [1, 2, 3] * 2, ["A"] * 3 + ["B"] * 3, "exactly on its line"),
    ],
)
def test_lots_that_cannot_be_compared_are_refused(
    months: list[float], values: list[float], names: list[str], message: str
) -> None:
    """One lot, one time, too few tests, a missing name, no scatter."""
    with pytest.raises(BadInput, match=message):
        poolability(months, values, names, level=0.25)
