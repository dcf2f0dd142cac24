"""The results of organoid lots: variant calls and plain sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.bank.exports.banking import sheet_csv
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.sheets.organoids import SHEETS

__all__ = ["files", "vcf_text"]

_HEAD = (
    "##fileformat=VCFv4.2",
    "##reference=GRCh38",
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##INFO=<ID=GENE,Number=1,Type=String,Description="Driver gene">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads over the place">',
)


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the chosen organoid lots."""
    intestinal = _lots(bank, chosen, "intestinal-organoid")
    for sheet, columns in SHEETS.items() if intestinal else ():
        table = bank.table(sheet, intestinal)
        yield f"{sheet}.csv", sheet_csv(table, columns).encode("utf-8")
    tumours = _lots(bank, chosen, "tumour-organoid")
    if not tumours:
        return
    for (lot, sample), table in bank.table("organoid_variants", tumours).groupby(
        ["lot", "sample"], sort=False
    ):
        # two callers: one writes chr and one base too many, which a reader has to see through
        text = vcf_text(table, sample=f"{lot}_{sample}", verbose=sample == "tumour")
        yield f"variants/{lot}_{sample}.vcf", text.encode("utf-8")


def vcf_text(table: pd.DataFrame, *, sample: str, verbose: bool) -> str:
    """Return the calls of one sample; *verbose* writes ``chr`` and untrimmed deletions."""
    headings = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample]
    lines = [*_HEAD, "\t".join(headings)]
    for row in table.to_dict("records"):
        spare = "A" if verbose and len(row["reference"]) > 1 else ""
        reads, depth = row["alternate_reads"], row["depth"]
        cells = [
            f"chr{row['chromosome']}" if verbose else row["chromosome"],
            str(row["position"]),
            ".",
            row["reference"] + spare,
            row["alternate"] + spare,
            ".",
            "PASS",
            f"GENE={row['gene']}" if row["gene"] else ".",
            "GT:AD:DP",
            f"{row['genotype']}:{depth - reads},{reads}:{depth}",
        ]
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _lots(bank: Bank, chosen: Sequence[str], kind: str) -> list[str]:
    return [one.id for one in bank.products if one.kind == kind and one.id in chosen]
