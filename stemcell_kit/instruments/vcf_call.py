"""The call of one sample in VCF: genotype, reads of each allele, fraction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from stemcell_kit.errors import BadInput

__all__ = ["Tally", "call_of_allele", "parse_call"]

_GENOTYPE = re.compile(r"[|/]?(?:\d+|\.)(?:[|/](?:\d+|\.))*")
_NONE = float("nan")


@dataclass
class Tally:
    """What the rows do not show: records read, alleles left out, doubts."""

    records: int = 0
    alleles: int = 0
    left_out: int = 0
    trimmed: int = 0
    beyond_depth: int = 0
    warnings: list[str] = field(default_factory=list)


def parse_call(keys: Sequence[str], cell: str, alternates: int, number: int) -> dict[str, str]:
    """Split the call of one sample by its keys and hold it against the alternates."""
    values = cell.split(":") if keys else []
    if len(values) > len(keys):
        raise BadInput(f"line {number}: {cell!r} has more parts than {':'.join(keys)}")
    # parts that are left out at the end are missing
    call = dict(zip(keys, [*values, *["."] * (len(keys) - len(values))], strict=True))
    genotype = call.get("GT", ".")
    if not _GENOTYPE.fullmatch(genotype):
        raise BadInput(f"line {number}: genotype {genotype!r}; expected such as 0/1, 1|2, 1 or ./.")
    if any(int(one) > alternates for one in re.findall(r"\d+", genotype)):
        raise BadInput(f"line {number}: genotype {genotype} names an allele that is not in ALT")
    for key, wanted in (("AD", alternates + 1), ("AF", alternates)):
        parts = call.get(key, ".").split(",")
        if parts != ["."] and len(parts) != wanted and alternates:
            raise BadInput(
                f"line {number}: {key} is {call[key]}; expected {wanted} numbers, one per allele. "
                "A decimal comma or a damaged line: copy the file again."
            )
    return call


def call_of_allele(call: dict[str, str], allele: int, number: int, tally: Tally) -> list[object]:
    """Return genotype, copies, reads, depth and fraction of one alternate."""
    genotype = call.get("GT", ".")
    named = re.findall(r"\d+|\.", genotype)
    copies = _NONE if set(named) == {"."} else float(named.count(str(allele)))
    reads, depth = _NONE, _figure(call, "DP", 0, number)
    vaf = _figure(call, "AF", allele - 1, number)
    depths = [_figure(call, "AD", n, number) for n in range(len(call.get("AD", ".").split(",")))]
    if len(depths) > allele:
        reads, total = depths[allele], sum(depths)
        tally.beyond_depth += depth < total
        depth = total if total == total else depth
        vaf = reads / total if total > 0 else _NONE
    if vaf > 1:
        raise BadInput(f"line {number}: AF is {vaf:g}; expected a share from 0 to 1")
    return [genotype, copies, reads, depth, vaf]


def _figure(call: dict[str, str], key: str, place: int, number: int) -> float:
    parts = call.get(key, ".").split(",")
    text = parts[place] if place < len(parts) else "."
    if text == ".":
        return _NONE
    form = r"\d+" if key != "AF" else r"\d*\.?\d+(?:[eE][-+]?\d+)?"
    if not re.fullmatch(form, text):
        raise BadInput(f"line {number}: {key} is {call[key]!r}; expected numbers of 0 or more")
    return float(text)
