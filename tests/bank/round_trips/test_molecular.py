"""Written, read back, analysed: the molecular bench finds the truth of the bank and its faults."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import Bank, Fault, build
from stemcell_kit.bank.assays.copy_number import copies
from stemcell_kit.bank.exports.molecular import files
from stemcell_kit.instruments import (
    read_absolute_q,
    read_qiacuity,
    read_quantstudio,
    read_sheet,
)
from stemcell_kit.qc.genome.array_segments import ArrayComparison, above_size, subtract_donor
from stemcell_kit.qc.genome.method_sight import methods_that_see
from stemcell_kit.qc.genome.residual_vector import VectorCopies, copies_per_cell
from stemcell_kit.qc.molecular.digital_concentration import (
    concentration,
    replicate_concentration,
)
from stemcell_kit.qc.molecular.digital_pcr import DigitalCopyNumber, digital_copy_number
from stemcell_kit.qc.molecular.relative_quantity import FoldChange, fold_change
from stemcell_kit.qc.molecular.standard_curve import check_curve, fit_curve, read_sample

SEEDS = range(50)
FEW = range(12)
LOT, MDA, NSC = "SKTi003-A-W1", "MDA-2401", "NSC-2401"
DNA_NG = 100.0
# what the written rules of the virtual laboratory say
OVERLAP, LIMIT_MB, VECTOR_LIMIT, STEM_CELL_PERCENT = 0.5, 1.0, 0.01, 1.0


@cache
def plain(seed: int) -> Bank:
    """The bank of a seed without faults."""
    return build(seed)


def faulty(seed: int, *faults: str, lot: str = LOT) -> Bank:
    """The bank of a seed with these faults on one lot."""
    return build(seed, [Fault(name, lot) for name in faults])


def written(bank: Bank, lot: str, name: str) -> bytes:
    """The bytes of one file of one lot."""
    return next(content for found, content in files(bank, [lot]) if found == name)


# --- digital PCR ---------------------------------------------------------------------------


def partitions(bank: Bank, lot: str = LOT) -> pd.DataFrame:
    """The counts of one lot by target, read back from the nanoplate's file."""
    wells = read_qiacuity(written(bank, lot, "digital_pcr_qiacuity.csv"))
    return wells[wells["sample"] == lot].set_index("target")


def by_partitions(bank: Bank, target: str) -> DigitalCopyNumber:
    """Copies per cell of a target by the counts of one lot."""
    wells = partitions(bank)
    return digital_copy_number(
        target_negative=int(wells["negatives"][target]),
        target_total=int(wells["total"][target]),
        reference_negative=int(wells["negatives"]["RPPH1"]),
        reference_total=int(wells["total"]["RPPH1"]),
    )


def test_the_nanoplate_is_read_back_as_it_was() -> None:
    """Every count; the lot alone as among others."""
    bank = plain(7)
    read = read_qiacuity(written(bank, LOT, "digital_pcr_qiacuity.csv"))
    same = ["well", "sample", "target", "total", "positives", "negatives", "concentration_per_ul"]

    assert read.attrs["warnings"] == ()
    read.attrs = {}
    assert_frame_equal(read[same], bank.table("digital_pcr", [LOT])[same], check_dtype=False)


def test_partitions_recover_the_copies_within_their_interval() -> None:
    """Nearly all of 50 banks have the true copies of the gain within the 95 % interval."""
    held = 0
    for seed in SEEDS:
        bank = build(seed, [Fault("gain-20q", LOT, 0.5)])
        found = by_partitions(bank, "BCL2L1")
        held += found.interval.low <= copies(bank.truth, bank.truth.lots[LOT])["BCL2L1"] <= (
            found.interval.high
        )  # fmt: skip
        assert found.interval.low > 2

    # 95 % of 50, less three standard deviations of a binomial number
    assert held >= 43


def test_a_female_lot_has_no_sry_and_gets_a_limit() -> None:
    """No positive partition is below a limit, not zero copies."""
    for seed in FEW:
        bank = plain(seed)
        female = bank.truth.registered_donor(bank.truth.lots[LOT]).sex == "female"
        wells = partitions(bank)
        positive, total = int(wells["positives"]["SRY"]), int(wells["total"]["SRY"])
        found = concentration(positive, total, partition_volume_nl=0.78)
        assert (found.value == 0) is female
        assert found.interval.high > 0


def test_a_swap_shows_in_sry_and_a_mixture_beside_its_own() -> None:
    """The sex of a swapped lot is another; a mixture holds both."""
    for seed in FEW:
        usual = by_partitions(plain(seed), "SRY").copies
        swapped = by_partitions(faulty(seed, "swap"), "SRY").copies
        mixed = by_partitions(faulty(seed, "mixture"), "SRY").copies
        assert abs(usual - swapped) == pytest.approx(1, abs=0.12)
        assert abs(usual - mixed) == pytest.approx(0.3, abs=0.12)


def test_two_wells_of_a_product_tell_its_gain() -> None:
    """Half the cells with one more copy read 2.5, with a lower end above 2; without, 2 is held."""
    held = 0
    for seed in SEEDS:
        if seed in FEW:
            gained = product_copies(faulty(seed, "nsc-copy-number", lot=NSC))
            assert gained.copies == pytest.approx(2.5, abs=0.15)
            assert gained.interval.low > 2
        usual = product_copies(plain(seed)).interval
        held += usual.low <= 2 <= usual.high
    assert held >= 43


def product_copies(bank: Bank) -> DigitalCopyNumber:
    """Copies per cell over both wells of a product lot, read back from the summary."""
    wells = read_absolute_q(written(bank, NSC, "nsc_copy_number_absolute_q.csv"))
    sums = wells.groupby("target")[["total", "positives"]].sum()
    negative = sums["total"] - sums["positives"]
    return digital_copy_number(
        target_negative=int(negative["BCL2L1"]),
        target_total=int(sums["total"]["BCL2L1"]),
        reference_negative=int(negative["RPPH1"]),
        reference_total=int(sums["total"]["RPPH1"]),
    )


def test_the_summary_is_read_back_without_its_averages() -> None:
    """Every well and dye; the error between wells is more than that of counting."""
    bank = plain(7)
    read = read_absolute_q(written(bank, NSC, "nsc_copy_number_absolute_q.csv"))
    expected = bank.table("nsc_copy_number", [NSC])

    assert read.attrs["warnings"] == ()
    assert set(read["well"]) == {"A1", "B1"}
    for name in ("total", "positives", "dye", "target"):
        assert read[name].tolist() == expected[name].tolist()
    one = read[read["dye"] == "FAM"]
    found = replicate_concentration(
        one["positives"].tolist(), one["total"].tolist(), partition_volume_nl=0.432
    )
    assert found.value == pytest.approx(one["concentration_per_ul"].mean(), rel=1e-3)


# --- array ---------------------------------------------------------------------------------


def compared(bank: Bank) -> ArrayComparison:
    """The lot against its registered donor, read back from the sheet."""
    table = read_sheet(written(bank, LOT, "array_segments.csv"), "array_segments")
    sex = bank.truth.registered_donor(bank.truth.lots[LOT]).sex
    line, donor = (
        {name: values.tolist() for name, values in table[table["role"] == role].items()}
        for role in ("line", "donor")
    )
    return subtract_donor(line, donor, overlap=OVERLAP, sex=sex)


def test_the_segments_are_read_back_as_they_were() -> None:
    """Every cell."""
    bank = faulty(7, "gain-3mb")
    read = read_sheet(written(bank, LOT, "array_segments.csv"), "array_segments")
    read.attrs = {}

    assert_frame_equal(read, bank.table("array_segments", [LOT]), check_dtype=False)


def test_a_good_lot_has_inherited_segments_only() -> None:
    """The donor's own changes are no reason to reject a line."""
    for seed in SEEDS:
        found = compared(plain(seed))
        assert (found.value, len(found.inherited), found.notes) == (0, 3, ())


@pytest.mark.parametrize(
    ("fault", "chromosome", "size_mb", "share"),
    [("gain-3mb", None, 3.0, 1.0), ("gain-20q", "20", 1.02, 1.0), ("trisomy-12", "12", 133, 0.4)],
)
def test_a_planted_gain_is_new(
    fault: str, chromosome: str | None, size_mb: float, share: float
) -> None:
    """Its size and the share of cells are recovered."""
    for seed in SEEDS if fault == "gain-3mb" else FEW:
        (gain,) = compared(faulty(seed, fault)).gains
        assert chromosome in (None, gain.chromosome)
        assert gain.size_mb == pytest.approx(size_mb, abs=0.15)
        assert gain.share == pytest.approx(share, abs=0.15)


def test_a_gain_of_three_megabases_hides_from_banding_and_from_targeted_assays() -> None:
    """The array sees it; karyotype, plate PCR and digital PCR are those of the good lot."""
    table: list[dict[str, Any]] = [
        {"method": "G-banding", "smallest_mb": 5, "lowest_share": 0.14, "balanced": True,
         "targeted": False},
        {"method": "array", "smallest_mb": 0.1, "lowest_share": 0.2, "balanced": False,
         "targeted": False},
        {"method": "digital PCR", "smallest_mb": 0.001, "lowest_share": 0.1, "balanced": False,
         "targeted": True},
    ]  # fmt: skip
    for seed in range(10):
        bank = faulty(seed, "gain-3mb")
        for blind in ("karyotype", "iscn", "copy_number", "digital_pcr"):
            assert bank.table(blind, [LOT]).equals(plain(seed).table(blind, [LOT]))
        (gain,) = above_size(compared(bank), larger_than_mb=LIMIT_MB)
        sight = methods_that_see(
            kind="gain", size_mb=gain.size_mb, share=min(1.0, gain.share), table=table
        )
        assert sight.sees == ("array",)


def test_a_low_mosaic_is_below_what_an_array_calls() -> None:
    """A trisomy in a tenth of the cells is not called."""
    for seed in FEW:
        assert compared(build(seed, [Fault("trisomy-12", LOT, 0.1)])).value == 0


def test_a_swap_has_lost_the_segments_of_its_donor() -> None:
    """New sex chromosomes, and what the donor has is missing unless the stranger shares it."""
    lost = 0
    for seed in FEW:
        found = compared(faulty(seed, "swap"))
        assert {"X", "Y"} <= {one.chromosome for one in found.new}
        lost += any("check the identity" in note for note in found.notes)
    assert lost >= len(FEW) - 1


def test_a_mixture_shows_both_sexes_in_part() -> None:
    """The X or the Y of three tenths of the cells."""
    for seed in FEW:
        foreign = [one for one in compared(faulty(seed, "mixture")).new if one.chromosome == "Y"]
        assert [one.share for one in foreign] == [pytest.approx(0.3, abs=0.12)]


# --- residual vector -----------------------------------------------------------------------


def vector(bank: Bank) -> VectorCopies:
    """Vector copies per cell of the lot, by the standards of its own plate."""
    wells = read_quantstudio(written(bank, LOT, "residual_vector_quantstudio.txt"))
    standards = wells[wells["task"] == "STANDARD"]
    own = wells[(wells["sample"] == LOT) & (wells["target"] == "EBNA1")]
    if own["cq"].isna().all():
        return copies_per_cell(0, dna_ng=len(own) * DNA_NG)
    reading = read_sample(
        own["cq"].tolist(),
        standard_copies=standards["quantity"].tolist(),
        standard_cqs=standards["cq"].tolist(),
    )
    return copies_per_cell(reading.copies, dna_ng=DNA_NG)


def test_the_plate_is_read_back_with_its_standards() -> None:
    """Quantities with commas for thousands come back as numbers."""
    bank = plain(7)
    read = read_quantstudio(written(bank, LOT, "residual_vector_quantstudio.txt"))
    same = ["well", "position", "sample", "target", "quantity", "cq"]

    assert any("NOAMP" in told for told in read.attrs["warnings"])
    read.attrs = {}
    assert_frame_equal(read[same], bank.table("residual_vector", [LOT])[same], check_dtype=False)


def test_a_lot_without_vector_is_below_the_limit_of_its_cells() -> None:
    """Three wells of 100 ng without a signal, beside a reference gene that amplified."""
    for seed in SEEDS:
        bank = plain(seed)
        found = vector(bank)
        wells = bank.table("residual_vector", [LOT]).query("target == 'RPPH1'")
        assert wells["cq"].notna().all()
        assert found.value == 0
        assert found.interval.high == pytest.approx(6.6e-5, rel=0.01)


def test_a_vector_left_behind_is_recovered_and_fails_the_limit() -> None:
    """0.05 copies per cell within the noise of three wells; the curve itself is acceptable."""
    for seed in SEEDS:
        bank = faulty(seed, "residual-vector")
        found = vector(bank)
        assert found.value == pytest.approx(0.05, rel=0.35)
        assert found.value > VECTOR_LIMIT
        plate = bank.table("residual_vector", [LOT]).query("task == 'standard'")
        curve = fit_curve(plate["quantity"].tolist(), plate["cq"].tolist())
        assert check_curve(
            curve, efficiency_at_least=85, efficiency_at_most=115, r_squared_at_least=0.98
        ).accepted


def test_only_the_vector_assay_sees_the_vector() -> None:
    """Identity, karyotype and copy number stay as they were."""
    for seed in range(5):
        bank = faulty(seed, "residual-vector")
        for blind in ("str", "karyotype", "copy_number", "digital_pcr", "array_segments"):
            assert bank.table(blind, [LOT]).equals(plain(seed).table(blind, [LOT]))


# --- stem cells in a product ---------------------------------------------------------------


def stem_cells(bank: Bank) -> list[FoldChange]:
    """Signal of both stem cell genes in the product against undifferentiated cells."""
    wells = read_quantstudio(written(bank, MDA, "mda_residual_quantstudio.txt"))
    cqs = {key: rows["cq"].tolist() for key, rows in wells.groupby(["sample", "target"])}
    reference = "GAPDH"
    found = []
    for gene in ("POU5F1", "LIN28A"):
        four = [(MDA, gene), (MDA, reference), ("PSC", gene), ("PSC", reference)]
        found.append(fold_change(*(cqs[key] for key in four), tubes="separate"))
    return found


def test_a_good_product_reads_below_one_percent_of_stem_cells() -> None:
    """Both genes, and the whole interval."""
    for seed in SEEDS:
        for found in stem_cells(plain(seed)):
            assert found.interval is not None
            assert found.percent < 100 * found.interval.high < STEM_CELL_PERCENT


def test_stem_cells_left_in_the_product_are_recovered() -> None:
    """Three percent, whatever the usual background, and above the limit with its interval."""
    for seed in SEEDS:
        for found in stem_cells(faulty(seed, "mda-residual-psc", lot=MDA)):
            assert found.percent == pytest.approx(3.15, rel=0.35)
            assert found.interval is not None
            assert 100 * found.interval.low > STEM_CELL_PERCENT


def test_a_blank_stays_undetermined() -> None:
    """No signal without template, and the head keeps the vendor's letter."""
    wells = read_quantstudio(written(plain(7), MDA, "mda_residual_quantstudio.txt"))

    assert wells.loc[wells["task"] == "NTC", "cq"].isna().all()
    assert wells.attrs["head"]["Experiment Type"] == "Comparative C\u0442 (\u0394\u0394C\u0442)"


# --- files ---------------------------------------------------------------------------------

PINNED = {
    "digital_pcr_qiacuity.csv": "ce36c13800d5151aae30a5518a1ed4d0f69efd3f6eac14cd6823f98b26ebd466",
    "array_segments.csv": "a932f8839218b652bedc9f881e48c8de48cf1abea6284537d52038f458f504dc",
    "residual_vector_quantstudio.txt": "47c40e9374d98bc1310289b90be8e9ccb3aa5c848e3d2c23135935bce5c92000",
    "mda_residual_quantstudio.txt": "8901a2a0f5d3ed48859fec693d099fa1ba61897cb5445b055febe4b0bb8367cb",
    "nsc_copy_number_absolute_q.csv": "8659b0a0b9aaf210b11bbe406b13803342f66d46163c62f37b0b7c60eb86b838",
}


@pytest.mark.parametrize("name", PINNED)
def test_a_file_keeps_its_bytes(name: str) -> None:
    """Same seed, same bytes, on every platform and with every numpy."""
    found = dict(files(plain(24603), [LOT, MDA, NSC]))

    assert hashlib.sha256(found[name]).hexdigest() == PINNED[name]


def test_no_lot_no_file() -> None:
    """A folder of other lots has no molecular files."""
    assert dict(files(plain(7), ["NK-2401"])) == {}


@pytest.mark.parametrize(
    ("assay", "fault", "lot"),
    [
        ("mda_residual", "mda-residual-psc", MDA),
        ("nsc_copy_number", "nsc-copy-number", NSC),
    ],
)
def test_a_fault_of_a_product_leaves_its_other_lots_alone(assay: str, fault: str, lot: str) -> None:
    """Not a digit changes; a lot reads the same alone and among others."""
    bank, good = faulty(7, fault, lot=lot), plain(7)
    others = [f"{lot[:-1]}{number}" for number in (2, 3, 4)]

    assert bank.table(assay, others).equals(good.table(assay, others))
    assert not bank.table(assay, [lot]).equals(good.table(assay, [lot]))
    among = bank.table(assay)
    alone = bank.table(assay, [lot])
    own = among[among["lot"] == lot].reset_index(drop=True)
    assert own.equals(alone[alone["lot"] == lot].reset_index(drop=True))
