"""Rooms, people, files and viruses: from tables to the findings that the clean room lesson shows."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots import cleanroom as plots
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import cleanroom, sterility_records

REPORT = {
    "report": "P-1",
    "grade": "A",
    "state": "in operation",
    "size_um": 5.0,
    "volume_l": 1000.0,
    "particles": 20,
}
FILE = {
    "test": "Q-1",
    "session_on": "2025-05-06",
    "monitored_on": "2025-05-06",
    "media_lots": "FTM-1, TSB-2",
    "strain_lot": "SA-1",
    "incubator": "INC-1",
    "analyst": "OP-03",
    "times": "yes",
}
ENTRY = {
    "entry": "L-1",
    "test": "Q-1",
    "day": 3,
    "due_on": "2025-05-09",
    "entered_at": "2025-05-09 23:59",
    "entered_by": "OP-03",
    "checked_by": "OP-05",
    "changed": False,
    "reason": "",
}
CASE = {
    "file": "V-1",
    "checklist_of": "2025-01-01",
    "opened_on": "2025-01-01",
    "laboratory_cause": "not proven",
    "production_phase": "done",
    "closed_as": "confirmed",
    "days_open": 30,
}
ANALYST = {
    "analyst": "OP-03",
    "gowning_on": "2024-06-02",
    "mock_growth": "1, 0, 0, 0",
    "last_mock_on": "2024-06-02",
}
VIRUS = {"report": "Y-1", "cells": 10_000_000, "indicator_lines": 2, "days": 14}


def one(row: dict[str, object], **changes: object) -> pd.DataFrame:
    return pd.DataFrame([{**row, **changes}])


@pytest.mark.parametrize(
    ("changes", "china", "eu"),
    [
        ({}, "within", "within"),
        ({"particles": 21}, "beyond", "within"),
        ({"particles": 29}, "beyond", "within"),
        ({"particles": 30}, "beyond", "beyond"),
        ({"volume_l": 999.0, "particles": 19}, "not shown", "within"),
        ({"volume_l": 690.0, "particles": 10}, "not shown", "within"),
        ({"volume_l": 689.0, "particles": 10}, "not shown", "not shown"),
        ({"volume_l": 28.3, "particles": 0}, "not shown", "not shown"),
        ({"volume_l": 28.3, "particles": 1}, "beyond", "beyond"),
        ({"grade": "D"}, "no limit", "no limit"),
    ],
)
def test_a_count_is_held_against_the_table_of_its_market(
    changes: dict[str, object], china: str, eu: str
) -> None:
    """Limits 20 and 29 of grade A; too little air can condemn and cannot clear."""
    found = cleanroom.judge_particle_reports(one(REPORT, **changes)).loc["P-1"]

    assert (found["china"], found["eu"]) == (china, eu)


def test_the_vendor_passes_what_the_annex_does_not() -> None:
    """Grade B at rest with 240 particles: within 290, beyond 29."""
    found = cleanroom.judge_particle_reports(teaching_table("particle_reports")).loc["P-04"]

    assert (found["per_m3"], found["vendor"]) == (240.0, "within")
    assert (found["china"], found["eu"]) == ("beyond", "beyond")


def test_the_rooms_of_the_worked_bank_are_within() -> None:
    """Grade D in operation has no limit in either table."""
    found = cleanroom.check_room_particles(load_dataset("room_particles"))

    assert set(found.loc[found["china"].notna(), "finding"]) == {"within"}
    assert set(found.loc[found["china"].isna(), "state"]) == {"in operation"}
    assert set(found.loc[found["china"].isna(), "grade"]) == {"D"}


def test_the_sample_volume_follows_the_limit_down_to_its_floor() -> None:
    """1 000 and 690 L for 5 µm; one minute of 28.3 L where 5.7 L would do."""
    litres = cleanroom.air_volumes([20, 29, 3520], flow_l_per_min=28.3)["litres"]

    assert litres.to_dict() == pytest.approx({20: 1000, 29: 689.7, 3520: 28.3}, abs=0.05)


def plate(grade: str, kind: str, colonies: int, volume: float = 500.0) -> bool:
    row = {"grade": grade, "kind": kind, "colonies": colonies, "volume_l": volume}
    return bool(cleanroom.check_room_plates(pd.DataFrame([row]))["beyond"].iloc[0])


@pytest.mark.parametrize(
    ("grade", "kind", "within", "beyond"),
    [
        ("A", "glove", 0, 1),
        ("B", "air", 5, 6),
        ("B", "settle", 5, 6),
        ("C", "contact", 25, 26),
        ("D", "settle", 100, 101),
    ],
)
def test_a_plate_at_its_limit_is_within_and_air_counts_per_m3(
    grade: str, kind: str, within: int, beyond: int
) -> None:
    """Five colonies from 500 L are the 10 per m³ that grade B allows."""
    assert not plate(grade, kind, within)
    assert plate(grade, kind, beyond)


def test_a_plate_without_a_limit_is_refused() -> None:
    """Glove prints have no limit in grade C."""
    with pytest.raises(BadInput, match="no limit for glove plates in grade C"):
        plate("C", "glove", 1)


def test_the_excursion_lasts_three_sessions() -> None:
    """The dates and the rate that the lesson quotes."""
    plates = load_dataset("room_plates")
    checked = cleanroom.check_room_plates(plates)
    rates = cleanroom.room_recovery_rates(plates[plates["date"] < "2024-04-08"])

    assert sorted(set(checked.loc[checked["beyond"], "date"])) == [
        "2024-04-08",
        "2024-04-15",
        "2024-04-22",
    ]
    assert rates.loc["A", ["plates", "with_growth", "high"]].tolist() == [52, 0, 6.8]
    assert rates.loc["B", "percent"] == 36.5


@pytest.mark.parametrize(
    ("plates", "finding"),
    [
        (("09:00-13:00", "13:00-14:00", ""), "complete"),
        (("09:00-13:01", "13:00-14:00", ""), "too long"),
        (("09:00-12:59", "13:00-14:00", ""), "gap"),
        (("09:00-12:00", "12:00-13:30", ""), "gap"),
    ],
)
def test_a_session_is_covered_to_the_minute(plates: tuple[str, str, str], finding: str) -> None:
    """Four hours are allowed, a minute without a plate is a gap."""
    names = dict(zip(("plate_1", "plate_2", "plate_3"), plates, strict=True))
    table = one({"session": "E-1", "begin": "09:00", "end": "14:00"}, **names)

    assert cleanroom.check_settle_sessions(table).at["E-1", "finding"] == finding


@pytest.mark.parametrize(
    ("taken", "finding"),
    [
        ("11:59", "too early"),
        ("12:00", "counts"),
        ("12:04", "counts"),
        ("12:05", "disinfected before"),
    ],
)
def test_a_print_counts_between_work_and_disinfection(taken: str, finding: str) -> None:
    """Before the end it has seen too little, after disinfection nothing."""
    row = {"print": "G-1", "last_handling": "12:00", "gloves_disinfected": "12:05"}

    assert cleanroom.check_glove_prints(one(row, print_taken=taken))["G-1"] == finding


def test_six_rules_give_the_published_levels() -> None:
    """The constructed set of 100 plates, as the methods page has it."""
    table = teaching_table("settle_counts")
    counts = list(table["colonies"].repeat(table["plates"]))
    action = cleanroom.compare_count_rules(counts)["action"]

    assert len(counts) == 100
    assert action.to_dict() == pytest.approx(
        {
            "poisson": 5,
            "mean + sd": 9.18,
            "negative binomial": 12,
            "inverse cdf": 12,
            "linear": 12.05,
            "next higher": 17,
        }
    )


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({}, "qualified"),
        ({"gowning_on": "2024-06-01"}, "gowning out of date"),
        ({"last_mock_on": "2024-06-01"}, "mock tests out of date"),
        ({"mock_growth": "0, 1, 0, 0"}, "too few clean mock tests"),
        ({"mock_growth": "0, 0, 0, 1"}, "too few clean mock tests"),
        ({"mock_growth": "", "last_mock_on": ""}, "too few clean mock tests"),
    ],
)
def test_an_analyst_is_qualified_for_gowning_and_for_the_test(
    changes: dict[str, object], because: str
) -> None:
    """Twelve months to the day, and three clean mock tests up to the last."""
    found = sterility_records.who_may_test(one(ANALYST, **changes), on="2025-06-02")

    assert found.at["OP-03", "because"] == because
    assert found.at["OP-03", "may_test"] == (because == "qualified")


@pytest.mark.parametrize(
    ("changes", "own", "gaps"),
    [
        ({}, True, ""),
        ({"monitored_on": "2025-05-05"}, False, ""),
        ({"monitored_on": ""}, False, "monitored_on"),
        ({"media_lots": "FTM-1"}, True, "TSB lot"),
        ({"media_lots": ""}, True, "media_lots"),
        ({"strain_lot": "", "times": ""}, True, "strain_lot, times"),
    ],
)
def test_a_file_names_each_link_and_its_own_session(
    changes: dict[str, object], own: bool, gaps: str
) -> None:
    """Monitoring of another day is no gap, and no support either."""
    found = sterility_records.check_test_files(one(FILE, **changes)).loc["Q-1"]

    assert (bool(found["own_monitoring"]), found["gaps"]) == (own, gaps)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, "in order"),
        ({"entered_at": "2025-05-10 00:00"}, "not entered on the day"),
        ({"entered_at": "2025-05-08 10:00"}, "not entered on the day"),
        ({"checked_by": "OP-03"}, "no second person"),
        ({"checked_by": ""}, "no second person"),
        ({"changed": True}, "change without reason"),
        ({"changed": True, "reason": "labels exchanged"}, "in order"),
    ],
)
def test_a_reading_is_entered_on_its_day_checked_and_explained(
    changes: dict[str, object], finding: str
) -> None:
    """The minute before midnight is still the day."""
    found = sterility_records.check_reading_entries(one(ENTRY, **changes))

    assert found.at["L-1", "finding"] == finding


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, "closed rightly"),
        ({"days_open": 31}, "open too long"),
        ({"checklist_of": "2025-01-02"}, "checklist written afterwards"),
        ({"production_phase": "not done"}, "production phase missing"),
        ({"closed_as": "invalid"}, "invalidated without data"),
        (
            {"laboratory_cause": "proven", "production_phase": "not done", "closed_as": "invalid"},
            "closed rightly",
        ),
    ],
)
def test_an_investigation_closes_in_two_phases(changes: dict[str, object], finding: str) -> None:
    """A proven laboratory cause ends it in the first; without one the result stands."""
    found = sterility_records.check_investigations(one(CASE, **changes), days_allowed=30)

    assert found["V-1"] == finding


def test_one_invalid_test_of_three_thousand_has_a_wide_interval() -> None:
    """0.033 %, 0.0008 to 0.186 %, as the checklist quotes it."""
    found = sterility_records.invalid_test_rate(1, 3000)

    assert (found.value, found.interval.low, found.interval.high) == pytest.approx(
        (0.0333, 0.0008, 0.1856), abs=1e-4
    )


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, "in order"),
        ({"cells": 9_999_999}, "too few cells"),
        ({"indicator_lines": 1}, "too few indicator lines"),
        ({"days": 13}, "too short"),
        ({"cells": 1, "days": 7}, "too few cells; too short"),
    ],
)
def test_a_virus_report_has_cells_lines_and_days(changes: dict[str, object], finding: str) -> None:
    """Each comparator at its bound and just below."""
    found = sterility_records.check_virus_reports(one(VIRUS, **changes))

    assert found.at["Y-1", "finding"] == finding


@pytest.mark.parametrize(("limit", "accepted"), [(10, 20), (100, 200), (1000, 2000)])
def test_a_power_of_ten_allows_twice_itself(limit: int, accepted: int) -> None:
    """20 is accepted against 10, 21 is not."""
    rows = [("B-1", limit, accepted), ("B-2", limit, accepted + 1)]
    table = pd.DataFrame(rows, columns=["result", "limit_cfu", "count_cfu"])

    assert sterility_records.check_bioburden(table)["accepted"].tolist() == [True, False]


def test_a_plan_lacks_tests_reasons_or_nothing() -> None:
    """The unfinished plan of the lesson, and one level without anything."""
    found = sterility_records.check_virus_plan(teaching_table("virus_plan"))
    bare = pd.DataFrame([("donor", "", "")], columns=["level", "tests", "reason"])

    assert found.to_dict() == {
        "donor": "nothing",
        "master bank": "tests",
        "working bank": "nothing",
        "end of production": "a reason",
    }
    assert sterility_records.check_virus_plan(bare)["donor"] == "tests and a reason"


def test_sequencing_may_equal_animals_but_not_fall_behind() -> None:
    """Equal and better are good enough."""
    assert sterility_records.sequencing_misses(teaching_table("model_viruses")) == [
        "model virus C, naked, DNA"
    ]


def test_the_figures_are_drawn() -> None:
    """Each returns its axes; the typed entries stand off the line."""
    table = teaching_table("settle_counts")
    counts = list(table["colonies"].repeat(table["plates"]))
    panels = plots.plot_room_plates(load_dataset("room_plates"), "Corridor")
    drawn = [
        plots.plot_particle_reports(teaching_table("particle_reports")),
        plots.plot_count_rules(counts, ["poisson", "negative binomial"]),
        plots.plot_reading_entries(teaching_table("reading_entries")),
    ]

    assert len(panels) == 3
    assert all(isinstance(ax, Axes) for ax in [*panels, *drawn])
    with pytest.raises(BadInput, match="no room 'Attic'"):
        plots.plot_room_plates(load_dataset("room_plates"), "Attic")
