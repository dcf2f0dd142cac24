"""Organoid lots: what is written is read back, and the methods recover the truth."""

from __future__ import annotations

import statistics
from functools import cache

import pandas as pd
import pytest

from stemcell_kit.bank import Bank, build
from stemcell_kit.bank.assays.organoids import growth_truth, swelling_truth, tumour_truth
from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.exports.organoids import files, vcf_text
from stemcell_kit.instruments import read_sheet, read_vcf
from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.qc.organoids.clonality import expected_vaf, purity_from_vaf, read_too_thinly
from stemcell_kit.qc.organoids.organoid_size import (
    circularity,
    equivalent_diameter,
    forming_efficiency,
)
from stemcell_kit.qc.organoids.swelling import SwellingResponse, swelling_response
from stemcell_kit.qc.organoids.variant_concordance import (
    VariantConcordance,
    vaf_agreement,
    variant_concordance,
)
from tests.bank.round_trips.made import Made

TUMOUR, INTESTINE = "CRC-2403", "INT-2402"
SEEDS = range(50)


@cache
def variants(made: Made) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The calls of tumour and organoid, written as VCF and read back."""
    table = made.bank.table("organoid_variants", [TUMOUR])
    tumour, organoid = (
        read_vcf(
            vcf_text(table[table["sample"] == one], sample=one, verbose=one == "tumour").encode()
        ).set_index("variant")
        for one in ("tumour", "organoid")
    )
    return tumour, organoid


def thin(calls: pd.DataFrame) -> set[str]:
    """Variants at places where a heterozygous one would be missed too often."""
    uncalled = calls[calls["copies"] == 0]
    depths = {str(name): int(depth) for name, depth in uncalled["depth"].items()}
    return set(read_too_thinly(depths, vaf=0.5, reads=5, power=0.99))


@cache
def concordance(made: Made) -> VariantConcordance:
    """Concordance of what was called, thinly read places left out."""
    tumour, organoid = variants(made)
    called = [set(one.index[one["copies"] > 0]) for one in (tumour, organoid)]
    return variant_concordance(*called, not_assessable=thin(tumour) | thin(organoid))


@cache
def heterozygous(made: Made) -> tuple[list[float], list[float]]:
    """Fractions of the shared clonal heterozygous variants in tumour and organoid."""
    tumour, organoid = variants(made)
    held = tumour_truth(made.bank.truth, made.bank.truth.products[TUMOUR]).variants
    names = [
        one.name
        for one in held
        if one.state == "heterozygous" and one.in_tumour == one.in_organoid == 1 and not one.thin
    ]
    return tumour.loc[names, "vaf"].tolist(), organoid.loc[names, "vaf"].tolist()


def sheet(made: Bank, name: str) -> pd.DataFrame:
    """A sheet of the intestinal lot, written and read back."""
    text = sheet_csv(made.bank.table(name, [INTESTINE]), SHEETS[name])
    return read_sheet(text.encode("utf-8"), name)


@cache
def response(made: Made) -> SwellingResponse:
    """Swelling of the lot beyond its vehicle."""
    table = sheet(made, "swelling")
    wells = {
        name: {str(w): rows["area_um2"].tolist() for w, rows in part.groupby("well")}
        for name, part in table.groupby("treatment")
    }
    minutes = sorted(set(table["minutes"]))
    return swelling_response(minutes, stimulated=wells["forskolin"], vehicle=wells["vehicle"])


def test_all_but_the_private_variants_are_shared() -> None:
    """One variant of the tumour and one of the organoid are its own; the rest is found in both."""
    for seed in SEEDS:
        made = Made(seed)
        held = tumour_truth(made.bank.truth, made.bank.truth.products[TUMOUR]).variants
        found = concordance(made)
        assert found.only_tumour == tuple(v.name for v in held if v.in_organoid == 0)
        assert found.only_organoid == tuple(v.name for v in held if v.in_tumour == 0)
        assert found.recall > 0.9


def test_the_fractions_give_the_purity_back() -> None:
    """About 15 variants at a depth of 300: purity within 0.06; the organoid is pure."""
    for seed in SEEDS:
        made = Made(seed)
        held = tumour_truth(made.bank.truth, made.bank.truth.products[TUMOUR])
        tumour, organoid = heterozygous(made)
        found = purity_from_vaf(statistics.fmean(tumour))
        assert found == pytest.approx(held.purity, abs=0.06)
        assert statistics.fmean(organoid) == pytest.approx(expected_vaf(1.0), abs=0.03)


def test_a_lost_driver_is_in_the_list_and_not_in_the_fractions() -> None:
    """The gene is missing in the organoid; fractions of the others are as in the good lot."""
    for seed in SEEDS:
        made = Made(seed, "organoid-lost-driver", TUMOUR)
        held = tumour_truth(made.bank.truth, made.bank.truth.products[TUMOUR]).variants
        lost = [one.name for one in held if one.gene and one.in_organoid == 0]
        assert len(lost) == 1
        assert lost[0] in concordance(made).only_tumour
        assert lost[0] not in concordance(Made(seed)).only_tumour
        assert statistics.fmean(heterozygous(made)[1]) == pytest.approx(0.5, abs=0.03)


def test_stroma_is_in_the_fractions_and_not_in_the_list() -> None:
    """Half normal cells: VAF 0.25 instead of 0.5, and the same variants shared."""
    for seed in SEEDS:
        good, bad = Made(seed), Made(seed, "organoid-stroma", TUMOUR)
        organoid = statistics.fmean(heterozygous(bad)[1])
        assert purity_from_vaf(organoid) == pytest.approx(0.5, abs=0.06)
        assert concordance(bad).only_tumour == concordance(good).only_tumour


def test_a_pure_organoid_correlates_with_its_tumour_and_does_not_agree() -> None:
    """All shared clonal variants, both copy states: the slope is above 1."""
    made = Made(7)
    tumour, organoid = variants(made)
    shared = list(concordance(made).shared)
    found = vaf_agreement(tumour.loc[shared, "vaf"], organoid.loc[shared, "vaf"])

    assert found.pearson > 0.8
    assert found.value < 0.6
    assert found.slope > 1


def test_sizes_and_growth_come_back() -> None:
    """24 organoids a day with a spread of 18 %: median within 20 %, growth within 4 % a day."""
    for seed in SEEDS:
        made = Made(seed)
        held = growth_truth(made.bank.truth, made.bank.truth.products[INTESTINE])
        table = sheet(made, "organoid_size")
        table["diameter"] = table["area_um2"].map(equivalent_diameter)
        median = table.groupby("day")["diameter"].median()
        assert median[1] == pytest.approx(held.first_diameter_um, rel=0.2)
        assert (median[7] / median[1]) ** (1 / 6) == pytest.approx(held.fold_per_day, rel=0.04)
        outlines = zip(table["area_um2"], table["perimeter_um"], strict=True)
        assert all(0.8 < circularity(a, p) < 1 for a, p in outlines)


def test_the_forming_efficiency_comes_back() -> None:
    """Three wells of 2000 cells, each seeded within 5 %: within 25 %."""
    for seed in SEEDS:
        made = Made(seed)
        held = growth_truth(made.bank.truth, made.bank.truth.products[INTESTINE])
        wells = sheet(made, "organoid_forming")
        found = forming_efficiency(int(wells["organoids"].sum()), int(wells["seeded_cells"].sum()))
        assert found.value == pytest.approx(100 * held.efficiency, rel=0.25)


def test_swelling_comes_back_and_its_absence_too() -> None:
    """A linear gain g in an hour is 3000 g of area; without function the interval spans zero."""
    for seed in SEEDS:
        made = Made(seed)
        held = swelling_truth(made.bank.truth, made.bank.truth.products[INTESTINE])
        found = response(made)
        expected = 3000 * (held["forskolin"] - held["vehicle"])
        assert found.responds
        assert found.value == pytest.approx(expected, rel=0.25)


def test_without_function_size_is_right_and_swelling_is_not() -> None:
    """At 95 % confidence one lot in forty may seem to respond; none comes near a real response."""
    seeming = 0
    for seed in SEEDS:
        good, bad = Made(seed), Made(seed, "swelling-absent", INTESTINE)
        seeming += response(bad).responds
        assert response(bad).value < 0.2 * response(good).value
    assert seeming <= 5
    assert sheet(bad, "organoid_size").equals(sheet(good, "organoid_size"))


@pytest.mark.parametrize("name", ["organoid_size", "organoid_forming", "swelling"])
def test_a_sheet_reads_back_as_its_table(name: str) -> None:
    """No value changes on the way through the file."""
    written = Made(7).bank.table(name, [INTESTINE]).reset_index(drop=True)

    pd.testing.assert_frame_equal(sheet(Made(7), name), written, check_dtype=False)


def test_the_calls_read_back_as_their_table() -> None:
    """Names, reads and depths; the untrimmed deletion of the tumour's file is trimmed."""
    table = Made(7).bank.table("organoid_variants", [TUMOUR])
    columns = ["position", "reference", "alternate", "alternate_reads", "depth"]
    for sample, read in zip(("tumour", "organoid"), variants(Made(7)), strict=True):
        written = table.loc[table["sample"] == sample, columns].reset_index(drop=True)
        found = read[columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, written, check_dtype=False)


def test_a_lot_reads_the_same_alone_and_among_others() -> None:
    """Each lot has its own randomness."""
    bank = build(7)
    for name, lot in (
        ("organoid_variants", TUMOUR),
        ("organoid_size", INTESTINE),
        ("organoid_forming", INTESTINE),
        ("swelling", INTESTINE),
    ):
        table = bank.table(name)
        own = table[table["lot"] == lot].reset_index(drop=True)
        pd.testing.assert_frame_equal(bank.table(name, [lot]), own)


def test_each_kind_of_organoid_has_only_its_own_files() -> None:
    """Sheets for the intestine, two VCF for a tumour, nothing for others; same bytes."""
    bank = build(7)
    tumour, intestine = (dict(files(bank, [lot])) for lot in (TUMOUR, INTESTINE))

    assert list(tumour) == [f"variants/{TUMOUR}_tumour.vcf", f"variants/{TUMOUR}_organoid.vcf"]
    assert list(intestine) == ["organoid_size.csv", "organoid_forming.csv", "swelling.csv"]
    assert list(files(bank, ["NK-2401"])) == []
    assert tumour == dict(files(build(7), [TUMOUR]))
