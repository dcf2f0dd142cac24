"""From protocols, runs, media, plates and slides to what a mycoplasma test may say."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.plots.mycoplasma import plot_nat_detection
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.bounds import within_limit
from stemcell_kit.worksheets.mycoplasma import (
    control_shifts,
    copies_reached,
    nat_hit_rates,
    protocol_copies,
)
from stemcell_kit.worksheets.mycoplasma_culture import (
    agar_counts_accepted,
    call_indicator_runs,
    call_plate_runs,
    check_mycoplasma_media,
    culture_temperatures,
    mycoplasma_calendar,
)

NAN = math.nan


def media(*rows: tuple[str, float, int, int, int]) -> pd.DataFrame:
    """One lot of media; each row: type, inoculum, day of the broth, day of colonies, colonies."""
    names = ["type", "inoculum_cfu", "broth_day", "colony_day", "colonies"]
    return pd.DataFrame(rows, columns=names).assign(lot="L-1", organism="M.")


def nat(control: float, *, negative: float = 28.0) -> pd.DataFrame:
    """A run of one sample and a negative control, by the Cq of their internal controls."""
    return pd.DataFrame(
        {
            "sample": ["S-1", "negative control"],
            "role": ["sample", "negative control"],
            "target_cq": [NAN, NAN],
            "control_cq": [control, negative],
        }
    )


def slide(**seen: object) -> pd.DataFrame:
    """A stain with right controls, a readable layer and a dark sample, unless told otherwise."""
    right = {"controls": 2, "positives": 2, "negative": False, "apart": True, "sample": False}
    return pd.DataFrame([{"run": "R", **right, **seen}])


def test_copies_are_a_product_of_five() -> None:
    """10 per mL x 1 mL x 1 copy x 0.5 x 10/50 is one copy, found in 63.2 % of reactions."""
    table = copies_reached(teaching_table("nat_protocols"), cfu_per_ml=10, copies_per_cfu=[1])

    assert table.loc[("cells and medium", "1"), "one_well_percent"] == 63.2
    assert table.loc[("clear supernatant", "1"), "copies"] == "0.05"


def test_two_wells_miss_only_together() -> None:
    """1 - 0.368² is 86.5 %."""
    table = copies_reached(teaching_table("nat_protocols"), cfu_per_ml=10, copies_per_cfu=[1])

    assert table["two_wells_percent"].iloc[0] == 86.5


def test_an_unknown_protocol_is_refused_by_name() -> None:
    """The message lists those that there are."""
    with pytest.raises(BadInput, match="clear supernatant"):
        protocol_copies(teaching_table("nat_protocols"), "blood", per_ml=10)


@pytest.mark.parametrize(("hits", "meets"), [(22, False), (23, True), (24, True)])
def test_twenty_three_of_24_meet_the_rule(hits: int, meets: bool) -> None:
    """Below, at and above; 23 of 24 prove 81.7 %."""
    row = nat_hit_rates(pd.DataFrame({"gc_per_ml": [80], "hits": [hits], "replicates": [24]})).iloc[
        0
    ]

    assert row["meets_rule"] == meets
    if hits == 23:
        assert row["proves_percent"] == 81.7


@pytest.mark.parametrize(("late", "inhibited"), [(2.9, False), (3.0, False), (3.1, True)])
def test_a_shift_at_the_limit_is_allowed(late: float, inhibited: bool) -> None:
    """The limit of the shift is included."""
    assert control_shifts(nat(28 + late), allowed_shift=3)["inhibited"].tolist() == [inhibited]


def test_four_cycles_are_a_factor_of_sixteen() -> None:
    """Each cycle halves what seems to be there."""
    assert control_shifts(nat(32), allowed_shift=3)["fold"].tolist() == ["16"]


def test_a_control_that_never_came_has_no_shift_and_is_inhibited() -> None:
    """Nothing is made up for it."""
    row = control_shifts(nat(NAN), allowed_shift=3).iloc[0]

    assert (row["fold"], row["inhibited"]) == ("", True)


def test_a_run_without_a_reference_is_refused() -> None:
    """The negative control must show its internal control."""
    with pytest.raises(BadInput, match="repeat the run"):
        control_shifts(nat(28, negative=NAN), allowed_shift=3)


def test_two_pharmacopoeias_accept_other_counts() -> None:
    """Published: 20 to 500 and 32 to 316 for 100."""
    table = agar_counts_accepted(100)

    assert table.loc["Ph. Eur."].tolist() == [20, 500]
    assert table.loc["USP"].tolist() == [32, 316]


@pytest.mark.parametrize(
    ("colonies", "ph_eur", "usp"), [(25, 1, 0), (40, 1, 1), (320, 1, 0), (450, 1, 0), (19, 0, 0)]
)
def test_a_count_is_judged_by_both_rules(colonies: int, ph_eur: int, usp: int) -> None:
    """25, 40, 320 and 450 colonies of 100 are the worked examples."""
    row = check_mycoplasma_media(
        media(("fermenter", 100, 5, 9, 100), ("arginine user", 100, 5, 9, colonies))
    ).iloc[0]

    assert (row["Ph. Eur."], row["USP"]) == (bool(ph_eur), bool(usp))


def test_one_way_of_life_is_not_two() -> None:
    """A lot that was tried with a fermenter only has not been tried."""
    assert not check_mycoplasma_media(media(("fermenter", 100, 5, 9, 100)))["two_types"].iloc[0]


@pytest.mark.parametrize(("day", "in_time"), [(0, False), (6, True), (7, True), (8, False)])
def test_a_broth_that_never_changes_is_not_in_time(day: int, in_time: bool) -> None:
    """0 stands for never; day 7 is included."""
    found = check_mycoplasma_media(media(("fermenter", 100, day, 9, 100)))

    assert found["broth_in_time"].tolist() == [in_time]


def test_a_temperature_can_be_right_by_one_text_only() -> None:
    """37.5 °C is for the Ph. Eur.; 37 °C, a bound of the USP, is for both."""
    table = culture_temperatures([37.0, 37.5])

    assert table["USP"].tolist() == [True, False]
    assert table["Ph. Eur."].tolist() == [True, True]


def test_a_culture_ends_after_28_days() -> None:
    """From 4 March to 1 April, with four subcultures between."""
    table = mycoplasma_calendar("2024-03-04")

    assert table["date"].iloc[-1] == "2024-04-01"
    assert list(table.index) == [0, 3, 7, 10, 14, 28]


@pytest.mark.parametrize(
    ("positive", "negative", "test", "call"),
    [(0, 0, 0, "invalid"), (1, 0, 0, "negative"), (1, 1, 1, "invalid"), (1, 0, 1, "positive")],
)
def test_plates_are_called_by_their_controls(
    positive: int, negative: int, test: int, call: str
) -> None:
    """One growing positive plate is enough, one growing negative plate is too many."""
    names = ["run", "positive_growing", "negative_growing", "test_growing"]
    runs = pd.DataFrame([("R", positive, negative, test)], columns=names)

    assert call_plate_runs(runs)["call"].tolist() == [call]


@pytest.mark.parametrize(
    ("seen", "call"),
    [
        ({}, "negative"),
        ({"sample": True}, "positive"),
        ({"positives": 1}, "invalid"),
        ({"negative": True, "sample": True}, "invalid"),
        ({"apart": False}, "not readable"),
    ],
)
def test_slides_are_called_by_their_controls(seen: dict[str, object], call: str) -> None:
    """Then by the layer, and last by the sample."""
    assert call_indicator_runs(slide(**seen))["call"].tolist() == [call]


@pytest.mark.parametrize(("value", "kept"), [(9.9, True), (10.0, False), (10.1, False)])
def test_a_bound_below_leaves_its_value_out(value: float, kept: bool) -> None:
    """The ratio of copies to colony units must be below 10."""
    assert within_limit(catalogue().limit("mycoplasma-gc-cfu-ratio"), value) == kept


def test_the_figure_shows_one_line_for_each_protocol() -> None:
    """Beside the two lines of 95 % and of the limit."""
    ax = plot_nat_detection(
        teaching_table("nat_protocols"), catalogue().limit("mycoplasma-lod-gc-per-ml")
    )

    assert isinstance(ax, Axes)
    assert len(ax.lines) == 4
