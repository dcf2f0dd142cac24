"""Neural products: images and readers, rare events, transcripts, partitions, doublings."""

from __future__ import annotations

import pandas as pd
import pytest

from stemcell_kit.bank import build
from stemcell_kit.catalogue import catalogue
from stemcell_kit.datasets import load_dataset
from stemcell_kit.errors import BadInput
from stemcell_kit.instruments import read
from stemcell_kit.plots.neural import (
    plot_cumulative_doublings,
    plot_digital_copies,
    plot_flow_and_images,
    plot_none_found,
    plot_rare_positives,
    plot_two_readers,
)
from stemcell_kit.teaching_tables import teaching_table
from stemcell_kit.worksheets.neural import (
    digital_copies,
    endotoxin_limit_of_dose,
    passage_doublings,
    region_percents,
)
from stemcell_kit.worksheets.neural_images import (
    nuclei_to_count,
    positive_in_images,
    reader_agreement,
    referee_table,
    shares_in_fields,
)
from stemcell_kit.worksheets.residual_cells import (
    positive_events,
    rare_verdicts,
    residual_transcripts,
    spike_trial_limit,
)
from stemcell_kit.worksheets.state import live_singlets

PPM_100 = catalogue().limit("nsc-tra160-percent")


def fields(*positive: int, nuclei: int = 100) -> pd.DataFrame:
    """Fields of one lot and marker."""
    table = pd.DataFrame({"field": range(1, len(positive) + 1), "positive": positive})
    return table.assign(lot="L-1", marker="SOX2", nuclei=nuclei)


def plate(*cqs: tuple[str, str, float]) -> pd.DataFrame:
    """Wells of sample, target and Cq."""
    return pd.DataFrame(cqs, columns=["sample", "target", "cq"])


def wells(target: int, reference: int, total: int = 20_000) -> pd.DataFrame:
    """One well of one sample with so many positive partitions."""
    rows = [("S", "A1", "BCL2L1", total, target), ("S", "A1", "RPPH1", total, reference)]
    return pd.DataFrame(rows, columns=["sample", "well", "target", "total", "positives"])


def test_fields_are_pooled_not_averaged() -> None:
    """10 of 100 and 90 of 300: 25 % of all nuclei, not the mean of 10 and 30."""
    table = pd.concat([fields(10), fields(90, nuclei=300)])

    assert positive_in_images(table)["percent"].tolist() == [25.0]


def test_patchy_fields_get_the_interval_over_fields() -> None:
    """90, 50 and 70 of 100 differ by more than chance; 70, 71 and 69 do not."""
    patchy, even = (positive_in_images(fields(*k)).iloc[0] for k in ((90, 50, 70), (70, 71, 69)))

    assert patchy["patchy"] and not even["patchy"]
    assert patchy["high"] - patchy["low"] > 3 * (even["high"] - even["low"])


def test_the_denominator_is_named() -> None:
    """30 TH-positive of 60 neurons of 120 nuclei: 50 % and 25 %."""
    counts = pd.DataFrame([{"lot": "L-1", "nuclei": 120, "TUJ1": 60, "TH": 30}])

    assert shares_in_fields(counts, ["TH"], of="TUJ1")["percent"].item() == 50
    assert shares_in_fields(counts, ["TH"])["percent"].item() == 25


def test_nuclei_for_five_points_are_those_of_the_checklist() -> None:
    """246 at 80 %, 139 at 90 %."""
    assert nuclei_to_count(80, points=5) == 246
    assert nuclei_to_count(90, points=5) == 139


@pytest.mark.parametrize(("flow", "by"), [(89.9, "flow"), (90.0, "flow"), (90.1, "image")])
def test_the_image_count_decides_beyond_ten_points(flow: float, by: str) -> None:
    """Images say 80 %: a difference of 10 points itself still agrees."""
    result = pd.DataFrame([{"lot": "L-1", "marker": "SOX2", "flow": flow}])
    decided = referee_table(result, fields(80, 80, 80)).iloc[0]

    assert decided["decided by"] == by
    assert decided["report"] == (flow if by == "flow" else 80)


def test_a_constant_difference_is_a_bias_that_one_form_forgives() -> None:
    """The second reader counts 5 of 100 more in each field, give or take one."""
    readings = fields(60, 70, 80, 90).rename(columns={"positive": "A"})
    readings["B"] = readings["A"] + [5, 6, 4, 5]
    found = reader_agreement(readings, "A", "B")["value"]

    assert found["bias, points"] == 5
    assert found["ICC(3,1), consistency"] > 0.99 > found["ICC(2,1), absolute agreement"]


@pytest.mark.parametrize(
    ("cells", "positive", "said"),
    [
        (29_955, 0, "not shown"),
        (29_956, 0, "below the limit"),
        (10_000, 1, "not shown"),
        (10_000, 27, "above the limit"),
    ],
)
def test_none_found_needs_enough_cells(cells: int, positive: int, said: str) -> None:
    """29,956 cells without a positive one show 0.01 %; one fewer does not."""
    table = pd.DataFrame([{"cells": cells, "positive": positive}])

    assert rare_verdicts(table, PPM_100)["verdict"].tolist() == [said]


def test_a_limit_that_is_no_upper_percentage_is_refused() -> None:
    """A lower limit cannot be shown by finding none."""
    table = pd.DataFrame([{"cells": 100, "positive": 0}])
    with pytest.raises(BadInput, match="mda-oct34"):
        rare_verdicts(table, catalogue().limit("nsc-sox2-percent"))


def test_an_event_on_the_gate_is_negative() -> None:
    """Above means above; control events are counted apart."""
    events = pd.DataFrame(
        {"lot": "L-1", "tube": ["stained"] * 3 + ["control"], "TRA-1-60": [1.0, 2.0, 3.0, 5.0]}
    )

    row = positive_events(events, "TRA-1-60", gate=2.0).iloc[0]
    assert row.tolist() == [3, 1, 1]


def test_one_cycle_later_is_half_of_the_transcript() -> None:
    """The sample comes 2 cycles later at equal GAPDH: a quarter of the stem cells."""
    four = [("PSC", "POU5F1", 20.0), ("PSC", "GAPDH", 18.0)]
    four += [("L-1", "POU5F1", 22.0), ("L-1", "GAPDH", 18.0), ("NTC", "POU5F1", float("nan"))]

    assert residual_transcripts(plate(*four)).loc[("L-1", "POU5F1"), "percent"] == 25


def test_a_missing_calibrator_is_named() -> None:
    """Another name on the plate is answered with the names there are."""
    with pytest.raises(BadInput, match="L-1"):
        residual_transcripts(plate(("L-1", "POU5F1", 22.0)), calibrator="PSC")


def test_each_gene_has_a_reference_of_its_own() -> None:
    """FOXG1 two cycles above the brain is 25 %; HOX equal to the cord is 100 %."""
    table = pd.DataFrame(
        [["brain", 5.0, 14.0], ["cord", 14.0, 5.0], ["L-1", 7.0, 5.0]],
        columns=["sample", "FOXG1", "HOX"],
    )

    found = region_percents(table, {"FOXG1": "brain", "HOX": "cord"})
    assert list(found.loc["L-1"]) == [25, 100]


def test_equal_partitions_are_two_copies() -> None:
    """As many positive partitions of the locus as of the reference."""
    row = digital_copies(wells(5_000, 5_000), "BCL2L1", reference="RPPH1").loc["S"]

    assert row["copies"] == 2
    assert row["low"] < 2 < row["high"]


def test_an_unknown_reference_is_answered_with_the_targets_there_are() -> None:
    """A typing error names what the sample has."""
    with pytest.raises(BadInput, match="BCL2L1"):
        digital_copies(wells(5_000, 5_000), "BCL2L1", reference="RPP30")


def test_doublings_add_up_by_each_count() -> None:
    """Twice four-fold is 4 doublings; a counter that reads twice as much makes 6."""
    log = pd.DataFrame({"passage": [1, 2], "seeded": 100, "chamber": 400, "counter": 800})

    assert list(passage_doublings(log, ["counter", "chamber"]).loc[2]) == [6, 4]


@pytest.mark.parametrize(("hits", "level"), [(24, 100), (23, 100), (22, 300)])
def test_the_detection_limit_is_the_lowest_level_with_enough_hits(hits: int, level: int) -> None:
    """23 of 24 is enough; the blank does not count as a level."""
    trial = pd.DataFrame({"ppm": [0, 30, 100, 300], "wells": 24, "hits": [0, 12, hits, 24]})

    assert spike_trial_limit(trial, at_least=23 / 24).value == level


def test_the_endotoxin_limit_follows_route_volume_and_weight() -> None:
    """0.2 EU/kg for 60 kg in 5 mL is 2.4 EU/mL; a limit in EU/mL is refused."""
    spinal = catalogue().limit("com-endotoxin-dose-intrathecal")
    found = endotoxin_limit_of_dose(spinal, volume_ml=5, weight_kg=60)

    assert found.value == pytest.approx(2.4)
    with pytest.raises(BadInput, match="EU/kg/h"):
        other = catalogue().limit("nsc-endotoxin-eu-per-ml")
        endotoxin_limit_of_dose(other, volume_ml=5, weight_kg=60)


def test_a_column_that_is_missing_is_named_with_those_there_are() -> None:
    """The message tells how the columns must be called."""
    with pytest.raises(BadInput, match="'nuclei'"):
        positive_in_images(fields(1).drop(columns="nuclei"))


def test_own_exports_take_the_place_of_the_worked_tables(tmp_path: object) -> None:
    """A PCR export and a digital PCR export, read as a user reads hers, give the same results."""
    bank = build(3)
    paths = {path.name: path for path in bank.write(str(tmp_path), lots=["MDA-2401", "NSC-2401"])}
    run = read(paths["mda_residual_quantstudio.txt"])
    partitions = read(paths["nsc_copy_number_absolute_q.csv"])
    copies = digital_copies(partitions, "BCL2L1", reference="RPPH1")

    assert residual_transcripts(run).equals(
        residual_transcripts(bank.table("mda_residual", ["MDA-2401"]))
    )
    assert copies.equals(
        digital_copies(bank.table("nsc_copy_number", ["NSC-2401"]), "BCL2L1", reference="RPPH1")
    )


def test_the_worked_lots_say_what_the_lesson_says() -> None:
    """The numbers that the text quotes: verdicts, copies and the referee."""
    events = live_singlets(load_dataset("neural_residual_flow"))
    gate = float(teaching_table("neural_gate")["above"].iloc[0])
    held = rare_verdicts(positive_events(events, "TRA-1-60", gate=gate), PPM_100)
    copies = digital_copies(load_dataset("neural_partitions"), "BCL2L1", reference="RPPH1")
    decided = referee_table(
        teaching_table("neural_flow").head(1), teaching_table("neural_vendor_fields")
    )

    assert held["positive"].tolist() == [0, 27, 0, 0]
    assert held["verdict"].tolist() == ["below the limit", "above the limit", *["not shown"] * 2]
    assert list(copies.loc["NSC-2403", ["copies", "low", "high"]]) == [2.388, 2.33, 2.448]
    assert decided["report"].tolist() == [79.4]


def test_the_figures_are_axes_with_the_lots_named() -> None:
    """Every figure of the lesson draws, and says which lot is which."""
    images = teaching_table("neural_vendor_fields"), load_dataset("neural_images")
    events = live_singlets(load_dataset("neural_residual_flow"))
    partitions = load_dataset("neural_partitions")
    flow = plot_flow_and_images(teaching_table("neural_flow"), *images)
    copies = plot_digital_copies(
        digital_copies(partitions, "BCL2L1", reference="RPPH1", by_well=True)
    )
    rare = plot_rare_positives(events, "TRA-1-60", "NSC-2402", {"gate": 2000})
    none = plot_none_found([PPM_100], {"NSC-2403": 11_093})
    readers = plot_two_readers(teaching_table("neural_readings"), "OP-21", "OP-22")
    doublings = plot_cumulative_doublings(
        passage_doublings(teaching_table("neural_passages"), ["counter", "chamber"])
    )

    assert flow.get_yticklabels()[0].get_text() == "NV-3  SOX2"
    assert copies.get_yticklabels()[0].get_text() == "NSC-2401 A1"
    assert rare.get_title(loc="left") == "NSC-2402: TRA-1-60"
    assert "29,956" in " ".join(text.get_text() for text in none.texts)
    assert readers.get_title(loc="left") == "OP-22 minus OP-21"
    assert len(doublings.get_lines()) == 2
