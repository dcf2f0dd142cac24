"""Worksheets of tumour organoids: papers, variants, copies, plates and curves."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from matplotlib.axes import Axes

from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.model import Limit
from stemcell_kit.plots import tumour_organoids as plots
from stemcell_kit.qc.potency.growth_rate import NoGrowth
from stemcell_kit.qc.potency.logistic import NoFit
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets import organoid_plates as plates
from stemcell_kit.worksheets import tumour_organoids as tumours
from stemcell_kit.worksheets import tumour_papers as papers

RULES = {"least_span": 20.0, "least_covered_percent": 80.0}
DOSES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def limit(name: str) -> Limit:
    """A limit of the catalogue by its id."""
    return catalogue().limit(name)


def specimen(**changes: object) -> pd.DataFrame:
    """One specimen whose papers are in order, 6 hours in the cold at 4 °C."""
    row = {
        "specimen": "T-1",
        "consent": "research, therapy, commerce, data protection",
        "pathology": "signed",
        "tumour_cells_percent": 60,
        "excised_at": "2024-05-06T09:00+08:00",
        "processed_at": "2024-05-06T15:00+08:00",
        "temperature_c": 4.0,
        "viruses_reported": "2024-05-05",
        "outcome": "line",
    }
    return pd.DataFrame([{**row, **changes}])


def open_points(**changes: object) -> str:
    """What the papers of one specimen leave open."""
    cold, transport = limit("crc-cold-ischaemia-h"), limit("crc-transport-temperature-c")
    found = papers.specimen_gaps(specimen(**changes), cold=cold, transport=transport)
    return str(found["open"].iloc[0])


def calls(*rows: tuple[str, int, str, int, int]) -> pd.DataFrame:
    """Calls of one lot: sample, position, gene, reads with the variant, all reads."""
    table = pd.DataFrame(
        rows, columns=["sample", "position", "gene", "alternate_reads", "depth"]
    ).assign(lot="L-1", chromosome="1", reference="A", alternate="C")
    table["genotype"] = ["0/1" if reads >= 5 else "0/0" for reads in table["alternate_reads"]]
    return table


def plate(signals: dict[float, float], *, start: float = 26_000) -> pd.DataFrame:
    """A plate with triplicates of 2 % spread: vehicle 101,000, kill 1,000, and the doses given."""
    wells = [("vehicle", "", 0.0, 101_000.0), ("kill", "", 0.0, 1_000.0), ("day 0", "", 0.0, start)]
    wells += [("dose", "DRUG", dose, signal) for dose, signal in signals.items()]
    rows = [
        {
            "plate": "P",
            "lot": "L-1",
            "well": f"{'ABCDEFGH'[place % 8]}{1 + n + 3 * (place // 8)}",
            "role": role,
            "compound": compound,
            "concentration_um": dose,
            "replicate": n,
            "signal_rlu": signal * (1 + 0.02 * (n - 1)),
        }
        for place, (role, compound, dose, signal) in enumerate(wells)
        for n in range(3)
    ]
    return pd.DataFrame(rows)


def falling(ic50: float, bottom: float = 0.1) -> dict[float, float]:
    """Signals of a curve of slope 1.5 that starts at the vehicle and ends at *bottom* of it."""
    share = {dose: bottom + (1 - bottom) / (1 + (dose / ic50) ** 1.5) for dose in DOSES}
    return {dose: 1_000 + 100_000 * one for dose, one in share.items()}


# --- papers --------------------------------------------------------------------------------


def test_a_specimen_with_all_papers_leaves_nothing_open() -> None:
    """Six hours, 4 °C, four points, a signature and a virus report from the day before."""
    assert open_points() == ""


@pytest.mark.parametrize(
    ("processed", "said"),
    [("2024-05-07T09:00+08:00", ""), ("2024-05-07T09:06+08:00", "24.1 h until processing")],
)
def test_twenty_four_hours_are_inside(processed: str, said: str) -> None:
    """At the limit nothing is said, six minutes later it is."""
    assert open_points(processed_at=processed) == said


@pytest.mark.parametrize(
    ("degrees", "fits"), [(1.9, False), (2.0, True), (8.0, True), (8.1, False)]
)
def test_the_way_is_cold_but_not_frozen(degrees: float, fits: bool) -> None:
    """2 and 8 °C belong to the window."""
    assert (open_points(temperature_c=degrees) == "") is fits


def test_a_virus_report_is_older_than_the_day_of_processing() -> None:
    """One day earlier is in time; the same day proves no order."""
    assert "virus report" in open_points(viruses_reported="2024-05-06")
    assert "virus report missing" in open_points(viruses_reported="")


def test_a_point_that_the_form_lacks_is_named() -> None:
    """Research alone leaves three points open."""
    assert open_points(consent="research") == ("consent lacks therapy, commerce, data protection")


def test_a_time_that_nobody_noted_is_said_to_be_missing() -> None:
    """No hours can be counted, and the report says so."""
    assert open_points(excised_at="") == "time of excision missing"


def test_success_depends_on_what_one_divides_by() -> None:
    """One line of four received is 25 %, of three set up 33.3 %, without the spoiled one 50 %."""
    log = pd.DataFrame({"outcome": ["line", "no growth", "contaminated", "not set up"]})

    assert papers.establishment_rates(log)["percent"].tolist() == [25.0, 33.3, 50.0]


def test_only_gaps_of_a_line_file_are_listed() -> None:
    """The worked files: one in order, two with two gaps and more, one sampled too early."""
    stable, tested = limit("crc-stable-passages"), limit("crc-test-passage")
    found = papers.tumour_line_gaps(teaching_table("crc_line_files"), stable=stable, tested=tested)

    assert found.index.value_counts().to_dict() == {"CRC-2403": 5, "CRC-2402": 2, "CRC-2404": 1}
    assert found.loc["CRC-2404", "open"] == "microbes sampled with antibiotics"


@pytest.mark.parametrize(("passage", "gaps"), [(9, 0), (10, 0), (11, 1)])
def test_passage_ten_is_still_covered(passage: int, gaps: int) -> None:
    """Beyond it the late variants have to be compared."""
    whole = teaching_table("crc_line_files")
    row = whole[whole["line"] == "CRC-2401"].assign(
        passage_at_test=passage, late_variants="not compared"
    )
    found = papers.tumour_line_gaps(
        row, stable=limit("crc-stable-passages"), tested=limit("crc-test-passage")
    )

    assert len(found) == gaps


# --- variants ------------------------------------------------------------------------------


def test_a_place_read_too_thinly_is_left_out() -> None:
    """Two of three found; the third has 8 reads, too few to show 5 of them with 95 % probability."""
    both = [("tumour", n, "", 50, 100) for n in (1, 2, 3, 4)]
    both += [("organoid", 1, "", 50, 100), ("organoid", 2, "", 49, 100)]
    both += [("organoid", 3, "", 0, 100), ("organoid", 4, "", 3, 8)]
    row = tumours.variant_recall(calls(*both), reads=5, power=0.95).loc["L-1"]

    assert (row["left_out"], row["compared"], row["found_again"]) == (1, 3, 2)
    assert row["recall_percent"] == 66.7


def test_a_lost_driver_is_named() -> None:
    """APC is called in the tumour and not in the organoid; KRAS is in both."""
    table = calls(
        ("tumour", 1, "APC", 40, 100),
        ("organoid", 1, "APC", 0, 100),
        ("tumour", 2, "KRAS", 40, 100),
        ("organoid", 2, "KRAS", 50, 100),
    )

    assert tumours.lost_drivers(table, "L-1") == ["APC"]
    with pytest.raises(BadInput, match="it has L-1"):
        tumours.lost_drivers(table, "L-9")


@pytest.mark.parametrize(("reads", "percent"), [(25, 50.0), (50, 100.0), (60, 100.0)])
def test_half_the_fraction_is_half_the_cells(reads: int, percent: float) -> None:
    """A heterozygous variant at 0.25 stands for 50 % tumour cells; more than pure is pure."""
    table = calls(("tumour", 1, "KRAS", 30, 100), ("organoid", 1, "KRAS", reads, 100))

    assert tumours.tumour_share(table, "KRAS").loc["L-1", "tumour_cells_percent"] == percent


def test_a_driver_that_is_gone_gives_no_share() -> None:
    """Without a call there is nothing to estimate from."""
    table = calls(("tumour", 1, "KRAS", 30, 100), ("organoid", 1, "KRAS", 0, 100))

    assert math.isnan(tumours.tumour_share(table, "KRAS").loc["L-1", "tumour_cells_percent"])


def test_calls_of_a_vcf_are_read_like_those_of_the_bank() -> None:
    """A phased genotype is a call, an absent one is none."""
    vcf = pd.DataFrame(
        {
            "chromosome": ["1", "1"],
            "position": [1, 2],
            "reference": ["A", "A"],
            "alternate": ["C", "C"],
            "sample": ["S", "S"],
            "genotype": ["0|1", "./."],
            "alternate_reads": [5, 0],
            "depth": [10, 0],
        }
    )
    found = tumours.variant_fractions(vcf)

    assert found["variant"].tolist() == ["1:1:A:C", "1:2:A:C"]
    assert found["called"].tolist() == [True, False]
    assert found["vaf"].iloc[0] == 0.5


def test_correlation_does_not_see_purity_and_concordance_does() -> None:
    """At half purity 1, 2 and 3 copies read as 1.5, 2 and 2.5."""
    bins = pd.DataFrame({"tumour": [1.5, 2.0, 2.5], "organoid": [1.0, 2.0, 3.0]})
    found = tumours.copy_number_agreement(bins, purity=0.5)

    assert found["pearson"].tolist() == [1.0, 1.0]
    assert found["lin"].tolist() == [0.8, 1.0]
    assert found["spread_ratio"].tolist() == [2.0, 1.0]


def test_a_copied_microsatellite_status_is_not_shown() -> None:
    """No marker assessed is no test, and a failed marker may leave the status open."""
    found = tumours.microsatellite_pairs(teaching_table("crc_microsatellites"))["same"]

    assert found.to_dict() == {
        "CRC-2401": "yes",
        "CRC-2402": "yes",
        "CRC-2403": "not shown",
        "CRC-2404": "not shown",
    }


# --- plates --------------------------------------------------------------------------------


def test_sizes_are_counted_against_the_window() -> None:
    """Circles of 40, 70 and 110 µm: two of three fit 40 to 100."""
    areas = [math.pi * d**2 / 4 for d in (40.0001, 70, 110)]
    outlines = pd.DataFrame({"lot": "L-1", "area_um2": areas})
    row = plates.start_sizes(outlines, limit("crc-assay-diameter-um")).loc["L-1"]

    assert (row["median_um"], row["in_window_percent"]) == (70.0, 66.7)


def test_controls_keep_their_wells() -> None:
    """Vehicle and kill wells by name; a plate without kill wells is refused."""
    wells = plate(falling(1.0))
    controls = plates.plate_controls(wells)

    assert [len(controls[role]) for role in ("vehicle", "kill")] == [3, 3]
    with pytest.raises(BadInput, match="no role 'kill'"):
        plates.plate_controls(wells[wells["role"] != "kill"])


def test_percent_runs_from_kill_to_vehicle() -> None:
    """A signal of 51,000 between 1,000 and 101,000 is 50 %."""
    percents = plates.dose_percents(plate({1.0: 51_000}), "L-1", "DRUG")["percent"]

    assert percents.median() == pytest.approx(50)


def test_a_curve_gives_back_the_dose_it_was_made_with() -> None:
    """Midpoint 1 µM; with a floor of 10 % half of the control lies a little higher."""
    row = plates.dose_results(plate(falling(1.0)), **RULES).loc[("L-1", "DRUG")]

    assert row["relative_um"] == pytest.approx(1.0, rel=0.05)
    assert row["low"] < row["relative_um"] < row["high"]
    assert row["absolute_um"] == pytest.approx((0.9 / 0.4 - 1) ** (1 / 1.5), rel=0.05)
    assert row["no_ic50"] == ""


@pytest.mark.parametrize(
    ("wells", "why"),
    [
        (plate(dict.fromkeys(DOSES, 100_500.0)), "flat: no effect of dose"),
        (plate(falling(25.0)), "curve not finished in these doses"),
        (plate(falling(1.0, bottom=0.6)), "half of the control not reached"),
    ],
)
def test_where_there_is_no_ic50_the_reason_stands(wells: pd.DataFrame, why: str) -> None:
    """A flat line, a curve that leaves the doses, and a floor above half of the control."""
    row = plates.dose_results(wells, **RULES).loc[("L-1", "DRUG")]

    assert row["no_ic50"] == why
    assert math.isnan(row["absolute_um"])


def test_a_curve_that_is_not_there_is_not_drawn_either() -> None:
    """``dose_curve`` refuses what the table leaves empty."""
    with pytest.raises(NoFit):
        plates.dose_curve(plate(dict.fromkeys(DOSES, 100_500.0)), "L-1", "DRUG", **RULES)


def test_growth_rate_takes_the_day_zero_plate_into_account() -> None:
    """From 25,000 to 100,000; with drug 50,000: one of two doublings, GR 2 ** 0.5 - 1."""
    growth = plates.growth_rate_values(plate({1.0: 51_000}), "L-1", "DRUG")["gr"]

    assert growth.median() == pytest.approx(2**0.5 - 1, abs=0.01)
    with pytest.raises(NoGrowth):
        plates.growth_rate_values(plate({1.0: 51_000}, start=150_000), "L-1", "DRUG")


def test_shapes_exist_without_an_ic50() -> None:
    """No effect: area 1, all left at the top, growth as in the control, no GR50."""
    row = plates.response_shapes(plate(dict.fromkeys(DOSES, 101_000.0)), **RULES).iloc[0]

    assert row["area"] == pytest.approx(1.0, abs=0.01)
    assert row["gr_at_top"] == pytest.approx(1.0, abs=0.03)
    assert math.isnan(row["gr50_um"])


def test_a_dry_edge_shows_in_z_prime_and_in_the_absolute_ic50_only() -> None:
    """The worked pair of plates: same wells, outer column dried."""
    dry, moist = load_dataset("crc_dry_plate"), load_dataset("crc_plates")
    quality = plates.plate_summary(dry).iloc[0]
    both = [plates.dose_results(one, **RULES).loc[("CRC-2401", "DRUG-A")] for one in (dry, moist)]

    assert quality["z_prime"] < 0.5
    assert quality["edge_percent"] < -40
    assert both[0]["relative_um"] == both[1]["relative_um"]
    assert both[0]["absolute_um"] > 1.5 * both[1]["absolute_um"]


def test_the_figures_return_axes() -> None:
    """Fractions of bank and VCF calls, a plate, and one panel per lot."""
    table = load_dataset("crc_variants")
    alone = table[(table["lot"] == "CRC-2401") & (table["sample"] == "tumour")]
    alone = alone.drop(columns=["lot", "gene"])
    wells = load_dataset("crc_plates")

    assert isinstance(plots.plot_allele_fractions(table), Axes)
    assert isinstance(plots.plot_allele_fractions(alone), Axes)
    assert isinstance(plots.plot_organoid_plate(load_dataset("crc_dry_plate")), Axes)
    assert len(plots.plot_dose_curves(wells, **RULES)) == 4
