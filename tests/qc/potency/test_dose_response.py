"""IC50: which one, with what interval, and when none may be reported."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.dose_response import (
    DoseResponse,
    FlatResponse,
    MidpointBeyondDoses,
    NoCrossing,
    NoPlateau,
    StepResponse,
    absolute_ic50,
    dose_response,
)
from stemcell_kit.qc.potency.logistic import NoFit, fit_logistic
from stemcell_kit.qc.potency.relative_response import percent_of_controls
from stemcell_kit.qc.potency.response_area import response_area

DOSES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]
VIABILITY = [99.1, 98.0, 93.6, 81.0, 55.2, 27.9, 13.5, 8.8]
RULES = {"least_span": 20.0, "least_covered_percent": 80.0}


def logistic(dose: float, bottom: float, top: float, midpoint: float, slope: float) -> float:
    """The curve itself, written apart from the kit."""
    return bottom + (top - bottom) / (1 + (dose / midpoint) ** slope)


def noisy(midpoint: float, slope: float = 1.2, *, bottom: float = 5, sd: float = 2, seed: int = 1,
          doses: list[float] = DOSES) -> tuple[list[float], list[float]]:  # fmt: skip
    """Triplicates on a curve from 100 down to *bottom*."""
    rng = np.random.RandomState(seed)
    wells = [dose for dose in doses for _ in range(3)]
    return wells, [logistic(d, bottom, 100, midpoint, slope) + sd * rng.normal() for d in wells]


def fit(doses: list[float], responses: list[float], **rules: float) -> DoseResponse:
    """Fit under the usual rules of these tests."""
    return dose_response(doses, responses, **{**RULES, **rules})  # type: ignore[arg-type]


def test_the_curve_is_that_of_scipy() -> None:
    """An independent search gives the same parameters, and the same error of ln IC50."""
    doses, y = noisy(0.8)

    def curve(x, bottom, top, location, slope):  # type: ignore[no-untyped-def]
        return bottom + (top - bottom) / (1 + np.exp(slope * (x - location)))

    start = (5, 100, 0, 1)
    values, covariance = optimize.curve_fit(curve, np.log(doses), y, p0=start)
    found = fit(doses, y)
    expected = [found.bottom, found.top, math.log(found.value), found.slope]
    assert expected == pytest.approx(list(values), rel=1e-5)
    assert found.curve.errors["location"] == pytest.approx(math.sqrt(covariance[2, 2]), rel=1e-4)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 % of 100 simulated series; both the relative and the absolute IC50."""
    relative = absolute = 0
    crossing = (95 / 45 - 1) ** (1 / 1.2)
    for seed in range(100):
        doses, y = noisy(1.0, sd=4, seed=seed)
        interval = fit(doses, y).relative_ic50.interval
        relative += interval.low <= 1.0 <= interval.high
        other = absolute_ic50(doses, y, level=50, least_span=20, least_covered_percent=80).interval
        absolute += other.low <= crossing <= other.high

    assert 0.90 <= relative / 100 <= 0.99
    assert 0.90 <= absolute / 100 <= 0.99


def test_relative_and_absolute_ic50_say_which_they_are() -> None:
    """A lower plateau above zero drives them apart."""
    absolute = absolute_ic50(DOSES, VIABILITY, level=50, least_span=20, least_covered_percent=80)

    assert absolute.kind == "absolute IC50 (response 50)"
    assert fit(DOSES, VIABILITY).relative_ic50.kind == "relative IC50"
    assert absolute.value > fit(DOSES, VIABILITY).value


def test_the_untreated_control_is_kept_on_its_plateau() -> None:
    """Zero doses take part in the fit of the top and are named."""
    found = fit([0, 0, *DOSES], [90.0, 92.0, *VIABILITY])

    assert found.notes == ("2 untreated wells kept as control on the plateau at dose zero",)
    assert found.top < fit(DOSES, VIABILITY).top
    assert found.n == 10


def test_a_rising_curve_is_fitted_with_a_negative_slope() -> None:
    """Positive slopes fall, as in drc; the midpoint is the same."""
    rising = fit([0, *DOSES], [0.5, *(100 - v for v in VIABILITY)])

    assert rising.slope < 0
    assert rising.value == pytest.approx(fit([0, *DOSES], [99.5, *VIABILITY]).value, rel=1e-6)


def test_five_parameters_report_the_midpoint_and_not_the_parameter() -> None:
    """On a lopsided curve the location is not the dose of half response."""
    doses = [10 ** (k / 4) for k in range(-10, 13)]
    rng = np.random.RandomState(2)
    y = [10 + 90 / (1 + d**1.5) ** 0.4 + 0.2 * rng.normal() for d in doses]
    found = dose_response(doses, y, model="5PL", **RULES)  # type: ignore[arg-type]

    half = (2 ** (1 / 0.4) - 1) ** (1 / 1.5)
    assert found.value == pytest.approx(half, rel=0.03)
    assert math.exp(found.curve.location) == pytest.approx(1, rel=0.15)
    assert found.asymmetry == pytest.approx(0.4, rel=0.15)


@pytest.mark.parametrize("seed", range(12))
def test_a_flat_series_gives_no_ic50(seed: int) -> None:
    """Noise of 5 % around 100 %, whatever a search would print."""
    rng = np.random.RandomState(seed)
    doses = [dose for dose in DOSES for _ in range(3)]

    with pytest.raises(NoFit):
        fit(doses, list(100 + 5 * rng.normal(size=24)))


def test_readings_without_scatter_are_fitted_exactly() -> None:
    """A lesson's clean curve has an interval without width."""
    found = fit(DOSES, [logistic(dose, 5, 100, 0.8, 1.2) for dose in DOSES])

    assert (found.value, found.slope, found.bottom) == pytest.approx((0.8, 1.2, 5))
    assert found.relative_ic50.interval.high == pytest.approx(0.8)


@pytest.mark.parametrize(("middle", "refused"), [(100, True), (0, True), (60, False)])
def test_a_step_between_two_doses_has_no_ic50(middle: float, refused: bool) -> None:
    """Without a dose on the way down any midpoint between the two fits as well."""
    y = [100, 100, 100, 99.5 if middle == 60 else 100, middle, 0, 0, 0]
    if refused:
        with pytest.raises(StepResponse, match="The IC50 lies between two doses"):
            fit(DOSES, y)
    else:
        assert 0.3 < fit(DOSES, y).value < 3


def test_a_response_smaller_than_asked_for_is_flat() -> None:
    """A clear step of 15 points is below 20 and above 10."""
    doses, y = noisy(1, bottom=85, sd=0.5)

    assert fit(doses, y, least_span=10).value == pytest.approx(1, rel=0.2)
    with pytest.raises(FlatResponse, match=r"the plateaus differ by 1[45].*expected at least 20"):
        fit(doses, y)


@pytest.mark.parametrize(
    ("midpoint", "known", "refused"),
    [(1, {}, False), (60, {"bottom": 5.0}, True), (0.004, {"top": 100.0}, True)],
)
def test_a_midpoint_outside_the_doses_is_not_reported(
    midpoint: float, known: dict[str, float], refused: bool
) -> None:
    """The series runs from 0.01 to 30; with a plateau known a curve is found, but not shown."""
    doses, y = noisy(midpoint, 2, sd=1)
    if not refused:
        assert fit(doses, y, **known).value == pytest.approx(midpoint, rel=0.1)
        return
    with pytest.raises(MidpointBeyondDoses, match="do not report an IC50 that was not tested"):
        fit(doses, y, **known, least_covered_percent=1)


@pytest.mark.parametrize("midpoint", [60, 0.004])
def test_half_a_curve_determines_no_midpoint(midpoint: float) -> None:
    """Without the far plateau the search has no floor, and nothing is reported."""
    with pytest.raises(NoFit):
        fit(*noisy(midpoint, 2, sd=1), least_covered_percent=1)


def test_a_curve_that_ends_before_its_plateau_is_not_reported() -> None:
    """With 75 % of the span shown, 60 % may be enough and 80 % is not."""
    doses, y = noisy(10, 1.0, bottom=0, sd=0.3)

    assert fit(doses, y, least_covered_percent=60).value == pytest.approx(10, rel=0.1)
    with pytest.raises(NoPlateau, match=r"the doses show 7\d % .* at least 80 %"):
        fit(doses, y)


@pytest.mark.parametrize(("highest", "fine"), [(102.0, True), (98.0, False)])
def test_a_plateau_outside_what_is_plausible_is_refused(highest: float, fine: bool) -> None:
    """The top is 99.52."""
    if fine:
        assert dose_response(DOSES, VIABILITY, plausible=(0, highest), **RULES).value  # type: ignore[arg-type]
    else:
        with pytest.raises(NoPlateau, match=r"top plateau is 99\.52; expected 0 to 98"):
            dose_response(DOSES, VIABILITY, plausible=(0, highest), **RULES)  # type: ignore[arg-type]


def test_a_level_that_is_never_crossed_is_reported_as_not_reached() -> None:
    """A plateau at 60 % has a relative but no absolute IC50 at 50 %."""
    doses, y = noisy(1, bottom=60)

    assert fit(doses, y).value == pytest.approx(1, rel=0.2)
    with pytest.raises(NoCrossing, match=r"never crosses 50; .* not reached up to 30"):
        absolute_ic50(doses, y, level=50, least_span=20, least_covered_percent=80)


def test_a_level_crossed_beyond_the_doses_is_reported_as_above() -> None:
    """The fitted curve may not be followed to untested doses."""
    doses, y = noisy(4, 1.0, bottom=0, sd=0.3)

    with pytest.raises(NoCrossing, match="Report the absolute IC50 as above 30"):
        absolute_ic50(doses, y, level=5, least_span=20, least_covered_percent=80)


@pytest.mark.parametrize(
    ("doses", "responses", "words"),
    [
        ([1, 2, 3, 4], [9, 7, 3, 1], "4 readings at 4 doses for 4 parameters"),
        ([1, 1, 2, 2, 3, 3], [9, 8, 5, 5, 1, 2], "6 readings at 3 doses"),
        ([-2, -1, 0, 1, 2], [9, 8, 5, 2, 1], "give the doses themselves"),
        ([1, 2, 3], [9, 7], "Look for a lost well"),
        ([0, 0, 0, 0, 0], [9, 8, 7, 8, 9], "every well is untreated"),
        ([1, 2, 3, 4, 5], [9, 8, float("nan"), 4, 2], "response, value 3 is nan"),
    ],
)
def test_series_that_cannot_be_fitted_are_refused(
    doses: list[float], responses: list[float], words: str
) -> None:
    """The message says what is missing."""
    with pytest.raises(BadInput, match=words):
        fit(doses, responses)


def test_an_unknown_model_is_refused() -> None:
    """The message names the two."""
    with pytest.raises(BadInput, match="model is '3PL'; expected 4PL or 5PL"):
        dose_response(DOSES, VIABILITY, model="3PL", **RULES)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 3), st.floats(0.9, 2.5), st.floats(0, 30), st.floats(0.01, 100))
def test_the_unit_of_dose_only_scales_the_ic50(
    midpoint: float, slope: float, bottom: float, factor: float
) -> None:
    """Micromolar or nanomolar: same curve, same slope, scaled IC50 and interval."""
    doses, y = noisy(midpoint, slope, bottom=bottom, sd=0.5)
    one, other = fit(doses, y), fit([factor * dose for dose in doses], y)

    assert other.value == pytest.approx(factor * one.value, rel=1e-4)
    assert other.slope == pytest.approx(one.slope, rel=1e-4)
    low, scaled = one.relative_ic50.interval.low, other.relative_ic50.interval.low
    assert scaled == pytest.approx(factor * low, rel=1e-3)


def test_a_known_plateau_is_not_fitted() -> None:
    """Then it has no error."""
    curve = fit_logistic([math.log(d) for d in DOSES], VIABILITY, bottom=0)

    assert curve.bottom == 0
    assert set(curve.errors) == {"top", "location", "slope"}


def test_weights_must_fit_the_readings() -> None:
    """One for each, above zero."""
    logs = [math.log(d) for d in DOSES]
    with pytest.raises(BadInput, match="2 weights for 8 readings"):
        fit_logistic(logs, VIABILITY, weights=[1, 1])
    with pytest.raises(BadInput, match="a weight is 0"):
        fit_logistic(logs, VIABILITY, weights=[0.0] * 8)


# --- area and percent ----------------------------------------------------------------------


def test_the_area_exists_where_the_ic50_does_not() -> None:
    """A flat series at the control has the area 1; the untreated well does not count."""
    assert response_area([0, *DOSES], [500, *[100] * 8]).value == pytest.approx(1)
    assert response_area([1, 10, 100], [100, 50, 0]).value == pytest.approx(0.5)
    with pytest.raises(BadInput, match="1 dose above zero"):
        response_area([0, 1], [100, 50])


def test_percent_of_controls_is_not_clipped() -> None:
    """Above the vehicle and below the blank are kept."""
    assert percent_of_controls([110, 130], vehicle=100, blank=0) == pytest.approx(120)
    assert percent_of_controls(-5, vehicle=[90, 110], blank=[0, 0]) == pytest.approx(-5)


@pytest.mark.parametrize("vehicle", [9, 10])
def test_a_vehicle_that_is_not_above_the_blank_is_refused(vehicle: float) -> None:
    """There is no scale."""
    with pytest.raises(BadInput, match="whether the blank was subtracted twice"):
        percent_of_controls(5, vehicle=vehicle, blank=10)
