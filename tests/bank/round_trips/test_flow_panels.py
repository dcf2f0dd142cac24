"""Flow cytometry of products: written, read back, gated, and the truth is found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import Bank, Fault, build
from stemcell_kit.bank.assays.flow_panels import nk_cells, residual_share
from stemcell_kit.bank.exports import flow_panels
from stemcell_kit.instruments import read_fcs, read_gatingml, read_sheet
from stemcell_kit.qc.flow.compensation import compensate, residual_spillover, single_stain_spillover
from stemcell_kit.qc.flow.gate_tree import GateCounts, count_gates
from stemcell_kit.qc.flow.rare_events import RareEvents, rare_events, rare_excess
from stemcell_kit.qc.flow.t_cell_dose import TCellDose, t_cell_dose

SEEDS = range(50)
NK, LONG, SHORT = "NK-2402", "NSC-2401", "NSC-2403"
DYES = ["Viability", "CD16", "CD56", "CD3", "CD19"]
# comparators of a published product: T cells a kilogram, per cent NK, parts per million
T_CELLS_PER_KG, NK_PERCENT, RESIDUAL_PPM = 2e5, 70, 100

PINNED = {
    "nk_flow/NK-2402_single_CD56.fcs": "dbafc92f556ecc54550655bc16a926ebbcabf4b9149c89a57bdceb76e6299d0e",
    "nk_flow/gates.xml": "2dc5e85e5742d3e816cf5d03b4c2a7ac9fffa9745546af19e8cb084d6ad90d27",
    "nk_dose.csv": "ecc53a11cde80cde59924a1821a4bfd17576fae1471ab716670e693daa628ef5",
    "nsc_flow/NSC-2403_control.fcs": "d4d85aa1ca3756a39594e30288c910a1bb7fc37351744dea084d8ce1278933b7",
}


@dataclass(frozen=True)
class Files:
    """The files of one lot, as a laboratory would find them."""

    content: Mapping[str, bytes]

    @classmethod
    def of(cls, bank: Bank, lot: str) -> Files:
        """Write one lot."""
        return cls(dict(flow_panels.files(bank, [lot])))

    def tube(self, lot: str, tube: str) -> pd.DataFrame:
        """Read one tube, channels as gating files name them."""
        folder = "nk_flow" if lot.startswith("NK") else "nsc_flow"
        return read_fcs(self.content[f"{folder}/{lot}_{tube}.fcs"], names="detector")

    def counts(self, lot: str, tube: str = "stained") -> GateCounts:
        """Count the laboratory's gates on one tube."""
        folder = "nk_flow" if lot.startswith("NK") else "nsc_flow"
        gates = read_gatingml(self.content[f"{folder}/gates.xml"]).attrs["gates"]
        events = self.tube(lot, tube)
        return count_gates(events, gates, spillover=events.attrs.get("spillover"))

    def dose(self, lot: str) -> TCellDose:
        """Compute the T cells of the dose from gates and dose sheet."""
        sheet = read_sheet(self.content["nk_dose.csv"], "nk_dose").set_index("lot").loc[lot]
        counts = self.counts(lot).counts
        return t_cell_dose(
            viable_cells=int(sheet["viable_cells"]),
            t_cells=counts["T-cells"],
            live_events=counts["live"],
            weight_kg=float(sheet["weight_kg"]),
            below_per_kg=T_CELLS_PER_KG,
        )

    def left_over(self, lot: str) -> tuple[tuple[str, str, float], ...]:
        """Look for spillover that the matrix of the file leaves in the single stains."""
        unstained = self.tube(lot, "unstained")
        matrix = unstained.attrs["spillover"]
        stains = {
            detector: compensate(self.tube(lot, f"single_{dye}"), matrix)
            for detector, dye in zip(matrix["detectors"], DYES, strict=True)
        }
        blank = compensate(unstained, matrix)
        return residual_spillover(stains, blank, percentile=99.5, at_most=0.01)

    def residual(self, lot: str) -> RareEvents:
        """Hold the TRA-1-60 positive cells against the limit."""
        counts = self.counts(lot).counts
        return rare_events(counts["TRA-1-60-positive"], counts["live"], at_most_ppm=RESIDUAL_PPM)


@cache
def good_nk(seed: int) -> Files:
    """The files of a good NK cell lot; several tests look at the same ones."""
    return Files.of(build(seed), NK)


def test_nk_purity_and_t_cells_are_found_again_over_50_seeds() -> None:
    """Within four standard errors, from the written files; the 95 % interval holds 9 of 10."""
    held = 0
    for seed in SEEDS:
        bank = build(seed)
        true = nk_cells(bank.truth, bank.truth.products[NK])
        counts = good_nk(seed).counts(NK)
        for gate, share in (("NK-cells", true.shares["NK"]), ("T-cells", true.shares["T"])):
            found = counts.percent(gate, of="live")
            error = 100 * (share * (1 - share) / found.of_count) ** 0.5
            assert abs(found.value - 100 * share) < 4.5 * error + 0.1, (seed, gate)
            held += found.interval.low <= 100 * share <= found.interval.high
        assert counts.percent("CD16-positive-NK-cells").value == pytest.approx(
            100 * true.cd16, abs=2.5
        )
        quadrants = ["NK-cells", "T-cells", "NKT-cells", "other-cells"]
        assert counts.exclusive(quadrants, of="live") == 100
    assert held >= 90


def test_the_matrix_is_found_again_in_the_single_stains_over_50_seeds() -> None:
    """Medians of a thousand events recover every share to 1 %; nothing is left after it."""
    for seed in SEEDS:
        files = good_nk(seed)
        unstained = files.tube(NK, "unstained")
        matrix = unstained.attrs["spillover"]
        stains = {
            detector: files.tube(NK, f"single_{dye}")
            for detector, dye in zip(matrix["detectors"], DYES, strict=True)
        }
        found = single_stain_spillover(stains, unstained, percentile=99.5)
        worst = abs(found.array() - matrix["rows"]).max()
        assert worst < 0.01, seed
        assert files.left_over(NK) == (), seed


def test_a_good_dose_stays_below_the_limit_and_a_bad_one_does_not_over_50_seeds() -> None:
    """The dose finds the T cells; purity, which cannot see them, stays above its limit."""
    for seed in SEEDS:
        bad = Files.of(build(seed, [Fault("nk-t-cells", NK)]), NK)
        assert good_nk(seed).dose(NK).surely_below, seed
        assert not bad.dose(NK).below_limit, seed
        assert bad.counts(NK).percent("NK-cells", of="live").value > NK_PERCENT
        assert seed > 4 or bad.left_over(NK) == (), seed


def test_a_missing_matrix_shows_in_single_stains_and_not_in_viability() -> None:
    """CD56 in the detector of CD3 is found; live cells and scatter are what they were."""
    for seed in SEEDS[:10]:
        good = good_nk(seed)
        bad = Files.of(build(seed, [Fault("flow-uncompensated")]), NK)
        left = {(dye, detector): share for dye, detector, share in bad.left_over(NK)}
        assert left["Y585-A", "V610-A"] == pytest.approx(0.10, abs=0.01)
        before, after = good.counts(NK), bad.counts(NK)
        assert after.counts["singlets"] == before.counts["singlets"]
        viability = [one.percent("live").value for one in (before, after)]
        assert viability[1] == pytest.approx(viability[0], abs=0.2)
        assert after.percent("NKT-cells").value > 20 > before.percent("NKT-cells").value
        # the right matrix from the single stains heals the lot: the events were never wrong
        assert bad.tube(NK, "stained").equals(good.tube(NK, "stained"))


def test_residual_cells_are_found_only_where_enough_events_were_taken_over_50_seeds() -> None:
    """The long lot shows the limit; the short one can show a fault but never its absence."""
    shown = 0
    for seed in SEEDS:
        good = build(seed)
        assert residual_share(good.truth.products[LONG]) == 0
        verdict = Files.of(good, LONG).residual(LONG).verdict
        assert verdict != "above the limit", seed
        shown += verdict == "below the limit"
        assert Files.of(good, SHORT).residual(SHORT).verdict == "not shown"
    assert shown >= 45


@pytest.mark.parametrize(("lot", "seeds"), [(LONG, 8), (SHORT, 50)])
def test_residual_cells_above_the_limit_are_found(lot: str, seeds: int) -> None:
    """Two in a thousand: above 100 ppm for certain, above the control, and 0 % without decimals."""
    for seed in SEEDS[:seeds]:
        bank = build(seed, [Fault("nsc-residual-psc", lot)])
        files = Files.of(bank, lot)
        found, control = files.residual(lot), files.counts(lot, "control").counts
        assert found.verdict == "above the limit", seed
        true = 1e6 * residual_share(bank.truth.products[lot])
        assert found.value == pytest.approx(true, abs=4.5 * (true * 1e6 / found.total) ** 0.5)
        excess = rare_excess(
            found.positive,
            found.total,
            control_positive=control["TRA-1-60-positive"],
            control_total=control["live"],
        )
        assert excess.interval.low > 0
        assert round(found.value / 1e4) == 0


def test_the_files_keep_their_bytes() -> None:
    """Same seed, same bytes, on every platform."""
    content = dict(flow_panels.files(build(24603), [NK, SHORT]))
    assert {name: sha256(content[name]).hexdigest() for name in PINNED} == PINNED


def test_only_the_chosen_lots_are_written() -> None:
    """No lot of these products, no file; one lot, its tubes with gates and dose."""
    bank = build(7)
    assert list(flow_panels.files(bank, list(bank.lots))) == []
    names = [name for name, _ in flow_panels.files(bank, [SHORT])]
    assert names == [
        "nsc_flow/gates.xml",
        f"nsc_flow/{SHORT}_control.fcs",
        f"nsc_flow/{SHORT}_stained.fcs",
    ]


def test_a_tube_reads_back_event_by_event() -> None:
    """32-bit numbers, named by their stain, with keywords and matrix."""
    bank = build(24603)
    raw = Files.of(bank, NK).content[f"nk_flow/{NK}_single_CD56.fcs"]
    tube = read_fcs(raw)
    table = bank.table("nk_flow", [NK]).query("tube == 'single CD56'").reset_index(drop=True)

    assert tube.attrs["keywords"]["lot"] == NK
    stored = bank.table("nk_spillover", [NK])["share"].tolist()
    assert [share for row in tube.attrs["spillover"]["rows"] for share in row] == stored
    assert tube.attrs["spillover"]["detectors"] == DYES
    tube.attrs = {}
    assert_frame_equal(tube, table[list(tube.columns)], check_dtype=False, rtol=1e-6)


@pytest.mark.parametrize(
    ("assay", "lots"), [("nk_flow", ["NK-2401", NK]), ("nsc_flow", [SHORT, "NSC-2404"])]
)
def test_a_lot_reads_the_same_alone_and_among_others(assay: str, lots: list[str]) -> None:
    """No lot's events depend on which others are asked for; at most 20 000 events an NK lot."""
    bank = build(3)
    together = bank.table(assay, lots)
    for lot in lots:
        alone = bank.table(assay, [lot])
        assert_frame_equal(together[together["lot"] == lot].reset_index(drop=True), alone)
        assert assay != "nk_flow" or len(alone) <= 20_000


@pytest.mark.parametrize(
    ("fault", "assay", "lot"),
    [("nk-t-cells", "nk_flow", NK), ("nsc-residual-psc", "nsc_flow", SHORT)],
)
def test_a_fault_leaves_the_other_lots_alone(fault: str, assay: str, lot: str) -> None:
    """No other lot changes by a single digit."""
    tables: list[Callable[[], pd.DataFrame]] = [
        lambda: build(7).table(assay),
        lambda: build(7, [Fault(fault, lot)]).table(assay),
    ]
    clean, faulty = (make() for make in tables)
    others = clean["lot"] != lot

    assert clean[others].equals(faulty[others])
    assert not clean[~others].equals(faulty[~others])
