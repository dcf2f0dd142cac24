"""Multirule control with a rule set as data."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.control_chart import westgard
from stemcell_kit.qc.quality.multirule import multirule

RULES = [
    {"name": "1-2s", "points": 1, "beyond_sd": 2, "severity": "warning"},
    {"name": "1-3s", "points": 1, "beyond_sd": 3},
    {"name": "2-2s", "points": 2, "beyond_sd": 2},
    {"name": "4-1s", "points": 4, "beyond_sd": 1},
    {"name": "10x", "points": 10, "beyond_sd": 0},
]
RANGE = {"name": "R-4s", "points": 2, "beyond_sd": 2, "opposite": True, "within_run": True,
         "across_levels": True}  # fmt: skip


def completed(values: list[float], rules: list[dict[str, object]], **labels: object) -> list[str]:
    """The completed rules as words, limits strict."""
    given = {"inclusive": False, **labels}
    return list(multirule(values, 0.0, 1.0, rules=rules, **given).completed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "strict", "inclusive"), [(2.99, 0, 0), (3.0, 0, 1), (3.01, 1, 1)]
)
def test_a_value_on_the_limit_follows_the_setting(
    value: float, strict: int, inclusive: int
) -> None:
    """Below, at and above 3 SD: only the middle one depends on the setting."""
    rule = [{"name": "1-3s", "points": 1, "beyond_sd": 3}]
    for setting, expected in ((False, strict), (True, inclusive)):
        assert multirule([value], 0.0, 1.0, rules=rule, inclusive=setting).value == expected


def test_the_mean_has_no_side_even_with_inclusive_limits() -> None:
    """Ten values on the mean are not ten on one side."""
    rule = [{"name": "10x", "points": 10, "beyond_sd": 0}]
    assert multirule([5.0] * 10, 5.0, 1.0, rules=rule, inclusive=True).value == 0


def test_a_warning_rejects_no_run() -> None:
    """Run 1 is warned; run 2 is warned and rejected, and counts as rejected."""
    found = multirule([2.5, 3.5], 0.0, 1.0, rules=RULES[:2], inclusive=False, runs=["a", "b"])

    assert found.rejected_runs == ("b",)
    assert found.warned_runs == ("a",)
    assert (found.value, found.unit, found.n) == (1, "runs", 2)


def test_levels_are_apart_unless_a_rule_looks_across() -> None:
    """Two levels beyond 2 SD in one run complete 2-2s only across levels."""
    labels = {"runs": [1, 1], "levels": ["low", "high"]}
    rule = {"name": "2-2s", "points": 2, "beyond_sd": 2}

    assert completed([2.5, 2.5], [rule], **labels) == []
    assert completed([2.5, 2.5], [{**rule, "across_levels": True}], **labels) == ["2: 2-2s"]


def test_a_range_rule_stays_within_its_run() -> None:
    """+2.5 and -2.5 SD in one run reject, also with a third level between; in two runs not."""
    assert completed([2.5, -2.5], [RANGE], runs=[1, 1]) == ["2: R-4s"]
    assert completed([2.5, 0.1, -2.5], [RANGE], runs=[1, 1, 1]) == ["3: R-4s"]
    assert completed([2.5, -2.5], [RANGE], runs=[1, 2]) == []


def test_two_of_three_needs_no_two_in_a_row() -> None:
    """Beyond, inside, beyond on one side completes 2 of 3; on two sides not."""
    rule = {"name": "2of3-2s", "points": 2, "of": 3, "beyond_sd": 2}

    assert completed([2.5, 0.0, 2.5], [rule]) == ["3: 2of3-2s"]
    assert completed([2.5, 0.0, -2.5], [rule]) == []
    assert completed([2.5, 0.0, 0.0, 2.5], [rule]) == []


def test_each_value_may_have_its_own_target() -> None:
    """A new control lot moves the target, and the same value is in control."""
    rule = [{"name": "1-3s", "points": 1, "beyond_sd": 3}]
    found = multirule([104.0, 104.0], [100.0, 104.0], [1.0, 1.0], rules=rule, inclusive=False)

    assert found.completed == ("1: 1-3s",)


@given(st.lists(st.floats(min_value=-4, max_value=4), min_size=1, max_size=25))
@settings(max_examples=50, deadline=None)
def test_one_level_agrees_with_the_classic_rules(values: list[float]) -> None:
    """The same rules as data and as names flag the same values."""
    names = [str(rule["name"]) for rule in RULES]
    classic = [f"{f.index + 1}: {f.rule}" for f in westgard(values, 0.0, 1.0, rules=names)]

    assert completed(values, RULES) == classic


@pytest.mark.parametrize(
    ("rules", "labels", "message"),
    [
        ([RANGE], {}, "needs|looks within one run, but the runs were not given"),
        ([{"name": "x"}], {}, "expected name, points and beyond_sd"),
        ([{"name": "x", "points": 3, "of": 2, "beyond_sd": 1}], {}, "asks for 3 of 2"),
        ([{"name": "x", "points": 1, "beyond_sd": 1, "severity": "stop"}], {}, "warning or reject"),
        (RULES, {"runs": [1]}, "runs has 1 labels for 2 values"),
    ],
)
def test_a_rule_set_that_cannot_be_applied_is_refused(
    rules: list[dict[str, object]], labels: dict[str, object], message: str
) -> None:
    """The message names what is missing."""
    with pytest.raises(BadInput, match=message):
        completed([0.0, 0.0], rules, **labels)


def test_controls_without_spread_are_refused() -> None:
    """An SD of zero has no limits."""
    with pytest.raises(BadInput, match="SD of the control is 0"):
        multirule([1.0], 1.0, 0.0, rules=RULES, inclusive=False)
