"""Lytic units: the line, the interpolation, and where neither tells anything."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.potency.lysis_curve import lysis_area
from stemcell_kit.qc.potency.lytic_units import NotEstimable, lytic_units

RATIOS = [20, 10, 5, 2.5, 1.25]
LYSIS = [68.0, 54.5, 37.0, 22.5, 12.4]


def test_the_line_is_that_of_scipy() -> None:
    """An independent regression gives the same slope and ratio."""
    line = stats.linregress(np.log(RATIOS), [math.log(v / (100 - v)) for v in LYSIS])

    found = lytic_units(RATIOS, LYSIS, at_percent=20, targets_per_well=1e4)
    assert found.slope == pytest.approx(line.slope)
    wanted = (math.log(20 / 80) - line.intercept) / line.slope
    assert found.ratio == pytest.approx(math.exp(wanted))
    assert found.n == 5


def test_the_method_is_part_of_the_result() -> None:
    """Line and interpolation differ by 2.5 %, and each says which it is."""
    by = {m: lytic_units(RATIOS, LYSIS, at_percent=20, targets_per_well=1e4, method=m)
          for m in ("logit", "interpolation")}  # fmt: skip

    assert by["interpolation"].value / by["logit"].value == pytest.approx(1.025, abs=0.001)
    assert [one.method for one in by.values()] == ["logit", "interpolation"]
    assert by["interpolation"].interval is None


@pytest.mark.parametrize(("at", "estimable"), [(67.9, True), (68, True), (68.1, False)])
def test_lytic_units_need_a_lysis_that_reaches_the_percentage(at: float, estimable: bool) -> None:
    """The highest lysis itself is reached."""
    if estimable:
        assert lytic_units(RATIOS, LYSIS, at_percent=at, targets_per_well=1e4).value > 0
    else:
        with pytest.raises(NotEstimable, match=r"highest lysis is 68 %; .* at least 68.1 %"):
            lytic_units(RATIOS, LYSIS, at_percent=at, targets_per_well=1e4)


@pytest.mark.parametrize(
    ("at", "words"), [(13, None), (8, "within one dilution step"), (4, "more than one")]
)
def test_reading_below_the_lowest_ratio_is_flagged(at: float, words: str | None) -> None:
    """Lysis at 1.25:1 is 12.4 %; at 0.625:1 the line gives about 6.7 %."""
    found = lytic_units(RATIOS, LYSIS, at_percent=at, targets_per_well=1e4)

    assert found.extrapolated is (words is not None)
    assert (words or "") in " ".join(found.notes)


def test_interpolation_does_not_extrapolate() -> None:
    """All lysis above the percentage leaves no crossing."""
    with pytest.raises(NotEstimable, match="never rises across 5 %"):
        lytic_units(RATIOS, LYSIS, at_percent=5, targets_per_well=1e4, method="interpolation")


def test_lysis_without_a_logit_is_left_out_and_named() -> None:
    """-2 and 103 % are legal lysis but have no logit."""
    found = lytic_units([40, *RATIOS, 0.6], [103, *LYSIS, -2], at_percent=20, targets_per_well=1e4)

    assert found.n == 5
    assert found.notes == ("2 value(s) outside 0 to 100 % have no logit; left out",)
    assert found.value == pytest.approx(463.3, abs=0.05)


def test_lysis_that_falls_with_effectors_is_refused() -> None:
    """A plate map upside down must not give lytic units."""
    with pytest.raises(NotEstimable, match="does not rise with the ratio"):
        lytic_units(RATIOS, LYSIS[::-1], at_percent=20, targets_per_well=1e4)


@pytest.mark.parametrize(
    ("ratios", "lysis", "words"),
    [
        ([20, 10], [50, 40], r"2 E:T ratio\(s\); expected at least 3"),
        ([20, 10, 0], [50, 40, 1], "spontaneous release; leave them out"),
        ([20, 10, 5], [50, 40], "Look for a lost well"),
        ([20, 10, 5], [101, 40, -1], r"1 ratio\(s\) with lysis between"),
    ],
)
def test_series_that_cannot_be_read_are_refused(
    ratios: list[float], lysis: list[float], words: str
) -> None:
    """The message says what is missing."""
    with pytest.raises(BadInput, match=words):
        lytic_units(ratios, lysis, at_percent=20, targets_per_well=1e4)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 3), st.floats(2, 10), st.floats(1.5, 20))
def test_diluting_the_effectors_divides_the_lytic_units(
    slope: float, half: float, factor: float
) -> None:
    """Effectors of which only one in ``factor`` kills have that many fewer units."""

    def curve(ratio: float) -> float:
        return 100 / (1 + (half / ratio) ** slope)

    full, diluted = (
        lytic_units(
            RATIOS, [curve(r / f) for r in RATIOS], at_percent=5, targets_per_well=1e4
        ).value
        if curve(20 / f) >= 5
        else None
        for f in (1, factor)
    )
    assert full is not None
    if diluted is not None:
        assert full / diluted == pytest.approx(factor, rel=1e-6)


# --- area ----------------------------------------------------------------------------------


def test_the_area_does_not_depend_on_the_order_of_wells() -> None:
    """Replicates are averaged and ratios sorted."""
    shuffled = lysis_area([5, 20, 1.25, 10, 2.5, 20], [37, 66, 12.4, 54.5, 22.5, 70])

    assert shuffled.value == pytest.approx(lysis_area(RATIOS, LYSIS).value)
    assert shuffled.n == 6


def test_the_mean_of_a_constant_curve_is_that_constant() -> None:
    """Divided by its range the area is a mean lysis."""
    assert lysis_area([1, 10, 100], [30, 30, 30]).mean_percent == pytest.approx(30)


def test_lysis_that_falls_between_ratios_is_named() -> None:
    """A hook in the curve is looked at, not smoothed."""
    found = lysis_area([20, 10, 5], [50, 60, 30])

    assert not found.rises
    assert "falls between two" in found.notes[0]


def test_one_ratio_has_no_area() -> None:
    """An area needs a range."""
    with pytest.raises(BadInput, match="1 E:T ratio; expected at least 2"):
        lysis_area([10, 10], [50, 52])
