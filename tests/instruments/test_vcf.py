"""VCF: alleles apart, trimmed, counted; what contradicts itself is refused."""

from __future__ import annotations

import gzip
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.vcf import looks_like_vcf, read_vcf
from tests.instruments.samples.organoids import vcf

FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEAD = f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tS1"


def calls(*lines: str, head: str = HEAD) -> bytes:
    """A file of these lines; ``|`` separates cells."""
    return ("\n".join([head, *(line.replace(" ", "\t") for line in lines)]) + "\n").encode()


def test_several_alternates_become_one_row_each() -> None:
    """One record, two alleles, each with its own reads and copies."""
    table = read_vcf(calls("chr1 100 . A C,T 50 PASS . GT:AD:DP 1/2:10,30,60:100"))

    assert table["variant"].tolist() == ["1:100:A:C", "1:100:A:T"]
    assert table["vaf"].tolist() == [0.3, 0.6]
    assert table["copies"].tolist() == [1, 1]
    assert (table.attrs["records"], table.attrs["alleles"]) == (1, 2)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10 . CAA CA", "1:10:CA:C"),
        ("10 . CA C", "1:10:CA:C"),
        ("10 . GCA GC", "1:11:CA:C"),
        ("10 . AC AT", "1:11:C:T"),
        ("10 . ACG TCG", "1:10:A:T"),
        ("10 . c t", "1:10:C:T"),
    ],
)
def test_one_change_reads_alike_however_it_is_written(written: str, read: str) -> None:
    """Shared bases go, from the right first and then from the left."""
    assert read_vcf(calls(f"1 {written} . PASS . GT 0/1"))["variant"].tolist() == [read]


def test_a_haploid_call_and_a_missing_call_are_not_the_same() -> None:
    """One copy of one; and unknown."""
    table = read_vcf(
        calls("X 5 . A T . . . GT 1", "X 6 . A T . . . GT ./.", "X 7 . A T . . . GT 0")
    )

    assert table["copies"].iloc[0] == 1
    assert math.isnan(table["copies"].iloc[1])
    assert table["copies"].iloc[2] == 0


def test_without_read_depths_the_fraction_comes_from_af_or_is_missing() -> None:
    """AD before AF before nothing."""
    table = read_vcf(
        calls(
            "1 1 . A T . . . GT:AF 0/1:0.25",
            "1 2 . A T . . . GT 0/1",
            "1 3 . A T . . . GT:AD 0/1:0,0",
            "1 4 . A T . . . GT:AF:AD 0/1:0.9:3,1",
        )
    )

    assert table["vaf"].tolist()[0] == 0.25
    assert table["vaf"].isna().tolist() == [False, True, True, False]
    assert table["vaf"].tolist()[3] == 0.25


def test_records_without_bases_are_counted_and_told() -> None:
    """Reference blocks are records; named and deleted alleles are left out, not guessed."""
    table = read_vcf(
        calls(
            "1 1 . A . . . END=9 GT 0/0", "1 20 . A <DEL>,T . . . GT 0/1", "1 30 . A * . . . GT 1"
        )
    )

    assert table["variant"].tolist() == ["1:20:A:T"]
    assert (table.attrs["records"], table.attrs["alleles"]) == (3, 3)
    assert "2 alternates have no bases" in table.attrs["warnings"][0]


def test_a_change_that_stands_twice_is_told() -> None:
    """Two ways of writing one deletion."""
    table = read_vcf(calls("1 10 . CAA CA . . . GT 0/1", "1 10 . CA C . . . GT 0/1"))

    assert any("several records: 1:10:CA:C" in one for one in table.attrs["warnings"])


def test_each_sample_has_its_rows_and_none_is_fine_too() -> None:
    """Two samples double the rows; a file of sites has no genotype."""
    two = read_vcf(calls("1 1 . A T . . . GT 0/1 1/1", head=f"{HEAD}\tS2"))
    sites = read_vcf(calls("1 1 . A T . . .", head=f"##fileformat=VCFv4.2\n{FIXED}"))

    assert two["sample"].tolist() == ["S1", "S2"]
    assert two["copies"].tolist() == [1, 2]
    assert sites["sample"].tolist() == [""]
    assert sites["copies"].isna().all()


def test_gzip_is_read_and_a_cut_one_is_refused() -> None:
    """Bytes packed with gzip give the same rows."""
    packed = gzip.compress(vcf(), mtime=0)

    assert looks_like_vcf(packed)
    assert read_vcf(packed).equals(read_vcf(vcf()))
    with pytest.raises(BadInput, match="cut off"):
        read_vcf(packed[:-20])


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (vcf()[:-1], "no line end"),
        (vcf().replace(b"\t0/1:", b" 0/1:"), "cells; expected 10"),
        (vcf().replace(b"#CHROM\tPOS", b"#CHROM\tPLACE"), "headings"),
        (b"Sample,Marker\n", "not VCF"),
        (b"##fileformat=VCFv4.2\n", "no heading line"),
        (calls("1 x . A T . . . GT 0/1"), "expected a chromosome, a position"),
        (calls("1 1 . A 7 . . . GT 0/1"), "no sequence of bases"),
        (calls("1 1 . A A . . . GT 0/1"), "nothing changes"),
        (calls("1 1 . A T . . . GT 0/2"), "not in ALT"),
        (calls("1 1 . A T . . . GT het"), "genotype 'het'"),
        (calls("1 1 . A T . . . GT:AD 0/1:10"), "one per allele"),
        (calls("1 1 . A T . . . GT:AF 0/1:0,25"), "one per allele"),
        (calls("1 1 . A T . . . GT:AF 0/1:25"), "share from 0 to 1"),
        (calls("1 1 . A T . . . GT:AD 0/1:10,-3"), "0 or more"),
        (calls("1 1 . A T . . . GT 0/1:5"), "more parts"),
    ],
)
def test_a_damaged_file_is_refused(damaged: bytes, reason: str) -> None:
    """Nothing is guessed in silence."""
    with pytest.raises(BadInput, match=reason):
        read_vcf(damaged)


BASES = st.text("ACGT", min_size=1, max_size=5)


@given(left=st.text("ACGT", max_size=4), right=st.text("ACGT", max_size=4), ref=BASES, alt=BASES)
@settings(max_examples=50, deadline=None)
def test_padding_with_shared_bases_changes_nothing(
    left: str, right: str, ref: str, alt: str
) -> None:
    """Shared bases on the left of a change that starts and ends differently are trimmed away."""
    # a change without shared ends has one trimmed form; others may shift along a repeat
    ref, alt = "A" + ref + "C", "T" + alt + "G"
    padded = f"1 {100 - len(left)} . {left + ref + right} {left + alt + right} . . . GT 0/1"

    assert read_vcf(calls(padded))["variant"].tolist() == [f"1:100:{ref}:{alt}"]
