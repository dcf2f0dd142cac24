"""The files of a bank: the same bytes everywhere, and readable back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from stemcell_kit.bank import Bank, build, parse_fault, write
from stemcell_kit.instruments import (
    read_counter,
    read_fcs,
    read_karyotype_sheet,
    read_nat_run,
    read_passage_log,
    read_quantstudio,
    read_sheet,
    read_str,
)

LOTS = ["SKTi002-A-M1", "SKTi003-A-W1"]
PINNED = {
    "str_genemapper.txt": "112b8113c2912364fb5ad1038bd119a293d6e0d8514d4083dc4babdd63bb5eba",
    "karyotype.csv": "be50995e8cf5de5316575a04b763669d575c06ee56df9c9bb337b7a63d617592",
    "copy_number_quantstudio.txt": "46ebdf97a7cc7b2bec50d246e0ea6f62d89d438e88965914bcf908a94c094ac5",
    "counts_vicell.csv": "0e4a9b5e94da1026814aa070e7be7e5bdb9f2e38f254cccb7dcfc81a9f6a182b",
    "passage_log.csv": "0cd1ae4d4c11e9cf6f46f0889c8c9ddeb1472cfad33dbf49b844f3599a250b3e",
    "post_thaw.csv": "484fc03e1b3e96bccf09072cd6bb24b5bcb0fdb6be24244d0ff574c5801ee79b",
    "mycoplasma.csv": "5366f312312414baecff77b46ea533fc552c3d02e8e4d88e1fcf3d82b8241bb4",
    "flow/SKTi002-A-M1_stained.fcs": "66a3a34b1525962c8413a1d33fcac042b1fc3ff453cd56ce7cf5ab7cfce70b63",
}


@pytest.fixture(scope="module")
def bank() -> Bank:
    """A bank with a swap and a mosaic in it."""
    return build(24603, [parse_fault("swap@SKTi002-A-M1"), parse_fault("trisomy-12@SKTi003-A-W1")])


@pytest.fixture(scope="module")
def folder(bank: Bank, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bank's files for two lots."""
    folder = tmp_path_factory.mktemp("bank")
    write(bank, folder, lots=LOTS)
    return folder


@pytest.mark.parametrize("name", PINNED)
def test_a_file_keeps_its_bytes(folder: Path, name: str) -> None:
    """Same seed, same bytes, on every platform and with every numpy."""
    assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == PINNED[name]


def test_two_writes_give_the_same_bytes(bank: Bank, folder: Path, tmp_path: Path) -> None:
    """No file holds a time of writing or a path."""
    again = write(bank, tmp_path, lots=LOTS)

    assert all(p.read_bytes() == (folder / p.relative_to(tmp_path)).read_bytes() for p in again)


def test_the_truth_is_written_only_when_asked_for(bank: Bank, folder: Path, tmp_path: Path) -> None:
    """Without ``reveal`` no file tells what was planted."""
    assert not (folder / "truth.json").exists()
    assert not any(b"swap" in p.read_bytes() for p in folder.rglob("*.*"))

    write(bank, tmp_path, lots=LOTS[:1], reveal=True)
    assert '"swap"' in (tmp_path / "truth.json").read_text(encoding="utf-8")


def test_text_files_have_plain_line_ends(folder: Path) -> None:
    """Every text file ends its lines with a line feed alone."""
    texts = [*folder.glob("*.csv"), *folder.glob("*.txt")]

    assert len(texts) > 10
    assert not any(b"\r" in path.read_bytes() for path in texts)


@pytest.mark.parametrize(
    "kind",
    "donors lots register iscn post_thaw dossier dilution_series control_runs".split(),  # noqa: SIM905
)
def test_a_sheet_reads_back_as_it_was(bank: Bank, folder: Path, kind: str) -> None:
    """Writer and reader agree on every cell."""
    expected = bank.table(kind, LOTS)

    assert_frame_equal(read_sheet(folder / f"{kind}.csv", kind), expected, check_dtype=False)


def test_karyotype_and_passage_log_read_back(bank: Bank, folder: Path) -> None:
    """Every metaphase and every passage."""
    cells, log = bank.table("karyotype", LOTS), bank.table("passage_log", LOTS)

    assert_frame_equal(read_karyotype_sheet(folder / "karyotype.csv"), cells, check_dtype=False)
    assert_frame_equal(read_passage_log(folder / "passage_log.csv"), log, check_dtype=False)


def test_the_mycoplasma_run_reads_back(bank: Bank, folder: Path) -> None:
    """Undetermined wells come back as missing."""
    expected = bank.table("mycoplasma", LOTS).drop(columns="lot")

    assert_frame_equal(read_nat_run(folder / "mycoplasma.csv"), expected, check_dtype=False)


def test_both_str_tables_read_back_as_the_same_profiles(bank: Bank, folder: Path) -> None:
    """The long table with heights; the wide one with the same alleles."""
    expected = bank.table("str", LOTS).drop(columns=["role", "donor"])
    long = read_str(folder / "str_genemapper.txt")
    wide = read_str(folder / "str_wide.csv")

    assert_frame_equal(long, expected, check_dtype=False)
    alleles = ["sample", "marker", "allele_1", "allele_2", "allele_3", "allele_4"]
    assert_frame_equal(wide[alleles], expected[alleles], check_dtype=False)


def test_the_pcr_plate_reads_back(bank: Bank, folder: Path) -> None:
    """Wells, targets and Cq; the head keeps the vendor's Cyrillic letter."""
    plate = read_quantstudio(folder / "copy_number_quantstudio.txt")
    head = plate.attrs.pop("head")

    same = ["well", "position", "sample", "target", "cq"]
    assert_frame_equal(plate[same], bank.table("copy_number", LOTS)[same], check_dtype=False)
    assert head["Experiment Type"] == "Comparative C\u0442 (\u0394\u0394C\u0442)"


def test_the_counter_export_reads_back(bank: Bank, folder: Path) -> None:
    """Concentrations come back in cells per millilitre, dates in ISO 8601."""
    counts = read_counter(folder / "counts_vicell.csv")
    assert counts.attrs.pop("failed") == ()

    expected = bank.table("counts", LOTS)[list(counts.columns)]
    assert_frame_equal(counts, expected, check_dtype=False)


def test_a_tube_reads_back_event_by_event(bank: Bank, folder: Path) -> None:
    """FCS 3.1 with ten thousand events, linear, channels named by their stain."""
    events = bank.table("flow", LOTS[:1]).query("tube == 'stained'").reset_index(drop=True)
    tube = read_fcs(folder / "flow" / f"{LOTS[0]}_stained.fcs")

    assert tube.attrs["version"] == "3.1"
    assert tube.attrs["keywords"]["lot"] == LOTS[0]
    tube.attrs = {}
    assert len(tube) == 10000
    assert_frame_equal(tube.round(1), events[list(tube.columns)], check_dtype=False)
