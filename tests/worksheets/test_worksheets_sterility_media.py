"""Media and suitability of a sterility test: vessels, plates, inocula, recipes and passages."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.plots import sterility_media as plots
from stemcell_kit.qc.sterility.rapid_comparison import mcnemar
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.pairs import paired_counts
from stemcell_kit.worksheets.sterility_media import (
    broth_needed_ml,
    counting_noise,
    found_with_antibiotic,
    growth_by_role,
    inoculum_risk,
    lots_found_by_medium,
    media_recovery,
    medium_recipe,
    membrane_share,
    passages_from_seed,
    strains_not_growing,
)

RATIO = catalogue().limit("ste-media-recovery-ratio")
DAYS = catalogue().limit("ste-suitability-days")
CHALLENGE = catalogue().limit("ste-challenge-cfu")
LOTS = ["SKTi002-A-M1", "SKTi001-A-M1"]


def session(*vessels: tuple[str, str, int, str]) -> pd.DataFrame:
    """One lot's vessels: label, role, first turbid day, subculture."""
    table = pd.DataFrame(vessels, columns=["vessel", "role", "turbid_day", "subculture"])
    media = [label.split("-")[0] for label in table["vessel"]]
    return table.assign(lot="L-1", medium=media, organism="S", inoculum_cfu=50)


def plates(new: int, approved: int, *, new_plates: int = 1) -> pd.DataFrame:
    """One strain on a new and the approved lot, all colonies on one plate of each."""
    rows = [("N", "S", "approved", approved), ("N", "S", "new", new)]
    rows += [("N", "S", "new", 0)] * (new_plates - 1)
    return pd.DataFrame(rows, columns=["medium_lot", "organism", "poured", "colonies"])


def test_cloudy_by_cells_is_no_growth_and_a_challenge_needs_no_subculture() -> None:
    """A test vessel grows by its subculture, a challenge by its turbidity."""
    counted = growth_by_role(
        session(
            ("FTM-1", "test", 3, "clear"),
            ("TSB-1", "test", 5, "growth"),
            ("FTM-P", "positive control", 3, "not made"),
            ("FTM-S1", "suitability", 0, "not made"),
        )
    )

    assert counted.loc["L-1"].tolist() == ["1 / 2", "1 / 1", "0 / 1"]


@pytest.mark.parametrize(("day", "missing"), [(4, 0), (5, 0), (6, 1), (0, 1)])
def test_a_challenge_must_grow_by_its_day(day: int, missing: int) -> None:
    """Below, at and above day 5; 0 is never."""
    assert (
        len(strains_not_growing(session(("FTM-S1", "suitability", day, "")), days=DAYS)) == missing
    )


def test_a_medium_alone_finds_the_lots_that_grew_in_it() -> None:
    """Growth in FTM only is lost to TSB."""
    found = lots_found_by_medium(
        session(("FTM-1", "test", 3, "growth"), ("TSB-1", "test", 0, "not made"))
    )

    assert found["lots_found"].tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("new", "accepted"), [(30, False), (31, True), (62, True), (124, True), (125, False)]
)
def test_half_and_twice_the_approved_count_pass(new: int, accepted: bool) -> None:
    """Against 62: 31 and 124 are the limits and are inside."""
    assert media_recovery(plates(new, 62), RATIO)["accepted"].tolist() == [accepted]


def test_a_ratio_needs_as_many_plates_of_both() -> None:
    """Two new plates against one approved would double the ratio."""
    with pytest.raises(BadInput, match="side by side"):
        media_recovery(plates(31, 62, new_plates=2), RATIO)


def test_a_plate_is_new_or_approved() -> None:
    """A word of the reader's own table is named back to her."""
    with pytest.raises(BadInput, match="'old'"):
        media_recovery(plates(31, 62).replace("approved", "old"), RATIO)


def test_a_ratio_needs_growth_on_the_approved_medium() -> None:
    """0 colonies there are no reference."""
    with pytest.raises(BadInput, match="approved"):
        media_recovery(plates(31, 0), RATIO)


def test_equal_media_fail_by_counting_alone() -> None:
    """12.5 % at 10 colonies, 0.9 % at 30."""
    assert counting_noise([10, 30], RATIO)["fails_percent"].tolist() == [12.5, 0.93]


def test_a_mean_at_the_limit_exceeds_it_in_nearly_half_of_the_inocula() -> None:
    """47.3 % at 100, 4.9 % at 85; at a mean of 1 every third is empty."""
    risk = inoculum_risk([1, 85, 100], CHALLENGE)

    assert risk["over_percent"].tolist() == [0.0, 4.9, 47.3]
    assert risk["empty_percent"].tolist()[0] == 36.8


def test_pairs_are_counted_in_the_words_of_the_paired_test() -> None:
    """Nine found only without the antibiotic, one only with it: exact p 0.0215."""
    counts = paired_counts(
        teaching_table("antibiotic_pairs"), alternative="with", reference="without"
    )

    assert (counts["reference_only"], counts["alternative_only"]) == (9, 1)
    assert sum(counts.values()) == 24
    assert mcnemar(**counts).exact_p == pytest.approx(0.0215, abs=5e-5)


def test_antibiotics_lose_bacteria_and_no_fungi() -> None:
    """The constructed table shows why one strain cannot stand for all."""
    found = found_with_antibiotic(teaching_table("antibiotic_pairs")).set_index("strain")

    assert found.loc["Staphylococcus aureus"].tolist() == [4, 4, 1]
    assert found.loc["Candida albicans"].tolist() == [4, 4, 4]


def test_a_recipe_is_scaled_and_an_unknown_medium_refused() -> None:
    """3.5 L of FTM take 2.625 g of agar."""
    grams = medium_recipe("FTM", 3.5).set_index("ingredient")["grams"]

    assert grams["agar"] == 2.625
    with pytest.raises(BadInput, match="FTM, TSB"):
        medium_recipe("TSA", 1)


def test_volumes_go_with_the_area_and_with_the_share() -> None:
    """Half the diameter is a quarter of the area; 8 mL at 10 % need 80 mL."""
    assert membrane_share(25, of_mm=50) == 0.25
    assert broth_needed_ml(8, catalogue().limit("ste-inoculum-share-percent")) == 80


def test_a_share_without_an_upper_bound_is_refused() -> None:
    """The limit that was passed is another one."""
    with pytest.raises(BadInput, match="upper bound"):
        broth_needed_ml(8, catalogue().limit("ste-rinses-minimum"))


def test_passages_are_counted_along_the_arrows() -> None:
    """Two arrows from a seed that came with one passage are three."""
    book = pd.DataFrame({"culture": ["seed", "a", "b"], "parent": ["", "seed", "a"]})

    assert passages_from_seed(book, seed_passage=1)["passages"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("parents", "message"),
    [(["", "x"], "not in the table"), (["a", "seed"], "descends from itself")],
)
def test_a_broken_genealogy_is_refused(parents: list[str], message: str) -> None:
    """A parent that is nowhere, or a circle."""
    with pytest.raises(BadInput, match=message):
        passages_from_seed(pd.DataFrame({"culture": ["seed", "a"], "parent": parents}))


def test_rinsing_shows_what_the_carried_over_antibiotics_hid() -> None:
    """The lot of the lesson: 0 of 8 and 0 of 6 before, 8 of 8 and 6 of 6 after."""
    before = growth_by_role(load_dataset("carryover_sessions")).loc[LOTS[0]]
    after = growth_by_role(load_dataset("rinsed_sessions")).loc[LOTS[0]]

    assert before[["test", "positive control", "suitability"]].tolist() == [
        "0 / 8",
        "2 / 2",
        "0 / 6",
    ]
    assert after[["test", "positive control", "suitability"]].tolist() == [
        "8 / 8",
        "2 / 2",
        "6 / 6",
    ]


def test_the_trial_needs_both_media() -> None:
    """Soybean-casein broth alone finds three of the six lots."""
    found = lots_found_by_medium(load_dataset("sterility_trial"))

    assert found["lots_found"].tolist() == [6, 3, 6]


def test_one_lot_of_medium_is_weak_for_every_strain() -> None:
    """The numbers that the lesson reads off."""
    found = media_recovery(load_dataset("media_plates"), RATIO)

    assert set(found.loc[~found["accepted"], "medium_lot"]) == {"TSA-2402"}
    assert int((~found["accepted"]).sum()) == 5


def test_the_figures_are_axes_with_units() -> None:
    """What is drawn says what it is."""
    drawn = [
        plots.plot_session_vessels(load_dataset("carryover_sessions"), LOTS),
        plots.plot_media_recovery(load_dataset("media_plates"), RATIO),
        plots.plot_inoculum([100, 85], CHALLENGE),
        plots.plot_growth_days(teaching_table("suitability_pairs"), DAYS),
    ]

    assert all(isinstance(ax, Axes) and ax.get_title(loc="left") for ax in drawn)
    assert drawn[2].get_xlabel() == "organisms dispensed (CFU)"
