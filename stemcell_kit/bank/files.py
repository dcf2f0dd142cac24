"""The bank as a folder of files, the way a laboratory keeps it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from stemcell_kit.bank.exports import AREAS
from stemcell_kit.bank.virtual_bank import Bank
from stemcell_kit.errors import BadInput

__all__ = ["write"]


def write(
    bank: Bank, folder: str | Path, *, lots: Iterable[str] | None = None, reveal: bool = False
) -> list[Path]:
    """Write the instrument files of all lots and products, or of those named; return their paths.

    The same bank gives the same bytes. ``truth.json`` is written only with *reveal*.

    Raises
    ------
    BadInput
        A lot is not in the bank.
    """
    chosen = _chosen(bank, lots)
    folder = Path(folder)
    paths: list[Path] = []
    for name, content in _files(bank, chosen):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    if reveal:
        paths.append(folder / "truth.json")
        paths[-1].write_text(_truth(bank), encoding="utf-8", newline="\n")
    return paths


def _chosen(bank: Bank, lots: Iterable[str] | None) -> list[str]:
    """Return the ids of the lots to write, bank lots first."""
    known = [*bank.lots, *(product.id for product in bank.products)]
    if lots is None:
        return known
    wanted = [lots] if isinstance(lots, str) else list(lots)
    for lot in wanted:
        if lot not in known:
            near = difflib.get_close_matches(lot, known, n=3) or known[:3]
            raise BadInput(f"no lot {lot!r} in this bank; for example {', '.join(near)}")
    return [lot for lot in known if lot in wanted]


def _files(bank: Bank, lots: list[str]) -> Iterator[tuple[str, bytes]]:
    for area in AREAS:
        yield from area(bank, lots)


def _truth(bank: Bank) -> str:
    truth = {
        "seed": bank.seed,
        "donors": {name: asdict(donor) for name, donor in bank.truth.donors.items()},
        "products": {name: asdict(product) for name, product in bank.truth.products.items()},
        "lots": {name: asdict(lot) for name, lot in bank.truth.lots.items()},
        "laboratory": dict(bank.truth.laboratory),
    }
    return json.dumps(truth, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
