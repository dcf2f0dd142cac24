"""Display scales of flow cytometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.flow import scales
from stemcell_kit.qc.flow.scales import OffScale

KINDS = {
    "linear": {"t": 262144.0, "a": 1000.0},
    "log": {"t": 262144.0, "m": 4.5},
    "asinh": {"t": 262144.0, "m": 4.5, "a": 1.0},
    "logicle": {"t": 262144.0, "m": 4.5, "w": 0.5, "a": 0.0},
    "hyperlog": {"t": 262144.0, "m": 4.5, "w": 0.5, "a": 0.0},
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.floats(1e-3, 262144.0), min_size=1, max_size=6))
def test_a_scale_and_its_inverse_cancel(kind: str, values: list[float]) -> None:
    """Values come back, and greater values lie further up."""
    placed = scales.to_scale(values, kind, **KINDS[kind])

    assert np.allclose(scales.from_scale(placed, kind, **KINDS[kind]), values, rtol=1e-6, atol=1e-6)
    assert (np.diff(scales.to_scale(sorted(values), kind, **KINDS[kind])) >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_top_of_every_scale_lies_at_one(kind: str) -> None:
    """``t`` is at 1, whatever the scale."""
    assert scales.to_scale([262144.0], kind, **KINDS[kind])[0] == pytest.approx(1)


def test_logicle_solves_its_biexponential_equation() -> None:
    """Moore & Parks: x = a e^(by) - c e^(-dy) - f, solved here by scipy."""
    t, m, w = 262144.0, 4.5, 0.5
    b = m * math.log(10)
    x_one = w / m  # where zero lies, without additional negative decades
    # the two slopes are tied by W: 2 (ln d - ln b) + (d + b) W / M = 0
    d = optimize.brentq(lambda d: 2 * (math.log(d) - math.log(b)) + (d + b) * w / m, 1e-6, b)
    ratio = math.exp((b + d) * x_one)  # c / a from the zero at x_one of the second derivative
    c_by_a = ratio * (b / d) ** 2
    f_by_a = math.exp(b * x_one) - c_by_a * math.exp(-d * x_one)
    top = math.exp(b) - c_by_a * math.exp(-d) - f_by_a
    places = np.array([x_one, 0.15, 0.3, 0.6, 0.9])
    values = t / top * (np.exp(b * places) - c_by_a * np.exp(-d * places) - f_by_a)

    assert np.allclose(scales.to_scale(values, "logicle", t=t, m=m, w=w), places, atol=1e-6)
    # what lies below zero is the mirror image
    below = scales.to_scale(-values, "logicle", t=t, m=m, w=w)
    assert np.allclose(below, 2 * x_one - places, atol=1e-6)


def test_zero_has_no_place_on_a_log_scale() -> None:
    """Zero and below vanish from a log picture: refused, with the way out; above is shown."""
    with pytest.raises(OffScale, match="2 of 3 values are 0 or below"):
        scales.to_scale([-1, 0, 1], "log", t=1000, m=4)
    assert scales.to_scale([1e-9], "log", t=1000, m=4)[0] < 0
    # inside gates such an event is at the lower end, never lost in silence
    assert scales.scale("log", t=1000, m=4).apply([0.0, -5.0]).tolist() == [-math.inf, -math.inf]


def test_something_that_is_no_number_has_no_place() -> None:
    """A log taken twice gives NaN."""
    with pytest.raises(OffScale, match="no numbers"):
        scales.to_scale([1.0, math.nan], "asinh", t=1000, m=4)


@pytest.mark.parametrize(
    ("kind", "given_", "reason"),
    [
        ("biex", {"t": 1000.0}, "choose one of linear"),
        ("log", {"t": 0.0, "m": 4.0}, "t, the top"),
        ("log", {"t": 1000.0}, "number of decades"),
        ("linear", {"t": 100.0, "a": 101.0}, "expected 0 to 100"),
        ("asinh", {"t": 100.0, "m": 4.0, "a": 4.1}, "expected 0 to 4"),
        ("logicle", {"t": 100.0, "m": 4.0, "w": 2.1}, "at most half of m"),
        ("logicle", {"t": 100.0, "m": 4.0, "w": 1.0, "a": 2.1}, "m - 2w"),
        ("logicle", {"t": 100.0, "m": 4.0, "w": -0.1}, "linear decades"),
        ("hyperlog", {"t": 100.0, "m": 4.0, "w": 0.0}, "Usual are"),
    ],
)
def test_parameters_outside_the_definition_are_refused(
    kind: str, given_: dict[str, float], reason: str
) -> None:
    """Each scale has its own limits."""
    with pytest.raises(BadInput, match=reason):
        scales.scale(kind, **given_)


def test_the_limits_of_the_parameters_are_allowed() -> None:
    """W of exactly half of M, A of exactly M - 2W."""
    assert scales.scale("logicle", t=100, m=4, w=2, a=0).apply([100.0])[0] == pytest.approx(1)
    assert scales.scale("logicle", t=100, m=4, w=1, a=2).apply([100.0])[0] == pytest.approx(1)
