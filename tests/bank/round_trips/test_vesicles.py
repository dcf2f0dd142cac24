"""Vesicle lots: what is written is read back, and the methods recover the truth."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from scipy import stats

from stemcell_kit.bank import Bank, build
from stemcell_kit.bank.assays.vesicles import vesicle_truth
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.exports.vesicles import files, nanosight_csv
from stemcell_kit.instruments import read_nanosight, read_nanosight_sizes, read_sheet
from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.qc.vesicles.marker_panel import MarkerPanel, blot_ratio, marker_panel
from stemcell_kit.qc.vesicles.particle_concentration import (
    ParticleConcentration,
    particle_concentration,
    usable_range,
)
from stemcell_kit.qc.vesicles.particle_size import ParticleSize, bin_edges, particle_size
from stemcell_kit.qc.vesicles.vesicle_purity import VesiclePurity, vesicle_purity
from stemcell_kit.qc.vesicles.vesicle_yield import label_check
from stemcell_kit.teaching_tables import teaching_table
from tests.bank.round_trips.made import Made

LOT = "EV-2402"
SEEDS = range(50)
CLASSES = [
    {"name": "high", "above": 3e10},
    {"name": "low", "at_least": 2e9, "at_most": 2e10},
    {"name": "impure", "below": 1.5e9},
]


def sheet(made: Bank, name: str) -> pd.DataFrame:
    """A sheet of the lot, written and read back."""
    text = sheet_csv(made.bank.table(name, [LOT]), SHEETS[name])
    return read_sheet(text.encode("utf-8"), name)


@cache
def summaries(made: Made) -> dict[str, bytes]:
    """The tracking summaries of lot and blank as they are written."""
    table = made.bank.table("ev_size", [LOT])
    return {
        str(name): nanosight_csv(part).encode("latin-1")
        for name, part in table.groupby("sample", sort=False)
    }


@cache
def concentration(made: Made) -> ParticleConcentration:
    """Blank-subtracted concentration from the two files."""
    videos, blank = (read_nanosight(one) for one in summaries(made).values())
    return particle_concentration(
        videos["concentration_per_ml"],
        dilution=videos.attrs["dilution"],
        dilution_applied=videos.attrs["dilution_applied"],
        blank_videos_per_ml=blank["concentration_per_ml"],
        blank_dilution=blank.attrs["dilution"],
        blank_dilution_applied=blank.attrs["dilution_applied"],
    )


@cache
def size(made: Made) -> ParticleSize:
    """Size of the lot over all videos."""
    table = read_nanosight_sizes(summaries(made)["vesicles"])
    total = table.groupby("size_nm")["concentration_per_ml"].sum()
    return particle_size(bin_edges(total.index), total.to_numpy().tolist())


@cache
def protein_ug_per_ml(made: Made) -> float:
    """Protein of the lot: the least diluted wells that lie within the standards."""
    plate = sheet(made, "ev_protein")
    standards = plate[plate["role"] == "standard"]
    line = stats.linregress(standards["standard_ug_per_ml"], standards["absorbance_562"])
    samples = plate[plate["role"] == "sample"].groupby("dilution")["absorbance_562"].mean()
    read = (samples - line.intercept) / line.slope
    usable = read[read <= standards["standard_ug_per_ml"].max()]
    return float(usable.iloc[0] * usable.index[0])


def purity(made: Made) -> VesiclePurity:
    """Particles per microgram with its class; 1 ug/mL is the lowest standard, diluted by 2."""
    found = concentration(made).value, protein_ug_per_ml(made)
    return vesicle_purity(*found, classes=CLASSES, lloq_ug_per_ml=2)


def panel(made: Made) -> MarkerPanel:
    """The panel of the lot."""
    markers = teaching_table("vesicle_markers").groupby("category", sort=False)["marker"]
    needs = teaching_table("vesicle_marker_needs")
    bands = sheet(made, "ev_markers")
    return marker_panel(
        dict(zip(bands["marker"], bands["call"], strict=True)),
        markers={str(name): list(part) for name, part in markers},
        needed=dict(zip(needs["category"], needs["needed"], strict=True)),
        positive_needed=3,
    )


def label_agrees(made: Made) -> bool:
    """Say whether the reported concentration is within 20 % of the label."""
    record = sheet(made, "ev_record").iloc[0]
    found = label_check(record["reported_per_ml"], record["label_per_ml"], tolerance_percent=20)
    return found.within


def test_the_tracking_recovers_the_number() -> None:
    """One preparation: 3 % for it, 3 % a video, and the blank's own: within 15 %."""
    for seed in SEEDS:
        made = Made(seed)
        held = vesicle_truth(made.bank.truth, made.bank.truth.products[LOT])
        found = concentration(made)
        assert found.value == pytest.approx(held.particles_per_ml, rel=0.15)
        assert found.cv_percent is not None and found.cv_percent < 8
        cell = usable_range(
            found.in_cell_per_ml, at_least=1e7, at_most=1e9, unit="particles/mL in the cell"
        )
        assert cell.verdict == "within"


def test_the_tracking_recovers_the_size() -> None:
    """7500 tracks: the median within 3 nm, the percentiles of the export within one bin."""
    for seed in SEEDS[:10]:
        made = Made(seed)
        held = vesicle_truth(made.bank.truth, made.bank.truth.products[LOT])
        assert size(made).value == pytest.approx(held.median_nm, abs=3)


def test_the_plate_recovers_the_protein_and_the_purity_is_high() -> None:
    """Triplicates near the low end of the standards: within 20 %."""
    for seed in SEEDS:
        made = Made(seed)
        held = vesicle_truth(made.bank.truth, made.bank.truth.products[LOT])
        assert protein_ug_per_ml(made) == pytest.approx(held.protein_ug_per_ml, rel=0.2)
        assert purity(made).purity in ("high", "between classes")
        assert purity(made).value > 2.5e10


def test_a_good_lot_has_a_full_clean_panel_and_its_label() -> None:
    """Five markers shown, no contaminant called; reported and labelled agree."""
    for seed in SEEDS:
        made = Made(seed)
        found = panel(made)
        assert (found.complete, found.value) == (True, 5)
        assert set(found.contaminated) <= {"calnexin", "GM130", "albumin"}
        assert len(found.contaminated) == 0
        assert label_agrees(made)


def test_aggregates_show_in_purity_and_albumin_but_not_in_the_label() -> None:
    """The number of particles looks good: only the ratio and the blot tell."""
    for seed in SEEDS:
        bad = Made(seed, "ev-protein-aggregates", LOT)
        assert purity(bad).purity == "low"
        assert panel(bad).contaminated == ("albumin",)
        assert concentration(bad).value > concentration(Made(seed)).value
        assert label_agrees(bad)


def test_aggregates_widen_the_sizes() -> None:
    """D90 rises, the median hardly."""
    for seed in SEEDS[:10]:
        good, bad = size(Made(seed)), size(Made(seed, "ev-protein-aggregates", LOT))
        assert bad.d90_nm > good.d90_nm + 5
        assert bad.d50_nm - good.d50_nm < bad.d90_nm - good.d90_nm


def test_a_dilution_applied_twice_shows_against_the_label_and_nowhere_else() -> None:
    """The record is wrong by the dilution; the files of the instrument are those of a good lot."""
    for seed in SEEDS:
        made = Made(seed, "ev-dilution-twice", LOT)
        record = sheet(made, "ev_record").iloc[0]
        assert not label_agrees(made)
        ratio = record["reported_per_ml"] / concentration(Made(seed)).value
        assert ratio == pytest.approx(record["dilution"], rel=0.01)
    good, bad = Made(7).bank, Made(7, "ev-dilution-twice", LOT).bank
    for name in ("ev_size", "ev_protein", "ev_markers"):
        assert bad.table(name, [LOT]).equals(good.table(name, [LOT]))


def test_calnexin_is_depleted_and_tetraspanins_are_enriched() -> None:
    """Against the lysate per microgram, at the limits of 10 % and 100 %."""
    for seed in SEEDS:
        bands = sheet(Made(seed), "ev_markers").set_index("marker")
        found = {
            str(marker): blot_ratio(
                row["vesicle_signal"],
                row["lysate_signal"],
                vesicle_ug=row["vesicle_ug"],
                lysate_ug=row["lysate_ug"],
                enriched_above_percent=100,
                depleted_below_percent=10,
            ).change
            for marker, row in bands.iterrows()
        }
        assert {found[m] for m in ("CD9", "CD63", "CD81")} == {"enriched"}
        assert found["calnexin"] == "depleted"


@pytest.mark.parametrize("name", ["ev_protein", "ev_markers", "ev_record"])
def test_a_sheet_reads_back_as_its_table(name: str) -> None:
    """No value changes on the way through the file."""
    written = Made(7).bank.table(name, [LOT]).reset_index(drop=True)

    pd.testing.assert_frame_equal(sheet(Made(7), name), written, check_dtype=False)


def test_a_lot_reads_the_same_alone_and_among_others() -> None:
    """Each lot has its own randomness."""
    bank = build(7)
    for name in ("ev_size", "ev_protein", "ev_markers", "ev_record"):
        table = bank.table(name)
        own = table[table["lot"] == LOT].reset_index(drop=True)
        pd.testing.assert_frame_equal(bank.table(name, [LOT]), own)


def test_a_lot_without_others_has_only_its_own_files() -> None:
    """Three sheets and a summary of lot and blank; no file without a vesicle lot; same bytes."""
    bank = build(7)
    written = dict(files(bank, [LOT, "NK-2401"]))

    assert list(written) == [
        "ev_protein.csv",
        "ev_markers.csv",
        "ev_record.csv",
        f"nanosight/{LOT}_vesicles_ExperimentSummary.csv",
        f"nanosight/{LOT}_blank_ExperimentSummary.csv",
    ]
    assert list(files(bank, ["NK-2401"])) == []
    assert written == dict(files(build(7), [LOT]))
