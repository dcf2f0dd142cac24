"""Sampling for a sterility test: rules, chances, the parts of a fill and the reading of vials."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots import sterility_sampling as plots
from stemcell_kit.qc.sterility.detection_limit import detection_limit
from stemcell_kit.qc.sterility.sampling_rule import TooFewContainers
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.sterility_sampling import (
    containers_for,
    detection_chances,
    fill_parts_sampled,
    hits_by_level,
    lots_found_by_day,
    quantities_for,
    sampling_audit,
    sampling_rule,
    vials_with_growth,
)


def batches(*rows: tuple[str, int, int, int]) -> pd.DataFrame:
    """A list of batches: name, containers, tested, positives."""
    return pd.DataFrame(rows, columns=["batch", "containers", "tested", "positives"])


def session(*vessels: tuple[str, str, int, str]) -> pd.DataFrame:
    """One lot's vessels: label, role, first turbid day, subculture."""
    table = pd.DataFrame(vessels, columns=["vessel", "role", "turbid_day", "subculture"])
    return table.assign(lot="L-1", medium=[label.split("-")[0] for label in table["vessel"]])


@pytest.mark.parametrize(
    ("batch", "containers"),
    [(40, 4), (41, 5), (100, 10), (101, 10), (500, 10), (501, 11), (1000, 20), (5000, 20)],
)
def test_the_rule_takes_so_many_containers(batch: int, containers: int) -> None:
    """Below, at and above each bound of the harmonised rule."""
    assert containers_for([batch])["containers"].tolist() == [containers]


def test_a_batch_smaller_than_the_rule_is_refused() -> None:
    """Three containers: the message asks for a surrogate."""
    with pytest.raises(TooFewContainers, match="instead"):
        containers_for([3])


def test_an_unknown_rule_gets_the_known_ones() -> None:
    """The message lists the names."""
    with pytest.raises(BadInput, match="liquid-quantity"):
        sampling_rule("vials")


@pytest.mark.parametrize(
    ("volume", "per_medium", "containers"),
    [(0.5, 0.5, 2), (1.5, 1, 2), (40, 20, 1), (50, 20, 1), (150, 20, 1), (250, 25, 1)],
)
def test_a_container_gives_so_much_to_each_medium(
    volume: float, per_medium: float, containers: int
) -> None:
    """Two media take twice the quantity, so a small vial does not feed both."""
    row = quantities_for([volume]).iloc[0]

    assert (row["per_medium_ml"], row["containers"]) == (per_medium, containers)
    assert row["two_media_ml"] == 2 * per_medium


def test_chances_are_those_of_the_binomial_law() -> None:
    """Twenty containers find 1, 5 and 10 % with 18.2, 64.2 and 87.8 %."""
    assert detection_chances([20], [1, 5, 10]).loc[20].tolist() == [18.2, 64.2, 87.8]


def test_an_audit_counts_without_replacement() -> None:
    """One bad container of ten, two tested: found with exactly 20 %."""
    assert sampling_audit(batches(("B", 10, 2, 0)), contaminated_percent=10)["finds"][0] == 20.0


def test_an_audit_rounds_the_contaminated_containers_up() -> None:
    """A tenth of eleven is two of them, so ten of eleven tested always hit one."""
    assert sampling_audit(batches(("B", 11, 10, 0)), contaminated_percent=10)["finds"][0] == 100


def test_an_audit_says_what_the_rule_takes_and_what_is_not_excluded() -> None:
    """Twenty clean ones leave 13.9 %; a batch of three is below the rule."""
    audit = sampling_audit(batches(("A", 1000, 20, 0), ("B", 3, 1, 0)), contaminated_percent=10)

    assert audit["rule"].tolist() == [20, 0]
    assert audit["at_most"].tolist() == [13.9, 95.0]


def test_an_audit_refuses_more_tested_than_filled() -> None:
    """The numbers were exchanged."""
    with pytest.raises(BadInput, match="batch holds 4"):
        sampling_audit(batches(("A", 4, 5, 0)), contaminated_percent=10)


def test_an_audit_refuses_a_part_of_a_container() -> None:
    """A list of one's own may hold 2.5; the batch is named."""
    with pytest.raises(BadInput, match="tested of A"):
        sampling_audit(batches(("A", 4, 2.5, 0)), contaminated_percent=10)  # type: ignore[arg-type]


def test_a_vial_grew_if_one_of_its_vessels_did() -> None:
    """Turbid by cells is no growth; controls are not vials of the lot."""
    vials = vials_with_growth(
        session(
            ("FTM-1", "test", 10, "growth"),
            ("TSB-1", "test", 0, "not made"),
            ("FTM-2", "test", 3, "clear"),
            ("TSB-2", "test", 3, "clear"),
            ("FTM-N1", "negative control", 3, "growth"),
        )
    )

    assert vials["grew"].tolist() == [True, False]
    assert vials.loc[0, ["day", "media"]].tolist() == [10, "FTM"]


@pytest.mark.parametrize(("day", "found"), [(9, 0), (10, 1), (14, 1)])
def test_a_lot_is_found_from_the_day_it_shows(day: int, found: int) -> None:
    """Closed before that day, the test calls it clean."""
    readings = session(("FTM-1", "test", 10, "growth"), ("TSB-1", "test", 0, "not made"))

    assert lots_found_by_day(readings, [day])["lots_found"].tolist() == [found]


def test_a_part_of_a_fill_includes_its_first_and_last_vial() -> None:
    """5 and 10 lie in the part 5-10, 4 and 11 do not."""
    parts = pd.DataFrame({"part": ["jam"], "first": [5], "last": [10]})
    row = fill_parts_sampled(parts, [4, 5, 10, 11]).iloc[0]

    assert (row["filled"], row["sampled"]) == (6, 2)


def test_hits_are_counted_by_level_and_blanks_left_out() -> None:
    """Two of three at 5 CFU/mL; a blank has no logarithm."""
    study = pd.DataFrame(
        {"level_cfu_per_ml": [5.0, 5.0, 5.0, 0.0], "detected": [True, True, False, False]}
    )
    row = hits_by_level(study).iloc[0]

    assert (row["concentration"], row["positives"], row["replicates"]) == (5, 2, 3)
    with pytest.raises(BadInput, match="blanks"):
        hits_by_level(study[study["level_cfu_per_ml"] == 0])


def test_the_trial_of_the_lesson_gives_the_numbers_of_its_text() -> None:
    """Six of eighteen lots in 14 days, four by day 7; a limit of about 9 CFU/mL."""
    found = lots_found_by_day(load_dataset("sterility_trial"), [7, 14])
    levels = hits_by_level(load_dataset("detection_trial"))
    limit = detection_limit(levels, link="probit", probability=0.95)

    assert found["lots_found"].tolist() == [4, 6]
    ends = (limit.interval.low, limit.interval.high)

    assert [round(x, 1) for x in (limit.value, *ends)] == [9.2, 5.6, 15.2]


def test_the_planned_sample_misses_no_part_of_the_fill() -> None:
    """Ten vials of the lesson, one at least in each part."""
    planned = [2, 6, 60, 110, 150, 180, 213, 216, 250, 298]

    assert fill_parts_sampled(teaching_table("fill_parts"), planned)["sampled"].min() == 1


def test_the_figures_are_axes_with_units() -> None:
    """What is drawn says what it is and in which unit."""
    levels = hits_by_level(load_dataset("detection_trial"))
    limit = detection_limit(levels, link="probit", probability=0.95)
    drawn = [
        plots.plot_vials_with_growth(load_dataset("sterility_trial")),
        plots.plot_fill_sample(teaching_table("fill_parts"), {"sample": [1, 213]}, 300),
        plots.plot_bag_sample([1, 5]),
        plots.plot_hit_rates(levels, limit),
    ]

    assert all(isinstance(ax, Axes) and ax.get_xlabel() for ax in drawn)
    assert [ax.get_ylabel()[-3:] for ax in drawn[2:]] == ["(%)"] * 2
