"""What a marker panel shows and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.vesicles.marker_panel import CALLS, blot_ratio, marker_panel
from stemcell_kit.teaching_tables import teaching_table

TABLE = teaching_table("vesicle_markers")
MARKERS = {name: list(part["marker"]) for name, part in TABLE.groupby("category", sort=False)}
NEEDED = dict(zip(*teaching_table("vesicle_marker_needs").T.to_numpy().tolist(), strict=True))
FULL = {"CD9": "positive", "CD81": "positive", "ALIX": "positive", "calnexin": "negative"}


def complete(calls: dict[str, str]) -> bool:
    """Say whether a panel has all that the kit's table asks for, with three positive markers."""
    return marker_panel(calls, markers=MARKERS, needed=NEEDED, positive_needed=3).complete


@pytest.mark.parametrize("left_out", FULL)
def test_each_part_of_a_full_panel_is_needed(left_out: str) -> None:
    """Without any one of the four it is incomplete."""
    assert complete(FULL)
    assert not complete({marker: call for marker, call in FULL.items() if marker != left_out})


def test_a_contaminant_not_tested_is_missing_and_one_found_is_told() -> None:
    """Not tested is not absent; found is complete and contaminated."""
    untested = FULL | {"calnexin": "not tested"}
    found = marker_panel(
        FULL | {"calnexin": "positive"}, markers=MARKERS, needed=NEEDED, positive_needed=3
    )

    assert not complete(untested)
    assert found.complete
    assert found.contaminated == ("calnexin",)
    assert found.value == 3


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        ({"CD7": "positive"}, "in no category; for example"),
        ({"CD9": "weak"}, "expected one of positive"),
    ],
)
def test_words_outside_the_panel_are_refused(calls: dict[str, str], reason: str) -> None:
    """A typing error is not a negative marker."""
    with pytest.raises(BadInput, match=reason):
        marker_panel(calls, markers=MARKERS, needed=NEEDED, positive_needed=3)


def test_a_panel_that_contradicts_itself_is_refused() -> None:
    """A marker in two categories; a need of a category that does not exist."""
    with pytest.raises(BadInput, match="keep it in one"):
        marker_panel({}, markers={"a": ["CD9"], "b": ["CD9"]}, needed={}, positive_needed=0)
    with pytest.raises(BadInput, match="no category 'surface'"):
        marker_panel({}, markers=MARKERS, needed={"surface": 1}, positive_needed=0)


@pytest.mark.parametrize(
    ("signal", "change"),
    [
        (49.9, "depleted"),
        (50, "neither"),
        (1000, "neither"),
        (1000.1, "enriched"),
    ],
)
def test_a_ratio_at_a_limit_is_neither(signal: float, change: str) -> None:
    """5 % and 100 % of the lysate."""
    found = blot_ratio(
        signal,
        1000,
        vesicle_ug=5,
        lysate_ug=5,
        enriched_above_percent=100,
        depleted_below_percent=5,
    )
    assert found.change == change


def test_loads_are_divided_out() -> None:
    """Half the load with half the signal is the same marker."""
    limits = {"enriched_above_percent": 100, "depleted_below_percent": 5}
    full = blot_ratio(500, 1000, vesicle_ug=10, lysate_ug=10, **limits)
    half = blot_ratio(250, 1000, vesicle_ug=5, lysate_ug=10, **limits)

    assert full.value == half.value == 50


def test_a_lysate_without_a_band_says_nothing() -> None:
    """The antibody has not been shown to work."""
    with pytest.raises(BadInput, match="may be a failed antibody"):
        blot_ratio(
            0, 0, vesicle_ug=5, lysate_ug=5, enriched_above_percent=100, depleted_below_percent=5
        )
    with pytest.raises(BadInput, match="overlap"):
        blot_ratio(
            0, 1, vesicle_ug=5, lysate_ug=5, enriched_above_percent=5, depleted_below_percent=10
        )


@given(st.dictionaries(st.sampled_from(sorted(TABLE["marker"])), st.sampled_from(CALLS)))
@settings(max_examples=50, deadline=None)
def test_one_more_positive_marker_never_makes_a_panel_less_complete(calls: dict[str, str]) -> None:
    """Completeness only grows with what is shown."""
    better = calls | {"CD9": "positive", "TSG101": "positive"}

    assert complete(better) >= complete(calls)
