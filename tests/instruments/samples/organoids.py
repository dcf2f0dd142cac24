"""A good file of the organoid formats: the calls of one sample as the bank writes them."""

from __future__ import annotations

from collections.abc import Callable

from stemcell_kit.bank import build
from stemcell_kit.bank.exports.organoids import vcf_text

__all__ = ["SAMPLES"]


def vcf() -> bytes:
    """The variants of one tumour, one deletion untrimmed."""
    table = build(7).table("organoid_variants", ["CRC-2401"])
    tumour = table[table["sample"] == "tumour"]
    return vcf_text(tumour, sample="CRC-2401_tumour", verbose=True).encode("utf-8")


SAMPLES: dict[str, Callable[[], bytes]] = {"vcf": vcf}
