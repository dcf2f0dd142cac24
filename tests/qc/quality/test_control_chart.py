"""Control charts and Westgard rules."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.quality.control_chart import (
    FlatControl,
    UnknownRule,
    false_alarm_percent,
    levey_jennings,
    westgard,
)

BASELINE = (
    88.1, 90.4, 89.0, 91.2, 90.0, 87.9, 89.6, 90.8, 91.5, 88.7,
    90.2, 89.3, 90.9, 88.4, 89.9, 91.0, 89.5, 90.6, 88.9, 90.1,
)  # fmt: skip
SERIES = (
    90.4, 89.2, 92.3, 90.1, 92.2, 92.4, 89.6, 91.2, 91.3,
    91.4, 91.1, 90.3, 90.2, 90.6, 90.1, 90.4, 90.8, 86.8,
)  # fmt: skip


def named(flags):
    return [(flag.index, flag.rule) for flag in flags]


def test_the_limits_of_the_baseline():
    """Mean 89.800, SD 1.0588; 2 SD 87.68-91.92; 3 SD 86.62-92.98."""
    limits = levey_jennings(BASELINE)
    assert (limits.mean, limits.n) == (pytest.approx(89.800), 20)
    assert limits.sd == pytest.approx(1.0588, abs=5e-5)
    lines = [limits.line(k) for k in (-2, 2, -3, 3)]
    assert lines == pytest.approx([87.68, 91.92, 86.62, 92.98], abs=5e-3)
    assert limits.notes == ()


def test_the_series_is_flagged_where_expected():
    """Values 3, 5, 6, 11, 17 and 18 of the series, nothing else."""
    assert named(westgard(SERIES, 90.0, 1.0)) == [
        (2, "1-2s"),
        (4, "1-2s"),
        (5, "1-2s"),
        (5, "2-2s"),
        (10, "4-1s"),
        (16, "10x"),
        (17, "1-2s"),
        (17, "1-3s"),
    ]


@pytest.mark.parametrize(
    ("rule", "chances", "percent", "places"),
    [
        ("1-2s", 1, 4.55, 2),
        ("1-2s", 2, 8.89, 2),
        ("1-2s", 3, 13.04, 2),
        ("1-3s", 1, 0.27, 2),
        ("1-3s", 20, 5.26, 2),
        ("2-2s", 1, 0.104, 3),
        ("4-1s", 1, 0.127, 3),
        ("10x", 1, 0.195, 3),
        ("R-4s", 1, 0.104, 3),
    ],
)
def test_false_alarms_of_a_method_in_control(rule, chances, percent, places):
    """Published rates for normal values; R-4s for a run of two controls."""
    assert round(false_alarm_percent(rule, chances=chances).value, places) == percent


def test_a_warning_is_not_a_rejection():
    """1-2s warns, the others reject; both follow the arguments."""
    flags = westgard([93.5], 90, 1)
    assert [(f.rule, f.severity) for f in flags] == [("1-2s", "warning"), ("1-3s", "reject")]
    strict = westgard([92.5], 90, 1, warnings=())
    assert strict[0].severity == "reject"


def test_a_rule_suggests_where_to_look():
    """1-3s and R-4s point at random error, runs on one side at systematic error."""
    flags = westgard(SERIES, 90.0, 1.0)
    kinds = {f.rule: f.suggests for f in flags}
    assert kinds == {
        "1-2s": "either",
        "2-2s": "systematic",
        "4-1s": "systematic",
        "10x": "systematic",
        "1-3s": "random",
    }


@pytest.mark.parametrize(("value", "flagged"), [(91.99, False), (92.0, False), (92.01, True)])
def test_a_value_exactly_on_the_limit_is_not_beyond(value, flagged):
    """Below, at, above 2 SD."""
    assert bool(westgard([value], 90, 1)) is flagged
    assert bool(westgard([180 - value], 90, 1)) is flagged


def test_the_last_binary_digit_does_not_flag():
    """(89.8 + 2 * 0.1 - 89.8) / 0.1 is a hair above 2 in binary."""
    assert (90.0 - 89.8) / 0.1 > 2
    assert westgard([90.0], 89.8, 0.1) == ()


def test_a_value_on_the_mean_breaks_a_run_on_one_side():
    """10x needs ten beyond the mean."""
    above = [90.1] * 9
    assert named(westgard([*above, 90.1], 90, 1)) == [(9, "10x")]
    assert westgard([*above, 90.0, 90.1], 90, 1) == ()
    assert westgard(above, 90, 1) == ()


def test_range_rule_looks_within_one_run_only():
    """+2.5 SD and -2.5 SD in one run break R-4s; in neighbouring runs they do not."""
    pair = [92.5, 87.5]
    rules = ("R-4s",)
    assert named(westgard(pair, 90, 1, rules=rules, runs=["A", "A"])) == [(1, "R-4s")]
    assert westgard(pair, 90, 1, rules=rules, runs=["A", "B"]) == ()
    assert westgard(pair, 90, 1, rules=rules) == ()


@pytest.mark.parametrize("pair", [[92.0, 87.5], [92.5, 88.0], [93.5, 89.0], [92.5, 92.5]])
def test_range_rule_needs_both_sides_beyond_two_sd(pair):
    """A range of 4 SD is not enough when one value is within or on 2 SD."""
    assert westgard(pair, 90, 1, rules=("R-4s",), runs=[1, 1]) == ()


def test_two_beyond_on_opposite_sides_are_not_two_on_one_side():
    """2-2s needs the same side."""
    assert westgard([92.5, 87.5], 90, 1, rules=("2-2s",)) == ()


def test_rules_over_points_look_within_a_level():
    """Two levels in turn: the high level breaks 2-2s although a normal low value lies between."""
    values, means, sds = [92.5, 50.0, 92.5, 50.0], [90, 50, 90, 50], [1, 2, 1, 2]
    levels = ["high", "low"] * 2
    assert named(westgard(values, means, sds, rules=("2-2s",), levels=levels)) == [(2, "2-2s")]
    assert westgard(values, means, sds, rules=("2-2s",)) == ()


def test_columns_of_a_table_are_accepted():
    """A filtered table keeps its row numbers; only the order counts."""
    log = pd.DataFrame({"value": [92.5, 87.5], "run": ["A", "A"]}, index=[5, 6])
    flags = westgard(log["value"], 90, 1, rules=("R-4s",), runs=log["run"])
    assert named(flags) == [(1, "R-4s")]


def test_the_rule_set_is_configurable():
    """3-1s and 8x are read from their names."""
    assert named(westgard([91.5] * 8, 90, 1, rules=("3-1s", "8x")))[-1] == (7, "8x")
    assert named(westgard([91.5] * 3, 90, 1, rules=("3-1s",))) == [(2, "3-1s")]


@pytest.mark.parametrize("rule", ["2of3", "13s", "", "0x", "R4s"])
def test_an_unknown_rule_is_named(rule):
    """The message lists the form of a rule."""
    with pytest.raises(UnknownRule, match="1-3s"):
        westgard([1.0], 0, 1, rules=(rule,))


@pytest.mark.parametrize("sd", [0, -1, [1, 0]])
def test_an_sd_of_zero_is_refused(sd):
    """No limits without spread."""
    with pytest.raises(FlatControl):
        westgard([1.0, 2.0], 0, sd)


def test_equal_control_values_are_refused():
    """Twenty equal values are a copied column."""
    with pytest.raises(FlatControl, match="copied"):
        levey_jennings([90.1] * 20)


def test_few_runs_give_provisional_limits():
    """19 are noted, 20 are not, one is refused."""
    assert "provisional" in levey_jennings(BASELINE[:19]).notes[0]
    assert levey_jennings(BASELINE[:20]).notes == ()
    with pytest.raises(BadInput, match="at least 2"):
        levey_jennings([90.0])


@pytest.mark.parametrize("gap", [None, math.nan])
def test_a_missing_run_is_not_a_value(gap):
    """The position of the gap is named."""
    with pytest.raises(BadInput, match="control value 2"):
        westgard([90.0, gap], 90, 1)


def test_labels_must_fit_the_values():
    """One label, one mean, one SD for each value."""
    with pytest.raises(BadInput, match="runs has 1 entries"):
        westgard([1.0, 2.0], 0, 1, runs=["A"])
    with pytest.raises(BadInput, match="mean has 3 entries"):
        westgard([1.0, 2.0], [0, 0, 0], 1)
    with pytest.raises(BadInput, match="no control value"):
        westgard([], 0, 1)


def test_overlapping_series_have_no_simple_false_alarm_rate():
    """chances above 1 is for rules over one point."""
    with pytest.raises(BadInput, match="not independent"):
        false_alarm_percent("10x", chances=20)


@settings(deadline=None)
@given(st.lists(st.floats(85, 95), min_size=1, max_size=30))
def test_mirroring_the_values_mirrors_no_verdict(values):
    """The rules treat both sides of the mean alike."""
    assert westgard(values, 90, 1) == westgard([180 - v for v in values], 90, 1)


@settings(deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=30))
def test_a_rejection_at_three_sd_always_comes_with_the_warning(scores):
    """1-3s implies 1-2s at the same value."""
    flags = westgard(scores, 0, 1)
    warned = {f.index for f in flags if f.rule == "1-2s"}
    assert {f.index for f in flags if f.rule == "1-3s"} <= warned
