"""The endotoxin run as SoftMax Pro exports it: the plate of onset times and the group tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from stemcell_kit.bank.noise import noise
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.instruments.endotoxin_plate import ENDOTOXIN_GROUPS

__all__ = ["files", "softmax_text"]

_INTERVAL_S = 30
_ONSET = "OnsetTime s"


def files(bank: Bank, chosen: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the file of the run if bank lots are chosen."""
    lots = [lot for lot in bank.lots if lot in chosen]
    if lots:
        text = softmax_text(bank.table("endotoxin", lots), run_s=noise("endotoxin")["run_s"])
        yield "endotoxin_softmax.txt", text.encode("utf-8")


def softmax_text(table: pd.DataFrame, *, run_s: int) -> str:
    """Return the run as text: one reduced kinetic plate, then a group for each role."""
    groups = [_group(name, table[table["role"] == role]) for name, role in ENDOTOXIN_GROUPS.items()]
    blocks = [_plate(table, run_s), *groups]
    body = "".join(f"{block}~End\n" for block in blocks)
    return f"##BLOCKS= {len(blocks)}\n{body}Original Filename: {table['run'].iloc[0]}\n"


def _plate(table: pd.DataFrame, run_s: int) -> str:
    reads = run_s // _INTERVAL_S + 1
    head = ["Plate:", "Plate1", "1.3", "PlateFormat", "Kinetic", "Absorbance", "Reduced", "FALSE"]
    head += [str(reads), str(run_s), str(_INTERVAL_S), "", "", "", "1", "405"]
    head += ["1", "12", "96", "1", "8"]
    onset = dict(zip(table["well"], table["onset_s"], strict=True))
    lines = ["\t".join(head), "\t".join(["", "Temperature(\u00b0C)", *map(str, range(1, 13))])]
    for place, letter in enumerate("ABCDEFGH"):
        cells = [_seconds(onset.get(f"{letter}{column}")) for column in range(1, 13)]
        lines.append("\t".join(["", "" if place else "37.00", *cells]))
    return "\n".join(lines) + "\n"


def _group(name: str, wells: pd.DataFrame) -> str:
    """Return a group; what belongs to a sample stands on the first of its wells only."""
    own = {"standard": ("Conc EU/mL", "eu_per_ml"), "blank": None}
    kept = own.get(ENDOTOXIN_GROUPS[name], ("Dilution", "dilution"))
    lines = [f"Group: {name}", "\t".join(["Sample", *([kept[0]] if kept else []), "Wells", _ONSET])]
    before = ""
    for row in wells.to_dict("records"):
        first = row["sample"] != before
        before = row["sample"]
        about = [f"{row[kept[1]]:g}" if first else ""] if kept else []
        lines.append(
            "\t".join([before if first else "", *about, row["well"], _seconds(row["onset_s"])])
        )
    lines += ["", "\t".join(["Group Column", "Formula Name", "Formula", "Precision", "Notation"])]
    lines += ["\t".join(["1", "Sample", "!SampleNames", "2 decimal places", "Numeric"]), ""]
    return "\n".join(lines) + "\n"


def _seconds(value: float | None) -> str:
    return "" if value is None or pd.isna(value) else f"{value:.0f}"
