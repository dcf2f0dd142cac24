"""Relative potency only of parallel curves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.parallelism import NotParallel, parallelism, relative_potency

DOSES = [0.1, 0.3, 1, 3, 10, 30, 100]


def series(
    midpoint: float, *, bottom: float = 5, top: float = 100, slope: float = 1.2, seed: int = 1,
    sd: float = 2,
) -> dict[str, list[float]]:  # fmt: skip
    """Triplicates on a falling curve."""
    rng = np.random.RandomState(seed)
    doses = [dose for dose in DOSES for _ in range(3)]
    curve = [bottom + (top - bottom) / (1 + (dose / midpoint) ** slope) for dose in doses]
    return {"dose": doses, "response": [value + sd * rng.normal() for value in curve]}


def test_the_f_test_is_that_of_two_independent_fits() -> None:
    """Scipy fits five and eight parameters and gives the same F."""
    one, two = series(3, seed=1), series(1.5, seed=2)
    x = np.log(np.array(one["dose"]))
    ys = [np.array(s["response"]) for s in (one, two)]

    def curve(x, bottom, top, slope, place):  # type: ignore[no-untyped-def]
        return bottom + (top - bottom) / (1 + np.exp(slope * (x - place)))

    def both(x, bottom, top, slope, first, second):  # type: ignore[no-untyped-def]
        half = len(x) // 2
        return np.concatenate(
            [
                curve(x[:half], bottom, top, slope, first),
                curve(x[half:], bottom, top, slope, second),
            ]
        )

    separate = 0.0
    for y in ys:
        p, _ = optimize.curve_fit(curve, x, y, p0=(5, 100, 1, 1))
        separate += float(np.sum((curve(x, *p) - y) ** 2))
    xx, yy = np.concatenate([x, x]), np.concatenate(ys)
    p, _ = optimize.curve_fit(both, xx, yy, p0=(5, 100, 1, 1, 0.5))
    common = float(np.sum((both(xx, *p) - yy) ** 2))
    found = parallelism(one, two)
    assert found.value == pytest.approx((common - separate) / 3 / (separate / 34), rel=1e-5)
    assert found.freedom == (3, 34)
    potency = relative_potency(one, two, alpha=0.01)
    assert potency.value == pytest.approx(np.exp(p[3] - p[4]), rel=1e-5)


def test_the_f_test_rejects_parallel_curves_as_rarely_as_it_says() -> None:
    """About 5 % of 100 pairs, and the interval holds a potency of 2 in about 95 %."""
    rejected = held = 0
    for seed in range(100):
        found = relative_potency(series(3, seed=seed), series(1.5, seed=1000 + seed), alpha=1e-9)
        rejected += found.p_value < 0.05
        held += found.interval.low <= 2 <= found.interval.high

    assert rejected <= 12
    assert 0.90 <= held / 100 <= 0.99


@pytest.mark.parametrize("other", [{"bottom": 30}, {"top": 80}, {"slope": 2.5}])
def test_curves_of_another_shape_have_no_relative_potency(other: dict[str, float]) -> None:
    """Another plateau or slope: no number describes the difference."""
    with pytest.raises(NotParallel, match="Report no relative potency"):
        relative_potency(series(3), series(3, seed=2, **other), alpha=0.05)  # type: ignore[arg-type]


def test_curves_of_opposite_direction_are_refused() -> None:
    """One rises, one falls."""
    up = series(3)
    with pytest.raises(NotParallel, match="one curve rises"):
        parallelism(up, {**up, "response": [105 - y for y in up["response"]]})


def test_readings_without_scatter_are_refused() -> None:
    """Values taken from a curve are no measurement."""
    exact = series(3, sd=0)
    with pytest.raises(BadInput, match=r"without any scatter|no curve"):
        parallelism(exact, exact)


def test_a_missing_column_is_named() -> None:
    """What is there and what is missing."""
    with pytest.raises(BadInput, match="the table has conc, response; expected also dose"):
        parallelism({"conc": [1.0], "response": [1.0]}, series(3))


@settings(max_examples=15, deadline=None)
@given(st.floats(0.3, 3), st.integers(0, 10_000))
def test_exchanging_the_preparations_inverts_the_potency(shift: float, seed: int) -> None:
    """Potency of A against B times that of B against A is 1."""
    pair = series(3, seed=seed), series(3 / shift, seed=seed + 1)
    forth = relative_potency(*pair, alpha=1e-12)
    back = relative_potency(*pair[::-1], alpha=1e-12)

    assert forth.value * back.value == pytest.approx(1, rel=1e-5)
    assert forth.value == pytest.approx(shift, rel=0.35)
