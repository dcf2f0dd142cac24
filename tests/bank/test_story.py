"""All assays of a bank tell the same story."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.bank import Bank, build, columns, describe, parse_fault
from stemcell_kit.bank.assays import ASSAYS
from stemcell_kit.errors import BadInput

LOT = "SKTi002-A-M1"
SMALL = [assay for assay in ASSAYS if assay not in ("flow", "dossier")]


def sex_by_assay(bank: Bank, lot: str) -> dict[str, str]:
    """Read the sex of a lot from three independent assays."""
    profile = bank.table("str_wide", [lot]).set_index("sample")
    cells = bank.table("karyotype", [lot])
    wells = bank.table("copy_number", [lot])
    sry = wells[(wells["sample"] == lot) & (wells["target"] == "SRY")]
    return {
        "STR": "male" if profile.loc[lot, "AMEL"] == "X,Y" else "female",
        "karyotype": "male" if set(cells["sex"]) == {"XY"} else "female",
        "copy number": "male" if sry["cq"].notna().all() else "female",
    }


@given(seed=st.integers(0, 2**32))
@settings(max_examples=8, deadline=None)
def test_a_swap_tells_the_same_story_in_every_assay(seed: int) -> None:
    """Amelogenin, karyotype and copy number all show the other sex; the profile is another's."""
    bank = build(seed, [parse_fault(f"swap@{LOT}")])
    registered = bank.table("donors", [LOT])["sex"].iloc[0]
    other = {"male": "female", "female": "male"}[registered]

    assert set(sex_by_assay(build(seed), LOT).values()) == {registered}
    assert set(sex_by_assay(bank, LOT).values()) == {other}
    profiles = bank.table("str_wide", [LOT]).drop(columns=["sample", "role", "donor"])
    differ = profiles.iloc[0] != profiles.iloc[1]
    assert differ.sum() > 8


def test_a_good_lot_matches_its_donor_at_every_locus() -> None:
    """Every lot of a bank without faults carries its donor's alleles (seed without drop-out)."""
    wide = build(24603).table("str_wide")
    markers = list(wide.columns[3:])
    donors = wide[wide["role"] == "donor"].set_index("donor")[markers]
    lots = wide[wide["role"] == "lot"].set_index("donor")[markers]

    assert lots.eq(donors.loc[lots.index]).all(axis=None)


def test_sister_clones_share_their_genotype() -> None:
    """STR cannot tell two clones of one donor apart."""
    wide = build(24603).table("str_wide").set_index("sample").drop(columns=["role", "donor"])

    assert wide.loc["SKTi001-A-M1"].equals(wide.loc["SKTi001-B-M1"])
    assert not wide.loc["SKTi001-A-M1"].equals(wide.loc["SKTi003-A-M1"])


def test_karyotype_and_copy_number_agree_on_a_mosaic() -> None:
    """Sixty per cent of trisomic cells are seen in both, within their noise."""
    bank = build(5, [parse_fault(f"trisomy-12:0.6@{LOT}")])

    trisomic = bank.table("karyotype", [LOT])["abnormalities"].eq("+12").mean()
    wells = bank.table("copy_number", [LOT])
    mean = wells.groupby(["sample", "target"])["cq"].mean().unstack()
    delta = mean["NANOG"] - mean["RPPH1"]
    assert trisomic == pytest.approx(0.6, abs=0.25)
    assert 2 * 2 ** (delta["CAL-F"] - delta[LOT]) == pytest.approx(2.6, abs=0.35)


def test_an_iscn_string_counts_all_clonal_cells() -> None:
    """The cells in brackets and the non-clonal cells add up to the metaphases."""
    table = build(24603, [parse_fault(f"mixture:0.4@{LOT}")]).table("iscn")
    bracketed = table["karyotype"].str.findall(r"\[(\d+)\]").map(lambda found: sum(map(int, found)))

    assert (bracketed + table["non_clonal"]).equals(table["metaphases"])


def test_cell_and_viability_columns_agree() -> None:
    """Live and dead cells make the total, and the viability is their share."""
    counts = build(2).table("counts")

    assert counts["total_cells"].eq(counts["live_cells"] + counts["dead_cells"]).all()
    share = (100 * counts["live_cells"] / counts["total_cells"]).round(2)
    assert share.equals(counts["viability_percent"])


def test_passages_never_overlap() -> None:
    """A culture is harvested before the next passage is seeded."""
    log = build(2).table("passage_log")
    for _, line in log.groupby("line"):
        harvested = pd.to_datetime(line["harvested_at"]).iloc[:-1].to_numpy()
        seeded = pd.to_datetime(line["seeded_at"]).iloc[1:].to_numpy()
        assert (harvested < seeded).all()
        assert line["passage"].diff().dropna().eq(1).all()


@given(seed=st.integers(0, 2**63))
@settings(max_examples=6, deadline=None)
def test_the_same_seed_gives_the_same_bank(seed: int) -> None:
    """Two builds of one seed agree in every assay."""
    assert all(build(seed).table(a).equals(build(seed).table(a)) for a in SMALL)


@given(seed=st.integers(0, 2**32), lot=st.sampled_from(build(1).lots))
@settings(max_examples=10, deadline=None)
def test_a_lot_reads_the_same_alone_and_among_others(seed: int, lot: str) -> None:
    """Asking for one lot draws the same numbers as asking for all."""
    bank = build(seed)
    for assay in ("lots", "karyotype", "copy_number", "counts", "post_thaw", "mycoplasma"):
        whole = bank.table(assay)
        alone = bank.table(assay, [lot])
        assert (
            whole[whole["lot"] == lot]
            .reset_index(drop=True)
            .equals(alone[alone["lot"] == lot].reset_index(drop=True))
        )


@pytest.mark.parametrize("assay", ASSAYS)
def test_every_column_is_in_the_data_dictionary(assay: str) -> None:
    """Columns come in the order of the dictionary, each with a meaning."""
    table = build(1).table(assay, [LOT] if ASSAYS[assay].of == "lot" else None)

    assert tuple(table.columns) == columns(assay)
    assert describe(assay)["meaning"].str.len().gt(0).all()


def test_an_unknown_assay_or_lot_is_refused_with_a_choice() -> None:
    """The message names what there is."""
    with pytest.raises(BadInput, match="choose one of donors"):
        build(1).table("telomeres")
    with pytest.raises(BadInput, match="for example SKTi002-A-M1"):
        build(1).table("str", ["SKTi002-A-M2"])
