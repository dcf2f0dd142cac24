"""From the papers of one lot to what they show and what they leave open."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots.product_lot import plot_lot_order, plot_storage_life
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.product_lot import (
    certificate_gaps,
    check_order,
    lots_inside,
    paper_gaps,
    read_lot_dates,
    screening_gaps,
    storage_life,
    trace_lot,
)

NAN = float("nan")
VIABILITY = "com-viability-thawed"


def pair(earlier_at: str, later_at: str) -> pd.DataFrame:
    """One pair of dates."""
    row = {"rule": "R", "earlier": "a", "earlier_at": earlier_at, "later": "b"}
    return pd.DataFrame([{**row, "later_at": later_at}])


def screen(agent: str, serology: str, nucleic_acid: str, reason: str = "") -> pd.DataFrame:
    """The screen of one agent."""
    names = ["agent", "antibody_or_antigen", "nucleic_acid", "reason"]
    return pd.DataFrame([(agent, serology, nucleic_acid, reason)], columns=names)


def certificate_line(**said: object) -> pd.DataFrame:
    """A line of a certificate with nothing against it, unless told otherwise."""
    sound = {
        "test": "T", "lot_tested": "L", "compared_with": "", "counted": NAN, "count_limit": "",
        "sees_from": NAN, "limit": NAN,
    }  # fmt: skip
    return pd.DataFrame([{**sound, **said}])


@pytest.mark.parametrize(
    ("later_at", "in_order"), [("2026-02-19", False), ("2026-02-20", True), ("2026-02-21", True)]
)
def test_the_same_day_is_still_in_order(later_at: str, in_order: bool) -> None:
    """Below, at and above: only an earlier day breaks the rule."""
    assert check_order(pair("2026-02-20", later_at))["in_order"].tolist() == [in_order]


def test_hours_count_as_well_as_days() -> None:
    """A sample drawn 90 minutes before the final formulation is 0.0625 days too early."""
    found = check_order(pair("2026-02-20T15:10", "2026-02-20T13:40"))

    assert found["days"].tolist() == [-0.0625]


@pytest.mark.parametrize("written", ["", "next Tuesday", "20.02.2026"])
def test_a_date_that_is_none_is_refused(written: str) -> None:
    """It proves no order, and no day is guessed for it."""
    with pytest.raises(BadInput, match="ISO 8601"):
        check_order(pair(written, "2026-02-20"))


def test_your_own_dates_are_read_from_a_table(tmp_path: Path) -> None:
    """A file with the headings of the teaching table gives the same findings."""
    path = tmp_path / "dates.csv"
    teaching_table("lot_dates").to_csv(path, index=False)

    found = check_order(read_lot_dates(path))
    assert found["in_order"].sum() == 4


def test_an_empty_field_is_missing_and_so_is_one_that_is_not_there() -> None:
    """Blanks alone are no answer either."""
    asked = pd.DataFrame({"paper": ["label"] * 3, "field": ["lot", "volume", "expiry"]})
    written = pd.DataFrame({"paper": ["label"] * 2, "field": ["lot", "volume"]})
    written["written"] = ["L-1", " "]

    assert paper_gaps(asked, written).loc["label"].tolist() == [3, "volume, expiry"]


@pytest.mark.parametrize(
    ("row", "still_open"),
    [
        (screen("HIV", "negative", "negative"), []),
        (screen("HIV", "negative", ""), ["no nucleic acid test"]),
        (screen("HCV", "positive", "negative", "old"), ["positive by serology"]),
        (screen("syphilis", "negative", ""), []),
        (screen("B19", "", ""), ["not tested"]),
        (screen("EBV", "positive", "negative"), ["positive, no reason"]),
        (screen("EBV", "positive", "negative", "risk file"), []),
    ],
)
def test_three_viruses_are_looked_for_in_both_ways(
    row: pd.DataFrame, still_open: list[str]
) -> None:
    """Of the others one result is enough, and a reason where it is positive."""
    assert screening_gaps(row)["open"].tolist() == still_open


def test_a_trace_goes_back_to_the_donor_and_on_to_second_hand_holders() -> None:
    """The link without a record is told; a sister lot is reached through its bank only."""
    links = teaching_table("lot_links")
    bank, lot = trace_lot(links, "SKTi003-A-W1"), trace_lot(links, "NSC-2601")

    assert bank.loc[bank["way"] == "back", "parent"].iloc[0] == "D-033"
    assert {"R-05", "R-09", "R-12"} <= set(bank.loc[bank["way"] == "on", "child"])
    assert lot.loc[~lot["shown"], "parent"].tolist() == ["flask F-17"]
    assert "NSC-2504" not in set(lot["child"])


def test_a_lot_without_links_is_refused() -> None:
    """It may be written in another way."""
    with pytest.raises(BadInput, match="no link names"):
        trace_lot(teaching_table("lot_links"), "NSC2601")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, ""),
        ({"lot_tested": "K"}, "made on K"),
        ({"compared_with": "itself"}, "compared with itself"),
        ({"counted": 19, "count_limit": "metaphases-minimum"}, "19 counted, 20 needed"),
        ({"counted": 20, "count_limit": "metaphases-minimum"}, ""),
        ({"sees_from": 50, "limit": 50}, ""),
        ({"sees_from": 51, "limit": 50}, "sees from 51, limit 50"),
    ],
)
def test_a_line_of_a_certificate_is_held_against_its_record(
    said: dict[str, object], told: str
) -> None:
    """A bound itself is kept; what has no number is not asked."""
    assert certificate_gaps(certificate_line(**said), "L")["open"].tolist() == [told]


def test_one_number_can_hold_two_lots() -> None:
    """Bags of two runs are two lots, and only one of them was tested."""
    found = lots_inside(teaching_table("lot_units"))

    assert found["tested"].tolist() == [True, False]


def test_a_lot_that_was_warmed_keeps_for_less_than_two_years() -> None:
    """The bound of its mean meets 70 % before the data end; its sister never gets there."""
    stability, limit = load_dataset("lot_stability"), catalogue().limit(VIABILITY)
    warmed = storage_life(stability, "SKTi003-A-W1", limit, longest=36)
    sister = storage_life(stability, "SKTi001-B-W1", limit, longest=36)

    assert round(warmed.value, 1) == 21.7
    assert not sister.reached


def test_a_limit_that_is_no_lower_bound_in_percent_is_refused() -> None:
    """A temperature says nothing about viability."""
    with pytest.raises(BadInput, match="lower bound"):
        storage_life(
            load_dataset("lot_stability"), "SKTi003-A-W1",
            catalogue().limit("com-cell-storage-c"), longest=36,
        )  # fmt: skip


def test_figures_are_axes() -> None:
    """The order of eight pairs, and two lots in storage."""
    order = plot_lot_order(teaching_table("lot_dates"))
    life = plot_storage_life(
        load_dataset("lot_stability"), ["SKTi003-A-W1"], catalogue().limit(VIABILITY),
        expiry_months=36,
    )  # fmt: skip

    assert isinstance(order, Axes)
    assert isinstance(life, Axes)
