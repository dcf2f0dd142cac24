"""From collections, steps, tracks and blots to the results of the lesson on vesicle particles."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.errors import BadInput
from stemcell_kit.plots.ev_particles import (
    plot_blot_percents,
    plot_dilution_window,
    plot_particle_sizes,
    plot_purification,
    plot_tracked_and_reported,
)
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.ev_particles import (
    blot_percents,
    collection_gaps,
    medium_shares,
    panel_calls,
    panel_summary,
    step_results,
)
from stemcell_kit.worksheets.ev_tracking import (
    particles_and_record,
    size_histogram,
    size_window_shares,
    tracked_particles,
    tracked_sizes,
    tracked_videos,
    tracking_checks,
    vesicle_size,
)

FINE: dict[str, Any] = {
    "collection": "C-1",
    "bank_released": "2025-01-01",
    "passage": 5,
    "studied_to": 5,
    "counted_at": "2025-02-01 10:00",
    "viability_percent": 90.0,
    "markers_of": "this harvest",
    "lowest_positive": 95.0,
    "highest_negative": 2.0,
    "endotoxin_eu_per_ml": 0.49,
    "hours": 24,
    "collected_at": "2025-02-01 10:00",
}


def gaps(**changed: Any) -> list[str]:
    """What is open in a collection that is fine but for what was changed."""
    return list(collection_gaps(pd.DataFrame([FINE | changed]))["open"])


def tracks(*per_ml: float, blank: float = 2e9) -> pd.DataFrame:
    """One lot at 1:100: a video per concentration, a quarter at 90, half at 100, the rest at 110 nm."""
    rows = [
        {
            "lot": "EV-1",
            "sample": sample,
            "video": f"{sample}-{place}",
            "dilution": 100.0,
            "particles_per_frame": 40.0,
            "valid_tracks": 1000,
            "size_nm": size,
            "concentration_per_ml": share * total,
        }
        for sample, totals in (("vesicles", per_ml), ("blank", (blank,)))
        for place, total in enumerate(totals)
        for size, share in ((90.5, 0.25), (100.5, 0.5), (110.5, 0.25))
    ]
    return pd.DataFrame(rows)


def record(reported: float, label: float) -> pd.DataFrame:
    """The batch record of the lot."""
    return pd.DataFrame([{"lot": "EV-1", "reported_per_ml": reported, "label_per_ml": label}])


def band(call: str, vesicle: float, lysate: float, load: float = 5.0) -> dict[str, Any]:
    """One marker on a blot with 5 µg of lysate."""
    loads = {"vesicle_ug": load, "lysate_ug": 5.0}
    return {"vesicle_signal": vesicle, "lysate_signal": lysate, "call": call, **loads}


# --- cells, medium, steps ------------------------------------------------------------------


def test_a_collection_on_every_limit_leaves_nothing_open() -> None:
    """A bound itself is met: 90 %, 95 %, 2 %, 24 h and the last studied passage."""
    assert gaps() == []
    assert gaps(hours=48) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bank_released": ""}, "the bank is not released"),
        ({"bank_released": "2025-02-02"}, "the bank is not released"),
        ({"passage": 6}, "passage 6, studied to 5"),
        ({"hours": 23}, "23 h of conditioning"),
        ({"hours": 49}, "49 h of conditioning"),
        ({"counted_at": "2025-01-31 16:00"}, "counted 18.0 h before collection"),
        ({"viability_percent": 89.9}, "viability 89.9 %"),
        ({"markers_of": "the bank"}, "markers of the bank"),
        ({"lowest_positive": 94.9}, "a marker of the cells only 94.9 % positive"),
        ({"highest_negative": 2.1}, "a foreign marker 2.1 % positive"),
        ({"endotoxin_eu_per_ml": 0.5}, "endotoxin 0.5 EU/mL"),
    ],
)
def test_a_flaw_of_the_cells_is_named(changed: dict[str, Any], said: str) -> None:
    """Each flaw is one line in words."""
    assert gaps(**changed) == [said]


def test_the_blank_tells_what_the_medium_brought() -> None:
    """3 of 4 particles were in the medium before the cells were."""
    media = pd.DataFrame([{"medium": "M", "with_cells_per_ml": 4e9, "without_cells_per_ml": 3e9}])

    row = medium_shares(media).loc["M"]

    assert (row["from_medium_percent"], row["from_cells_percent"]) == (75.0, 25.0)


def steps(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    """A batch: name, mL, particles/mL and µg/mL of each step."""
    columns = ["step", "volume_ml", "particles_per_ml", "protein_ug_per_ml"]
    return pd.DataFrame(rows, columns=columns).assign(batch="B")


def test_a_step_is_judged_by_totals() -> None:
    """100 mL to 10 mL at eight times the concentration: 80 % are kept, then half of them."""
    found = step_results(steps(("a", 100, 1e9, 10), ("b", 10, 8e9, 20), ("c", 10, 4e9, 1)))

    assert list(found["recovery_percent"]) == [100, 80, 50]
    assert list(found["of_harvest_percent"]) == [100, 80, 40]
    assert list(found["particles_per_ug"]) == [1e8, 4e8, 4e9]


def test_a_step_that_makes_particles_is_refused() -> None:
    """More after than before is a mistake of measurement, not a yield."""
    with pytest.raises(BadInput, match="more"):
        step_results(steps(("a", 10, 1e9, 10), ("b", 10, 1.1e9, 10)))


# --- tracking ------------------------------------------------------------------------------


def test_a_concentration_holds_its_dilution_once_and_loses_its_blank() -> None:
    """Videos of 1.0 and 1.2e11 with a blank of 2e9: 1.08e11; in the cell a hundredth of 1.1e11."""
    found = tracked_particles(tracks(1.0e11, 1.2e11), "EV-1")

    assert found.value == pytest.approx(1.08e11)
    assert found.in_cell_per_ml == pytest.approx(1.1e9)


def test_videos_are_given_as_the_reader_gives_them() -> None:
    """One row per video with its own concentration and the median of its bins."""
    videos = tracked_videos(tracks(1.0e11, 1.2e11), "EV-1")

    assert list(videos["concentration_per_ml"]) == pytest.approx([1.0e11, 1.2e11])
    assert list(videos["d50_nm"]) == [100.5, 100.5]
    assert videos.attrs == {"dilution": 100.0, "dilution_applied": True}


def test_an_unknown_lot_is_refused_by_name() -> None:
    """The message lists the lots that are there."""
    with pytest.raises(BadInput, match="it has EV-1"):
        tracked_videos(tracks(1e11), "EV-9")


def test_record_label_and_tracking_stand_side_by_side() -> None:
    """Tracked 9.8e10, reported a hundredfold, label 1e11: 100 times and 2 % below the label."""
    row = particles_and_record(tracks(1e11), record(9.8e12, 1e11)).loc["EV-1"]

    assert (row["times_tracked"], row["off_label_percent"]) == (100, -2)


def test_sizes_are_binned_by_number() -> None:
    """A quarter, half and a quarter in bins of 10 nm: the median sits in the middle."""
    edges, held = size_histogram(tracks(1e11), "EV-1", width_nm=10)

    assert edges[-1] == 120
    assert held[-3:] == pytest.approx([2.5e10, 5e10, 2.5e10])
    assert vesicle_size(tracks(1e11), "EV-1", width_nm=10).d50_nm == pytest.approx(105)
    assert size_window_shares(tracks(1e11), low_nm=95, high_nm=200) == {"EV-1": 75.0}
    assert tracked_sizes(tracks(1e11, 1e11), width_nm=10).loc["EV-1", "valid_tracks"] == 2000


def test_an_export_is_questioned_before_it_is_used() -> None:
    """1e9 in the cell is the upper end of the range, one video is fewer than three."""
    table = tracking_checks(tracked_videos(tracks(1e11), "EV-1"))

    assert table.loc["in the measuring cell", "usable"] == "within"
    assert table.loc["particles per frame", "usable"] == "within"
    assert table.loc["videos", "usable"] == "fewer than 3"
    dense = tracking_checks(tracked_videos(tracks(1.1e11), "EV-1"))
    assert dense.loc["in the measuring cell", "usable"] == "too concentrated"


def test_a_zetaview_histogram_is_questioned_too() -> None:
    """The histogram is that of the cell, the head line that of the vial."""
    table = pd.DataFrame({"size_nm": [95.0, 105.0, 115.0], "in_cell_per_ml": [1e8, 2e8, 1e8]})
    table.attrs = {
        "dilution": 1000.0,
        "concentration_per_ml": 4e11,
        "traces": 900,
        "positions": ({"position": 1, "used": True}, {"position": 2, "used": False}),
        "warnings": ("position 2 was not used",),
    }

    found = tracking_checks(table)["found"]

    assert found["in the measuring cell"] == "4e+08 particles/mL"
    assert (found["positions used"], found["D50"]) == ("1", "105.0 nm")
    assert found["the file says"] == "position 2 was not used"


def test_another_table_is_no_tracking_export() -> None:
    """The message says what to read instead."""
    with pytest.raises(BadInput, match="NanoSight"):
        tracking_checks(pd.DataFrame({"lot": ["EV-1"]}))


# --- markers -------------------------------------------------------------------------------


def test_a_panel_is_complete_by_category() -> None:
    """CD63 alone lacks cytosol, contaminant and number; five columns become a complete panel."""
    reports = pd.DataFrame(
        [
            ["R-1", "positive", "not tested", "not tested", "not tested"],
            ["R-2", "positive", "positive", "positive", "positive"],
        ],
        columns=["report", "CD63", "CD81", "TSG101", "albumin"],
    )

    found = panel_summary(panel_calls(reports))

    assert found.loc["R-1", "missing"] == "cytosolic, contaminant, positive markers"
    assert (found.loc["R-2", "complete"], found.loc["R-2", "contaminated"]) == (True, "albumin")


def test_a_band_is_compared_per_microgram() -> None:
    """30 from 2 µg beside 1000 from 5 µg is 7.5 %, not 3 %: not depleted."""
    blots = pd.DataFrame([{"lot": "L", "marker": "calnexin", **band("negative", 30, 1000, 2)}])

    row = blot_percents(blots).iloc[0]

    assert (row["percent_of_lysate"], row["change"]) == (7.5, "neither")


# --- figures -------------------------------------------------------------------------------


def test_the_figures_are_drawn() -> None:
    """Each returns its axes with a title that says what is seen."""
    limit = catalogue().limit
    blots = pd.DataFrame(
        [
            {"lot": "L", "marker": "CD63", **band("positive", 4000, 1000)},
            {"lot": "L", "marker": "calnexin", **band("negative", 0, 1000)},
        ]
    )
    films = tracks(1e11)
    drawn = [
        plot_purification(teaching_table("ev_steps")),
        plot_tracked_and_reported(films, record(1e13, 1e11)),
        plot_dilution_window(teaching_table("ev_dilutions"), limit("ev-particles-per-frame")),
        plot_particle_sizes(films, ["EV-1"]),
        plot_blot_percents(blots, ["L"], limit("ev-calnexin-ratio")),
    ]

    assert all(isinstance(ax, Axes) and ax.get_title(loc="left") for ax in drawn)
