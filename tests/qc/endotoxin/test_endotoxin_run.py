"""The whole run: each question is asked only after the earlier ones."""

from __future__ import annotations

from typing import Any

import pytest

from stemcell_kit.errors import BadInput
from stemcell_kit.qc.endotoxin.endotoxin_call import EndotoxinOutcome, endotoxin_call
from stemcell_kit.qc.endotoxin.endotoxin_run import EndotoxinRun, endotoxin_run
from tests.qc.endotoxin.test_kinetic_curve import DOSES, TIMES

LIMITS: dict[str, Any] = {"r_at_least": 0.98, "recovery_at_least": 50, "recovery_at_most": 200}
PLAIN, SPIKED = [2890, 2950], [1395, 1421]


def wells(
    plain: list[Any] = PLAIN,
    spiked: list[Any] = SPIKED,
    *,
    times: list[float] = TIMES,
    blank: float | None = 4100,
    dilution: float = 10,
) -> dict[str, list[Any]]:
    rows = [("standard", "S", dose, None, time) for dose, time in zip(DOSES, times, strict=True)]
    rows += [("blank", "B", None, None, blank)]
    rows += [("sample", "LOT", None, dilution, time) for time in plain]
    rows += [("spiked", "LOT", None, dilution, time) for time in spiked]
    names = ("role", "sample", "eu_per_ml", "dilution", "onset_s")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def run(table: dict[str, list[Any]], limit: float = 5.0) -> EndotoxinRun:
    return endotoxin_run(table, spike_eu_per_ml=0.5, limit_eu_per_ml=limit, **LIMITS)


def test_the_worked_run_passes() -> None:
    """r 0.9999, recovery 143 %, 0.178 EU/mL."""
    found = run(wells())

    assert found.valid and found["LOT"].outcome == EndotoxinOutcome.PASS
    assert found["LOT"].reported == "0.178 EU/mL"
    assert found["LOT"].recovery_percent == pytest.approx(143.1, abs=0.05)
    assert found.maximum_valid_dilution == pytest.approx(1000)


@pytest.mark.parametrize(
    ("table", "limit", "outcome"),
    [
        (wells(times=[615, 615, 1300, 1300, 1250, 1250, 2900, 2900, 3000, 3000]), 5, "invalid run"),
        (wells(blank=3700), 5, "invalid run"),
        (wells(blank=None), 5, "pass"),
        (wells(dilution=1001), 5, "invalid dilution"),
        (wells(spiked=[1900, 1950]), 5, "interference"),
        (wells(spiked=[1180, 1200]), 5, "interference"),
        (wells(spiked=[None, None]), 5, "interference"),
        (wells(), 0.17, "reject"),
        (wells([None, None], [1528, 1510]), 5, "pass"),
        (wells([500, 500], [490, 490]), 5, "reject"),
        (wells([500, 500], [490, 490]), 600, "repeat at a higher dilution"),
    ],
)
def test_the_run_table(table: dict[str, list[Any]], limit: float, outcome: str) -> None:
    """Curve, blank, dilution, recovery, result; above the curve nothing is decided below the limit."""
    assert run(table, limit)["LOT"].outcome == outcome


def test_a_low_result_of_an_invalid_run_is_no_pass() -> None:
    """The result may be looked at; the outcome says that it does not count."""
    found = run(wells(blank=3000))

    assert not found.valid and "contaminated water" in found.reason
    assert found["LOT"].value < 5


def test_an_error_of_the_laboratory_saves_a_lot_from_rejection() -> None:
    """Only a cause that was found does."""
    found = endotoxin_run(
        wells(), spike_eu_per_ml=0.5, limit_eu_per_ml=0.17, laboratory_error=True, **LIMITS
    )
    assert found["LOT"].outcome == EndotoxinOutcome.LABORATORY_ERROR


def test_a_positive_limit_test_below_the_maximum_is_repeated_and_a_number_is_not() -> None:
    """A gel says only "at least lambda"; 5.1 EU/mL stays above 5 at every dilution."""
    given: dict[str, Any] = {
        "r": -0.999, "blank_slower": True, "dilution": 10, "mvd": 100, "recovery_percent": 100,
        "result_eu_per_ml": 5.1, "limit_eu_per_ml": 5, **LIMITS,
    }  # fmt: skip
    assert endotoxin_call(limit_test=True, **given) == EndotoxinOutcome.REPEAT
    assert endotoxin_call(limit_test=False, **given) == EndotoxinOutcome.REJECT


def changed(**columns: Any) -> dict[str, list[Any]]:
    return {**wells(), **columns}


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({k: v for k, v in wells().items() if k != "dilution"}, "has no dilution"),
        (changed(role=["standard"] * 11 + ["PPC"] * 4), "role 'PPC'"),
        (changed(onset_s=[1.0]), "differ in length"),
        (wells(spiked=[]), "LOT has not both plain and spiked wells"),
        (changed(dilution=[None] * 11 + [10, 10, 20, 20]), "wells at dilutions 10, 20"),
        (changed(role=["standard"] * 10 + ["sample"] * 3 + ["spiked"] * 2), "not both"),
    ],
)
def test_a_run_that_is_not_whole_is_refused(table: dict[str, list[Any]], reason: str) -> None:
    """A missing column, a strange role, a sample without spike, two dilutions under one name."""
    with pytest.raises(BadInput, match=reason):
        run(table)


def test_an_unknown_sample_is_named() -> None:
    """With those that there are."""
    with pytest.raises(BadInput, match="expected one of LOT"):
        run(wells())["lot"]
