"""Growth curves with lag and plateau."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.cells.growth import NoGrowth
from stemcell_kit.qc.cells.growth_curve import NoPlateau, fit_growth

DAYS = [24.0 * day for day in range(11)]
SCATTER = [1.03, 0.96, 1.02, 0.98, 1.04, 0.97, 1.0, 1.03, 0.97, 1.02, 0.98]


def logistic(rate: float, start: float = 2e4, ceiling: float = 1e6) -> list[float]:
    """Cells each day by the closed form of logistic growth, without a lag."""
    folds = [math.exp(rate * t) for t in DAYS]
    return [start * f / (1 + (f - 1) * start / ceiling) for f in folds]


def lagged(rate: float, lag_h: float, times: list[float]) -> list[float]:
    """Cells by integrating dN/dt = rate q/(1+q) N with dq/dt = rate q: the lag of Baranyi."""
    q0 = 1 / math.expm1(rate * lag_h)
    found = integrate.solve_ivp(
        lambda t, y: [rate * y[1] / (1 + y[1]) * y[0], rate * y[1]],
        (0, times[-1]), [2e4, q0], t_eval=times, rtol=1e-10, atol=1e-10,
    )  # fmt: skip
    return list(found.y[0])


def test_a_culture_that_doubles_each_day() -> None:
    """24 h, no lag, no ceiling, and an interval that is nearly a point."""
    found = fit_growth(DAYS[:7], [1e4 * 2**d for d in range(7)], model="exponential")

    assert found.doubling_time_h == pytest.approx(24, rel=1e-6)
    assert (found.lag_h, found.capacity) == (0.0, math.inf)
    assert (found.unit, found.n) == ("1/h", 7)
    assert any("lag does not improve" in note for note in found.notes)


def test_the_lag_is_that_of_the_differential_equation() -> None:
    """Rate 0.03 and 20 h of lag come back from the integrated culture."""
    times = [8.0 * i for i in range(14)]
    found = fit_growth(times, lagged(0.03, 20.0, times), model="exponential")

    assert found.value == pytest.approx(0.03, rel=1e-3)
    assert found.lag_h == pytest.approx(20, rel=1e-2)


def test_a_rate_through_the_lag_is_too_low() -> None:
    """First to last count as one passage gives less than the rate of the growth phase."""
    times = [8.0 * i for i in range(14)]
    cells = lagged(0.03, 20.0, times)
    through = math.log(cells[-1] / cells[0]) / times[-1]

    assert fit_growth(times, cells, model="exponential").value > 1.15 * through


def test_logistic_growth_has_its_ceiling() -> None:
    """Rate and ceiling of the closed form; the exponential model warns that the end bends."""
    cells = [n * e for n, e in zip(logistic(0.04), SCATTER, strict=True)]
    found = fit_growth(DAYS, cells, model="logistic")

    assert found.value == pytest.approx(0.04, rel=0.06)
    assert found.interval.low < 0.04 < found.interval.high
    assert found.capacity == pytest.approx(1e6, rel=0.05)
    straight = fit_growth(DAYS, cells, model="exponential")
    assert any("bend away" in note for note in straight.notes)


@pytest.mark.parametrize("model", ["exponential", "logistic"])
@pytest.mark.parametrize(("trend", "word"), [(0.0, "stay level"), (-0.01, "fall")])
def test_what_does_not_grow_has_no_rate(model: str, trend: float, word: str) -> None:
    """Flat and declining wells are refused in words."""
    cells = [1e5 * math.exp(trend * t) * e for t, e in zip(DAYS, SCATTER, strict=True)]
    with pytest.raises(NoGrowth, match=f"the counts {word}.*expected a rise"):
        fit_growth(DAYS, cells, model=model)


def test_a_ceiling_that_was_not_seen_is_refused() -> None:
    """Counts that rise to the end as on the first day have no plateau to report."""
    cells = [1e4 * 2**d * e for d, e in zip(range(11), SCATTER, strict=True)]
    with pytest.raises(NoPlateau, match="Fit the exponential model, or count longer"):
        fit_growth(DAYS, cells, model="logistic")


@pytest.mark.parametrize("bad", [0.0, -250.0])
def test_a_count_without_a_logarithm_is_refused(bad: float) -> None:
    """Background-subtracted zeros and negatives are named by place."""
    with pytest.raises(BadInput, match=r"count 2 is .*have no logarithm"):
        fit_growth(DAYS[:6], [1e4, bad, 3e4, 4e4, 5e4, 6e4], model="exponential")


def test_too_few_counts_and_unknown_models_are_refused() -> None:
    """Six counts at five times are the least."""
    with pytest.raises(BadInput, match=r"5 times .* and 5 counts"):
        fit_growth(DAYS[:5], [1e4] * 5, model="exponential")
    with pytest.raises(BadInput, match="expected one of exponential, logistic"):
        fit_growth(DAYS, logistic(0.04), model="gompertz")


@given(st.floats(min_value=0.01, max_value=100))
@settings(max_examples=12, deadline=None)
def test_the_unit_of_the_counts_does_not_change_the_rate(scale: float) -> None:
    """Cells per well or per mL: rate and lag stay, start and ceiling scale."""
    cells = [n * e for n, e in zip(logistic(0.04), SCATTER, strict=True)]
    one = fit_growth(DAYS, cells, model="logistic")
    other = fit_growth(DAYS, [scale * n for n in cells], model="logistic")

    assert other.value == pytest.approx(one.value, rel=1e-3)
    assert other.capacity == pytest.approx(scale * one.capacity, rel=1e-3)


def test_the_interval_holds_the_rate_as_often_as_it_says() -> None:
    """Of 40 noisy cultures at least 34 intervals of 95 % hold the true rate."""
    rng = np.random.RandomState(6)
    held = 0
    for _ in range(40):
        cells = np.array(logistic(0.04)) * np.exp(0.05 * rng.normal(size=11))
        room = fit_growth(DAYS, list(cells), model="logistic").interval
        held += room.low <= 0.04 <= room.high

    assert held >= 34
