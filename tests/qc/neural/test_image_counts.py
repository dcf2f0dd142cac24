"""Counts in images: pooled, field by field, and as referee."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.neural.image_counts import (
    cells_needed,
    field_percent,
    image_percent,
    referee,
)

FIELDS = {"positive": [190, 240, 205], "nuclei": [210, 260, 230]}
ASKED = {"least_fields": 3, "least_nuclei": 200}


def test_the_pooled_interval_is_that_of_statsmodels() -> None:
    """Wilson on 635 of 700; each field with its own."""
    found = image_percent(FIELDS, **ASKED)

    low, high = proportion_confint(635, 700, method="wilson")
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((100 * low, 100 * high))
    assert found.value == pytest.approx(100 * 635 / 700)
    assert [one.n for one in found.fields] == [210, 260, 230]
    assert found.notes == ()


def test_the_test_for_patches_is_that_of_scipy() -> None:
    """Chi-squared of the table of positive and negative nuclei."""
    negative = [n - k for k, n in zip(FIELDS["positive"], FIELDS["nuclei"], strict=True)]
    expected = stats.chi2_contingency([FIELDS["positive"], negative], correction=False)

    assert image_percent(FIELDS, **ASKED).patchy_p == pytest.approx(expected.pvalue)


def test_patchy_fields_are_told_and_have_a_wider_interval() -> None:
    """The same pooled share with fields of 70 to 100 %."""
    found = image_percent({"positive": [140, 180, 200, 200], "nuclei": [200] * 4}, **ASKED)

    assert "use the interval between fields" in found.notes[0]
    assert found.between_fields is not None
    assert found.interval is not None
    width = found.interval.high - found.interval.low
    assert found.between_fields.high - found.between_fields.low > 3 * width
    assert found.between_fields.high == 100


@pytest.mark.parametrize(
    ("nuclei", "words"),
    [([200, 200, 200], None), ([200, 199, 200], "199 nuclei of the 200"), ([300, 300], "2 fields")],
)
def test_too_few_fields_or_nuclei_are_noted(nuclei: list[int], words: str | None) -> None:
    """The limit itself is enough."""
    table = {"positive": [n // 2 for n in nuclei], "nuclei": nuclei}
    notes = image_percent(table, **ASKED).notes

    assert bool(notes) is (words is not None)
    assert (words or "") in " ".join(notes)


def test_one_field_or_one_outcome_has_no_patches() -> None:
    """No interval between fields of one; all positive is no heterogeneity."""
    assert image_percent({"positive": [190], "nuclei": [200]}, **ASKED).between_fields is None
    assert image_percent({"positive": [200, 210], "nuclei": [200, 210]}, **ASKED).patchy_p == 1


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"positive": [5], "nuclei": [5, 6]}, "1 positive counts for 2"),
        ({"pos": [5], "nuclei": [5]}, "0 positive counts for 1"),
        ({"positive": [], "nuclei": []}, "0 positive counts for 0"),
        ({"positive": [6], "nuclei": [5]}, "6 of 5 is not a share"),
        ({"positive": [0], "nuclei": [0]}, "at least 1 thing counted"),
    ],
)
def test_counts_that_make_no_share_are_refused(table: dict[str, list[int]], words: str) -> None:
    """The message says which counts."""
    with pytest.raises(BadInput, match=words):
        image_percent(table, **ASKED)


@pytest.mark.parametrize(
    ("flow", "by"), [(85.1, "flow"), (85.0, "flow"), (84.9, "image"), (105.0 - 0.1, "image")]
)
def test_the_image_count_decides_beyond_the_tolerance(flow: float, by: str) -> None:
    """10 points around an image count of 95 %; the limit is within."""
    if flow > 100:
        with pytest.raises(BadInput, match="expected 0 to 100"):
            referee(flow, 95, tolerance_points=10)
        return
    found = referee(flow, 95, tolerance_points=10)

    assert found.quantity == f"positive_by_{by}"
    assert found.value == (flow if by == "flow" else 95)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0.01, 0.2))
def test_the_cells_needed_are_the_fewest_that_reach_the_half_width(
    share: float, half: float
) -> None:
    """One cell less is too wide."""
    n = cells_needed(share, half_width=half)

    def width(cells: int) -> float:
        return 1.959964 * math.sqrt(share * (1 - share) / cells)

    assert width(n) <= half * (1 + 1e-6)
    assert n == 1 or width(n - 1) > half * (1 - 1e-6)


def test_wilson_in_percent_holds_the_truth_as_often_as_it_says() -> None:
    """Fields of 200 nuclei at 95 %."""
    rng = np.random.RandomState(1)
    intervals = [field_percent(int(k), 200).interval for k in rng.binomial(200, 0.95, size=1000)]

    held = sum(one.low <= 95 <= one.high for one in intervals if one is not None)
    assert 0.92 <= held / 1000 <= 0.98
