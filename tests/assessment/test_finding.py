"""A measurement held against a limit."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from stemcell_kit.assessment import assess
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Basis, BasisKind, Interval, Limit, Measurement, Outcome, Text

PASS, FAIL, INCONCLUSIVE = Outcome.PASS, Outcome.FAIL, Outcome.INCONCLUSIVE
NINETY = Limit(
    id="viability",
    quantity="viability",
    unit="%",
    label=Text({"en": "Viability"}),
    basis=(Basis(BasisKind.PRACTICE, "bench", "criterion"),),
    at_least=90,
)


def percent(value: float, low: float | None = None, high: float | None = None) -> Measurement:
    interval = None if low is None or high is None else Interval(low, high, 0.95, "wilson")
    return Measurement("viability", value, "%", interval=interval)


@pytest.mark.parametrize(
    ("bounds", "below", "at", "above"),
    [
        ({"at_least": 90}, FAIL, PASS, PASS),
        ({"above": 90}, FAIL, FAIL, PASS),
        ({"at_most": 90}, PASS, PASS, FAIL),
        ({"below": 90}, PASS, FAIL, FAIL),
    ],
)
def test_a_bound_is_kept_below_at_and_above(
    bounds: dict[str, float], below: Outcome, at: Outcome, above: Outcome
) -> None:
    """`at_least` and `at_most` include their value, `above` and `below` do not."""
    limit = replace(NINETY, **{"at_least": None, **bounds})

    assert [assess(limit, percent(value)).outcome for value in (89.9, 90, 90.1)] == [
        below,
        at,
        above,
    ]


@pytest.mark.parametrize(
    ("grey", "value", "outcome"),
    [
        (80, 79.9, FAIL),
        (80, 80, INCONCLUSIVE),
        (80, 89.9, INCONCLUSIVE),
        (80, 90, PASS),
        (95, 89.9, FAIL),
        (95, 90, INCONCLUSIVE),
        (95, 94.9, INCONCLUSIVE),
        (95, 95, PASS),
    ],
)
def test_the_grey_zone_decides_nothing(grey: float, value: float, outcome: Outcome) -> None:
    """Between the bound and grey, on either side of the bound, the test is repeated."""
    assert assess(replace(NINETY, grey=grey), percent(value)).outcome is outcome


@pytest.mark.parametrize(("value", "outcome"), [(5, PASS), (5.1, INCONCLUSIVE), (8.1, FAIL)])
def test_the_grey_zone_of_an_upper_bound_lies_above_it(value: float, outcome: Outcome) -> None:
    """At most 5 with grey to 8."""
    limit = replace(NINETY, at_least=None, at_most=5, grey=8)

    assert assess(limit, percent(value)).outcome is outcome


def test_not_measured_is_not_a_fail() -> None:
    """Without a measurement the outcome is its own."""
    finding = assess(NINETY, None)

    assert finding.outcome is Outcome.NOT_TESTED
    assert finding.measurement is None


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(90, 97, PASS), (89.9, 97, INCONCLUSIVE), (80, 90, INCONCLUSIVE), (80, 89.9, FAIL)],
)
def test_an_interval_decides_only_as_a_whole(low: float, high: float, outcome: Outcome) -> None:
    """Pass and fail need the whole interval on one side."""
    assert assess(NINETY, percent(90, low, high), by="interval").outcome is outcome


def test_an_interval_over_a_whole_window_decides_nothing() -> None:
    """Both ends of 1 to 9 lie outside 4 to 6, and yet the truth may lie inside."""
    window = replace(NINETY, at_least=4, at_most=6)

    assert assess(window, percent(5, 1, 9), by="interval").outcome is INCONCLUSIVE
    assert assess(window, percent(8, 7, 9), by="interval").outcome is FAIL


@pytest.mark.parametrize(
    ("measurement", "by", "advice"),
    [
        (Measurement("viability", 0.95, "share"), "value", "Convert"),
        (percent(math.nan), "value", "pass None"),
        (percent(95), "interval", "no confidence interval"),
        (percent(95), "median", "choose 'value' or 'interval'"),
    ],
)
def test_what_cannot_be_judged_is_refused(measurement: Measurement, by: str, advice: str) -> None:
    """Another unit, no number, no interval and an unknown way are errors, not fails."""
    with pytest.raises(BadInput, match=advice):
        assess(NINETY, measurement, by=by)


def test_the_reason_names_value_and_bound() -> None:
    """A reader sees both without looking anything up."""
    assert assess(NINETY, percent(89)).reason == "89 % does not meet the limit: at least 90 %."
