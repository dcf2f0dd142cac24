"""Identity: from the hidden truth to the file, back through the reader, judged by the method."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.signal import find_peaks

from stemcell_kit.bank import Bank, build, parse_fault
from stemcell_kit.bank.exports.banking import genemapper_text, sheet_csv
from stemcell_kit.bank.exports.identity import allele_size_bp, cellosaurus_text, fsa_bytes
from stemcell_kit.bank.noise import noise
from stemcell_kit.instruments import read, read_abif, read_cellosaurus, read_sheet, read_str
from stemcell_kit.instruments.sheets import SHEETS
from stemcell_kit.qc.identity.snp_panel import concordance, identity_evidence
from stemcell_kit.qc.identity.species_check import foreign_share_by_cq, species_by_cq
from stemcell_kit.qc.identity.str_match import StrProfile, compare, read_profile

LOT = "SKTi003-A-W1"
SEEDS = range(50)
FREQUENCIES = {
    name: {first: share, second: 1 - share}
    for name, first, second, share in noise("snp_panel")["snps"]
}


@cache
def bank_of(seed: int, *faults: str) -> Bank:
    """A bank, made once for all tests."""
    return build(seed, [parse_fault(words) for words in faults])


def snp_calls(bank: Bank) -> tuple[dict[str, str], dict[str, str]]:
    """The genotypes of the lot and of its registered donor, as read back from the sheet."""
    written = sheet_csv(bank.table("snp_panel", [LOT]), SHEETS["snp_panel"])
    table = read_sheet(written.encode("utf-8"), "snp_panel")
    calls = {
        role: dict(zip(part["snp"], part["genotype"], strict=True))
        for role, part in table.groupby("role")
    }
    return calls["lot"], calls["donor"]


def str_profiles(bank: Bank) -> tuple[StrProfile, StrProfile]:
    """The STR profiles of the lot and of its registered donor, as read back."""
    table = read_str(genemapper_text(bank.table("str", [LOT])).encode("utf-8"))
    places = [name for name in table.columns if name.startswith("allele_")]
    profiles = [
        read_profile({row["marker"]: [row[p] for p in places] for _, row in part.iterrows()})
        for _, part in table.groupby(table["sample"] == LOT)
    ]
    return profiles[1], profiles[0]


def species_cq(bank: Bank) -> dict[str, dict[str, list[float | str]]]:
    """Cq by sample and species, as read back; undetermined as a word."""
    written = sheet_csv(bank.table("species", [LOT]), SHEETS["species"])
    table = read_sheet(written.encode("utf-8"), "species")
    return {
        str(sample): {
            kind: ["Undetermined" if pd.isna(cq) else cq for cq in part[f"{kind}_cq"]]
            for kind in ("human", "mouse")
        }
        for sample, part in table.groupby("sample")
    }


def mean_cq(cq: Mapping[str, list[float | str]]) -> dict[str, float]:
    """Mean Cq of each species."""
    return {kind: float(np.mean([float(one) for one in found])) for kind, found in cq.items()}


def test_a_lot_agrees_with_its_donor_and_a_swap_does_not() -> None:
    """SNP panel over 50 seeds: 100 % and strong evidence, or far less and evidence against."""
    for seed in SEEDS:
        good = snp_calls(bank_of(seed))
        found = concordance(*good, minimum_loci=36)
        assert found.value == 100
        assert identity_evidence(*good, FREQUENCIES, error_rate=0.005).value > 10
        swapped = snp_calls(bank_of(seed, f"swap@{LOT}"))
        found = concordance(*swapped, minimum_loci=36)
        assert found.value < 75
        assert found.opposite_homozygotes > 0
        assert identity_evidence(*swapped, FREQUENCIES, error_rate=0.005).value < 0


def test_a_mixture_adds_alleles_and_loses_calls() -> None:
    """Half and half: bases are added; no homozygote of the donor is turned round."""
    for seed in SEEDS:
        mixed = snp_calls(bank_of(seed, f"mixture:0.5@{LOT}"))
        found = concordance(mixed[1], mixed[0], minimum_loci=10)
        assert found.added_alleles == found.mismatches > 0
        assert found.opposite_homozygotes == 0
        assert found.missing > concordance(*snp_calls(bank_of(seed)), minimum_loci=36).missing


def test_the_species_test_gives_the_share_of_mouse_cells_back() -> None:
    """Five per cent within the scatter of three wells; a clean lot is human alone."""
    for seed in SEEDS:
        bank = bank_of(seed, f"mouse-cells:0.05@{LOT}")
        clean, cq = species_cq(bank_of(seed)), species_cq(bank)
        assert species_by_cq(clean[LOT], expected="human", last_cq=38).only_expected
        assert species_by_cq(cq[LOT], expected="human", last_cq=38).foreign == ("mouse",)
        pure = {
            "human": mean_cq({"human": cq["CAL-HUMAN"]["human"]})["human"],
            "mouse": mean_cq({"mouse": cq["CAL-MOUSE"]["mouse"]})["mouse"],
        }
        factors = {"human": 2.0, "mouse": 2.0}
        share = foreign_share_by_cq(mean_cq(cq[LOT]), pure, expected="human", efficiency=factors)
        # the inputs of the two calibrators scatter by a quarter of a cycle each
        assert 1.7 < share < 13


def test_mouse_cells_are_invisible_to_human_str_and_snps() -> None:
    """The same profiles, to the digit."""
    with_mouse, without = build(3, [parse_fault(f"mouse-cells@{LOT}")]), build(3)

    for assay in ("str", "snp_panel"):
        assert with_mouse.table(assay, [LOT]).equals(without.table(assay, [LOT]))


def test_the_str_run_tells_a_swap_from_the_right_line() -> None:
    """Tanabe score of lot and donor over 50 seeds."""
    for seed in SEEDS:
        assert compare(*str_profiles(bank_of(seed))).tanabe > 95
        assert compare(*str_profiles(bank_of(seed, f"swap@{LOT}"))).tanabe < 80


def called(raw: bytes, markers: Mapping[str, list[str]]) -> dict[str, set[str]]:
    """Size the peaks of a trace by its size standard and name the nearest allele."""
    traces = read_abif(raw)
    setting = noise("traces")
    standard = traces[setting["size_standard_dye"]].to_numpy()
    known = setting["size_standard_bp"]
    scans = find_peaks(standard, height=200)[0]
    assert len(scans) == len(known)
    slope, offset = np.polyfit(scans, known, 1)
    dyes = {row[0]: row[1] for row in setting["markers"]}
    found: dict[str, set[str]] = {marker: set() for marker in markers}
    for dye in traces.attrs["dyes"][:-1]:
        for scan in find_peaks(traces[dye].to_numpy(), height=100, distance=3)[0]:
            near = [
                (abs(allele_size_bp(marker, allele) - (slope * scan + offset)), marker, allele)
                for marker, alleles in markers.items()
                if dyes[marker] == dye
                for allele in alleles
            ]
            distance, marker, allele = min(near)
            if distance < 0.5:
                found[marker].add(allele)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_traces_hold_the_alleles_of_the_table(seed: int) -> None:
    """Peaks sized by the standard are the alleles that the table calls."""
    profile = bank_of(seed).table("str", [LOT])
    profile = profile[(profile["sample"] == LOT) & (profile["marker"] != "AMEL")]
    alleles = {
        row["marker"]: {row[f"allele_{n}"] for n in range(1, 5)} - {""}
        for _, row in profile.iterrows()
    }
    raw = fsa_bytes(profile, seed=seed, date="2024-03-01")

    assert called(raw, dict(noise("str")["alleles"])) == alleles
    assert read_abif(raw).attrs["sample"] == LOT
    assert read_abif(raw).attrs["date"] == "2024-03-01"


def test_registered_profiles_are_read_back() -> None:
    """Every donor's true genotype, from the text form of Cellosaurus."""
    bank = build(5)
    table = read_cellosaurus(cellosaurus_text(bank.donors).encode("utf-8"))

    for donor in bank.donors:
        part = table[table["name"] == donor.id].set_index("marker")
        for marker, alleles in donor.genotype.items():
            assert part.loc[marker, "alleles"] == ",".join(dict.fromkeys(alleles))
        assert part.loc["AMEL", "alleles"] == {"female": "X", "male": "X,Y"}[donor.sex]


def test_every_file_of_the_bank_is_recognised_by_its_content(tmp_path: Path) -> None:
    """One bank lot and every product: no file is taken for another, whatever its name."""
    bank = bank_of(7)
    lots = ["SKTi001-A-M1", *(product.id for product in bank.products)]
    sheets = [*SHEETS]
    for path in bank.write(tmp_path, lots=lots):
        table = read(path.read_bytes())
        if path.stem in sheets and path.suffix == ".csv":
            assert table.attrs["sheet"] == path.stem
        assert len(table)
