"""Written, read back, analysed: the bench finds the truth of the bank, and its planted faults."""

from __future__ import annotations

import math
from contextlib import suppress
from functools import cache

import pandas as pd
import pytest

from stemcell_kit.bank import Bank, Fault, build
from stemcell_kit.bank.assays.neural import dopamine_truth, marker_truth
from stemcell_kit.bank.assays.potency import killing_truth, response_truth
from stemcell_kit.bank.exports.potency import files
from stemcell_kit.instruments import read_sheet
from stemcell_kit.qc.neural.evoked_release import evoked_release
from stemcell_kit.qc.neural.image_counts import ImagePercent, image_percent
from stemcell_kit.qc.potency.amount_per_cells import moles_per_million
from stemcell_kit.qc.potency.calibration import (
    calibration_line,
    failing_standards,
    line_concentration,
)
from stemcell_kit.qc.potency.dose_response import DoseResponse, dose_response
from stemcell_kit.qc.potency.growth_rate import growth_rate_value
from stemcell_kit.qc.potency.logistic import NoFit
from stemcell_kit.qc.potency.lytic_units import LyticUnits, NotEstimable, lytic_units
from stemcell_kit.qc.potency.plate_quality import edge_effect, plate_quality
from stemcell_kit.qc.potency.relative_response import percent_of_controls
from stemcell_kit.qc.potency.specific_lysis import specific_lysis, spontaneous_release

SEEDS = range(50)
NK, CRC, MDA, NSC = "NK-2401", "CRC-2401", "MDA-2401", "NSC-2401"
DOPAMINE = 153.18


FLAT, DRY, OXIDISED = "organoid-flat-response", "plate-edge-drift", "dopamine-oxidised"
OF = {"nk": NK, "organoid": CRC, "dopamine": MDA}


@cache
def bank(seed: int, fault: str = "") -> Bank:
    """The bank of a seed, without faults or with one on the lot of these tests."""
    if not fault:
        return build(seed)
    return build(seed, [Fault(fault, OF.get(fault.split("-")[0]))])


@cache
def read_back(seed: int, lot: str, sheet: str, fault: str = "") -> pd.DataFrame:
    """Write the sheet of one lot and read the bytes back."""
    return read_sheet(dict(files(bank(seed, fault), [lot]))[f"{sheet}.csv"], sheet)


@pytest.mark.parametrize(
    ("lot", "sheet"),
    [
        (NK, "nk_killing"),
        (CRC, "organoid_dose_response"),
        (MDA, "mda_dopamine"),
        (NSC, "nsc_images"),
    ],
)
def test_a_sheet_is_read_back_as_it_was(lot: str, sheet: str) -> None:
    """No value is lost or changed; the lot alone reads as among others."""
    whole = bank(7).table(sheet)
    alone = whole[whole["lot"] == lot].reset_index(drop=True)

    pd.testing.assert_frame_equal(read_back(7, lot, sheet), alone, check_dtype=False)


def test_no_file_without_a_lot_of_the_product() -> None:
    """A bank lot has none of these sheets."""
    assert list(files(bank(7), ["SKTi001-A-M1"])) == []


# --- NK cells ------------------------------------------------------------------------------


def wells(table: pd.DataFrame, role: str, column: str = "signal_rfu") -> list[float]:
    """Readings of one role."""
    return list(table.loc[table["role"] == role, column])


def killing(seed: int, fault: str = "") -> LyticUnits:
    """Lytic units of the NK lot from its plate."""
    plate = read_back(seed, NK, "nk_killing", fault)
    controls = {r: wells(plate, r) for r in ("spontaneous", "maximum")}
    effectors = plate[plate["role"] == "effector"]
    lysis = [specific_lysis(e, **controls).value for e in effectors["signal_rfu"]]
    ratios = list(effectors["ratio"])
    targets = float(plate["targets"].iloc[0])
    return lytic_units(ratios, lysis, at_percent=30, targets_per_well=targets)


def leak(seed: int, fault: str = "") -> str:
    """Verdict on spontaneous release under common defaults."""
    plate = read_back(seed, NK, "nk_killing", fault)
    return spontaneous_release(
        wells(plate, "spontaneous"), wells(plate, "maximum"), warn_percent=25, fail_percent=30
    ).verdict


def test_lytic_units_of_nk_cells_are_recovered() -> None:
    """Within 15 % for every seed, about 5 % on the whole, and inside most intervals."""
    errors, held = [], 0
    for seed in SEEDS:
        true = killing_truth(bank(seed).truth, bank(seed).truth.products[NK])
        expected = 1000 / (true.ratio_at_half * (3 / 7) ** (1 / true.logit_slope))
        found = killing(seed)
        errors.append(math.log(found.value / expected))
        assert found.interval is not None
        held += found.interval.low <= expected <= found.interval.high
        assert leak(seed) == "valid"

    assert max(map(abs, errors)) < 0.15
    assert abs(sum(errors) / len(errors)) < 0.02
    assert held >= 40


def test_weak_killing_is_found_by_lytic_units_and_not_by_the_controls() -> None:
    """The plate is valid and the lot is not: LU30 is lost or below a fifth."""
    for seed in SEEDS:
        assert leak(seed, "nk-weak-killing") == "valid"
        with suppress(NotEstimable):
            assert killing(seed, "nk-weak-killing").value < killing(seed).value / 5


def test_leaking_targets_are_found_by_the_controls_and_not_by_lysis() -> None:
    """Spontaneous release fails; the lysis of that plate looks like any other."""
    ratios = []
    for seed in SEEDS:
        assert leak(seed, "nk-leaky-targets") == "invalid"
        ratios.append(killing(seed, "nk-leaky-targets").value / killing(seed).value)

    assert all(0.7 < ratio < 1.4 for ratio in ratios)


# --- organoids -----------------------------------------------------------------------------


def viability(plate: pd.DataFrame, compound: str) -> tuple[list[float], list[float]]:
    """Dose and percent of vehicle of one compound, untreated wells first."""
    column = "signal_rlu"
    controls = {"vehicle": wells(plate, "vehicle", column), "blank": wells(plate, "kill", column)}
    treated = plate[plate["compound"] == compound]
    doses = [0.0] * len(controls["vehicle"]) + list(treated["concentration_um"])
    signals = [*controls["vehicle"], *treated[column]]
    return doses, [percent_of_controls(signal, **controls) for signal in signals]


def curve(seed: int, compound: str, fault: str = "") -> DoseResponse:
    """The curve of one compound under a laboratory's limits."""
    plate = read_back(seed, CRC, "organoid_dose_response", fault)
    return dose_response(*viability(plate, compound), least_span=25, least_covered_percent=75)


@cache
def z_prime(seed: int, fault: str = "") -> float:
    """Z' of the vehicle and kill wells."""
    plate = read_back(seed, CRC, "organoid_dose_response", fault)
    high, low = (wells(plate, role, "signal_rlu") for role in ("vehicle", "kill"))
    return plate_quality(high, low).value


def test_the_ic50_of_organoids_is_recovered() -> None:
    """Relative IC50 within a quarter in every seed, without bias, for both compounds by turns."""
    errors, held = [], 0
    for seed in SEEDS:
        compound = "DRUG-A" if seed % 2 else "DRUG-B"
        truth = bank(seed).truth
        true = response_truth(truth, truth.products[CRC], compound)
        found = curve(seed, compound).relative_ic50
        errors.append(math.log(found.value / true.ic50_um))
        held += found.interval.low <= true.ic50_um <= found.interval.high
        assert z_prime(seed) > 0.5

    assert max(map(abs, errors)) < 0.25
    assert abs(sum(errors) / len(errors)) < 0.03
    assert held >= 46


def test_a_flat_response_gives_no_ic50_on_a_good_plate() -> None:
    """Z' sees nothing wrong, and no seed lets an IC50 through."""
    for seed in SEEDS:
        with pytest.raises(NoFit):
            curve(seed, "DRUG-A" if seed % 2 else "DRUG-B", FLAT)
        assert z_prime(seed, FLAT) == pytest.approx(z_prime(seed))


def test_dry_edges_are_found_by_z_prime_and_named_by_the_edge() -> None:
    """Z' falls below 0.5 in every seed and edge wells explain it; no inner well changes."""
    for seed in SEEDS:
        assert z_prime(seed, DRY) < 0.5 < z_prime(seed)
        plate, good = (read_back(seed, CRC, "organoid_dose_response", one) for one in (DRY, ""))
        vehicle = plate[plate["role"] == "vehicle"].set_index("well")["signal_rlu"]
        assert edge_effect(vehicle.to_dict()) == pytest.approx(-45, abs=8)
        assert plate[plate["role"] != "vehicle"].equals(good[good["role"] != "vehicle"])


def test_the_growth_of_the_vehicle_is_the_one_planted() -> None:
    """The plate of day 0 gives growth-rate values: 1 for the vehicle, near 0 or below at the top."""
    for seed in list(SEEDS)[:10]:
        plate = read_back(seed, CRC, "organoid_dose_response")
        means = plate.groupby(["role", "concentration_um"])["signal_rlu"].mean()
        start, control = means["day 0", 0.0], means["vehicle", 0.0]
        assert 2.2 < control / start < 5
        top = growth_rate_value(means["dose", 30.0], control=control, start=start)
        assert top.value < 0


# --- neural products -----------------------------------------------------------------------


def amounts(seed: int, fault: str = "") -> dict[str, float]:
    """Measured pmol per million cells by condition, and the recovery of the spike."""
    run = read_back(seed, MDA, "mda_dopamine", fault)
    standards = run[run["role"] == "standard"]
    known = {
        "concentrations": list(standards["nominal_ng_per_ml"]),
        "signals": list(standards["area"]),
    }
    line = calibration_line(**known, weights="1/x2")
    assert failing_standards(line, within_percent=15, lowest_within_percent=20) == ()
    found: dict[str, float] = {}
    for role in ("basal", "potassium", "calcium-free", "spike"):
        rows = run[run["role"] == role]
        read = line_concentration(list(rows["area"]), **known, weights="1/x2")
        assert not read.below
        if role == "spike":
            found["recovery"] = read.value / rows["nominal_ng_per_ml"].iloc[0]
            continue
        first = rows.iloc[0]
        found[role] = moles_per_million(
            read.value,
            volume_ml=first["volume_ml"],
            cells=first["cells"],
            molar_mass_g_per_mol=DOPAMINE,
            dilution=first["dilution"],
        ).value
    return found


def test_dopamine_is_recovered_with_its_recovery() -> None:
    """Amounts over the recovery of the spike are the truth within 10 %, in every seed."""
    for seed in SEEDS:
        truth = bank(seed).truth
        true = dopamine_truth(truth, truth.products[MDA])
        found = amounts(seed)
        assert found["recovery"] == pytest.approx(true.recovery, rel=0.06)
        for role in ("basal", "potassium", "calcium-free"):
            expected = getattr(true, role.replace("-", "_"))
            assert found[role] / found["recovery"] == pytest.approx(expected, rel=0.1)


def test_oxidation_is_found_by_the_spike_and_hidden_from_the_release() -> None:
    """Less than half of the spike is left; fold and calcium dependence stay right."""
    for seed in SEEDS:
        truth = bank(seed).truth
        true = dopamine_truth(truth, truth.products[MDA])
        good, lost = amounts(seed), amounts(seed, OXIDISED)
        assert good["recovery"] > 0.75 > 0.5 > lost["recovery"]
        assert lost["basal"] < 0.6 * good["basal"]
        release = evoked_release(
            lost["basal"], lost["potassium"], calcium_free=lost["calcium-free"]
        )
        assert release.fold == pytest.approx(true.potassium / true.basal, rel=0.1)
        expected = 1 - true.calcium_free / true.potassium
        assert release.calcium_dependent_fraction == pytest.approx(expected, abs=0.04)


def counted(seed: int, marker: str) -> ImagePercent:
    """Percent positive of one marker over all fields."""
    table = read_back(seed, NSC, "nsc_images")
    chosen = table[table["marker"] == marker]
    fields = {name: list(chosen[name]) for name in ("positive", "nuclei")}
    return image_percent(fields, least_fields=3, least_nuclei=200)


def test_markers_in_images_are_recovered() -> None:
    """Within five points in every seed; the interval between fields holds its share of truths."""
    held = total = 0
    for seed in SEEDS:
        truth = bank(seed).truth
        for marker in ("SOX2", "NESTIN", "PAX6", "Ki-67"):
            true = 100 * marker_truth(truth, truth.products[NSC], marker)
            found = counted(seed, marker)
            assert found.value == pytest.approx(true, abs=5)
            assert found.between_fields is not None
            held += found.between_fields.low <= true <= found.between_fields.high
            total += 1

    assert 0.90 <= held / total <= 0.99
