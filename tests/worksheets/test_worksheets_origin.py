"""Origin and consent: what a file shows, what it does not, and what it leaves open."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.learning.lookup import limit
from stemcell_kit.plots.origin import plot_date_order
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import origin

ROW = {
    "line": "L",
    "approval": "EC-1",
    "approved": "2023-01-01",
    "consent": "C-1",
    "consented": "2023-02-01",
    "collected": "2023-02-03",
}


def finding(**changes: str) -> str:
    table = origin.date_order(pd.DataFrame([{**ROW, **changes}]))
    return str(table.at["L", "finding"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "in order"),
        ({"approved": "2023-02-01", "collected": "2023-02-01"}, "in order"),
        ({"approved": "2023-02-02"}, "not in order"),
        ({"collected": "2023-01-31"}, "not in order"),
        ({"consent": ""}, "not shown"),
        ({"approval": ""}, "not shown"),
        ({"collected": "03/04/2023"}, "not shown"),
    ],
)
def test_the_same_day_is_in_order_and_a_gap_is_no_breach(
    changes: dict[str, str], expected: str
) -> None:
    """Before, at and after the boundary; a missing reference decides nothing."""
    assert finding(**changes) == expected


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2023-04-03", ("2023-04-03",)),
        ("03/04/2023", ("2023-03-04", "2023-04-03")),
        ("13/04/2023", ("2023-04-13",)),
        ("04/04/2023", ("2023-04-04",)),
        ("2023-02-30", ()),
        ("soon", ()),
    ],
)
def test_a_date_gives_every_day_it_can_mean(written: str, days: tuple[str, ...]) -> None:
    """Two readings only where both exist and differ."""
    assert origin.date_readings(written) == days


def test_offsets_count_and_the_clocks_do_not() -> None:
    """10:00 at +01:00 is 17:00 at +08:00."""
    assert origin.hours_apart("2023-02-18T10:00+01:00", "2023-02-18T22:00+08:00") == 5
    with pytest.raises(BadInput, match="offset"):
        origin.hours_apart("2023-02-18T10:00", "2023-02-18T22:00+08:00")


def test_unknown_is_an_answer_and_empty_is_none() -> None:
    """One of four fields was never asked for."""
    donors = pd.DataFrame({"donor": ["D-1", "D-2"], "health": ["unknown", ""]})

    assert origin.donor_fields(donors).value == 75


def test_a_label_with_a_code_and_a_collection_date_names_nobody() -> None:
    """A recent date is no birth date; initials before one are found."""
    found = origin.find_identifiers(["P-014-A 2023-02-01", "LK 1976-05-12 blood"])["found"]

    assert list(found) == ["", "initials, date of birth"]


def test_a_withdrawal_reaches_grown_lots_and_second_hand_recipients() -> None:
    """The grandchild lot is found, and so is the laboratory that was given cells."""
    labels = pd.DataFrame(
        {"lot": ["S", "M", "X"], "donor": ["D-1", "D-1", "D-2"], "parent_lot": ["", "S", ""]}
    )
    boxes = pd.DataFrame({"lot": ["M", "M"], "tank": ["T-2", "T-1"]})
    sent = pd.DataFrame({"lot": ["M"], "recipient": ["R-2"], "passed_on_to": ["R-1"]})

    lots = origin.descendants(labels, "D-1")
    assert lots == ["S", "M"]
    assert list(origin.where_held(lots, boxes, sent).loc["M"]) == ["T-1, T-2", "R-1, R-2"]
    with pytest.raises(BadInput, match="D-9"):
        origin.descendants(labels, "D-9")


def test_a_culture_may_leave_on_the_day_of_its_last_result() -> None:
    """A day earlier is a day missing."""
    log = pd.DataFrame(
        {
            "line": ["A", "B"],
            "mycoplasma_result": ["2023-03-01"] * 2,
            "sterility_result": ["2023-03-10"] * 2,
            "left": ["2023-03-10", "2023-03-09"],
        }
    )

    assert list(origin.early_releases(log)["line"]) == ["B"]
    assert list(origin.early_releases(log)["days_missing"]) == [1]


def test_the_log_decides_whether_a_seed_stock_is_early() -> None:
    """p10 is early enough, p11 is not, whatever the label says."""
    register = pd.DataFrame(
        {
            "lot": ["A", "B"],
            "parent_lot": ["", ""],
            "passage_label": ["p10", "p7"],
            "passage_log": ["p10", "p11"],
        }
    )
    found = origin.seed_stocks(register, limit("seed-stock-passage"))

    assert list(found["early"]) == [True, False]
    assert list(found["agree"]) == [True, False]


def test_a_found_virus_outweighs_one_not_tested() -> None:
    """Not tested is not negative."""
    row = load_dataset("sample_reception").iloc[[0]]
    routes = [
        origin.reception_routes(row.assign(hbv=hbv, hcv=hcv))["route"].iloc[0]
        for hbv, hcv in [("negative", "negative"), ("not tested", "negative")]
    ]
    both = origin.reception_routes(row.assign(hbv="positive", hcv="not tested"))["route"].iloc[0]

    assert [*routes, both] == ["ordinary", "hold", "containment"]


def test_the_worked_files_hold_each_gap_once() -> None:
    """What the lesson says about the worked lines."""
    records = load_dataset("derivation_records")
    gaps = origin.derivation_gaps(records, limit("passages-until-established"))
    silent = origin.silent_documents(load_dataset("line_restrictions"))

    assert gaps.index[gaps["empty"] == "vector_lot"].tolist() == ["SKTi001-B"]
    assert gaps.index[gaps["colonies"] > 1].tolist() == ["SKTi004-A"]
    assert gaps.index[gaps["listed_early"]].tolist() == ["SKTi002-A"]
    assert list(silent["line"]) == ["SKTi001-A"]
    assert origin.consent_gaps(load_dataset("consent_items"))["open"].ne("").sum() == 1
    assert origin.dated_consent(load_dataset("origin_dates")).value == 50


def test_a_short_strain_name_leaves_the_substrain_open() -> None:
    """n/a is an answer; 129 alone is none."""
    found = origin.open_origin_files(teaching_table("origin_files"))["open"]

    assert found["MES-01"] == found["HES-01"] == ""
    assert found["MES-02"] == "substrain"
    assert found["HES-02"] == "embryo, consent, licence"


def test_the_figure_marks_both_days_of_an_ambiguous_date() -> None:
    """Six lines give nineteen marks and three in the key."""
    ax = plot_date_order(load_dataset("origin_dates"))

    assert sum(len(marks.get_offsets()) for marks in ax.collections) == 19 + 3
