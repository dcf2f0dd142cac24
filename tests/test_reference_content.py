"""The reference tables: public STR profiles and recurrent chromosome changes are whole and sourced."""

from __future__ import annotations

import csv
import tomllib
from typing import Any

import pytest

from stemcell_kit.catalogue import catalogue
from stemcell_kit.paths import content_dir
from stemcell_kit.qc.genome.iscn import read_karyotype, recurrent
from stemcell_kit.qc.identity.str_match import compare, read_profile

REFERENCE = content_dir() / "reference"
LOCI = ["AMEL", "D5S818", "D13S317", "D7S820", "D16S539", "vWA", "TH01", "TPOX", "CSF1PO"]
LOCI += ["D8S1179", "D3S1358", "D18S51", "D21S11", "FGA", "Penta D", "Penta E"]
LOCI += ["D2S1338", "D19S433"]
NOT_LOCI = {"line", "accession", "kind", "conflicting_loci"}


def profiles(name: str = "cellosaurus_str.csv") -> dict[str, dict[str, str]]:
    """The rows of a profile table by line."""
    text = (REFERENCE / name).read_text(encoding="utf-8")
    return {row["line"]: row for row in csv.DictReader(text.splitlines())}


def about() -> dict[str, Any]:
    """What the profile tables say about themselves."""
    return tomllib.loads((REFERENCE / "cellosaurus_str.toml").read_text(encoding="utf-8"))


def changes() -> list[dict[str, Any]]:
    """The rows of the table of recurrent changes."""
    text = (REFERENCE / "recurrent_changes.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["change"])


def profile(line: str) -> Any:
    """One line of the table as an STR profile."""
    return read_profile({k: v for k, v in profiles()[line].items() if k not in NOT_LOCI})


def test_table_holds_nineteen_human_lines_and_seventeen_autosomal_loci() -> None:
    """Nothing was lost on the way into the file."""
    rows = profiles()

    assert len(rows) == 19
    header = ["line", "accession", "kind", *LOCI, "conflicting_loci"]
    assert all(list(row) == header for row in rows.values())


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("201B7", "accession", "CVCL_A324"),
        ("201B7", "TH01", "5"),
        ("201B7", "D2S1338", ""),
        ("246G1", "AMEL", "X/Y"),
        ("CHA-hESM1", "D21S11", "29/32.2"),
        ("293 N3S", "D16S539", "9"),
        ("Chang Liver", "D13S317", "12/13.3"),
        ("Chang Liver", "conflicting_loci", "D5S818;D13S317;vWA;CSF1PO"),
        ("143B", "D21S11", "31.2/32.2"),
        ("16HBE14o-", "TH01", "9.3"),
    ],
)
def test_cell_is_what_was_published(line: str, column: str, value: str) -> None:
    """Alleles are names: 9.3 and 13.3 keep their digits, and the first listed source counts."""
    assert profiles()[line][column] == value


def test_mouse_table_holds_p19_with_eighteen_markers() -> None:
    """The mouse line has a panel of its own."""
    (row,) = profiles("cellosaurus_str_mouse.csv").values()
    markers = {name: alleles for name, alleles in row.items() if name not in NOT_LOCI}

    assert len(markers) == 18
    assert all(name.startswith("STR ") for name in markers)
    assert (markers["STR 4-2"], markers["STR X-1"]) == ("13/21.3", "26")


@pytest.mark.parametrize(
    ("query", "reference", "shared", "tanabe"),
    [
        ("201B7", "246G1", 8, 30.19),
        ("201B7", "HT-29", 10, 38.46),
        ("293 N3S", "293 EcR Shh", 10, 80.00),
        ("293 GTP-AC-free", "293 N3S", 11, 84.62),
        ("1321N1", "U-118MG", 21, 87.50),
        ("MOLT-3", "MOLT-4", 32, 78.05),
    ],
)
def test_profiles_give_the_worked_scores(
    query: str, reference: str, shared: int, tanabe: float
) -> None:
    """The worked comparisons come out, so the alleles they use are those of the source."""
    match = compare(profile(query), profile(reference))

    assert match.shared == shared
    assert round(match.tanabe, 2) == tanabe


def test_conflicts_name_loci_of_the_table() -> None:
    """A conflict that names no column could not be looked up."""
    for row in profiles().values():
        named = {locus for locus in row["conflicting_loci"].split(";") if locus}
        assert named <= set(LOCI)
        assert all(row[locus] for locus in named)


def test_tables_say_where_they_come_from_and_what_is_missing() -> None:
    """Citation, licence and the lines without a profile travel with the data."""
    said = about()
    missing = {entry["line"] for entry in said["not_seen"]}

    assert said["source"] in catalogue().sources
    assert said["licence"] == "CC BY 4.0"
    assert "doi 10.1002/ijc.32639" in said["citation"]
    assert missing == {"WA01", "WA07", "WA09", "HEK293", "HeLa", "NTERA-2", "BJ"}
    assert not missing & set(profiles())


def test_lines_named_beside_the_tables_are_in_them() -> None:
    """Sister clones and nearest substitutes point at rows that exist."""
    said, rows = about(), {**profiles(), **profiles(about()["files"]["mouse"])}

    assert {entry["line"] for entry in said["sisters"]} <= set(rows)
    assert {name for entry in said["not_seen"] for name in entry.get("nearest", [])} <= set(rows)
    assert {line for line, row in rows.items() if not row["accession"]} == set(
        said["without_accession"]
    )


def test_each_recurrent_change_has_an_id_of_its_own_and_a_known_source() -> None:
    """A change nobody published does not belong in the table."""
    rows = changes()
    required = {"id", "species", "chromosome", "arm_or_band", "kind", "label", "source"}

    assert len({row["id"] for row in rows}) == len(rows) == 21
    for row in rows:
        assert required <= set(row) <= required | {"note"}
        assert row["source"] in catalogue().sources
        assert row["species"] in {"human", "mouse"}
        assert row["kind"] in {"gain", "loss"}
        assert row["label"]["en"]


@pytest.mark.parametrize(
    ("text", "species", "change"),
    [
        ("47,XX,+12[6]/46,XX[14]", "human", "human-gain-12"),
        ("46,XX,dup(1)(q21q32)[3]/46,XX[17]", "human", "human-gain-1q32-1"),
        ("46,XX,der(18)t(17;18)(q21;q23)[4]/46,XX[16]", "human", "human-gain-17q25"),
        ("46,XY,i(20)(q10)[5]/46,XY[15]", "human", "human-gain-20q11-21"),
        ("47,XX,+i(12)(p10)[5]/46,XX[15]", "human", "human-gain-12p"),
        ("41,XY,+8[12]/40,XY[18]", "mouse", "mouse-gain-8"),
    ],
)
def test_known_culture_changes_are_found(text: str, species: str, change: str) -> None:
    """The rows are written in the form that the karyotype reader looks up."""
    found = recurrent(read_karyotype(text, species=species), changes())

    assert change in {entry.row["id"] for entry in found}


@pytest.mark.parametrize("text", ["46,XX[20]", "46,XX,del(6)(q13q21)[8]/46,XX[12]"])
def test_other_karyotypes_meet_no_recurrent_change(text: str) -> None:
    """A normal karyotype and a chance deletion are not in the table."""
    assert recurrent(read_karyotype(text), changes()) == ()
