"""Variant calls in VCF, plain or gzip: one row per alternate allele and sample."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.errors import BadInput
from stemcell_kit.instruments.text import FileSource, decode, read_bytes
from stemcell_kit.instruments.vcf_call import Tally, call_of_allele, parse_call

__all__ = ["UNITS_VCF", "looks_like_vcf", "read_vcf"]

UNITS_VCF = {"alternate_reads": "reads", "depth": "reads", "vaf": "share"}

_GZIP = b"\x1f\x8b"
# the empty block that ends a file written by bgzip
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_BASES = re.compile(r"[ACGTNacgtn]+")
# named alleles, breakends, and an allele deleted by another record have no bases to compare
_NO_BASES = re.compile(r"<[^<>]+>|\*|.*[\[\]].*|\.[ACGTNacgtn]+|[ACGTNacgtn]+\.")
_COLUMNS = (
    "chromosome",
    "position",
    "reference",
    "alternate",
    "variant",
    "filter",
    "sample",
    "genotype",
    "copies",
    "alternate_reads",
    "depth",
    "vaf",
)


def looks_like_vcf(raw: bytes) -> bool:
    """Say whether the file is meant to be VCF; of a gzip file the first bytes are unpacked."""
    start = raw[:400]
    if raw.startswith(_GZIP):
        try:
            start = zlib.decompressobj(wbits=31).decompress(raw[:2000], 400)
        except zlib.error:
            return False
    try:
        return decode(start).startswith("##fileformat=VCF")
    except BadInput:
        return False


def read_vcf(source: FileSource) -> pd.DataFrame:
    """Read the variants of a VCF file, alternates split and trimmed.

    Bases that reference and alternate share are cut off, the right end first, then the left, so
    that ``CAA>CA`` and ``CA>C`` read alike. Shifting an indel along a repeat needs the genome:
    files of two callers must be left-aligned with the same tool first.

    Returns
    -------
    One row per alternate allele and sample: ``chromosome`` (without ``chr``), ``position,
    reference, alternate, variant`` (the four joined by colons), ``filter`` (as written),
    ``sample, genotype`` (as written), ``copies`` (of this allele in the genotype; NaN without a
    call), ``alternate_reads, depth, vaf`` (of AD; else VAF from AF; NaN where the file has none).
    ``.attrs`` holds ``records``, ``alleles``, ``samples`` and ``warnings``.

    Raises
    ------
    BadInput
        No VCF, a line that does not fit its headings, a genotype or depth that contradicts the
        alleles, or a file that is cut off.

    Source
    ------
    The Variant Call Format specification, versions 4.1 to 4.3.
    """
    lines = _lines(read_bytes(source))
    start, samples = _header(lines)
    tally = Tally()
    rows = [
        row
        for number, line in enumerate(lines[start:], start + 1)
        for row in _record(line, number, samples, tally)
    ]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    _note_doubts(table, tally)
    table.attrs["records"], table.attrs["alleles"] = tally.records, tally.alleles
    table.attrs["samples"] = tuple(samples)
    table.attrs["warnings"] = tuple(tally.warnings)
    return table


def _lines(raw: bytes) -> list[str]:
    if raw.startswith(_GZIP):
        if raw[3] & 4 and b"BC\x02\x00" in raw[:24] and not raw.endswith(_BGZF_END):
            raise BadInput("the compressed file has no end block; it is cut off. Copy it again.")
        try:
            raw = gzip.decompress(raw)
        except (EOFError, OSError, zlib.error):
            raise BadInput("the gzip file is cut off or damaged; copy it again") from None
    text = decode(raw)
    if not text.startswith("##fileformat=VCF"):
        raise BadInput(
            f"this is not VCF: it starts with {text[:30]!r}; expected ##fileformat=VCF. "
            "Export the calls as VCF, not as a table."
        )
    if not text.endswith("\n"):
        raise BadInput("the last line has no line end; the file is cut off. Copy it again.")
    return text.rstrip("\n").split("\n")


def _header(lines: Sequence[str]) -> tuple[int, list[str]]:
    for place, line in enumerate(lines):
        if line.startswith("##"):
            continue
        cells = line.split("\t")
        if tuple(cells[:8]) != _FIXED or len(cells) == 9 or cells[8:9] not in ([], ["FORMAT"]):
            raise BadInput(
                f"line {place + 1}: found {line[:60]!r}; expected the headings "
                f"{' '.join(_FIXED)} FORMAT and samples, with tabs. Do not edit VCF in a sheet."
            )
        samples = cells[9:]
        if len(set(samples)) != len(samples) or not all(samples):
            raise BadInput(f"line {place + 1}: a sample has no name or one name comes twice")
        return place + 1, samples
    raise BadInput("the file has no heading line #CHROM; it is cut off. Copy it again.")


def _record(line: str, number: int, samples: Sequence[str], tally: Tally) -> Iterator[list[object]]:
    cells = line.split("\t")
    wanted = 8 if not samples else 9 + len(samples)
    if len(cells) != wanted:
        raise BadInput(
            f"line {number} has {len(cells)} cells; expected {wanted}. The file is cut off, or "
            "tabs were replaced: copy it again."
        )
    chromosome, position, reference = _place(cells, number)
    alternates = [] if cells[4] == "." else cells[4].split(",")
    tally.records += 1
    tally.alleles += len(alternates)
    places = [_trimmed(position, reference, one, number, tally) for one in alternates]
    for column in range(max(1, len(samples))):
        keys = cells[8].split(":") if samples else []
        call = parse_call(keys, cells[9 + column] if samples else "", len(alternates), number)
        for allele, place in enumerate(places, 1):
            if place is not None:
                name = samples[column] if samples else ""
                yield [
                    *_named(chromosome, place),
                    cells[6],
                    name,
                    *call_of_allele(call, allele, number, tally),
                ]


def _place(cells: Sequence[str], number: int) -> tuple[str, int, str]:
    chromosome, position, reference = cells[0], cells[1], cells[3]
    if not position.isdigit() or not chromosome or not _BASES.fullmatch(reference):
        raise BadInput(
            f"line {number}: found {chromosome}:{position} {reference}; expected a chromosome, a "
            "position and bases. Columns were moved or damaged: copy the file again."
        )
    return chromosome, int(position), reference


def _named(chromosome: str, place: tuple[int, str, str]) -> list[object]:
    short = re.sub(r"\Achr(?=.)", "", chromosome, flags=re.IGNORECASE)
    short = "MT" if short == "M" else short
    return [short, *place, ":".join([short, *map(str, place)])]


def _trimmed(
    position: int, reference: str, alternate: str, number: int, tally: Tally
) -> tuple[int, str, str] | None:
    """Return position, reference and alternate without shared bases, or None without bases."""
    if _NO_BASES.fullmatch(alternate):
        tally.left_out += 1
        return None
    if not _BASES.fullmatch(alternate):
        raise BadInput(f"line {number}: alternate {alternate!r} is no sequence of bases")
    ref, alt = reference.upper(), alternate.upper()
    if ref == alt:
        raise BadInput(f"line {number}: reference and alternate are both {ref}; nothing changes")
    while len(ref) > 1 and len(alt) > 1 and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while len(ref) > 1 and len(alt) > 1 and ref[0] == alt[0]:
        ref, alt, position = ref[1:], alt[1:], position + 1
    tally.trimmed += len(ref) != len(reference)
    return position, ref, alt


def _note_doubts(table: pd.DataFrame, tally: Tally) -> None:
    if tally.left_out:
        tally.warnings.append(
            f"{tally.left_out} alternates have no bases (named, breakend or *) and are left out"
        )
    if tally.trimmed:
        tally.warnings.append(f"{tally.trimmed} alternates were trimmed of bases they share")
    if tally.beyond_depth:
        tally.warnings.append(
            f"in {tally.beyond_depth} calls the alleles have more reads than DP: the caller "
            "filters the two differently; depth is the sum over the alleles"
        )
    doubled = table[table.duplicated(["sample", "variant"])]["variant"].unique()
    if len(doubled):
        tally.warnings.append(f"the same change stands in several records: {', '.join(doubled)}")
