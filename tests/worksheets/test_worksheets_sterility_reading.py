"""From logs, vessels, records and pairs to the calls that the sterility reading lesson shows."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots import sterility_reading as plots
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import incubations, rapid_methods, sterility_reading
from stemcell_kit.worksheets.pairs import paired_counts

METHODS = {"alternative": "rapid_detected", "reference": "culture_grew"}

RUN = {
    "run": "I-1",
    "medium": "FTM",
    "market": "USA",
    "shelf": "warm",
    "put_in": "2025-03-03 10:00",
    "taken_out": "2025-03-17 10:00",
    "lowest_c": 30.0,
    "highest_c": 35.0,
    "planned": "3, 14",
    "read_on": "3, 14",
}
REPEAT = {
    "test": "W-1",
    "first_units": 20,
    "units": 20,
    "first_method": "direct inoculation",
    "method": "direct inoculation",
    "controls": "in order",
    "vessels": "clear",
    "repeat": 1,
    "cause_of_first": "laboratory",
}
STRAINS = pd.DataFrame(
    [("slow", "anaerobic", 6.0, 0.0), ("fast", "either", 2.0, 4.0)],
    columns=["strain", "bottle", "generation_h", "lag_h"],
)


def incubation(**changes: object) -> str:
    table = incubations.check_incubations(pd.DataFrame([{**RUN, **changes}]))
    return str(table.at["I-1", "finding"])


def repeated(**changes: object) -> str:
    table = sterility_reading.call_repeat_records(pd.DataFrame([{**REPEAT, **changes}]))
    return str(table.at["W-1", "outcome"])


def pairs(*counted: tuple[float, bool, bool]) -> pd.DataFrame:
    return pd.DataFrame(counted, columns=["spike_cfu", "rapid_detected", "culture_grew"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "in order"),
        ({"taken_out": "2025-03-17 10:01"}, "in order"),
        ({"taken_out": "2025-03-17 09:59"}, "too short"),
        ({"lowest_c": 29.9}, "off temperature"),
        ({"highest_c": 35.1}, "off temperature"),
        ({"read_on": "14"}, "reading missing"),
        ({"read_on": "3, 5, 14"}, "in order"),
        ({"highest_c": 36.0, "read_on": "14"}, "off temperature; reading missing"),
    ],
)
def test_an_incubation_is_read_to_the_minute_and_the_tenth(
    changes: dict[str, object], expected: str
) -> None:
    """Fourteen days, both ends of the range and each planned reading belong to it."""
    assert incubation(**changes) == expected


@pytest.mark.parametrize(
    ("medium", "market", "shelf", "expected"),
    [
        ("FTM", "China", "cool", "in order"),
        ("FTM", "USA", "cool", "wrong shelf"),
        ("TSB", "China", "warm", "wrong shelf"),
        ("TSB", "USA", "cool", "in order"),
    ],
)
def test_a_medium_has_its_shelf_under_each_scheme(
    medium: str, market: str, shelf: str, expected: str
) -> None:
    """Only the Chinese scheme puts thioglycollate on the cool shelf as well."""
    range_c = {"cool": (21.0, 24.0), "warm": (31.0, 34.0)}[shelf]
    found = incubation(
        medium=medium, market=market, shelf=shelf, lowest_c=range_c[0], highest_c=range_c[1]
    )

    assert found == expected


def test_an_unknown_scheme_is_refused_with_the_run() -> None:
    """A third market has its own rules, which nobody entered."""
    with pytest.raises(BadInput, match="run I-1 has FTM, Mars"):
        incubation(market="Mars")


def test_the_worked_sessions_show_each_kind_of_outcome() -> None:
    """Two contaminated lots fail, a silenced one has no result, a cloudy one passes."""
    called = sterility_reading.call_sterility_sessions(load_dataset("reading_sessions"))

    assert called["outcome"].to_dict() == {
        "SKTi001-A-M1": "pass",
        "SKTi001-B-M1": "fail",
        "SKTi002-A-M1": "fail",
        "SKTi002-B-M1": "pass",
        "SKTi003-A-M1": "pass",
        "SKTi004-A-M1": "no result",
    }
    assert called.at["SKTi001-A-M1", "vessels"] == "turbid, subculture clear"


def test_a_session_that_is_not_over_names_its_lot() -> None:
    """There is no result on day 13."""
    early = load_dataset("reading_sessions").assign(last_day=13)
    early["turbid_day"] = early["turbid_day"].clip(upper=13)

    with pytest.raises(BadInput, match=r"session of SKTi001-A-M1: .*no result yet"):
        sterility_reading.call_sterility_sessions(early)


def test_the_table_has_48_rows_of_which_four_pass() -> None:
    """The numbers that the lesson quotes."""
    outcomes = sterility_reading.sterility_decision_table()["outcome"].value_counts()

    assert outcomes.to_dict() == {
        "no result": 36,
        "pass": 4,
        "pass with deviation or no result": 4,
        "fail": 4,
    }


def test_an_investigation_without_a_ground_leaves_the_failure() -> None:
    """One growth, two wordings: a habit changes nothing, a typed isolate takes the result away."""
    findings = pd.DataFrame(
        [("a habit", "none", False), ("typed", "d", False), ("cold", "c", True)],
        columns=["finding", "ground", "hides_growth"],
    )
    names = ["test", "negative_control", "positive_control", "vessels", "investigation"]
    rows = [
        ("T-1", "clean", "grew", "growth", "a habit"),
        ("T-2", "clean", "grew", "growth", "typed"),
        ("T-3", "clean", "grew", "clear", "typed"),
        ("T-4", "clean", "grew", "clear", "cold"),
        ("T-5", "growth", "grew", "clear", "a habit"),
    ]
    called = sterility_reading.call_session_records(pd.DataFrame(rows, columns=names), findings)

    assert list(called["outcome"]) == [
        "fail",
        "no result",
        "pass with deviation",
        "no result",
        "no result",
    ]
    with pytest.raises(BadInput, match="test T-1 was investigated with 'a habit'"):
        sterility_reading.call_session_records(pd.DataFrame(rows, columns=names), findings[1:])


def test_every_record_of_the_exercise_has_a_known_finding() -> None:
    """Whatever a learner draws can be called."""
    called = sterility_reading.call_session_records(
        teaching_table("session_records"), teaching_table("investigation_findings")
    )

    assert set(called["outcome"]) == {"pass", "pass with deviation", "fail", "no result"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "complies"),
        ({"vessels": "growth"}, "does not comply"),
        ({"units": 21}, "complies"),
        ({"units": 19}, "not acceptable"),
        ({"method": "membrane filtration"}, "not acceptable"),
        ({"controls": "failed"}, "no result"),
        ({"repeat": 2}, "not acceptable"),
        ({"cause_of_first": "product"}, "not acceptable"),
    ],
)
def test_a_repeat_is_one_and_equal(changes: dict[str, object], expected: str) -> None:
    """Below, at and above the number of units, and every other way to spoil a repeat."""
    assert repeated(**changes) == expected


def test_isolates_speak_for_the_laboratory_only_when_typed_alike_and_foreign_to_production() -> (
    None
):
    """Same species, another strain, and a strain of production each fall short."""
    found = sterility_reading.isolates_alike(teaching_table("isolate_files"))

    assert found["supports_ground_d"].to_dict() == {
        "F-01": True,
        "F-02": False,
        "F-03": False,
        "F-04": False,
    }


def test_a_free_retest_is_priced_as_published() -> None:
    """20 units at 5 %: 35.8 % once, 58.8 % with a free second try."""
    row = sterility_reading.retest_pass_chances(20, [5], repeat_units=2).iloc[0]

    assert row["one_test"] == pytest.approx(35.8486, abs=1e-3)
    assert row["free_retest"] == pytest.approx(58.846, abs=1e-3)
    assert row["small_retest"] == pytest.approx(35.8486 + 64.1514 * 0.9025, abs=1e-3)


def test_follow_ups_are_given_in_the_order_asked() -> None:
    """One row per situation."""
    asked = ["growth after the product was given", "interim tests negative, final culture pending"]
    table = sterility_reading.sterility_follow_ups(asked)

    assert list(table["outcome"]) == ["batch fails", "conditional release"]


def test_pairs_are_counted_in_four_corners() -> None:
    """Blanks are left out of the comparison; 1 and 0 do as well as true and false."""
    table = pairs((0, True, True), (1, True, True), (1, True, False), (1, False, True))
    as_numbers = table.astype({"rapid_detected": int, "culture_grew": int})
    compared = rapid_methods.compare_rapid_method(as_numbers, margin_percent=20)

    assert paired_counts(table, **METHODS) == {
        "both": 2,
        "alternative_only": 1,
        "reference_only": 1,
        "neither": 0,
    }
    assert list(compared.index) == ["1", "all"]
    assert compared.loc["all", "samples"] == 3
    assert compared.loc["all", "difference"] == 0


def test_a_cell_that_is_neither_found_nor_missed_is_refused() -> None:
    """A question mark is no result."""
    with pytest.raises(BadInput, match=r"rapid_detected holds '\?'"):
        paired_counts(pairs((1, "?", True)), **METHODS)  # type: ignore[arg-type]


def test_the_worked_study_hides_at_its_high_spike() -> None:
    """All alike at 5 CFU; non-inferior at 20 points, not at 10, and not by numbers at 0.7."""
    study = load_dataset("rapid_pairs")
    wide = rapid_methods.compare_rapid_method(study, margin_percent=20)
    narrow = rapid_methods.compare_rapid_method(study, margin_percent=10)
    ratio = rapid_methods.rapid_mpn_ratio(study, least_ratio=0.7)

    assert wide.loc["5", ["both", "samples"]].tolist() == [16, 16]
    assert wide.loc["all", "low"] == pytest.approx(-16.6)
    assert (wide.loc["all", "non_inferior"], narrow.loc["all", "non_inferior"]) == (True, False)
    assert (ratio.value, ratio.interval.low) == pytest.approx((0.70, 0.41), abs=0.005)
    assert not ratio.non_inferior


def test_the_slowest_strain_stands_first_and_is_missed_by_a_short_incubation() -> None:
    """50.5 h and 139.5 h from 1 CFU to 10 million, as computed in the sources of the course."""
    times = rapid_methods.detection_times(STRAINS, inoculum_cfu=1, detected_cfu=1e7)
    missed = rapid_methods.strains_missed(times, [5, 6])

    assert times["hours"].to_dict() == pytest.approx({"slow": 139.5, "fast": 50.5}, abs=0.05)
    assert missed["strains"].to_dict() == {5: "slow", 6: ""}
    assert missed["percent"].to_dict() == {5: 50.0, 6: 0.0}


def test_one_inoculum_in_three_is_empty_at_a_mean_of_one() -> None:
    """The Poisson law, as the checklist quotes it."""
    empty = rapid_methods.empty_inocula([1, 3])["empty_percent"]

    assert empty.to_dict() == pytest.approx({1: 36.788, 3: 4.979})


def test_the_figures_are_drawn() -> None:
    """Each returns its axes, and a lot that is not there is refused."""
    sessions, study = load_dataset("reading_sessions"), load_dataset("rapid_pairs")
    times = rapid_methods.detection_times(STRAINS, inoculum_cfu=1, detected_cfu=1e7)
    drawn = [
        plots.plot_vessel_readings(sessions, "SKTi001-B-M1"),
        plots.plot_sterility_decisions(),
        plots.plot_retest_chances(20, repeat_units=2),
        plots.plot_rapid_differences(study, margin_percent=20),
        plots.plot_detection_times(times, [5, 7]),
    ]

    assert all(isinstance(ax, Axes) for ax in drawn)
    assert sum(text.get_text() == "FAIL" for text in drawn[1].texts) == 4
    with pytest.raises(BadInput, match="no lot 'L-9'"):
        plots.plot_vessel_readings(sessions, "L-9")
