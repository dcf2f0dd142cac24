"""Growth-rate inhibition: an effect on growth and not on the end point."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.dose_response import NoCrossing
from stemcell_kit.qc.potency.growth_rate import NoGrowth, gr_area, gr_metrics, growth_rate_value

DOSES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]
WIGGLE = [0.004, -0.003, 0.002, -0.004, 0.003, 0.001, -0.002, 0.003]


@pytest.mark.parametrize(
    ("treated", "value"), [(8000, 1.0), (1000, 0.0), (999, -0.0007), (250, -0.370)]
)
def test_the_scale_runs_from_control_growth_over_none_to_killing(
    treated: float, value: float
) -> None:
    """1 is the control, 0 the start, below is death; three doublings of the control."""
    found = growth_rate_value(treated, control=8000, start=1000)

    assert found.value == pytest.approx(value, abs=0.0005)
    assert bool(found.notes) is (value < 0)


@pytest.mark.parametrize("control", [999, 1000])
def test_a_control_that_did_not_grow_is_refused(control: float) -> None:
    """No growth leaves nothing to inhibit."""
    with pytest.raises(NoGrowth, match=f"from 1000 to {control}; expected growth"):
        growth_rate_value(900, control=control, start=1000)


def test_an_empty_well_has_no_logarithm() -> None:
    """Zero cells is below what the assay can read."""
    with pytest.raises(BadInput, match="treated is 0"):
        growth_rate_value(0, control=8000, start=1000)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 1), st.floats(1.5, 20), st.floats(1.1, 3))
def test_the_value_does_not_depend_on_how_long_the_assay_runs(
    growth: float, fold: float, longer: float
) -> None:
    """Unlike relative viability: the same slowing for a longer time gives the same value."""
    values = [
        growth_rate_value(fold ** (growth * time), control=fold**time, start=1).value
        for time in (1, longer)
    ]

    assert values[0] == pytest.approx(values[1])


def test_gr50_comes_with_its_companions() -> None:
    """GR50 at the crossing of 0.5, GRmax at the top dose, area without a curve."""
    gr = [-0.2 + 1.2 / (1 + d) + w for d, w in zip(DOSES, WIGGLE, strict=True)]
    found = gr_metrics(DOSES, gr, least_span=0.2, least_covered_percent=80)

    assert found.value == pytest.approx(1.2 / 0.7 - 1, rel=0.03)
    assert found.gr_max == pytest.approx(gr[-1])
    assert found.area_over_curve == pytest.approx(gr_area(DOSES, gr).value)
    assert 0.4 < found.area_over_curve < 0.6


def test_no_gr50_where_growth_is_not_halved() -> None:
    """The area holds all the same."""
    gr = [0.7 + 0.3 / (1 + d) + w for d, w in zip(DOSES, WIGGLE, strict=True)]

    with pytest.raises(NoCrossing, match=r"never crosses 0\.5"):
        gr_metrics(DOSES, gr, least_span=0.1, least_covered_percent=80)
    assert 0 < gr_area(DOSES, gr).value < 0.3
