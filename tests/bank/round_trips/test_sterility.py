"""Sterility testing of the bank: written, read back, analysed, and the truth recovered."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import Bank, Fault, build
from stemcell_kit.bank.exports.sterility import files
from stemcell_kit.bank.noise import noise
from stemcell_kit.instruments import read_sheet
from stemcell_kit.qc.sterility.detection_limit import detection_limit, single_hit_limit
from stemcell_kit.qc.sterility.growth_promotion import RecoveryRatio, recovery_ratio
from stemcell_kit.qc.sterility.paired_difference import paired_difference
from stemcell_kit.qc.sterility.sampling_plan import pass_chance
from stemcell_kit.qc.sterility.sterility_call import SterilityCall, SterilityOutcome, first_run
from stemcell_kit.qc.sterility.time_to_detection import time_to_detection
from stemcell_kit.qc.sterility.vessel_readings import (
    SessionReadings,
    call_session,
    session_readings,
)

LOT, OTHER = "SKTi003-A-W1", "SKTi003-A-M1"
SEEDS = range(50)
SHEETS = ("sterility", "growth_promotion", "detection_study", "rapid_comparison")
RULES: dict[str, Any] = {
    "media": ["FTM", "TSB"],
    "incubation_days": 14,
    "subculture_days": 4,
    "challenge_days": 5,
}
# The chance that one of 50 true values lies outside all its limits stays below 1 in 200.
SURE = 0.9999


@cache
def bank(seed: int, *faults: str) -> Bank:
    """Build a bank once."""
    return build(seed, [_fault(name) for name in faults])


@cache
def written(seed: int, sheet: str, *faults: str) -> pd.DataFrame:
    """Write one sheet of two lots of a bank and read it back."""
    named = files(bank(seed, *faults), [LOT, OTHER])
    return read_sheet(next(content for name, content in named if name == f"{sheet}.csv"), sheet)


def _fault(name: str) -> Fault:
    word, _, fraction = name.partition(":")
    on_lot = word in ("sterility-contamination", "sterility-inhibition")
    return Fault(word, LOT if on_lot else None, float(fraction) if fraction else None)


def session(seed: int, *faults: str, lot: str = LOT) -> SessionReadings:
    """The readings of one lot's session, from its sheet."""
    table = written(seed, "sterility", *faults)
    return session_readings(table[table["lot"] == lot].to_dict("records"), **RULES)  # type: ignore[arg-type]


def call(found: SessionReadings) -> SterilityCall:
    """The call of a session by its controls and vessels alone, suitability left aside."""
    return first_run(
        negative_control=found.negative_control,
        positive_control=found.positive_control,
        vessels=found.vessels,
    )


def ratios(table: pd.DataFrame) -> dict[tuple[str, str], RecoveryRatio]:
    """Recovery of each organism on each medium lot."""
    sums = table.groupby(["medium_lot", "organism", "poured"])["colonies"].sum().unstack()
    return {
        key: recovery_ratio(int(new), int(approved), at_least=0.5, at_most=2, confidence=SURE)
        for key, new, approved in zip(sums.index, sums["new"], sums["approved"], strict=True)
    }


# --- files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_reads_back_as_it_was(sheet: str) -> None:
    """Writer and reader agree on every cell, and nothing is doubted."""
    found = written(7, sheet, "sterility-contamination")

    table = bank(7, "sterility-contamination").table(sheet, [OTHER, LOT])
    assert_frame_equal(found, table, check_dtype=False)
    assert found.attrs["warnings"] == ()


def test_no_bank_lot_chosen_writes_no_sheet() -> None:
    """The sheets belong to the bank, not to the products."""
    assert list(files(bank(7), ["NK-2401"])) == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_table_does_not_depend_on_what_else_is_asked_for(sheet: str) -> None:
    """A lot reads the same alone and among others; the tables of the laboratory ask for no lot."""
    whole = bank(7, "sterility-contamination").table(sheet)
    alone = bank(7, "sterility-contamination").table(sheet, [LOT])

    if sheet == "sterility":
        whole = whole[whole["lot"] == LOT].reset_index(drop=True)
    assert_frame_equal(alone, whole)


# --- the sterility test --------------------------------------------------------------------


def test_a_sound_lot_passes_in_every_bank() -> None:
    """Clear, or turbid from cells with a clear subculture; both happen."""
    found = [session(seed) for seed in SEEDS]

    assert {call(one).outcome for one in found} == {SterilityOutcome.PASS}
    assert all(one.suitable for one in found)
    assert {str(one.vessels) for one in found} == {"clear", "turbid, subculture clear"}


def test_a_contaminated_lot_fails_and_its_neighbour_passes() -> None:
    """Every bank: growth in test vessels, none in the negative control."""
    for seed in SEEDS:
        assert call(session(seed, "sterility-contamination")).outcome == SterilityOutcome.FAIL
        beside = session(seed, "sterility-contamination", lot=OTHER)
        assert call(beside).outcome == SterilityOutcome.PASS


def test_some_contaminants_grow_in_one_medium_only() -> None:
    """Without the thioglycollate medium the anaerobes are missed."""
    grown = [session(seed, "sterility-contamination").grown for seed in SEEDS]
    media = [{label[:3] for label in labels} for labels in grown]

    assert {"FTM"} in media
    assert {"FTM", "TSB"} in media


def test_a_slow_contaminant_is_missed_by_a_short_incubation() -> None:
    """Some lots show turbidity on day 14 only: after ten days they would have passed."""
    late = []
    for seed in SEEDS:
        table = written(seed, "sterility", "sterility-contamination")
        grown = table[(table["lot"] == LOT) & (table["subculture"] == "growth")]
        late.append(grown["turbid_day"].min() > 10)

    assert 0 < sum(late) < len(late) / 2


def test_few_contaminated_vials_pass_as_often_as_the_sample_allows() -> None:
    """One vial in five: four vials miss it in 41 % of banks, within the noise of 50."""
    passed = sum(
        call(session(seed, "sterility-contamination:0.2")).outcome == SterilityOutcome.PASS
        for seed in SEEDS
    )
    expected = pass_chance(4, 0.2) * len(SEEDS)
    assert passed == pytest.approx(expected, abs=3 * math.sqrt(expected * (1 - 0.41)))


def test_inhibition_hides_a_contamination_from_all_but_the_suitability_test() -> None:
    """Same clear vessels with and without contamination; controls in order; suitability fails."""
    both, alone = ("sterility-inhibition", "sterility-contamination"), ("sterility-inhibition",)
    assert written(7, "sterility", *both).equals(written(7, "sterility", *alone))
    for seed in SEEDS:
        hidden = session(seed, *both)
        assert call(hidden).outcome == SterilityOutcome.PASS
        assert call_session(hidden).outcome == SterilityOutcome.NO_RESULT
        assert (hidden.suitable, len(hidden.late_or_missing)) == (False, 6)


def test_a_contaminating_laboratory_leaves_no_result() -> None:
    """Growth in the negative control of the session, so growth in the vessels says nothing."""
    for seed in SEEDS:
        found = session(seed, "sterility-laboratory-contamination")
        assert call(found).row in ("R27", "R31")
        assert call(found).outcome == SterilityOutcome.NO_RESULT


def test_the_report_in_the_dossier_tells_the_same_story() -> None:
    """Growth, growth in the control, or nothing where growth was suppressed."""
    results = {
        fault: bank(7, fault)
        .table("dossier", [LOT])
        .set_index("document")
        .loc["sterility-report", "result"]
        for fault in (
            "sterility-contamination",
            "sterility-laboratory-contamination",
            "sterility-inhibition",
        )
    }
    assert list(results.values()) == [
        "growth",
        "no result: growth in the negative control",
        "no growth in 14 days",
    ]


# --- media and methods ---------------------------------------------------------------------


def test_sound_media_recover_within_a_factor_of_two() -> None:
    """Every organism on every lot of every bank, and the recovery drawn lies in the interval."""
    low, high = noise("growth_promotion")["recovery"]
    for seed in SEEDS:
        for found in ratios(written(seed, "growth_promotion")).values():
            assert found.accepted
            assert found.interval.low <= high
            assert found.interval.high >= low


def test_the_weak_lot_fails_with_its_true_recovery() -> None:
    """Its interval holds one third for every organism; the other lots pass."""
    setting = noise("growth_promotion")
    for seed in SEEDS:
        for (lot, _), found in ratios(written(seed, "growth_promotion", "weak-medium")).items():
            if lot != setting["weak_lot"]:
                assert found.accepted
                continue
            assert not found.accepted
            assert found.interval.low <= setting["weak_recovery"] <= found.interval.high


def test_a_weak_medium_cannot_be_seen_in_the_sterility_test() -> None:
    """Clear vessels look the same: growth promotion is the only test that tells."""
    assert session(7, "weak-medium") == session(7)


def levels(table: pd.DataFrame) -> dict[str, list[float]]:
    """Hits and replicates by level, blanks left out."""
    seen = table[table["level_cfu_per_ml"] > 0].groupby("level_cfu_per_ml")["detected"]
    hits, tested = seen.sum(), seen.count()
    return {
        "concentration": list(hits.index),
        "positives": [int(k) for k in hits],
        "replicates": [int(n) for n in tested],
    }


def test_the_detection_limit_is_recovered() -> None:
    """The true hits per CFU lie in the interval of every study, their mean within 3 %."""
    setting = noise("detection_study")
    true = -math.log(0.05) / (setting["volume_ml"] * setting["recovery"])
    found = [levels(written(seed, "detection_study")) for seed in SEEDS]

    limits = [single_hit_limit(one, probability=0.95, confidence=SURE) for one in found]
    assert all(one.interval.low <= true <= one.interval.high for one in limits)
    rates = [one.hits_per_unit for one in limits]
    assert sum(rates) / len(rates) == pytest.approx(setting["recovery"], rel=0.03)
    curve = detection_limit(found[0], link="cloglog", probability=0.95, confidence=SURE)
    assert curve.interval.low <= true <= curve.interval.high


def test_blanks_give_no_signal_and_signals_come_in_time() -> None:
    """Each time to detection lies within its noise of one organism or more."""
    setting = noise("detection_study")
    latest = time_to_detection(
        1, setting["detected_cfu"], generation_h=setting["generation_h"], lag_h=setting["lag_h"]
    )
    for seed in SEEDS:
        table = written(seed, "detection_study")
        assert not table.loc[table["level_cfu_per_ml"] == 0, "detected"].any()
        assert table["hours"].notna().equals(table["detected"])
        assert table["hours"].max() <= latest + 5 * setting["hours_sd"]


def test_the_difference_of_the_two_methods_is_recovered() -> None:
    """The true difference of positive rates lies in the score interval of every comparison."""
    setting = noise("rapid_comparison")
    n = sum(setting["spikes"].values())
    rapid, culture = (
        sum(k * (1 - math.exp(-float(mean) * setting[which])) for mean, k in spikes) / n
        for spikes in [list(setting["spikes"].items())]
        for which in ("rapid_recovery", "culture_recovery")
    )
    for seed in SEEDS:
        table = written(seed, "rapid_comparison")
        first, second = table["rapid_detected"], table["culture_grew"]
        found = paired_difference(
            both=int((first & second).sum()),
            alternative_only=int((first & ~second).sum()),
            reference_only=int((~first & second).sum()),
            neither=int((~first & ~second).sum()),
            margin=0.2,
            confidence=SURE,
        )
        assert found.n == n
        assert found.interval.low <= rapid - culture <= found.interval.high
